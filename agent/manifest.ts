import { pathStartOf } from './locate/path.ts'
import { methodsOf } from './methods.ts'
import type { Instrumentation, Method, Queue, System } from './model.ts'

/** The part of an instrumentation that is needed before its library's module is loaded; the rest comes with that. */
export interface Manifest {
  readonly name: string
  readonly module: string
  readonly target: string
  readonly file?: string | undefined
  readonly versions?: string | undefined
  /** `vector_store.search`, each once. */
  readonly scopes: readonly string[]
  /** Its files, with the scopes (by their index in `scopes`) and versions of the methods there. */
  readonly files: readonly {
    /** The package, when it is not the library's. */
    readonly module?: string | undefined
    readonly file?: string | undefined
    readonly methods: readonly { readonly scope: number; readonly versions?: string | undefined }[]
    /** True when an export itself has to be set, not only a property of one. */
    readonly sets: boolean
  }[]
  /** The tracing channels that it publishes itself; `method` is the method's index in `methodsOf`. */
  readonly channels: readonly { readonly channel: string; readonly scope: number; readonly method: number }[]
  readonly queues?: readonly Queue[]
  readonly framework?: boolean
  readonly system?: System
}

/** The library of manual scopes, in records and in `targets`. */
export const manualLibrary = 'app'
/** The scope of outgoing requests, which are of no library. */
export const networkScope = 'network.request'

/** The scope of incoming requests themselves, with `requests: true`. */
export const requestScope = 'request.http'
export const requestLibrary = 'http'

/** Every name that `targets` and `thresholds.by_target` may hold: libraries, entries, scopes, and what scopes begin with. */
export function targetNames(manifests: readonly Manifest[]): string[] {
  const scopes = [...new Set([...manifests.flatMap((one) => one.scopes), networkScope, requestScope])]
  const parts = scopes.flatMap((scope) => scope.split('.').map((_, i, all) => all.slice(0, i + 1).join('.')))
  return [
    ...new Set([...manifests.flatMap(({ name, target }) => [name, target]), ...parts, manualLibrary, requestLibrary]),
  ]
}

/** `vector_store.search`. */
export function scopeName(instrumentation: Pick<Instrumentation, 'target'>, method: Method): string {
  return `${method.target ?? instrumentation.target}.${method.scope}`
}

/** Where a function is defined, as far as a library has several files or packages. */
interface Place {
  readonly module?: string | undefined
  readonly file?: string | undefined
}

/** Tells the files of a library apart. */
export const keyOf = ({ module, file }: Place): string | undefined =>
  module === undefined ? file : `${module} ${file ?? ''}`

export function manifestOf(instrumentation: Instrumentation): Manifest {
  const { name, module, target, file, versions, queues, framework, system } = instrumentation
  const methods = methodsOf(instrumentation)
  const scopes = [...new Set(methods.map((method) => scopeName(instrumentation, method)))]
  const scopeOf = (method: Method) => scopes.indexOf(scopeName(instrumentation, method))
  const setting = new Set<string | undefined>()
  const files = new Map<string | undefined, Map<string, { scope: number; versions?: string | undefined }>>()
  const places = new Map<string | undefined, Place>()
  for (const method of methods) {
    if (method.at === undefined) continue
    const place = { module: method.module, file: method.module === undefined ? (method.file ?? file) : method.file }
    const key = keyOf(place)
    const there = files.get(key) ?? new Map()
    files.set(key, there)
    places.set(key, place)
    if (method.from === undefined && setsExport(method.at)) setting.add(key)
    there.set(`${scopeOf(method)} ${method.versions}`, { scope: scopeOf(method), versions: method.versions })
  }
  return {
    name,
    module,
    target,
    file,
    versions,
    scopes,
    files: [...files].map(([key, there]) => ({
      ...places.get(key),
      methods: [...there.values()],
      sets: setting.has(key),
    })),
    channels: methods.flatMap((one, method) =>
      one.channel === undefined ? [] : [{ channel: one.channel, scope: scopeOf(one), method }],
    ),
    ...(queues && { queues }),
    ...(framework && { framework }),
    ...(system && { system }),
  }
}

function setsExport(at: string): boolean {
  try {
    return pathStartOf(at).sets
  } catch {
    return true // A mistake in an entry is reported where it is compiled.
  }
}
