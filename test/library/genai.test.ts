import { googleServer } from '../support/google-server.ts'
import { type Given, library } from '../support/library.ts'

const times = { time_to_first_chunk_ms: 'ms', time_to_first_token_ms: 'ms' }
const answer = (model: string) => ({
  scope: 'llm.generate',
  model,
  response_model: `${model}-001`,
  finish_reason: 'STOP',
})
const streamed = (model: string) => ({ ...answer(model), stream: true, ...times })
const interaction = {
  ...answer('flash'),
  finish_reason: 'completed',
  output_tokens: 723,
  reasoning_tokens: 700,
  cached_tokens: 0,
}
const without = <T extends object>(record: T) =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined))
const functions = `const functions = {
  tool: async () => ({ functionDeclarations: [{ name: 'private_function' }] }),
  callTool: async () => [{ functionResponse: { name: 'private_function', response: { private: 1 } } }],
}`

library({
  name: 'genai',
  module: '@google/genai',
  packages: ['current', 'previous', 'older'],
  server: googleServer,
  imports: [['{ GoogleGenAI, Models }', '@google/genai']],
  setUp: ({ url }) => `
    const options = { apiKey: 'private-key', httpOptions: { baseUrl: '${url}' } }
    const client = new GoogleGenAI(options)
    class Mine extends GoogleGenAI {}`,
  shapes: [
    'GoogleGenAI',
    'GoogleGenAI.prototype',
    'Models',
    'Models.prototype',
    'client',
    'client.models',
    `client.models.embedContent({ model: 'small', contents: 'private' })`,
    `client.models.generateContent({ model: 'flash', contents: 'private' })`,
    `await client.models.generateContentStream({ model: 'flash', contents: 'private' })`,
  ],
  fails: `client.models.embedContent({ model: 'fail', contents: 'private' })`,
  many: `client.models.embedContent({ model: 'small', contents: Array(1 + (i % 3)).fill('private') })`,
  calls: [
    ...[true, false].map((isCurrent) => ({
      it: `records what embeds, ${isCurrent ? 'with its tokens' : 'whose tokens only later versions tell'}`,
      when: ({ packages }: Given) => (packages === 'current') === isCurrent,
      body: `
        const { embeddings } = await client.models.embedContent({
          model: 'small', contents: ['private one', 'private three'], config: { outputDimensionality: 3 } })
        print(embeddings)
        print((await client.models.embedContent({ model: 'small', contents: 'private' })).embeddings)`,
      records: [
        { batch_size: 2, dimensions: 3, ...(isCurrent && { input_tokens: 24 }), results: 2 },
        { batch_size: 1, dimensions: 4, ...(isCurrent && { input_tokens: 7 }), results: 1 },
      ].map((own) => ({ scope: 'embedding_provider.embed', model: 'small', ...own })),
    })),
    {
      it: 'records what embeds by Vertex, and by an object of a subclass',
      body: `
        const own = new Mine({ ...options, vertexai: true })
        print((await own.models.embedContent({ model: 'text-embedding-005', contents: ['private', 'private'] })).embeddings)`,
      records: [
        {
          scope: 'embedding_provider.embed',
          model: 'text-embedding-005',
          provider: 'gcp.vertex_ai',
          batch_size: 2,
          dimensions: 4,
          input_tokens: 14,
          billed_units: 14,
          results: 2,
        },
      ],
    },
    {
      it: 'records an answer and a message of a chat, with its thoughts and what a tool brought',
      body: `
        print((await client.models.generateContent({ model: 'flash', contents: 'private' })).text)
        print((await client.chats.create({ model: 'flash' }).sendMessage({ message: 'private', config: { cachedContent: 'private' } })).text)
        print((await client.models.generateContent({ model: 'thinker', contents: 'private', config: { tools: [{ googleSearch: {} }] } })).text)`,
      records: [
        { ...answer('flash'), input_tokens: 7, output_tokens: 14 },
        { ...answer('flash'), input_tokens: 7, output_tokens: 14, cached_tokens: 1 },
        { ...answer('thinker'), input_tokens: 47, output_tokens: 714, reasoning_tokens: 700 },
      ],
    },
    {
      it: 'records an answer with function calls as one call, with the tokens of all its turns, and a prompt that was refused',
      body: `
        ${functions}
        const answer = await client.models.generateContent({ model: 'pro', contents: 'private', config: { tools: [functions] } })
        print([answer.text, answer.automaticFunctionCallingHistory.length, answer.usageMetadata.promptTokenCount])
        const history = [{ role: 'user', parts: [{ text: 'private' }] }]
        const request = { model: 'thinker', contents: history, config: { tools: [functions], automaticFunctionCalling: { ignoreCallHistory: true } } }
        for (let i = 0; i < 2; i++) print((await client.models.generateContent(request)).text)
        print((await client.models.generateContent({ model: 'blocked', contents: 'private' })).promptFeedback)`,
      records: [
        // Of the first turn 7 and 16, of the second 7, the function's name, its response, and 14.
        { ...answer('pro'), input_tokens: 7 + 7 + 16 + 13, output_tokens: 16 + 14 },
        ...Array(2).fill({
          ...answer('thinker'),
          input_tokens: 7 + 7 + 16 + 13,
          output_tokens: 700 + 16 + 700 + 14,
          reasoning_tokens: 1400,
        }),
        { ...answer('blocked'), finish_reason: 'SAFETY', input_tokens: 7 },
      ],
    },
    {
      it: 'records a streamed answer until its consumer ends, also one that leaves early, and that of a chat',
      body: `
        for await (const chunk of await client.models.generateContentStream({ model: 'thinker', contents: 'private' })) print(chunk.text)
        for await (const chunk of await client.models.generateContentStream({ model: 'flash', contents: 'private' })) { print(chunk.text); break }
        for await (const chunk of await client.chats.create({ model: 'pro' }).sendMessageStream({ message: 'private' })) print(chunk.text)
        for await (const chunk of await client.models.generateContentStream({ model: 'blocked', contents: 'private' })) print(chunk.promptFeedback)`,
      records: [
        { ...streamed('thinker'), input_tokens: 7, output_tokens: 723, reasoning_tokens: 700, chunks: 3 },
        { ...streamed('flash'), finish_reason: undefined, input_tokens: 7, output_tokens: 8, chunks: 1 },
        { ...streamed('pro'), input_tokens: 7, output_tokens: 23, chunks: 3 },
        { ...streamed('blocked'), time_to_first_token_ms: undefined, finish_reason: 'SAFETY', input_tokens: 7 },
      ].map(without),
    },
    {
      it: 'records a streamed answer with function calls once, with the tokens of all its turns',
      body: `
        ${functions}
        const stream = await client.models.generateContentStream({ model: 'thinker', contents: 'private', config: { tools: [functions] } })
        for await (const { candidates: [{ content }] } of stream) print([content.role, content.parts])`,
      records: [
        {
          ...streamed('thinker'),
          // It gives the model its thought back, too.
          input_tokens: 7 + 7 + 15 + 16 + 13,
          output_tokens: 716 + 723,
          reasoning_tokens: 1400,
          chunks: 4,
        },
      ],
    },
    {
      it: 'records an interaction, whole and streamed, one that fails, and no more of one in the background than that it is begun',
      when: ({ packages }: Given) => packages !== 'older',
      body: `
        print((await client.interactions.create({ model: 'flash', input: 'private', tools: [{ type: 'google_search' }] })).output_text)
        print((await client.interactions.create({ agent: 'researcher', input: 'private failure' })).status)
        print((await client.interactions.create({ model: 'flash', input: 'private', background: true })).status)
        print((await new GoogleGenAI({ ...options, vertexai: true }).interactions.create({ model: 'flash', input: 'private' })).status)
        for await (const event of await client.interactions.create({ model: 'flash', input: 'private', stream: true })) print(event.event_type)
        try {
          for await (const event of await client.interactions.create({ model: 'flash', input: 'private failure', stream: true })) print(event.event_type)
        } catch (error) { print(error.name) }`,
      records: [
        { ...interaction, input_tokens: 47 },
        { scope: 'llm.generate', model: 'researcher', finish_reason: 'failed', error: 'Error' },
        { ...interaction, provider: 'gcp.vertex_ai', input_tokens: 7 },
        { ...interaction, stream: true, input_tokens: 7, ...times, chunks: 3 },
        {
          ...{ scope: 'llm.generate', model: 'flash', stream: true, response_model: 'flash-001', error: 'Error' },
          ...{ ...times, chunks: 3 },
        },
      ],
    },
  ],
})
