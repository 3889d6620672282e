import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { everything, formats, run, sets } from '../support/application.ts'
import { type Loopback, openaiServer } from '../support/openai-server.ts'

for (const packages of sets) {
  for (const format of formats) {
    describe(`openai, ${packages}, ${format}`, () => {
      let server: Loopback
      before(async () => {
        server = await openaiServer()
      })
      after(() => server.close())
      const start = (body: string, bare = false) =>
        run({
          packages,
          format,
          bare,
          config: everything,
          imports: [['OpenAI, { APIPromise }', 'openai']].map(([names = '', module = '']) =>
            format === 'cjs' ? ['{ OpenAI, APIPromise }', module] : [names, module],
          ),
          body: `const client = new OpenAI({ baseURL: '${server.url}', apiKey: 'k', maxRetries: 0 })\n${body}`,
        })

      it('records one scope a call, with its metadata and never its texts', async () => {
        const { records, stderr } = await start(`
          await client.embeddings.create({ model: 'small', input: ['private one', 'private two'], dimensions: 4 })
          await client.embeddings.create({ model: 'small', input: 'private three' })`)

        assert.equal(stderr, '')
        assert.deepEqual(
          records.map(({ name, library, metadata }) => ({ name, library, metadata })),
          [
            {
              name: 'embedding_provider.embed',
              library: 'openai',
              metadata: { model: 'small', batch_size: 2, dimensions: 4, input_tokens: 6, results: 2 },
            },
            {
              name: 'embedding_provider.embed',
              library: 'openai',
              metadata: { model: 'small', batch_size: 1, input_tokens: 3, results: 1 },
            },
          ],
        )
        assert.doesNotMatch(JSON.stringify(records), /private/)
      })

      it('hands out the same promise with everything on it, and reads the body once', async () => {
        const body = `
          const request = (model = 'small') => client.embeddings.create({ model, input: ['a'], encoding_format: 'float' })
          const promise = request()
          print([promise instanceof APIPromise, promise.constructor.name, Object.keys(promise).sort(), typeof promise._thenUnwrap])
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
          try { await client.embeddings.create({ model: 'hang', input: 'a' }, { signal: stop.signal }) } catch (error) { print([error.constructor.name, error.message]) }`

        const bare = await start(body, true)
        const profiled = await start(body)

        assert.equal(profiled.stderr, bare.stderr)
        assert.deepEqual(profiled.printed, bare.printed)
        assert.ok(bare.printed.length >= 14)
        // One record a call: awaiting a promise again is no other call.
        assert.equal(profiled.records.length, 11)
        assert.deepEqual(
          profiled.records.flatMap(({ error }) => error ?? []),
          ['BadRequestError', 'BadRequestError', 'BadRequestError', 'BadRequestError', 'APIUserAbortError'],
        )
      })

      it('raises exactly one unhandledRejection for an ignored failing call, and none for a caught one', async () => {
        const body = `
          let raised = 0
          const first = new Promise((resolve) => process.on('unhandledRejection', (error) => { raised++; print(error.constructor.name); resolve() }))
          client.embeddings.create({ model: 'fail', input: 'a' })
          await client.embeddings.create({ model: 'fail', input: 'a' }).catch(() => {})
          await first
          await new Promise((resolve) => setTimeout(resolve, 100))
          print(raised)`

        const bare = await start(body, true)
        const profiled = await start(body)

        assert.deepEqual(profiled.printed, bare.printed)
        assert.deepEqual(bare.printed, ['BadRequestError', 1])
      })

      it('keeps 1,000 calls in flight apart', async () => {
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

      it('keeps the caller in the stack of a rejection', async () => {
        const { printed } = await start(`
          async function searchForUser() { return await client.embeddings.create({ model: 'fail', input: 'a' }) }
          await searchForUser().catch((error) => print(error.stack.includes('searchForUser')))`)

        assert.deepEqual(printed, [true])
      })
    })
  }
}
