import { isAsyncFunction } from 'node:util/types'

// biome-ignore lint/suspicious/noExplicitAny: the application's functions pass here
type Fn = (...args: any[]) => any

const makers = new WeakSet<Fn>()

/** True when each call of the function makes a promise that nobody else has: a wrapper may look `async` and not do so. */
export const isFresh = (maker: Fn): boolean => isAsyncFunction(maker) || makers.has(maker)

/** Functions whose promises are as fresh as those of an `async` function. */
export function markFresh(...some: readonly unknown[]): void {
  for (const maker of some) if (typeof maker === 'function') makers.add(maker as Fn)
}

const generator = Object.getPrototypeOf(async function* () {}).prototype
markFresh(generator.next, generator.return, generator.throw)
