import { money } from '../../agent/output/cost/cost.ts'
import { percent } from '../format.ts'
import type { Collected } from '../report/collect.ts'
import { tableOf } from '../table.ts'

/** What the calls of one model cost in both runs; `for_1000` is for a thousand calls, since runs differ in length. */
export interface CostChange {
  readonly name: string
  readonly library: string
  /** That of the calls, or the library where they name none. */
  readonly model: string
  readonly before: Paid
  readonly after: Paid
  /** Of `for_1000`, `after` / `before` - 1; undefined where one run has none. */
  readonly change?: number
}

interface Paid {
  readonly cost: number
  readonly for_1000: number
}

/** Everything that has a price in either run, the largest difference first. */
export function costChanges(before: Collected, after: Collected): CostChange[] {
  const [was, is] = [paidIn(before), paidIn(after)]
  return [...new Set([...was.keys(), ...is.keys()])]
    .map((key): CostChange => {
      const [name = '', library = '', model = ''] = JSON.parse(key) as string[]
      const [one, other] = [was.get(key) ?? nothing, is.get(key) ?? nothing]
      const both = one.for_1000 > 0 && other.for_1000 > 0
      return {
        ...{ name, library, model, before: one, after: other },
        ...(both && { change: other.for_1000 / one.for_1000 - 1 }),
      }
    })
    .sort((a, b) => differenceOf(b) - differenceOf(a))
}

const nothing: Paid = { cost: 0, for_1000: 0 }
const differenceOf = ({ before, after }: CostChange) => Math.abs(after.cost - before.cost)

function paidIn({ scopes }: Collected): Map<string, Paid> {
  return new Map(
    scopes.flatMap(({ name, library, calls, models, modelCosts }) =>
      [...modelCosts].map(([model, cost]): [string, Paid] => [
        JSON.stringify([name, library, model]),
        { cost, for_1000: (cost / Math.max(1, models.get(model) ?? calls)) * 1000 },
      ]),
    ),
  )
}

/** A table, empty where nothing has a price; that a run is longer than the other is no difference. */
export function costRows(changes: readonly CostChange[], currency: string): string[][] {
  if (changes.length === 0) return []
  const rows = changes.map(({ name, library, model, before, after, change }) => [
    ...[name, library, model],
    `${money(before.cost, currency)} → ${money(after.cost, currency)}`,
    `${money(before.for_1000, currency)} → ${money(after.for_1000, currency)}`,
    change === undefined ? '' : `${change < 0 ? '-' : '+'}${percent(Math.abs(change))}`,
  ])
  return [['scope', 'library', 'model', 'cost', 'for 1,000 calls', ''], ...rows]
}

export const costText = (changes: readonly CostChange[], currency: string): string[] =>
  changes.length === 0 ? [] : ['', ...tableOf(costRows(changes, currency), [0, 1, 2])]
