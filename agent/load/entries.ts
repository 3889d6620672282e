import { join, posix } from 'node:path'
import { manifestIn } from './package.ts'

/**
 * The files, relative to the package's root, that its name (`.`) or a path of it (`./sub`) leads to, for `import` and
 * for `require`. They may lack their extension. A bundler knows `others` of the conditions, too.
 */
export function entriesOf(root: string, path: string, others: readonly string[] = []): string[] {
  const { exports } = manifestIn(root)
  const { target, star } = exportAt(exports, path)
  const exported = conditionSets(others).flatMap((conditions) => targetsOf(target, conditions) ?? [])
  // The folder is required by its `main`, whatever `exports` says of its name.
  const plain = path === '.' || exports == null ? plainEntries(root, path) : []
  const files = [...exported.map((one) => one.replaceAll('*', star)), ...plain]
  return [...new Set(files.map((one) => posix.normalize(one)))]
}

function plainEntries(root: string, path: string): string[] {
  const { main, module } = manifestIn(join(root, path))
  const named = [main, module].flatMap((one) => (typeof one === 'string' ? posix.join(path, one) : []))
  const all = path === '.' && named.length > 0 ? named : [...named, path]
  return all.flatMap((one) => [one, posix.join(one, 'index')])
}

/** The target in `exports` for a path, and the part of the path that stands for the star of its key. */
function exportAt(exports: unknown, path: string): { readonly target: unknown; readonly star: string } {
  const keys = isObject(exports) && !Array.isArray(exports) ? Object.keys(exports) : []
  if (!keys.some((key) => key.startsWith('.'))) return { target: path === '.' ? exports : undefined, star: '*' }
  const map = exports as Readonly<Record<string, unknown>>
  if (Object.hasOwn(map, path)) return { target: map[path], star: '*' }
  const fitting = keys.flatMap((key) => {
    const [before = '', after, more] = key.split('*')
    const fits = after !== undefined && more === undefined && path.startsWith(before) && path.endsWith(after)
    return fits && path.length >= key.length ? [{ key, before, after }] : []
  })
  const [best] = fitting.sort((a, b) => b.before.length - a.before.length || b.key.length - a.key.length)
  if (best === undefined) return { target: undefined, star: '*' }
  return { target: map[best.key], star: path.slice(best.before.length, path.length - best.after.length) }
}

/** Picks a target as Node does; undefined when the conditions lead to none. */
function targetsOf(target: unknown, conditions: ReadonlySet<string>): string[] | undefined {
  if (typeof target === 'string') return [target]
  if (target === null) return []
  if (!isObject(target)) return undefined
  const branches = Array.isArray(target)
    ? target
    : Object.entries(target).flatMap(([key, branch]) => (key === 'default' || conditions.has(key) ? [branch] : []))
  for (const branch of branches) {
    const found = targetsOf(branch, conditions)
    if (found !== undefined) return found
  }
  return undefined
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** The conditions of `import` and of `require`, in a Node that knows `module-sync` and in one that does not. */
function conditionSets(others: readonly string[]): ReadonlySet<string>[] {
  const always = ['node', 'node-addons', ...flagConditions()]
  const kinds = [['import'], ['require']]
  const further = [['module-sync'], ...(others.length > 0 ? [others] : [])]
  return [...kinds, ...further.flatMap((more) => kinds.map((kind) => [...kind, ...more]))].map(
    (some) => new Set([...always, ...some]),
  )
}

/** Conditions from the command line: `--conditions=development`, `-C development`. */
function flagConditions(): string[] {
  const words = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)]
  return words.flatMap((word, i) => {
    const [, inline, apart] = /^(?:--conditions=|-C=)(.+)|^(--conditions|-C)$/.exec(word) ?? []
    return inline ?? (apart && words[i + 1]) ?? []
  })
}
