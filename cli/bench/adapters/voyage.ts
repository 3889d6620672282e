import type { Values } from '../../../agent/config/group.ts'
import { choice, number, text } from '../../../agent/config/option.ts'
import { batchSize, embedder, type Given } from './adapter.ts'

const settings = {
  base_url: text('', 'Where another server speaks the protocol of Voyage; empty for Voyage itself.'),
  model: text('voyage-3.5', 'The model.'),
  input_type: choice(
    'none',
    ['none', 'document', 'query'],
    'What the texts are for; one for documents and queries, `none` does not say.',
  ),
  dimensions: number(0, 'Numbers of a vector, where the model can be asked for fewer; 0 does not ask.', 0, 1e5, true),
  batch_size: batchSize(1000),
} as const
type Mine = Given<Values<typeof settings>>

/** What is used of `voyageai`. */
interface Client {
  embed(
    request: object,
  ): Promise<{ readonly data?: readonly { readonly index?: number; readonly embedding?: number[] }[] }>
}
type Package = { readonly VoyageAIClient: new (options: object) => Client }

/** Its key is in `VOYAGE_API_KEY`, which the client reads itself. */
export const voyage = embedder({
  packages: () => ['voyageai'],
  settings,
  async open({ settings, load }: Mine) {
    const { VoyageAIClient } = await load<Package>('voyageai')
    const { base_url, model, input_type, dimensions } = settings
    const client = new VoyageAIClient(base_url === '' ? {} : { environment: base_url })
    const asked = {
      model,
      ...(input_type !== 'none' && { inputType: input_type }),
      ...(dimensions > 0 && { outputDimension: dimensions }),
    }
    return {
      async embed(texts) {
        const { data = [] } = await client.embed({ ...asked, input: texts })
        const sorted = [...data].sort((one, other) => (one.index ?? 0) - (other.index ?? 0))
        return sorted.map(({ embedding = [] }) => embedding)
      },
      close: async () => {},
    }
  },
})
