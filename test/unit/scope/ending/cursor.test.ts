import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { describe, it } from 'node:test'
import type { Ended, Fn, Scope } from '../../../../agent/call.ts'
import { zero } from '../../../../agent/ledger.ts'
import type { Method } from '../../../../agent/model.ts'
import { compilePoint } from '../../../../agent/scope/point.ts'
import { createScopes } from '../../../../agent/scope/wrap.ts'
import { plain } from '../../../support/pipeline.ts'

const clock = { now: 0 }

/** Functions of one library behind the agent, and what became of their calls. */
function library() {
  const ended: Ended[] = []
  const scopes: Scope[] = []
  const emit = (scope: Scope, one: Ended) => scopes.push(scope) === ended.push(one)
  const { wrap } = createScopes({ ...plain, now: () => clock.now, emit })
  const profiled = (original: Fn, method: Partial<Method> = {}): Fn => {
    const parts = { on: true, slow_call_ms: 0, counts: zero(), userEntry: false, warnOnce() {} }
    const of = { name: 'library', module: 'library', target: 'database' }
    return wrap([compilePoint(of, { scope: 'query', ...method }, parts)], original)
  }
  return {
    profiled,
    ended,
    durations: () => ended.map(({ durationMs }) => durationMs),
    chunks: () => scopes.map(({ metadata }) => metadata),
  }
}
const cursor: Partial<Method> = { ends: { kind: 'cursor' } }

describe('a cursor', () => {
  it('that is a generator counts its steps, not what its consumer does between them', () => {
    const { profiled, durations } = library()
    const rows = profiled(function* () {
      for (let i = 0; i < 3; i++) {
        clock.now += 10
        yield i
      }
    }, cursor)

    for (const _ of rows() as Iterable<number>) clock.now += 5000

    assert.deepEqual(durations(), [30])
  })

  it('that is an async iterable counts the time in which a row is waited for', async () => {
    const { profiled, durations } = library()
    const rows = profiled(
      () => ({
        async *[Symbol.asyncIterator]() {
          for (let i = 0; i < 3; i++) {
            await null
            clock.now += 10
            yield i
          }
        },
      }),
      cursor,
    )

    for await (const one of rows() as AsyncIterable<number>) {
      clock.now += 5000
      if (one === 1) break
    }

    assert.deepEqual(durations(), [20])
  })

  it('whose iterator has no `return` ends when its consumer leaves the loop, and what is asked of it by hand then is no part', async () => {
    const { profiled, durations } = library()
    const page = profiled(async () => {
      clock.now += 10
    })
    const rows = profiled(
      () => ({
        [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: await page() }) }),
      }),
      cursor,
    )
    const all = rows() as AsyncIterable<unknown>
    const iterator = all[Symbol.asyncIterator]()

    let count = 0
    for await (const _ of { [Symbol.asyncIterator]: () => iterator }) if (++count === 3) break
    assert.deepEqual([Object.keys(iterator), durations()], [['next'], [30]])
    await iterator.next()

    assert.deepEqual(durations(), [30, 10])
  })

  it('that is a stream counts the time in which its consumer wants more', async () => {
    const { profiled, durations } = library()
    const rows = profiled(
      () =>
        new Readable({
          objectMode: true,
          highWaterMark: 1,
          read() {
            setImmediate(() => {
              clock.now += 10
              this.push(clock.now > 100_000 ? null : 'row')
            })
          },
        }),
      cursor,
    )
    clock.now = 100_000 - 15

    for await (const _ of rows() as Readable) clock.now += 5000

    assert.equal(durations().length, 1)
    assert.ok((durations()[0] as number) < 5000)
    clock.now = 0
  })

  it('that is asked for rows counts from each asking to its answer, and ends with the last of them', async () => {
    const { profiled, durations, chunks } = library()
    const query = profiled((one: unknown) => one, {
      ends: [
        { kind: 'methods', done: 'finish', failed: 'fail' },
        { kind: 'asked', by: 'read', at: 'cursor' },
      ],
      chunk: { results: 'sum(size(chunk))' },
    })
    const later = (rows: unknown) => {
      clock.now += 10
      return rows
    }
    const cursor = {
      read: (rows: unknown, called?: Fn) =>
        called === undefined
          ? Promise.resolve().then(() => later(rows))
          : setImmediate(() => called(null, later(rows))),
    }
    const submitted = { finish() {}, fail() {}, cursor }

    const shown = query(submitted)
    clock.now += 5000
    const promised = await cursor.read([1, 2])
    clock.now += 5000
    const called = await new Promise((resolve) => {
      cursor.read([3], (_: unknown, rows: unknown) => resolve(rows))
      submitted.finish()
    })
    clock.now += 5000

    assert.deepEqual([shown === submitted, promised, called], [true, [1, 2], [3]])
    assert.deepEqual([durations(), chunks()], [[20], [{ results: 3, chunks: 2, time_to_first_chunk_ms: 10 }]])
  })

  it('that hands its rows to a function counts nothing until what that promises has settled', async () => {
    const { profiled, durations, chunks } = library()
    const run = profiled(
      async function (this: { each: Fn; finish: Fn }) {
        for (const rows of [[1, 2], [3]]) {
          clock.now += 10
          await this.each(rows)
        }
        this.finish()
      },
      {
        ends: [
          { kind: 'methods', of: 'this', done: 'finish', failed: 'fail' },
          { kind: 'handed', to: 'each' },
        ],
        chunk: { results: 'sum(size(chunk))' },
      },
    )
    const seen: unknown[] = []
    const each = async (rows: unknown) => {
      await null
      clock.now += 5000
      seen.push(rows)
    }

    await run.call({ each, finish() {}, fail() {} })

    assert.deepEqual(seen, [[1, 2], [3]])
    assert.deepEqual([durations(), chunks()], [[20], [{ results: 3, chunks: 2, time_to_first_chunk_ms: 10 }]])
  })

  it('whose rows come by observers counts what its consumer waits for, where that iterates it', async () => {
    const { profiled, durations } = library()
    const run = profiled(
      () => ({
        observe() {},
        async *[Symbol.asyncIterator]() {
          for (let i = 0; i < 3; i++) {
            await null
            clock.now += 10
            yield i
          }
        },
      }),
      { ends: { kind: 'rows', through: 'observe', next: 'onNext', done: 'onDone', failed: 'onError' } },
    )

    const rows = run()
    clock.now += 7
    for await (const _ of rows as AsyncIterable<number>) clock.now += 5000

    assert.deepEqual(durations(), [37])
  })

  it('has as its own what its library calls in a step', async () => {
    const { profiled, ended } = library()
    const page = profiled(async () => ['row'])
    const rows = profiled(async function* () {
      for (let i = 0; i < 3; i++) for (const row of await page()) yield row
    }, cursor)
    let seen = 0

    for await (const _ of rows() as AsyncIterable<string>) seen++
    await page()

    assert.deepEqual([seen, ended.length], [3, 2])
  })
})
