import { UsageError } from '../command.ts'
import { percent } from '../format.ts'
import { findingKinds, type Report } from './model.ts'

const kinds: readonly string[] = findingKinds

/** A limit of `--fail-on`. */
export type Verdict = { readonly text: string } & (
  | { readonly kind: string }
  | { readonly scope: string; readonly most: number }
)

/** Reads `finding:n_plus_one`, `finding:any`, `share:vector_store.search:60%`; throws a `UsageError` on another. */
export function parseVerdict(text: string): Verdict {
  const [, kind] = /^finding:([a-z_]+)$/.exec(text) ?? []
  if (kind !== undefined) {
    if (kind === 'any' || kinds.includes(kind)) return { text, kind }
    throw new UsageError(`--fail-on ${text}: there is no finding ${kind}; there are any, ${kinds.join(', ')}`)
  }
  const [, scope, most] = /^share:([\w.@/-]+):(\d+(?:\.\d+)?)%$/.exec(text) ?? []
  if (scope !== undefined && Number(most) <= 100) return { text, scope, most: Number(most) / 100 }
  throw new UsageError(
    `--fail-on ${JSON.stringify(text)} can't be read; write finding:KIND, finding:any, or share:SCOPE:PERCENT, ` +
      'such as finding:n_plus_one or share:vector_store.search:60%',
  )
}

/** What is broken, in a sentence each. */
export function brokenIn({ findings, request_time }: Report, verdicts: readonly Verdict[]): string[] {
  return verdicts.flatMap((verdict) => {
    if ('kind' in verdict)
      return findings
        .filter(({ kind }) => verdict.kind === 'any' || kind === verdict.kind)
        .map(({ title, signature }) => `${verdict.text}: ${title} (${signature})`)
    const { scope, most, text } = verdict
    const share = request_time.parts
      .filter(({ name, library }) => scope === name || scope === library || name.startsWith(`${scope}.`))
      .reduce((sum, part) => sum + part.share, 0)
    return share > most ? [`${text}: it has ${percent(share)} of the time of requests`] : []
  })
}
