import type { Costs } from '../cost/cost.ts'
import { count, counted } from '../format.ts'
import type { Collected } from './collect.ts'
import type { Report } from './model.ts'

/** The rate of a shorter run says nothing of a month. */
const leastSeconds = 600
const monthSeconds = 30 * 24 * 3600
const mostNamed = 3

/** What all calls cost; nothing where none has a price. */
export function totalCost({ scopes, from, to }: Collected, costs: Costs | undefined): Pick<Report, 'cost'> {
  const total = scopes.reduce((sum, { cost }) => sum + cost, 0)
  if (costs === undefined || total === 0) return {}
  const seconds = to - from
  const month = seconds >= leastSeconds ? { month: (total / seconds) * monthSeconds } : {}
  return { cost: { currency: costs.currency, total, ...month } }
}

/** What a reader of costs needs to know: the models without a price, or why there are no costs. */
export function costNotes({ scopes }: Collected, costs: Costs | undefined): string[] {
  const tokens = scopes.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0)
  if (costs === undefined)
    return tokens > 0
      ? [
          'Costs are not shown: install `@pydantic/genai-prices` beside the application, or say `prices.models` in crossbridge.yml.',
        ]
      : []
  const unpriced = costs.unpriced()
  if (unpriced.length === 0) return []
  const named = unpriced
    .slice(0, mostNamed)
    .map(({ model, library, calls }) => `${model} of ${library} (${counted(calls, 'record')})`)
  const more = unpriced.length > mostNamed ? ` and ${count(unpriced.length - mostNamed)} more` : ''
  return [`Without a price, so in no cost: ${named.join(', ')}${more}. \`prices.models\` in crossbridge.yml gives one.`]
}
