import { stat } from 'node:fs'
import { now } from '../clock.ts'

/** The pool of libuv has four threads unless the environment says otherwise, and 1024 at most. */
const sizeOfPool = (env: NodeJS.ProcessEnv) =>
  Math.min(1024, Math.max(1, Number.parseInt(env.UV_THREADPOOL_SIZE ?? '4', 10) || 1))

/**
 * Asks for the state of `/` once a snapshot, which takes some microseconds in a free thread of the pool. How long the loop
 * waited for the answer is at least how long the pool made others wait; a loop that was busy meanwhile is not its fault.
 */
export function createPool(
  env: NodeJS.ProcessEnv,
  idle: () => number,
  ask = (answered: () => void) => stat('/', answered),
) {
  const size = sizeOfPool(env)
  let open: { readonly idle: number; readonly at: number } | undefined
  let longest: number | undefined

  const waited = (asked: { idle: number; at: number }) => Math.min(now() - asked.at, idle() - asked.idle)
  const answered = () => {
    if (open !== undefined) longest = Math.max(longest ?? 0, waited(open))
    open = undefined
  }

  return {
    /** The longest wait since the last look, that for an answer that is still missing included; then asks again. */
    look(): { pool_size: number; pool_wait_ms: number | undefined } {
      const seen = open === undefined ? longest : Math.max(longest ?? 0, waited(open))
      longest = undefined
      if (open === undefined) {
        open = { idle: idle(), at: now() }
        ask(answered)
      }
      return { pool_size: size, pool_wait_ms: seen }
    },
  }
}
