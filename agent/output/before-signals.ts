import { isMainThread } from 'node:worker_threads'

const flushers = new Set<() => void>()
let watches = false

/**
 * Calls `flush` before the handlers of each signal, until the function that it gives is called. Main thread only.
 *
 * A handler of the application may end the process by the signal itself, without an exit that could be seen. A listener of
 * ours would keep the signal from ending it, and be counted by those who ask whether theirs is the last.
 */
export function flushBeforeSignals(flush: () => void): () => void {
  flushers.add(flush)
  if (isMainThread && !watches) watch()
  return () => void flushers.delete(flush)
}

function watch(): void {
  watches = true
  const { emit } = process
  const shell = {
    emit(this: unknown, name: unknown, ...rest: unknown[]) {
      if (typeof name === 'string' && name.startsWith('SIG')) for (const flush of flushers) flush()
      return Reflect.apply(emit, this, [name, ...rest])
    },
  }
  Object.defineProperty(process, 'emit', { value: shell.emit, writable: true, configurable: true })
}
