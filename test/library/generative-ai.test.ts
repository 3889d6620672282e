import { googleServer } from '../support/google-server.ts'
import { library } from '../support/library.ts'

const embed = { scope: 'embedding_provider.embed', model: 'small', dimensions: 4 }
const tokens = { input_tokens: 7, output_tokens: 2, cached_tokens: 1 }
const generate = { scope: 'llm.generate', model: 'flash' }
const streamed = { ...generate, ...tokens, stream: true, time_to_first_chunk_ms: 'ms' }

library({
  name: 'generative-ai',
  module: '@google/generative-ai',
  packages: ['current'],
  server: googleServer,
  imports: [['{ GoogleGenerativeAI, GenerativeModel, ChatSession }', '@google/generative-ai']],
  setUp: ({ url }) => `
    const client = new GoogleGenerativeAI('private-key')
    const of = (model) => client.getGenerativeModel({ model }, { baseUrl: '${url}' })
    const content = (text) => ({ role: 'user', parts: [{ text }] })`,
  shapes: [
    'GenerativeModel',
    'GenerativeModel.prototype',
    'ChatSession',
    'ChatSession.prototype',
    `of('small')`,
    `of('small').embedContent('private')`,
    `await of('flash').generateContentStream('private')`,
  ],
  fails: `of('fail').embedContent('private')`,
  many: `of('small').batchEmbedContents({ requests: Array(1 + (i % 3)).fill({ content: content('private') }) })`,
  calls: [
    {
      it: 'records what embeds',
      body: `
        print((await of('small').embedContent('private')).embedding)
        print((await of('models/small').embedContent([{ text: 'private' }, { text: 'parts' }])).embedding)
        print((await of('small').batchEmbedContents({ requests: [{ content: content('private one') }, { content: content('private two') }] })).embeddings)`,
      records: [
        { ...embed, batch_size: 1 },
        { ...embed, batch_size: 1 },
        { ...embed, batch_size: 2, results: 2 },
      ],
    },
    {
      it: 'records an answer and a message of a chat as one call each',
      body: `
        print((await of('flash').generateContent('private')).response.text())
        const chat = of('flash').startChat()
        print((await chat.sendMessage('private')).response.text())
        print(await chat.getHistory())`,
      records: Array(2).fill({ ...generate, ...tokens }),
    },
    {
      it: 'records streamed answers until their consumer ends, also one that leaves early, and that of a chat',
      body: `
        const { stream, response } = await of('flash').generateContentStream('private')
        for await (const chunk of stream) print(chunk.text())
        print((await response).text())
        for await (const chunk of (await of('flash').generateContentStream('private')).stream) { print(chunk.text()); break }
        const chat = of('flash').startChat()
        for await (const chunk of (await chat.sendMessageStream('private')).stream) print(chunk.text())
        print((await chat.getHistory()).length)`,
      records: [
        { ...streamed, output_tokens: 6, chunks: 3 },
        { ...streamed, chunks: 1 },
        { ...streamed, output_tokens: 6, chunks: 3 },
      ],
    },
    {
      it: 'records a streamed answer that fails at its start',
      body: `print(await of('fail').generateContentStream('private').catch((error) => error.status))`,
      records: [{ ...generate, model: 'fail', stream: true, error: 'GoogleGenerativeAIFetchError' }],
    },
  ],
})
