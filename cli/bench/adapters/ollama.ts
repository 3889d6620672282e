import type { Values } from '../../../agent/config/group.ts'
import { number, text } from '../../../agent/config/option.ts'
import { batchSize, embedder, type Given } from './adapter.ts'

const settings = {
  url: text('http://127.0.0.1:11434', 'The server.'),
  model: text('nomic-embed-text', 'The model, which the server has.'),
  dimensions: number(0, 'Numbers of a vector, where the model can be asked for fewer; 0 does not ask.', 0, 1e5, true),
  batch_size: batchSize(10_000),
} as const
type Mine = Given<Values<typeof settings>>

/** What is used of `ollama`. */
interface Client {
  embed(request: object): Promise<{ readonly embeddings: number[][] }>
}
type Package = { readonly Ollama: new (options: object) => Client }

export const ollama = embedder({
  packages: () => ['ollama'],
  settings,
  async open({ settings, load }: Mine) {
    const { Ollama } = await load<Package>('ollama')
    const { url, model, dimensions } = settings
    const client = new Ollama({ host: url })
    const asked = { model, ...(dimensions > 0 && { dimensions }) }
    return {
      embed: async (texts) => (await client.embed({ ...asked, input: texts })).embeddings,
      close: async () => {},
    }
  },
})
