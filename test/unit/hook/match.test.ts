import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { compileMatch, packageOf, pathOf, realPath, stem } from '../../../agent/hook/match.ts'

describe('which watched module a loaded one is', () => {
  const match = compileMatch([
    { module: 'openai' },
    { module: '@scope/name' },
    { module: '@scope/name', file: 'dist/inner' },
    { module: '/app/src/service.js' },
    { module: 'openai', file: 'lib/deep' },
    { module: 'openai' },
  ])

  it('is told by the words it was asked for with', () => {
    assert.deepEqual(match('/any/where.js', 'openai'), [0, 5])
    assert.deepEqual(match(undefined, '@scope/name'), [1])
    assert.deepEqual(match('/x/node_modules/openai/index.js', './index.js'), [])
    assert.deepEqual(match(undefined, undefined), [])
  })

  it('is told by the path of an internal file, whatever its extension', () => {
    for (const end of ['.js', '.cjs', '.mjs', '.ts', '.mts', '.cts', '.jsx', '.tsx'])
      assert.deepEqual(match(`/x/node_modules/@scope/name/dist/inner${end}`, './inner.js'), [2])
    assert.deepEqual(match('/x/node_modules/.pnpm/openai@6/node_modules/openai/lib/deep.mjs', undefined), [4])
    assert.deepEqual(match('/x/node_modules/other/dist/inner.js', undefined), [])
    assert.deepEqual(match('/x/node_modules/@scope/name/dist/inner.json', undefined), [])
    assert.deepEqual(match('/x/node_modules/@scope/name/dist/inner-two.js', undefined), [])
  })

  it("is told by the path of the application's own file", () => {
    assert.deepEqual(match('/app/src/service.ts', 'whatever'), [3])
    assert.deepEqual(match('/app/src/service/index.ts', 'whatever'), [])
    assert.deepEqual(match('/other/app/src/service.js', 'whatever'), [])
  })

  it('is each of those that it is, once', () => {
    assert.deepEqual(match('/x/node_modules/openai/lib/deep.js', 'openai'), [0, 5, 4])
  })

  it('follows links of folders, to files known under another extension too', () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'match-')))
    try {
      mkdirSync(join(folder, 'real'))
      writeFileSync(join(folder, 'real/own.ts'), '')
      symlinkSync(join(folder, 'real'), join(folder, 'link'), 'dir')

      const linked = compileMatch([{ module: join(folder, 'link/own.js') }])

      assert.deepEqual(linked(join(folder, 'real/own.ts'), undefined), [0])
      assert.deepEqual(linked(join(folder, 'link/own.ts'), undefined), [0])
      assert.equal(realPath(join(folder, 'link/none/deep.js')), join(folder, 'real/none/deep.js'))
    } finally {
      rmSync(folder, { recursive: true })
    }
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
