import { aiSdkServer } from '../support/ai-sdk-server.ts'
import { library } from '../support/library.ts'

const embedded = {
  scope: 'embedding_provider.embed',
  model: 'small',
  batch_size: 2,
  dimensions: 3,
  input_tokens: 3,
  results: 2,
}
const { dimensions: _, input_tokens: __, ...many } = embedded
/** What `ai` tells once more of what its models have told. */
const nested = {
  scope: 'llm.generate',
  model: 'writes',
  finish_reason: 'stop',
  nested_input_tokens: 5,
  nested_output_tokens: 7,
}
const written = (provider: string) => ({
  scope: 'llm.generate',
  model: 'writes',
  provider,
  input_tokens: 5,
  output_tokens: 7,
  finish_reason: 'stop',
})
const streamed = { stream: true, chunks: 3, time_to_first_chunk_ms: 'ms', time_to_first_token_ms: 'ms' }
// A completion says nothing of what came from a cache.
const cached = (kind: string) => (kind === 'completion' ? {} : { cached_tokens: 2 })

library({
  name: 'ai-sdk',
  module: '@ai-sdk/openai',
  packages: ['current', 'previous', 'older'],
  server: aiSdkServer,
  imports: [
    ['{ createOpenAI }', '@ai-sdk/openai'],
    ['* as inside', '@ai-sdk/openai/internal'],
    ['{ embedMany, generateText, streamText }', 'ai'],
  ],
  setUp: ({ url }) => `
    globalThis.AI_SDK_LOG_WARNINGS = false
    const openai = createOpenAI({ apiKey: 'private', baseURL: '${url}' })
    const asked = { prompt: [{ role: 'user', content: [{ type: 'text', text: 'private question' }] }] }
    const { chat, completion, responses, embedding } = openai
    const textOf = ({ content }) => content.map(({ text }) => text).join('')
    const read = async ({ stream, ...rest }) => {
      const types = []
      for await (const { type } of stream) types.push(type)
      return [types, Object.keys(rest).sort()]
    }
    const own = (Model) => new Model('writes', {
      provider: 'azure.mine', url: ({ path }) => '${url}' + path, headers: () => ({}), fileIdPrefixes: [],
    })
    const settled = () => new Promise((resolve) => setTimeout(resolve, 20))`,
  shapes: [
    'createOpenAI',
    `chat('writes')`,
    `Object.getPrototypeOf(chat('writes'))`,
    `Object.getPrototypeOf(embedding('small'))`,
    'inside.OpenAIResponsesLanguageModel',
    `embedding('small').doEmbed({ values: ['private'] })`,
    `await responses('writes').doStream(asked)`,
  ],
  fails: `embedding('fail').doEmbed({ values: ['private'] })`,
  many: `embedding('small').doEmbed({ values: ['private' + i] })`,
  calls: [
    {
      it: 'records embeddings that are asked of the model itself',
      body: `
        const { embeddings, usage } = await embedding('small').doEmbed({ values: ['private a', 'private bb'] })
        print([embeddings, usage])`,
      records: [{ ...embedded, provider: 'openai.embedding' }],
    },
    ...['chat', 'completion', 'responses'].map((kind) => ({
      it: `records what the ${kind} model writes, whole and streamed`,
      body: `
        const model = ${kind}('writes')
        print(textOf(await model.doGenerate(asked)))
        print(await read(await model.doStream(asked)))`,
      records: [
        { ...written(`openai.${kind}`), ...cached(kind) },
        { ...written(`openai.${kind}`), ...cached(kind), ...streamed },
      ],
    })),
    {
      it: 'records the models of providers that are made of its classes',
      body: `
        print(textOf(await own(inside.OpenAIChatLanguageModel).doGenerate(asked)))
        print(await read(await own(inside.OpenAIChatLanguageModel).doStream(asked)))
        print(textOf(await own(inside.OpenAICompletionLanguageModel).doGenerate(asked)))
        print(await read(await own(inside.OpenAICompletionLanguageModel).doStream(asked)))
        print(textOf(await own(inside.OpenAIResponsesLanguageModel).doGenerate(asked)))
        print(await read(await own(inside.OpenAIResponsesLanguageModel).doStream(asked)))
        print((await own(inside.OpenAIEmbeddingModel).doEmbed({ values: ['private', 'private'] })).embeddings)`,
      records: [
        ...['chat', 'completion', 'responses'].flatMap((kind) => [
          { ...written('azure.mine'), ...cached(kind) },
          { ...written('azure.mine'), ...cached(kind), ...streamed },
        ]),
        { ...embedded, model: 'writes', provider: 'azure.mine' },
      ],
    },
    {
      it: 'ends with a reader that leaves early, and waits for none that never comes',
      body: `
        const { stream } = await chat('writes').doStream(asked)
        for await (const { type, delta } of stream) if (type === 'text-delta') { print(delta); break }
        const { stream: unread } = await chat('writes').doStream(asked)
        print([unread.locked, Object.keys(unread)])
        const both = await chat('writes').doStream(asked)
        const halves = both.stream.tee()
        print(await Promise.all(halves.map((stream) => read({ stream }))))`,
      records: [
        { scope: 'llm.generate', model: 'writes', provider: 'openai.chat', ...streamed, chunks: 1 },
        { ...written('openai.chat'), ...cached('chat'), ...streamed },
      ],
    },
    {
      it: 'records what the functions of ai do with them next to the records of that library',
      body: `
        print((await embedMany({ model: embedding('small'), values: ['private a', 'private bb'] })).embeddings)
        print((await generateText({ model: chat('writes'), prompt: 'private question' })).text)`,
      records: [
        { ...embedded, provider: 'openai.embedding' },
        { library: 'ai', ...many, dimensions: 3, nested_input_tokens: 3, provider: 'openai.embedding' },
        { ...written('openai.chat'), cached_tokens: 2 },
        { library: 'ai', ...nested, provider: 'openai.chat' },
      ],
    },
    {
      it: 'keeps the chunks and tokens of a stream that ai reads',
      body: `
        for await (const text of streamText({ model: responses('writes'), prompt: 'private question' }).textStream) print(text)
        await settled()`,
      when: ({ packages }) => packages !== 'current',
      records: [
        { ...written('openai.responses'), cached_tokens: 2, ...streamed },
        { library: 'ai', ...nested, provider: 'openai.responses', ...streamed },
      ],
    },
    {
      it: 'keeps the chunks and tokens of a stream that ai 7 reads, and counts them once',
      body: `
        for await (const text of streamText({ model: responses('writes'), prompt: 'private question' }).textStream) print(text)
        await settled()`,
      when: ({ packages }) => packages === 'current',
      records: [
        { ...written('openai.responses'), cached_tokens: 2, ...streamed },
        {
          ...{ scope: 'llm.generate', library: 'ai', model: 'writes', provider: 'openai.responses' },
          ...{ ...streamed, finish_reason: 'stop', nested_input_tokens: 5, nested_output_tokens: 7 },
        },
      ],
    },
  ],
})
