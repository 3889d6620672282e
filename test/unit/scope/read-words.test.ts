import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseWords, wordNames } from '../../../agent/call-words.ts'
import type { Raw } from '../../../agent/model.ts'
import { compileGet, compilePath } from '../../../agent/scope/read.ts'

const call: Raw = {
  self: new (class {
    name = 'service'
    empty = ''
    own = () => 1
    run() {}
  })(),
  args: [
    {
      one: 1,
      text: '2',
      list: [1, [2, 3], null],
      places: [0, 1, 2],
      turned: [1, 0],
      passed: [0, 2],
      empty: [],
      map: { a: 1, b: 2 },
      none: null,
      zero: 0,
      yes: true,
    },
    'text',
  ],
  result: {
    rows: [{ size: 1, hits: [1, 2] }, { hits: [] }, { size: 5 }, 'odd'],
    floats: Float32Array.of(1, 2),
    vectors: [[[1, 2, 3]], [[4, 5, 6]]],
    named: { sparse: { indices: [1], values: [2] }, image: [[1, 2]] },
    sparse: { indices: [1, 5, 8], values: [1, 2, 3] },
    bytes: Buffer.of(1, 2, 3),
  },
}
const read = (words: string) => compilePath(words)(call)

describe('the words of metadata', () => {
  const examples: Readonly<Record<string, unknown>> = {
    // Literals.
    "'search'": 'search',
    "''": '',
    '1': 1,
    '0.5': 0.5,
    true: true,
    false: false,
    undefined: undefined,
    // Choices.
    'args.0.missing ?? args.0.one': 1,
    'args.0.none ?? args.0.zero ?? args.0.one': 0,
    'args.0.zero || args.0.one': 1,
    'this.empty || undefined': undefined,
    'args.0.yes && args.0.one': 1,
    'args.0.missing && args.0.one': undefined,
    'args.0.missing ?? args.0.zero && args.0.one': 0,
    "args.1 == 'text'": true,
    "args.1 == 'other' || args.0.one == 1": true,
    // Places.
    'unmoved(args.0.places)': true,
    'unmoved(args.0.turned)': false,
    'unmoved(args.0.passed)': false,
    'unmoved(args.0.empty)': undefined,
    'unmoved(args.0.list)': undefined,
    'unmoved(args.0.missing)': undefined,
    'unmoved(args.1)': undefined,
    // Groups.
    '(args.0.missing ?? args.0).one': 1,
    '(args.0.missing ?? args.0.map).b': 2,
    '(args.0.zero || args.0).list.1.0': 2,
    '((args.0.none ?? result).rows).-1': 'odd',
    '(result.other ?? result.rows).*.size': [1, undefined, 5, undefined],
    'size((args.0.missing ?? args.0).list)': 3,
    '(args.0.one + 2) * 3': 9,
    "(args.1 ?? 1) == 'text' && 1": 1,
    '(args.1)': 'text',
    '(args.0.missing).deeper': undefined,
    "('text').length": 4,
    // What is inherited and a function is no data.
    'has(args.0.list.filter)': false,
    'is(args.0.list.find || args.0.list.keys || args.0.list.at)': false,
    'is(args.1.at)': false,
    'has(args.0.toString)': false,
    'has(this.run)': false,
    'has(this.own)': true,
    'args.0.constructor.name': 'Object',
    // Arithmetic: of two numbers, else nothing.
    'args.0.one + 1': 2,
    'args.0.one + 2 * 3': 7,
    'args.0.list.length / 2': 1.5,
    'args.0.text * 1000': 2000,
    'args.0.missing + 1': undefined,
    'args.1 + 1': undefined,
    // Lists.
    'result.rows.*.size': [1, undefined, 5, undefined],
    'result.rows.*.hits.length': [2, 0, undefined, undefined],
    'args.*.one': [1, undefined],
    'args.-1': 'text',
    'result.rows.-1': 'odd',
    'result.floats.-1': 2,
    'args.0.map.*': undefined,
    'args.0.map.-1': undefined,
    // What each word with parentheses gives.
    'count(args.0.list)': 3,
    'count(args.0.missing)': 0,
    'many(args.0.list)': 3,
    'many(args.1)': 1,
    'many(args.0.missing)': undefined,
    'texts(args.0.list)': 1,
    'size(args.0.list)': 3,
    'size(args.1)': undefined,
    'total(args.0.list)': 3,
    'total(result.rows.*.hits)': 2,
    'total(args.1)': undefined,
    'trues(result.rows.*.size)': 2,
    'trues(args.1)': undefined,
    'keys(args.0.map)': 2,
    'keys(args.1)': undefined,
    'chars(args.1)': 4,
    'chars(args.0.list)': undefined,
    'number(args.0.text)': 2,
    'number(args.1)': undefined,
    'number(args.0.none)': undefined,
    'sum(args.0.list)': 6,
    'sum(result.floats)': 3,
    'sum(args.0.one)': 1,
    'sum(result.rows.*.size)': 6,
    'sum(result.rows.*.missing)': undefined,
    'dimensions(args.0.list)': 3,
    'dimensions(result.floats)': 2,
    'dimensions(result.vectors)': 3,
    'dimensions(result.named)': 2,
    'dimensions(result.sparse)': undefined,
    'dimensions(result.bytes)': undefined,
    'dimensions(args.1)': undefined,
    'has(args.0.none)': true,
    'has(args.0.missing)': false,
    'has(args.0.missing) || has(args.0.one)': true,
    'is(args.0.zero)': false,
    'is(keys(args.0.map))': true,
    'contents(args.1)': 'text',
    "provider('https://api.groq.com/openai/v1')": 'groq',
    'provider(args.1)': undefined,
    "provider('http://service') ?? 'openai_compatible'": 'openai_compatible',
  }
  for (const [words, value] of Object.entries(examples))
    it(`${words} gives ${JSON.stringify(value)}`, () => {
      assert.deepEqual(read(words), value)
    })

  it('are all here', () => {
    for (const name of wordNames)
      assert.ok(
        Object.keys(examples).some((words) => words.startsWith(`${name}(`)),
        name,
      )
  })

  it('stand beside numbers and booleans, which are themselves', () => {
    assert.deepEqual([compileGet(1)(call), compileGet(true)(call)], [1, true])
  })

  it('say what is wrong, and where', () => {
    const messages: Readonly<Record<string, RegExp>> = {
      'args.0 ?? foo.1': /is not a path: at 11 it should have this, args, result, chunk, .*, not foo\.1$/,
      'args.0 ??args.1': /at 7 it should have its end, or one of \?\? .* between spaces, not {2}\?\?args\.1$/,
      'count(args.0': /at 13 it should have a \), not its end$/,
      '(args.0 ?? this.a': /at 18 it should have a \), not its end$/,
      '()': /at 2 it should have this, args/,
      '(args.0)a': /at 9 it should have its end/,
      '(args.0).': /at 9 it should have its end/,
      '(args.0).a(1)': /at 11 it should have its end/,
      'args.0.(a)': /at 7 it should have its end/,
      'args.0 + ': /at 10 it should have this, args/,
      "'text": /at 1 it should have this, args/,
      'size()': /at 6 it should have this, args/,
      'truest(args)': /at 1 it should have/,
    }
    for (const [words, message] of Object.entries(messages)) assert.throws(() => parseWords(words), message)
  })
})

describe('words that meet hostile values', () => {
  let ran: string[] = []
  const run = (what: string) => () => {
    ran.push(what)
    return undefined
  }
  const traps = Object.fromEntries(
    Object.getOwnPropertyNames(Reflect).map((trap) => [
      trap,
      (...args: unknown[]) => {
        ran.push(trap)
        return Reflect.apply((Reflect as never)[trap], undefined, args)
      },
    ]),
  )
  const names = ['0', 'a', 'length', 'toString', 'valueOf', 'toJSON', 'then', 'constructor']
  const symbols = [Symbol.iterator, Symbol.toPrimitive, Symbol.asyncIterator, Symbol.toStringTag]
  const withGetters = <T extends object>(object: T): T => {
    for (const key of [...names, ...symbols])
      Reflect.defineProperty(object, key, { get: run(`get ${String(key)}`), configurable: true, enumerable: true })
    return object
  }
  const methods = Object.fromEntries([...names, ...symbols].map((key) => [key, run(`${String(key)}()`)]))
  const values: Readonly<Record<string, unknown>> = {
    proxy: new Proxy({ a: 1 }, traps),
    'proxy of a list': new Proxy([1, 2], traps),
    'proxy of a function': new Proxy(() => {}, traps),
    getters: withGetters({}),
    'a list of getters': withGetters([1, 2]),
    'getters that are inherited': Object.create(withGetters({})),
    'an object of a proxy': Object.create(new Proxy({}, traps)),
    'typed array with getters': withGetters(Float32Array.of(1)),
    methods,
    'a class with toString': new (class {
      toString = run('toString')
      valueOf = run('valueOf')
    })(),
    'a symbol': Symbol('s'),
    'a bigint': 1n,
    'a list with holes': new Array(3),
  }
  const forms = [
    '(args.9 ?? args.0)',
    '(args.9 ?? args.0).a.*',
    'args.0',
    'args.0.a',
    'args.0.*',
    'args.0.-1',
    'args.0.*.a',
    'args.0.length',
  ]
  const all = forms.flatMap((form) => [
    form,
    ...wordNames.map((name) => `${name}(${form})`),
    ...['??', '||', '&&', '==', '+', '*', '/'].map((operator) => `${form} ${operator} ${form}`),
  ])

  for (const [what, value] of Object.entries(values))
    it(`run nothing of a ${what}, and never throw`, () => {
      ran = []
      for (const words of all) {
        for (const one of [value, [value], { a: value }, [[value]]])
          assert.doesNotThrow(() => compilePath(words)({ self: value, args: [one], result: one }), words)
      }

      assert.deepEqual(ran, [])
    })
})
