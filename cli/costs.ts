import { isEmptyBook, openBook } from '../agent/output/cost/book.ts'
import { type Costs, createCosts } from '../agent/output/cost/cost.ts'
import type { Terminal } from './command.ts'
import { findConfig } from './find-config.ts'

/** By the prices of the configuration here, and the published ones; undefined where there are none. */
export function costsHere({ cwd, env }: Pick<Terminal, 'cwd' | 'env'>): Costs | undefined {
  const { prices } = findConfig(cwd, env).config
  const book = openBook(prices, cwd)
  return isEmptyBook(book, prices.models) ? undefined : createCosts(book)
}
