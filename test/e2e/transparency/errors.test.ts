import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { everything, formats, run } from '../../support/application.ts'
import { entryOf, transparent } from '../../support/transparent.ts'

const source = `
const wait = (ms, signal) => new Promise((resolve, reject) => {
  const timer = setTimeout(resolve, ms)
  signal?.addEventListener('abort', () => { clearTimeout(timer); reject(signal.reason) })
})
class Failure extends Error { constructor(text) { super(text); this.name = 'Renamed'; this.code = 'E_OWN' } }
async function fail(text) { await wait(1); throw new Failure(text) }
async function failNow() { throw new Failure('now') }
async function failOdd(what) { throw what }
function sync() { throw new Failure('sync') }
async function slow(signal) { await wait(60000, signal); return 'never' }
async function inner() { await wait(1); throw new Failure('inner') }
async function outer() { return await inner() }
const hostileError = new Proxy(new Error('x'), { get() { throw new Error('trap') }, getPrototypeOf() { throw new Error('trap') } })
async function failHostile() { throw hostileError }
`

transparent('an error passes as it would', {
  source,
  exports: ['Failure', 'fail', 'failNow', 'failOdd', 'sync', 'slow', 'outer', 'failHostile', 'hostileError'],
  methods: ['fail', 'failNow', 'failOdd', 'sync', 'slow', 'outer', 'failHostile'],
  cases: [
    {
      // 1
      it: 'an ignored failing call raises exactly one unhandledRejection, with the error and its promise',
      body: `const raised = []
        const listen = (error, promise) => raised.push([error.message, error instanceof own.Failure, promise instanceof Promise])
        process.on('unhandledRejection', listen)
        own.fail('ignored')
        own.failNow()
        await new Promise((resolve) => setTimeout(resolve, 30))
        process.off('unhandledRejection', listen)
        print(raised)`,
      printed: [
        [
          ['now', true, true],
          ['ignored', true, true],
        ],
      ],
      records: ['failNow!Failure', 'fail!Failure'],
    },
    {
      it: 'a caught failing call raises none, however it is caught',
      body: `const raised = []
        const listen = (error) => raised.push(error.message)
        process.on('unhandledRejection', listen)
        await own.fail('a').catch((error) => print([error.message, error.code, error.name, error.constructor.name]))
        await own.fail('b').then(() => {}, () => {})
        try { await own.fail('c') } catch {}
        const [{ status, reason }] = await Promise.allSettled([own.fail('d')])
        print([status, reason.message])
        await Promise.race([own.fail('e'), own.fail('f')]).catch((error) => print(error.message))
        await new Promise((resolve) => setTimeout(resolve, 30))
        process.off('unhandledRejection', listen)
        print(raised)`,
      check: (records) => assert.equal(records.length, 6),
    },
    {
      it: 'a promise handled late raises the same events',
      body: `const events = []
        const unhandled = (error) => events.push('unhandled ' + error.message)
        const handled = () => events.push('handled')
        process.on('unhandledRejection', unhandled).on('rejectionHandled', handled)
        const promise = own.failNow()
        await new Promise((resolve) => setTimeout(resolve, 20))
        await promise.catch(() => {})
        await new Promise((resolve) => setTimeout(resolve, 20))
        process.off('unhandledRejection', unhandled).off('rejectionHandled', handled)
        print(events)`,
      printed: [['unhandled now', 'handled']],
      records: ['failNow!Failure'],
    },
    {
      // 2
      it: 'the async stack of a rejection names the callers',
      body: `async function searchForUser() { return await own.fail('stack') }
        async function handleRequest() { return await searchForUser() }
        await handleRequest().catch((error) => print(['fail', 'searchForUser', 'handleRequest'].map((name) => error.stack.includes(name))))
        async function second() { return await own.outer() }
        await second().catch((error) => print(['inner', 'outer', 'second'].map((name) => error.stack.includes(name))))`,
      printed: [
        [true, true, true],
        [true, true, true],
      ],
      records: ['fail!Failure', 'outer!Failure'],
    },
    {
      it: 'the stack of a synchronous throw names its caller',
      body: `function caller() { own.sync() }
        try { caller() } catch (error) { print([error.stack.split('\\n')[0], error.stack.includes('at caller'), /at sync|at .*sync/.test(error.stack)]) }`,
      records: ['sync!Failure'],
    },
    {
      it: 'whatever is thrown arrives, errors or not',
      body: `for (const what of [undefined, null, 0, 'text', { code: 1 }, Object.create(null), Object.freeze([1])]) {
          try { await own.failOdd(what); print('no') } catch (error) { print([error === what, typeof error]) }
        }
        const symbol = Symbol('s')
        try { await own.failOdd(symbol) } catch (error) { print(error === symbol) }
        try { await own.failHostile() } catch (error) { print(error === own.hostileError) }`,
      check: (records) => {
        assert.deepEqual(
          records.map(({ error }) => error),
          ['undefined', 'object', 'number', 'string', 'Object', 'Error', 'Array', 'symbol', 'Error'],
        )
      },
    },
    {
      it: 'an abort signal ends the call with its reason',
      body: `const stop = new AbortController()
        const promise = own.slow(stop.signal)
        const reason = new Error('enough')
        stop.abort(reason)
        try { await promise } catch (error) { print(error === reason) }
        try { await own.slow(AbortSignal.timeout(20)) } catch (error) { print([error.name, error.constructor.name]) }`,
      printed: [true, ['TimeoutError', 'DOMException']],
      records: ['slow!Error', 'slow!DOMException'],
    },
  ],
})

const hostile = `
export async function search(options) { return options?.result }
export const touched = []
export const watched = (value) => new Proxy(value, {
  get(target, key) { touched.push(String(key)); return target[key] },
  ownKeys(target) { touched.push('ownKeys'); return Reflect.ownKeys(target) },
  has(target, key) { touched.push('has'); return key in target },
  getOwnPropertyDescriptor(target, key) { touched.push('descriptor'); return Reflect.getOwnPropertyDescriptor(target, key) },
})
`
const methods = [
  {
    at: 'search',
    metadata: {
      model: 'args.0.model',
      top_k: 'args.0.limit',
      batch_size: 'count(args.0.input)',
      results: 'result.length',
    },
  },
]

for (const format of formats) {
  describe(`metadata of hostile values: ${format}`, () => {
    const start = (body: string, config: Record<string, unknown> = {}) =>
      run({
        format,
        files: { 'own.mjs': hostile },
        imports: [['{ search, touched, watched }', './own.mjs']],
        config: { ...everything, ...config, instrumentations: [entryOf('./own.mjs', methods)] },
        env: { NODE_NO_WARNINGS: '1' },
        body,
      })

    it('leaves the call alone, and is reported once', async () => {
      const { printed, records, stderr } = await start(`
        const result = { get length() { throw new Error('getter') } }
        const nasty = { toString() { throw this }, [Symbol.toPrimitive]() { throw this } }
        const options = { get model() { throw nasty }, limit: 3, result }
        for (let i = 0; i < 5; i++) print((await search(options)) === result)
        const { proxy, revoke } = Proxy.revocable({}, {})
        revoke()
        print((await search({ limit: 4, input: [1, 2], model: 'late', result: [] })).length)
        try { await search(proxy) } catch (error) { print(error.constructor.name) }`)

      assert.deepEqual(printed, [true, true, true, true, true, 0, 'TypeError'])
      const told = stderr.trim().split('\n')
      assert.equal(told.filter((line) => line.includes('metadata model of own.search')).length, 1)
      assert.equal(told.filter((line) => line.includes('metadata results of own.search')).length, 1)
      assert.ok(
        told.every((line) => line.includes('metadata')),
        stderr,
      )
      assert.deepEqual(
        records.map(({ metadata, error }) => [metadata, error]),
        [
          ...Array(5).fill([{ top_k: 3, batch_size: 0 }, undefined]),
          [{ top_k: 4, batch_size: 2, model: 'late', results: 0 }, undefined],
          [{ batch_size: 0 }, 'TypeError'],
        ],
      )
    })

    it('keeps numbers, booleans and cut strings alone', async () => {
      const { records, stderr } = await start(`
        const cyclic = []
        cyclic.push(cyclic)
        await search({ model: 'm'.repeat(1e6), limit: 10n, input: cyclic, result: { length: Number.NaN } })
        await search({ model: Symbol('s'), limit: Infinity, input: 'one', result: { length: {} } })
        await search({ model: () => {}, limit: true, input: new Set([1, 2]), result: { length: 'text' } })
        await search({ model: '', limit: -0, input: null })
        await search()
        await search(null)`)

      assert.equal(stderr, '')
      assert.deepEqual(
        records.map(({ metadata }) => metadata),
        [
          { model: 'm'.repeat(128), top_k: 10, batch_size: 1 },
          { batch_size: 1 },
          { top_k: true, batch_size: 1, results: 'text' },
          { model: '', top_k: 0, batch_size: 0 },
          { batch_size: 0 },
          { batch_size: 0 },
        ],
      )
    })

    it('reads nothing of what is behind a proxy, and nothing at all without include_metadata', async () => {
      const body = `
        const input = [1, 2]
        input[Symbol.iterator] = () => { throw new Error('iterated') }
        const options = watched({ model: 'm', limit: 1, input, other: { get secret() { throw new Error('read') } } })
        await search(options)
        print(touched)`
      const all = await start(body)
      const none = await start(body, { include_metadata: false })

      // \`result\` is what the application's own function reads.
      assert.deepEqual(all.printed, [['result']])
      assert.deepEqual(none.printed, [['result']])
      assert.deepEqual(
        none.records.map((record) => 'metadata' in record),
        [false],
      )
    })

    it('keeps 1,000 calls in flight apart', async () => {
      const { printed, records } = await start(`
        const later = (i) => new Promise((resolve) => setTimeout(resolve, i % 7, Array(i % 5)))
        const calls = Array.from({ length: 1000 }, (_, i) => search({ model: 'm' + i, limit: i, result: later(i) }))
        const results = await Promise.all(calls)
        print(results.every((result, i) => result.length === i % 5))`)

      assert.deepEqual(printed, [true])
      assert.equal(records.length, 1000)
      const found = new Map(records.map(({ metadata }) => [metadata.top_k, metadata]))
      for (let i = 0; i < 1000; i++) {
        assert.deepEqual(found.get(i), { model: `m${i}`, top_k: i, batch_size: 0, results: i % 5 })
      }
      assert.ok(records.every(({ concurrent }) => concurrent === 999))
    })
  })
}
