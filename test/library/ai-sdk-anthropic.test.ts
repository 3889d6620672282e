import { aiImports, aiSdkSets, asking, inEachSet, inTime, older, throughAi } from '../support/ai-sdk-models.ts'
import { anthropicServer } from '../support/anthropic-server.ts'
import { library } from '../support/library.ts'

const written = {
  scope: 'llm.generate',
  model: 'claude',
  provider: 'anthropic.messages',
  input_tokens: 32_311,
  output_tokens: 7,
  cached_tokens: 32_000,
  cache_write_tokens: 300,
  finish_reason: 'stop',
}
const streamed = { ...written, ...inTime, chunks: 2 }

library({
  name: 'ai-sdk-anthropic',
  module: '@ai-sdk/anthropic',
  packages: aiSdkSets,
  server: anthropicServer,
  imports: (given) => [
    ['{ createAnthropic }', '@ai-sdk/anthropic'],
    ['* as inside', '@ai-sdk/anthropic/internal'],
    ...aiImports(given),
  ],
  setUp: ({ url }) => `${asking}
    const anthropic = createAnthropic({ apiKey: 'private', baseURL: '${url}' })
    const Model = inside.AnthropicLanguageModel ?? inside.AnthropicMessagesLanguageModel
    const own = new Model('claude', { provider: 'bedrock.mine', baseURL: '${url}', headers: () => ({}) })`,
  shapes: [
    'createAnthropic',
    `anthropic('claude')`,
    `Object.getPrototypeOf(anthropic('claude'))`,
    'Model',
    `anthropic('claude').doGenerate(asked)`,
    `await anthropic('claude').doStream(asked)`,
  ],
  fails: `anthropic('fail').doGenerate(asked)`,
  many: `anthropic('claude').doGenerate(asked)`,
  calls: [
    {
      it: 'records what a model writes, whole and streamed, and what its cache has as input in each version',
      body: `
        await whole(anthropic('claude'))
        await streamed(anthropic.messages('claude'))`,
      records: [written, streamed],
    },
    {
      it: 'records the models of packages that are made of its class',
      body: `
        await whole(own)
        await streamed(own)`,
      records: [
        { ...written, provider: 'bedrock.mine' },
        { ...streamed, provider: 'bedrock.mine' },
      ],
    },
    // 2 does not tell them apart.
    ...inEachSet('records thoughts, and which model has answered', (given) => ({
      body: `
        await whole(anthropic('thinks'))
        await whole(anthropic('latest'))`,
      records: [
        { ...written, model: 'thinks', output_tokens: 71, ...(older(given) ? {} : { reasoning_tokens: 64 }) },
        { ...written, model: 'latest', response_model: 'latest-20261001' },
      ],
    })),
    {
      it: 'records a stream that fails in its course',
      body: `await streamed(anthropic('broken'))`,
      records: [{ ...streamed, model: 'broken', error: 'Error' }],
    },
    // With 5 `ai` itself leaves out what a cache had.
    ...inEachSet('counts each token once where ai asks it', (given) =>
      throughAi(`anthropic('claude')`, written, streamed, older(given) ? { nested_input_tokens: 11 } : {})(given),
    ),
  ],
})
