import type { Processor } from './processor.ts'

/** The time in which the event loop waited for events, in milliseconds; only differences mean something. */
export interface IdleClock {
  idle(): number
  /** A profiler samples this thread from now on; gives what ends that. */
  sampling(): () => void
}

interface Clocks {
  readonly now: () => number
  /** The loop's own account of it. */
  readonly loop: () => number
  readonly processor: () => Processor
}

/** A look at the processor is 1 or 2 µs. */
const lookMs = 1

/**
 * The loop's own account, which costs nothing, loses the time that it has waited whenever a signal interrupts that (libuv
 * begins it anew), as V8's profiler does for each sample: an idle process seems 85 % busy. Meanwhile it is the time in which
 * the thread neither ran nor waited for a processor; what it waits for in a synchronous call is in it then.
 */
export function createIdleClock({ now, loop, processor }: Clocks): IdleClock {
  let samplers = 0
  let shift = 0
  let lookedAt = Number.NEGATIVE_INFINITY
  let latest = Number.NEGATIVE_INFINITY

  const byProcessor = () => {
    const at = now()
    const current = processor()
    if (at - lookedAt < lookMs) return latest
    current.sampled = true
    current.look(at, 0)
    lookedAt = at
    latest = Math.max(latest, at - current.ran - current.waited)
    return latest
  }
  const idle = () => shift + (samplers > 0 ? byProcessor() : loop())
  const change = (by: number) => {
    const before = idle()
    samplers += by
    processor().sampled = samplers > 0
    lookedAt = latest = Number.NEGATIVE_INFINITY
    shift += before - idle()
  }

  return {
    idle,
    sampling() {
      let isOver = false
      change(1)
      return () => {
        if (!isOver) change(-1)
        isOver = true
      }
    },
  }
}
