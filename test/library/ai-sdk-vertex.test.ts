import { aiImports, aiSdkSets, asking, inEachSet, inTime, newer, older } from '../support/ai-sdk-models.ts'
import { googleServer } from '../support/google-server.ts'
import { library } from '../support/library.ts'

const embedded = {
  scope: 'embedding_provider.embed',
  model: 'small',
  provider: 'google.vertex.embedding',
  batch_size: 2,
  dimensions: 4,
  input_tokens: 19,
  results: 2,
}
const { dimensions: _, input_tokens: __, ...many } = embedded

library({
  name: 'ai-sdk-vertex',
  module: '@ai-sdk/google-vertex',
  packages: aiSdkSets,
  server: googleServer,
  imports: (given) => [
    ['{ createVertex }', '@ai-sdk/google-vertex'],
    ['* as edge', '@ai-sdk/google-vertex/edge'],
    ...aiImports(given),
  ],
  setUp: ({ url }) => `${asking}
    const baseURL = '${url}'
    const googleAuthOptions = { authClient: { getAccessToken: async () => ({ token: 'private' }) } }
    const vertex = createVertex({ project: 'mine', location: 'here', baseURL, googleAuthOptions })
    const values = ['private a', 'private bb']`,
  shapes: [
    'createVertex',
    `vertex.textEmbeddingModel('small')`,
    `Object.getPrototypeOf(vertex.textEmbeddingModel('small'))`,
    `vertex.textEmbeddingModel('small').doEmbed({ values: ['private'] })`,
  ],
  fails: `vertex.textEmbeddingModel('fail').doEmbed({ values: ['private'] })`,
  many: `vertex.textEmbeddingModel('small').doEmbed({ values: ['private' + i] })`,
  calls: [
    {
      it: 'records embeddings, and each text once where ai asks for them',
      body: `
        print((await vertex.textEmbeddingModel('small').doEmbed({ values })).embeddings)
        print((await embedMany({ model: vertex.textEmbeddingModel('small'), values })).embeddings)`,
      records: [
        embedded,
        embedded,
        { ...many, library: 'ai', dimensions: embedded.dimensions, nested_input_tokens: 19 },
      ],
    },
    {
      it: 'records those that are made for the edge',
      // 3 asks Google itself for a token.
      when: newer,
      body: `
        const model = edge.createVertex({ apiKey: 'private', baseURL }).textEmbeddingModel('small')
        print((await model.doEmbed({ values })).embeddings)`,
      records: [embedded],
    },
    ...inEachSet('leaves its Gemini to the library of @ai-sdk/google, whose class it is', (given) => {
      const written = {
        scope: 'llm.generate',
        library: 'ai-sdk-google',
        model: 'gemini',
        provider: 'google.vertex.chat',
        input_tokens: 16,
        output_tokens: 14,
        ...(older(given) ? {} : { cached_tokens: 0 }),
        finish_reason: 'stop',
      }
      return {
        body: `
          await whole(vertex('gemini'))
          await streamed(vertex('gemini'))`,
        records: [
          { ...written, response_model: 'gemini-001' },
          { ...written, ...inTime, output_tokens: 23, chunks: 3 },
        ],
      }
    }),
  ],
})
