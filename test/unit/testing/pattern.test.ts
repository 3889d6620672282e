import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compilePattern } from '../../../agent/testing/pattern.ts'

const test = { file: 'test/search/rank.test.mjs', titles: ['search', 'of texts', 'GET /rank * > 1'] }
const cases: readonly (readonly [string, boolean])[] = [
  ['test/search/**', true],
  ['./test/search/**', true],
  ['test/*/rank.test.mjs', true],
  ['**/rank.test.mjs', true],
  ['**/search/**', true],
  ['**', true],
  ['search/**', false],
  ['test/*', false],
  ['test/search/rank.test', false],
  ['test/search/rank_test.mjs', false],
  ['search > **', true],
  ['search > of texts > GET /rank * > 1', true],
  ['search > *', false],
  ['of texts > **', false],
  ['test/search/*.mjs > search > **', true],
  ['test/search/*.mjs > of texts > **', false],
  ['test/* > search > **', false],
]

describe('a pattern of tests', () => {
  for (const [pattern, matches] of cases)
    it(`${pattern} ${matches ? 'means' : 'does not mean'} the test`, () => {
      assert.equal(compilePattern(pattern)(test), matches)
    })

  it('sees the file alone where titles are hashed', () => {
    const hashed = { file: test.file, titles: undefined }

    assert.deepEqual(
      ['test/**', 'search > **', '**'].map((pattern) => compilePattern(pattern)(hashed)),
      [true, false, true],
    )
  })

  it('takes ** before a slash for no folder too', () => {
    assert.equal(compilePattern('test/**/a.js')({ file: 'test/a.js', titles: [] }), true)
  })
})
