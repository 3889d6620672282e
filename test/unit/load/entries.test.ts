import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { entriesOf } from '../../../agent/load/entries.ts'

describe('the files that a name of a package leads to', () => {
  let folder = ''
  let made = 0
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'entries-'))
  })
  after(() => rmSync(folder, { recursive: true }))
  const entries = (manifest: unknown, path = '.', sub?: unknown) => {
    const root = join(folder, `${made++}`)
    mkdirSync(join(root, 'sub'), { recursive: true })
    writeFileSync(join(root, 'package.json'), typeof manifest === 'string' ? manifest : JSON.stringify(manifest))
    if (sub !== undefined) writeFileSync(join(root, 'sub/package.json'), JSON.stringify(sub))
    return entriesOf(root, path)
  }
  const main = ['m', 'm/index']

  it('are those of main and module, or the index', () => {
    assert.deepEqual(entries({}), ['.', 'index'])
    assert.deepEqual(entries('{'), ['.', 'index'])
    assert.deepEqual(entries({ main: 5 }), ['.', 'index'])
    assert.deepEqual(entries({ main: './a.js', module: 'b.mjs' }), ['a.js', 'a.js/index', 'b.mjs', 'b.mjs/index'])
    assert.deepEqual(entries({ main: 'm' }), main)
  })

  it('are those of exports for import and for require, and of main', () => {
    const dual = { import: './i.mjs', require: './r.cjs' }
    assert.deepEqual(entries({ exports: './a.js', main: 'm' }), ['a.js', ...main])
    assert.deepEqual(entries({ exports: dual, main: 'm' }), ['i.mjs', 'r.cjs', ...main])
    assert.deepEqual(entries({ exports: { '.': dual, './sub': './s.js' }, main: 'm' }), ['i.mjs', 'r.cjs', ...main])
    assert.deepEqual(entries({ exports: { './sub': './s.js' }, main: 'm' }), main)
    assert.deepEqual(entries({ exports: { browser: './b.js', node: dual, default: './d.js' }, main: 'm' }), [
      'i.mjs',
      'r.cjs',
      ...main,
    ])
    assert.deepEqual(entries({ exports: { 'module-sync': './s.js', default: './d.js' }, main: 'm' }), [
      'd.js',
      's.js',
      ...main,
    ])
    assert.deepEqual(entries({ exports: { node: { browser: './b.js' }, default: ['./d.js', './e.js'] }, main: 'm' }), [
      'd.js',
      ...main,
    ])
    for (const odd of [5, true, [], {}, { '.': null }, { '.': 5 }, [null]])
      assert.deepEqual(entries({ exports: odd, main: 'm' }), main)
  })

  it('are those of a path, by its pattern too', () => {
    const exports = { './*': './lib/*.js', './a/*': './x/*.mjs', './a/b*c': './y/*/*.js', './none/*': null }
    assert.deepEqual(entries({ exports }, './sub'), ['lib/sub.js'])
    assert.deepEqual(entries({ exports }, './a/q/r'), ['x/q/r.mjs'])
    assert.deepEqual(entries({ exports }, './a/b1c'), ['y/1/1.js'])
    assert.deepEqual(entries({ exports }, './none/x'), [])
    assert.deepEqual(entries({ exports: './a.js' }, './sub'), [])
  })

  it('are the file of a path, or what its folder says, where nothing is exported', () => {
    assert.deepEqual(entries({}, './sub'), ['sub', 'sub/index'])
    assert.deepEqual(entries({}, './sub', { main: '../cjs/sub.js' }), [
      'cjs/sub.js',
      'cjs/sub.js/index',
      'sub',
      'sub/index',
    ])
  })
})
