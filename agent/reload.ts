import { type BigIntStats, stat, statSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
import type { Loaded } from './config/load.ts'
import { reasonOf } from './diagnostics.ts'
import { askReload, reloadsAsked } from './threads.ts'

/** Reads the configuration again. */
export interface Reread {
  readonly file: string
  readonly load: () => Loaded
}

interface WatchParts {
  /** In force now. */
  readonly first: Loaded
  readonly reread: Reread
  readonly say: (message: string) => void
  /** Puts what was read in force. */
  readonly apply: (loaded: Loaded) => void
  readonly fault: (error: unknown) => void
}

const { setInterval, clearInterval, setTimeout } = globalThis
const dateNow = Date.now
const everyMs = 1000
/** A file that was written this long ago or less may still be written to, within one tick of its clock. */
const freshMs = 100
const mostWaits = 20

/**
 * Reads the configuration again when its file has changed (looked at every second) or the signal comes, and puts it in
 * force whole, or not at all.
 */
export function watchConfig({ first, reread: { file, load }, say, apply, fault }: WatchParts): void {
  let current = first
  let fingerprint: string | undefined
  let looking = false
  let waits = 0
  let missed = 0
  let there = fingerprintNow(file) !== undefined
  let asked = reloadsAsked()
  let timer: NodeJS.Timeout | undefined
  let signal: 'SIGUSR2' | 'SIGHUP' | undefined
  let told = false

  const read = (byHand: boolean) => {
    const next = load()
    const known = new Set(current.problems.map(withoutLocation))
    const fresh = next.problems.filter((problem) => !known.has(withoutLocation(problem)))
    if (fresh.length > 0) {
      for (const problem of fresh) say(withoutRemedy(problem))
      say(`${file} has mistakes; the configuration that was read before it stays in force`)
      return
    }
    const entries = JSON.stringify(next.instrumentations) !== JSON.stringify(current.instrumentations)
    const same = !entries && comparable(next) === comparable(current)
    if (same && byHand) say(`${file} was read again, nothing in it has changed`)
    if (same) return
    current = next
    apply(next)
    const last =
      current.config.reload || current.config.reload_signal !== 'none' ? '' : ', the last change that is followed'
    say(`${file} has changed and is in force${last}`)
    if (entries) say(`instrumentations have changed in ${file}; these take effect with the next start`)
    settle()
  }
  const guarded = (run: () => void) => {
    try {
      run()
    } catch (error) {
      fault(error)
    }
  }

  const look = () => {
    if (!isMainThread && asked !== reloadsAsked()) {
      asked = reloadsAsked()
      guarded(() => read(true))
    }
    if (!current.config.reload || looking) return
    looking = true
    stat(file, { bigint: true }, (error, found) => {
      looking = false
      guarded(() => {
        if (!error) return compare(found)
        // An editor that writes the file anew may leave it missing for a moment.
        if (++missed === 2 && there)
          say(`${file} can't be found any more (${error.code}); the configuration that was read from it stays in force`)
      })
    })
  }
  const compare = (found: BigIntStats) => {
    missed = 0
    there = true
    const seen = fingerprintOf(found)
    if (seen === fingerprint) return
    if (waits < mostWaits && Math.abs(dateNow() - Number(found.mtimeMs)) < freshMs) {
      waits++
      setTimeout(look, freshMs).unref()
      return
    }
    waits = 0
    fingerprint = seen
    read(false)
  }

  const heard = () => {
    askReload()
    guarded(() => {
      fingerprint = fingerprintNow(file)
      read(true)
    })
  }
  /** Watches as the configuration in force says. */
  const settle = () => {
    const { reload, reload_signal } = current.config
    const wanted = reload_signal === 'none' ? undefined : reload_signal
    const looks = reload || (wanted !== undefined && !isMainThread)
    if (looks) timer ??= setInterval(look, everyMs).unref()
    else {
      clearInterval(timer)
      timer = undefined
    }
    if (!isMainThread || wanted === signal) return
    if (signal !== undefined) process.off(signal, heard)
    signal = undefined
    if (wanted === undefined) return
    if (process.platform === 'win32') {
      if (!told)
        say(`reload_signal: Windows has no ${wanted} that could be sent; change the file with reload: true instead`)
      told = true
      return
    }
    try {
      process.on(wanted, heard)
      signal = wanted
    } catch (error) {
      say(
        `reload_signal: ${wanted} can't be listened to here (${reasonOf(error)}); change the file with reload: true instead`,
      )
    }
  }
  settle()
}

const fingerprintOf = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats) =>
  [dev, ino, size, mtimeNs, ctimeNs].join(' ')

function fingerprintNow(file: string): string | undefined {
  try {
    return fingerprintOf(statSync(file, { bigint: true }))
  } catch {
    return undefined
  }
}

/** A mistake that has only moved within the file is no new one. */
const withoutLocation = (problem: string) => problem.replace(/:\d+:\d+/g, '')

/** At a start a mistake says what is used instead; here nothing of the file is. */
const withoutRemedy = (problem: string) => problem.replace(/, it is ignored(?=;|$)|; using [^;]+/, '')

const comparable = ({ config, problems }: Loaded) => JSON.stringify([config, problems.map(withoutLocation)])
