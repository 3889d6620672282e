import type { ProfileRecord } from '../model.ts'
import { flushBeforeSignals } from './before-signals.ts'

/** Lines that wait to be written together. */
export interface Gathering {
  add(line: string, record: ProfileRecord): void
  /** Writes what waits. */
  flush(): void
  /** The same; nothing is to be added after it. */
  end(): void
}

// The application's tests may put fakes in their place.
const { setTimeout, clearTimeout } = globalThis
/** More is written at once. */
const mostBytes = 65_536

/** Gathers lines for at most `ms`, or until they are as many bytes as `most` says. `lost` is notified of each that `write` refused. */
export function createGathering(
  ms: number,
  most: () => number,
  write: (lines: string) => boolean,
  lost: (library: string, scope: string) => void,
): Gathering {
  let lines = ''
  let bytes = 0
  /** The library and name of each record, in turn: the records themselves would be kept from the collector. */
  let gathered: string[] = []
  let timer: NodeJS.Timeout | undefined

  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    if (bytes === 0) return
    const [together, those] = [lines, gathered]
    lines = ''
    bytes = 0
    gathered = []
    if (write(together)) return
    for (let i = 0; i < those.length; i += 2) lost(those[i] as string, those[i + 1] as string)
  }
  const leave = flushBeforeSignals(flush)

  return {
    add(line, record) {
      const size = Buffer.byteLength(line)
      if (bytes + size > Math.min(mostBytes, most())) flush()
      lines += line
      bytes += size
      gathered.push(record.library, record.name)
      timer ??= setTimeout(flush, ms).unref()
    },
    flush,
    end() {
      flush()
      leave()
    },
  }
}
