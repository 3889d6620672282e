import type { Config } from '../../config/schema.ts'
import type { Observed, WarnOnce } from '../../model.ts'
import { openBook } from './book.ts'
import { createCosts } from './cost.ts'

interface CallCostsParts {
  readonly prices: Config['prices']
  /** True to take published prices too. */
  readonly published: boolean
  /** Where the application's packages are looked for. */
  readonly folder: string
  readonly warnOnce: WarnOnce
}

/** What single calls cost, for a counter. */
export interface CallCosts {
  readonly currency: string
  of(call: Observed): number
}

const { now: dateNow } = Date
/** Of more models without a price nobody would read. */
const mostNamed = 10

export function openCallCosts({ prices, published, folder, warnOnce }: CallCostsParts): CallCosts {
  const book = openBook(prices, published ? folder : undefined)
  if (published && book.known === undefined) warnOnce('no prices', whyUnknown(prices.currency))
  let named = 0
  const costs = createCosts(book, (model, library) => {
    if (named++ < mostNamed)
      warnOnce(
        `price ${library} ${model}`,
        `${model} of ${library} has no price, so that no cost has its calls; prices.models gives one`,
      )
  })

  return {
    currency: book.currency,
    of: ({ point, metadata }) =>
      metadata === undefined
        ? 0
        : costs.of({ name: point.name, library: point.library, metadata, timestamp: dateNow() / 1000 }),
  }
}

const whyUnknown = (currency: string) =>
  currency === 'USD'
    ? 'output.costs is published, and @pydantic/genai-prices is not there: install it beside the application; until then costs are by prices.models alone'
    : `output.costs is published, and published prices are in USD, prices.currency is ${currency}: costs are by prices.models alone`
