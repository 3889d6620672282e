import assert from 'node:assert/strict'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { everything, formats, root, run } from '../support/application.ts'

const skip = !isBuiltin('node:sqlite') && 'node:sqlite is there from Node 22'
const calls = `
  const { DatabaseSync } = sqlite
  print(new DatabaseSync(':memory:').prepare('SELECT 1 AS one').get().one)`
const ways = {
  cjs: { require: `require('node:sqlite')`, 'dynamic import': `await import('node:sqlite')` },
  mjs: {
    import: 'imported',
    'dynamic import': `await import('node:sqlite')`,
    'createRequire()': `createRequire(import.meta.url)('node:sqlite')`,
  },
}
const everywhere = { 'process.getBuiltinModule()': `process.getBuiltinModule('node:sqlite')` }

describe("a module of Node's own", { skip }, () => {
  for (const format of formats) {
    for (const [way, expression] of Object.entries({ ...ways[format], ...everywhere })) {
      it(`is patched by ${way}, ${format}, and has the version of Node, not of the application`, async () => {
        const { printed, records, stderr } = await run({
          format,
          config: everything,
          files: { 'package.json': '{ "version": "1.0.0" }' },
          imports: [
            ['{ createRequire }', 'node:module'],
            ...(expression === 'imported' ? [['* as imported', 'node:sqlite'] as const] : []),
          ],
          body: `const sqlite = ${expression}\n${calls}`,
        })

        assert.deepEqual(printed, [1], stderr)
        assert.deepEqual(
          records.map(({ name, library }) => [name, library]),
          [['database.query', 'node-sqlite']],
        )
      })
    }

    it(`is not loaded by the agent, ${format}`, async () => {
      const { printed, stderr } = await run({
        format,
        config: everything,
        body: `print(process.moduleLoadList.filter((name) => /NativeModule sqlite/.test(name)))`,
      })

      assert.deepEqual(printed, [[]])
      assert.doesNotMatch(stderr, /ExperimentalWarning/)
    })
  }

  it('is known to the loader thread of older versions without a second warning', async () => {
    const { printed, stderr } = await run({
      bare: true,
      imports: [['{ initialize, resolve }', pathToFileURL(join(root, 'dist/agent/load/loader-thread.js')).href]],
      body: `
        initialize({ watched: [{ module: 'node:sqlite' }], port: new MessageChannel().port2 })
        const context = { parentURL: 'file:///app/a.mjs', conditions: [], importAttributes: {} }
        const { url } = await resolve('node:sqlite', context, async () => ({ url: 'node:sqlite', format: 'builtin' }))
        print([url !== 'node:sqlite', process.moduleLoadList.some((name) => /NativeModule sqlite/.test(name))])`,
    })

    assert.deepEqual(printed, [[true, true]], stderr)
    assert.doesNotMatch(stderr, /Warning/)
  })
})
