import { library } from '../support/library.ts'
import { openaiServer } from '../support/openai-server.ts'

const messages = `messages: [{ role: 'user', content: 'private question' }]`
const provider = 'openai_compatible'
const embed = { scope: 'embedding_provider.embed', model: 'm', provider, batch_size: 2, attempts: 1 }
const generate = { scope: 'llm.generate', model: 'm', provider, attempts: 1 }
const usage = { input_tokens: 11, output_tokens: 7, cached_tokens: 5, server_ms: 'ms' }
const streamed = { ...generate, stream: true, time_to_first_chunk_ms: 'ms' }

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
      records: [{ ...embed, input_tokens: 6, results: 2 }, embed],
    },
    {
      it: 'records a chat with its tokens and the time it took the service',
      body: `
        print(await chat())
        const { data, response } = await chat().withResponse()
        print([data.usage, response.status])`,
      records: [
        { ...generate, ...usage },
        { ...generate, ...usage },
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
        { ...streamed, chunks: 4, ...usage },
        { ...streamed, chunks: 4, ...usage },
        { ...streamed, model: 'endless', chunks: 1 },
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
        { scope: generate.scope, model: 'm', attempts: 1, ...usage },
        { ...generate, provider: 'openrouter', ...usage },
      ],
    },
    {
      it: 'counts the requests of a call that the client tries again',
      body: `
        print((await chat({ model: 'retry' }, { maxRetries: 2 })).usage)
        print((await client.embeddings.create({ model: 'retry', input: 'private' }, { maxRetries: 1 })).usage)`,
      records: [
        { ...generate, model: 'retry', ...usage, attempts: 2 },
        { ...embed, model: 'retry', batch_size: 1, input_tokens: 3, results: 1, attempts: 2 },
      ],
    },
  ],
})
