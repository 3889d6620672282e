import assert from 'node:assert/strict'
import { transparent } from '../../support/transparent.ts'

const source = `
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const log = []
async function search(text) { await wait(1); return { hits: [text] } }
async function fail() { await wait(1); throw new RangeError('no') }
function sync(value) { return value }
const thrown = new TypeError('sync')
function throws() { throw thrown }

// knex-, prisma- and supabase-like
class Lazy {
  constructor(work) { this.work = work; this.runs = 0 }
  where() { return this }
  then(ok, no) { this.runs++; return this.work().then(ok, no) }
}
function lazy() { return new Lazy(async () => { await wait(30); return ['row'] }) }
function lazyFail() { return new Lazy(async () => { await wait(1); throw new RangeError('lazy') }) }
class Hidden {
  #runs = 0
  get runs() { return this.#runs }
  #run() { this.#runs++; return wait(1).then(() => ['row']) }
  then(ok, no) { return this.#run().then(ok, no) }
  catch(no) { return this.#run().catch(no) }
  finally(done) { return this.#run().finally(done) }
}
function hidden() { return new Hidden() }
const frozenOne = Object.freeze(lazy())
function frozen() { return frozenOne }
const traps = []
const proxyOne = new Proxy(lazy(), { get(target, key) { traps.push(String(key)); return typeof target[key] === 'function' ? target[key].bind(target) : target[key] }, defineProperty(target, key) { traps.push(key); return true } })
function proxied() { return proxyOne }
class Slow extends Promise {
  static made = 0
  constructor(run) { super(run); Slow.made++ }
}
function subclass() { return new Slow((resolve) => setTimeout(resolve, 1, 'slow')) }
let lastCancel
function cancellable() { const p = wait(1).then(() => 'done'); p.cancel = () => 'cancelled'; lastCancel = p; return p }
const isLast = (p) => p === lastCancel

async function* pages(most = 3) { try { for (let i = 0; i < most; i++) { await wait(1); yield i } } finally { log.push('finally') } }
async function* broken() { yield 1; throw new RangeError('page') }
function* numbers() { try { yield 1; yield 2 } finally { log.push('sync finally') } }
function* brokenSync() { yield 1; throw new RangeError('number') }
class Base { async search(text) { return 'base ' + text } }

const { Readable } = require('node:stream')
let read = 0
function stream() { return readable() }
function readable() { read = 0; return new Readable({ read() { this.push(read++ < 3 ? 'x' : null) } }) }
function streamFail() { return new Readable({ read() { this.destroy(new RangeError('stream')) } }) }
async function laterStream() { await wait(1); return readable() }
const pulled = () => read
let webPulled = 0
function web() {
  let n = 0
  webPulled = 0
  return new ReadableStream({ pull(controller) { webPulled++; if (n++ < 2) controller.enqueue('w'); else controller.close() } }, { highWaterMark: 0 })
}
const webRead = () => webPulled

function callback(text, done) { setTimeout(() => done.call({ me: 'this' }, null, [text, 'b'], 'extra'), 1); return 'handle' }
function callbackFail(done) { setTimeout(done, 1, new RangeError('late')) }
function callbackSync(done) { done(null, 'now'); return undefined }
function count() { return arguments.length }
const shared = { one: 1 }
function same() { return shared }
`

transparent('a profiled call gives what the bare one gives', {
  source: `${source.replace("const { Readable } = require('node:stream')", "const { Readable } = process.getBuiltinModule('node:stream')")}`,
  exports: [
    'search,fail,sync,throws,thrown,lazy,lazyFail,hidden,frozen,frozenOne,proxied,proxyOne,traps,Slow,subclass',
    'cancellable,isLast,pages,broken,numbers,brokenSync,log,stream,streamFail,laterStream,pulled,web,webRead',
    'callback,callbackFail,callbackSync,count,same,shared',
  ],
  methods: [
    ...[
      'search',
      'fail',
      'sync',
      'throws',
      'lazy',
      'lazyFail',
      'hidden',
      'frozen',
      'proxied',
      'subclass',
      'cancellable',
    ],
    ...['pages', 'broken', 'numbers', 'brokenSync', 'stream', 'streamFail', 'laterStream', 'web', 'count', 'same'],
    { at: 'callback', ends: { kind: 'callback' } },
    { at: 'callbackFail', ends: { kind: 'callback' } },
    { at: 'callbackSync', ends: { kind: 'callback' } },
  ],
  cases: [
    {
      it: 'a native promise stays a plain promise with the same value',
      body: `const p = own.search('a')
        print([p instanceof Promise, Object.getPrototypeOf(p) === Promise.prototype, Reflect.ownKeys(p).length, await p])`,
      printed: [[true, true, 0, { hits: ['a'] }]],
      records: ['search'],
    },
    {
      // 9
      it: 'a value and an error of a synchronous call are the very same',
      body: `const value = {}
        print([own.sync(value) === value, own.sync(own.sync) === own.sync, own.sync(null), own.sync(), own.same() === own.shared, Object.keys(own.shared)])
        try { own.throws() } catch (error) { print([error === own.thrown, error.stack === own.thrown.stack]) }`,
      records: ['sync', 'sync', 'sync', 'sync', 'same', 'throws!TypeError'],
    },
    {
      it: 'the arguments arrive as many and as they were',
      body: 'print([own.count(), own.count(undefined), own.count(1, 2, 3), own.count(...Array(500))])',
      printed: [[0, 1, 3, 500]],
      records: ['count', 'count', 'count', 'count'],
    },
    {
      // 4
      it: 'a lazy thenable is not started until it is awaited, then once',
      body: `const query = own.lazy()
        print([query.where() === query, query.runs, Object.keys(query)])
        await new Promise((resolve) => setTimeout(resolve, 20))
        print(query.runs)
        print(await query)
        print([query.runs, query.constructor.name])`,
      printed: [[true, 0, ['work', 'runs']], 0, ['row'], [1, 'Lazy']],
      records: ['lazy'],
    },
    {
      it: 'a lazy thenable that nobody awaits is never started',
      body: `const query = own.lazy()
        await new Promise((resolve) => setTimeout(resolve, 20))
        print(query.runs)`,
      printed: [0],
      records: [],
    },
    {
      it: 'a lazy thenable that fails rejects once',
      body: `print(await own.lazyFail().then(undefined, (error) => error.message))
        try { await own.lazyFail() } catch (error) { print(error.message) }`,
      printed: ['lazy', 'lazy'],
      records: ['lazyFail!RangeError', 'lazyFail!RangeError'],
    },
    {
      it: 'a lazy thenable that fails has each function that awaits it in its stack',
      body: `async function callerOfMine() { await own.lazyFail() }
        const outer = async () => { await Promise.all([callerOfMine()]) }
        await outer().catch(({ stack }) => print([stack.includes('async callerOfMine'), stack.includes('async outer')]))
        const settled = () => new Promise((resolve, reject) => own.lazyFail().then(resolve, reject))
        async function callerOfSettled() { await settled() }
        await callerOfSettled().catch(({ stack }) => print(stack.includes('async callerOfSettled')))`,
      printed: [[true, true], true],
      records: ['lazyFail!RangeError', 'lazyFail!RangeError'],
    },
    {
      it: 'a lazy thenable with private state is started once by then, catch and finally',
      body: `for (const use of [(q) => q, (q) => q.then((rows) => rows), (q) => q.catch(() => 1), (q) => q.finally(() => print('done'))]) {
          const query = own.hidden()
          print([await use(query), query.runs])
        }`,
      printed: [[['row'], 1], [['row'], 1], [['row'], 1], 'done', [['row'], 1]],
      records: ['hidden', 'hidden', 'hidden', 'hidden'],
    },
    {
      // 5
      it: 'a frozen thenable and a proxied one are handed on untouched',
      body: `const frozen = own.frozen()
        print([frozen === own.frozenOne, frozen.runs, Reflect.ownKeys(frozen)])
        const before = own.traps.length
        const proxied = own.proxied()
        print([own.traps.length - before, proxied === own.proxyOne])
        print(await own.frozen().work())
        print(await proxied)`,
      records: ['frozen', 'proxied', 'frozen'],
    },
    {
      // 6
      it: 'an instance of a Promise subclass is the same instance, with no other constructor call',
      body: `const made = own.Slow.made
        const promise = own.subclass()
        print([own.Slow.made - made, promise instanceof own.Slow, promise.constructor.name])
        print(await promise)
        print([own.Slow.made - made, await promise.then((value) => value + '!'), own.Slow.made - made])`,
      records: ['subclass'],
    },
    {
      it: 'a native promise with properties of its own is the same object',
      body: `const promise = own.cancellable()
        print([own.isLast(promise), promise.cancel(), Object.keys(promise), await promise])
        const other = own.cancellable()
        print(await other.then((value) => value + '!'))`,
      printed: [[true, 'cancelled', ['cancel'], 'done'], 'done!'],
      records: ['cancellable', 'cancellable'],
    },
    {
      // 7
      it: 'an async generator is one record, drained, left early or failed',
      body: `const all = []
        for await (const page of own.pages()) all.push(page)
        print([all, own.log.splice(0)])
        for await (const page of own.pages()) if (page === 1) break
        print(own.log.splice(0))
        try { for await (const page of own.pages()) throw new TypeError('mine') } catch (error) { print([error.message, own.log.splice(0)]) }
        try { for await (const page of own.broken()) print(page) } catch (error) { print(error.message) }
        const pages = own.pages()
        print([Object.prototype.toString.call(pages), Object.keys(pages), pages[Symbol.asyncIterator]() === pages, await pages.next(), await pages.return('r'), await pages.next()])
        print(own.log.splice(0))`,
      records: ['pages', 'pages', 'pages', 'broken!RangeError', 'pages'],
    },
    {
      it: 'an async generator that nobody starts runs nothing and leaves no record',
      body: 'own.pages(); print(own.log.length)',
      printed: [0],
      records: [],
    },
    {
      it: 'a generator function stays one',
      body: `const numbers = own.numbers()
        print([numbers instanceof own.numbers, Object.prototype.toString.call(numbers), [...numbers], own.log.splice(0)])
        for (const n of own.numbers()) break
        print(own.log.splice(0))
        try { [...own.brokenSync()] } catch (error) { print(error.message) }
        try { new own.numbers() } catch (error) { print([error.constructor.name]) }`,
      records: ['numbers', 'numbers', 'brokenSync!RangeError'],
    },
    {
      it: 'a Node stream is neither consumed nor listened to, and the call ends with its consumer',
      body: `const stream = own.stream()
        await new Promise((resolve) => setTimeout(resolve, 10))
        print([own.pulled(), stream.readableFlowing, stream.eventNames(), stream.listenerCount('end'), stream.listenerCount('error'), Object.keys(stream).includes('emit')])
        let text = ''
        for await (const chunk of stream) text += chunk
        print(text)
        for await (const chunk of own.stream()) break
        const flowing = own.stream()
        let size = 0
        flowing.on('data', (chunk) => (size += chunk.length))
        await new Promise((resolve) => flowing.on('end', resolve))
        print(size)
        try { for await (const chunk of own.streamFail()); } catch (error) { print(error.message) }
        const later = await own.laterStream()
        print([later.constructor.name, later.readableFlowing])
        for await (const chunk of later);
        own.stream()`,
      records: ['stream', 'stream', 'stream', 'streamFail!RangeError', 'laterStream'],
    },
    {
      it: 'a web stream is neither consumed nor locked, and the call ends with its consumer',
      body: `const stream = own.web()
        await new Promise((resolve) => setTimeout(resolve, 10))
        print([own.webRead(), stream.locked, Object.prototype.toString.call(stream), Object.keys(stream)])
        let text = ''
        for await (const chunk of stream) text += chunk
        print(text)
        const reader = own.web().getReader()
        print([await reader.read(), await reader.read(), await reader.read(), reader.constructor.name])
        for await (const chunk of own.web()) break
        await own.web().cancel('enough')
        const chunks = []
        await own.web().pipeTo(new WritableStream({ write: (chunk) => void chunks.push(chunk) }))
        print(chunks)
        const through = own.web().pipeThrough(new TransformStream({ transform: (chunk, controller) => controller.enqueue(chunk + chunk) }))
        print(await through.getReader().read())
        const [left, right] = own.web().tee()
        const drain = async (one) => { let all = ''; for await (const chunk of one) all += chunk; return all }
        print(await Promise.all([drain(left), drain(right)]))
        print(await new Response(own.web().pipeThrough(new TextEncoderStream())).text())
        own.web()`,
      records: ['web', 'web', 'web', 'web', 'web', 'web', 'web'],
    },
    {
      it: 'a callback gets its this and all its arguments, and ends the call',
      body: `const args = ['a', function done(...values) { print([this.me, values, arguments.length]) }]
        const passed = args[1]
        print(own.callback(...args))
        await new Promise((resolve) => setTimeout(resolve, 20))
        print(args[1] === passed)
        await new Promise((resolve) => own.callbackFail((error) => { print([error.message, error instanceof RangeError]); resolve() }))
        own.callbackSync((error, value) => print([error, value]))
        try { own.callbackSync((error, value) => { throw new EvalError('in callback') }) } catch (error) { print(error.message) }
        try { own.callbackFail() } catch (error) { print(error.constructor.name) }`,
      check: (records) =>
        assert.deepEqual(
          records.map(({ name, error }) => [name, error]),
          [
            ['own.callback', undefined],
            ['own.callbackFail', 'RangeError'],
            ['own.callbackSync', undefined],
            ['own.callbackSync', undefined],
            ['own.callbackFail', 'TypeError'],
          ],
        ),
    },
  ],
})
