import type { Loaded } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { meaningOf } from '../config/unified.ts'
import { wireNames } from '../library.ts'
import { type Manifest, manifestOf, targetNames } from '../manifest.ts'
import type { WarnOnce } from '../model.ts'
import { isNew, isNoted } from '../threads.ts'
import { covers, unknownTargets } from './targets.ts'

interface Parts {
  /** The configuration in force. */
  readonly current: () => Loaded
  /** Every library and entry that there is. */
  readonly manifests: readonly Manifest[]
  readonly warnOnce: WarnOnce
}

/** The names in `targets` and `thresholds.by_target` that mean nothing: told at exit, since manual scopes show as they run. */
export function followUnknownTargets({ current, manifests, warnOnce }: Parts) {
  return {
    /** A manual scope has begun, in any thread: the names that cover it mean something. */
    found(scope: string): void {
      for (const [, names] of namesIn(current().config))
        for (const name of names) if (covers(name, scope)) isNew(`manual ${name}`)
    },
    warn(): void {
      const { config, instrumentations, where } = current()
      const known = targetNames([...manifests, ...instrumentations.map(manifestOf)])
      for (const [option, names] of namesIn(config)) {
        const isMeant = (name: string) => isNoted(`manual ${name}`) || meaningOf(name) !== undefined
        // The services' names are read only where that may help.
        const meant = names.filter((name) => isMeant(name) || (!known.includes(name) && wireNames().includes(name)))
        for (const { name, hint } of unknownTargets(names, known, meant)) {
          const mend = hint ? `; did you mean ${hint}?` : ''
          warnOnce(
            `unknown ${option} ${name}`,
            `${option}: ${name} is not a target, scope, library or entry (${where(option)})${mend}`,
          )
        }
      }
    },
  }
}

const namesIn = ({ targets, thresholds }: Config) =>
  [
    ['targets', targets],
    ['thresholds.by_target', Object.keys(thresholds.by_target)],
  ] as const
