import { stat } from 'node:fs'
import type { Loaded } from './config/load.ts'
import type { Config } from './config/schema.ts'
import type { Tell } from './model.ts'

/** How the configuration is read again. */
export interface Reread {
  readonly file: string
  readonly load: () => Loaded
}

const { setInterval } = globalThis
const everyMs = 1000

/** Looks every second whether the file has changed; what is read then takes effect whole, or not at all. */
export function watchConfig(first: Loaded, { file, load }: Reread, tell: Tell, apply: (config: Config) => void): void {
  let current = first
  let stamp: string | undefined
  let times = 0

  const reread = () => {
    const next = load()
    const fresh = next.problems.filter((problem) => !current.problems.includes(problem))
    times++
    if (fresh.length > 0) {
      for (const problem of fresh) tell(`${times} ${problem}`, problem)
      tell(`${times} kept`, `${file} has changed and has mistakes; the configuration before it stays in force`)
      return
    }
    if (JSON.stringify(next.instrumentations) !== JSON.stringify(current.instrumentations))
      tell('entries', `instrumentations have changed in ${file}; these take effect with the next start`)
    current = next
    apply(next.config)
    tell(`${times} applied`, `${file} has changed and is in force`)
  }
  const look = () =>
    stat(file, { bigint: true }, (error, found) => {
      const seen = error ? undefined : `${found.dev} ${found.ino} ${found.size} ${found.mtimeNs}`
      if (stamp !== undefined && seen !== undefined && seen !== stamp) reread()
      stamp = seen ?? stamp
    })
  look()
  setInterval(look, everyMs).unref()
}
