import type { Terminal } from '../command.ts'
import { percent } from '../format.ts'

/** Says how far the reading is, to somebody who waits. */
export interface Progress {
  /** 0 where the whole is not known. */
  begin(bytes: number): void
  at(bytes: number): void
  end(): void
}

const quietMs = 500
const everyMs = 100
const barWidth = 24

/** A bar on stderr where that is a terminal, and only for what takes its time. */
export function createProgress(
  { err, errIsTty }: Terminal,
  now: () => number = performance.now.bind(performance),
): Progress {
  let [whole, since, shownAt] = [0, 0, 0]

  return {
    begin(bytes) {
      whole = bytes
      since = now()
    },
    at(bytes) {
      const at = now()
      if (!errIsTty || at - since < quietMs || at - shownAt < everyMs) return
      shownAt = at
      err(`\r\x1b[K${progressLine(bytes, whole, at - since)}`)
    },
    end() {
      if (shownAt > 0) err('\r\x1b[K')
    },
  }
}

/** `reading ████████░░░░ 41 %, 410 of 1,000 MB, 95 MB/s`. */
export function progressLine(bytes: number, whole: number, ms: number): string {
  const speed = `${megabytes((bytes / ms) * 1000)} MB/s`
  if (whole === 0) return `reading ${megabytes(bytes)} MB, ${speed}`
  const share = Math.min(1, bytes / whole)
  const full = Math.round(share * barWidth)
  const bar = '█'.repeat(full) + '░'.repeat(barWidth - full)
  return `reading ${bar} ${percent(share)}, ${megabytes(bytes)} of ${megabytes(whole)} MB, ${speed}`
}

const megabytes = (bytes: number) => Math.round(bytes / 1e6).toLocaleString('en')
