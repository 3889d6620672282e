import { anthropicServer } from '../support/anthropic-server.ts'
import { library } from '../support/library.ts'

const asked = `max_tokens: 16, messages: [{ role: 'user', content: 'private question' }]`
const usage = { input_tokens: 11, output_tokens: 7, cached_tokens: 5 }
const generate = { scope: 'llm.generate', model: 'm', attempts: 1 }
const streamed = { ...generate, stream: true, time_to_first_chunk_ms: 'ms' }
const whole = { ...streamed, chunks: 7, ...usage }
const run = { ...generate, stream: false, ...usage }

library({
  name: 'anthropic',
  module: '@anthropic-ai/sdk',
  packages: ['current', 'previous'],
  server: anthropicServer,
  imports: [['{ Anthropic }', '@anthropic-ai/sdk']],
  setUp: ({ url }) => `
    const client = new Anthropic({ baseURL: '${url}', apiKey: 'private', maxRetries: 0 })
    const ask = (more, options) => client.messages.create({ model: 'm', ${asked}, ...more }, options)
    const told = (error) => [error.constructor.name, error.name, error.message, error.status, Object.keys(error).sort()]
    const toServer = (target, init) => fetch('${url}/v1/messages', init)
    // What the agent puts on a promise or stream is not enumerable.
    const seen = (value) => Object.fromEntries([...Object.keys(value), value.constructor.name].map((key) => [key, true]))
    const all = async (stream) => { const chunks = []; for await (const chunk of stream) chunks.push(chunk); return chunks }`,
  shapes: [
    'Anthropic',
    'Anthropic.prototype',
    'Object.getPrototypeOf(Anthropic.prototype)',
    'Anthropic.Messages.prototype',
    'Anthropic.Beta.Messages.prototype',
    'client.messages',
    'seen(ask())',
    'seen(await ask({ stream: true }))',
  ],
  fails: `ask({ model: 'fail' })`,
  many: `ask({ model: 'm' + i })`,
  calls: [
    {
      it: 'records a message with its tokens',
      body: `
        print(await ask())
        const { data, response } = await ask().withResponse()
        print([data.usage, response.status])
        const raw = await ask().asResponse()
        print([raw.bodyUsed, (await raw.json()).usage])
        print(await client.beta.messages.create({ model: 'm', betas: ['private'], ${asked} }))`,
      records: [{ ...generate, ...usage }, { ...generate, ...usage }, generate, { ...generate, ...usage }],
    },
    {
      it: 'names who serves, where that is known to be another than Anthropic',
      body: `
        const addresses = ['https://api.deepseek.com/anthropic', 'https://bedrock-runtime.us-east-1.amazonaws.com', 'https://us-east5-aiplatform.googleapis.com/v1', 'https://private:private@gateway.example']
        for (const baseURL of [undefined, ...addresses]) {
          const other = new Anthropic({ baseURL, apiKey: 'private', maxRetries: 0, fetch: toServer })
          print((await other.messages.create({ model: 'projects/private/locations/us/publishers/anthropic/models/m', ${asked} })).usage)
        }`,
      records: [undefined, 'deepseek', 'aws.bedrock', 'gcp.vertex_ai', undefined].map((provider) => ({
        ...generate,
        ...usage,
        ...(provider && { provider }),
      })),
    },
    {
      it: 'records a stream with the tokens in its events',
      body: `
        print(await all(await ask({ stream: true })))
        print((await all(await client.beta.messages.create({ model: 'm', stream: true, ${asked} }))).length)
        const [left, right] = (await ask({ stream: true })).tee()
        print([(await all(left)).length, (await all(right)).length])
        print(Buffer.concat(await all((await ask({ stream: true })).toReadableStream())).toString())`,
      records: [whole, whole, whole, whole],
    },
    {
      it: 'records what the helpers ask for, once a request',
      body: `
        print(await client.messages.stream({ model: 'm', ${asked} }).finalText())
        print((await client.beta.messages.stream({ model: 'm', ${asked} }).finalMessage()).usage)
        print((await client.messages.parse({ model: 'm', ${asked} })).content)
        const tool = { type: 'custom', name: 'look', description: 'private', input_schema: { type: 'object', properties: {} }, parse: (input) => input, run: () => 'private' }
        print((await client.beta.messages.toolRunner({ model: 'm', tools: [tool], ${asked} })).content)`,
      records: [whole, whole, { ...generate, ...usage }, run, run],
    },
    {
      it: 'records a stream that is left, aborted, cut off or ended by an error of the service',
      body: `
        const left = await ask({ stream: true, model: 'endless' })
        for await (const { type } of left) { print(type); break }
        print(left.controller.signal.aborted)
        const stop = new AbortController()
        const aborted = await ask({ stream: true, model: 'endless' }, { signal: stop.signal })
        await (async () => { for await (const { type } of aborted) { print(type); stop.abort() } })().then(() => print('ended'), (error) => print(told(error)))
        for (const model of ['cut', 'broken']) {
          await all(await ask({ stream: true, model })).catch((error) => print(told(error)))
        }`,
      records: [
        { ...streamed, model: 'endless', chunks: 1, ...usage, output_tokens: 1 },
        { ...streamed, model: 'endless', chunks: 1, ...usage, output_tokens: 1 },
        { ...streamed, model: 'cut', chunks: 2, ...usage, output_tokens: 1, error: 'TypeError' },
        { ...streamed, model: 'broken', chunks: 2, ...usage, output_tokens: 1, error: 'APIError' },
      ],
    },
    {
      it: 'records nothing of a stream that is never read',
      body: `print(Object.keys(await ask({ stream: true })))`,
      records: [],
    },
    {
      it: 'counts the requests of a call that the client tries again',
      body: `
        print((await ask({ model: 'retry' }, { maxRetries: 2 })).usage)
        print((await all(await ask({ model: 'retry', stream: true }, { maxRetries: 1 }))).length)`,
      records: [
        { ...generate, model: 'retry', ...usage, attempts: 2 },
        { ...whole, model: 'retry', attempts: 2 },
      ],
    },
  ],
})
