import type { Values } from '../../../agent/config/group.ts'
import { choice, number, text } from '../../../agent/config/option.ts'
import { batchSize, embedder, type Given } from './adapter.ts'

const settings = {
  base_url: text('', 'Where another server speaks the protocol of Cohere; empty for Cohere itself.'),
  model: text('embed-v4.0', 'The model.'),
  input_type: choice(
    'search_document',
    ['search_document', 'search_query', 'classification', 'clustering'],
    'What the texts are for; one for documents and queries.',
  ),
  dimensions: number(0, 'Numbers of a vector, where the model can be asked for fewer; 0 does not ask.', 0, 1e5, true),
  batch_size: batchSize(96),
} as const
type Mine = Given<Values<typeof settings>>

/** What is used of `cohere-ai`. */
interface Client {
  embed(request: object): Promise<{ readonly embeddings: { readonly float?: number[][] } }>
}
type Package = { readonly CohereClientV2: new (options: object) => Client }

/** Its key is in `CO_API_KEY`, which the client reads itself. */
export const cohere = embedder({
  packages: () => ['cohere-ai'],
  settings,
  async open({ settings, load }: Mine) {
    const { CohereClientV2 } = await load<Package>('cohere-ai')
    const { base_url, model, input_type, dimensions } = settings
    const client = new CohereClientV2(base_url === '' ? {} : { environment: base_url })
    const asked = {
      ...{ model, inputType: input_type, embeddingTypes: ['float'] },
      ...(dimensions > 0 && { outputDimension: dimensions }),
    }
    return {
      embed: async (texts) => (await client.embed({ ...asked, texts })).embeddings.float ?? [],
      close: async () => {},
    }
  },
})
