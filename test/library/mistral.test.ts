import { library } from '../support/library.ts'
import { mistralServer } from '../support/mistral-server.ts'

const embed = { scope: 'embedding_provider.embed', model: 'mistral-embed' }
const generate = { scope: 'llm.generate', input_tokens: 7, output_tokens: 3 }
const streamed = { ...generate, stream: true, chunks: 3, time_to_first_chunk_ms: 'ms' }

library({
  name: 'mistral',
  module: '@mistralai/mistralai',
  packages: ['current', 'previous'],
  server: mistralServer,
  imports: [
    ['{ Mistral }', '@mistralai/mistralai'],
    ['{ z }', 'zod'],
  ],
  setUp: ({ url }) => `
    const client = new Mistral({ apiKey: 'private-key', serverURL: '${url}', retryConfig: { strategy: 'none' } })
    const origin = '${url}'
    const messages = [{ role: 'user', content: 'private' }]
    const text = ({ data }) => data.choices[0].delta.content`,
  shapes: [
    'Mistral',
    'Mistral.prototype',
    'client',
    ...['embeddings', 'chat', 'fim', 'agents'].map((name) => `Object.getPrototypeOf(client.${name})`),
    `client.embeddings.create({ model: 'mistral-embed', inputs: 'private' })`,
    `Object.keys(await client.chat.stream({ model: 'small', messages }))`,
  ],
  fails: `client.embeddings.create({ model: 'fail', inputs: 'private' })`,
  many: `client.embeddings.create({ model: 'mistral-embed', inputs: Array(1 + (i % 3)).fill('private') })`,
  calls: [
    {
      it: 'records what embeds',
      body: `
        print((await client.embeddings.create({ model: 'mistral-embed', inputs: ['private one', 'private two'], outputDimension: 3 })).data)
        print((await client.embeddings.create({ model: 'mistral-embed', inputs: 'private' })).data)`,
      records: [
        { ...embed, batch_size: 2, dimensions: 3, input_tokens: 6, results: 2 },
        { ...embed, batch_size: 1, input_tokens: 3, results: 1 },
      ],
    },
    {
      it: 'names who serves, where that is known to be another than Mistral',
      body: `
        const httpClient = { request: (request) => fetch(new Request(origin + new URL(request.url).pathname, request)) }
        for (const serverURL of [undefined, 'https://codestral.mistral.ai', 'https://acme.models.ai.azure.com', 'https://gateway.example/?token=private']) {
          const other = new Mistral({ apiKey: 'private', serverURL, httpClient, retryConfig: { strategy: 'none' } })
          print((await other.embeddings.create({ model: 'mistral-embed', inputs: 'private' })).data)
        }`,
      records: [undefined, undefined, 'azure.ai.inference', undefined].map((provider) => ({
        ...embed,
        batch_size: 1,
        input_tokens: 3,
        results: 1,
        ...(provider && { provider }),
      })),
    },
    {
      it: 'records answers of a chat, parsed or not, of code and of an agent',
      body: `
        print((await client.chat.complete({ model: 'small', messages })).choices)
        const responseFormat = z.object({ private: z.string() })
        print((await client.chat.parse({ model: 'large', messages, responseFormat })).choices)
        print((await client.fim.complete({ model: 'codestral', prompt: 'private' })).choices)
        print((await client.agents.complete({ agentId: 'private', messages })).choices)`,
      records: [
        { ...generate, model: 'small' },
        { ...generate, model: 'large' },
        { ...generate, model: 'codestral' },
        generate,
      ],
    },
    {
      it: 'records streamed answers until their consumer ends, however it reads them',
      body: `
        for await (const event of await client.chat.stream({ model: 'small', messages })) print(text(event))
        const responseFormat = z.object({ private: z.string() })
        for await (const event of await client.chat.parseStream({ model: 'large', messages, responseFormat })) print(text(event))
        const reader = (await client.fim.stream({ model: 'codestral', prompt: 'private' })).getReader()
        for (let step = await reader.read(); !step.done; step = await reader.read()) print(text(step.value))
        for await (const event of await client.agents.stream({ agentId: 'private', messages })) print(text(event))
        for await (const event of await client.chat.stream({ model: 'small', messages })) { print(text(event)); break }`,
      records: [
        { ...streamed, model: 'small' },
        { ...streamed, model: 'large' },
        { ...streamed, model: 'codestral' },
        streamed,
        { scope: 'llm.generate', model: 'small', stream: true, chunks: 1, time_to_first_chunk_ms: 'ms' },
      ],
    },
  ],
})
