import { aiImports, aiSdkSets, asking, inEachSet, inTime, newer, throughAi } from '../support/ai-sdk-models.ts'
import { library } from '../support/library.ts'
import { mistralServer } from '../support/mistral-server.ts'

const embedded = {
  scope: 'embedding_provider.embed',
  model: 'small',
  provider: 'mistral.embedding',
  batch_size: 2,
  dimensions: 4,
  input_tokens: 19,
  results: 2,
}
const written = {
  scope: 'llm.generate',
  model: 'small',
  provider: 'mistral.chat',
  input_tokens: 15,
  output_tokens: 20,
  finish_reason: 'stop',
  response_model: 'small-2506',
}
const streamed = { ...written, ...inTime, output_tokens: 23, chunks: 3 }
const conversation = { ...written, provider: 'mistral.conversation', input_tokens: 1, output_tokens: 23 }
const { dimensions: _, input_tokens: __, ...many } = embedded

library({
  name: 'ai-sdk-mistral',
  module: '@ai-sdk/mistral',
  packages: aiSdkSets,
  server: mistralServer,
  imports: (given) => [['{ createMistral }', '@ai-sdk/mistral'], ...aiImports(given)],
  setUp: ({ url }) => `${asking}
    const mistral = createMistral({ apiKey: 'private', baseURL: '${url}' })`,
  shapes: [
    'createMistral',
    `mistral('small')`,
    `Object.getPrototypeOf(mistral('small'))`,
    `Object.getPrototypeOf(mistral.embedding('small'))`,
    `mistral.embedding('small').doEmbed({ values: ['private'] })`,
    `await mistral('small').doStream(asked)`,
  ],
  fails: `mistral('fail').doGenerate(asked)`,
  many: `mistral.embedding('small').doEmbed({ values: ['private' + i] })`,
  calls: [
    {
      it: 'records embeddings, and each text once where ai asks for them',
      body: `
        print((await mistral.embedding('small').doEmbed({ values: ['private a', 'private bb'] })).embeddings)
        print((await embedMany({ model: mistral.embedding('small'), values: ['private a', 'private bb'] })).embeddings)`,
      records: [
        embedded,
        embedded,
        { ...many, library: 'ai', dimensions: embedded.dimensions, nested_input_tokens: 19 },
      ],
    },
    {
      it: 'records what a model writes, whole and streamed',
      body: `
        await whole(mistral('small'))
        await streamed(mistral.chat('small'))`,
      records: [written, streamed],
    },
    {
      it: 'records what came from a cache',
      when: newer,
      body: `await whole(mistral('cached'))`,
      records: [{ ...written, model: 'cached', response_model: 'cached-2506', cached_tokens: 4 }],
    },
    {
      it: 'records conversations',
      when: ({ packages }) => packages === 'current',
      body: `
        await whole(mistral.conversation('small'))
        await streamed(mistral.conversation('small'))`,
      records: [conversation, { ...conversation, ...inTime, chunks: 3 }],
    },
    ...inEachSet('counts each token once where ai asks it', (given) =>
      throughAi(`mistral('small')`, written, streamed, { response_model: 'small-2506' })(given),
    ),
  ],
})
