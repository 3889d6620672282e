import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { compileMatch, packageOf, pathOf, realPath, stem } from '../../../agent/load/match.ts'

/** Writes files, those of `json` as JSON. */
function write(folder: string, files: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), typeof value === 'string' ? value : JSON.stringify(value))
  }
}

describe('which watched module a loaded one is', () => {
  let folder = ''
  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'match-')))
    const exports = { '.': { types: './index.d.ts', import: './index.mjs', default: './index.js' } }
    const scoped = { name: '@scope/name', version: '2.0.0', main: './lib', module: 'esm/start.js' }
    write(folder, {
      'package.json': { name: 'application' },
      'node_modules/openai/package.json': { name: 'openai', version: '6.1.0', exports },
      'node_modules/openai/lib/package.json': { type: 'module' },
      'node_modules/openai/dist/package.json': { name: 'openai', version: '6.1.0' },
      'node_modules/openai/parts/package.json': { name: 'openai/parts' },
      'node_modules/openai/vendor/package.json': { name: '@scope/name', version: '1.0.0', main: 'x.js' },
      'node_modules/@scope/name/package.json': scoped,
      'node_modules/alias/package.json': { name: 'openai', version: '4.0.0', main: 'index.js' },
      'node_modules/taken/node_modules/openai/package.json': { name: 'other', main: 'index.js' },
      'node_modules/bare/index.js': '',
      'linked/package.json': { name: 'linked', exports: { './*': './src/*.js', './only': null } },
      'linked/dist/package.json': { name: 'linked', version: '1.0.0' },
    })
  })
  after(() => rmSync(folder, { recursive: true }))
  const matcher = () =>
    compileMatch([
      { module: 'openai' },
      { module: '@scope/name' },
      { module: '@scope/name', file: 'dist/inner' },
      { module: join(folder, 'src/service.js') },
      { module: 'openai', file: 'lib/deep' },
      { module: 'openai' },
      { module: 'bare' },
      { module: 'linked/sub/a' },
      { module: 'linked/only' },
      { module: 'node:fs' },
      { module: 'mine', root: join(folder, 'node_modules/alias') },
    ])
  const at = (path: string, specifier?: string) => matcher()(join(folder, path), specifier)

  it('is told by the file that the package leads to, for import and require', () => {
    for (const file of ['index.js', 'index.mjs']) assert.deepEqual(at(`node_modules/openai/${file}`), [0, 5])
    for (const file of ['lib/index.js', 'lib.js', 'esm/start.js'])
      assert.deepEqual(at(`node_modules/@scope/name/${file}`), [1])
    for (const file of ['index.d.ts', 'other.js', 'lib/index.js', 'index/index.js', 'index.json'])
      assert.deepEqual(at(`node_modules/openai/${file}`), [], file)
    assert.deepEqual(at('node_modules/bare/index.js'), [6])
  })

  it('is told by what its package calls itself, not by its folder', () => {
    assert.deepEqual(at('node_modules/alias/index.js'), [0, 5, 10])
    assert.deepEqual(at('node_modules/taken/node_modules/openai/index.js', 'openai'), [])
    assert.deepEqual(at('elsewhere/openai/index.js', 'openai'), [])
    assert.deepEqual(matcher()(undefined, 'openai'), [])
  })

  it('is told by its name, where the application resolves that otherwise', () => {
    assert.deepEqual(at('node_modules/openai/edge.js', 'openai'), [0, 5])
    assert.deepEqual(at('node_modules/openai/edge.js', 'openai/edge'), [])
  })

  it('is told by the path of an internal file, whatever its extension', () => {
    for (const end of ['.js', '.cjs', '.mjs', '.ts', '.mts', '.cts', '.jsx', '.tsx'])
      assert.deepEqual(at(`node_modules/@scope/name/dist/inner${end}`, './inner.js'), [2])
    assert.deepEqual(at('node_modules/openai/lib/deep.mjs'), [4])
    assert.deepEqual(at('node_modules/other/dist/inner.js'), [])
    assert.deepEqual(at('node_modules/@scope/name/dist/inner.json'), [])
    assert.deepEqual(at('node_modules/@scope/name/dist/inner-two.js'), [])
  })

  it('is of the installed package, whatever is in its folders', () => {
    const parts = compileMatch([{ module: 'openai', file: 'dist/a' }, { module: '@scope/name' }])
    const hits = (path: string) => parts(join(folder, 'node_modules/openai', path))

    assert.deepEqual([hits('dist/a.js'), hits('vendor/x.js'), hits('parts/a.js')], [[0], [], []])
  })

  it('is of the outermost folder of that name, where it is linked', () => {
    const parts = compileMatch([{ module: 'linked', file: 'dist/a' }])

    assert.deepEqual(parts(join(folder, 'linked/dist/a.js')), [0])
  })

  it('is told by a path of the package', () => {
    assert.deepEqual(at('linked/src/sub/a.js'), [7])
    assert.deepEqual(at('linked/src/only.js'), [])
    assert.deepEqual(at('linked/src/sub/b.js'), [])
  })

  it('is none where a file of the package itself imports it by a relative path', () => {
    const file = 'node_modules/openai/index.mjs'
    for (const inner of ['./index.mjs', '../index.mjs', '../../index.mjs', './index.mjs?x'])
      assert.deepEqual(at(file, inner), [])
    for (const outer of ['./node_modules/openai/index.mjs', '../openai/index.mjs', '#openai', join(folder, file)])
      assert.deepEqual(at(file, outer), [0, 5], outer)
  })

  it('is a built-in with or without its prefix', () => {
    for (const name of ['fs', 'node:fs']) assert.deepEqual(matcher()(name), [9])
    assert.deepEqual(matcher()('node:path'), [])
  })

  it("is told by the path of the application's own file", () => {
    assert.deepEqual(at('src/service.ts', 'whatever'), [3])
    assert.deepEqual(at('src/service/index.ts', 'whatever'), [])
    assert.deepEqual(at('other/src/service.js', 'whatever'), [])
  })

  it('follows links of folders, to files known under another extension too', () => {
    write(folder, { 'real/own.ts': '' })
    symlinkSync(join(folder, 'real'), join(folder, 'link'), 'dir')

    const linked = compileMatch([{ module: join(folder, 'link/own.js') }])

    assert.deepEqual(linked(join(folder, 'real/own.ts'), undefined), [0])
    assert.deepEqual(linked(join(folder, 'link/own.ts'), undefined), [0])
    assert.equal(realPath(join(folder, 'link/none/deep.js')), join(folder, 'real/none/deep.js'))
  })
})

describe('names and paths', () => {
  it('a package is the first part of a specifier, or the first two of a scoped one', () => {
    assert.deepEqual(['a', 'a/b/c', '@s/a', '@s/a/b'].map(packageOf), ['a', 'a', '@s/a', '@s/a'])
  })

  it("a path is that of a file URL without its query, or a built-in's name", () => {
    assert.equal(pathOf('file:///app/a%20b.js?v=1#x'), '/app/a b.js')
    assert.equal(pathOf('node:fs'), 'node:fs')
    assert.equal(pathOf('data:text/javascript,1'), undefined)
    assert.equal(pathOf('file://host/a.js'), undefined)
  })

  it('a stem has no extension of a module', () => {
    assert.deepEqual(['a.js', 'a.mts', 'a.json', 'a.test.cjs', 'a'].map(stem), ['a', 'a', 'a.json', 'a.test', 'a'])
  })
})
