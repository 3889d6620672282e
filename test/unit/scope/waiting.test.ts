import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Ended, Fn, Scope } from '../../../agent/call.ts'
import { zero } from '../../../agent/ledger.ts'
import type { Method } from '../../../agent/model.ts'
import { compilePoint } from '../../../agent/scope/point.ts'
import { createScopes } from '../../../agent/scope/wrap.ts'
import { plain } from '../../support/pipeline.ts'

/** Functions of one library behind the agent, with a clock that stands still but for what they take. */
function library(sample = () => true) {
  const clock = { now: 1000 }
  const counts = zero()
  const ended: (readonly [Scope, Ended])[] = []
  const { wrap } = createScopes({
    ...plain,
    sample,
    now: () => clock.now,
    emit: (scope, one) => ended.push([scope, one]) > 0,
    fault: (error) => assert.fail(error as Error),
  })
  const point = (method: Partial<Method>) => {
    const of = { name: 'library', module: 'library', target: 'database' }
    const parts = {
      on: true,
      slow_call_ms: 0,
      counts,
      userEntry: false,
      warnOnce: (_: string, text: string) => assert.fail(text),
    }
    return compilePoint(of, { scope: 'query', ...method }, parts)
  }
  const profiled = <F extends Fn>(original: F, ...methods: readonly Partial<Method>[]) =>
    wrap(methods.map(point), original) as F
  const records = () =>
    ended.map(([{ point, metadata }, { durationMs, failed }]) => {
      return { name: point.name, durationMs, waited: metadata?.pool_wait_ms, ...(failed && { failed }) }
    })
  return { clock, counts, profiled, records }
}

const called = { ends: { kind: 'callback' } } as const

/** A pool of one connection, which is given by callback, as that of pg is. */
function pool({ clock, profiled }: ReturnType<typeof library>, given?: Error) {
  const query = profiled((text: string, done: Fn) => {
    setImmediate(() => {
      clock.now += 10
      done(null, text)
    })
  }, called)
  const own = {
    connect: profiled(
      (done: Fn) => {
        setImmediate(() => {
          clock.now += 100
          done(given ?? null, query)
        })
      },
      { wait: 'acquire' },
      { scope: 'connect', waits: true, ...called },
    ),
    query: profiled(function (this: { connect: Fn }, text: string, done: Fn) {
      this.connect((error: unknown, query: Fn) => (error ? done(error) : query(text, done)))
    }, called),
  }
  return { own, query }
}

describe('a connection that a call asks for', () => {
  it('is a wait of that call, of which the statement is a part', async () => {
    const parts = library()
    const { own } = pool(parts)

    const rows = await new Promise((resolve) => own.query('rows', (_: unknown, rows: unknown) => resolve(rows)))

    assert.equal(rows, 'rows')
    assert.deepEqual(parts.records(), [{ name: 'database.query', durationMs: 110, waited: 100 }])
    assert.deepEqual([parts.counts.seen, parts.counts.open], [1, 0])
  })

  it('that comes to nothing is a failed call; what is done about that is a call of its own', async () => {
    const parts = library()
    const { own, query } = pool(parts, new Error('none in time'))

    await new Promise((resolve) => own.query('rows', () => query('other', resolve)))

    assert.deepEqual(parts.records(), [
      { name: 'database.query', durationMs: 100, waited: 100, failed: true },
      { name: 'database.query', durationMs: 10, waited: undefined },
    ])
  })

  it('is of a call that is sampled out as well', async () => {
    const parts = library(() => false)
    const { own } = pool(parts)

    await new Promise((resolve) => own.query('rows', resolve))

    assert.deepEqual([parts.counts.seen, parts.counts.sampled_out], [1, 1])
  })

  it('is a call itself where the application asks for it', async () => {
    const parts = library()
    const { own } = pool(parts)

    await new Promise((resolve) => own.connect((_: unknown, query: Fn) => query('rows', resolve)))

    assert.deepEqual(parts.records(), [
      { name: 'database.connect', durationMs: 100, waited: 100 },
      { name: 'database.query', durationMs: 10, waited: undefined },
    ])
  })

  it('may be promised, and several at once count once', async () => {
    const { clock, profiled, records } = library()
    const acquire = profiled(
      async (ms: number) => {
        await null
        clock.now += ms
      },
      { wait: 'acquire' },
    )
    const query = profiled(async () => {
      await Promise.all([acquire(30), acquire(20)])
      clock.now += 5
    }, {})

    await query()
    await acquire(1)

    assert.deepEqual(records(), [{ name: 'database.query', durationMs: 55, waited: 50 }])
  })
})

describe('a call that is known by an object', () => {
  it('has the waits of what is done for that object, however much later', async () => {
    const { clock, profiled, records } = library()
    const acquire = profiled(
      async () => {
        await null
        clock.now += 30
      },
      { wait: 'acquire' },
    )
    const attempt = profiled(
      async (_: object) => {
        await acquire()
        clock.now += 1
      },
      { wait: 'for args.0' },
    )
    const execute = profiled(
      async (operation: object) => {
        await null
        await attempt(operation)
        await attempt(operation)
      },
      { known: 'args.0' },
    )

    await Promise.all([execute({}), execute({})])
    await attempt({})

    assert.deepEqual(
      records().map(({ waited }) => (waited as number) >= 60),
      [true, true],
    )
  })

  it('has waited until the library says so; not at all when that is at once, to its end when that never is', async () => {
    const { clock, profiled, records } = library()
    const write = profiled((_: object) => {}, { wait: 'until args.0' })
    const send = profiled(
      async (command: { readonly at: 'once' | 'last' | 'never' }) => {
        if (command.at === 'once') write(command)
        await null
        clock.now += 20
        if (command.at === 'last') write(command)
        clock.now += 5
      },
      { known: 'args.0', waits: true },
    )

    for (const at of ['once', 'last', 'never'] as const) await send({ at })

    assert.deepEqual(
      records().map(({ durationMs, waited }) => [durationMs, waited]),
      [
        [25, undefined],
        [25, 20],
        [25, 25],
      ],
    )
  })
})

describe('a connection that is lent', () => {
  const lender = ({ clock, profiled }: ReturnType<typeof library>) =>
    profiled(
      async (run: Fn) => {
        await null
        clock.now += 40
        return run('client')
      },
      { wait: 'lend args.0' },
      { scope: 'connect', waits: true },
    )
  const sender = ({ clock, profiled }: ReturnType<typeof library>) =>
    profiled(async () => {
      await null
      clock.now += 10
    }, {})

  it('was waited for by the call that begins first with it', async () => {
    const parts = library()
    const [execute, send] = [lender(parts), sender(parts)]

    await execute(async () => {
      await send()
      await send()
    })

    assert.deepEqual(
      parts.records().map(({ durationMs, waited }) => [durationMs, waited]),
      [
        [50, 40],
        [10, undefined],
      ],
    )
  })

  it('is a failed call where there never is one, and none where the borrower fails', async () => {
    const parts = library()
    const { clock, profiled } = parts
    const none = profiled(
      async (_: Fn) => {
        await null
        clock.now += 40
        throw new Error('none in time')
      },
      { wait: 'lend args.0' },
      { scope: 'connect', waits: true },
    )

    await assert.rejects(
      none(() => {}),
      { message: 'none in time' },
    )
    await assert.rejects(
      lender(parts)(() => {
        throw new Error('own')
      }),
      { message: 'own' },
    )

    assert.deepEqual(parts.records(), [{ name: 'database.connect', durationMs: 40, waited: 40, failed: true }])
  })
})
