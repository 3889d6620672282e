import { isEmptyBook, openBook } from '../agent/output/cost/book.ts'
import { type Costs, createCosts } from '../agent/output/cost/cost.ts'
import type { Terminal } from './command.ts'
import { findConfig } from './find-config.ts'
import { count } from './format.ts'

/** By the prices of the configuration here, and the published ones; undefined where there are none. */
export function costsHere({ cwd, env }: Pick<Terminal, 'cwd' | 'env'>): Costs | undefined {
  const { prices } = findConfig(cwd, env).config
  const book = openBook(prices, cwd)
  return isEmptyBook(book, prices.models) ? undefined : createCosts(book)
}

const mostNamed = 3

/** The models without a price, said once. */
export function unpricedNote(costs: Costs | undefined): string[] {
  const unpriced = costs?.unpriced() ?? []
  if (unpriced.length === 0) return []
  const names = unpriced.slice(0, mostNamed).map(({ model, library }) => `${model} of ${library}`)
  const more = unpriced.length > mostNamed ? ` and ${count(unpriced.length - mostNamed)} more` : ''
  return [
    `Without a price, so in no cost: ${names.sort().join(', ')}${more}. \`prices.models\` in crossbridge.yml gives one.`,
  ]
}
