import { UsageError } from '../command.ts'
import type { BenchReport } from './model.ts'

/** A share by which a variant may be slower than the baseline. Throws a `UsageError`. */
export function parseSlower(text: string): number {
  const [, percent] = /^slower:(\d+(?:\.\d+)?)%$/.exec(text) ?? []
  if (percent === undefined) throw new UsageError(`--fail-on takes slower:10%, not ${JSON.stringify(text)}`)
  return Number(percent) / 100
}

/** The standings that are slower than the baseline by more than this for certain, each in a sentence. */
export function slowerThan(share: number, { standings, baseline }: BenchReport): string[] {
  return standings
    .filter(({ verdict, speedup }) => verdict === 'slower' && 1 / (speedup?.high ?? Infinity) > 1 + share)
    .map(
      ({ variant, speedup }) =>
        `${variant} is slower than ${baseline} by more than ${share * 100} %: ${(1 / (speedup?.value ?? 1)).toFixed(2)} times as long`,
    )
}
