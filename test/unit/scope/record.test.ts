import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Ended, Scope } from '../../../agent/call.ts'
import type { Metadata, Point } from '../../../agent/model.ts'
import { compileRecord } from '../../../agent/scope/record.ts'

const point = { name: 'vector_store.search', library: 'qdrant', slow_call_ms: 0, read: undefined } as unknown as Point
const scope = (over: Partial<Scope> = {}) =>
  ({ point, self: 1, args: [], stack: undefined, metadata: undefined, idleMs: 0, ...over }) as Scope
const ended = (over: Partial<Ended> = {}): Ended => ({
  durationMs: 12.3456,
  result: undefined,
  failed: false,
  error: undefined,
  slow: true,
  bulky: false,
  due: true,
  concurrent: 2,
  memoryMb: undefined,
  cpuMs: undefined,
  ...over,
})
const stamp = {
  dateNow: () => 1_700_000_000_500,
  sampleRate: () => 1,
  includeMetadata: () => true,
  repeats: () => undefined,
  vectors: () => undefined,
  labels: () => undefined,
  pid: 7,
  threadId: 3,
}
const record = compileRecord(stamp)

describe('a record', () => {
  it('has the fields of every call, rounded, and when it began', () => {
    assert.deepEqual(record(scope(), ended()), {
      name: 'vector_store.search',
      duration_ms: 12.35,
      timestamp: 1_700_000_000.488,
      library: 'qdrant',
      concurrent: 2,
      pid: 7,
      thread_id: 3,
    })
  })

  it('leaves out the model that answered where it is the one that was asked for, and nothing else', () => {
    const of = (metadata: Metadata, chunks?: Metadata) =>
      record(scope({ point: { ...point, read: () => metadata }, metadata: chunks }), ended()).metadata

    assert.deepEqual(of({ model: 'a', response_model: 'a', n: 1 }), { model: 'a', n: 1 })
    assert.deepEqual(of({ model: 'a', n: 1 }, { response_model: 'a' }), { model: 'a', n: 1 })
    assert.deepEqual(of({ model: 'a', response_model: 'a-1' }), { model: 'a', response_model: 'a-1' })
    assert.deepEqual(of({ response_model: 'a' }), { response_model: 'a' })
  })

  it('says which thresholds were passed, and none where there is none', () => {
    const slow = { ...point, slow_call_ms: 10 }

    assert.deepEqual(record(scope({ point: slow }), ended()).exceeded, ['slow_call_ms'])
    assert.deepEqual(record(scope({ point: slow }), ended({ bulky: true })).exceeded, ['slow_call_ms', 'memory_mb'])
    assert.deepEqual(record(scope({ point: slow }), ended({ slow: false, bulky: true })).exceeded, ['memory_mb'])
    assert.equal('exceeded' in record(scope(), ended()), false)
  })

  it('has the sample rate below 1 alone', () => {
    assert.equal(compileRecord({ ...stamp, sampleRate: () => 0.25 })(scope(), ended()).sample_rate, 0.25)
    assert.equal('sample_rate' in record(scope(), ended()), false)
  })

  it('names the class of an error, whatever was thrown', () => {
    class OwnError extends Error {}
    const hostile = new Proxy(
      {},
      {
        get() {
          throw new Error('trap')
        },
      },
    )
    const thrown = [
      new OwnError(),
      new (class extends Error {})(),
      'text',
      undefined,
      null,
      4,
      Object.create(null),
      {},
      hostile,
    ]

    assert.deepEqual(
      thrown.map((error) => record(scope(), ended({ failed: true, error })).error),
      ['OwnError', 'Error', 'string', 'undefined', 'object', 'number', 'Error', 'Object', 'Error'],
    )
    assert.equal('error' in record(scope(), ended()), false)
  })

  it('reads metadata from the call, adds what was given by hand, and neither without include_metadata', () => {
    const read = { ...point, read: () => ({ a: 1, b: 1 }) }
    const given = scope({ point: read, metadata: { b: 2 } })

    assert.deepEqual(record(given, ended()).metadata, { a: 1, b: 2 })
    assert.equal('metadata' in compileRecord({ ...stamp, includeMetadata: () => false })(given, ended()), false)
    assert.equal('metadata' in record(scope(), ended()), false)
  })

  it('has what is told of repeats after what was read, of a call that succeeded, and not without include_metadata', () => {
    const read = { ...point, read: () => ({ a: 1 }) }
    const asked: unknown[] = []
    const repeats =
      () =>
      (...one: unknown[]) => {
        asked.push(one)
        return { repeats: 1 }
      }
    const told = compileRecord({ ...stamp, repeats })

    assert.deepEqual(told(scope({ point: read }), ended()).metadata, { a: 1, repeats: 1 })
    assert.deepEqual(asked, [[read, { self: 1, args: [], result: undefined }, { a: 1 }]])
    assert.deepEqual(told(scope({ point: read }), ended({ failed: true })).metadata, { a: 1 })
    assert.equal(
      'metadata' in compileRecord({ ...stamp, repeats, includeMetadata: () => false })(scope(), ended()),
      false,
    )
    assert.equal(asked.length, 1)
  })

  it('has memory and CPU where they were measured', () => {
    const { peak_memory_mb, cpu_ms } = record(scope(), ended({ memoryMb: 1.239, cpuMs: 0 }))

    assert.deepEqual([peak_memory_mb, cpu_ms], [1.24, 0])
  })

  it("has the application's own frames of the stack", () => {
    const stack = [
      'Error',
      '    at search (/app/src/search.js:1:2)',
      '    at embed (/app/node_modules/openai/index.js:3:4)',
      '    at node:internal/process/task_queues:95:5',
      '    at async handle (file:///app/src/handle.mjs:5:6)',
      '    at Promise.all (<anonymous>)',
    ].join('\n')

    assert.equal(
      record(scope({ stack: { stack } }), ended()).stack_trace,
      'at search (/app/src/search.js:1:2)\nat async handle (file:///app/src/handle.mjs:5:6)',
    )
    assert.equal('stack_trace' in record(scope({ stack: { stack: undefined } }), ended()), false)
  })
})
