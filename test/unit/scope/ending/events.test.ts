import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { describe, it } from 'node:test'
import type { Ended } from '../../../../agent/call.ts'
import { zero } from '../../../../agent/ledger.ts'
import type { Method } from '../../../../agent/model.ts'
import { compilePoint } from '../../../../agent/scope/point.ts'
import { createScopes } from '../../../../agent/scope/wrap.ts'
import { plain } from '../../../support/pipeline.ts'

type Query = Record<string, unknown> & { callback?: (error?: unknown, rows?: unknown) => void }

/** A driver's method behind the agent, and what the agent made of its calls. */
function profiled(method: Partial<Method>, original: (...args: never[]) => unknown) {
  const ended: Ended[] = []
  const told: string[] = []
  const counts = zero()
  const { wrap } = createScopes({
    ...plain,
    emit: (_, one) => ended.push(one) > 0,
    fault: (error) => told.push(String(error)),
  })
  const instrumentation = { name: 'driver', module: 'driver', target: 'database', methods: [] }
  const point = compilePoint(
    instrumentation,
    { scope: 'query', ...method },
    {
      on: true,
      slow_call_ms: 0,
      counts,
      userEntry: false,
      warnOnce: (_, message) => told.push(message),
    },
  )
  return { query: wrap([point], original as never), ended, counts, told }
}

describe('a callback', () => {
  const kept: Query[] = []
  const driver = (config: Query, ...rest: unknown[]) => {
    kept.push({ ...config, callback: (rest.find((one) => typeof one === 'function') as never) ?? config?.callback })
  }

  it('is the last argument that was given, what was passed on as undefined aside', () => {
    const { query, ended, counts } = profiled({ ends: { kind: 'callback' } }, driver)
    const heard: unknown[] = []

    query('sql', (_: unknown, rows: unknown) => heard.push(rows), undefined, null)
    const openBefore = counts.open
    kept.pop()?.callback?.(null, 'rows')

    assert.equal(openBefore, 1)
    assert.deepEqual(heard, ['rows'])
    assert.deepEqual(
      ended.map(({ result, failed }) => ({ result, failed })),
      [{ result: 'rows', failed: false }],
    )
  })

  it('is else that of a first argument that is plain data, which stays untouched', () => {
    const { query, ended, counts } = profiled({ ends: { kind: 'callback' } }, driver)
    const callback = () => {}
    const config = Object.freeze({ text: 'sql', callback })

    query(config, ['values'])
    const openBefore = counts.open
    kept.pop()?.callback?.(new RangeError('no'))

    assert.equal(openBefore, 1)
    assert.equal(config.callback, callback)
    assert.ok(ended[0]?.error instanceof RangeError)
  })

  it('is left alone where an object has methods, a class or an accessor', () => {
    const { query, told } = profiled({ ends: { kind: 'callback' } }, (config: Query) => config.callback)
    const callback = () => {}
    class Config {
      callback = callback
    }

    for (const config of [
      new Config(),
      { submit() {}, callback },
      {
        get callback() {
          return callback
        },
      },
    ])
      assert.equal(query(config), callback)
    assert.deepEqual(told, [])
  })
})

describe('an object that the library finishes', () => {
  const ends = { kind: 'methods', done: 'handleReady', failed: 'handleError' } as const
  const made = () => ({ handleReady: () => 'ready', handleError: (error: unknown) => error, rows: 3 })

  it('ends the call when the library says so, and not before', () => {
    const { query, ended, counts } = profiled({ ends: [{ kind: 'callback' }, ends] }, (one: object) => one)
    const object = made()

    const returned = query(object)
    const openBefore = counts.open
    const answer = object.handleReady()
    object.handleReady()

    assert.equal(returned, object)
    assert.equal(openBefore, 1)
    assert.equal(answer, 'ready')
    assert.deepEqual(Object.keys(object).sort(), ['handleError', 'handleReady', 'rows'])
    assert.deepEqual(
      ended.map(({ result, failed }) => [result === object, failed]),
      [[true, false]],
    )
  })

  it('ends it with the error that the library hands to it, also where a callback was given', () => {
    const { query, ended } = profiled({ ends: [{ kind: 'callback' }, ends] }, (one: object) => one)
    const object = made()
    const error = new RangeError('no')

    query(object, () => {})
    const answer = object.handleError(error)

    assert.equal(answer, error)
    assert.deepEqual(
      ended.map(({ failed, error: one }) => [failed, one]),
      [[true, error]],
    )
  })

  it('is no such object without these methods, or when another one is returned', () => {
    const { query, ended } = profiled({ ends }, (one: unknown) => (one === 1 ? made() : one))

    query(1)
    query({ handleReady() {} })

    assert.equal(ended.length, 2)
  })
})

describe('an object that is known before the call', () => {
  const deferred = () => {
    const made = { resolve: (_: unknown) => {}, reject: (_: unknown) => {}, promise: undefined as unknown }
    made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }))
    return made
  }

  for (const of of ['this', 'args.0'] as const)
    it(`ends the call of ${of}, and what the call returns is that very promise`, async () => {
      const { query, ended } = profiled({ ends: { kind: 'methods', done: 'resolve', failed: 'reject', of } }, function (
        this: { promise?: unknown },
        one: { promise: unknown },
      ) {
        return (of === 'this' ? this : one).promise
      } as never)
      const [good, bad] = [deferred(), deferred()]
      const call = (one: object) => Reflect.apply(query, of === 'this' ? one : undefined, [one])

      const returned = [call(good), call(bad)]
      const before = ended.length
      good.resolve(7)
      bad.reject(new RangeError('no'))

      assert.deepEqual([returned[0] === good.promise, returned[1] === bad.promise, before], [true, true, 0])
      assert.equal(await good.promise, 7)
      await assert.rejects(bad.promise as Promise<unknown>, RangeError)
      assert.deepEqual(
        ended.map(({ result, failed, error }) => [result, failed, error instanceof RangeError]),
        [
          [7, false, false],
          [undefined, true, true],
        ],
      )
    })

  it('has failed where resolving it rejects it', () => {
    const { query, ended } = profiled(
      { ends: { kind: 'methods', done: 'resolve', failed: 'reject', of: 'args.0' } },
      (() => {}) as never,
    )
    const one = {
      reject() {},
      resolve() {
        this.reject()
      },
    }

    query(one)
    one.resolve()

    assert.deepEqual(
      ended.map(({ failed }) => failed),
      [true],
    )
  })
})

describe('an object that hands its rows to observers', () => {
  const ends = { kind: 'rows', through: 'observe', next: 'onNext', done: 'onDone', failed: 'onError' } as const
  type Observer = { onNext?(row: unknown): void; onDone?(value: unknown): void; onError?(error: unknown): void }
  const made = () => ({
    observers: [] as Observer[],
    observe(observer: Observer) {
      this.observers.push(observer)
      return this.observers.length
    },
    async *[Symbol.asyncIterator]() {
      this.observe({ onDone() {} })
      yield* [1, 2]
      this.observers[0]?.onDone?.('all')
    },
  })
  const run = () => {
    const { query, ...rest } = profiled({ ends }, (one: object) => one)
    const object = made()
    assert.equal(query(object as never), object)
    return { object, ...rest }
  }

  it('ends the call when the first of them is done, each heard on itself, frozen ones too', () => {
    const { object, ended, counts } = run()
    class Own {
      #rows: unknown[] = []
      onNext(row: unknown) {
        this.#rows.push(row)
      }
      onDone() {
        return this.#rows
      }
    }
    const before = [counts.unobserved, counts.open]

    const locations = [object.observe(Object.freeze(new Own())), object.observe({})]
    const during = [counts.unobserved, counts.open]
    const [observer, other] = object.observers
    observer?.onNext?.('a')
    const answer = observer?.onDone?.('end')
    other?.onDone?.('end')

    assert.deepEqual(
      [before, during],
      [
        [1, 0],
        [0, 1],
      ],
    )
    assert.deepEqual([locations, answer, other?.onNext], [[1, 2], ['a'], undefined])
    assert.deepEqual(
      ended.map(({ result }) => result),
      [{ value: 'end', count: 1 }],
    )
  })

  it('ends it with the error that one is given, and adds none that would hear it', () => {
    const { object, ended } = run()
    const error = new RangeError('no')

    object.observe({})
    object.observe({ onError: (one) => one })
    const [deaf, observer] = object.observers

    assert.equal(deaf?.onError, undefined)
    assert.equal(observer?.onError?.(error), error)
    assert.deepEqual(
      ended.map((one) => [one.failed, one.error]),
      [[true, error]],
    )
  })

  it('ends it with its consumer where it is iterated, not with the observer that this needs', async () => {
    const { object, ended } = run()
    const rows: unknown[] = []

    for await (const row of object) {
      if (rows.push(row) === 2) object.observers[0]?.onDone?.('early')
      assert.equal(ended.length, 0)
    }

    assert.deepEqual(rows, [1, 2])
    assert.deepEqual(
      ended.map(({ result }) => result),
      [{ value: 'all', count: 2 }],
    )
  })
})

describe('a note', () => {
  it('is notified of each call with its result, and counts nothing', () => {
    const calls: unknown[] = []
    const { query, counts, ended } = profiled(
      { note: ({ self, args, result, of }) => calls.push([of(self), [...args], of(result)]) },
      function (this: unknown, value: never) {
        return [value]
      },
    )
    const self = {}

    const result = Reflect.apply(query, self, ['a'])

    assert.deepEqual(result, ['a'])
    assert.equal((calls[0] as unknown[])[0], self)
    assert.deepEqual((calls[0] as unknown[]).slice(1), [['a'], ['a']])
    assert.equal(counts.seen + ended.length, 0)
  })

  it('of what is settled is told the value, not the promise, and nothing where there is none', async () => {
    const values: unknown[] = []
    const settled = { noteValue: ({ result }: { result?: unknown }) => values.push(result) }
    const asked = profiled(settled, async (value: never) => {
      if (value === 'none') throw new RangeError('its own')
      return value
    })
    const { query, counts } = asked as typeof asked & { query: (value: unknown) => unknown }

    assert.deepEqual(values, [])
    assert.equal(await query('a'), 'a')
    await assert.rejects(query('none') as Promise<unknown>, RangeError)
    assert.deepEqual(profiled(settled, () => [7]).query(), [7])

    assert.deepEqual(values, ['a', [7]])
    assert.equal(counts.seen, 0)
  })

  it('that throws is reported, and the call goes on; one of a call that throws is not told', () => {
    const failing = profiled(
      {
        note() {
          throw new Error('odd')
        },
      },
      () => 7,
    )
    const thrown: unknown[] = []
    const throwing = profiled({ note: (call) => thrown.push(call) }, () => {
      throw new RangeError('its own')
    })

    assert.equal(failing.query(), 7)
    assert.match(failing.told[0] ?? '', /database\.query needs to know can't be noted \(Error\)/)
    assert.throws(() => throwing.query(), RangeError)
    assert.deepEqual(thrown, [])
  })
})

describe('events of what a call returns', () => {
  const events = { ends: { kind: 'events', done: 'end', failed: 'error' } } as const
  const driver = () => {
    const query = new EventEmitter()
    // biome-ignore lint/suspicious/noThenProperty: the driver's has one, which throws
    Object.assign(query, { then: () => assert.fail('it was waited for') })
    return query
  }
  const emitted = () => {
    const made = profiled(events, driver)
    const query = (made.query as () => EventEmitter)()
    return { ...made, query, kept: Object.keys(query) }
  }

  it('end it, once, though it has a `then` that is none', () => {
    const { query, ended, counts, kept } = emitted()
    const heard: unknown[] = []
    query.on('row', (row) => heard.push(row)).on('end', () => heard.push('end'))
    const waiting = { ...counts }

    for (const [event, value] of [['row', 1], ['end'], ['end']] as const) query.emit(event, value)

    assert.deepEqual([waiting.unobserved, waiting.open], [1, 0])
    assert.deepEqual(heard, [1, 'end', 'end'])
    assert.deepEqual(
      ended.map(({ result, failed }) => [result === query, failed]),
      [[true, false]],
    )
    assert.deepEqual([counts.unobserved, counts.open, counts.emitted], [0, 0, 1])
    assert.deepEqual(Object.keys(query), kept)
  })

  it('fail it, and throw where nobody listens', () => {
    const { query, ended, counts } = emitted()
    const error = new RangeError('mine')

    assert.throws(() => query.emit('error', error), error)
    query.emit('end')

    assert.deepEqual(
      ended.map(({ failed, error }) => [failed, error]),
      [[true, error]],
    )
    assert.deepEqual([counts.open, counts.errors], [0, 1])
  })

  it('are not waited for where it emits none', () => {
    const { query, ended } = profiled(events, () => ({ rows: 1 }))

    const result = (query as () => unknown)()

    assert.deepEqual(result, { rows: 1 })
    assert.equal(ended.length, 1)
  })
})
