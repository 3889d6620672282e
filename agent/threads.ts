import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads'

const key = 'crossbridge.threads'
const factBits = 1 << 15
const emitted = 0
const seen = 1
const asked = 2
const refused = 3
const stuck = 4
const firstFact = 5

/** Memory that the threads of this process share: some counters, and a bit for each fact. */
const shared = isMainThread
  ? new Int32Array(new SharedArrayBuffer(4 * (firstFact + factBits / 32)))
  : (getEnvironmentData(key) as unknown as Int32Array | undefined)
if (isMainThread && shared !== undefined) setEnvironmentData(key, shared as never)

/** Counts a record of this thread where the main thread can see it. */
export function countEmitted(): void {
  if (shared !== undefined) Atomics.add(shared, emitted, 1)
}

/** Takes a record back that was emitted and never arrived. */
export function countLost(): void {
  if (shared !== undefined) Atomics.sub(shared, emitted, 1)
}

/** Spans that a collector refused, and that still waited for it at the end. */
export interface Unsent {
  readonly refused: number
  readonly stuck: number
}

/** Adds the spans of this thread; gives the sums of all threads so far. */
export function addUnsent(some: Unsent): Unsent {
  if (shared === undefined) return some
  return {
    refused: Atomics.add(shared, refused, some.refused) + some.refused,
    stuck: Atomics.add(shared, stuck, some.stuck) + some.stuck,
  }
}

/** Records that this process's threads have emitted. */
export function emittedByAll(): number {
  return shared === undefined ? 0 : Atomics.load(shared, emitted)
}

/** Adds the calls that a worker thread saw, at its end. */
export function countSeen(calls: number): void {
  if (shared !== undefined) Atomics.add(shared, seen, calls)
}

/** Calls that worker threads saw before they ended. */
export function seenByWorkers(): number {
  return shared === undefined ? 0 : Atomics.load(shared, seen)
}

/** True in the thread that speaks of reloads: worker threads read the same configuration. */
export const speaks = isMainThread || shared === undefined

/** Asks the process's other threads to read the configuration again. */
export function askReload(): void {
  if (shared !== undefined) Atomics.add(shared, asked, 1)
}

/** The number of times that this was asked. */
export function reloadsAsked(): number {
  return shared === undefined ? 0 : Atomics.load(shared, asked)
}

/** Notes a fact for all threads of this process; true when none had noted it. */
export function isNew(fact: string): boolean {
  if (shared === undefined) return true
  const bit = bitOf(fact)
  const before = Atomics.or(shared, firstFact + (bit >> 5), 1 << (bit & 31))
  // The main thread keeps a list of its own, so that two facts with one bit are both told there.
  return isMainThread || (before & (1 << (bit & 31))) === 0
}

/** True when a thread of this process has noted the fact. */
export function isNoted(fact: string): boolean {
  const bit = bitOf(fact)
  return shared !== undefined && (Atomics.load(shared, firstFact + (bit >> 5)) & (1 << (bit & 31))) !== 0
}

/** FNV-1a. */
function bitOf(fact: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < fact.length; i++) hash = Math.imul(hash ^ fact.charCodeAt(i), 0x01000193)
  return (hash >>> 0) % factBits
}
