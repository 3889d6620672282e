import { aiSdkBedrockServer } from '../support/ai-sdk-bedrock-server.ts'
import { aiImports, aiSdkSets, asking, inEachSet, inTime, newer, older, throughAi } from '../support/ai-sdk-models.ts'
import { type Given, library } from '../support/library.ts'

const provider = 'amazon-bedrock'
const embedded = {
  scope: 'embedding_provider.embed',
  model: 'titan-embed',
  provider,
  batch_size: 1,
  dimensions: 4,
  input_tokens: 9,
  results: 1,
}
const { dimensions: _, input_tokens: __, ...many } = embedded
/** With specification 2 nothing is told of a cache that has nothing. */
const writtenIn = (given: Given) => ({
  scope: 'llm.generate',
  model: 'cold',
  provider,
  input_tokens: 16,
  output_tokens: 37,
  ...(older(given) ? {} : { cached_tokens: 0, cache_write_tokens: 0 }),
  finish_reason: 'stop',
})
const reranked = {
  scope: 'semantic_search.rerank',
  model: 'ranks',
  provider,
  batch_size: 3,
  query_len: 9,
  top_k: 2,
  results: 2,
  order_kept: true,
}
const parts = { ...inTime, chunks: 4 }

library({
  name: 'ai-sdk-bedrock',
  module: '@ai-sdk/amazon-bedrock',
  packages: aiSdkSets,
  server: aiSdkBedrockServer,
  imports: (given) => [['{ createAmazonBedrock }', '@ai-sdk/amazon-bedrock'], ...aiImports(given)],
  setUp: ({ url }) => `${asking}
    const bedrock = createAmazonBedrock({ region: 'us-east-1', apiKey: 'private', baseURL: '${url}' })
    const documents = ['private a', 'private b', 'private c']
    const cachePoint = { providerOptions: { bedrock: { cachePoint: { type: 'default' } } } }
    const kept = { prompt: [{ ...asked.prompt[0], ...cachePoint }] }`,
  shapes: [
    'createAmazonBedrock',
    `bedrock('cold')`,
    `Object.getPrototypeOf(bedrock('cold'))`,
    `Object.getPrototypeOf(bedrock.embedding('embed'))`,
    `bedrock.embedding('embed').doEmbed({ values: ['private'] })`,
    `await bedrock('cold').doStream(asked)`,
  ],
  fails: `bedrock('fail').doGenerate(asked)`,
  many: `bedrock.embedding('embed').doEmbed({ values: ['private' + i] })`,
  calls: [
    {
      it: 'records embeddings, and each text once where ai asks for them',
      body: `
        print((await bedrock.embedding('titan-embed').doEmbed({ values: ['private a'] })).embeddings)
        print((await embedMany({ model: bedrock.embedding('titan-embed'), values: ['private a'] })).embeddings)`,
      records: [
        embedded,
        embedded,
        { ...many, library: 'ai', dimensions: embedded.dimensions, nested_input_tokens: 9 },
      ],
    },
    {
      it: 'records embeddings whose tokens are in a header',
      when: newer,
      body: `print((await bedrock.embedding('cohere.embed-v4').doEmbed({ values: ['private a', 'private b'] })).embeddings)`,
      records: [{ ...embedded, model: 'cohere.embed-v4', batch_size: 2, dimensions: 3, input_tokens: 3, results: 2 }],
    },
    ...inEachSet('records what a model writes, whole and streamed', (given) => ({
      body: `
        await whole(bedrock('cold'))
        await streamed(bedrock('cold'))`,
      records: [writtenIn(given), { ...writtenIn(given), ...parts }],
    })),
    ...inEachSet('records what its cache has as input, whatever the version counts it as', (given) => {
      const [stored, read] = [
        { ...writtenIn(given), cached_tokens: 0, cache_write_tokens: 16 },
        { ...writtenIn(given), model: 'warm', cached_tokens: 16, cache_write_tokens: 0 },
      ]
      return {
        body: `
          print(textOf(await bedrock('cold').doGenerate(kept)))
          print(textOf(await bedrock('warm').doGenerate(kept)))
          print(await partsOf(await bedrock('cold').doStream(kept)))
          print(await partsOf(await bedrock('warm').doStream(kept)))`,
        records: [stored, read, { ...stored, ...parts }, { ...read, ...parts }],
      }
    }),
    {
      it: 'records a reranking, also where ai asks it',
      when: newer,
      body: `
        const given = { documents: { type: 'text', values: documents }, query: 'private q', topN: 2 }
        print((await bedrock.reranking('ranks').doRerank(given)).ranking)
        print((await rerank({ model: bedrock.reranking('ranks'), documents, query: 'private q', topN: 2 })).ranking)`,
      records: [reranked, reranked, { ...reranked, library: 'ai' }],
    },
    ...inEachSet('counts each token once where ai asks it', (given) =>
      throughAi(`bedrock('cold')`, writtenIn(given), { ...writtenIn(given), ...parts })(given),
    ),
  ],
})
