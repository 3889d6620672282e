import type { Class, Instrumentation, Method } from './model.ts'

/** A library's methods one by one, those of its classes with what these share. */
export function methodsOf({
  classes = [],
  methods = [],
}: Pick<Instrumentation, 'classes' | 'methods'>): readonly Method[] {
  return [...classes.flatMap(methodsIn), ...methods.map(withTarget)]
}

function methodsIn({ at = '', file, methods, manages, metadata: common, ...shared }: Class): Method[] {
  const pathStarts = [at].flat()
  const files = file === undefined ? [undefined] : [file].flat()
  const members = [...membersIn(methods), ...managing(manages)]
  return files.flatMap((path) =>
    pathStarts.flatMap((pathStart) =>
      members.map(([name, member]): Method => {
        const metadata = member.note || member.noteValue || member.wait ? undefined : { ...common, ...member.metadata }
        return withTarget({
          scope: '',
          ...shared,
          ...member,
          at: pathStart === '' ? name : `${pathStart}.${name}`,
          ...(path !== undefined && { file: path }),
          ...(metadata && { metadata }),
        })
      }),
    ),
  )
}

type Member = Partial<Omit<Method, 'at'>>

/** Each of them by its one name; a text is its scope alone. */
function membersIn(methods: Class['methods'] = {}): (readonly [name: string, member: Member])[] {
  return Object.entries(methods).flatMap(([names, members]) =>
    namesIn(names).flatMap((name) =>
      [members].flat().map((member) => [name, typeof member === 'string' ? { scope: member } : member] as const),
    ),
  )
}

function managing(manages: Class['manages'] = {}): (readonly [name: string, member: Member])[] {
  const all = typeof manages === 'string' ? namesIn(manages).map((name) => [name, operationOf(name)]) : undefined
  return (all ?? Object.entries(manages)).map(([name = '', operation]) => [
    name,
    { scope: 'manage', metadata: { operation: `'${operation}'` } },
  ])
}

/** Names with spaces or lines between. */
export const namesIn = (names: string): readonly string[] => names.split(/\s+/).filter((name) => name !== '')

/** `createIndex` is the operation `create_index`; a name may end in `?`. */
const operationOf = (name: string) => name.replace(/\?$/, '').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** The scope `llm.generate` is `generate` with that target. */
function withTarget(method: Method): Method {
  const [target = '', scope] = method.scope.split('.')
  return scope === undefined ? method : { ...method, target, scope }
}
