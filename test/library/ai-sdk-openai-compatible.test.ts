import { aiImports, aiSdkSets, asking, inEachSet, inTime, throughAi } from '../support/ai-sdk-models.ts'
import { library } from '../support/library.ts'
import { openaiServer } from '../support/openai-server.ts'

const embedded = {
  scope: 'embedding_provider.embed',
  model: 'small',
  provider: 'mine.embedding',
  batch_size: 2,
  dimensions: 8,
  input_tokens: 6,
  results: 2,
}
const { dimensions: _, input_tokens: __, ...many } = embedded
const completed = {
  scope: 'llm.generate',
  model: 'large',
  provider: 'mine.completion',
  input_tokens: 11,
  output_tokens: 7,
  finish_reason: 'stop',
}
const written = { ...completed, provider: 'mine.chat', cached_tokens: 5 }
const streamed = { ...written, ...inTime, chunks: 3 }

library({
  name: 'ai-sdk-openai-compatible',
  module: '@ai-sdk/openai-compatible',
  packages: aiSdkSets,
  server: openaiServer,
  imports: (given) => [
    ['{ createOpenAICompatible, OpenAICompatibleChatLanguageModel }', '@ai-sdk/openai-compatible'],
    ...aiImports(given),
  ],
  setUp: ({ url }) => `${asking}
    const mine = createOpenAICompatible({ name: 'mine', apiKey: 'private', baseURL: '${url}/v1', includeUsage: true })
    const values = ['private a', 'private bb']
    class Theirs extends OpenAICompatibleChatLanguageModel {}
    const theirs = new Theirs('large', { provider: 'theirs', url: ({ path }) => '${url}/v1' + path, headers: () => ({}), includeUsage: true })`,
  shapes: [
    'createOpenAICompatible',
    `mine('large')`,
    'OpenAICompatibleChatLanguageModel',
    `Object.getPrototypeOf(mine('large'))`,
    `mine.textEmbeddingModel('small').doEmbed({ values: ['private'] })`,
    `await mine('large').doStream(asked)`,
  ],
  fails: `mine('fail').doGenerate(asked)`,
  many: `mine.textEmbeddingModel('small').doEmbed({ values: ['private' + i] })`,
  calls: [
    {
      it: 'records embeddings, and each text once where ai asks for them',
      body: `
        print((await mine.textEmbeddingModel('small').doEmbed({ values })).embeddings)
        print((await embedMany({ model: mine.textEmbeddingModel('small'), values })).embeddings)`,
      records: [
        embedded,
        embedded,
        { ...many, library: 'ai', dimensions: embedded.dimensions, nested_input_tokens: 6 },
      ],
    },
    {
      it: 'records what a model writes, whole and streamed',
      body: `
        await whole(mine('large'))
        await streamed(mine.chatModel('large'))`,
      records: [written, streamed],
    },
    {
      it: 'records completions, whole and streamed',
      body: `
        await whole(mine.completionModel('large'))
        await streamed(mine.completionModel('large'))`,
      records: [completed, { ...completed, ...inTime, chunks: 4 }],
    },
    {
      it: 'records the models of packages that are made of its classes',
      body: `
        await whole(theirs)
        await streamed(theirs)`,
      records: [
        { ...written, provider: 'theirs' },
        { ...streamed, provider: 'theirs' },
      ],
    },
    {
      it: 'records thoughts, and a stream that fails in its course',
      body: `
        await whole(mine('thinks'))
        await streamed(mine('broken'))`,
      records: [
        { ...written, model: 'thinks', output_tokens: 71, reasoning_tokens: 64 },
        { ...streamed, model: 'broken', error: 'Error' },
      ],
    },
    ...inEachSet('counts each token once where ai asks it', (given) =>
      throughAi(`mine('large')`, written, streamed)(given),
    ),
  ],
})
