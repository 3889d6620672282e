import assert from 'node:assert/strict'
import { cpSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { everything, type Format, folderFor, type Outcome, root, runIn } from '../support/application.ts'
import { type Loopback, openaiServer } from '../support/openai-server.ts'

const store = (set: string) => realpathSync(join(root, 'test/packages', set, 'node_modules/openai'))

describe('the words that a package is asked for with', () => {
  let folder = ''
  let server: Loopback
  before(async () => {
    server = await openaiServer()
    folder = folderFor('oldest')
    const copy = (to: string) =>
      cpSync(store('previous'), join(folder, to), {
        recursive: true,
        filter: (from) => !/\.ts$|\.map$|\bsrc$/.test(from),
      })
    // An alias of npm's is a folder of another name; a link leads out of node_modules.
    copy('node_modules/openai-six')
    copy('packages/llm')
    symlinkSync(join(folder, 'packages/llm'), join(folder, 'node_modules/linked'), 'dir')
    symlinkSync(join(folder, 'node_modules/openai-six'), join(folder, 'node_modules/openai-3f1c9'), 'dir')
    const files = {
      'package.json': { name: 'words', imports: { '#four': 'openai', '#six': './packages/llm/index.mjs' } },
      'node_modules/barrel/package.json': { name: 'barrel', main: 'index.cjs' },
      'node_modules/barrel/index.cjs': "module.exports = require('openai')",
      'inner/package.json': { type: 'module' },
      'inner/own.js': "export { default } from 'openai/index'",
    }
    for (const [name, value] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), typeof value === 'string' ? value : JSON.stringify(value))
    }
  })
  after(async () => {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const call = async (format: Format, expression: string, more: { readonly args?: readonly string[] } = {}) => {
    const outcome = await runIn(folder, {
      format,
      config: everything,
      env: { CROSSBRIDGE_PROFILING_DEBUG: '1', URL: server.url, NODE_NO_WARNINGS: '1' },
      body: `const four = ${JSON.stringify(store('oldest'))}
        const url = (path) => require('node:url').pathToFileURL(path).href
        const client = (module) => new (module.OpenAI ?? module.default?.OpenAI ?? module.default)({ apiKey: 'k', baseURL: process.env.URL })
        for (const one of [${expression}].flat()) print((await client(one).embeddings.create({ model: 'e', input: ['a', 'b'] })).data.length)`.replace(
        'require(',
        format === 'mjs' ? 'process.getBuiltinModule("node:module").createRequire(import.meta.url)(' : 'require(',
      ),
      ...more,
    })
    rmSync(join(folder, 'profile.jsonl'), { force: true })
    assert.equal(outcome.code, 0, outcome.stderr)
    return outcome
  }
  const embeds = ({ records, printed }: Outcome) => {
    assert.deepEqual(new Set(printed), new Set([2]))
    return records.filter(({ name }) => name === 'embedding_provider.embed').length
  }
  const patched = ({ stderr }: Outcome) =>
    [...stderr.matchAll(/openai: patched \((.*?)\)/g)].map(([, version]) => version)

  const imported: Readonly<Record<string, string>> = {
    'what import.meta.resolve gives': "import(import.meta.resolve('openai'))",
    'the URL of its file': 'import(url(four + "/index.mjs"))',
    'the URL of its file, with a query': 'import(url(four + "/index.mjs") + "?v=1")',
    'the URL of the file for require': 'import(url(four + "/index.js"))',
    'a relative path': "import('../../node_modules/openai/index.mjs')",
    'a path of the package': "import('openai/index')",
    'the file for require, of the package': "import('openai/index.js')",
    'an import of package.json': "import('#four')",
    'a module below a package.json without a name': "import('./inner/own.js')",
    'a CommonJS package that requires it': "import('barrel')",
  }
  const required: Readonly<Record<string, string>> = {
    'its folder': 'require(four)',
    'a relative path': "require('../../node_modules/openai/index')",
    'a path of the package': "require('openai/index')",
    'the file for import, of the package': "require('openai/index.mjs')",
    'an import of package.json': "require('#four')",
    'a package that requires it': "require('barrel')",
    'import()': "await import('openai/index.js')",
  }
  const other: Readonly<Record<string, readonly [imported: string, required: string]>> = {
    'an alias': ["import('openai-six')", "require('openai-six')"],
    'a link out of node_modules': ["import('linked')", "require('linked')"],
    'a link of a hashed name': ["import('openai-3f1c9')", "require('openai-3f1c9')"],
    'a path below the alias': ["import('./node_modules/openai-six/index.mjs')", "require('./node_modules/openai-six')"],
    'an import of package.json that is a file': ["import('#six')", "require('#six')"],
  }
  const cases = [
    ...Object.entries(imported).map(([word, expression]) => ['mjs', word, `await ${expression}`, '4.104.0'] as const),
    ...Object.entries(required).map(([word, expression]) => ['cjs', word, expression, '4.104.0'] as const),
    ...Object.entries(other).flatMap(
      ([word, [esm, cjs]]) =>
        [
          ['mjs', word, `await ${esm}`, '6.49.0'],
          ['cjs', word, cjs, '6.49.0'],
        ] as const,
    ),
  ]
  for (const [format, word, expression, version] of cases) {
    it(`may be ${word}, ${format}`, async () => {
      const outcome = await call(format, expression)

      assert.equal(embeds(outcome), 1, outcome.stderr)
      assert.deepEqual(patched(outcome), [version])
      assert.doesNotMatch(outcome.stderr, /not found|loaded before/)
    })
  }

  for (const format of ['mjs', 'cjs'] as const) {
    const load = (word: string) => (format === 'mjs' ? `await import('${word}')` : `require('${word}')`)
    it(`lead to several versions, each patched once, ${format}`, async () => {
      const outcome = await call(format, ['openai', 'openai-six', 'linked', 'openai/index'].map(load).join(', '))

      assert.equal(embeds(outcome), 4, outcome.stderr)
      assert.deepEqual(patched(outcome), ['4.104.0', '6.49.0'])
    })

    it(`are not those of a folder alone, ${format}`, async () => {
      const place = join(folder, 'other/node_modules/openai')
      mkdirSync(place, { recursive: true })
      writeFileSync(join(place, 'package.json'), '{ "name": "fork", "version": "6.0.0", "main": "./index.cjs" }')
      writeFileSync(
        join(place, 'index.cjs'),
        'exports.OpenAI = class OpenAI { embeddings = { create: () => ({ data: [1, 2] }) } }',
      )
      const outcome = await call(format, load('./other/node_modules/openai/index.cjs'))

      assert.equal(embeds(outcome), 0)
      assert.match(outcome.stderr, /never_loaded: .*openai/)
      assert.doesNotMatch(outcome.stderr, /not found/)
    })
  }

  it('may stand for another module, which is told in one line', async () => {
    const outcome = await runIn(folder, {
      format: 'cjs',
      config: everything,
      env: { CROSSBRIDGE_PROFILING_DEBUG: '1' },
      body: `const file = require.resolve('openai')
        require.cache[file] = { id: file, filename: file, loaded: true, exports: { OpenAI: class OpenAI {} } }
        print(Object.keys(require('openai')))
        const { OpenAI } = await import('openai')
        print(OpenAI.name)`,
    })

    assert.deepEqual(outcome.printed, [['OpenAI'], 'OpenAI'])
    const lines = outcome.stderr.split('\n').filter((line) => line.includes('not found'))
    assert.equal(lines.length, 1, outcome.stderr)
    assert.match(
      lines[0] ?? '',
      /openai: OpenAI\.Embeddings\.prototype\.create was not found in openai 4\.104\.0, .* nor OpenAI\.Chat\.Completions\.prototype\.create, .* and \d+ more; it is not profiled/,
    )
    assert.ok((outcome.stderr.match(/openai: shape_mismatch/g)?.length ?? 0) > 3, outcome.stderr)
  })

  it('are many where it was loaded before the agent', async () => {
    writeFileSync(join(folder, 'early.cjs'), "require('./node_modules/openai-six')\nrequire('linked')")
    const args = ['--require', './early.cjs']
    const outcome = await call('cjs', "require('openai-six'), require('linked')", { args })

    assert.equal(embeds(outcome), 2, outcome.stderr)
    assert.equal(outcome.stderr.match(/openai: loaded_before_agent/g)?.length, 2, outcome.stderr)
  })

  it("are the user's own, for a package that is called otherwise than its folder", async () => {
    const place = join(folder, 'node_modules/mine')
    mkdirSync(place, { recursive: true })
    writeFileSync(join(place, 'package.json'), '{ "name": "@fork/theirs", "version": "1.0.0", "main": "./index.cjs" }')
    writeFileSync(join(place, 'index.cjs'), 'exports.search = () => [1]')
    for (const [format, load] of [
      ['mjs', `await import(${JSON.stringify(pathToFileURL(join(place, 'index.cjs')).href)})`],
      ['cjs', "require('./node_modules/mine/index.cjs')"],
    ] as const)
      for (const module of ['mine', '@fork/theirs']) {
        const methods = [{ at: 'search', scope: 'search' }]
        const entry = { name: 'own', module, target: 'semantic_search', methods }
        const outcome = await runIn(folder, {
          format,
          config: { ...everything, instrumentations: [entry] },
          body: `print((${load}).search())`,
        })
        rmSync(join(folder, 'profile.jsonl'), { force: true })

        assert.equal(outcome.stderr, '')
        assert.deepEqual(
          outcome.records.map(({ name }) => name),
          ['semantic_search.search'],
        )
      }
  })
})
