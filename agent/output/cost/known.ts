/** The usage of one call, in tokens; `input` and `output` are all of them, the others are parts of `input`. */
export interface Usage {
  readonly input: number
  readonly cached: number
  readonly cacheWritten: number
  readonly output: number
}

/** Published prices of vendors, in USD. */
export interface Known {
  /** The cost of a call; undefined where the model has no price. */
  costOf(usage: Usage, model: string, provider: string, seconds: number): number | undefined
}

/** The part of `@pydantic/genai-prices` that is used. Its update from the network is never switched on. */
interface Prices {
  calcPrice(
    usage: Record<string, number>,
    model: string,
    options: { providerId: string; timestamp: Date },
  ): { readonly total_price: number; readonly model: { readonly prices: unknown }; readonly model_price: object } | null
}

/** Its provider, by the conventions' name. */
const providers: Readonly<Record<string, string>> = {
  'gcp.gemini': 'google',
  'gcp.vertex_ai': 'google',
  'gcp.gen_ai': 'google',
  'aws.bedrock': 'aws',
  'azure.ai.openai': 'azure',
  'azure.ai.inference': 'azure',
  mistral_ai: 'mistral',
  voyage_ai: 'voyageai',
  together_ai: 'together',
  moonshot_ai: 'moonshotai',
  x_ai: 'x-ai',
}

/** A model's price per token, where it is the same for any number at any time: the package takes 35 us to find it. */
interface Rates {
  readonly input: number
  readonly cached: number
  readonly cacheWritten: number
  readonly output: number
}

const mostModels = 1000

export function createKnown(found: unknown): Known | undefined {
  const { calcPrice } = (found ?? {}) as Partial<Prices>
  if (typeof calcPrice !== 'function') return undefined
  const rates = new Map<string, Rates | 'asked' | 'none'>()
  const ask = ({ input, cached, cacheWritten, output }: Usage, model: string, providerId: string, seconds: number) => {
    try {
      const usage = {
        input_tokens: input,
        output_tokens: output,
        ...(cached > 0 && { cache_read_tokens: cached }),
        ...(cacheWritten > 0 && { cache_write_tokens: cacheWritten }),
      }
      return calcPrice(usage, model, { providerId, timestamp: new Date(seconds * 1000) })
    } catch {
      return null // A usage that can't be: more from the cache than there was.
    }
  }

  return {
    costOf(usage, model, provider, seconds) {
      const providerId = providers[provider] ?? provider
      const key = `${providerId} ${model}`
      let rate = rates.get(key)
      if (rate === undefined) {
        rate = ratesOf(ask({ input: 1, cached: 0, cacheWritten: 0, output: 0 }, model, providerId, seconds))
        if (rates.size < mostModels) rates.set(key, rate)
      }
      if (rate === 'none') return undefined
      if (rate === 'asked') return ask(usage, model, providerId, seconds)?.total_price
      const { input, cached, cacheWritten, output } = usage
      const plain = Math.max(0, input - cached - cacheWritten)
      return plain * rate.input + cached * rate.cached + cacheWritten * rate.cacheWritten + output * rate.output
    },
  }
}

function ratesOf(priced: ReturnType<Prices['calcPrice']>): Rates | 'asked' | 'none' {
  if (priced === null) return 'none'
  const price = priced.model_price as Readonly<Record<string, unknown>>
  // Tiers go by the size of a call, a list of prices by its date, and some models are paid by the request.
  const isPlain = Object.values(price).every((one) => typeof one === 'number') && !Array.isArray(priced.model.prices)
  if (!isPlain || price.requests_kcount !== undefined) return 'asked'
  const perToken = (key: string) => (typeof price[key] === 'number' ? (price[key] as number) / 1e6 : undefined)
  const input = perToken('input_mtok') ?? 0
  return {
    input,
    cached: perToken('cache_read_mtok') ?? input,
    cacheWritten: perToken('cache_write_mtok') ?? input,
    output: perToken('output_mtok') ?? 0,
  }
}
