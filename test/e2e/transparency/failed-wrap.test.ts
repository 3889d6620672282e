import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { both, quiet, scopes } from '../../support/both.ts'
import { entryOf } from '../../support/transparent.ts'

const find = 'exports.find = async (q) => [q]'
/** CommonJS whose re-exports a lexer can't follow, though Node runs it. */
const sources: Readonly<Record<string, string>> = {
  'an optional dependency that is not installed': `try { module.exports = { ...require('not-installed-here') } } catch { ${find} }`,
  'a branch that never runs': `${find}; if (process.env.NEVER) module.exports = require('./dist/prod.js')`,
  'a file that is not there': `try { module.exports = require('./gone.js') } catch { module.exports = { find: async (q) => [q] } }`,
  "the package's own imports": "module.exports = { ...require('#impl') }",
  "the package's own imports, whole": "module.exports = require('#impl')",
  'a spread': "module.exports = { ...require('./impl.cjs') }",
  'no more than a function':
    'module.exports = async function find(q) { return [q] }; module.exports.find = module.exports',
  'getters alone':
    'const f = async (q) => [q]; for (const name of ["find", "again"]) Object.defineProperty(exports, name, { get: () => f, enumerable: true })',
  'frozen exports': 'module.exports = Object.freeze({ find: async (q) => [q] })',
}
const files = (source: string) => ({
  'package.json': '{ "imports": { "#impl": "./impl.cjs" } }',
  'impl.cjs': find,
  'own.cjs': source,
})

describe('CommonJS that is imported', () => {
  for (const [name, source] of Object.entries(sources)) {
    it(`is what Node makes of it, and profiled: ${name}`, async () => {
      const outcome = await both({
        files: files(source),
        entries: [entryOf('./own.cjs', ['find'])],
        imports: [['* as own', './own.cjs']],
        body: "print([Object.keys(own), Object.keys(own.default), await own.default.find('z')])",
      })

      quiet(outcome)
      assert.deepEqual(scopes(outcome), ['find'])
    })

    it(`keeps its names through an ES module that exports all of it: ${name}`, async () => {
      const outcome = await both({
        files: { ...files(source), 'all.mjs': "export * from './own.cjs'\nexport { default } from './own.cjs'" },
        entries: [entryOf('./own.cjs', ['find'])],
        imports: [['* as own', './all.mjs']],
        body: "print([Object.keys(own), await own.default.find('z')])",
      })

      quiet(outcome)
      assert.deepEqual(scopes(outcome), ['find'])
    })
  }

  it('is the same for require and import, whichever comes first', async () => {
    for (const order of [
      "const own = require('./own.cjs'); const all = await import('./own.cjs')",
      "const all = await import('./own.cjs'); const own = require('./own.cjs')",
    ]) {
      const outcome = await both({
        format: 'cjs',
        files: files(sources['frozen exports'] ?? ''),
        entries: [entryOf('./own.cjs', ['find'])],
        body: `${order}; print([all.default === own, await own.find(1), await all.default.find(2)])`,
      })

      quiet(outcome)
      assert.deepEqual(scopes(outcome), ['find', 'find'])
    }
  })
})

describe('an ES module of a package that no facade can be made for', () => {
  const under = (index: string) => ({
    'node_modules/finder/package.json':
      '{ "name": "finder", "version": "1.0.0", "type": "module", "exports": "./index.js" }',
    'node_modules/finder/index.js': index,
    'node_modules/finder/old.cjs': sources['a branch that never runs'] ?? '',
  })

  for (const [name, index] of [
    ['with a default', "export * from './old.cjs'\nexport default function search(a) { return a }\nexport let n = 1"],
    ['without a default', "export * from './old.cjs'\nexport function search(a) { return a }"],
  ] as const) {
    it(`is loaded as it is, and told: ${name}`, async () => {
      const outcome = await both({
        files: under(index),
        entries: [entryOf('finder', ['find', 'search'], 'finder')],
        imports: [['* as finder', 'finder']],
        body: "print([Object.keys(finder), await finder.find('z'), (finder.search ?? finder.default)(1)])",
        env: { CROSSBRIDGE_PROFILING_DEBUG: '1' },
      })

      const lines = outcome.stderr.split('\n').filter((line) => line.includes('could not be hooked'))
      assert.equal(lines.length, 1, outcome.stderr)
      assert.match(
        lines[0] ?? '',
        /^crossbridge: finder: could not be hooked \(.+index\.js: .+\); the file is loaded as it is/,
      )
      assert.match(outcome.stderr, /finder: wrap_failed \(/)
      assert.doesNotMatch(outcome.stderr, /import-in-the-middle/)
    })
  }
})
