import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { api, everything, formats, run } from '../../support/application.ts'
import { entryOf, transparent } from '../../support/transparent.ts'

const source = `
const later = (value) => new Promise((resolve) => setImmediate(resolve, value))
const boom = () => new Promise((_, reject) => setImmediate(() => reject(new RangeError('no'))))
const calm = (promise) => { promise.catch(() => {}); return promise }
class Sub extends Promise { static made = 0; constructor(run) { super(run); Sub.made++ } }
let under, kept, keptSub
function handled() { return calm(boom()) }
function shared() { return (under ??= boom()) }
const forget = () => { under = undefined }
function memo() { return (kept ??= Promise.resolve({ hits: 1 })) }
function memoSub() { return (keptSub ??= Sub.resolve(1)) }
function abortable() { return Object.assign(calm(boom()), { abort: () => 'aborted' }) }
function adorned() { return Object.assign(later('value'), { abort: () => 'aborted' }) }
function frozen() { return Object.freeze(later('frozen')) }
function ownThen() { const p = later('own'); p.asked = 0; p.then = function (...handlers) { this.asked++; return Promise.prototype.then.apply(this, handlers) }; return p }
const realm = process.getBuiltinModule('node:vm').runInNewContext('({ make: () => Promise.resolve(9), run: async () => { await 1; throw new RangeError("realm") } })')
function foreign() { return realm.make() }
const foreignAsync = realm.run
class Steps {
  given = []
  next() { const p = calm(this.given.length < 2 ? later({ value: this.given.length, done: false }) : boom()); this.given.push(p); return p }
  [Symbol.asyncIterator]() { return this }
}
function steps() { return new Steps() }
class Lazy {
  then(ok, no) { return later(1).then(ok, no) }
  catch() { return (this.caught ??= calm(boom())) }
  finally() { return calm(boom()) }
}
function lazy() { return new Lazy() }
const memoised = (fn) => { let value; const made = function () { return (value ??= fn()) }; Object.setPrototypeOf(made, Object.getPrototypeOf(fn)); return made }
const dressed = memoised(async function inner() { throw new RangeError('no') })
let connection
function connect() { return (connection ??= calm(boom())) }
let opened
function open() { return (opened ??= later({ async query() { return 'rows' } })) }
function claimed() { return boom() }
function claimedMemo() { return (claimedMemo.kept ??= calm(boom())) }
async function fresh() { await null; throw new RangeError('fresh') }
`

/** Prints the unhandled rejections of what is done in it. */
const unhandled = (body: string) => `
  const raised = []
  const listen = (error) => raised.push(error.message)
  process.on('unhandledRejection', listen)
  ${body}
  await new Promise((resolve) => setTimeout(resolve, 20))
  process.off('unhandledRejection', listen)
  print(raised)`

const beside = (at: string) => ({ at, observe: 'beside' })

transparent('a promise that is not fresh stays what it is', {
  source,
  exports: [
    'Sub,handled,shared,forget,memo,memoSub,abortable,adorned,frozen,ownThen,foreign,foreignAsync,steps,lazy,dressed',
    'connect,open,claimed,claimedMemo,fresh',
  ],
  methods: [
    ...['handled', 'shared', 'abortable', 'steps', 'lazy', 'dressed'].map(beside),
    ...['memo', 'memoSub', 'adorned', 'frozen', 'ownThen', 'foreign', 'foreignAsync', 'fresh', 'open().query'],
    ...['claimed', 'claimedMemo'].map((at) => ({ at, observe: 'chain' })),
  ],
  cases: [
    {
      it: 'one that is handled and dropped raises nothing',
      body: unhandled('own.handled(); own.abortable(); own.handled().catch(() => {})'),
      printed: [[]],
      records: ['handled!RangeError', 'abortable!RangeError', 'handled!RangeError'],
    },
    {
      it: 'one that several share is the same to each, and is handled by one of them for all',
      body: unhandled(
        'const first = own.shared(); print(first === own.shared()); first.catch(() => {}); own.shared(); own.forget()',
      ),
      printed: [true, []],
      records: ['shared!RangeError', 'shared!RangeError', 'shared!RangeError'],
    },
    {
      it: 'one that is kept is the same with each call, of a subclass too',
      body: `print([own.memo() === own.memo(), new Set([own.memo(), own.memo()]).size, (await own.memo()) === (await own.memo())])
        const made = own.Sub.made
        print([own.memoSub() === own.memoSub(), own.Sub.made - made, await own.memoSub()])`,
      printed: [
        [true, 1, true],
        [true, 1, 1],
      ],
      check: (records) => assert.ok(records.length >= 6),
    },
    {
      it: 'takes as many microtasks, and wins or loses the race, as without us',
      body: `const turns = async (promise) => { let n = 0, done = false; const end = promise.then(() => { done = true }); while (!done) { n++; await null } await end; return n }
        print([await turns(own.memo()), await turns(own.memo())])
        print([await Promise.race([own.memo(), Promise.resolve(2)]), await Promise.race([Promise.resolve(2), own.memo()])])
        const order = []
        await Promise.all([own.memo().then(() => order.push('a')), Promise.resolve().then(() => order.push('b'))])
        print(order)`,
      check: (records) => assert.equal(records.length, 5),
    },
    {
      it: 'is recorded when it is awaited, whatever properties it has, frozen, or of another realm',
      body: `for (const make of [own.adorned, own.frozen, own.ownThen, own.foreign]) {
          const promise = make()
          print([Reflect.ownKeys(promise), promise instanceof Promise, Object.isFrozen(promise), await promise, promise.asked])
        }
        const other = own.ownThen()
        print([await other.then((value) => value + '!'), other.asked])
        print(await Promise.all([own.adorned(), Promise.resolve(own.adorned()), (async () => own.adorned())()]))`,
      records: ['adorned', 'frozen', 'ownThen', 'foreign', 'ownThen', 'adorned', 'adorned', 'adorned'],
    },
    {
      it: 'a step of an iterator is the very promise, and raises nothing that was handled',
      body: unhandled(`const steps = own.steps()
        const step = steps.next()
        print([step === steps.given[0], await step])
        await steps.next(); steps.next()
        for await (const value of own.steps()) if (value === 1) break
        try { for await (const _ of own.steps()); } catch (error) { print(error.message) }`),
      printed: [[true, { value: 0, done: false }], 'no', []],
      records: ['steps!RangeError', 'steps!RangeError'],
    },
    {
      it: 'what catch and finally of a thenable give is the very promise',
      body: unhandled(
        'const lazy = own.lazy(); print(lazy.catch(() => {}) === lazy.caught); own.lazy().finally(() => {})',
      ),
      printed: [true, []],
      records: ['lazy!RangeError', 'lazy!RangeError'],
    },
    {
      it: 'a function that keeps its promise is not fresh because it is dressed as async',
      body: unhandled(
        'const first = own.dressed(); print(first === own.dressed()); first.catch(() => {}); own.dressed()',
      ),
      printed: [true, []],
      records: ['dressed!RangeError', 'dressed!RangeError', 'dressed!RangeError'],
    },
    {
      it: 'one on the way to a method is the same to all',
      body: 'print([own.open() === own.open(), await (await own.open()).query()])',
      printed: [[true, 'rows']],
      records: ['query'],
    },
    {
      it: 'one that nobody handles is raised where it is fresh, or is said to be',
      body: unhandled('own.fresh(); own.foreignAsync(); own.claimed()'),
      check: (records, printed) => {
        assert.deepEqual((printed[0] as string[]).toSorted(), ['fresh', 'no', 'realm'])
        assert.equal(records.length, 3)
      },
    },
    {
      it: 'one that is said to be fresh and is not stays the same promise at least',
      body: `const first = own.claimedMemo(); first.catch(() => {})
        print(first === own.claimedMemo())
        await new Promise((resolve) => setTimeout(resolve, 20))`,
      printed: [true],
      records: ['claimedMemo!RangeError', 'claimedMemo!RangeError'],
    },
  ],
})

for (const format of formats) {
  describe(`an application that lives without us, ${format}`, () => {
    const methods = ['handled', 'shared', 'open().query', 'connect().query']
    const application = (body: string, bare = false) =>
      run({
        format,
        bare,
        files: { [`own.${format}`]: `${source}\n${exportsOf(format)}` },
        imports: [
          ['* as own', `./own.${format}`],
          ['{ profile, profiled }', api],
        ],
        config: { ...everything, instrumentations: [entryOf(`./own.${format}`, methods)] },
        body: `${body}\nawait new Promise((resolve) => setTimeout(resolve, 30))\nprint('lives')`,
      })

    it('lives with us, and reports once for each scope what Node may not report', async () => {
      const { code, printed, stderr } = await application(
        `for (let i = 0; i < 3; i++) { own.handled(); own.connect(); profile('hand.made', () => own.shared()) }
        own.shared().catch(() => {})`,
      )

      assert.deepEqual([code, printed], [0, ['lives']])
      const lines = stderr.trim().split('\n')
      assert.deepEqual(lines.map((line) => /^crossbridge: (\S+): a promise/.exec(line)?.[1]).toSorted(), [
        'hand.made',
        'own.handled',
        'own.query',
        'own.shared',
      ])
      const [handled] = lines.filter((line) => line.includes('own.handled'))
      assert.match(handled ?? '', /observe: chain in handled of my_own \(crossbridge\.yml:\d+:\d+\)/)
    })

    it('gets from profile() what its function gives', async () => {
      const { code, printed } = await application(
        `const kept = Promise.resolve(1)
        const wrapped = profiled('hand.kept')(() => kept)
        print([profile('hand.kept', () => kept) === kept, wrapped() === kept, profile('hand.own', () => Object.assign(kept, { x: 1 })) === kept])`,
      )

      assert.deepEqual([code, printed], [0, [[true, true, true], 'lives']])
    })

    it('ends with what nobody handles where the function is async, as without us', async () => {
      for (const call of [
        "profile('hand.made', async () => { await null; throw new RangeError('lethal') })",
        'own.fresh()',
      ]) {
        const [bare, profiled] = await Promise.all([application(call, true), application(call)])

        assert.deepEqual([profiled.code, profiled.printed], [bare.code, bare.printed])
        assert.equal(profiled.code, 1)
        assert.doesNotMatch(profiled.stderr, /crossbridge: .*a promise/)
      }
    })
  })
}

function exportsOf(format: string): string {
  const names = 'handled, shared, connect, open, fresh'
  return format === 'cjs' ? `module.exports = { ${names} }` : `export { ${names} }`
}
