import { aiImports, aiSdkSets, asking, inEachSet, inTime, newer, throughAi } from '../support/ai-sdk-models.ts'
import { cohereServer } from '../support/cohere-server.ts'
import { library } from '../support/library.ts'

const embedded = {
  scope: 'embedding_provider.embed',
  model: 'small',
  provider: 'cohere.textEmbedding',
  batch_size: 2,
  dimensions: 4,
  input_tokens: 19,
  results: 2,
}
const { dimensions: _, input_tokens: __, ...many } = embedded
const written = {
  scope: 'llm.generate',
  model: 'command',
  provider: 'cohere.chat',
  input_tokens: 17,
  output_tokens: 23,
  finish_reason: 'stop',
}
const streamed = { ...written, ...inTime, chunks: 3 }
const reranked = {
  scope: 'semantic_search.rerank',
  model: 'ranks',
  provider: 'cohere.reranking',
  batch_size: 3,
  query_len: 9,
  top_k: 2,
  results: 2,
  order_kept: true,
}

library({
  name: 'ai-sdk-cohere',
  module: '@ai-sdk/cohere',
  packages: aiSdkSets,
  server: cohereServer,
  imports: (given) => [['{ createCohere }', '@ai-sdk/cohere'], ...aiImports(given)],
  setUp: ({ url }) => `${asking}
    const cohere = createCohere({ apiKey: 'private', baseURL: '${url}/v2' })
    const values = ['private a', 'private bb']
    const documents = ['private a', 'private b', 'private c']`,
  shapes: [
    'createCohere',
    `cohere('command')`,
    `Object.getPrototypeOf(cohere('command'))`,
    `Object.getPrototypeOf(cohere.textEmbeddingModel('small'))`,
    `cohere.textEmbeddingModel('small').doEmbed({ values: ['private'] })`,
    `await cohere('command').doStream(asked)`,
  ],
  fails: `cohere('fail').doGenerate(asked)`,
  many: `cohere.textEmbeddingModel('small').doEmbed({ values: ['private' + i] })`,
  calls: [
    {
      it: 'records embeddings, and each text once where ai asks for them',
      body: `
        print((await cohere.textEmbeddingModel('small').doEmbed({ values })).embeddings)
        print((await embedMany({ model: cohere.textEmbeddingModel('small'), values })).embeddings)`,
      records: [
        embedded,
        embedded,
        { ...many, library: 'ai', dimensions: embedded.dimensions, nested_input_tokens: 19 },
      ],
    },
    {
      it: 'records what a model writes, whole and streamed',
      body: `
        await whole(cohere('command'))
        await streamed(cohere('command'))`,
      records: [written, streamed],
    },
    {
      it: 'records a reranking, also where ai asks it',
      when: newer,
      body: `
        const given = { documents: { type: 'text', values: documents }, query: 'private q', topN: 2 }
        print((await cohere.reranking('ranks').doRerank(given)).ranking)
        print((await rerank({ model: cohere.reranking('ranks'), documents, query: 'private q', topN: 2 })).ranking)`,
      records: [reranked, reranked, { ...reranked, library: 'ai' }],
    },
    ...inEachSet('counts each token once where ai asks it', (given) =>
      throughAi(`cohere('command')`, written, streamed)(given),
    ),
  ],
})
