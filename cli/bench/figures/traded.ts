import { percent } from '../../format.ts'
import type { BenchResult, Figure, Standing } from '../model.ts'
import { digits } from './figure.ts'
import { loadWords } from './load.ts'

/** A share of the true neighbours that is worth a sentence. */
const muchRecall = 0.01

/** Recall that was lost, or won, for the speed: of each variant that is faster or slower than the baseline, at the loads where it is. */
export function tradedIn({ plan }: BenchResult, standings: readonly Standing[]): string[] {
  if (!isSpeed(plan.rank)) return []
  return plan.variants.flatMap(({ name }) =>
    (['faster', 'slower'] as const).flatMap((verdict) => {
      const some = standings.filter((one) => one.variant === name && one.verdict === verdict)
      const [first] = some
      const baseline = standings.find((one) => one.verdict === 'baseline' && one.load === first?.load)
      if (first === undefined || baseline === undefined) return []
      const results = resultWords(first, baseline)
      if (results === undefined) return []
      const loads = some.flatMap(({ load }) => plan.loads[load] ?? [])
      const where = loads.length < plan.loads.length ? ` at ${loads.map(loadWords).join(' and ')}` : ''
      const times = timesWords(some.flatMap(({ speedup }) => speedup?.value ?? []))
      return [
        `${name} is ${times} times as ${first.verdict === 'faster' ? 'fast' : 'slow'} as ${baseline.variant}${where}, and ${results}`,
      ]
    }),
  )
}

export const isSpeed = (figure: Figure) => figure === 'throughput' || (figure.endsWith('_ms') && figure !== 'cpu_ms')

/** `2.10 to 2.14`; what is slower is told by how many times as slow it is. */
function timesWords(speedups: readonly number[]): string {
  const times = speedups.map((value) => digits(value < 1 ? 1 / value : value)).sort((a, b) => Number(a) - Number(b))
  const [least, most] = [times[0], times.at(-1)]
  return least === most ? `${least}` : `${least} to ${most}`
}

/** What it finds; by recall where that is known, else by the overlap with the baseline. */
function resultWords({ figures }: Standing, baseline: Standing): string | undefined {
  const [found, least, overlap] = [figures.recall, baseline.figures.recall, figures.overlap].map((one) => one?.value)
  if (found !== undefined && least !== undefined) {
    if (Math.abs(found - least) < muchRecall) return `finds as many of the true neighbours (recall ${found.toFixed(3)})`
    const share = least === 0 ? '' : `${percent(Math.abs(found / least - 1))} `
    return `finds ${share}${found < least ? 'fewer' : 'more'} of the true neighbours (recall ${found.toFixed(3)}, not ${least.toFixed(3)})`
  }
  if (overlap === undefined) return undefined
  return overlap > 1 - muchRecall ? 'gives the same results' : `${percent(1 - overlap)} of its results are others`
}
