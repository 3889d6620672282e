import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads'

const key = 'crossbridge.emitted'
const count = isMainThread
  ? new Int32Array(new SharedArrayBuffer(4))
  : (getEnvironmentData(key) as unknown as Int32Array | undefined)
if (isMainThread && count !== undefined) setEnvironmentData(key, count as never)

/** Counts a record of this thread where the main thread can see it. */
export function countEmitted(): void {
  if (count !== undefined) Atomics.add(count, 0, 1)
}

/** Records that this process's threads have emitted. */
export function emittedByAll(): number {
  return count === undefined ? 0 : Atomics.load(count, 0)
}
