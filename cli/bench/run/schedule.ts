import { randomOf } from '../../random.ts'
import type { Plan, Variant } from '../model.ts'

/** One run that is to be. */
export interface Turn {
  readonly variant: Variant
  /** Index in the plan's loads. */
  readonly load: number
  readonly round: number
}

/**
 * Every variant at every load once a round, each round in another order, so that what changes on the machine meanwhile meets
 * all alike. The same seed gives the same order.
 */
export function scheduleOf({ variants, loads, iterations, seed }: Plan): readonly Turn[] {
  const random = randomOf(seed)
  const round = (number: number): Turn[] => {
    const turns = loads.flatMap((_, load) => variants.map((variant) => ({ variant, load, round: number })))
    for (let i = turns.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1))
      const [one, other] = [turns[i] as Turn, turns[j] as Turn]
      turns[i] = other
      turns[j] = one
    }
    return turns
  }
  return Array.from({ length: iterations }, (_, number) => round(number)).flat()
}
