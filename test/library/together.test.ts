import { library } from '../support/library.ts'
import { openaiServer } from '../support/openai-server.ts'

const messages = `messages: [{ role: 'user', content: 'private question' }]`
const provider = 'openai_compatible'
const generate = { scope: 'llm.generate', model: 'm', provider, attempts: 1 }
/** As the stand-in counts them: ten of its own and one for each message, text or document. */
const counts = (inputs = 1, thoughts = 0) => ({
  input_tokens: 10 + inputs,
  output_tokens: 7 + thoughts,
  cached_tokens: 5,
  cache_write_tokens: 2,
  reasoning_tokens: thoughts,
})
const stopped = { finish_reason: 'stop' }
/** That has had events, but no piece of an answer. */
const begun = { ...generate, stream: true, time_to_first_chunk_ms: 'ms' }
const streamed = { ...begun, time_to_first_token_ms: 'ms' }

library({
  name: 'together',
  module: 'together-ai',
  packages: ['current', 'previous'],
  server: openaiServer,
  imports: [['{ Together }', 'together-ai']],
  setUp: ({ url }) => `
    const client = new Together({ baseURL: '${url}', apiKey: 'private', maxRetries: 0 })
    const chat = (more, options) => client.chat.completions.create({ model: 'm', ${messages}, ...more }, options)
    const toServer = (target, init) => fetch('${url}/chat/completions', init)
    // What the agent puts on a promise or stream is not enumerable.
    const seen = (value) => Object.fromEntries([...Object.keys(value), value.constructor.name].map((key) => [key, true]))
    const all = async (stream) => { const chunks = []; for await (const chunk of stream) chunks.push(chunk); return chunks }`,
  shapes: [
    'Together',
    'Together.prototype',
    'Together.Embeddings.prototype',
    'Together.Rerank.prototype',
    'Together.Chat.Completions.prototype',
    'Together.Completions.prototype',
    'client.rerank',
    'seen(chat())',
    'seen(await chat({ stream: true }))',
  ],
  fails: `client.rerank.create({ model: 'fail', query: 'private', documents: ['private'] })`,
  many: `client.embeddings.create({ model: 'm' + i, input: ['private'] })`,
  calls: [
    {
      it: 'records embeddings',
      body: `print(await client.embeddings.create({ model: 'm', input: ['private', 'private'] }))`,
      records: [
        {
          scope: 'embedding_provider.embed',
          model: 'm',
          provider,
          batch_size: 2,
          dimensions: 8,
          results: 2,
          attempts: 1,
        },
      ],
    },
    {
      it: 'records a reranking',
      body: `print(await client.rerank.create({ model: 'm', query: 'private', documents: ['private', 'private', 'private'], top_n: 2 }))
        print(await client.rerank.create({ model: 'turns', query: 'private', documents: ['private', 'private', 'private'], top_n: 2 }))`,
      records: ['m', 'turns'].map((model) => ({
        ...{ scope: 'semantic_search.rerank', model, provider, batch_size: 3, query_len: 7 },
        ...{ top_k: 2, results: 2, order_kept: model === 'm', input_tokens: 13, attempts: 1 },
      })),
    },
    {
      it: 'records chats and completions with their tokens',
      body: `
        print(await chat())
        print(await client.completions.create({ model: 'm', prompt: 'private' }))
        const { data, response } = await chat().withResponse()
        print([data.usage, response.status])
        print((await chat({ model: 'latest', max_tokens: 4 })).model)`,
      records: [
        { ...generate, ...counts(), ...stopped },
        { ...generate, ...counts(), ...stopped },
        { ...generate, ...counts(), ...stopped },
        { ...generate, model: 'latest', response_model: 'latest-2026-10-01', ...counts(), finish_reason: 'length' },
      ],
    },
    {
      it: 'records streams, those of the helper too',
      body: `
        print(await all(await chat({ stream: true, stream_options: { include_usage: true } })))
        print((await all(await client.completions.create({ model: 'm', prompt: 'private', stream: true }))).length)
        print((await all(await chat({ model: 'thinks', stream: true, stream_options: { include_usage: true } }))).length)
        print(await client.chat.completions.stream({ model: 'm', ${messages} }).finalContent())
        const [left, right] = (await chat({ stream: true })).tee()
        print([(await all(left)).length, (await all(right)).length])
        for await (const chunk of await chat({ stream: true, model: 'endless' })) { print(chunk); break }
        print(Object.keys(await chat({ stream: true })))`,
      records: [
        { ...streamed, chunks: 3, ...counts(), ...stopped },
        { ...streamed, chunks: 3, ...stopped },
        { ...streamed, model: 'thinks', chunks: 3, ...counts(1, 64), ...stopped },
        { ...streamed, chunks: 3, ...stopped },
        { ...streamed, chunks: 3, ...stopped },
        { ...begun, model: 'endless' },
      ],
    },
    {
      it: 'names who serves, where that is another than Together',
      body: `
        for (const baseURL of [undefined, 'https://api.together.xyz/v1', 'https://api.fireworks.ai/inference/v1']) {
          const other = new Together({ baseURL, apiKey: 'private', maxRetries: 0, fetch: toServer })
          print((await other.chat.completions.create({ model: 'accounts/private/models/m', ${messages} })).usage)
        }`,
      records: [
        { scope: generate.scope, model: 'm', attempts: 1, ...counts(), ...stopped },
        { scope: generate.scope, model: 'm', attempts: 1, ...counts(), ...stopped },
        { ...generate, provider: 'fireworks_ai', ...counts(), ...stopped },
      ],
    },
    {
      it: 'counts the requests of a call that the client tries again',
      body: `print((await chat({ model: 'retry' }, { maxRetries: 2 })).usage)`,
      records: [{ ...generate, model: 'retry', ...counts(), ...stopped, attempts: 2 }],
    },
  ],
})
