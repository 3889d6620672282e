import { createRequire } from 'node:module'
import { join } from 'node:path'
import { agentRequire } from '../../chunk.ts'
import type { Price } from '../../config/prices.ts'
import { createKnown, type Known } from './known.ts'

/** Prices: the user's own first, then those that are known of the vendors. */
export interface PriceBook {
  readonly currency: string
  /** The own price of a model, else of its library; `*` at a name's end stands for any rest, and the longest name counts. */
  own(model: string | undefined, library: string): Price | undefined
  /** The published ones, in USD; undefined where the package is not installed. */
  readonly known: Known | undefined
}

interface BookOptions {
  readonly currency: string
  readonly models: Readonly<Record<string, Price>>
}

const packageName = '@pydantic/genai-prices'

/** Published prices are looked for beside the application in `folder`, then beside this package; without a folder nowhere. */
export function openBook({ currency, models }: BookOptions, folder: string | undefined): PriceBook {
  const names = Object.keys(models).sort((one, other) => other.length - one.length)
  const priceOf = (name: string) => {
    const found = names.find((own) => (own.endsWith('*') ? name.startsWith(own.slice(0, -1)) : name === own))
    return found === undefined ? undefined : models[found]
  }
  // The published prices are in USD: beside own ones in another currency there would be two in one sum.
  const known = currency === 'USD' && folder !== undefined ? createKnown(requireFrom(folder)) : undefined
  return {
    currency,
    own: (model, library) => (model === undefined ? undefined : priceOf(model)) ?? priceOf(library),
    known,
  }
}

/** True where nothing has a price. */
export const isEmptyBook = ({ known }: PriceBook, models: object): boolean =>
  known === undefined && Object.keys(models).length === 0

/** An optional peer: beside the application, or beside this package. */
function requireFrom(folder: string): unknown {
  for (const from of [() => createRequire(join(folder, 'package.json')), agentRequire]) {
    try {
      return from()(packageName)
    } catch {
      // It is not there.
    }
  }
  return undefined
}
