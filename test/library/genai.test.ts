import { googleServer } from '../support/google-server.ts'
import { type Given, library } from '../support/library.ts'

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
          model: 'small', contents: ['private one', 'private two'], config: { outputDimensionality: 3 } })
        print(embeddings)
        print((await client.models.embedContent({ model: 'small', contents: 'private' })).embeddings)`,
      records: [
        { batch_size: 2, dimensions: 3, ...(isCurrent && { input_tokens: 6 }), results: 2 },
        { batch_size: 1, ...(isCurrent && { input_tokens: 3 }), results: 1 },
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
          input_tokens: 10,
          results: 2,
        },
      ],
    },
    {
      it: 'records an answer, a message of a chat and an answer with function calls as one call each',
      body: `
        print((await client.models.generateContent({ model: 'flash', contents: 'private' })).text)
        print((await client.chats.create({ model: 'flash' }).sendMessage({ message: 'private' })).text)
        const functions = {
          tool: async () => ({ functionDeclarations: [{ name: 'private_function' }] }),
          callTool: async () => [{ functionResponse: { name: 'private_function', response: { private: 1 } } }],
        }
        const answer = await client.models.generateContent({ model: 'pro', contents: 'private', config: { tools: [functions] } })
        print([answer.text, answer.automaticFunctionCallingHistory.length])`,
      records: ['flash', 'flash', 'pro'].map((model) => ({
        scope: 'llm.generate',
        model,
        input_tokens: 7,
        output_tokens: 2,
        cached_tokens: 1,
      })),
    },
    {
      it: 'records a streamed answer until its consumer ends, also one that leaves early, and that of a chat',
      body: `
        for await (const chunk of await client.models.generateContentStream({ model: 'flash', contents: 'private' })) print(chunk.text)
        for await (const chunk of await client.models.generateContentStream({ model: 'flash', contents: 'private' })) { print(chunk.text); break }
        for await (const chunk of await client.chats.create({ model: 'pro' }).sendMessageStream({ message: 'private' })) print(chunk.text)`,
      records: [
        { model: 'flash', output_tokens: 6, chunks: 3 },
        { model: 'flash', output_tokens: 2, chunks: 1 },
        { model: 'pro', output_tokens: 6, chunks: 3 },
      ].map((own) => ({
        scope: 'llm.generate',
        stream: true,
        time_to_first_chunk_ms: 'ms',
        input_tokens: 7,
        cached_tokens: 1,
        ...own,
      })),
    },
  ],
})
