import type { Loader, Tests } from './framework.ts'

/** A module in the registry of jest-runtime 29 and 30. */
export interface JestModule {
  filename: string
  exports: unknown
  loaded: boolean
}

type MakeRequire = (from: JestModule, options?: { readonly isInternalModule?: boolean }) => unknown

/** What makes the `require` of a module: the runtime's own method, since 30.4 that of an object of it. */
export interface MakesRequire {
  readonly _createRequireImplementation?: MakeRequire
  readonly requireBuilder?: { readonly for?: MakeRequire }
}

/** A `vm.Module` that jest has made. */
interface Imported {
  readonly status?: string
  readonly identifier: string
  readonly namespace: object
}
type Registry = ReadonlyMap<string, Imported | Promise<Imported>>

/** Its registries of ES modules (`--experimental-vm-modules`). */
export interface Imports {
  readonly _esmoduleRegistry?: Registry
  readonly registries?: { readonly getActiveEsmRegistry?: () => Registry }
  readonly unstable_shouldLoadAsEsm?: (path: string) => boolean
}

const handed = new WeakSet<object>()

/** Hands over the ES modules that were evaluated since the last time, before a test runs. */
export function handImported(runtime: Imports, tests: Tests): void {
  const registry = runtime.registries?.getActiveEsmRegistry?.() ?? runtime._esmoduleRegistry
  if (registry === undefined || registry.size === 0) return
  for (const module of registry.values()) {
    if (handed.has(module) || !('status' in module) || module.status !== 'evaluated') continue
    handed.add(module)
    // One that stands for a CommonJS module was handed over as that.
    if (runtime.unstable_shouldLoadAsEsm?.(module.identifier)) hand(module, tests.loader())
  }
}

/** Nothing can replace its exports: what is patched are the prototypes and objects in them. */
function hand({ identifier, namespace }: Imported, loader: Loader | undefined): void {
  if (loader === undefined) return
  const { watched } = loader
  const hits = loader.match(identifier)
  const inner = hits.filter((index) => watched[index]?.pathStarts?.every(({ sets }) => !sets))
  loader.hand(inner, namespace, identifier)
  const detail = `${identifier}: functions that jest's ES modules export can't be replaced`
  for (const index of hits)
    if (!inner.includes(index) && watched[index]?.ranges !== undefined)
      loader.refused({ index, state: 'wrap_failed', detail })
}

const replaced = new WeakSet<object>()

/**
 * jest evaluates each module in a context of its own and keeps it in a registry of its own, which Node's hooks don't see.
 * The `require` of a module is made before it is evaluated, and `loaded` is set after: from there it goes on as any that
 * Node has evaluated. No frame of ours stands in a stack while it runs. Gives false where a later jest has neither.
 */
export function followModules(runtime: MakesRequire, tests: Tests): boolean {
  const name = runtime.requireBuilder === undefined ? '_createRequireImplementation' : 'for'
  const owner = ownerOf(runtime.requireBuilder ?? runtime, name)
  const found = owner && Object.getOwnPropertyDescriptor(owner, name)
  if (owner === undefined || typeof found?.value !== 'function') return false
  if (replaced.has(owner)) return true
  replaced.add(owner)
  const original: MakeRequire = found.value
  const replacement: MakeRequire = function (this: unknown, from, options) {
    if (options?.isInternalModule !== true) tests.guard(() => tellWhenLoaded(from, tests))
    return Reflect.apply(original, this, arguments)
  }
  Object.defineProperty(owner, name, { ...found, value: replacement })
  return true
}

function tellWhenLoaded(module: JestModule, tests: Tests): void {
  const found = Object.getOwnPropertyDescriptor(module, 'loaded')
  if (found?.value !== false || !found.configurable) return
  Object.defineProperty(module, 'loaded', {
    ...{ enumerable: true, configurable: true },
    get: () => false,
    set(value) {
      Object.defineProperty(module, 'loaded', { ...found, value })
      if (value === true) tests.guard(() => tests.loader()?.commonjs(module as NodeJS.Module))
    },
  })
}

function ownerOf(value: object, name: string): object | undefined {
  let owner: object | null = value
  while (owner !== null && !Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner)
  return owner ?? undefined
}
