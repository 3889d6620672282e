import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ProfileRecord } from '../../../../agent/model.ts'
import { createCollector } from '../../../../cli/report/collect.ts'
import type { Grouping } from '../../../../cli/report/model.ts'
import { reportOf } from '../../../../cli/report/summary.ts'
import { createTimeline, mergeSketches, newSketch, quantile, sketchOf } from '../../../../cli/report/timeline.ts'
import { recordOf } from '../../../support/records.ts'

function reported(records: Iterable<ProfileRecord>, slowest = 5, by?: Grouping) {
  const collector = createCollector(slowest, undefined, by)
  for (const record of records) collector.add(record)
  const read = { records: 0, torn: 0, foreign: 0, tooLong: 0 }
  return reportOf({ files: ['a'], read, ...collector.end() })
}

const traced = (trace: number, span: string, made: Partial<ProfileRecord> = {}) =>
  recordOf({ trace_id: `${trace}`, span_id: span, parent_id: 'request', ...made })

describe('the figures of a scope', () => {
  it('count each record for the calls that it stands for', () => {
    const { calls, records, sample_rate, scopes } = reported([
      recordOf({ duration_ms: 10, metadata: { input_tokens: 5, batch_size: 2, model: 'a' } }),
      recordOf({ duration_ms: 100, sample_rate: 0.1, error: 'E', metadata: { input_tokens: 1, model: 'b' } }),
    ])

    const [scope] = scopes
    assert.deepEqual([calls, records, sample_rate], [11, 2, 0.1])
    assert.deepEqual([scope?.calls, scope?.records, scope?.errors, scope?.error_classes], [11, 2, 10, { E: 10 }])
    assert.deepEqual([scope?.total_ms, scope?.input_tokens, scope?.batch_items], [1010, 15, 2])
    assert.deepEqual(Object.entries(scope?.models ?? {}), [
      ['b', 10],
      ['a', 1],
    ])
    assert.deepEqual([Math.round(scope?.p50_ms ?? 0), scope?.max_ms], [100, 100])
  })

  it('split by a name keep twenty names of a scope and 500 of all, and count the rest together', () => {
    const named = (scopes: number, names: number) =>
      Array.from({ length: scopes * names }, (_, i) =>
        recordOf({
          name: `vector_store.search_${Math.floor(i / names)}`,
          metadata: { collection: `c${i % names}` },
        }),
      )
    const groupsOf = (records: ProfileRecord[]) =>
      reported(records, 0, 'collection').scopes.map(({ groups = [] }) => groups)

    const [twenty = []] = groupsOf(named(1, 20))
    const [more = []] = groupsOf(named(1, 23))
    const all = groupsOf(named(40, 20))

    assert.deepEqual([twenty.length, twenty.some(({ value }) => value === '(others)')], [20, false])
    assert.deepEqual([more.length, more.at(-1)?.value, more.at(-1)?.calls], [21, '(others)', 3])
    assert.ok(all.flat().length <= 540)
    for (const groups of all.slice(0, 25))
      assert.equal(
        groups.reduce((sum, { calls }) => sum + calls, 0),
        20,
      )
  })

  it('are within half a percent, over six orders of magnitude, and whatever the order of the calls', () => {
    const durations = Array.from({ length: 6001 }, (_, i) => 10 ** ((i - 2000) / 1000))
    for (const order of [durations, durations.toReversed()]) {
      const [scope] = reported(order.map((duration_ms, i) => recordOf({ duration_ms, timestamp: 1e9 + i * 7 }))).scopes

      for (const [key, share] of [
        ['p50_ms', 0.5],
        ['p95_ms', 0.95],
        ['p99_ms', 0.99],
      ] as const) {
        const exact = durations[Math.floor(share * 6000)] as number
        assert.ok(Math.abs((scope?.[key] ?? 0) / exact - 1) <= 0.0055, `${key} ${scope?.[key]} ${exact}`)
      }
    }
  })

  it('are there too of calls that took no time that a record could tell', () => {
    const [scope] = reported([recordOf({ duration_ms: 0 }), recordOf({ duration_ms: 0.004 })]).scopes

    assert.deepEqual([scope?.p50_ms, scope?.max_ms, scope?.share], [0, 0.004, 1])
    assert.deepEqual(scope?.distribution, [{ from_ms: 0.01, to_ms: 0.01059, calls: 2 }])
  })

  it('have a share of the time that no nested call took', () => {
    const { scopes } = reported([
      traced(1, 'a', { name: 'semantic_search.retrieve', duration_ms: 100, self_ms: 25 }),
      traced(1, 'b', { duration_ms: 75, self_ms: 75, parent_id: 'a' }),
    ])

    assert.deepEqual(
      scopes.map(({ name, share }) => [name, share]),
      [
        ['vector_store.search', 0.75],
        ['semantic_search.retrieve', 0.25],
      ],
    )
  })

  it('are kept of 500 scopes, and it is told that there are more', () => {
    const { scopes, calls, notes } = reported(Array.from({ length: 501 }, (_, i) => recordOf({ name: `a.${i}` })))

    assert.deepEqual([scopes.length, calls], [500, 500])
    assert.ok(notes.includes('Left out: 1 call of further scopes; there are more than 500.'))
  })
})

describe('the timeline', () => {
  it('has spans of one length, which grows with the run, and loses no call', () => {
    const { scopes } = reported(Array.from({ length: 3000 }, (_, i) => recordOf({ timestamp: 1_782_900_000 + i * 3 })))

    const [{ timeline } = { timeline: [] }] = scopes
    assert.equal(
      timeline.reduce((sum, { calls }) => sum + calls, 0),
      3000,
    )
    assert.deepEqual([timeline.length, (timeline[0]?.to ?? 0) - (timeline[0]?.from ?? 0)], [30, 300])
  })

  it('stays within its cells, however many scopes there are', () => {
    const timeline = createTimeline()
    const scopes = Array.from({ length: 500 }, () => timeline.open())
    for (let second = 0; second < 50; second++)
      for (const cells of scopes) timeline.at(cells, second / 10).sketch.accept(1)

    assert.ok(scopes.reduce((sum, cells) => sum + cells.size, 0) <= 1000)
    assert.deepEqual(new Set(scopes.map((cells) => sketchOf(cells.values()).count)), new Set([50]))
  })

  it('adds sketches up whose highest value is one millisecond', () => {
    const [low, high] = [newSketch(), newSketch()]
    for (let i = 0; i < 10; i++) low.accept(1e-3)
    for (let i = 0; i < 30; i++) high.accept(1)

    const both = mergeSketches(low, high)

    assert.deepEqual([both.count, Math.round(quantile(both, 0.5) * 100)], [40, 100])
  })
})

describe('requests', () => {
  it('are put together from records between those of others, in the order and depth of their calls', () => {
    const { requests, slowest, flame } = reported([
      traced(1, 'a', { duration_ms: 100, self_ms: 40, name: 'semantic_search.retrieve' }),
      traced(2, 'a', { duration_ms: 50 }),
      traced(1, 'c', { duration_ms: 20, timestamp: 1_782_900_000.06, parent_id: 'b' }),
      traced(1, 'b', { duration_ms: 60, timestamp: 1_782_900_000.03, parent_id: 'a' }),
      recordOf(),
    ])

    assert.deepEqual([requests, slowest.map(({ duration_ms }) => duration_ms)], [2, [100, 50]])
    assert.deepEqual(
      slowest[0]?.calls.map(({ span_id, depth, start_ms }) => [span_id, depth, start_ms]),
      [
        ['a', 0, 0],
        ['b', 1, 30],
        ['c', 2, 60],
      ],
    )
    assert.deepEqual(
      flame?.children.map(({ name, total_ms, children }) => [name, total_ms, children[0]?.total_ms]),
      [
        ['semantic_search.retrieve', 100, 60],
        ['vector_store.search', 50, undefined],
      ],
    )
  })

  it('end where ids lead in a circle', () => {
    const { slowest } = reported([
      traced(1, 'a', { parent_id: 'b' }),
      traced(1, 'b', { parent_id: 'a' }),
      traced(1, 'c', { parent_id: 'c' }),
    ])

    assert.deepEqual(slowest[0]?.calls.map(({ depth }) => depth).sort(), [0, 0, 1])
  })

  it('show the longest of many calls', () => {
    const calls = Array.from({ length: 300 }, (_, i) => traced(1, `${i}`, { duration_ms: i }))

    const [request] = reported(calls).slowest

    assert.deepEqual([request?.calls.length, request?.left_out], [60, 240])
    assert.ok(request?.calls.every(({ duration_ms }) => duration_ms >= 240))
  })

  it('wait in a bounded window, and what comes later is reported', () => {
    const records = Array.from({ length: 10_001 }, (_, i) => traced(i, 'a'))

    const { requests, notes, calls } = reported([...records, traced(0, 'b')])

    assert.deepEqual([requests, calls], [10_001, 10_002])
    assert.match(notes.join('\n'), /Written long after the others of their request: 1 record;/)
  })
})

describe('notes', () => {
  it('say what slow_call_ms left out', () => {
    const slow = { exceeded: ['slow_call_ms'] }
    const noteOf = (records: readonly ProfileRecord[]) =>
      reported(records).notes.find((note) => note.includes('slow_call_ms'))

    assert.match(noteOf([recordOf(slow)]) ?? '', /^Only calls above slow_call_ms left a record/)
    assert.match(
      noteOf([traced(1, 'a', slow), traced(1, 'b')]) ?? '',
      /fast calls of requests without a slow call may be missing/,
    )
    assert.match(noteOf([recordOf(slow), recordOf()]) ?? '', /fast calls of other scopes may be missing/)
    assert.equal(noteOf([recordOf()]), undefined)
  })

  it('tell of tokens of frameworks, which count in the calls inside these', () => {
    const llm = { name: 'llm.generate', metadata: { input_tokens: 10, output_tokens: 3 } }
    const outer = { name: 'llm.generate', metadata: { nested_input_tokens: 10, nested_output_tokens: 3 } }
    const client = recordOf({ ...llm, library: 'openai' })
    const { notes, scopes } = reported([client, recordOf({ ...outer, library: 'langchain' })])

    assert.deepEqual(
      scopes.map(({ library, input_tokens, output_tokens }) => [library, input_tokens, output_tokens]).sort(),
      [
        ['langchain', 0, 0],
        ['openai', 10, 3],
      ],
    )
    assert.ok(notes.some((note) => note.startsWith("13 tokens of frameworks' calls count in the calls of the clients")))
    assert.ok(!reported([client]).notes.some((note) => note.includes('frameworks')))
  })

  it('tell of probes, which are left out', () => {
    const { notes, calls } = reported([
      recordOf(),
      recordOf({ library: 'probe', name: 'queue', duration_ms: 4 }),
      recordOf({ library: 'mine', name: 'process.cpu', duration_ms: 0 }),
    ])

    assert.equal(calls, 1)
    assert.ok(notes.includes('Left out: 2 records of probes, which are no calls.'))
  })
})
