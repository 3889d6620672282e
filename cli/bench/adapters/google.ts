import type { Values } from '../../../agent/config/group.ts'
import { number, text } from '../../../agent/config/option.ts'
import { batchSize, embedder, type Given } from './adapter.ts'

const settings = {
  base_url: text('', 'Where another server speaks the protocol of Gemini; empty for Google itself.'),
  model: text('gemini-embedding-001', 'The model.'),
  task_type: text(
    '',
    'What the texts are for, as `RETRIEVAL_DOCUMENT`; one for documents and queries, empty for none.',
  ),
  dimensions: number(0, 'Numbers of a vector, where the model can be asked for fewer; 0 does not ask.', 0, 1e5, true),
  batch_size: batchSize(250),
} as const
type Mine = Given<Values<typeof settings>>

/** What is used of `@google/genai`. */
interface Client {
  readonly models: {
    embedContent(request: object): Promise<{ readonly embeddings?: readonly { readonly values?: number[] }[] }>
  }
}
type Package = { readonly GoogleGenAI: new (options: object) => Client }

const packageName = '@google/genai'

/** Its key is in `GOOGLE_API_KEY` or `GEMINI_API_KEY`, which the client reads itself. */
export const google = embedder({
  packages: () => [packageName],
  settings,
  async open({ settings, load }: Mine) {
    const { GoogleGenAI } = await load<Package>(packageName)
    const { base_url, model, task_type, dimensions } = settings
    const client = new GoogleGenAI(base_url === '' ? {} : { httpOptions: { baseUrl: base_url } })
    const config = {
      ...(task_type !== '' && { taskType: task_type }),
      ...(dimensions > 0 && { outputDimensionality: dimensions }),
    }
    return {
      async embed(texts) {
        const { embeddings = [] } = await client.models.embedContent({ model, contents: texts, config })
        return embeddings.map(({ values = [] }) => values)
      },
      close: async () => {},
    }
  },
})
