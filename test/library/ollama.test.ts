import { library } from '../support/library.ts'
import { ollamaServer } from '../support/ollama-server.ts'

const served = { server_ms: 'ms', load_ms: 'ms' }
const embed = { scope: 'embedding_provider.embed', model: 'nomic', dimensions: 4 }
const generate = { scope: 'llm.generate', model: 'llama' }
const whole = { ...generate, stream: false, input_tokens: 7, output_tokens: 23, finish_reason: 'stop', ...served }
const times = { time_to_first_chunk_ms: 'ms', time_to_first_token_ms: 'ms' }
const streamed = { ...whole, stream: true, chunks: 3, ...times }

library({
  name: 'ollama',
  module: 'ollama',
  packages: ['current', 'previous'],
  server: ollamaServer,
  imports: [
    ['ollama', 'ollama'],
    ['{ Ollama }', 'ollama'],
  ],
  setUp: ({ url }) => `
    const client = new Ollama({ host: '${url}' })
    const messages = [{ role: 'user', content: 'private' }]
    const text = ({ message, response }) => message?.content ?? response`,
  shapes: [
    'Ollama',
    'Ollama.prototype',
    'Object.getPrototypeOf(Ollama.prototype)',
    'client',
    'ollama',
    `client.embed({ model: 'nomic', input: 'private' })`,
    `Object.keys(await client.chat({ model: 'llama', messages, stream: true }))`,
  ],
  fails: `client.embed({ model: 'fail', input: 'private' })`,
  many: `client.embed({ model: 'nomic', input: Array(1 + (i % 3)).fill('private') })`,
  calls: [
    {
      it: 'records what embeds, by the old method as well',
      body: `
        print((await client.embed({ model: 'nomic', input: ['private one', 'private three'], dimensions: 3 })).embeddings)
        print((await client.embed({ model: 'nomic', input: 'private' })).embeddings)
        print((await client.embeddings({ model: 'nomic', prompt: 'private' })).embedding)`,
      records: [
        { ...embed, batch_size: 2, dimensions: 3, input_tokens: 24, results: 2, ...served },
        { ...embed, batch_size: 1, input_tokens: 7, results: 1, ...served },
        { ...embed, batch_size: 1 },
      ],
    },
    {
      it: 'records answers',
      body: `
        print(text(await client.chat({ model: 'llama', messages })))
        print(text(await client.generate({ model: 'llama', prompt: 'private', images: [new Uint8Array(2)] })))`,
      records: [whole, whole],
    },
    {
      it: 'records streamed answers until their consumer ends, also one that leaves early, and no thought as an answer',
      body: `
        for await (const part of await client.chat({ model: 'thinker', messages, stream: true })) print(text(part))
        for await (const part of await client.chat({ model: 'llama', messages, stream: true })) print(text(part))
        for await (const part of await client.generate({ model: 'llama', prompt: 'private', stream: true })) print(text(part))
        for await (const part of await client.chat({ model: 'llama', messages, stream: true })) { print(text(part)); break }`,
      records: [
        { ...streamed, model: 'thinker' },
        streamed,
        streamed,
        { ...generate, stream: true, chunks: 1, ...times },
      ],
    },
    {
      it: 'records a streamed answer that the application aborts as failed',
      body: `
        try {
          for await (const part of await client.chat({ model: 'endless', messages, stream: true })) {
            print(text(part))
            if (text(part) === 'in parts') client.abort()
          }
        } catch (error) { print(error.name) }`,
      records: [
        {
          ...generate,
          model: 'endless',
          stream: true,
          chunks: 3,
          ...times,
          error: 'DOMException',
        },
      ],
    },
  ],
})
