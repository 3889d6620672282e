import assert from 'node:assert/strict'
import { it } from 'node:test'
import { anthropicServer } from '../support/anthropic-server.ts'
import { everything, libraryFormats, run } from '../support/application.ts'
import { type Given, library } from '../support/library.ts'

const asked = `max_tokens: 16, messages: [{ role: 'user', content: 'private question' }]`
/** As the stand-in counts them: ten of its own and one for each message, those of the cache besides. */
const counts = (messages = 1, thoughts = 0) => ({
  input_tokens: 10 + messages + 32_300,
  output_tokens: 7 + thoughts,
  cached_tokens: 32_000,
  cache_write_tokens: 300,
  reasoning_tokens: thoughts,
})
const usage = { ...counts(), finish_reason: 'end_turn' }
const generate = { scope: 'llm.generate', model: 'm', attempts: 1 }
/** That has had events, but no piece of an answer. */
const begun = { ...generate, stream: true, time_to_first_chunk_ms: 'ms', ...counts(), output_tokens: 1 }
const streamed = { ...generate, stream: true, time_to_first_chunk_ms: 'ms', time_to_first_token_ms: 'ms' }
const whole = { ...streamed, chunks: 2, ...usage }

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
        print((await client.beta.messages.parse({ model: 'm', ${asked} })).content)`,
      records: [whole, whole, { ...generate, ...usage }, { ...generate, ...usage }],
    },
    // The question, the model's use of the tool and its result; or the last alone, where the service keeps the others.
    ...[1, 3].map((sent) => ({
      when: ({ packages }: Given) => (packages === 'current') === (sent === 1),
      it: 'records each request of a tool runner',
      body: `
        const tool = { type: 'custom', name: 'look', description: 'private', input_schema: { type: 'object', properties: {} }, parse: (input) => input, run: () => 'private' }
        print((await client.beta.messages.toolRunner({ model: 'm', tools: [tool], ${asked} })).content)`,
      records: [
        { ...generate, stream: false, ...counts(), finish_reason: 'tool_use' },
        { ...generate, stream: false, ...counts(sent), finish_reason: 'end_turn' },
      ],
    })),
    {
      it: 'records all that was read: beside the cache, from it and into it, as the last event has it',
      body: `
        for (const model of ['older', 'searches', 'compacts']) {
          print((await ask({ model })).usage)
          print((await all(await ask({ model, stream: true }))).at(-2).usage)
        }`,
      records: [
        { ...generate, model: 'older', ...usage },
        { ...whole, model: 'older', reasoning_tokens: 0 },
        ...[generate, { ...streamed, chunks: 2 }].map((one) => ({
          ...one,
          model: 'searches',
          ...usage,
          input_tokens: 411 + 32_300,
        })),
        ...[generate, { ...streamed, chunks: 2 }].map((one) => ({
          ...one,
          model: 'compacts',
          ...usage,
          input_tokens: 11 + 32_300 + 180_040,
          output_tokens: 3507,
          cached_tokens: 32_040,
        })),
      ],
    },
    {
      it: 'records why the model stopped, what it thought, and its name where another one was asked for',
      body: `
        const tools = [{ name: 'look', input_schema: { type: 'object', properties: {} } }]
        print((await ask({ model: 'latest', max_tokens: 4 })).stop_reason)
        print((await ask({ model: 'thinks' })).usage.output_tokens_details)
        print((await all(await ask({ model: 'latest', stream: true, tools }))).map(({ type }) => type))
        print((await all(await ask({ model: 'thinks', stream: true }))).map(({ type }) => type))`,
      records: [
        { ...generate, model: 'latest', response_model: 'latest-20261001', ...counts(), finish_reason: 'max_tokens' },
        { ...generate, model: 'thinks', ...counts(1, 64), finish_reason: 'end_turn' },
        // The name of the tool, then its argument.
        { ...whole, model: 'latest', response_model: 'latest-20261001', finish_reason: 'tool_use' },
        { ...whole, model: 'thinks', ...counts(1, 64) },
      ],
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
        { ...begun, model: 'endless' },
        { ...begun, model: 'endless' },
        { ...begun, model: 'cut', error: 'TypeError' },
        { ...begun, model: 'broken', error: 'APIError' },
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

const clients = {
  AnthropicBedrock: [
    '@anthropic-ai/bedrock-sdk',
    `awsRegion: 'us-east-1', awsAccessKey: 'private', awsSecretKey: 'private'`,
  ],
  AnthropicVertex: [
    '@anthropic-ai/vertex-sdk',
    `region: 'us-east5', projectId: 'private', authClient: { getRequestHeaders: async () => new Headers() }`,
  ],
} as const

for (const [client, [module, options]] of Object.entries(clients))
  for (const format of libraryFormats)
    it(`records the calls of ${client}, which does not load the main file: ${format}`, async () => {
      const server = await anthropicServer()
      const application = {
        packages: 'current',
        format,
        config: everything,
        imports: [[`{ ${client} }`, module]],
        body: `
          const client = new ${client}({ baseURL: '${server.url}', maxRetries: 1, ${options} })
          const ask = (more) => client.messages.create({ model: 'm', ${asked}, ...more })
          print((await ask()).usage)
          for await (const { type } of await ask({ stream: true })) print(type)
          print((await client.beta.messages.create({ model: 'retry', ${asked} })).usage)
          print(await ask({ model: 'fail' }).catch((error) => [error.constructor.name, error.status, error.message]))`,
      } as const

      const [bare, profiled] = await Promise.all([run({ ...application, bare: true }), run(application)])
      await server.close()

      assert.deepEqual([profiled.printed, profiled.code, profiled.stderr], [bare.printed, 0, bare.stderr])
      assert.deepEqual(
        profiled.records.map(
          ({ name, error, metadata: { time_to_first_chunk_ms, time_to_first_token_ms, ...metadata } }) => ({
            scope: name,
            ...(error && { error }),
            ...metadata,
            ...(time_to_first_chunk_ms >= 0 && { time_to_first_chunk_ms: 'ms' }),
            ...(time_to_first_token_ms >= time_to_first_chunk_ms && { time_to_first_token_ms: 'ms' }),
          }),
        ),
        [
          { ...generate, ...usage },
          whole,
          { ...generate, model: 'retry', ...usage, attempts: 2 },
          { ...generate, model: 'fail', error: 'BadRequestError' },
        ],
      )
    })
