import { cohereServer } from '../support/cohere-server.ts'
import { library } from '../support/library.ts'

const embed = { scope: 'embedding_provider.embed', model: 'small', dimensions: 4 }
const texts = { ...embed, batch_size: 2, input_tokens: 24, results: 2 }
const rerank = { scope: 'semantic_search.rerank', model: 'rank', query_len: 7 }
const generate = { scope: 'llm.generate', model: 'command' }
const times = { time_to_first_chunk_ms: 'ms', time_to_first_token_ms: 'ms' }
const tokens = { input_tokens: 8, output_tokens: 23 }
const whole = { ...generate, ...tokens, finish_reason: 'COMPLETE' }
const streamed = { ...generate, stream: true, ...times, chunks: 3 }
const read = { ...streamed, ...tokens, finish_reason: 'COMPLETE' }
const broken = { ...tokens, model: 'broken', finish_reason: 'ERROR', error: 'Error' }

library({
  name: 'cohere',
  module: 'cohere-ai',
  packages: ['current', 'previous'],
  server: cohereServer,
  imports: [['{ CohereClient, CohereClientV2, CohereError }', 'cohere-ai']],
  setUp: ({ url }) => `
    const options = { token: 'private-key', environment: '${url}', maxRetries: 0 }
    const v1 = new CohereClient(options)
    const v2 = new CohereClientV2(options)
    const text = (stream) => stream.text ?? stream.delta?.message?.content?.text
    const texts = ['private one', 'private three']
    const ranked = { model: 'rank', query: 'private', documents: texts }
    const messages = [{ role: 'user', content: 'private' }]`,
  shapes: [
    'CohereClient',
    'CohereClient.prototype',
    'Object.getPrototypeOf(CohereClient.prototype)',
    'Object.getPrototypeOf(v1.v2)',
    'CohereClientV2',
    'v1',
    'v2',
    `Object.keys(v2.embed({ model: 'small', inputType: 'search_document', texts }))`,
    `await v2.chatStream({ model: 'command', messages })`,
  ],
  fails: `v2.embed({ model: 'fail', inputType: 'search_document', texts: ['private'] })`,
  many: `v2.embed({ model: 'small', inputType: 'search_document', texts: Array(1 + (i % 3)).fill('private') })`,
  calls: [
    {
      it: 'records what embeds texts, mixed inputs and images, by either client',
      body: `
        const inputType = 'search_document'
        print((await v2.embed({ model: 'small', inputType, texts, outputDimension: 3, embeddingTypes: ['float', 'int8'] })).embeddings)
        print((await v1.v2.embed({ model: 'small', inputType, inputs: [{ content: [{ type: 'text', text: 'private' }, { type: 'image_url', imageUrl: { url: 'private' } }] }] })).embeddings)
        print((await v2.embed({ model: 'small', inputType: 'image', images: ['private'] })).embeddings)
        print((await v1.embed({ model: 'small', texts })).embeddings)
        print((await v1.embed({ model: 'small', texts, embeddingTypes: ['float', 'int8'] })).embeddings)`,
      records: [
        { ...texts, dimensions: 3 },
        { ...embed, batch_size: 1, input_tokens: 17, results: 1 },
        { ...embed, batch_size: 1, input_tokens: 10, results: 1 },
        texts,
        texts,
      ],
    },
    {
      it: 'names who serves, where that is known to be another than Cohere',
      body: `
        const toServer = (target, init) => fetch(options.environment + new URL(target).pathname, init)
        const ask = { model: 'small', inputType: 'search_document', texts }
        for (const more of [{}, { environment: 'https://acme.models.ai.azure.com' }, { baseUrl: 'https://acme.models.ai.azure.com' }, { environment: 'https://private:private@gateway.example' }, { baseUrl: async () => 'https://api.cohere.com' }]) {
          const made = { token: 'private', maxRetries: 0, fetch: toServer, ...more }
          print((await new CohereClientV2(made).embed(ask)).embeddings)
          print((await new CohereClient(made).embed(ask)).embeddings)
        }`,
      records: [undefined, 'azure.ai.inference', 'azure.ai.inference', undefined, undefined].flatMap((provider) =>
        Array(2).fill({ ...texts, ...(provider && { provider }) }),
      ),
    },
    {
      it: 'records what reranks',
      body: `
        print((await v2.rerank({ ...ranked, topN: 1 })).results)
        print((await v1.rerank({ ...ranked, documents: Array(101).fill('private') })).results.length)
        print((await v2.rerank({ ...ranked, model: 'turns' })).results)
        print((await v2.rerank({ ...ranked, model: 'turns', topN: 1 }).withRawResponse()).data.results)
        print((await v2.rerank({ ...ranked, documents: ['private'] })).results)`,
      records: [
        { ...rerank, batch_size: 2, top_k: 1, results: 1, order_kept: true, billed_units: 1 },
        { ...rerank, batch_size: 101, results: 101, order_kept: true, billed_units: 2 },
        { ...rerank, model: 'turns', batch_size: 2, results: 2, order_kept: false, billed_units: 1 },
        { ...rerank, model: 'turns', batch_size: 2, top_k: 1, results: 1, order_kept: false, billed_units: 1 },
        { ...rerank, batch_size: 1, results: 1, billed_units: 1 },
      ],
    },
    {
      it: 'records answers, and one that the service could not finish',
      body: `
        print((await v2.chat({ model: 'cached', messages })).message)
        print((await v1.chat({ model: 'command', message: 'private' })).text)
        print((await v1.generate({ model: 'command', prompt: 'private' })).generations)
        print((await v2.chat({ model: 'broken', messages })).finishReason)
        print((await v2.chat({ model: 'broken', messages }).withRawResponse()).data.finishReason)`,
      records: [
        { ...whole, model: 'cached', cached_tokens: 2 },
        whole,
        { ...generate, ...tokens, input_tokens: 7 },
        { ...generate, ...broken },
        { ...generate, ...broken },
      ],
    },
    {
      it: 'records streamed answers until their consumer ends, no thought as an answer, and what fails as it writes',
      body: `
        for await (const event of await v2.chatStream({ model: 'thinker', messages })) print(text(event))
        for await (const event of await v1.chatStream({ model: 'command', message: 'private' })) print(text(event))
        for await (const event of await v1.generateStream({ model: 'command', prompt: 'private' })) print(text(event))
        for await (const event of await v2.chatStream({ model: 'command', messages })) { print(event.type); break }
        for await (const event of await v2.chatStream({ model: 'broken', messages })) print(event.delta?.finishReason)
        for await (const event of await v1.chatStream({ model: 'broken', message: 'private' })) print(event.finishReason)
        for await (const event of await v1.generateStream({ model: 'broken', prompt: 'private' })) print(event.finishReason)`,
      records: [
        { ...read, model: 'thinker' },
        read,
        { ...streamed, finish_reason: 'COMPLETE' },
        { ...generate, stream: true, time_to_first_chunk_ms: 'ms' },
        { ...streamed, ...broken },
        { ...streamed, ...broken },
        { ...streamed, model: 'broken', finish_reason: 'ERROR', error: 'Error' },
      ],
    },
    {
      it: 'keeps all that can be done with the promise, and records each call once',
      body: `
        const request = (model = 'small') => v2.embed({ model, inputType: 'search_document', texts })
        const promise = request()
        print([promise instanceof Promise, promise.constructor.name, Object.keys(promise).sort(), typeof promise.withRawResponse])
        const { data, rawResponse } = await promise.withRawResponse()
        print([data.embeddings, rawResponse.status])
        const both = request()
        print([(await both).embeddings, (await both.withRawResponse()).rawResponse.status, (await both) === (await both)])
        print(await request().then(({ embeddings }) => embeddings))
        print(await request().finally(() => print('finally')).then(({ embeddings }) => embeddings))
        print(await request('fail').catch((error) => [error.constructor.name, error.statusCode, error instanceof CohereError]))
        print(await request('fail').withRawResponse().catch((error) => error.statusCode))`,
      records: [
        ...Array(4).fill(texts),
        ...Array(2).fill({
          ...{ scope: 'embedding_provider.embed', model: 'fail', batch_size: 2 },
          ...{ error: 'NotFoundError', status: 404 },
        }),
      ],
    },
  ],
})
