import type { Fn } from '../call.ts'
import type { WireCalls } from './wire-calls.ts'

/** Puts a function before Node's own `fetch` that behaves as it, since the channel of a request tells nothing of its body. */
export function replaceFetch(load: () => WireCalls | undefined, imitate: (wrapper: Fn, original: Fn) => void): void {
  const found = Object.getOwnPropertyDescriptor(globalThis, 'fetch')
  const original: unknown = found?.value
  if (typeof original !== 'function' || !found?.configurable) return
  // No method: Node's own can be called with `new`.
  const shell = function (this: unknown) {
    const calls = load()
    return calls === undefined
      ? Reflect.apply(original, this, arguments)
      : calls.fetched(original as Fn, this, arguments, shell)
  }
  imitate(shell, original as Fn)
  Object.defineProperty(globalThis, 'fetch', { ...found, value: shell })
}
