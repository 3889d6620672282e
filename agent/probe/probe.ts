import { resolve } from 'node:path'
import { ours, textOf } from '../diagnostics.ts'
import { failureOf, loadExtension, type Probe } from '../extensions.ts'
import type { Counts, ProfileRecord, WarnOnce } from '../model.ts'
import { recordOf, type Stamp } from './emitted.ts'

/** The parts of the agent that probes use. */
export interface ProbeParts {
  /** The configuration file's folder. */
  readonly folder: string
  /** The location of `probes` in the configuration. */
  readonly location: () => string
  readonly stamp: Stamp
  readonly counts: (library: string, scope: string) => Counts
  /** Takes a record, past the limiter. */
  readonly take: (record: ProfileRecord, counts: Counts) => void
  readonly warnOnce: WarnOnce
}

/** The probes under way. */
export interface Probes {
  /** Starts those that are named and not under way, and stops those that are no longer named. */
  apply(paths: readonly string[], withMetadata: boolean): void
}

interface Running {
  /** Never throws. */
  stop(): void
}

const mostNames = 1000

export function createProbes(parts: ProbeParts): Probes {
  const { folder, location, stamp, counts, take, warnOnce } = parts
  const running = new Map<string, Running>()
  const names = new Set<string>()
  let withMetadata = true

  const start = (path: string): Running => {
    let probe: Probe | undefined
    let on = true

    const fail = (what: string) => {
      warnOnce(`probe ${path}`, `probes: ${path} ${what} (${location()}); it is switched off`)
      stop()
    }
    const failIn = (what: string, error: unknown) =>
      fail(`has failed in ${what}: ${failureOf(error, resolve(folder, path))}`)
    const attempt = (what: 'start' | 'stop', run: () => unknown) => {
      try {
        const result = run()
        if (typeof result === 'object' && result !== null) Promise.resolve(result).catch((error) => failIn(what, error))
      } catch (error) {
        failIn(what, error)
      }
    }
    const emit = (given: unknown) => {
      if (!on) return
      try {
        const record = recordOf(given, withMetadata, stamp)
        const { library, name } = record
        if (names.size >= mostNames && !names.has(`${library} ${name}`))
          throw ours(`there are more than ${mostNames} names`)
        names.add(`${library} ${name}`)
        take(record, counts(library, name))
      } catch (error) {
        warnOnce(`emit ${path}`, `probes: what ${path} emits is dropped (${location()}): ${textOf(error)}`)
      }
    }
    const stop = () => {
      if (!on) return
      on = false
      const last = probe
      if (last !== undefined) attempt('stop', () => last.stop?.())
    }

    loadExtension(path, folder)
      .then((made) => {
        if (typeof (made as Probe | undefined)?.start !== 'function')
          throw ours('has no probe as its default export, an object with start(emit) or a function that makes one')
        if (!on) return
        probe = made as Probe
        attempt('start', () => probe?.start(emit))
      })
      .catch((error) => fail(textOf(error)))
    return { stop }
  }

  return {
    apply(paths, metadata) {
      withMetadata = metadata
      for (const [path, probe] of running) {
        if (paths.includes(path)) continue
        running.delete(path)
        probe.stop()
      }
      for (const path of paths) if (!running.has(path)) running.set(path, start(path))
    },
  }
}
