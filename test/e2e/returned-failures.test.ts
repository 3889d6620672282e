import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { everything, formats, run } from '../support/application.ts'

const store = `
export class Store {
  async search(what) {
    return what === 'good' ? { rows: [1, 2], error: null } : { rows: null, error: { name: 'StoreError', code: '57014', message: 'private' } }
  }
  async *answer(what) {
    yield { type: 'started' }
    if (what === 'bad') yield { type: 'failed', error: 'overloaded' }
    else yield* ['a', 'b'].map((delta) => ({ type: 'delta', delta }))
  }
}`
const entry = {
  name: 'store',
  module: './store.mjs',
  target: 'shop',
  methods: [
    { at: 'Store.prototype.search', scope: 'search', failed: 'result.error', metadata: { rows: 'result.rows.length' } },
    {
      at: 'Store.prototype.answer',
      scope: 'answer',
      failed: 'chunk.error',
      token: 'has(chunk.delta)',
      chunk: { n: 'chunk.n' },
    },
  ],
}

for (const format of formats)
  describe(`a failure that is returned, ${format}`, () => {
    it('counts as one, with its name and number, and is handed out as ever', async () => {
      const application = {
        format,
        files: { 'store.mjs': store },
        config: { ...everything, thresholds: { slow_call_ms: 60_000 }, instrumentations: [entry] },
        env: { CROSSBRIDGE_PROFILING_DEBUG: '1' },
        body: `
          const { Store } = await import('./store.mjs')
          const store = new Store()
          for (const what of ['good', 'bad']) {
            print(await store.search(what))
            for await (const chunk of store.answer(what)) print(chunk)
          }`,
      }
      const [bare, profiled] = await Promise.all([run({ ...application, bare: true }), run(application)])

      assert.deepEqual(profiled.printed, bare.printed)
      // Below their threshold: these two are there because they failed.
      assert.deepEqual(
        profiled.records.map(({ name, error, status }) => [name, error, status]),
        [
          ['shop.search', 'StoreError', '57014'],
          ['shop.answer', 'overloaded', undefined],
        ],
      )
      assert.match(profiled.stderr, /store shop.search: 2 seen, 1 under threshold, 1 emitted, 1 errors/)
      assert.doesNotMatch(JSON.stringify(profiled.records), /private/)
    })

    it('and the first piece of an answer have times of their own', async () => {
      const { records } = await run({
        format,
        files: { 'store.mjs': store },
        config: { ...everything, instrumentations: [entry] },
        body: `
          const { Store } = await import('./store.mjs')
          for (const what of ['good', 'bad']) for await (const chunk of new Store().answer(what)) print(chunk)`,
      })

      const [good, bad] = records.map(({ metadata }) => metadata)
      assert.equal(good.chunks, 2)
      assert.ok(good.time_to_first_token_ms >= good.time_to_first_chunk_ms)
      assert.deepEqual(Object.keys(bad), ['time_to_first_chunk_ms'])
    })
  })
