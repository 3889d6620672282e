import { ftruncateSync, readdirSync, readSync, realpathSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { OutputOf } from '../config/unions.ts'
import { reasonOf } from '../diagnostics.ts'
import type { WarnOnce } from '../model.ts'
import { locked } from './lock.ts'
import { reading } from './path.ts'

/** Moves a full or old file to `.1`, the one before it to `.2`, and so on. */
export interface Rotation {
  /** Notes how old a file is that was just opened. */
  opened(file: string, size: number, at: number): void
  /** True if a file of `size` bytes must be rotated before it takes `bytes` more; never for an empty one. */
  isDue(size: number, bytes: number, at: number): boolean
  /** Rotates it, unless another thread or process does or did. Never throws. */
  rotate(file: string, opened: Rotated, bytes: number): void
}

/** The file itself, wherever its name leads by now. */
interface Rotated {
  readonly fd: number
  readonly dev: bigint
  readonly ino: bigint
}

/** Rotated files have these numbers; higher ones are not ours to remove. */
const highest = 1000
/** Before it is tried again where another is at it. */
const politeMs = 20

export function createRotation(
  { size_mb, age_hours, keep }: OutputOf<'file'>['rotate'],
  warnOnce: WarnOnce,
  now: () => number,
): Rotation {
  const mostBytes = Math.round(size_mb * 1e6)
  const mostAge = age_hours * 3_600_000
  let begun = 0
  let notBefore = 0

  const isDue = (size: number, bytes: number, at: number) =>
    ((size_mb > 0 && size + bytes > mostBytes) || (mostAge > 0 && at - begun >= mostAge)) &&
    size > 0 &&
    (at >= notBefore || at < notBefore - 1000)
  /** Looks again, since what this thread knew of the file may be what another has rotated by now. */
  const isStillDue = (file: string, { dev, ino }: Rotated, bytes: number) => {
    const there = statSync(file, { bigint: true, throwIfNoEntry: false })
    if (there?.dev !== dev || there.ino !== ino) return false
    if (mostAge > 0) begun = beginOf(file) ?? begun
    return isDue(Number(there.size), bytes, now())
  }

  return {
    opened(file, size, at) {
      begun = at
      if (mostAge > 0 && size > 0) begun = beginOf(file) ?? at
    },
    isDue,
    rotate(path, opened, bytes) {
      try {
        // The rotated files are beside the file itself, wherever the link to it is.
        const file = realpathSync(path)
        if (!isStillDue(file, opened, bytes)) return
        const isMine = locked(file, now, (goOn) => {
          if (!isStillDue(file, opened, bytes)) return
          if (keep > 0) return shift(file, keep, goOn)
          goOn()
          empty(file, opened.fd)
          begun = now()
        })
        if (!isMine) notBefore = now() + politeMs
      } catch (error) {
        // Somebody else has moved or removed it at the same time.
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
        notBefore = now() + 1000
        warnOnce(`rotate ${path}`, `${path} can't be rotated (${reasonOf(error)}); it grows until it can be`)
      }
    },
  }
}

/** On Windows a descriptor that appends can't do it. */
function empty(file: string, fd: number): void {
  try {
    ftruncateSync(fd)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error
    truncateSync(file)
  }
}

function shift(file: string, keep: number, goOn: () => void): void {
  const there = new Set(numbersBeside(file).filter((n) => n <= highest))
  let free = 1
  while (there.has(free) && free < keep) free++
  for (let n = free; n > 1; n--) {
    goOn()
    renameSync(`${file}.${n - 1}`, `${file}.${n}`)
  }
  goOn()
  renameSync(file, `${file}.1`)
  for (const n of there) if (n > keep) rmSync(`${file}.${n}`, { force: true })
}

/** The numbers of the files that are named as the file is, with a number behind. */
function numbersBeside(file: string): number[] {
  const start = `${basename(file)}.`
  return readdirSync(dirname(file)).flatMap((name) => {
    const rest = name.startsWith(start) ? name.slice(start.length) : ''
    return /^[1-9]\d{0,11}$/.test(rest) ? [Number(rest)] : []
  })
}

/** When the file's first call ended: unlike a birth time this is known everywhere, and true after a truncation too. */
function beginOf(file: string): number | undefined {
  return reading(file, (fd) => {
    const head = Buffer.alloc(4096)
    const text = head.toString('latin1', 0, readSync(fd, head, 0, head.length, 0))
    const [, durationMs = 0, began] = /(?:"duration_ms":([\d.]+),)?"timestamp":([\d.]+)/.exec(text) ?? []
    return began === undefined ? undefined : Number(began) * 1000 + Number(durationMs)
  })
}
