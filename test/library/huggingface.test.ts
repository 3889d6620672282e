import { huggingfaceServer } from '../support/huggingface-server.ts'
import { type Given, library } from '../support/library.ts'

const embed = { scope: 'embedding_provider.embed', model: 'bge' }
const generate = { scope: 'llm.generate', model: 'llama' }
const times = { time_to_first_chunk_ms: 'ms', time_to_first_token_ms: 'ms' }
const streamed = { ...generate, stream: true, ...times }
const tokens = { input_tokens: 7, output_tokens: 23 }
const told = { ...tokens, cached_tokens: 4, response_model: 'llama-8b', finish_reason: 'stop' }

library({
  name: 'huggingface',
  module: '@huggingface/inference',
  packages: ['current', 'previous'],
  server: huggingfaceServer,
  imports: [['{ InferenceClient, HfInference, featureExtraction, chatCompletionStream }', '@huggingface/inference']],
  setUp: ({ url }) => `
    const client = new InferenceClient('private-key', { endpointUrl: '${url}' })
    const messages = [{ role: 'user', content: 'private' }]
    const text = ({ choices }) => choices[0]?.delta.content ?? 'none'`,
  shapes: [
    'InferenceClient',
    'InferenceClient.prototype',
    'client',
    'featureExtraction',
    'chatCompletionStream',
    `client.featureExtraction({ model: 'bge', inputs: 'private' })`,
    `Object.keys(client.chatCompletionStream({ model: 'llama', messages }))`,
  ],
  fails: `client.featureExtraction({ model: 'bge', inputs: 'private failure' })`,
  many: `client.featureExtraction({ model: 'bge', inputs: Array(1 + (i % 3)).fill('private') })`,
  calls: [
    {
      it: 'records what embeds, by a client or the function alone',
      body: `
        const toServer = (target, init) => fetch(client.defaultOptions.endpointUrl + new URL(target).pathname, init)
        const routed = new InferenceClient('private-key', { fetch: toServer })
        print(await routed.featureExtraction({ model: 'bge', provider: 'hf-inference', inputs: ['private one', 'private two'] }))
        print(await client.featureExtraction({ model: 'bge', inputs: 'private' }))
        const { endpointUrl } = client.defaultOptions
        print(await featureExtraction({ model: 'bge', endpointUrl, inputs: ['private'] }))
        print(await new HfInference('private-key', { endpointUrl }).featureExtraction({ model: 'bge', inputs: 'private' }))`,
      records: [
        { ...embed, provider: 'hf-inference', batch_size: 2, dimensions: 4, results: 2 },
        { ...embed, batch_size: 1, dimensions: 4 },
        { ...embed, batch_size: 1, dimensions: 4, results: 1 },
        { ...embed, batch_size: 1, dimensions: 4 },
      ],
    },
    {
      it: 'records answers and streamed answers of a chat until their consumer ends, also one that leaves early',
      body: `
        print((await client.chatCompletion({ model: 'llama', messages })).choices)
        for await (const part of client.chatCompletionStream({ model: 'llama', messages })) print(text(part))
        for await (const part of client.chatCompletionStream({ model: 'llama', messages })) { print(text(part)); break }`,
      records: [
        { ...generate, ...told },
        { ...streamed, ...told, chunks: 3 },
        { ...streamed, response_model: 'llama-8b', chunks: 1 },
      ],
    },
    ...[true, false].map((isCurrent) => ({
      it: `records what completes a text${isCurrent ? '' : ', as the servers before version 4 did'}`,
      when: ({ packages }: Given) => (packages === 'current') === isCurrent,
      body: `
        const request = { model: 'llama', inputs: 'private', parameters: { max_new_tokens: 3, details: true } }
        print(await client.textGeneration(request))
        for await (const part of client.textGenerationStream(request)) print(part.token?.text ?? part.choices[0].text)`,
      records: [
        { ...generate, ...(!isCurrent && { output_tokens: 23, finish_reason: 'length' }) },
        { ...streamed, chunks: 3, ...(isCurrent ? told : tokens), finish_reason: 'length' },
      ],
    })),
  ],
})
