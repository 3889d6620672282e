import { constants, fstatSync, openSync, writeSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
import { ours } from './diagnostics.ts'

/** Lines to stdout or stderr that never wait for the reader. */
export interface Stream {
  /** Writes the line, or keeps it for later; an error when it is lost. An urgent one is kept however much waits. */
  write(line: string, urgent?: boolean): Error | undefined
  /** At exit: gives a slow reader time, a stopped one 5 s; then how many lines are lost. */
  flush(): number
}

const { setTimeout } = globalThis
const napMs = 10
const mostNaps = 500

/**
 * A write to a pipe whose reader stopped would block the event loop, and one in Node's thread pool would keep the
 * process from ever exiting. So the descriptor is made not to block, and what it refuses waits here.
 */
export function createStream(fd: 1 | 2, mostBytes = 1_000_000): Stream {
  const identity = identityOf(fd)
  const waiting: Buffer[] = []
  let bytes = 0
  let target: number | undefined
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  /** Writes as much as the reader takes; gives the error of a broken stream, and then nothing waits any more. */
  const drain = (): Error | undefined => {
    try {
      // The application may have closed the stream, and its number may be another file's by now.
      if (target === undefined || target === fd) {
        if (identity === undefined || identityOf(fd) !== identity) throw ours('it is closed')
        target ??= notBlocking(fd)
      }
      for (let line = waiting[0]; line !== undefined; line = waiting[0]) {
        const written = writeSync(target, line)
        bytes -= written
        if (written === line.length) waiting.shift()
        else waiting[0] = line.subarray(written)
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined
      waiting.length = 0
      bytes = 0
      return error as Error
    }
    return undefined
  }
  const later = () => {
    if (waiting.length === 0 || timer !== undefined) return
    timer = setTimeout(() => {
      timer = undefined
      drain()
      later()
    }, 50).unref()
  }

  return {
    write(text, urgent = false) {
      const line = Buffer.from(text)
      const full = () => !urgent && bytes > 0 && bytes + line.length > mostBytes
      if (full()) drain()
      if (full()) return ours('its reader is too slow')
      waiting.push(line)
      bytes += line.length
      // While others wait the timer tries for all of them.
      const error = waiting.length === 1 ? drain() : undefined
      later()
      return error
    },
    flush() {
      let naps = 0
      let lost = 0
      while (waiting.length > 0 && !stopped) {
        const before = bytes
        const lines = waiting.length
        if (drain() !== undefined) lost = lines
        if (waiting.length === 0) break
        naps = bytes < before ? 0 : naps + 1
        stopped = naps >= mostNaps
        if (!stopped) Atomics.wait(bed, 0, 0, napMs)
      }
      return lost + waiting.length
    },
  }
}

const bed = new Int32Array(new SharedArrayBuffer(4))

function identityOf(fd: 1 | 2): string | undefined {
  try {
    const { dev, ino } = statsOf(fd)
    return `${dev} ${ino}`
  } catch {
    return undefined
  }
}

function notBlocking(fd: 1 | 2): number {
  if (statsOf(fd).isFile()) return fd
  try {
    // A pipe or terminal opened anew has a mode of its own, so that the application's stays as it is.
    const { O_WRONLY, O_APPEND, O_NONBLOCK, O_NOCTTY } = constants
    return openSync(`/proc/self/fd/${fd}`, O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY)
  } catch {
    // A socket, or no /proc. Node makes these non-blocking when the application first uses the stream.
    touch(fd)
    return fd
  }
}

/**
 * With `bigint`, because without it Node 20 leaves a pipe's stats where its module loader looks for those of a folder,
 * and modules behind symbolic links are then loaded twice.
 */
function statsOf(fd: 1 | 2) {
  return fstatSync(fd, { bigint: true })
}

function touch(fd: 1 | 2): void {
  if (isMainThread) void (fd === 1 ? process.stdout : process.stderr)
}

/** Worker threads can't make a socket non-blocking, so the main thread does, when the first of them starts. */
export function shareStream(fd: 1 | 2): void {
  try {
    if (isMainThread && statsOf(fd).isSocket()) process.once('worker', () => touch(fd))
  } catch {
    // The stream is closed: there is nothing to wait for.
  }
}
