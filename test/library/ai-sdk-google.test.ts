import { aiImports, aiSdkSets, asking, inEachSet, inTime, newer, older, throughAi } from '../support/ai-sdk-models.ts'
import { googleServer } from '../support/google-server.ts'
import { type Given, library } from '../support/library.ts'

const provider = 'google.generative-ai'
const embedded = { scope: 'embedding_provider.embed', model: 'small', provider }
/** With specification 2 nothing is told of a cache that has nothing. */
const writtenIn = (given: Given) => ({
  scope: 'llm.generate',
  model: 'gemini',
  provider,
  input_tokens: 16,
  output_tokens: 14,
  ...(older(given) ? {} : { cached_tokens: 0 }),
  finish_reason: 'stop',
})
const [whole, parts] = [{ response_model: 'gemini-001' }, { ...inTime, chunks: 3, output_tokens: 23 }]

library({
  name: 'ai-sdk-google',
  module: '@ai-sdk/google',
  packages: aiSdkSets,
  server: googleServer,
  imports: (given) => [
    ['{ createGoogleGenerativeAI }', '@ai-sdk/google'],
    ['* as inside', '@ai-sdk/google/internal'],
    ...aiImports(given),
  ],
  setUp: ({ url }) => `${asking}
    const google = createGoogleGenerativeAI({ apiKey: 'private', baseURL: '${url}' })
    const Model = inside.GoogleLanguageModel ?? inside.GoogleGenerativeAILanguageModel
    const config = { provider: 'google.vertex.mine', baseURL: '${url}', headers: () => ({}), generateId: () => '1' }
    const own = new Model('gemini', config)`,
  shapes: [
    'createGoogleGenerativeAI',
    `google('gemini')`,
    `Object.getPrototypeOf(google('gemini'))`,
    `Object.getPrototypeOf(google.textEmbedding('small'))`,
    'Model',
    `google.textEmbedding('small').doEmbed({ values: ['private'] })`,
    `await google('gemini').doStream(asked)`,
  ],
  fails: `google('fail').doGenerate(asked)`,
  many: `google.textEmbedding('small').doEmbed({ values: ['private' + i] })`,
  calls: [
    {
      it: 'records embeddings, of one text and of several',
      body: `
        print((await google.textEmbedding('small').doEmbed({ values: ['private a', 'private bb'] })).embeddings)
        print((await google.textEmbedding('small').doEmbed({ values: ['private a'] })).embeddings)`,
      records: [
        { ...embedded, batch_size: 2, dimensions: 4, results: 2 },
        { ...embedded, batch_size: 1, dimensions: 4, results: 1 },
      ],
    },
    ...inEachSet('records what a model writes, whole and streamed', (given) => ({
      body: `
        await whole(google('gemini'))
        await streamed(google.chat('gemini'))`,
      records: [
        { ...writtenIn(given), ...whole },
        { ...writtenIn(given), ...parts },
      ],
    })),
    ...inEachSet('records the models of packages that are made of its class', (given) => ({
      body: `
        await whole(own)
        await streamed(own)`,
      records: [
        { ...writtenIn(given), ...whole, provider: 'google.vertex.mine' },
        { ...writtenIn(given), ...parts, provider: 'google.vertex.mine' },
      ],
    })),
    ...inEachSet('records thoughts as output, whatever the version counts them as', (given) => {
      const thought = { ...writtenIn(given), model: 'thinker', reasoning_tokens: 700 }
      return {
        body: `
          await whole(google('thinker'))
          await streamed(google('thinker'))`,
        records: [
          { ...thought, output_tokens: 714, response_model: 'thinker-001' },
          { ...thought, ...parts, output_tokens: 723, chunks: 4 },
        ],
      }
    }),
    ...inEachSet('records interactions', (given) => {
      const answer = {
        ...writtenIn(given),
        ...whole,
        provider: `${provider}.interactions`,
        input_tokens: 1,
        output_tokens: 723,
        reasoning_tokens: 700,
      }
      return {
        body: `
          await whole(google.interactions('gemini'))
          await streamed(google.interactions('gemini'))`,
        records: [answer, { ...answer, ...inTime, chunks: 4 }],
      }
    }).map((call) => ({ ...call, when: (given: Given) => newer(given) && call.when?.(given) !== false })),
    ...inEachSet('counts each token once where ai asks it', (given) =>
      throughAi(`google('gemini')`, { ...writtenIn(given), ...whole }, { ...writtenIn(given), ...parts })(given),
    ),
  ],
})
