import assert from 'node:assert/strict'
import { transparent } from '../../support/transparent.ts'

const source = `
const chunks = () => [{ text: 'private', usage: null }, { text: 'private', usage: { out: 4 } }, { text: 'private' }]
async function* made(many = 3) { yield* chunks().slice(0, many) }
async function* generate(many) { yield* made(many) }
async function* adds() { yield { usage: { out: 2 } }; yield {}; yield { usage: { out: 3 } }; yield { usage: { out: 'none' } } }
async function answer() { return made() }
async function whole() { return { usage: { out: 9 } } }
async function* cut() { yield* chunks(); throw new RangeError('cut') }
function streamed() { return new ReadableStream({ start(queue) { chunks().forEach((one) => queue.enqueue(one)); queue.close() } }) }
function web() { return streamed() }
function held() { return { stream: streamed() } }
function broken() { const all = chunks(); return { stream: new ReadableStream({ pull(queue) { all.length > 0 ? queue.enqueue(all.shift()) : queue.error(new RangeError('broken')) } }) } }
const seen = {}
function endless() { return { stream: new ReadableStream({ pull(queue) { queue.enqueue(chunks()[1]) }, cancel(why) { seen.why = why } }) } }
function node() { return (typeof require === 'function' ? require : process.getBuiltinModule('module').createRequire('/'))('node:stream').Readable.from(chunks()) }

// As the clients that Stainless generates have it.
class Stream {
  constructor(iterator) { this.iterator = iterator }
  [Symbol.asyncIterator]() { return this.iterator() }
  tee() {
    const [left, right, iterator] = [[], [], this.iterator()]
    const half = (queue) => ({ next: () => {
      if (queue.length === 0) { const step = iterator.next(); left.push(step); right.push(step) }
      return queue.shift()
    } })
    return [new Stream(() => half(left)), new Stream(() => half(right))]
  }
}
async function stainless() { return new Stream(() => made()) }
`
const names = ['generate', 'answer', 'whole', 'cut', 'web', 'node', 'stainless']
const holds = ['held', 'broken', 'endless']
const chunk = { out: 'chunk.usage.out' }
const read = `
  const all = async (stream) => { const got = []; for await (const one of stream) got.push(one); return got }`
// biome-ignore lint/suspicious/noExplicitAny: records are read as JSON
type Records = readonly any[]
const found = (records: Records) => records.map(({ metadata, error }) => ({ ...metadata, ...(error && { error }) }))
const drained = (records: Records, times = 1) => {
  for (const one of found(records)) {
    assert.ok(one.time_to_first_chunk_ms >= 0)
    assert.deepEqual({ ...one, time_to_first_chunk_ms: 0 }, { time_to_first_chunk_ms: 0, chunks: 3, out: 4 })
  }
  assert.equal(records.length, times)
}

transparent('a streamed answer tells its chunks', {
  source,
  exports: [...names, ...holds, 'adds', 'seen', 'Stream'],
  methods: [
    ...names.map((at) => ({ at, chunk, metadata: { out: 'result.usage.out' } })),
    ...holds.map((at) => ({ at, chunk, ends: { kind: 'stream', at: 'stream' } })),
    { at: 'adds', chunk: { out: 'sum(chunk.usage.out)', last: 'chunk.usage.out' } },
  ],
  cases: [
    {
      it: 'an async generator, read to its end',
      body: `${read}\nprint(await all(own.generate()))`,
      check: (records) => drained(records),
    },
    {
      it: 'a promise of one',
      body: `${read}\nprint(await all(await own.answer()))`,
      check: (records) => drained(records),
    },
    {
      it: 'one that is left early, with what was read of it',
      body: 'for await (const one of own.generate()) { print(one); break }',
      check: (records) => assert.equal(found(records)[0].chunks, 1),
    },
    {
      it: 'one that is cut, with its error',
      body: `${read}\nawait all(own.cut()).catch((error) => print(error.message))`,
      check: (records) => {
        const [{ chunks, out, error }] = found(records) as [Record<string, unknown>]
        assert.deepEqual({ chunks, out, error }, { chunks: 3, out: 4, error: 'RangeError' })
      },
    },
    {
      it: 'an empty one, and an answer that is no stream, have no chunks',
      body: `${read}\nprint(await all(own.generate(0)))\nprint(await own.whole())`,
      check: (records) => assert.deepEqual(found(records), [{}, { out: 9 }]),
    },
    {
      it: 'a web stream, by its reader and by iteration',
      body: `${read}
        const reader = own.web().getReader()
        for (let step = await reader.read(); !step.done; step = await reader.read()) print(step.value)
        print(await all(own.web()))`,
      check: (records) => drained(records, 2),
    },
    {
      it: 'what each chunk tells adds up where that is asked for',
      body: `${read}\nprint((await all(own.adds())).length)`,
      check: (records) => {
        const { out, last, chunks } = records[0].metadata
        assert.deepEqual({ out, last, chunks }, { out: 5, last: 'none', chunks: 4 })
      },
    },
    {
      it: 'a web stream in the result that is piped, and what comes out of it piped on',
      body: `${read}
        const into = (got) => new WritableStream({ write(one) { got.push(one) } })
        const boxed = () => new TransformStream({ transform(one, queue) { queue.enqueue([one]); queue.enqueue('more') } })
        const got = []
        print([await own.held().stream.pipeTo(into(got)) ?? null, got])
        print(await all(own.held().stream.pipeThrough(boxed())))
        const twice = []
        await own.held().stream.pipeThrough(boxed()).pipeThrough(boxed()).pipeTo(into(twice))
        print(twice)
        const transform = boxed()
        const { stream } = own.held()
        print([stream.pipeThrough(transform) === transform.readable, stream.locked, transform.writable.locked])
        print(await all(transform.readable))
        const [left, right] = own.held().stream.tee()
        print(await Promise.all([all(left.pipeThrough(boxed())), all(right)]))`,
      check: (records) => drained(records, 5),
    },
    {
      it: 'one that breaks while it is piped, or whose consumer does',
      body: `
        const told = (promise) => promise.then(() => 'piped', (error) => [error.constructor.name, error.message])
        print(await told(own.broken().stream.pipeTo(new WritableStream())))
        print(await told(own.broken().stream.pipeThrough(new TransformStream()).pipeTo(new WritableStream())))
        const { stream } = own.endless()
        print(await told(stream.pipeTo(new WritableStream({ write() { throw new Error('full') } }))))
        await new Promise((resolve) => setTimeout(resolve, 5))
        print([own.seen.why?.message, stream.locked])`,
      records: ['broken!RangeError', 'broken!RangeError', 'endless!Error'],
    },
    {
      it: 'one that is piped with options, or can not be piped',
      body: `
        const told = (promise) => promise.then(() => 'piped', (error) => error.constructor.name)
        const { stream } = own.held()
        const abort = new AbortController()
        abort.abort()
        print([await told(stream.pipeTo(new WritableStream(), { signal: abort.signal, preventCancel: true })), stream.locked])
        print([await told(own.held().stream.pipeTo({})), stream.locked])
        try { stream.pipeThrough({}) } catch (error) { print([error.constructor.name, stream.locked]) }
        print((await stream.getReader().read()).value)`,
    },
    {
      it: 'a web stream that is piped, as without the agent',
      body: `
        const got = []
        await own.web().pipeThrough(new TransformStream()).pipeTo(new WritableStream({ write(one) { got.push(one) } }))
        print(got)`,
      records: ['web'],
    },
    {
      it: 'a Node stream, by its events and by iteration',
      body: `${read}
        await new Promise((resolve) => own.node().on('data', print).on('end', resolve))
        print(await all(own.node()))`,
      check: (records) => drained(records, 2),
    },
    {
      it: 'a stream that can be teed, whole and teed',
      body: `${read}
        print(await all(await own.stainless()))
        const [left, right] = (await own.stainless()).tee()
        print([await all(left), await all(right)])
        print(Object.keys(await own.stainless()))`,
      check: (records) => drained(records, 2),
    },
  ],
})
