import { library } from '../support/library.ts'
import { voyageServer } from '../support/voyage-server.ts'

const embed = { scope: 'embedding_provider.embed', model: 'voyage-3', dimensions: 4 }
const both = { ...embed, batch_size: 2, input_tokens: 24, results: 2 }
const rerank = { scope: 'semantic_search.rerank', model: 'rerank-2', query_len: 7 }

library({
  name: 'voyage',
  module: 'voyageai',
  packages: ['current', 'previous'],
  server: voyageServer,
  imports: [['{ VoyageAIClient, GeneratedVoyageAIClient, VoyageAIError }', 'voyageai']],
  setUp: ({ url }) => `
    const options = { apiKey: 'private-key', environment: '${url}', maxRetries: 0 }
    const client = new VoyageAIClient(options)
    const generated = new GeneratedVoyageAIClient(options)
    const texts = ['private one', 'private three']`,
  shapes: [
    'VoyageAIClient',
    'VoyageAIClient.prototype',
    'GeneratedVoyageAIClient',
    'GeneratedVoyageAIClient.prototype',
    'client',
    `Object.keys(client.embed({ model: 'voyage-3', input: 'private' }))`,
  ],
  fails: `client.embed({ model: 'fail', input: 'private' })`,
  many: `client.embed({ model: 'voyage-3', input: Array(1 + (i % 3)).fill('private') })`,
  calls: [
    {
      it: 'records what embeds texts, by either client, as one call each',
      body: `
        print((await client.embed({ model: 'voyage-3', input: texts, outputDimension: 3 })).data)
        print((await client.embed({ model: 'voyage-3', input: 'private' })).data)
        print((await generated.embed({ model: 'voyage-3', input: texts })).data)`,
      records: [{ ...both, dimensions: 3 }, { ...embed, batch_size: 1, input_tokens: 7, results: 1 }, both],
    },
    {
      it: 'names who serves, where that is known to be another than Voyage',
      body: `
        const toServer = (target, init) => fetch(options.environment + new URL(target).pathname.replace(/^\\/v1/, ''), init)
        for (const environment of [undefined, 'https://ai.mongodb.com/v1', 'https://acme.models.ai.azure.com/v1', 'https://private:private@gateway.example/v1']) {
          const made = { apiKey: 'private', maxRetries: 0, fetch: toServer, environment }
          print((await new VoyageAIClient(made).embed({ model: 'voyage-3', input: texts })).data)
        }`,
      records: [undefined, undefined, 'azure.ai.inference', undefined].map((provider) => ({
        ...both,
        ...(provider && { provider }),
      })),
    },
    {
      it: 'records what embeds images, and texts in their context',
      body: `
        const inputs = [{ content: [{ type: 'text', text: 'private' }] }]
        print((await client.multimodalEmbed({ model: 'voyage-3', inputs })).data)
        print(await client.contextualizedEmbed({ model: 'voyage-3', inputs: [texts, ['private']], outputDimension: 3 }))`,
      records: [
        { ...embed, batch_size: 1, input_tokens: 7, results: 1 },
        { ...embed, batch_size: 3, dimensions: 3, input_tokens: 31, results: 3 },
      ],
    },
    {
      it: 'records what embeds in context by the generated client',
      body: `print((await generated.contextualizedEmbed({ model: 'voyage-3', inputs: [texts] })).data)`,
      records: [both],
    },
    {
      it: 'records what reranks',
      body: `
        print((await client.rerank({ model: 'rerank-2', query: 'private', documents: texts, topK: 1 })).data)
        print((await client.rerank({ model: 'rerank-2', query: 'private', documents: texts })).data)
        print((await client.rerank({ model: 'turns', query: 'private', documents: texts })).data)
        print((await client.rerank({ model: 'rerank-2', query: 'private', documents: ['private'] })).data)`,
      records: [
        { ...rerank, batch_size: 2, top_k: 1, input_tokens: 38, results: 1, order_kept: true },
        { ...rerank, batch_size: 2, input_tokens: 38, results: 2, order_kept: true },
        { ...rerank, model: 'turns', batch_size: 2, input_tokens: 38, results: 2, order_kept: false },
        { ...rerank, batch_size: 1, input_tokens: 14, results: 1 },
      ],
    },
    {
      it: 'keeps all that can be done with the promise, and records each call once',
      body: `
        const request = (model = 'voyage-3') => client.embed({ model, input: texts })
        const promise = request()
        print([promise instanceof Promise, promise.constructor.name, Object.keys(promise).sort(), typeof promise.withRawResponse])
        const { data, rawResponse } = await promise.withRawResponse()
        print([data.data, rawResponse.status])
        const both = request()
        print([(await both).data, (await both.withRawResponse()).rawResponse.status, (await both) === (await both)])
        print(await request().finally(() => print('finally')).then(({ data }) => data))
        print(await request('fail').catch((error) => [error.constructor.name, error.statusCode, error instanceof VoyageAIError]))
        print(await request('fail').withRawResponse().catch((error) => error.statusCode))`,
      records: [
        ...Array(3).fill(both),
        ...Array(2).fill({
          ...{ scope: 'embedding_provider.embed', model: 'fail', batch_size: 2 },
          ...{ error: 'VoyageAIError', status: 400 },
        }),
      ],
    },
  ],
})
