import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { everything, type Outcome, run } from '../support/application.ts'

const metadata = {
  dimensions: 'size(args.0.vector)',
  top_score: 'number(result.0.score)',
  last_score: 'number(result.-1.score)',
  score_kind: "'similarity'",
}
const instrumentations = [
  { name: 'own', module: './own.cjs', target: 'vector_store', methods: [{ at: 'find', scope: 'search', metadata }] },
]
const config = { ...everything, instrumentations, check_vectors: true }
const files = {
  'own.cjs': `module.exports = { find: async (asked) => { await null; return [{ score: 0.75 }, { score: 0.25 }] } }`,
}
const imports = [['own', './own.cjs']] as const
const found = { top_score: 0.75, last_score: 0.25, score_kind: 'similarity' }
const told = ({ records }: Outcome) => records.map(({ metadata }) => metadata)

describe('check_vectors', () => {
  it('looks at one vector of a scope in a hundred, and keeps none of its numbers', async () => {
    const outcome = await run({
      files,
      config,
      imports,
      body: `
        for (let i = 0; i < 170; i++)
          await own.find({ vector: i === 161 ? Float32Array.of(7.25, NaN) : i === 0 ? [0, 0] : [7.25, 1] })`,
    })

    assert.deepEqual([outcome.code, outcome.stderr], [0, ''])
    const all = told(outcome)
    assert.equal(all.length, 170)
    assert.deepEqual(all[0], { dimensions: 2, ...found, vectors_checked: 1, zero_vectors: 1 })
    assert.deepEqual(all[1], { dimensions: 2, ...found })
    assert.deepEqual(
      all.flatMap((one, i) => (one?.vectors_checked === undefined ? [] : [[i, one.zero_vectors, one.nan_vectors]])),
      [
        [0, 1, undefined],
        [161, undefined, 1],
      ],
    )
    assert.doesNotMatch(JSON.stringify(all), /7\.25/)
  })

  it('runs no getter and no proxy of the application', async () => {
    const body = `
      let reads = 0
      const fail = () => { reads++; throw new RangeError('it was looked into') }
      await own.find({ get vector() { return fail() } })
      await own.find({ vector: Object.defineProperty([0, 0], 1, { get: fail, enumerable: true }) })
      await own.find({ vector: new Proxy([0, 0], { get: fail, getOwnPropertyDescriptor: fail, ownKeys: fail, has: fail }) })
      await own.find(new Proxy({}, { get: fail, getOwnPropertyDescriptor: fail }))
      print(reads)`

    const [bare, profiled] = await Promise.all([
      run({ files, imports, body, bare: true }),
      run({ files, config, imports, body }),
    ])

    assert.deepEqual(profiled.printed, bare.printed)
    assert.deepEqual(profiled.printed, [0])
    assert.doesNotMatch(JSON.stringify(told(profiled)), /vectors/)
  })

  it('is off unless it is asked for; and without metadata neither that nor a score is in a record', async () => {
    const body = `await own.find({ vector: [0, 0] })`

    const [off, without] = await Promise.all([
      run({ files, config: { ...config, check_vectors: false }, imports, body }),
      run({ files, config: { ...config, include_metadata: false }, imports, body }),
    ])

    assert.deepEqual(told(off), [{ dimensions: 2, ...found }])
    assert.deepEqual(told(without), [undefined])
    assert.doesNotMatch(JSON.stringify(without.records), /score|vectors/)
  })
})
