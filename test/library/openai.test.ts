import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { everything, libraryFormats, type PackageSet, run } from '../support/application.ts'
import { type Given, library } from '../support/library.ts'
import { eachManaged, managed } from '../support/managed.ts'
import { type Loopback, openaiServer } from '../support/openai-server.ts'

const packages: readonly PackageSet[] = ['current', 'previous', 'older', 'oldest']
/** Each major on one Node of those that it is for. */
const sets = packages.filter((set) => (set === 'current') !== process.versions.node.startsWith('20.'))

for (const packages of sets) {
  // The two oldest majors share the formats; the plain calls below have them all.
  const own = { older: ['cjs'], oldest: ['mjs'] } as const
  for (const format of packages in own ? own[packages as keyof typeof own] : libraryFormats) {
    describe(`openai, ${packages}, ${format}`, () => {
      let server: Loopback
      before(async () => {
        server = await openaiServer()
      })
      after(() => server.close())
      const start = (body: string, bare = false, targets?: readonly string[]) =>
        run({
          packages,
          format,
          bare,
          config: { ...everything, ...(targets && { targets }) },
          imports: [[format === 'cjs' ? '{ OpenAI }' : 'OpenAI', 'openai']],
          body: `const client = new OpenAI({ baseURL: '${server.url}', apiKey: 'k', maxRetries: 0 })\n${body}`,
        })

      // A hundred in each version and format: `many`, below.
      const isFirst = packages === sets[0] && format === libraryFormats[0]
      it('keeps 1,000 calls in flight apart', { skip: !isFirst && 'once on each Node' }, async () => {
        const { printed, records } = await start(`
          const calls = Array.from({ length: 1000 }, (_, i) => client.embeddings.create({ model: 'm' + i, input: Array(1 + (i % 3)).fill('x') }))
          const results = await Promise.all(calls)
          print(results.every((result, i) => result.model === 'm' + i))`)

        assert.deepEqual(printed, [true])
        assert.equal(records.length, 1000)
        const byModel = new Map(records.map(({ metadata }) => [metadata.model, metadata]))
        for (let i = 0; i < 1000; i++) assert.equal(byModel.get(`m${i}`)?.batch_size, 1 + (i % 3))
        assert.ok(records.every(({ concurrent }) => concurrent === 999))
      })

      it('counts a stream that is never read as unobserved, and ends all the same', async () => {
        const body = `
          const stream = await client.chat.completions.create({ model: 'm', stream: true, messages: [{ role: 'user', content: 'a' }] })
          print(Object.keys(stream))`

        const [bare, profiled] = await Promise.all([start(body, true), start(body)])

        assert.deepEqual([profiled.printed, profiled.code, profiled.signal], [bare.printed, 0, null])
        assert.deepEqual(profiled.records, [])
        assert.match(profiled.stderr, /1 calls were seen, none was recorded: 1 unobserved/)
      })

      it('counts attempts whichever of its targets is profiled', async () => {
        const body = `
          await client.embeddings.create({ model: 'retry', input: 'a' }, { maxRetries: 1 })
          await client.chat.completions.create({ model: 'retry', messages: [{ role: 'user', content: 'a' }] }, { maxRetries: 1 })`

        const outcomes = await Promise.all(['embedding_provider', 'llm'].map((target) => start(body, false, [target])))

        assert.deepEqual(
          outcomes.map(({ records }) => records.map(({ name, metadata }) => [name, metadata.attempts])),
          [[['embedding_provider.embed', 2]], [['llm.generate', 2]]],
        )
      })
    })
  }
}

const messages = `messages: [{ role: 'user', content: 'private question' }]`
const provider = 'openai_compatible'
const azure = { provider: 'azure.ai.openai' }
/** As the stand-in counts them: ten of its own and one for each message or input. */
const counts = (inputs = 1, thoughts = 0) => ({
  input_tokens: 10 + inputs,
  output_tokens: 7 + thoughts,
  cached_tokens: 5,
  cache_write_tokens: 2,
  reasoning_tokens: thoughts,
})
const stopped = { finish_reason: 'stop' }
const chatted = { ...counts(), ...stopped }
const responded = { ...counts(), finish_reason: 'completed' }
const generate = { scope: 'llm.generate', model: 'm', provider, attempts: 1 }
const embed = { scope: 'embedding_provider.embed', provider, attempts: 1 }
const one = { ...embed, model: 'small', batch_size: 1 }
const answered = { ...one, dimensions: 8, input_tokens: 3, results: 1 }
/** That has had events, but no piece of an answer. */
const begun = { ...generate, stream: true, time_to_first_chunk_ms: 'ms' }
const streamed = { ...begun, time_to_first_token_ms: 'ms' }
const store = { collection: 'vs_1' }
const found = { scope: 'vector_store.search', ...store, attempts: 1, filtered: false }
const stored = { scope: 'vector_store.upsert', ...store }

library({
  name: 'openai',
  module: 'openai',
  packages,
  server: openaiServer,
  imports: ({ packages }) => [
    ['{ OpenAI, AzureOpenAI }', 'openai'],
    ['{ APIPromise }', packages === 'oldest' ? 'openai/core' : 'openai'],
  ],
  setUp: ({ url }) => `
    const client = new OpenAI({ baseURL: '${url}', apiKey: 'private', maxRetries: 0 })
    const chat = (more, options) => client.chat.completions.create({ model: 'm', ${messages}, ...more }, options)
    const answer = (more, options) => client.responses.create({ model: 'm', input: 'private question', ...more }, options)
    const helper = client.beta.chat?.completions ?? client.chat.completions
    const toServer = (target, init) => fetch('${url}/embeddings', init)
    // What the agent puts on a promise or stream is not enumerable.
    const seen = (value) => Object.fromEntries([...Object.keys(value), value.constructor.name].map((key) => [key, true]))
    const told = (error) => [error.constructor.name, error.name, error.message, error.status, Object.keys(error).sort()]
    const all = async (stream) => { const chunks = []; for await (const chunk of stream) chunks.push(chunk); return chunks }`,
  shapes: [
    'OpenAI',
    'OpenAI.prototype',
    'Object.getPrototypeOf(OpenAI.prototype)',
    'OpenAI.Chat.Completions.prototype',
    'OpenAI.Responses.prototype',
    'client.chat.completions',
    'seen(chat())',
    'seen(answer())',
    `seen(await chat({ stream: true }))`,
  ],
  fails: `chat({ model: 'fail' })`,
  many: `client.embeddings.create({ model: 'm' + i, input: ['private'] })`,
  calls: [
    {
      it: 'records what makes, opens, lists and changes what holds the data',
      body: `
        const stores = client.vectorStores
        print(await stores.create({ name: 'private' }).then(({ id }) => id))
        print(await stores.retrieve('vs').then(({ id }) => id))
        print(await stores.list().then(({ data }) => data.length))
        print(await (stores.delete ?? stores.del).call(stores, 'vs').then(({ id }) => id))`,
      records: [
        ...eachManaged('vector_stores_create vector_stores_retrieve', { collection: 'vs', attempts: 1 }),
        managed('vector_stores_list', { attempts: 1 }),
        managed('vector_stores_delete', { collection: 'vs', attempts: 1 }),
      ],
    },
    {
      it: 'records an embedding with its metadata',
      body: `
        const { data, usage } = await client.embeddings.create({ model: 'small', input: ['private one', 'private two'], dimensions: 4 })
        print([data.length, usage])
        print((await client.embeddings.create({ model: 'small', input: 'private three' })).data.length)`,
      records: [{ ...embed, model: 'small', batch_size: 2, dimensions: 4, input_tokens: 6, results: 2 }, answered],
    },
    {
      it: 'hands out the same promise with everything on it, and reads the body once',
      body: `
        const request = (model = 'small') => client.embeddings.create({ model, input: ['a'], encoding_format: 'float' })
        const promise = request()
        print([promise instanceof APIPromise, promise.constructor.name, Object.getOwnPropertyNames(promise).sort(), typeof promise._thenUnwrap])
        print(Object.getOwnPropertyNames(APIPromise.prototype).map((key) => [key, APIPromise.prototype[key].length, Object.keys(APIPromise.prototype[key]), Object.hasOwn(APIPromise.prototype[key], 'prototype')]))
        print(['_thenUnwrap', 'parse', 'asResponse'].map((key) => Object.hasOwn(promise[key], 'prototype')))
        print((await promise).data.length)
        print((await promise) === (await promise))
        const both = await request().withResponse()
        print([both.data.usage, both.response.status, both.request_id])
        const response = await request().asResponse()
        print([response.bodyUsed, (await response.json()).usage])
        print(await request()._thenUnwrap((data) => data.usage))
        print(await request().then((data) => data.data.length))
        print(await request().finally(() => print('finally')).then((data) => data.model))
        const own = client.embeddings.create
        print([own.name, own.length, Object.keys(own), Object.getOwnPropertyNames(OpenAI.Embeddings.prototype)])
        for (const model of ['fail']) {
          try { await request(model) } catch (error) { print([error.constructor.name, error.status, error.code, error.message, error instanceof OpenAI.APIError]) }
          print(await request(model).catch((error) => error.status))
          print(await request(model).asResponse().catch((error) => error.status))
          print(await request(model).withResponse().catch((error) => error.status))
        }
        const stop = new AbortController()
        setTimeout(() => stop.abort(), 50)
        try { await client.embeddings.create({ model: 'hang', input: 'a' }, { signal: stop.signal }) } catch (error) { print([error.constructor.name, error.message]) }`,
      // One record a call: awaiting a promise again is no other call.
      records: [
        ...[answered, answered, one, one, answered, answered],
        ...Array(4).fill({ ...one, model: 'fail', error: 'BadRequestError' }),
        { ...one, model: 'hang', error: 'APIUserAbortError' },
      ],
    },
    {
      it: 'raises exactly one unhandledRejection for an ignored failing call, and none for a caught one; the caller is in its stack',
      body: `
        let raised = 0
        const raise = (error) => { raised++; print(error.constructor.name) }
        process.on('unhandledRejection', raise)
        async function searchForUser() { return await client.embeddings.create({ model: 'fail', input: 'a' }) }
        client.embeddings.create({ model: 'fail', input: 'a' })
        while (raised === 0) await new Promise((resolve) => setTimeout(resolve, 5))
        await searchForUser().catch((error) => print(error.stack.includes('searchForUser')))
        await new Promise((resolve) => setTimeout(resolve, 100))
        process.off('unhandledRejection', raise)
        print(raised)`,
      // The ignored one is never looked at.
      records: [{ ...one, model: 'fail', error: 'BadRequestError' }],
    },
    {
      it: 'records a chat with its tokens',
      body: `
        print(await chat())
        const { data, response, request_id } = await chat().withResponse()
        print([data.usage, response.status, request_id])
        const raw = await chat().asResponse()
        print([raw.bodyUsed, (await raw.json()).usage])`,
      records: [{ ...generate, ...chatted }, { ...generate, ...chatted }, generate],
    },
    {
      it: 'records a response with its tokens',
      body: `
        print(await answer())
        print((await answer()).output_text)`,
      records: [
        { ...generate, ...responded },
        { ...generate, ...responded },
      ],
    },
    {
      it: 'records a response of the beta',
      when: ({ packages }) => packages === 'current' || packages === 'previous',
      body: `
        const ask = (more) => client.beta.responses.create({ model: 'm', input: 'private', betas: ['private'], ...more })
        print((await ask()).usage)
        print((await all(await ask({ stream: true }))).length)`,
      records: [
        { ...generate, ...responded },
        { ...streamed, chunks: 2, ...responded },
      ],
    },
    {
      it: "records Azure's client, whose deployment is the model of what is sent to one",
      body: `
        const options = { endpoint: client.baseURL, apiKey: 'private', apiVersion: '1', maxRetries: 0 }
        const azure = new AzureOpenAI(options)
        print((await azure.chat.completions.create({ model: 'm', ${messages} })).usage)
        print((await azure.embeddings.create({ model: 'm', input: 'private' })).usage)
        const deployed = new AzureOpenAI({ ...options, deployment: 'deployed' })
        print((await deployed.chat.completions.create({ model: 'm', ${messages} })).usage)
        print((await deployed.chat.completions.create({ ${messages} })).usage)
        print((await deployed.embeddings.create({ model: '', input: 'private' })).usage)
        print((await deployed.responses.create({ model: 'm', input: 'private' })).usage)`,
      records: [
        { ...generate, ...azure, ...chatted },
        { ...answered, ...azure, model: 'm' },
        { ...generate, ...azure, model: 'deployed', response_model: 'm', ...chatted },
        { ...generate, ...azure, model: 'deployed', ...chatted },
        { ...answered, ...azure, model: 'deployed' },
        { ...generate, ...azure, ...responded },
      ],
    },
    {
      it: 'names who serves, where that is another than OpenAI',
      body: `
        const addresses = ['https://api.groq.com/openai/v1', 'https://acme.openai.azure.com/openai/v1', 'https://private:private@gateway.example/v1?token=private']
        for (const baseURL of [undefined, 'https://eu.api.openai.com/v1', ...addresses]) {
          const other = new OpenAI({ baseURL, apiKey: 'private', maxRetries: 0, fetch: toServer })
          print((await other.embeddings.create({ model: 'small', input: 'private' })).usage)
        }`,
      records: [undefined, undefined, 'groq', 'azure.ai.openai', provider].map((one) => {
        const { provider: _, ...rest } = answered
        return { ...rest, ...(one && { provider: one }) }
      }),
    },
    {
      it: 'records a stream that its helper aborts',
      body: `
        const helped = helper.stream({ model: 'endless', ${messages} })
        helped.on('chunk', () => helped.abort())
        await helped.done().catch((error) => print(told(error)))
        const responding = client.responses.stream({ model: 'endless', input: 'private' })
        responding.on('event', () => responding.abort())
        await responding.done().catch((error) => print(told(error)))`,
      records: [
        { ...begun, model: 'endless' },
        { ...begun, model: 'endless' },
      ],
    },
    {
      it: 'records an old completion',
      body: `print(await client.completions.create({ model: 'm', prompt: ['private', 'private'] }))`,
      records: [{ ...generate, batch_size: 2, ...counts(2), ...stopped }],
    },
    {
      it: 'records what the helpers ask for, once a request',
      body: `
        const tool = { type: 'function', function: { name: 'look', parse: JSON.parse, parameters: { type: 'object', properties: {} }, function: () => 'private tool' } }
        print((await helper.parse({ model: 'm', ${messages} })).choices[0].message.content)
        print((await client.responses.parse({ model: 'm', input: 'private' })).output_text)
        print(await helper.runTools({ model: 'm', ${messages}, tools: [tool] }).finalContent())
        print(await helper.stream({ model: 'm', ${messages} }).finalContent())
        print((await client.responses.stream({ model: 'm', input: 'private' }).finalResponse()).output_text)`,
      records: [
        { ...generate, ...chatted },
        { ...generate, ...responded },
        { ...generate, stream: false, ...counts(), finish_reason: 'tool_calls' },
        // The question, the model's call and its answer.
        { ...generate, stream: false, ...counts(3), ...stopped },
        { ...streamed, chunks: 3, ...stopped },
        { ...streamed, chunks: 2, ...responded },
      ],
    },
    {
      it: 'records a stream that is read to its end, with the tokens in its chunks',
      body: `
        print(await all(await chat({ stream: true })))
        print(await all(await chat({ stream: true, stream_options: { include_usage: true } })))
        print((await all(await answer({ stream: true }))).map(({ type }) => type))
        print(await all(await client.completions.create({ model: 'm', prompt: 'private', stream: true })))`,
      records: [
        { ...streamed, chunks: 3, ...stopped },
        { ...streamed, chunks: 3, ...chatted },
        { ...streamed, chunks: 2, ...responded },
        { ...streamed, chunks: 3, batch_size: 1, ...stopped },
      ],
    },
    {
      it: 'records a stream that is split or turned into a web stream, once',
      body: `
        const [left, right] = (await chat({ stream: true })).tee()
        print([(await all(left)).length, (await all(right)).length])
        const web = (await chat({ stream: true })).toReadableStream()
        print(Buffer.concat(await all(web)).toString())`,
      records: [
        { ...streamed, chunks: 3, ...stopped },
        { ...streamed, chunks: 3, ...stopped },
      ],
    },
    {
      it: 'records a stream that is left, by its consumer or through its controller',
      body: `
        const left = await chat({ stream: true, model: 'endless' })
        for await (const chunk of left) { print(chunk.choices); break }
        print(left.controller.signal.aborted)
        const stopped = await chat({ stream: true, model: 'endless' })
        for await (const chunk of stopped) { print(chunk.choices); stopped.controller.abort() }
        const reader = (await chat({ stream: true })).toReadableStream().getReader()
        await reader.read()
        await new Promise((resolve) => setTimeout(resolve, 50)) // It reads one chunk ahead.
        await reader.cancel()
        print('cancelled')`,
      records: [
        { ...begun, model: 'endless' },
        { ...begun, model: 'endless' },
        { ...streamed, chunks: 1 },
      ],
    },
    // node-fetch, which version 4 brings, has errors of its own.
    ...['TypeError', 'Error'].map((error) => ({
      when: ({ packages }: Given) => (packages === 'oldest') === (error === 'Error'),
      it: 'records a stream that is aborted, cut off or ended by an error of the service',
      body: `
        const stop = new AbortController()
        const aborted = await chat({ stream: true, model: 'endless' }, { signal: stop.signal })
        await (async () => { for await (const chunk of aborted) { print(chunk.choices); stop.abort() } })().then(() => print('ended'), (error) => print(told(error)))
        for (const model of ['cut', 'broken']) {
          await all(await chat({ stream: true, model })).catch((error) => print(told(error)))
        }`,
      records: [
        { ...begun, model: 'endless' },
        { ...streamed, model: 'cut', chunks: 1, error },
        { ...streamed, model: 'broken', chunks: 1, error: 'APIError' },
      ],
    })),
    {
      it: 'hands out the same stream by every way to it, and watches it once',
      body: `
        const { data, response } = await chat({ stream: true }).withResponse()
        print([response.status, (await all(data)).length])
        const promise = chat({ stream: true })
        const stream = await promise
        print([stream === (await promise), (await promise.asResponse()).status, (await all(stream)).length])
        await all(stream).catch((error) => print(told(error)))
        const made = await chat({ stream: true })._thenUnwrap((inner) => inner)
        print([made.constructor.name, (await all(made)).length])
        const raw = await chat({ stream: true }).asResponse()
        print((await raw.text()).length)`,
      records: [
        { ...streamed, chunks: 3, ...stopped },
        { ...streamed, chunks: 3, ...stopped },
        { ...streamed, chunks: 3, ...stopped },
        { ...generate, stream: true },
      ],
    },
    {
      it: 'records nothing of a stream that is never read',
      body: `
        const never = await chat({ stream: true })
        print(Object.keys(never))`,
      records: [],
    },
    {
      it: 'counts the requests of a call that the client tries again, also of one body used twice at once',
      body: `
        const body = { model: 'retry', ${messages} }
        const twice = [1, 2].map((maxRetries) => client.chat.completions.create(body, { maxRetries }))
        print((await Promise.all(twice)).map((one) => one.usage))
        print(await client.chat.completions.create(body).catch((error) => error.status))
        print((await client.embeddings.create({ model: 'retry', input: 'private' }, { maxRetries: 3 })).usage)
        print((await all(await answer({ model: 'retry', stream: true }, { maxRetries: 1 }))).length)`,
      records: [
        { ...generate, model: 'retry', ...chatted, attempts: 2 },
        { ...generate, model: 'retry', ...chatted, attempts: 2 },
        { ...generate, model: 'retry', error: 'RateLimitError', status: 429 },
        { ...answered, model: 'retry', attempts: 2 },
        { ...streamed, model: 'retry', chunks: 2, ...responded, attempts: 2 },
      ],
    },
    {
      it: 'records thoughts as tokens of the output, and not as the first of the answer',
      body: `
        print((await chat({ model: 'thinks' })).usage)
        print((await answer({ model: 'thinks' })).usage)
        print((await all(await chat({ model: 'thinks', stream: true, stream_options: { include_usage: true } }))).length)
        print((await all(await answer({ model: 'thinks', stream: true }))).map(({ type }) => type))`,
      records: [
        { ...generate, model: 'thinks', ...counts(1, 64), finish_reason: 'stop' },
        { ...generate, model: 'thinks', ...counts(1, 64), finish_reason: 'completed' },
        { ...streamed, model: 'thinks', chunks: 3, ...counts(1, 64), finish_reason: 'stop' },
        { ...streamed, model: 'thinks', chunks: 2, ...counts(1, 64), finish_reason: 'completed' },
      ],
    },
    {
      it: 'records why the model stopped, and its name where another one was asked for',
      body: `
        const tools = [{ type: 'function', function: { name: 'look', parameters: {} } }]
        print((await chat({ model: 'latest', max_tokens: 4 })).model)
        print((await all(await chat({ model: 'latest', stream: true, tools }))).length)
        print((await answer({ model: 'latest', max_output_tokens: 4 })).status)
        print((await all(await answer({ model: 'latest', max_output_tokens: 4, stream: true }))).length)`,
      records: [
        { ...generate, model: 'latest', response_model: 'latest-2026-10-01', ...counts(), finish_reason: 'length' },
        { ...streamed, model: 'latest', response_model: 'latest-2026-10-01', chunks: 1, finish_reason: 'tool_calls' },
        {
          ...generate,
          model: 'latest',
          response_model: 'latest-2026-10-01',
          ...counts(),
          finish_reason: 'max_output_tokens',
        },
        {
          ...streamed,
          model: 'latest',
          response_model: 'latest-2026-10-01',
          chunks: 2,
          ...counts(),
          finish_reason: 'max_output_tokens',
        },
      ],
    },
    {
      it: 'records a response that says that it failed as a failed call, and a chat that is answered by an error',
      body: `
        print((await answer({ model: 'fails' })).error)
        print((await all(await answer({ model: 'fails', stream: true }))).map(({ type }) => type))
        print(Object.keys(await chat({ model: 'fails' })))`,
      records: [
        { ...generate, model: 'fails', error: 'server_error', status: undefined },
        { ...begun, model: 'fails', error: 'server_error' },
        { ...generate, model: 'fails', error: 'Error', status: 502 },
      ],
    },
    // The first and the last version throw it, those between hand it out.
    ...[false, true].map((isThrown) => ({
      when: ({ packages }: Given) => (packages === 'oldest' || packages === 'current') === isThrown,
      it: 'records an error in the events of a response',
      body: `
        const events = []
        const reading = async () => { for await (const event of await answer({ model: 'errs', stream: true })) events.push(event.type) }
        print(await reading().catch(told))
        print(events)`,
      records: [
        isThrown
          ? { ...begun, model: 'errs', error: 'APIError' }
          : { ...streamed, model: 'errs', chunks: 2, ...responded, error: 'rate_limit_exceeded' },
      ],
    })),
    {
      it: 'records the compaction of a response',
      when: ({ packages }) => packages === 'current' || packages === 'previous',
      body: `
        print((await client.responses.compact({ model: 'm', input: ['private', 'private'] })).usage)
        print((await client.beta.responses.compact({ model: 'm', input: 'private', betas: ['private'] })).usage)`,
      records: [
        { ...generate, ...counts(2) },
        { ...generate, ...counts() },
      ],
    },
    {
      it: 'records decisions, by their questions',
      when: ({ packages }) => packages === 'current',
      body: `
        const questions = [{ type: 'predicate', question: 'private' }, { type: 'predicate', question: 'private' }]
        print((await client.decisions.create({ model: 'latest', input: 'private', questions })).usage)`,
      records: [{ ...generate, model: 'latest', response_model: 'latest-2026-10-01', batch_size: 2, ...counts(3) }],
    },
    {
      it: 'records a search in a vector store, however its page is asked for',
      body: `
        const find = (more, options) => client.vectorStores.search('vs_1', { query: 'private', ...more }, options)
        print((await find()).data.map(({ score }) => score))
        print((await find({ max_num_results: 2, filters: { type: 'eq', key: 'private', value: 'private' } })).data.length)
        print((await find({ query: ['private', 'private'] }).catch(() => {})).data.length)
        for await (const { score } of find({ max_num_results: 1 })) print(score)
        print(await client.vectorStores.search('fail', { query: 'private' }).catch((error) => error.status))
        print(await client.vectorStores.search('fail', { query: 'private' }).finally(() => print('finally')).catch((error) => error.status))
        print((await client.vectorStores.search('retry', { query: 'private' }, { maxRetries: 2 })).data.length)
        const whole = await find().withResponse()
        print([Object.keys(whole), whole.data.data.length])
        print(await client.vectorStores.search('fail', { query: 'private' }).withResponse().catch((error) => error.status))
        print(Object.keys(find()))`,
      records: [
        { ...found, query_len: 7, results: 4 },
        { ...found, query_len: 7, top_k: 2, filtered: true, results: 2 },
        { ...found, batch_size: 2, results: 4 },
        { ...found, query_len: 7, top_k: 1, results: 1 },
        { ...found, collection: 'fail', query_len: 7, error: 'BadRequestError', status: 400 },
        { ...found, collection: 'fail', query_len: 7, error: 'BadRequestError', status: 400 },
        { ...found, collection: 'retry', query_len: 7, results: 4, attempts: 2 },
        { ...found, query_len: 7, results: 4 },
        { ...found, collection: 'fail', query_len: 7, error: 'BadRequestError', status: 400 },
      ],
    },
    {
      it: 'records files of a vector store that are waited for, and how many of them failed',
      body: `
        const { files, fileBatches } = client.vectorStores
        const file = () => new File(['private'], 'private.txt')
        print((await files.createAndPoll('vs_1', { file_id: 'file-1' })).status)
        print((await files.createAndPoll('vs_1', { file_id: 'file-bad' })).status)
        print((await files.uploadAndPoll('vs_1', file())).status)
        print((await fileBatches.createAndPoll('vs_1', { file_ids: ['file-1', 'file-bad', 'file-2'] })).file_counts)
        print((await fileBatches.createAndPoll('vs_1', { file_ids: ['file-bad'] })).status)
        print((await fileBatches.uploadAndPoll('vs_1', { files: [file()], fileIds: ['file-2'] })).file_counts)
        print((await files.create('vs_1', { file_id: 'file-1' })).status)`,
      records: [
        { ...stored, batch_size: 1 },
        { ...stored, batch_size: 1, error: 'unsupported_file' },
        { ...stored, batch_size: 1 },
        { ...stored, batch_size: 3, results: 2, failed_items: 1 },
        { ...stored, batch_size: 1, results: 0, failed_items: 1, error: 'Error' },
        { ...stored, batch_size: 2, results: 2, failed_items: 0 },
      ],
    },
  ],
})
