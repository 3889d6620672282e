import assert from 'node:assert/strict'
import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { supportsSyncHooks } from '../../../agent/load/loader.ts'
import { everything, type Format, folderFor, formats, register, root, runIn } from '../../support/application.ts'
import { entryOf, plain, shortOf } from '../../support/transparent.ts'

const require = createRequire(join(root, 'package.json'))
const at = (name: string) => JSON.stringify(require.resolve(name))
const url = (path: string) => JSON.stringify(pathToFileURL(path).href)
const iitm = join(require.resolve('import-in-the-middle'), '..')
const copy = join(root, 'dist', `other-iitm-${process.pid}`)

const finder = {
  'node_modules/finder/package.json': JSON.stringify({
    name: 'finder',
    version: '1.0.0',
    exports: { import: './index.mjs', require: './index.cjs' },
  }),
  'node_modules/finder/index.mjs':
    'export class Finder { async search(text) { return [text] } }\nexport const find = async (text) => text',
  'node_modules/finder/index.cjs':
    'exports.Finder = class Finder { async search(text) { return [text] } }\nexports.find = async (text) => text',
}

/** Its exports can be set, so that it needs no facade of ours: it can have only one. */
const settable = {
  ...finder,
  'node_modules/finder/index.mjs':
    'export class Finder { async search(text) { return [text] } }\nexport async function find(text) { return text }',
}

/** The other agent: counts the calls of \`Finder.prototype.search\` and \`find\`, by shimmer, as OpenTelemetry does. */
const patch = `
  const shimmer = require(${at('shimmer')})
  globalThis.counted = { search: 0, find: 0 }
  const count = (key) => (original) => function (...args) { globalThis.counted[key]++; return original.apply(this, args) }
  const isWrapped = (fn) => typeof fn?.__original === 'function' && typeof fn.__unwrap === 'function' && fn.__wrapped === true
  const onLoad = (exports) => {
    if (isWrapped(exports.Finder.prototype.search)) shimmer.unwrap(exports.Finder.prototype, 'search')
    shimmer.wrap(exports.Finder.prototype, 'search', count('search'))
    exports.find = count('find')(exports.find)
    return exports
  }`
const others: Readonly<Record<string, string>> = {
  'require-in-the-middle': `const { Hook } = require(${at('require-in-the-middle')})\nnew Hook(['finder'], onLoad)`,
  'require-in-the-middle for all modules, internals too': `const { Hook } = require(${at('require-in-the-middle')})
    new Hook(null, { internals: true }, (exports, name) => (name === 'finder' ? onLoad(exports) : exports))`,
  'import-in-the-middle in its own thread': `
    const { register } = require('node:module')
    register(${url(join(iitm, 'hook.mjs'))}, { parentURL: ${url(iitm)}, data: { include: ['finder'] } })
    const { Hook } = require(${at('import-in-the-middle')})
    new Hook(['finder'], onLoad)
    const Require = require(${at('require-in-the-middle')}).Hook
    new Require(['finder'], onLoad)`,
  'import-in-the-middle for all modules': `
    const { register } = require('node:module')
    register(${url(join(iitm, 'hook.mjs'))}, { parentURL: ${url(iitm)} })
    const { Hook } = require(${at('import-in-the-middle')})
    new Hook(['finder'], onLoad)
    const Require = require(${at('require-in-the-middle')}).Hook
    new Require(['finder'], onLoad)`,
  // As OpenTelemetry's, which brings its own.
  'import-in-the-middle, a copy of its own': `
    const { register } = require('node:module')
    register(${url(join(copy, 'hook.mjs'))}, { parentURL: ${url(copy)} })
    const { Hook } = require(${JSON.stringify(copy)})
    new Hook(['finder'], onLoad)
    const Require = require(${at('require-in-the-middle')}).Hook
    new Require(['finder'], onLoad)`,
}
before(() => cpSync(iitm, copy, { recursive: true }))
after(() => rmSync(copy, { recursive: true, force: true }))

const body = `
  const finder = new Finder()
  print([await finder.search('a'), await finder.search('b'), await find('c')])
  print(await Promise.all([finder.search('d'), find('e')]))
  print([Finder.name, Object.keys(finder)])
  print(globalThis.counted ?? 'alone')`

async function beside(
  format: Format,
  other: string,
  files: Readonly<Record<string, string>>,
  orders: (agent: readonly string[], mine: readonly string[]) => readonly string[],
) {
  const start = async (bare: boolean) => {
    const folder = folderFor('previous')
    try {
      const preload = join(folder, 'other.cjs')
      writeFileSync(preload, `${patch}\n${other}`)
      return await runIn(folder, {
        format,
        bare: true,
        files,
        imports: [['{ Finder, find }', 'finder']],
        config: { ...everything, instrumentations: [entryOf('finder', ['Finder.prototype.search', 'find'], 'finder')] },
        args: orders(bare ? [] : ['--import', register], ['--import', pathToFileURL(preload).href]),
        body,
        env: { NODE_NO_WARNINGS: '1' },
      })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  return await Promise.all([start(true), start(false)])
}

// 25
for (const format of formats) {
  describe(`beside another agent, ${format}`, () => {
    for (const [name, other] of Object.entries(others)) {
      if (format === 'mjs' && !name.startsWith('import')) continue
      const isCopy = name.includes('copy')
      for (const [order, orders] of [
        ['before it', (agent: readonly string[], mine: readonly string[]) => [...agent, ...mine]],
        ['after it', (agent: readonly string[], mine: readonly string[]) => [...mine, ...agent]],
      ] as const) {
        // On Node 20 the loader of the one that starts last is in front, and it leaves what has a facade already.
        const skip = isCopy && format === 'mjs' && order === 'before it' && !supportsSyncHooks()
        it(`each call is recorded once, ${order}: ${name}`, { skip }, async () => {
          const [bare, profiled] = await beside(format, other, isCopy ? settable : finder, orders)

          assert.equal(bare?.code, 0, bare?.stderr)
          assert.deepEqual(bare?.printed.at(-1), { search: 3, find: 2 }, 'the other agent alone')
          assert.deepEqual(profiled?.printed, bare?.printed)
          assert.equal(plain(profiled?.stderr ?? ''), plain(bare?.stderr ?? ''))
          assert.deepEqual(profiled?.records.map(shortOf).sort(), ['find', 'find', 'search', 'search', 'search'])
        })
      }
    }

    it('a wrapper that the application puts above ours or takes off again leaves ours in place', async () => {
      const folder = folderFor('previous')
      try {
        const outcome = await runIn(folder, {
          format,
          imports: [
            ['{ Finder }', 'finder'],
            ['shimmer', 'shimmer-of-mine'],
          ],
          config: { ...everything, instrumentations: [entryOf('finder', ['Finder.prototype.search'], 'finder')] },
          body: `
            const ours = Finder.prototype.search
            print([ours.__wrapped, Reflect.ownKeys(ours)])
            let above = 0
            shimmer.wrap(Finder.prototype, 'search', (original) => function (...args) { above++; return original.apply(this, args) })
            await new Finder().search('a')
            shimmer.unwrap(Finder.prototype, 'search')
            print([above, Finder.prototype.search === ours])
            await new Finder().search('b')`,
          args: [],
          ...withShimmer(finder),
        })

        assert.equal(outcome.stderr, '')
        assert.deepEqual(outcome.printed, [
          [null, ['length', 'name']],
          [1, true],
        ])
        assert.equal(outcome.records.length, 2)
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    })
  })
}

function withShimmer(files: Readonly<Record<string, string>>) {
  return {
    files: {
      ...files,
      'node_modules/shimmer-of-mine/package.json': '{ "name": "shimmer-of-mine", "main": "./index.js" }',
      'node_modules/shimmer-of-mine/index.js': `module.exports = require(${at('shimmer')})`,
    },
  }
}
