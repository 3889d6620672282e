import { library } from '../support/library.ts'
import { openaiServer } from '../support/openai-server.ts'

const messages = `messages: [{ role: 'user', content: 'private question' }]`
const provider = 'openai_compatible'
const embed = { scope: 'embedding_provider.embed', model: 'm', provider, batch_size: 2, attempts: 1 }
const embedded = { dimensions: 8, input_tokens: 6, results: 2 }
const generate = { scope: 'llm.generate', model: 'm', provider, attempts: 1 }
/** As the stand-in counts them: ten of its own and one for each message. */
const counts = (messages = 1, thoughts = 0) => ({
  input_tokens: 10 + messages,
  output_tokens: 7 + thoughts,
  cached_tokens: 5,
  reasoning_tokens: thoughts,
  server_ms: 'ms',
  queue_ms: 'ms',
})
const stopped = { finish_reason: 'stop' }
/** That has had events, but no piece of an answer. */
const begun = { ...generate, stream: true, time_to_first_chunk_ms: 'ms' }
const streamed = { ...begun, time_to_first_token_ms: 'ms' }

library({
  name: 'groq',
  module: 'groq-sdk',
  packages: ['current', 'previous'],
  server: openaiServer,
  imports: [['{ Groq }', 'groq-sdk']],
  setUp: ({ url }) => `
    const client = new Groq({ baseURL: '${url}', apiKey: 'private', maxRetries: 0 })
    const chat = (more, options) => client.chat.completions.create({ model: 'm', ${messages}, ...more }, options)
    const toServer = (target, init) => fetch('${url}' + new URL(target).pathname.replace(/^\\/api/, ''), init)
    // What the agent puts on a promise or stream is not enumerable.
    const seen = (value) => Object.fromEntries([...Object.keys(value), value.constructor.name].map((key) => [key, true]))
    const all = async (stream) => { const chunks = []; for await (const chunk of stream) chunks.push(chunk); return chunks }`,
  shapes: [
    'Groq',
    'Groq.prototype',
    'Object.getPrototypeOf(Groq.prototype)',
    'Groq.Embeddings.prototype',
    'Groq.Chat.Completions.prototype',
    'client.embeddings',
    'seen(chat())',
    'seen(await chat({ stream: true }))',
  ],
  fails: `chat({ model: 'fail' })`,
  many: `client.embeddings.create({ model: 'm' + i, input: ['private'] })`,
  calls: [
    {
      it: 'records embeddings with their tokens',
      body: `
        print(await client.embeddings.create({ model: 'm', input: ['private', 'private'] }))
        const raw = await client.embeddings.create({ model: 'm', input: ['private', 'private'] }).asResponse()
        print((await raw.json()).usage)`,
      records: [{ ...embed, ...embedded }, embed],
    },
    {
      it: 'records a chat with its tokens and the time it took the service',
      body: `
        print(await chat())
        const { data, response } = await chat().withResponse()
        print([data.usage, response.status])
        print((await chat({ model: 'latest', max_tokens: 4, messages: [{ role: 'system', content: 'private' }, { role: 'user', content: 'private' }] })).model)`,
      records: [
        { ...generate, ...counts(), ...stopped },
        { ...generate, ...counts(), ...stopped },
        { ...generate, model: 'latest', response_model: 'latest-2026-10-01', ...counts(2), finish_reason: 'length' },
      ],
    },
    {
      it: 'records a stream with the tokens in its last chunk',
      body: `
        print(await all(await chat({ stream: true })))
        const [left, right] = (await chat({ stream: true })).tee()
        print([(await all(left)).length, (await all(right)).length])
        for await (const chunk of await chat({ stream: true, model: 'endless' })) { print(chunk); break }
        print(Object.keys(await chat({ stream: true })))`,
      records: [
        { ...streamed, chunks: 3, ...counts(), ...stopped },
        { ...streamed, chunks: 3, ...counts(), ...stopped },
        { ...begun, model: 'endless' },
      ],
    },
    {
      it: 'names who serves, where that is another than Groq',
      body: `
        for (const baseURL of [undefined, 'https://openrouter.ai/api']) {
          const other = new Groq({ baseURL, apiKey: 'private', maxRetries: 0, fetch: toServer })
          print((await other.chat.completions.create({ model: 'm', ${messages} })).usage)
        }`,
      records: [
        { scope: generate.scope, model: 'm', attempts: 1, ...counts(), ...stopped },
        { ...generate, provider: 'openrouter', ...counts(), ...stopped },
      ],
    },
    {
      it: 'records thoughts as tokens of the output, and not as the first of the answer',
      body: `
        print((await chat({ model: 'thinks' })).usage)
        print((await all(await chat({ model: 'thinks', stream: true }))).length)`,
      records: [
        { ...generate, model: 'thinks', ...counts(1, 64), ...stopped },
        { ...streamed, model: 'thinks', chunks: 3, ...counts(1, 64), ...stopped },
      ],
    },
    {
      it: 'records a stream that the service ends early as a failed call',
      body: `print((await all(await chat({ model: 'fails', stream: true }))).at(-1).x_groq)`,
      records: [{ ...streamed, model: 'fails', chunks: 1, error: 'Error', status: undefined }],
    },
    {
      it: 'counts the requests of a call that the client tries again',
      body: `
        print((await chat({ model: 'retry' }, { maxRetries: 2 })).usage)
        print((await client.embeddings.create({ model: 'retry', input: 'private' }, { maxRetries: 1 })).usage)`,
      records: [
        { ...generate, model: 'retry', ...counts(), ...stopped, attempts: 2 },
        { ...embed, model: 'retry', ...embedded, batch_size: 1, input_tokens: 3, results: 1, attempts: 2 },
      ],
    },
  ],
})
