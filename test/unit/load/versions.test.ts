import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fitOf, versionOf } from '../../../agent/load/versions.ts'

describe('how a version fits a range', () => {
  const cases: readonly (readonly [version: string | undefined, range: string | undefined, fit: string])[] = [
    ['6.0.0', '>=6 <8', 'tested'],
    ['7.99.1', '>=6 <8', 'tested'],
    ['8.0.0', '>=6 <8', 'untested'],
    ['9.1.0', '>=6 <8', 'untested'],
    ['5.99.9', '>=6 <8', 'unsupported'],
    ['7.0.0-beta.1', '>=6 <8', 'tested'],
    ['1.5.0', '>=1 <2 || >=3 <4', 'tested'],
    ['2.5.0', '>=1 <2 || >=3 <4', 'unsupported'],
    ['4.0.0', '>=1 <2 || >=3 <4', 'untested'],
    [undefined, '>=6 <8', 'tested'],
    ['6.0.0', undefined, 'tested'],
  ]
  for (const [version, range, fit] of cases) {
    it(`is ${fit}: ${version} for ${range}`, () => {
      assert.equal(fitOf(version, range), fit)
    })
  }
})

describe('the version of a file', () => {
  let folder = ''
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'versions-'))
    const files = {
      'node_modules/a/package.json': '{ "name": "a", "version": "1.2.3" }',
      'node_modules/a/dist/esm/package.json': '{ "type": "module" }',
      'node_modules/a/broken/package.json': '{',
      'node_modules/none/package.json': '{ "name": "none" }',
      'package.json': '{ "name": "app", "version": "9.9.9" }',
    }
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
  })
  after(() => rmSync(folder, { recursive: true }))

  it('is that of the nearest package.json that has one', () => {
    for (const file of ['index.js', 'dist/esm/deep/x.js', 'broken/x.js'])
      assert.equal(versionOf(join(folder, 'node_modules/a', file)), '1.2.3')
    assert.equal(versionOf(join(folder, 'src/x.js')), '9.9.9')
    assert.equal(versionOf('node:fs'), process.versions.node)
  })

  it('is not that of the application for a package without one', () => {
    assert.equal(versionOf(join(folder, 'node_modules/none/x.js')), undefined)
    assert.equal(versionOf(join(folder, 'node_modules/gone/x.js')), undefined)
  })
})
