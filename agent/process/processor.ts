import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** What this thread had of the processor, in milliseconds since some moment. */
export interface Processor {
  /** Looks now, or uses a look that is at most this old. */
  look(at: number, mostAgeMs: number): void
  /** The time in which it ran; where only the process is measured, in which its threads ran. */
  ran: number
  /** The time in which it could have run and did not: others had the processor, or a quota was used up. */
  waited: number
  /** A profiler samples the thread: the loop then seems active when it is not. */
  sampled: boolean
  close(): void
}

interface Clocks {
  /** Event loop idle time. */
  readonly idle: () => number
  /** Processor time of the thread, or of the process before Node 22.19 and 23.9. */
  readonly cpu: () => number
}

/**
 * The most processor time above the time in which the loop was active that counts against a later lack of it: a kernel
 * counts in ticks, of up to 16 ms, and before Node 22.19 the process's other threads count too.
 */
const mostCreditMs = 20
const schedule = '/proc/thread-self/schedstat'

/** By the kernel's own account of the thread where it can be read (Linux), else by its processor time. */
export function openProcessor(clocks: Clocks = clocksOfThread()): Processor {
  return openSchedule() ?? createByClocks(clocks)
}

/**
 * Time that the loop was active and the thread had no processor. Waiting for a synchronous call to the system is in it. Where
 * a profiler samples, none is known.
 */
export function createByClocks({ idle, cpu }: Clocks): Processor {
  let [at, idleBefore, cpuBefore] = [Number.NaN, idle(), cpu()]
  let debt = 0
  const processor: Processor = {
    ran: 0,
    waited: 0,
    sampled: false,
    look(now, mostAgeMs) {
      if (now - at < mostAgeMs) return
      const [idleNow, cpuNow] = [idle(), cpu()]
      const active = now - at - (idleNow - idleBefore)
      processor.ran += cpuNow - cpuBefore
      if (processor.sampled) debt = 0
      else if (!Number.isNaN(at)) debt = Math.max(debt + active - (cpuNow - cpuBefore), -mostCreditMs)
      if (debt > 0) {
        processor.waited += debt
        debt = 0
      }
      at = now
      idleBefore = idleNow
      cpuBefore = cpuNow
    },
    close() {},
  }
  return processor
}

function openSchedule(): Processor | undefined {
  if (process.platform !== 'linux') return undefined
  try {
    const processor = createBySchedule(openSync(schedule, 'r'))
    processor.look(0, 0)
    // Zeros where the kernel keeps no such account.
    if (processor.ran > 0) return processor
    processor.close()
  } catch {
    // No such file, or the permission model.
  }
  return undefined
}

function createBySchedule(file: number): Processor {
  const bytes = Buffer.alloc(80)
  const { ino } = fstatSync(file)
  let open = true
  let readAt = Number.NEGATIVE_INFINITY
  const processor: Processor = {
    ran: 0,
    waited: 0,
    sampled: false,
    look(at, mostAgeMs) {
      if (!open || at - readAt < mostAgeMs) return
      readAt = at
      try {
        const length = readSync(file, bytes, 0, bytes.length, 0)
        const waited = secondNumber(bytes, length) / 1e6
        // Somebody may have closed all descriptors and have another file by this number.
        open = waited >= processor.waited
        if (!open) return
        processor.ran = firstNumber(bytes, length) / 1e6
        processor.waited = waited
      } catch {
        open = false
      }
    },
    close() {
      if (open && fstatSync(file).ino === ino) closeSync(file)
      open = false
    },
  }
  return processor
}

/** Digit by digit: a text of it would take longer than to read the file. */
function numberAt(bytes: Uint8Array, from: number, length: number): number {
  let number = 0
  for (let i = from; i < length; i++) {
    const digit = (bytes[i] as number) - zero
    if (digit < 0 || digit > 9) return i === from ? Number.NaN : number
    number = number * 10 + digit
  }
  return Number.NaN
}

const zero = 0x30
const firstNumber = (bytes: Uint8Array, length: number) => numberAt(bytes, 0, length)
const secondNumber = (bytes: Uint8Array, length: number) => numberAt(bytes, bytes.indexOf(0x20) + 1, length)

function clocksOfThread(): Clocks {
  const { nodeTiming } = performance
  const { threadCpuUsage, cpuUsage } = process as NodeJS.Process & { threadCpuUsage?: typeof process.cpuUsage }
  const usage = threadCpuUsage ?? cpuUsage
  return {
    idle: () => nodeTiming.idleTime,
    cpu() {
      const { user, system } = usage.call(process)
      return (user + system) / 1000
    },
  }
}
