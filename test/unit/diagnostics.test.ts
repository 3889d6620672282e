import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import {
  createWarnOnce,
  faultOf,
  lineOf,
  locationsOf,
  ours,
  reasonOf,
  textOf,
  visible,
} from '../../agent/diagnostics.ts'
import { root } from '../support/application.ts'

const hostile = [
  ...['\0', '\b', '\n', '\r', '\t', '\u001b[2J', '\u007f', '\u0085', '\u009b31m'],
  ...['\u061c', '\u200b', '\u200d', '\u200e', '\u200f', '\u2028', '\u2029', '\u2060', '\ufeff', '\u00ad', '\u3164'],
  ...['\u202a', '\u202b', '\u202c', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069', '\u{e0041}', '\ud800'],
]

describe('a line of the agent', () => {
  it('is one line and shows all that stands in it', () => {
    for (const part of hostile) {
      const line = lineOf(`before ${part} after`)

      assert.match(
        line,
        /^crossbridge: before (\\[nrt]|(\\u[\da-f]{4}){1,2}(\[2J|31m)?) after\n$/,
        JSON.stringify(part),
      )
    }
    assert.equal(lineOf('a\u001b[2J\u202eb'), 'crossbridge: a\\u001b[2J\\u202eb\n')
    assert.equal(lineOf('Grüße 你好 😀 “a” – b'), 'crossbridge: Grüße 你好 😀 “a” – b\n')
  })

  it('has further lines only where the agent itself says them', () => {
    const lines: string[] = []
    createWarnOnce((line) => lines.push(line))('cause', 'what became:', '  a\nb', '  c')

    assert.deepEqual(lines, ['crossbridge: what became:\n  a\\nb\n  c\n'])
  })

  it('has 4,000 characters of a text at most', () => {
    assert.equal(lineOf('a'.repeat(4000)).length, 'crossbridge: \n'.length + 4000)
    assert.equal(lineOf('a'.repeat(4001)), `crossbridge: ${'a'.repeat(4000)}…\n`)
  })

  it('stays the same JSON', () => {
    for (const part of hostile) assert.equal(JSON.parse(visible(JSON.stringify(part))), part)
  })

  it('is made in register.mjs as it is here', () => {
    const [, text = ''] = /(function visible.+?\n\})/s.exec(readFileSync(join(root, 'register.mjs'), 'utf8')) ?? []
    const own = new Function(`${text}; return visible`)() as (text: string) => string

    for (const part of hostile) assert.equal(own(`a${part}b`), visible(`a${part}b`))
    assert.equal(own('a'.repeat(4001)).length, 4000)
  })
})

describe('what is told of an error', () => {
  const secret = 'no rows for SECRETTEXT sk-SECRETKEY\n2026 INFO\u001b[2J'

  it('is its class, and its code', () => {
    class NoRows extends Error {}

    assert.equal(textOf(new NoRows(secret)), 'NoRows')
    assert.equal(textOf(Object.assign(new TypeError(secret), { code: 'ERR_NO_ROWS' })), 'TypeError ERR_NO_ROWS')
    assert.equal(textOf(Object.assign(new Error(secret), { code: secret, name: secret })), 'Error')
    assert.equal(textOf(secret), 'string was thrown')
    assert.equal(textOf(undefined), 'undefined was thrown')
    assert.equal(textOf(null), 'null was thrown')
    assert.equal(textOf(Object.create(null)), 'an error')
    assert.equal(textOf({ toString: () => secret, message: secret }), 'Object')
  })

  it('runs nothing of the application', () => {
    let ran = 0
    const run = () => {
      ran++
      throw new Error(secret)
    }
    const traps = new Proxy({}, { get: () => run })
    const getters = Object.defineProperties(new Error('x'), {
      ...{ message: { get: run }, code: { get: run }, constructor: { get: run } },
      ...{ toString: { get: run }, name: { get: run } },
    })
    class Named extends Error {
      static override get name(): string {
        return run()
      }
    }

    for (const thrown of [
      new Proxy(new Error(secret), traps),
      getters,
      Object.create(new Proxy({}, traps)),
      new Named(),
    ])
      for (const say of [textOf, reasonOf]) assert.match(say(thrown), /^(an error|Error)$/)
    assert.equal(ran, 0)
  })

  it('is more where the words are the system’s, or the agent’s own', () => {
    assert.equal(textOf(ours('it is full')), 'it is full')
    let error: unknown
    try {
      readFileSync('/nowhere/at-all')
    } catch (thrown) {
      error = thrown
    }
    assert.equal(reasonOf(error), "ENOENT: no such file or directory, open '/nowhere/at-all'")
    assert.equal(textOf(error), 'Error ENOENT')
    assert.equal(reasonOf(Object.assign(new Error(secret), { code: 'ENOENT' })), 'Error ENOENT')
    assert.equal(
      reasonOf(Object.assign(new Error("Cannot find module 'a'\nRequire stack:\n- b"), { code: 'MODULE_NOT_FOUND' })),
      "Cannot find module 'a'",
    )
  })

  it('is of a fault where in the agent it was', () => {
    const fault = faultOf(new TypeError(secret), root)

    assert.match(fault, /^TypeError at dist\/test\/unit\/diagnostics\.test\.js:\d+:\d+( at [\w@.+/-]+:\d+:\d+)*$/)
    assert.equal(faultOf(secret, root), 'string was thrown')
  })

  it('has none of another’s frames, nor what was written to look like one', () => {
    const error = new Error(
      `x\n    at ${secret} (${root}agent/a.ts:1:2) ${secret}\n    at f (/elsewhere/${secret}.js:1:2)`,
    )
    error.stack = `${error.message}\n    at of (file://${root}agent/b.ts:3:4)`

    assert.deepEqual(locationsOf(error, root), ['agent/b.ts:3:4'])
    for (const stack of [undefined, 5, [], { toString: () => secret }])
      assert.deepEqual(locationsOf(Object.assign(new Error('x'), { stack }), root), [])
  })
})
