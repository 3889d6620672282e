import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { beforeEach, describe, it } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Ended, Pipeline, Scope } from '../../../agent/call.ts'
import { createLedger } from '../../../agent/ledger.ts'
import type { Instrumentation, Metadata } from '../../../agent/model.ts'
import { closeNesting, keepOwn, keptHere, nestOf } from '../../../agent/scope/nesting.ts'
import { compilePoint } from '../../../agent/scope/point.ts'
import { compileRecord } from '../../../agent/scope/record.ts'
import { createScopes } from '../../../agent/scope/wrap.ts'
import { plain } from '../../support/pipeline.ts'

type Call = (inside?: () => unknown, told?: Metadata) => Promise<Metadata>
const keys = ['input_tokens', 'output_tokens', 'cached_tokens', 'batch_size']
const metadata = Object.fromEntries(keys.map((key) => [key, `result.${key}`]))

/** Wraps calls of libraries which run what they are given, and then tell of tokens. */
function made(over: Partial<Pipeline> = {}) {
  const ledger = createLedger()
  const records: [library: string, metadata: Metadata | undefined][] = []
  const totals: [library: string, metadata: Metadata][] = []
  const pipeline: Pipeline = { ...plain, ...over }
  const record = compileRecord({
    dateNow: () => 0,
    sampleRate: () => 1,
    includeMetadata: () => pipeline.includeMetadata,
    repeats: () => undefined,
    vectors: () => undefined,
    labels: () => undefined,
    pid: 1,
    threadId: 0,
  })
  pipeline.emit = (scope: Scope, ended: Ended) => {
    records.push([scope.point.library, record(scope, ended).metadata])
    return true
  }
  const scopes = createScopes(pipeline)
  const library = (name: string, more: Partial<Instrumentation> = {}, slow_call_ms = 0): Call => {
    const instrumentation: Instrumentation = { name, module: name, target: 'llm', ...more }
    const point = compilePoint(
      instrumentation,
      { at: 'ask', scope: 'generate', metadata },
      { on: true, slow_call_ms, counts: ledger.counts(name, 'ask'), userEntry: false, warnOnce() {} },
    )
    return scopes.wrap([point], async (inside?: () => unknown, told: Metadata = {}) => {
      await inside?.()
      return told
    }) as Call
  }
  const framework = (name: string, slow_call_ms = 0) => library(name, { framework: true }, slow_call_ms)
  const observe = () => {
    pipeline.observe = (scope, { result }) => {
      const { point, args, self } = scope
      const nest = nestOf(scope)
      const found = { ...point.readTotals?.({ self, args, result }) }
      if (nest !== undefined) keepOwn(found, nest.told, true)
      totals.push([point.library, found])
    }
  }
  return { pipeline, ledger, records, totals, library, framework, observe, scopes }
}
const ten = { input_tokens: 10, output_tokens: 3 }
const nested = { nested_input_tokens: 10, nested_output_tokens: 3 }

describe('tokens of calls in calls', () => {
  beforeEach(closeNesting)

  it('count in the innermost; the others have them under another word', async () => {
    const { records, library, framework } = made()
    const [client, sdk, top] = [library('client'), framework('sdk'), framework('top')]

    await top(() => sdk(() => client(undefined, ten), ten), ten)

    assert.deepEqual(records, [
      ['client', ten],
      ['sdk', nested],
      ['top', nested],
    ])
  })

  it('count in the framework where no call in it tells of any, and as far as it tells of more', async () => {
    const { records, library, framework } = made()
    const [client, top] = [library('client'), framework('top')]

    await top(() => client(undefined, {}), ten)
    await top(undefined, ten)
    await top(() => client(undefined, { input_tokens: 4 }), { ...ten, cached_tokens: 2 })
    await top(() => client(undefined, { ...ten, cached_tokens: 2 }), { input_tokens: 4, cached_tokens: 2 })

    assert.deepEqual(
      records.filter(([name]) => name === 'top').map(([, found]) => found),
      [
        ten,
        ten,
        { input_tokens: 6, nested_input_tokens: 4, output_tokens: 3, cached_tokens: 2 },
        { nested_input_tokens: 4 },
      ],
    )
  })

  it('are added up over steps, batches and tries, each call apart from those beside it', async () => {
    const { records, library, framework } = made()
    const [client, top] = [library('client'), framework('top')]
    const step = async (n: number) => {
      await turn()
      await client(undefined, { input_tokens: n })
    }

    await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        top(
          async () => {
            await Promise.all([step(n + 1), step(n + 1)])
            await step(n + 1)
          },
          { input_tokens: 3 * (n + 1) + 1 },
        ),
      ),
    )

    const outer = records.filter(([name]) => name === 'top').map(([, found]) => found)
    assert.equal(outer.length, 100)
    assert.ok(outer.every((found) => found?.input_tokens === 1))
    assert.deepEqual(
      outer.map((found) => found?.nested_input_tokens).sort((one, other) => Number(one) - Number(other)),
      Array.from({ length: 100 }, (_, n) => 3 * (n + 1)),
    )
  })

  it('of another scope are another matter: a tool that embeds does not take from what is written', async () => {
    const { records, library, framework } = made()
    const [embeds, top] = [library('client', { target: 'embedding_provider' }), framework('top')]

    await top(() => embeds(undefined, { input_tokens: 4 }), ten)

    assert.deepEqual(records, [
      ['client', { input_tokens: 4 }],
      ['top', ten],
    ])
  })

  it('of a call that outlives the one around it are told the next one around', async () => {
    const { records, library, framework } = made()
    const [client, sdk, top] = [library('client'), framework('sdk'), framework('top')]
    let go = () => {}
    const gate = new Promise<void>((resolve) => (go = resolve))
    let late: Promise<Metadata> | undefined

    await top(async () => {
      await sdk(() => {
        late = client(() => gate, ten)
      })
      go()
      await late
    }, ten)

    assert.deepEqual(records, [
      ['sdk', undefined],
      ['client', ten],
      ['top', nested],
    ])
  })

  it('after the framework are no matter of it any more', async () => {
    const { records, library, framework } = made()
    const [client, top] = [library('client'), framework('top')]
    let go = () => {}
    const gate = new Promise<void>((resolve) => (go = resolve))
    let later: Promise<Metadata> | undefined

    await top(() => {
      later = gate.then(() => client(undefined, ten))
    }, ten)
    go()
    await later

    assert.deepEqual(records, [
      ['top', ten],
      ['client', ten],
    ])
  })

  it('count in the record of the framework where the call in it was too fast to leave one, and in no total twice', async () => {
    const { records, totals, observe, library, framework } = made()
    observe()
    const [fast, client, top] = [library('fast', {}, 1e6), library('client'), framework('top')]

    await top(
      async () => {
        await fast(undefined, ten)
        await client(undefined, ten)
      },
      { input_tokens: 20, output_tokens: 6 },
    )

    assert.deepEqual(records, [
      ['client', ten],
      ['top', { ...ten, ...nested }],
    ])
    const { nested_input_tokens, nested_output_tokens, ...rest } = totals.at(-1)?.[1] ?? {}
    assert.deepEqual([totals.length, nested_input_tokens, nested_output_tokens, rest], [3, 20, 6, {}])
  })

  it('are left to the calls in it whether these are sampled or not, so that sums over the sample rate come out right', async () => {
    const { pipeline, ledger, records, library, framework } = made()
    const [client, top] = [library('client'), framework('top')]
    let sampled = [true, false]
    pipeline.sample = () => sampled.shift() ?? true

    await top(() => client(undefined, ten), ten)
    sampled = [false, true]
    await top(() => client(undefined, ten), ten)
    sampled = [false, false]
    await top(() => client(undefined, ten), ten)

    assert.deepEqual(records, [
      ['top', nested],
      ['client', ten],
    ])
    for (const name of ['client', 'top']) {
      const { seen, sampled_out, emitted, open } = ledger.counts(name, 'ask')
      assert.deepEqual({ seen, sampled_out, emitted, open }, { seen: 3, sampled_out: 2, emitted: 1, open: 0 })
    }
  })

  it('leave out of totals also the inputs that a framework counts again, not out of its record', async () => {
    const { records, totals, observe, library, framework } = made()
    observe()
    const [client, top] = [library('client'), framework('top')]

    await top(
      async () => {
        await client(undefined, { batch_size: 2 })
        await client(undefined, { batch_size: 1 })
      },
      { batch_size: 3 },
    )

    assert.deepEqual(records.at(-1), ['top', { batch_size: 3 }])
    assert.deepEqual(totals.at(-1), ['top', {}])
  })

  it('need no async context where nobody calls a framework, where metadata is off, or after a reload', async () => {
    const { pipeline, library, framework, scopes } = made()
    const [client, top] = [library('client'), framework('top')]
    const work = () => {}

    await client(undefined, ten)
    assert.equal(keptHere(work), work)
    pipeline.includeMetadata = false
    await top(() => client(undefined, ten), ten)
    assert.equal(keptHere(work), work)
    pipeline.includeMetadata = true
    await top(undefined, ten)
    assert.notEqual(keptHere(work), work)
    closeNesting()
    assert.equal(keptHere(work), work)
    assert.ok(scopes)
  })
})

describe('the context of a framework', () => {
  beforeEach(closeNesting)

  it("leaves the application's own contexts as they are, entered ones too", async () => {
    const { framework } = made()
    const top = framework('top')
    const own = new AsyncLocalStorage<string>()
    const seen: unknown[] = []

    await own.run('outside', async () => {
      const call = top(() => {
        seen.push(own.getStore())
        own.enterWith('inside')
      })
      seen.push(own.getStore())
      await call
      seen.push(own.getStore())
    })

    assert.deepEqual(seen, ['outside', 'inside', 'inside'])
  })

  it('holds nothing of a call that has ended, though something that was begun in it goes on', async () => {
    const { framework, library } = made()
    const [client, top] = [library('client'), framework('top')]
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc')
    let stop = () => {}
    const refs: WeakRef<object>[] = []
    const run = async () => {
      const told = { ...ten }
      const inside = async () => {
        const timer = setInterval(() => {}, 1000)
        stop = () => clearInterval(timer)
        await client(undefined, { ...ten })
      }
      refs.push(new WeakRef(told), new WeakRef(inside))
      await top(inside, told)
    }

    await run()
    await turn()
    await turn()
    collect()

    assert.deepEqual(
      refs.map((ref) => ref.deref()),
      [undefined, undefined],
    )
    stop()
  })
})

describe('calls of a library that says outermost', () => {
  beforeEach(closeNesting)

  it('are one with those that it makes within, also after it has awaited, and apart from those that come after', async () => {
    const { records, library } = made()
    const [page, frame, other] = [
      library('browser', { outermost: true }),
      library('browser', { outermost: true }),
      library('other', { outermost: true }),
    ]
    let later = async (): Promise<unknown> => undefined

    await page(
      async () => {
        await turn()
        await frame(undefined, { results: 2 })
        await other(undefined, { results: 3 })
        later = async () => frame(undefined, { results: 4 })
      },
      { results: 1 },
    )
    await Promise.all([page(turn, { results: 5 }), frame(turn, { results: 6 }), later()])

    assert.deepEqual(
      records.map(([name]) => name),
      ['other', 'browser', 'browser', 'browser', 'browser'],
    )
  })
})
