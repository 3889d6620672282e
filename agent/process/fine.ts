import { openMeanwhile } from './open.ts'
import { beginProfiling } from './sessions.ts'

/** Told the file's path, or why there is none. */
export type Answer = (file: string | undefined, why?: string) => void

export interface Files {
  nameOf(kind: string): string
  /** Gives the file's path; undefined where it can't be written, which is reported. */
  write(name: string, profile: unknown): string | undefined
}

/** Profiles at an interval of their own: a burst, or by hand. */
export interface FineProfiles {
  /** Gives the function that ends it early. */
  begin(kind: string, seconds: number, intervalMs: number, answer: Answer): () => void
  /** Ends all that is under way. */
  end(): void
}

export const unwritten = 'the profile could not be written; the application says why on stderr'
// The application's tests may put fakes in their place.
const { setTimeout, clearTimeout } = globalThis

export function createFineProfiles(files: Files, guarded: <R>(run: () => R) => R | undefined): FineProfiles {
  const underWay = new Set<() => void>()

  return {
    begin(kind, seconds, intervalMs, answer) {
      const name = files.nameOf(kind)
      const stop = beginProfiling(intervalMs)
      const sampled = openMeanwhile().sampling()
      const done = () => {
        if (!underWay.delete(done)) return
        clearTimeout(timer)
        sampled()
        const file = guarded(() => {
          const profile = stop()
          return profile && files.write(name, profile)
        })
        answer(file, file === undefined ? unwritten : undefined)
      }
      underWay.add(done)
      const timer = setTimeout(done, seconds * 1000).unref()
      return done
    },
    end() {
      for (const done of [...underWay]) done()
    },
  }
}
