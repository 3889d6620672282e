import { googleServer } from '../support/google-server.ts'
import { library } from '../support/library.ts'

const embed = { scope: 'embedding_provider.embed', model: 'small', dimensions: 4 }
const tokens = { input_tokens: 7, output_tokens: 14, finish_reason: 'STOP', response_model: 'flash-001' }
const generate = { scope: 'llm.generate', model: 'flash' }
const streamed = { ...generate, ...tokens, stream: true, time_to_first_chunk_ms: 'ms', time_to_first_token_ms: 'ms' }
const thinker = { model: 'thinker', response_model: 'thinker-001', reasoning_tokens: 700 }
const { finish_reason: _, ...begun } = streamed
const leftEarly = { ...begun, output_tokens: 8, chunks: 1 }

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
        { ...embed, batch_size: 2, input_tokens: 22, results: 2 },
      ],
    },
    {
      it: 'records an answer and a message of a chat as one call each, with its thoughts and what a tool brought',
      body: `
        print((await of('thinker').generateContent({ contents: [content('private')], tools: [{ googleSearch: {} }] })).response.text())
        print((await of('blocked').generateContent('private')).response.promptFeedback)
        print((await of('flash').generateContent('private')).response.text())
        const chat = of('flash').startChat()
        print((await chat.sendMessage('private')).response.text())
        print(await chat.getHistory())`,
      records: [
        { ...generate, ...tokens, ...thinker, input_tokens: 47, output_tokens: 714 },
        {
          scope: 'llm.generate',
          model: 'blocked',
          input_tokens: 7,
          finish_reason: 'SAFETY',
          response_model: 'blocked-001',
        },
        ...Array(2).fill({ ...generate, ...tokens }),
      ],
    },
    {
      it: 'records streamed answers until their consumer ends, also one that leaves early, and that of a chat',
      body: `
        for await (const chunk of (await of('thinker').generateContentStream('private')).stream) print(chunk.text())
        const { stream, response } = await of('flash').generateContentStream('private')
        for await (const chunk of stream) print(chunk.text())
        print((await response).text())
        for await (const chunk of (await of('flash').generateContentStream('private')).stream) { print(chunk.text()); break }
        const chat = of('flash').startChat()
        for await (const chunk of (await chat.sendMessageStream('private')).stream) print(chunk.text())
        print((await chat.getHistory()).length)`,
      records: [
        { ...streamed, ...thinker, output_tokens: 723, chunks: 3 },
        { ...streamed, output_tokens: 23, chunks: 3 },
        leftEarly,
        { ...streamed, output_tokens: 23, chunks: 3 },
      ],
    },
    {
      it: 'records a streamed answer that fails at its start',
      body: `print(await of('fail').generateContentStream('private').catch((error) => error.status))`,
      records: [{ ...generate, model: 'fail', stream: true, error: 'GoogleGenerativeAIFetchError' }],
    },
  ],
})
