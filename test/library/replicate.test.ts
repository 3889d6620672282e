import { library } from '../support/library.ts'
import { replicateServer } from '../support/replicate-server.ts'

const generate = { scope: 'llm.generate', model: 'owner/chat' }
const told = { server_ms: 'ms', queue_ms: 'ms', input_tokens: 7, output_tokens: 23 }
const whole = { ...generate, ...told }
const streamed = { ...generate, stream: true, time_to_first_chunk_ms: 'ms', time_to_first_token_ms: 'ms' }
/** No text is written. */
const read = { ...told, input_tokens: 23, output_tokens: 0 }
const embed = { scope: 'embedding_provider.embed', model: 'owner/embed', results: 2, dimensions: 3 }

library({
  name: 'replicate',
  module: 'replicate',
  packages: ['current'],
  server: replicateServer,
  imports: [['Replicate', 'replicate']],
  setUp: ({ url }) => `
    const client = new Replicate({ auth: 'private-key', baseUrl: '${url}' })
    const input = { prompt: 'private' }
    const slow = { prompt: 'private slow' }
    const failed = ({ constructor, message }) => [constructor.name, message]`,
  shapes: [
    'Replicate',
    'Replicate.prototype',
    'client',
    'client.predictions',
    'client.deployments.predictions',
    `client.run('owner/chat', { input })`,
    `Object.keys(client.stream('owner/chat', { input }))`,
  ],
  fails: `client.run('owner/chat', { input: { prompt: 'private failure' } })`,
  many: `client.run('owner/chat', { input })`,
  calls: [
    {
      it: 'records a run once, also one that it waits for, asks for again and again, or fails',
      body: `
        print(await client.run('owner/chat', { input }))
        print(await client.run('owner/chat:1a2b', { input: slow }))
        const seen = []
        print(await client.run('owner/chat', { input, wait: { mode: 'poll', interval: 1 } }, ({ status }) => seen.push(status)))
        print(seen)
        print(await client.run('owner/chat', { input: { prompt: 'private fault' } }).catch(failed))
        print(await client.run('chat', { input }).catch(failed))`,
      records: [
        generate,
        { ...generate, model: 'owner/chat:1a2b' },
        generate,
        { ...generate, error: 'Error' },
        { ...generate, model: 'chat', error: 'Error' },
      ],
    },
    {
      it: 'records a stream once, until its consumer ends, also one that leaves early or fails',
      body: `
        for await (const { event, data } of client.stream('owner/chat', { input })) print([event, data])
        for await (const part of client.stream('owner/chat:1a2b', { input })) { print(String(part)); break }
        try {
          for await (const part of client.stream('owner/chat', { input: { prompt: 'private fault' } })) print(String(part))
        } catch (error) { print(failed(error)) }`,
      records: [
        { ...streamed, chunks: 3 },
        { ...streamed, model: 'owner/chat:1a2b', chunks: 1 },
        { scope: 'llm.generate', model: 'owner/chat', stream: true, error: 'Error' },
      ],
    },
    {
      it: 'records a prediction where it is waited for: as it is made or after that, but not when it has ended',
      body: `
        const { origin } = new URL(client.baseUrl)
        const show = (prediction) => { print(JSON.stringify(prediction).replaceAll(origin, '').replace(/"id":"\\d+"|\\/\\d+/g, '')); return prediction }
        show(await client.predictions.create({ model: 'owner/chat', input, wait: true }))
        show(await client.predictions.create({ version: '1a2b', input, wait: 5 }))
        show(await client.deployments.predictions.create('owner', 'deployed', { input, wait: true }))
        const made = show(await client.predictions.create({ model: 'owner/chat', input }))
        const ended = show(await client.wait(made, { interval: 1 }))
        show(await client.wait(ended, {}))
        show(await client.predictions.get(made.id))
        show(await client.deployments.predictions.create('owner', 'deployed', { input }))
        show(await client.predictions.create({ model: 'owner/chat', input: { prompt: 'private fault' }, wait: true }))`,
      records: [
        whole,
        { ...whole, model: '1a2b', response_model: 'owner/chat' },
        { ...whole, model: 'deployed', response_model: 'owner/deployed' },
        whole,
        { ...generate, error: 'Error' },
      ],
    },
    {
      it: 'records what embeds, by a list of texts or by their JSON',
      body: `
        const texts = ['private one', 'private here']
        print(await client.run('owner/embed', { input: { texts } }))
        print(await client.run('owner/embed', { input: { text_batch: JSON.stringify(texts) } }))
        print((await client.predictions.create({ model: 'owner/embed', input: { texts }, wait: true })).output)
        const made = await client.predictions.create({ model: 'owner/embed', input: { text_batch: JSON.stringify(texts) } })
        print((await client.wait(made, { interval: 1 })).output)`,
      records: [{ ...embed, batch_size: 2 }, embed, { ...embed, ...read, batch_size: 2 }, { ...embed, ...read }],
    },
  ],
})
