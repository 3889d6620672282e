import type { Values } from '../../../agent/config/group.ts'
import { number, text } from '../../../agent/config/option.ts'
import { batchSize, embedder, type Given } from './adapter.ts'

const settings = {
  base_url: text('', 'Where a server speaks the protocol of OpenAI; empty for OpenAI itself, or `OPENAI_BASE_URL`.'),
  model: text('text-embedding-3-small', 'The model.'),
  dimensions: number(
    0,
    'Numbers of a vector, where the model can be asked for fewer; 0 does not ask.',
    0,
    100_000,
    true,
  ),
  batch_size: batchSize(2048),
} as const
type Mine = Given<Values<typeof settings>>

/** What is used of `openai`. */
interface Client {
  readonly embeddings: {
    create(
      body: object,
    ): Promise<{ readonly data: readonly { readonly index: number; readonly embedding: number[] }[] }>
  }
}
type Package = { readonly OpenAI: new (options: object) => Client }

/** Its key is in `OPENAI_API_KEY`, which the client reads itself. */
export const openai = embedder({
  packages: () => ['openai'],
  settings,
  async open({ settings, load }: Mine) {
    const { OpenAI } = await load<Package>('openai')
    const { base_url, model, dimensions } = settings
    const client = new OpenAI(base_url === '' ? {} : { baseURL: base_url })
    return {
      async embed(texts) {
        const body = { model, input: texts, ...(dimensions > 0 && { dimensions }) }
        const { data } = await client.embeddings.create(body)
        return [...data].sort((one, other) => one.index - other.index).map(({ embedding }) => embedding)
      },
      close: async () => {},
    }
  },
})
