import type { AsyncLocalStorage } from 'node:async_hooks'
import type { Fn, Nest, Scope, Sums } from '../call.ts'
import type { Metadata } from '../model.ts'

/**
 * A framework's call holds calls of the clients that it asks its services through, and both tell of the same tokens. As
 * the time of a call less that of the calls in it is its own, so its own tokens are what it tells of less what these do.
 */

const { apply } = Reflect
let storage: AsyncLocalStorage<Nest | undefined> | undefined
// Async hooks cost promises time, so nobody has them but who calls a framework.
let open = false

/** For tracing channels, where Node itself sets the context. */
export function contexts(): AsyncLocalStorage<Nest | undefined> {
  storage ??= new (process.getBuiltinModule('node:async_hooks').AsyncLocalStorage)<Nest | undefined>()
  return storage
}

const current = () => (open ? storage?.getStore() : undefined)

/** For a framework's call. Only numbers, since all that is begun in the call may keep it. */
export function createNest(name: string): Nest {
  contexts()
  open = true
  return { name, around: underWay(current()), ended: false, told: {}, recorded: {} }
}

/** The nearest call around the running code that counts the same: one of the same scope, which is under way. */
export const enclosing = (name: string): Nest | undefined => (open ? sameUnderWay(current(), name) : undefined)

function sameUnderWay(nest: Nest | undefined, name: string): Nest | undefined {
  let found = nest
  while (found !== undefined && (found.ended || found.name !== name)) found = found.around
  return found
}

function underWay(nest: Nest | undefined): Nest | undefined {
  let found = nest
  while (found?.ended) found = found.around
  return found
}

/** What the calls in a framework's call have told of. */
export const nestOf = ({ point, nest }: Pick<Scope, 'point' | 'nest'>): Nest | undefined =>
  point.nests ? nest : undefined

/** Sets a framework's call as the context, until `leave`; unlike `run` without a stack frame. */
export function enter(nest: Nest | undefined): Nest | undefined {
  const back = current()
  if (nest !== undefined) set(nest)
  return back
}

export const leave = (back: Nest | undefined): void => set(back)

function set(nest: Nest | undefined): void {
  // It would switch on again what `closeNesting` has switched off.
  if (open) storage?.enterWith(nest)
}

type Run = (original: Fn, self: unknown, args: ArrayLike<unknown>) => unknown

/** Calls by `run` in the context of a framework's call. */
export const within =
  (nest: Nest | undefined, run: Run = apply): Run =>
  (original, self, args) => {
    const back = current()
    set(nest)
    try {
      return run(original, self, args)
    } finally {
      set(back)
    }
  }

/** Binds what a queue keeps for later to the context here. */
export function keptHere(callback: Fn): Fn {
  if (!open) return callback
  const run = within(current())
  return new Proxy(callback, { apply: (target, self, args) => run(target, self, args) })
}

/** What a tracing channel sets around the work of a call. */
export const contextOf = (scope: Scope | undefined): Nest | undefined => scope && nestOf(scope)

/** When it is configured anew; the next call of a framework begins anew, too. */
export function closeNesting(): void {
  open = false
  storage?.disable()
}

/** At the end of a call: tells the one around it. `isRecorded` where it leaves a record, or would but for sampling. */
export function tell(scope: Scope, result: unknown, isRecorded: boolean): void {
  const { point, self, args, metadata } = scope
  const nest = nestOf(scope)
  if (nest !== undefined) {
    nest.ended = true
    // What is begun in it and goes on holds none that has ended.
    nest.around = underWay(nest.around)
  }
  const around = sameUnderWay(nest === undefined ? scope.nest : nest.around, point.name)
  if (around === undefined) return
  const own = { ...point.readAdded?.({ self, args, result }), ...metadata }
  add(around.told, own, nest?.told)
  add(around.recorded, isRecorded ? own : {}, nest?.recorded)
}

/** Of a call and those in it, the most: a framework may know nothing, or ask others that are not profiled. */
function add(sums: Sums, own: Metadata, nested: Sums = {}): void {
  for (const key of new Set([...Object.keys(own), ...Object.keys(nested)])) {
    if (!isAddedUp(key)) continue
    const value = own[key]
    sums[key] = (sums[key] ?? 0) + Math.max(typeof value === 'number' ? value : 0, nested[key] ?? 0)
  }
}

/** True for metadata that totals add up. */
export const isAddedUp = (key: string): boolean => key === 'batch_size' || isTokens(key)
const isTokens = (key: string) => key.endsWith('_tokens')

/** Leaves in a call's metadata what no call in it has told; `isTotal` of all that totals add up. */
export function keepOwn(metadata: Metadata, nested: Sums, isTotal: boolean): void {
  for (const [key, sum] of Object.entries(nested)) {
    const told = metadata[key]
    if (typeof told !== 'number' || sum <= 0 || (!isTotal && !isTokens(key))) continue
    if (told > sum) metadata[key] = told - sum
    else delete metadata[key]
    if (key === 'input_tokens' || key === 'output_tokens') metadata[`nested_${key}`] = Math.min(told, sum)
  }
}
