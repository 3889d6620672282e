import { library } from '../support/library.ts'
import { mistralServer } from '../support/mistral-server.ts'

const embed = { scope: 'embedding_provider.embed', model: 'mistral-embed', response_model: 'mistral-embed-2506' }
const generated = (model: string) => ({ scope: 'llm.generate', model, response_model: `${model}-2506` })
const answered = (model: string) => ({ ...generated(model), input_tokens: 7, output_tokens: 20, finish_reason: 'stop' })
const times = { time_to_first_chunk_ms: 'ms', time_to_first_token_ms: 'ms' }
const streamed = (model: string) => ({ ...answered(model), output_tokens: 23, stream: true, chunks: 3, ...times })
const ofAgent = { model: 'of-the-agent-2506' }
const { response_model: _, ...byAgent } = answered('')
const { response_model: _model, ...byAgentStreamed } = streamed('')
const turn = { ...generated('medium'), input_tokens: 107, output_tokens: 23 }
const turnOf = (model: string) => ({ scope: 'llm.generate', model, input_tokens: 7, output_tokens: 23 })

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
        print((await client.embeddings.create({ model: 'mistral-embed', inputs: ['private one', 'private three'], outputDimension: 3 })).data)
        print((await client.embeddings.create({ model: 'mistral-embed', inputs: 'private' })).data)`,
      records: [
        { ...embed, batch_size: 2, dimensions: 3, input_tokens: 24, results: 2 },
        { ...embed, batch_size: 1, dimensions: 4, input_tokens: 7, results: 1 },
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
        ...{ batch_size: 1, dimensions: 4, input_tokens: 7, results: 1 },
        ...(provider && { provider }),
      })),
    },
    {
      it: 'records answers of a chat, parsed or not, of code and of an agent',
      body: `
        print((await client.chat.complete({ model: 'cached', messages })).choices)
        const responseFormat = z.object({ private: z.string() })
        print((await client.chat.parse({ model: 'large', messages, responseFormat })).choices)
        print((await client.fim.complete({ model: 'codestral', prompt: 'private' })).choices)
        print((await client.agents.complete({ agentId: 'private', messages })).choices)`,
      records: [
        { ...answered('cached'), cached_tokens: 4 },
        answered('large'),
        answered('codestral'),
        { ...byAgent, ...ofAgent },
      ],
    },
    {
      it: 'records streamed answers until their consumer ends, however it reads them, and no thought as one',
      body: `
        for await (const event of await client.chat.stream({ model: 'small', messages })) print(text(event))
        for await (const event of await client.chat.stream({ model: 'magistral', messages })) print(text(event))
        const responseFormat = z.object({ private: z.string() })
        for await (const event of await client.chat.parseStream({ model: 'large', messages, responseFormat })) print(text(event))
        const reader = (await client.fim.stream({ model: 'codestral', prompt: 'private' })).getReader()
        for (let step = await reader.read(); !step.done; step = await reader.read()) print(text(step.value))
        for await (const event of await client.agents.stream({ agentId: 'private', messages })) print(text(event))
        for await (const event of await client.chat.stream({ model: 'small', messages })) { print(text(event)); break }`,
      records: [
        streamed('small'),
        streamed('magistral'),
        streamed('large'),
        streamed('codestral'),
        { ...byAgentStreamed, ...ofAgent },
        { ...generated('small'), stream: true, chunks: 1, ...times },
      ],
    },
    {
      it: 'records turns of a conversation, with what a connector has read, streamed ones and one that fails',
      body: `
        const { conversations } = client.beta
        const told = ({ data }) => [data.type, data.content]
        const tools = [{ type: 'web_search' }]
        print((await conversations.start({ model: 'medium', inputs: 'private', tools })).outputs.length)
        print((await conversations.append({ conversationId: 'private', conversationAppendRequest: { inputs: 'private' } })).outputs.length)
        print((await conversations.restart({ conversationId: 'private', conversationRestartRequest: { inputs: 'private', fromEntryId: 'private' } })).outputs.length)
        for await (const event of await conversations.startStream({ model: 'medium', inputs: 'private', tools })) print(told(event))
        for await (const event of await conversations.appendStream({ conversationId: 'private', conversationAppendStreamRequest: { inputs: 'private' } })) print(told(event))
        for await (const event of await conversations.restartStream({ conversationId: 'private', conversationRestartStreamRequest: { inputs: 'private failure', fromEntryId: 'private' } })) print(told(event))`,
      records: [
        turn,
        turnOf('of-the-agent-2506'),
        turnOf('of-the-agent-2506'),
        { ...turn, stream: true, chunks: 3, ...times },
        { ...turnOf('of-the-agent-2506'), stream: true, chunks: 3, ...times },
        {
          ...{ scope: 'llm.generate', model: 'of-the-agent-2506', stream: true, chunks: 3, ...times },
          ...{ error: 'Error', status: 3230 },
        },
      ],
    },
  ],
})
