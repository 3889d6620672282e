import { type Costs, money } from '../../agent/output/cost/cost.ts'
import { count, counted } from '../format.ts'
import type { Collected } from './collect.ts'
import type { Finding, Report } from './model.ts'

/** The rate of a shorter run says nothing of a month: it may be one burst, or the start alone. */
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

/** The findings with what they would save, and a month of it: what they saved in this run, over its length. */
export function withCosts(findings: readonly Finding[], { from, to }: Collected, costs: Costs | undefined): Finding[] {
  const seconds = to - from
  return findings.map((finding) => {
    const { saved_cost, saves } = finding
    if (costs === undefined || saved_cost === undefined) return finding
    const month = seconds >= leastSeconds ? (saved_cost / seconds) * monthSeconds : undefined
    const rate = month === undefined ? '' : ` (${money(month, costs.currency)} a month at this rate)`
    return {
      ...finding,
      saves: `${saves}, and ${money(saved_cost, costs.currency)}${rate}`,
      ...(month !== undefined && { saved_cost_month: month }),
    }
  })
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
