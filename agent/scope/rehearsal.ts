import type { Ended, Scope } from '../call.ts'
import { zero } from '../ledger.ts'
import type { Point } from '../model.ts'

/**
 * A call that never was. To pass it through the same code once, when the first library is there and the process has
 * nothing else to do, spares the application's first call what V8 takes to compile that: about 2 ms.
 */
export const rehearsed: Point = {
  name: '',
  library: '',
  target: '',
  read: undefined,
  when: undefined,
  counts: zero(),
  slow_call_ms: Number.POSITIVE_INFINITY,
  on: true,
}

export const rehearsedScope = (start: number): Scope => ({
  point: rehearsed,
  self: undefined,
  args: [],
  sampled: true,
  metered: false,
  passed: undefined,
  start,
  others: 0,
  memory: undefined,
  stack: undefined,
  ended: true,
  metadata: undefined,
  failure: undefined,
  span: undefined,
  nest: undefined,
  context: undefined,
  idleMs: 0,
  wait: undefined,
})

export const rehearsedEnd: Ended = {
  durationMs: 0,
  result: undefined,
  failed: false,
  error: undefined,
  slow: true,
  bulky: false,
  due: true,
  concurrent: 0,
  memoryMb: undefined,
  cpuMs: undefined,
}
