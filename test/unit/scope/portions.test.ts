import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Ended, Scope } from '../../../agent/call.ts'
import { zero } from '../../../agent/ledger.ts'
import type { Method } from '../../../agent/model.ts'
import { compilePoint } from '../../../agent/scope/point.ts'
import { compileRecord } from '../../../agent/scope/record.ts'
import { createScopes } from '../../../agent/scope/wrap.ts'
import { plain } from '../../support/pipeline.ts'

// biome-ignore lint/suspicious/noExplicitAny: wrapped methods are put where the driver has its own
type Any = any

const portion: Partial<Method> = {
  when: 'this.begun == false',
  ends: { kind: 'portion', last: 'this.left == 0' },
  chunk: { results: 'sum(chunk.length)' },
}

/** A driver's cursor of pages, behind the agent, with a clock that stands still but for what the driver takes. */
function driver(method: Partial<Method> = portion, sample = () => true) {
  const ended: { readonly scope: Scope; readonly one: Ended }[] = []
  const counts = zero()
  const clock = { now: 1000 }
  const { wrap } = createScopes({
    ...plain,
    sample,
    now: () => clock.now,
    emit: (scope, one) => ended.push({ scope, one }) > 0,
    fault: (error) => assert.fail(error as Error),
  })
  const point = (of: Partial<Method>) =>
    compilePoint(
      { name: 'driver', module: 'driver', target: 'database' },
      { scope: 'query', ...of },
      {
        on: true,
        slow_call_ms: 0,
        counts,
        userEntry: false,
        warnOnce: (_, message) => assert.fail(message),
      },
    )
  /** What the driver sends through one function, as its other methods do. */
  const send = wrap([point({})], async (fails: boolean) => {
    clock.now += 10
    if (fails) throw new Error('no page')
  })
  class Cursor {
    begun = false
    left: number
    failsAt: number
    constructor(pages: number, failsAt = -1) {
      this.left = pages
      this.failsAt = failsAt
    }
    async fetch() {
      this.begun = true
      await send(this.left === this.failsAt)
      this.left--
      return ['row', 'row']
    }
    async close() {
      await send(false)
    }
  }
  const prototype: Any = Cursor.prototype
  prototype.fetch = wrap([point(method)], prototype.fetch)
  prototype.close = wrap([point({ ends: { kind: 'closing' } })], prototype.close)
  const record = compileRecord({
    dateNow: () => clock.now,
    sampleRate: () => 1,
    includeMetadata: () => true,
    repeats: () => undefined,
    vectors: () => undefined,
    labels: () => undefined,
    pid: 1,
    threadId: 0,
  })
  const records = () => ended.map(({ scope, one }) => record(scope, one))
  return { Cursor, send, counts, clock, records }
}

describe('portions', () => {
  it('are one call from the first to the last, without the time in which nobody asks', async () => {
    const { Cursor, counts, clock, records } = driver()
    const cursor = new Cursor(3)

    for (let i = 0; i < 3; i++) {
      await cursor.fetch()
      clock.now += 5000
    }

    assert.deepEqual([counts.seen, counts.open, counts.unobserved], [1, 0, 0])
    const [{ name, duration_ms, timestamp, metadata, error } = {} as Any] = records()
    assert.deepEqual(
      { name, duration_ms, metadata, error },
      {
        name: 'database.query',
        duration_ms: 30,
        metadata: { results: 6, chunks: 3, time_to_first_chunk_ms: 10 },
        error: undefined,
      },
    )
    // The clock went on after the end: when the record is built, here, its call began 10,030 before that.
    assert.equal(timestamp, (clock.now - 10_030) / 1000)
  })

  it('count what the driver sends for them as their own, and what it sends otherwise not', async () => {
    const { Cursor, send, counts } = driver()
    const cursor = new Cursor(2)

    await cursor.fetch()
    await send(false)
    await cursor.fetch()

    assert.equal(counts.seen, 2)
  })

  it('end with a cursor that is closed early; what is asked for afterwards is none of it', async () => {
    const { Cursor, counts, records } = driver()
    const cursor = new Cursor(3)

    await cursor.fetch()
    await cursor.close()
    await cursor.fetch()
    await cursor.close()

    assert.deepEqual(
      records().map(({ duration_ms, metadata }) => ({ duration_ms, metadata })),
      [
        { duration_ms: 20, metadata: { results: 2 } },
        // The page that a closed cursor fetches begins no cursor, and the driver sends twice on its own account.
        ...[10, 10].map((duration_ms) => ({ duration_ms, metadata: undefined })),
      ],
    )
    assert.equal(counts.open, 0)
  })

  it('end with the one that fails, as failed', async () => {
    const { Cursor, counts, records } = driver()
    const cursor = new Cursor(3, 2)

    await cursor.fetch()
    await assert.rejects(cursor.fetch(), { message: 'no page' })

    const [{ error, metadata, duration_ms } = {} as Any, ...more] = records()
    assert.deepEqual({ error, metadata, duration_ms }, { error: 'Error', metadata: { results: 2 }, duration_ms: 20 })
    assert.deepEqual([more.length, counts.errors, counts.open], [0, 1, 0])
  })

  it('that overlap end with the last of them', async () => {
    const { Cursor, records } = driver()
    const cursor = new Cursor(2)

    await Promise.all([cursor.fetch(), cursor.fetch(), cursor.close()])

    assert.deepEqual(
      records().map(({ metadata }) => metadata?.results),
      [4],
    )
  })

  it('that nobody asks for any more leave their call unobserved', async () => {
    const { Cursor, counts, records } = driver()

    await new Cursor(3).fetch()

    assert.deepEqual([records().length, counts.open, counts.unobserved], [0, 0, 1])
  })

  it('of a call that is sampled out are none', async () => {
    const { Cursor, counts, records } = driver(portion, () => false)
    const cursor = new Cursor(2)

    await cursor.fetch()
    await cursor.fetch()

    assert.deepEqual([counts.seen, counts.sampled_out, records().length], [1, 1, 0])
  })

  it('behave as without the agent where they are asked for with no cursor', async () => {
    const { Cursor, counts } = driver()
    const { fetch } = Cursor.prototype

    await assert.rejects(async () => Reflect.apply(fetch, undefined, []), TypeError)

    assert.equal(counts.seen, 0)
  })
})
