import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { Readable } from 'node:stream'
import { describe, it } from 'node:test'
import { watchCallback, watchHandlers } from '../../../../agent/scope/ending/callback.ts'
import { compileEnds } from '../../../../agent/scope/ending/kinds.ts'
import { isStream } from '../../../../agent/scope/ending/stream.ts'
import { tap, watch } from '../../../../agent/scope/ending/watch.ts'

function watcher() {
  const log: string[] = []
  return {
    log,
    park: () => void log.push('park'),
    look: (restart: boolean) => void log.push(restart ? 'restart' : 'look'),
    end: (result: unknown) => void log.push(`end ${String(result)}`),
    fail: (error: unknown) => void log.push(`fail ${(error as Error).message}`),
  }
}

describe('an object that is watched', () => {
  it('is an iterator, of native make too: it ends with its last row, and not before it is read', () => {
    const [read, left] = [watcher(), watcher()]
    const [rows, more] = [new Set([1, 2]).values(), [3].values()]

    assert.deepEqual([watch(rows, read, undefined), watch(more, left, undefined)], [true, true])
    assert.deepEqual([...rows], [1, 2])

    assert.equal(Object.hasOwn(rows.next, 'prototype'), false)
    assert.deepEqual(read.log, ['park', 'look', 'park', 'end [object Set Iterator]'])
    assert.deepEqual(left.log, ['park'])
  })

  it('is not where what it returns is said to be whole, though it may be iterated', () => {
    const w = watcher()

    assert.equal(watch(Readable.from([1]), w, compileEnds({ kind: 'return' })), false)
    const either = compileEnds([{ kind: 'thenable', methods: ['parse'] }, { kind: 'return' }])
    assert.equal(watch(Readable.from([1]), w, either), false)
    assert.equal(watch(Readable.from([1]), w, undefined), true)
  })

  it('is not where it is plain, frozen, a proxy, or throws when looked at', () => {
    const w = watcher()
    // biome-ignore lint/suspicious/noThenProperty: that is what is tested
    const thenable = { then() {} }
    const hostile = {
      // biome-ignore lint/suspicious/noThenProperty: that is what is tested
      get then() {
        throw new Error('then')
      },
    }
    const fixed = Object.defineProperty({}, 'then', { value() {} })

    const found = [
      {},
      [],
      new Map(),
      Object.freeze(thenable),
      new Proxy(thenable, {}),
      hostile,
      fixed,
      new EventEmitter(),
    ]

    assert.deepEqual(
      found.map((value) => watch(value, w, undefined)),
      found.map(() => false),
    )
    assert.deepEqual(w.log, [])
  })

  it('is looked at once more from the beginning where it is lazy', async () => {
    const w = watcher()
    let runs = 0
    const lazy = {
      // biome-ignore lint/suspicious/noThenProperty: that is what is tested
      then(ok: (value: number) => void) {
        runs++
        ok(5)
      },
    }

    assert.equal(watch(lazy, w, undefined), true)
    assert.equal(runs, 0)
    assert.deepEqual(Object.keys(lazy), ['then'])
    assert.equal(await lazy, 5)

    assert.equal(runs, 1)
    assert.deepEqual(w.log, ['park', 'restart', 'end 5'])
  })

  it('is not started again where it is a promise', async () => {
    class Sub<T> extends Promise<T> {}
    const [w, f] = [watcher(), watcher()]
    const promise = Sub.resolve(1)
    const failing = Sub.reject(new Error('no'))

    watch(promise, w, undefined)
    watch(failing, f, undefined)
    await promise
    await failing.catch(() => {})

    assert.deepEqual(w.log, ['park', 'look', 'end 1'])
    assert.deepEqual(f.log, ['park', 'look', 'fail no'])
  })

  it('ends with a generator, drained, left or failed', () => {
    function* numbers() {
      yield 1
      yield 2
    }
    // biome-ignore lint/correctness/useYield: it fails before
    function* failing(): Generator<number> {
      throw new Error('no')
    }
    const logs = [numbers(), numbers(), failing()].map((generator, i) => {
      const w = watcher()
      watch(generator, w, undefined)
      try {
        for (const _ of generator) if (i === 1) break
      } catch {}
      return w.log.filter((line) => line.startsWith('end') || line.startsWith('fail')).map((line) => line.split(' ')[0])
    })

    assert.deepEqual(logs, [['end'], ['end'], ['fail']])
  })

  it('ends with a stream, which gets no listener and is not read', async () => {
    const w = watcher()
    const stream = Readable.from(['a', 'b'])

    watch(stream, w, undefined)

    assert.deepEqual(
      [stream.eventNames(), stream.readableFlowing, w.log],
      [Readable.from([]).eventNames(), null, ['park']],
    )
    for await (const _ of stream);
    assert.ok(w.log.some((line) => line.startsWith('end')))
  })

  it('is told what settles by the methods named, each promise once', async () => {
    class Call extends Promise<string> {
      parse() {
        return this.#parsed
      }
      #parsed = Promise.resolve('parsed')
    }
    const w = watcher()
    const call = new Call((resolve) => resolve('raw'))

    watch(call, w, compileEnds({ kind: 'thenable', methods: ['parse'] }))
    const [one, other] = [call.parse(), call.parse()]

    assert.equal(one, other)
    assert.equal(await one, 'parsed')
    assert.deepEqual(w.log, ['park', 'look', 'look', 'end parsed'])
  })

  it('has those methods from one making, each with the look of its original, and tells its own watcher alone', async () => {
    class Call extends Promise<string> {
      parse(_: unknown) {
        return Promise.resolve(this.text)
      }
      text = 'none'
    }
    const [w, other] = [watcher(), watcher()]
    const [one, two] = [new Call((resolve) => resolve('raw')), new Call((resolve) => resolve('raw'))]
    const bare = Object.assign(new Call((resolve) => resolve('raw')), { text: 'bare' })
    const ends = compileEnds({ kind: 'thenable', methods: ['parse'] })

    watch(Object.assign(one, { text: 'one' }), w, ends)
    watch(Object.assign(two, { text: 'two' }), other, ends)

    assert.equal(one.parse, two.parse)
    assert.deepEqual([one.parse.name, one.parse.length, Object.keys(one)], ['parse', 1, ['text']])
    assert.equal(await one.parse.call(bare, 1), 'bare')
    assert.equal(await one.parse(1), 'one')
    assert.deepEqual([w.log, other.log], [['park', 'look', 'end one'], ['park']])
  })

  it('watches the stream that one of them gives once, whatever is asked for later', async () => {
    async function* letters() {
      yield 'a'
    }
    class Call extends Promise<string> {
      parse() {
        return this.#stream
      }
      asResponse() {
        return Promise.resolve('response')
      }
      #stream = Promise.resolve(letters())
    }
    const w = watcher()
    const chunks: unknown[] = []
    const call = new Call((resolve) => resolve('raw'))

    watch(
      call,
      { ...w, chunk: (chunk) => void chunks.push(chunk) },
      compileEnds({ kind: 'thenable', methods: ['parse', 'asResponse'] }),
    )
    const stream = await call.parse()
    assert.equal(await call.asResponse(), 'response')
    for await (const _ of stream);

    assert.deepEqual(chunks, ['a'])
    assert.deepEqual(w.log.slice(0, 3), ['park', 'look', 'park'])
    assert.match(w.log.at(-1) ?? '', /^end/)
  })

  const page = Object.assign(['row'], { async *[Symbol.asyncIterator]() {} })
  class Paged extends Promise<unknown> {
    static override get [Symbol.species]() {
      return Promise
    }
    parse() {
      return Promise.resolve(page)
    }
  }
  const whole = compileEnds([{ kind: 'thenable', methods: ['parse'] }, { kind: 'return' }])

  it('ends with the value that one of them gives, where that is said to be whole, though it may be iterated', async () => {
    const w = watcher()
    const call = new Paged((resolve) => resolve('raw'))

    watch(call, w, whole)
    await call.parse()

    assert.deepEqual(w.log, ['park', 'look', 'end row'])
  })

  it('is seen by its own `then`, `catch` and `finally` too, which may lead past the methods named', async () => {
    const error = new Error('no')
    const paged = (parsed: Promise<unknown>) => {
      const call = new Paged((resolve) => resolve('raw'))
      for (const name of ['then', 'catch', 'finally'] as const)
        Object.defineProperty(call, name, { value: parsed[name].bind(parsed), writable: true, configurable: true })
      return call
    }
    const asked = [
      async (call: Promise<unknown>) => await call,
      (call: Promise<unknown>) => call.catch(() => 'rescued'),
      (call: Promise<unknown>) => call.finally(() => {}).catch(() => 'rescued'),
    ]
    for (const [way, ask] of asked.entries()) {
      const [good, bad] = [watcher(), watcher()]
      const calls = [paged(Promise.resolve(page)), paged(Promise.reject(error))] as const

      for (const [i, w] of [good, bad].entries()) watch(calls[i] as Paged, w, whole)
      assert.equal(await ask(calls[0]), page)
      assert.equal(await ask(calls[1]).catch((thrown) => thrown), way === 0 ? error : 'rescued')

      assert.deepEqual(
        [good.log, bad.log.slice(0, 3)],
        [
          ['park', 'look', 'end row'],
          ['park', 'look', 'fail no'],
        ],
      )
    }
  })
})

describe('a callback', () => {
  it('is replaced in a copy of the arguments alone', () => {
    const w = watcher()
    const done = function done(this: unknown, error: unknown, value?: unknown) {
      return [this, error, value]
    }
    const args = [1, done]

    const passed = watchCallback(args, w)
    const watched = passed?.[1] as typeof done
    const result = watched.call('self', null, 2)

    assert.equal(args[1], done)
    assert.deepEqual([watched.name, watched.length], ['done', 2])
    assert.equal(String(result[0]), 'self')
    assert.deepEqual(result.slice(1), [null, 2])
    assert.deepEqual(w.log, ['end 2'])
  })

  it('is one of two handlers of a lazy thenable, which pass on what they are not given', async () => {
    const ended = watcher()
    const failed = watcher()
    const error = new Error('no')

    const [ok] = watchHandlers((value: number) => value + 1, undefined, ended)
    const [pass, fail] = watchHandlers(undefined, undefined, failed)

    assert.equal(ok(1), 2)
    assert.equal(pass(3), 3)
    assert.throws(() => fail(error), error)
    assert.deepEqual(ended.log, ['end 1'])
    assert.deepEqual(failed.log, ['end 3', 'fail no'])
  })

  it('is none where the last argument is not a function', () => {
    assert.equal(watchCallback([() => 1, 2], watcher()), undefined)
    assert.equal(watchCallback([], watcher()), undefined)
  })
})

describe('a tapped result', () => {
  it('tells its value and is handed on', async () => {
    const seen: unknown[] = []
    const see = (value: unknown) => void seen.push(value)
    const maker = () => {}
    const object = {}
    const hostile = {
      // biome-ignore lint/suspicious/noThenProperty: that is what is tested
      get then() {
        throw new Error('then')
      },
    }

    assert.equal(tap(object, see, maker), object)
    assert.equal(await tap(Promise.resolve(object), see, maker), object)
    assert.equal(tap(1, see, maker), 1)
    assert.equal(tap(hostile, see, maker), hostile)
    await assert.rejects(tap(Promise.reject(new Error('no')), see, maker) as Promise<unknown>, /no/)

    assert.deepEqual(seen, [object, object])
  })
})

describe('a stream', () => {
  it('is what can be iterated later, and nothing that throws when asked', () => {
    const hostile = {
      get [Symbol.asyncIterator]() {
        throw new Error('no')
      },
    }

    assert.deepEqual([Readable.from([]), new ReadableStream(), (async function* () {})()].map(isStream), [
      true,
      true,
      true,
    ])
    assert.deepEqual(
      [[], null, undefined, 'text', hostile, new Proxy(Readable.from([]), {})].map(isStream),
      Array(6).fill(false),
    )
  })

  it('is none that can be iterated at once as well, unless it emits events', () => {
    const page = { async *[Symbol.asyncIterator]() {}, *[Symbol.iterator]() {} }

    assert.equal(isStream(page), false)
    assert.equal(isStream(Object.assign(new EventEmitter(), page)), true)
  })
})

describe('an object that holds a stream', () => {
  const held = () => {
    const all = ['a', 'b']
    return { stream: new ReadableStream({ pull: (to) => (all.length > 0 ? to.enqueue(all.shift()) : to.close()) }) }
  }

  it('ends with the reader of its stream, as itself, and is not read before', async () => {
    const w = watcher()
    const value = Object.assign(held(), { toString: () => 'holder' })

    assert.equal(watch(value, w, compileEnds({ kind: 'stream', at: 'stream' })), true)
    assert.deepEqual([w.log, value.stream.locked], [['park'], false])
    for await (const _ of value.stream);

    assert.ok(w.log.includes('end holder'))
  })

  it('counts the chunks of one branch of a tee', async () => {
    const seen: unknown[] = []
    const value = held()

    watch(
      value,
      { ...watcher(), chunk: (chunk) => void seen.push(chunk) },
      compileEnds({ kind: 'stream', at: 'stream' }),
    )
    const branches = value.stream.tee()
    await Promise.all(branches.map((branch) => readAll(branch)))

    assert.deepEqual(seen, ['a', 'b'])
  })

  it('is nothing to wait for without one', () => {
    assert.equal(watch({ stream: 'text' }, watcher(), compileEnds({ kind: 'stream', at: 'stream' })), false)
  })
})

async function readAll(stream: ReadableStream): Promise<void> {
  for await (const _ of stream);
}
