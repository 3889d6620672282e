import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { everything, run } from '../support/application.ts'

const shop = (more: object) => ({
  ...everything,
  instrumentations: [
    { name: 'shop', module: './shop.cjs', target: 'store', methods: [{ at: 'search', scope: 'search' }] },
  ],
  ...more,
})
const files = {
  'shop.cjs': 'exports.search = async (fails) => { if (fails) throw new RangeError("private"); return [1] }',
}
const imports = [['shop', './shop.cjs']] as const

describe('the limit of records', () => {
  const calls = (count: number) => `for (let n = 0; n < ${count}; n++) await shop.search()`

  it('is reported once when it is first reached, with where it stands', async () => {
    const { stderr, records } = await run({
      files,
      imports,
      yaml: `runtime:
  profiling:
    enabled: true
    mode: full
    thresholds: { slow_call_ms: 0 }
    output: { type: file, path: ./profile.jsonl }
    instrumentations:
      - { name: shop, module: ./shop.cjs, target: store, methods: [{ at: search, scope: search }] }
    max_records_per_minute: 3
`,
      body: calls(10),
    })

    assert.equal(records.length, 3)
    assert.match(
      stderr,
      /^crossbridge: max_records_per_minute \(3, crossbridge\.yml:9:29\) is reached: .+; raise it .+\n$/,
    )
  })

  it('is not told where it is just not reached', async () => {
    const { stderr, records } = await run({
      files,
      imports,
      config: shop({ max_records_per_minute: 3 }),
      body: calls(3),
    })

    assert.deepEqual([stderr, records.length], ['', 3])
  })
})

describe('failed calls below the threshold', () => {
  const body = 'await shop.search(true).catch(() => {}); await shop.search(false)'
  const slow = { slow_call_ms: 60_000 }

  it('are recorded, and the others are not', async () => {
    const { records } = await run({ files, imports, config: shop({ thresholds: slow }), body })

    assert.deepEqual(
      records.map(({ error, exceeded }) => [error, exceeded]),
      [['RangeError', undefined]],
    )
  })

  it('are under the limit as all', async () => {
    const { records } = await run({
      files,
      imports,
      config: shop({ thresholds: slow, max_records_per_minute: 2 }),
      body: 'for (let n = 0; n < 5; n++) await shop.search(true).catch(() => {})',
    })

    assert.equal(records.length, 2)
  })

  it('leave no record with errors: threshold', async () => {
    const { records, stderr } = await run({
      files,
      imports,
      config: shop({ thresholds: slow, errors: 'threshold' }),
      body,
    })

    assert.deepEqual(records, [])
    assert.match(stderr, /2 calls were seen, none was recorded: 2 under threshold, 1 errors\n$/)
  })
})
