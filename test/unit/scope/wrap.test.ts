import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { describe, it } from 'node:test'
import type { Ended, Pipeline, Scope } from '../../../agent/call.ts'
import { createLedger } from '../../../agent/ledger.ts'
import type { Counts, Point } from '../../../agent/model.ts'
import { createScopes } from '../../../agent/scope/wrap.ts'
import { plain } from '../../support/pipeline.ts'

function made(over: Partial<Pipeline> = {}, pointOver: Partial<Point> = {}) {
  const ledger = createLedger()
  const emitted: { readonly scope: Scope; readonly ended: Ended }[] = []
  const faults: unknown[] = []
  const clock = { ms: 0 }
  const scopes = createScopes({
    ...plain,
    now: () => clock.ms,
    memory_mb: 1,
    emit: (scope, ended) => {
      emitted.push({ scope, ended })
      return true
    },
    fault: (error) => void faults.push(error),
    ...over,
  })
  const pointOf = (name: string, more: Partial<Point> = {}): Point => ({
    name,
    library: 'own',
    target: 'own',
    read: undefined,
    when: undefined,
    counts: ledger.counts('own', name),
    slow_call_ms: 0,
    on: true,
    ...pointOver,
    ...more,
  })
  const point = pointOf('own.search')
  return { ledger, emitted, faults, clock, scopes, point, pointOf, counts: point.counts, wrap: scopes.wrap }
}

/** What every moment of every application must satisfy. */
function balanced(counts: Counts): void {
  const { seen, sampled_out, under_threshold, limited, held, emitted, dropped, unobserved, open } = counts
  assert.equal(
    seen,
    sampled_out + under_threshold + limited + held + emitted + dropped + unobserved + open,
    JSON.stringify(counts),
  )
  for (const value of Object.values(counts)) assert.ok(value >= 0, JSON.stringify(counts))
}

describe('a wrapped function', () => {
  it('is called with the same this and arguments, and gives the same value', () => {
    const { wrap, point, emitted } = made()
    const self = {}
    const value = {}
    const seen: unknown[] = []
    const wrapped = wrap([point], function (this: unknown, ...args: unknown[]) {
      seen.push(this, ...args)
      return value
    })

    assert.equal(wrapped.call(self, 1, undefined), value)

    assert.deepEqual(seen, [self, 1, undefined])
    assert.equal(emitted[0]?.ended.result, value)
  })

  it('can be constructed only where the original can', () => {
    const { wrap, point, counts } = made()
    function Old(this: { name: string }, name: string) {
      this.name = name
    }
    const Wrapped = wrap([point], Old) as unknown as new (name: string) => object

    assert.ok(new Wrapped('a') instanceof Old)
    assert.throws(
      () =>
        Reflect.construct(
          wrap([point], () => 1),
          [],
        ),
      TypeError,
    )
    assert.equal(counts.seen, 0)
  })

  it('throws the same error, counted', () => {
    const { wrap, point, counts, emitted } = made()
    const error = new Error('no')
    const wrapped = wrap([point], () => {
      throw error
    })

    assert.throws(wrapped, (thrown) => thrown === error)

    assert.deepEqual([counts.errors, counts.emitted, emitted[0]?.ended.error], [1, 1, error])
  })

  it('is timed to the end of its promise', async () => {
    const { wrap, point, clock, emitted } = made()
    let finish = () => {}
    const wrapped = wrap([point], () => new Promise<void>((resolve) => (finish = resolve)))

    const promise = wrapped()
    clock.ms = 40
    finish()
    await promise

    assert.equal(emitted[0]?.ended.durationMs, 40)
  })

  it('is timed from where its lazy thenable is awaited', async () => {
    const { wrap, point, clock, emitted } = made()
    const lazy = wrap([point], () => ({
      // biome-ignore lint/suspicious/noThenProperty: that is what is tested
      then(ok: (value: number) => void) {
        clock.ms += 40
        ok(1)
      },
    }))()

    clock.ms = 1000
    await lazy

    assert.equal(emitted[0]?.ended.durationMs, 40)
  })

  it('leaves no record under the threshold, which its own time reaches', () => {
    const { wrap, point, clock, counts } = made({}, { slow_call_ms: 10 })
    const wrapped = wrap([point], (ms: number) => {
      clock.ms += ms
    })

    for (const ms of [9.999, 10, 10.001]) wrapped(ms)

    assert.deepEqual([counts.under_threshold, counts.emitted], [1, 2])
  })

  it('is the first of several points that accepts the call, and none where that is off', () => {
    const { wrap, pointOf, ledger } = made()
    const points = [
      pointOf('own.a', { when: ({ args }) => args[0] === 'a' }),
      pointOf('own.off', { when: ({ args }) => args[0] === 'off', on: false }),
      pointOf('own.rest'),
    ]
    const wrapped = wrap(points, (value: string) => value)

    assert.deepEqual(
      ['a', 'off', 'b'].map((value) => wrapped(value)),
      ['a', 'off', 'b'],
    )

    assert.deepEqual(
      ['own.a', 'own.off', 'own.rest'].map((name) => ledger.counts('own', name).seen),
      [1, 0, 1],
    )
  })

  it('is one call where the same scope of the same object is called inside of it', () => {
    const { wrap, point, pointOf, ledger } = made()
    const object = {
      search: wrap([point], function (this: { again: () => number }) {
        return this.again()
      }),
      again: wrap([point], function (this: { other: () => number }) {
        return this.other()
      }),
      other: wrap([pointOf('own.other')], () => 1),
    }

    assert.equal(object.search(), 1)
    assert.equal(object.search.call({ ...object }), 1)

    assert.deepEqual([ledger.counts('own', 'own.search').seen, ledger.counts('own', 'own.other').seen], [2, 2])
  })

  it('counts how many others were open during the call', async () => {
    const { wrap, point, emitted } = made()
    const finish: (() => void)[] = []
    const wrapped = wrap([point], () => new Promise<void>((resolve) => finish.push(resolve)))

    const first = wrapped()
    const second = wrapped()
    finish[0]?.()
    await first
    const third = wrapped()
    finish[1]?.()
    finish[2]?.()
    await Promise.all([second, third])

    assert.deepEqual(
      emitted.map(({ ended }) => ended.concurrent),
      [1, 2, 1],
    )
  })

  it('may keep what it gives: its methods do not grow deeper, and every call ends', async () => {
    class Sub extends Promise<unknown> {}
    const kept = [
      Sub.resolve(1),
      // biome-ignore lint/suspicious/noThenProperty: that is what is tested
      { then: (ok: (value: number) => void) => ok(1) },
      new ReadableStream({ start: (to) => to.close() }),
      (async function* () {})(),
    ]
    for (const value of kept) {
      const { wrap, point, counts, faults } = made()
      const wrapped = wrap([point], () => value)

      for (let i = 0; i < 20_000; i++) wrapped()
      if (value instanceof ReadableStream || Symbol.asyncIterator in value) for await (const _ of wrapped());
      else await wrapped()
      wrapped()

      balanced(counts)
      assert.deepEqual([counts.emitted, counts.unobserved, faults], [20_001, 1, []])
    }
  })

  it('counts as open while something is asked of its stream, and not when that is left', async () => {
    const ways = [
      () => new ReadableStream({ pull: (to) => to.enqueue(1) }),
      async function* () {
        for (;;) yield 1
      },
      function* () {
        for (;;) yield 1
      },
      () => Readable.from(Array(50).fill('x')),
    ]
    for (const way of ways) {
      const { wrap, point, pointOf, counts, emitted } = made()
      const lone = wrap([pointOf('own.lone')], async () => 1)

      // biome-ignore lint/suspicious/noExplicitAny: an iterator or a stream
      const stream = wrap([point], way)() as any
      const steps = stream.values?.() ?? stream[Symbol.asyncIterator]?.() ?? stream
      await steps.next()
      await lone()
      await steps.next()
      await lone()

      assert.deepEqual([counts.open, counts.unobserved], [0, 1])
      assert.deepEqual(
        emitted.map(({ ended }) => ended.concurrent),
        [0, 0],
      )
    }
  })

  it('counts a stream that is read on once for each call that it meets, and no part of itself', async () => {
    const { wrap, point, pointOf, emitted } = made()
    const finish: (() => void)[] = []
    const other = wrap([pointOf('own.other')], () => new Promise<void>((resolve) => finish.push(resolve)))
    const stream = wrap([point], async function* () {
      for (let i = 0; i < 6; i++) yield i
    })()

    await stream.next()
    const first = other()
    await stream.next()
    await stream.next()
    finish[0]?.()
    await first
    for await (const _ of stream);

    assert.deepEqual(
      emitted.map(({ scope, ended }) => [scope.point.name, ended.concurrent]),
      [
        ['own.other', 1],
        ['own.search', 1],
      ],
    )
  })

  it('is unhurt by a pipeline that throws, which is reported', async () => {
    const { wrap, point, faults, counts } = made({
      emit: () => {
        throw new Error('emit')
      },
    })
    const wrapped = wrap([point], async () => 'value')

    assert.equal(await wrapped(), 'value')

    assert.deepEqual([faults.map(String), counts.dropped], [['Error: emit'], 1])
    balanced(counts)
  })
})

describe('a call of which nothing is read', () => {
  it('is counted where all go that no other entry accepts, and nobody is asked what it is', () => {
    const { wrap, pointOf } = made({ reads: false, sample: () => false })
    const asked = () => assert.fail('it was asked')
    const points = [pointOf('own.search', { when: asked }), pointOf('own.query')]
    const note = pointOf('own.note', { note: asked })

    assert.equal(wrap(points, () => 1)(), 1)
    assert.equal(wrap([note], () => 2)(), 2)

    assert.deepEqual(
      points.map(({ counts }) => counts.sampled_out),
      [0, 1],
    )
  })
})

describe('the counts of a scope', () => {
  it('add up at every moment, over calls of every kind', async () => {
    let n = 0
    const { wrap, point, counts, clock } = made(
      {
        sample: () => n % 5 !== 0,
        tryAcquire: () => n % 7 !== 0,
        emit: () => n % 11 !== 0,
      },
      { slow_call_ms: 3 },
    )
    class Sub extends Promise<number> {}
    class Lazy {
      // biome-ignore lint/suspicious/noThenProperty: that is what is tested
      then(ok: (value: number) => void) {
        ok(1)
      }
    }
    const hostile = {
      // biome-ignore lint/suspicious/noThenProperty: that is what is tested
      get then() {
        throw new Error('then')
      },
    }
    const kinds: readonly (() => unknown)[] = [
      () => 1,
      () => ({}),
      () => Promise.resolve(1),
      () => Promise.reject(new Error('no')),
      () => {
        throw new Error('sync')
      },
      () => Sub.resolve(1),
      () => new Lazy(),
      () => Object.freeze(new Lazy()),
      () => new Proxy({}, {}),
      () => hostile,
      async function* () {
        yield 1
        yield 2
      },
      function* () {
        yield 1
      },
      () =>
        Promise.resolve(
          (async function* () {
            yield 1
          })(),
        ),
      () => new ReadableStream({ start: (controller) => controller.close() }),
      () => new Promise(() => {}),
    ]
    const wrapped = wrap([point], (kind: () => unknown, ms: number) => {
      clock.ms += ms
      return kind()
    })
    const consume = async (value: unknown): Promise<void> => {
      balanced(counts)
      // biome-ignore lint/suspicious/noExplicitAny: any kind of result
      const some = value as any
      if (some instanceof ReadableStream) for await (const _ of some);
      else if (typeof some?.[Symbol.asyncIterator] === 'function') for await (const _ of some) if (n % 2) break
      if (typeof some?.[Symbol.iterator] === 'function') [...some]
      balanced(counts)
    }

    const pending: Promise<void>[] = []
    for (; n < 1500; n++) {
      const kind = kinds[n % kinds.length] ?? (() => 1)
      const look = n % 3 !== 0 || kind.toString().includes('reject')
      try {
        const result = wrapped(kind, n % 8)
        balanced(counts)
        if (result === hostile || !look) continue
        if (kind !== kinds.at(-1)) pending.push(Promise.resolve(result).then(consume, () => balanced(counts)))
      } catch {
        balanced(counts)
      }
      if (n % 50 === 0) await new Promise((resolve) => setImmediate(resolve))
      balanced(counts)
    }
    await Promise.all(pending)

    balanced(counts)
    assert.equal(counts.seen, 1500)
    const { sampled_out, under_threshold, limited, emitted, unobserved, open, errors } = counts
    for (const [key, value] of Object.entries({
      sampled_out,
      under_threshold,
      limited,
      emitted,
      unobserved,
      open,
      errors,
    }))
      assert.ok(value > 0, key)
    // The promises that never settle, none of which is sampled out.
    assert.equal(open, 1500 / kinds.length)
  })

  it('take a looked-at call out of the unobserved ones, and back at its end', async () => {
    const { wrap, point, counts } = made()
    const lazy = wrap([point], () => ({
      // biome-ignore lint/suspicious/noThenProperty: that is what is tested
      then: (ok: (value: number) => void) => void setImmediate(ok, 1),
    }))()

    assert.deepEqual([counts.unobserved, counts.open], [1, 0])
    const looked = lazy.then(() => {})
    assert.deepEqual([counts.unobserved, counts.open], [0, 1])
    await looked
    await lazy

    assert.deepEqual([counts.unobserved, counts.open, counts.emitted], [0, 0, 1])
  })
})
