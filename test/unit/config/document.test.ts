// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration's own syntax
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DocumentError, parse } from '../../../agent/config/document.ts'
import type { Node } from '../../../agent/config/node.ts'

const plain = (node: Node | undefined): unknown => {
  if (node === undefined) return undefined
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'list') return node.items.map(plain)
  return node.entries.map(({ key, value }) => [key, plain(value)])
}
const read = (text: string) => plain(parse(text, {}).section)
const failing = (text: string, message: RegExp, location: string) =>
  assert.throws(
    () => parse(text, {}),
    (error) => error instanceof DocumentError && message.test(error.message) && error.location === location,
  )

describe('the document', () => {
  it('knows line and column of every value', () => {
    const { section, location } = parse(
      'a: 1\nruntime:\n  profiling:\n    mode: full\n    targets: [x,\n      y]\n',
      {},
    )

    const [mode, targets] = section?.kind === 'map' ? section.entries : []
    const items = targets?.value.kind === 'list' ? targets.value.items : []
    assert.deepEqual(
      [mode?.at, mode?.value.at, targets?.value.at, items[1]?.at].map((at) => location(at ?? 0)),
      ['4:5', '4:11', '5:14', '6:7'],
    )
  })

  it('counts lines the same with CRLF', () => {
    const { section, location } = parse('runtime:\r\n  profiling:\r\n    mode: full\r\n', {})

    assert.equal(location((section?.kind === 'map' && section.entries[0]?.at) || 0), '3:5')
    assert.deepEqual(plain(section), [['mode', 'full']])
  })

  it('has no section in an empty file, and names the key that may have been meant', () => {
    assert.deepEqual(parse('', {}).missing, { at: 0, hint: '' })
    assert.deepEqual(parse('runtime: 5', {}).missing, { at: 9, hint: '' })
    assert.deepEqual(parse('other: 1\nruntim: {}', {}).missing, { at: 9, hint: 'runtim' })
    assert.deepEqual(parse('runtime: { profling: {} }', {}).missing, { at: 11, hint: 'profling' })
    assert.equal(parse('runtime: { profiling: }', {}).missing, undefined)
  })

  it('merges maps under the own keys, wherever << stands', () => {
    const base = 'a: &a { x: 1, y: 1 }\nb: &b { y: 2, z: 2 }\n'

    assert.deepEqual(read(`${base}runtime: { profiling: { x: 3, <<: *a } }`), [
      ['x', 3],
      ['y', 1],
    ])
    assert.deepEqual(read(`${base}runtime: { profiling: { <<: [*a, *b] } }`), [
      ['x', 1],
      ['y', 1],
      ['z', 2],
    ])
    assert.deepEqual(parse(`${base}runtime: { profiling: { <<: *a, x: 3 } }`, {}).repeated, [])
  })

  it('finds the section through aliases and merges', () => {
    assert.deepEqual(read('r: &r { profiling: { mode: full } }\nruntime: *r'), [['mode', 'full']])
    assert.deepEqual(read('r: &r { profiling: { mode: full } }\nruntime: { <<: *r }'), [['mode', 'full']])
  })

  it('takes the latest anchor of a name before the alias', () => {
    const text = 'a: &a 1\nb: &a 2\nruntime: { profiling: { x: *a } }\nc: &a 3'

    assert.deepEqual(read(text), [['x', 2]])
  })

  it('keeps the last of repeated keys and tells where it stands', () => {
    const document = parse('runtime:\n  profiling:\n    mode: full\n    mode: sampling\n', {})

    assert.deepEqual(plain(document.section), [['mode', 'sampling']])
    assert.deepEqual(
      document.repeated.map(({ key, at }) => [key, document.location(at)]),
      [['mode', '4:5']],
    )
  })

  it('reads __proto__ and constructor as keys like any other', () => {
    assert.deepEqual(read('runtime: { profiling: { __proto__: { enabled: true }, constructor: 1 } }'), [
      ['__proto__', [['enabled', true]]],
      ['constructor', 1],
    ])
    assert.equal(({} as { enabled?: boolean }).enabled, undefined)
  })

  it('refuses what is malformed, at its place', () => {
    failing('runtime:\n  profiling:\n\tmode: full\n', /^Tabs are not allowed as indentation$/, '3:1')
    failing('a: 1\n---\nb: 2\n', /multiple documents/, '2:1')
    failing('runtime:\n  profiling: { x: *no }\n', /^\*no names no anchor$/, '2:19')
    failing('runtime:\n  profiling: { x: ${A} }\n', /; inside \[ \] and \{ \} put it in quotes$/, '2:20')
  })

  it('reads values 100 levels deep and refuses 101', () => {
    const nested = (depth: number) => `runtime:\n  profiling: ${'['.repeat(depth)}${']'.repeat(depth)}\n`

    assert.ok(Array.isArray(read(nested(101))))
    failing(nested(102), /^more than 100 levels deep$/, '2:115')
  })

  it('refuses an alias bomb in the section, and never opens one elsewhere', () => {
    const bomb = Array.from({ length: 12 }, (_, i) => `b${i}: &b${i} [${Array(9).fill(i ? `*b${i - 1}` : 'x')}]`)

    assert.throws(
      () => parse(`${bomb.join('\n')}\nruntime: { profiling: { targets: *b11 } }`, {}),
      /^Error: more than 10000 values once its aliases are expanded$/,
    )
    assert.deepEqual(read(`${bomb.join('\n')}\nruntime: { profiling: { mode: full } }`), [['mode', 'full']])
  })

  it('refuses a bomb of merges and a map that merges itself', () => {
    const bomb = Array.from(
      { length: 9 },
      (_, i) => `m${i}: &m${i} { <<: [${Array(9).fill(i ? `*m${i - 1}` : '{}')}] }`,
    )

    assert.throws(() => parse(`${bomb.join('\n')}\nruntime: { profiling: *m8 }`, {}), /more than 10000 values/)
    assert.throws(() => parse('runtime: { profiling: &p { <<: *p } }', {}), /more than 100 levels deep/)
    assert.throws(() => parse('runtime: { profiling: &p [*p] }', {}), /more than 100 levels deep/)
  })
})
