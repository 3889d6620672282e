import { writeSync } from 'node:fs'
import type { OutputOf } from '../config/unions.ts'
import { reasonOf } from '../diagnostics.ts'
import type { Output, WarnOnce } from '../model.ts'
import { openAppended, type System } from './append.ts'
import { createGathering } from './gather.ts'
import type { Identity } from './identity.ts'

type FileOptions = Pick<OutputOf<'file'>, 'path' | 'rotate'> & Partial<Pick<OutputOf<'file'>, 'buffer_ms'>>

// The application may replace the clock, and a reload comes later. A string costs half of what a Buffer made of it does.
const system: System = { now: Date.now, write: (fd, lines) => writeSync(fd, lines) }

/**
 * JSON lines appended to a file, each by one synchronous write: nothing that was emitted waits in a buffer, but for
 * `buffer_ms`. `lost` is notified of each that was gathered and then could not be written. The first line of a file, of each
 * process and thread that writes to it, says whose records follow, and the last at its end what became of its calls.
 */
export function createFileOutput(
  options: FileOptions,
  warnOnce: WarnOnce,
  parts = system,
  lost: (library: string, scope: string) => void = () => {},
  identity?: Identity,
): Output {
  const { path, rotate, buffer_ms = 0 } = options
  const appended = openAppended(options, warnOnce, parts, () => identity?.start() ?? '')
  const failed = (error: unknown) => {
    warnOnce(
      `file ${path}`,
      `records can't be written to ${appended.file()} (${reasonOf(error)}); they are dropped until it can be`,
    )
    return false
  }
  const append = (lines: string): boolean => {
    try {
      appended.append(lines)
      return true
    } catch (error) {
      return failed(error)
    }
  }
  const mostBytes = rotate.size_mb > 0 ? rotate.size_mb * 1e6 : Infinity
  let gathering =
    buffer_ms > 0 ? createGathering(buffer_ms, () => Math.min(mostBytes, appended.most()), append, lost) : undefined

  return {
    write(record) {
      try {
        const line = `${JSON.stringify(record)}\n`
        if (gathering === undefined) appended.append(line)
        else gathering.add(line, record)
        return true
      } catch (error) {
        return failed(error)
      }
    },
    ready() {
      try {
        appended.ready()
      } catch {
        // The first record meets the same, and tells it.
      }
    },
    settle: () => gathering?.flush(),
    flush() {
      gathering?.end()
      // Work of the application's own exit handlers is still recorded.
      gathering = undefined
    },
    exit() {
      if (identity !== undefined && appended.isBegun()) append(identity.summary())
    },
    renew: appended.beginAnew,
    close() {
      gathering?.end()
      appended.close()
    },
  }
}
