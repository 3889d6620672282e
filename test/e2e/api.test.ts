import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import {
  everything,
  type Format,
  folderFor,
  formats,
  recordsOf,
  register,
  root,
  runIn,
  spawnNode,
} from '../support/application.ts'

let folder: string
beforeEach(() => {
  folder = folderFor('previous')
  mkdirSync(join(folder, 'node_modules/@crossbridge'), { recursive: true })
  symlinkSync(root, join(folder, 'node_modules/@crossbridge/agent'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const imports = [['{ profile, profiled, getProfiler }', '@crossbridge/agent/api']] as const
const start = (format: Format, body: string, more: object = {}) =>
  runIn(folder, { format, imports, config: everything, body, ...more })
const bare = (format: Format, body: string) => runIn(folder, { format, imports, bare: true, body })

for (const format of formats) {
  describe(`the api, ${format}`, () => {
    it('profiles functions of every kind, and gives what they give', async () => {
      const body = `
        const object = { a: 1 }
        print(profile('shop.sync', () => object) === object)
        print(await profile('shop.async', { top_k: 3 }, async () => 'later'))
        const promise = Promise.resolve(1)
        print(profile('shop.promise', () => promise) instanceof Promise)
        try { profile('shop.throws', () => { throw object }) } catch (error) { print(error === object) }
        print(await profile('shop.rejects', async () => { throw new RangeError('no') }).catch((error) => error.message))
        print([...profile('shop.generator', function* () { yield 1; yield 2 })])
        const pages = []
        for await (const page of profile('shop.pages', async function* () { yield 1; yield 2 })) pages.push(page)
        print(pages)
        let started = 0
        const lazy = { then(ok) { started++; ok('lazy') } }
        print([profile('shop.lazy', () => lazy) === lazy, started, await lazy, started])
        print([typeof profile('shop.function', () => () => 1), profile('shop.nothing', () => {}) === undefined])`

      const expected = await bare(format, body)
      const { printed, records, stderr } = await start(format, body)

      assert.equal(expected.stderr, '')
      assert.equal(stderr, '')
      assert.deepEqual(printed, expected.printed)
      assert.ok(records.every(({ library }) => library === 'app'))
      assert.deepEqual(
        records.flatMap(({ name, error, metadata }) => (error || metadata ? [[name, error, metadata]] : [])),
        [
          ['shop.async', undefined, { top_k: 3 }],
          ['shop.throws', 'Object', undefined],
          ['shop.rejects', 'RangeError', undefined],
        ],
      )
      assert.deepEqual(records.map(({ name }) => name).sort(), [
        'shop.async',
        'shop.function',
        'shop.generator',
        'shop.lazy',
        'shop.nothing',
        'shop.pages',
        'shop.promise',
        'shop.rejects',
        'shop.sync',
        'shop.throws',
      ])
    })

    it('wraps functions and classes that stay what they are', async () => {
      const body = `
        function search(text, limit) { return [this?.name, text, limit, arguments.length] }
        search.cache = 1
        const wrapped = profiled()(search)
        print([wrapped.name, wrapped.length, wrapped.cache, Object.keys(wrapped), wrapped.call({ name: 'me' }, 'x', 2, 3)])
        class Base { constructor(a) { this.a = a } static make() { return new this(1) } }
        const Wrapped = profiled()(Base)
        class Derived extends Wrapped {}
        print([new Wrapped(2).a, new Wrapped(2) instanceof Base, Wrapped.make().a, new Derived(3).a, new Derived(3) instanceof Wrapped])
        const arrow = profiled('shop.arrow')((x) => x + 1)
        print([arrow(1), 'prototype' in arrow, arrow.name])
        try { new arrow() } catch (error) { print(error.constructor.name) }
        try { Wrapped() } catch (error) { print(error.constructor.name) }
        print(await profiled()(async function later() { return 1 })())
        print([profiled()(5), profiled()(undefined) === undefined])`

      const expected = await bare(format, body)
      const { printed, records } = await start(format, body)

      assert.deepEqual(printed, expected.printed)
      assert.deepEqual(expected.printed[0], ['search', 2, 1, ['cache'], ['me', 'x', 2, 3]])
      assert.deepEqual(records.map(({ name }) => name).sort(), ['Base', 'later', 'search', 'shop.arrow'])
    })

    it('starts and stops scopes by handle and by name, the latest open one first', async () => {
      const body = `
        const profiler = getProfiler()
        const first = profiler.start('shop.search', { n: 1, model: 'small' })
        profiler.start('shop.search', { n: 2 })
        profiler.start('shop.search', { n: 3 })
        profiler.stop('shop.search', { results: 5 })
        profiler.stop(first, { model: 'large' })
        profiler.stop(first)
        getProfiler().stop('shop.search')
        profiler.stop('shop.search')
        profiler.stop('shop.unknown')
        print(first.name)`

      const expected = await bare(format, body)
      const { printed, records, stderr } = await start(format, body)

      assert.deepEqual([printed, stderr, expected.printed], [['shop.search'], '', ['shop.search']])
      assert.deepEqual(
        records.map(({ metadata }) => metadata),
        [{ n: 3, results: 5 }, { n: 1, model: 'large' }, { n: 2 }],
      )
    })

    it('keeps a thousand scopes of one name in flight apart', async () => {
      const { records } = await start(
        format,
        `const handles = Array.from({ length: 1000 }, (_, n) => getProfiler().start('shop.search', { n }))
         for (const handle of handles) getProfiler().stop(handle)`,
      )

      assert.deepEqual(
        records.map(({ metadata }) => metadata.n),
        Array.from({ length: 1000 }, (_, n) => n),
      )
    })

    it('keeps of metadata numbers, booleans and cut strings, and lets nothing in it fail the application', async () => {
      const { printed, records, stderr } = await start(
        format,
        `print(profile('shop.kinds', { n: 1, big: 2n, yes: true, text: 'x'.repeat(200), model: 'https://user:private@host/?private', list: [1], nan: NaN, none: null, f() {} }, () => 1))
         print(profile('shop.hostile', { get n() { throw new Error('hostile') } }, () => 2))
         print(profile('shop.proxy', new Proxy({}, { ownKeys() { throw new Error('hostile') } }), () => 3))
         print(profile('shop.null', null, () => 4))
         print(getProfiler().start(Symbol('odd')).name.toString())
         getProfiler().stop(null); getProfiler().stop(undefined); getProfiler().stop({ name: 'other' })
         print(profile({ toString() { throw new Error('hostile') } }, () => 5))`,
      )

      assert.deepEqual(printed, [1, 2, 3, 4, 'Symbol(odd)', 5])
      assert.deepEqual(records[0].metadata, { n: 1, big: 2, yes: true, text: 'x'.repeat(128), model: 'host' })
      assert.deepEqual(
        records.map(({ name }) => name),
        ['shop.kinds', 'shop.hostile', 'shop.proxy', 'shop.null'],
      )
      assert.match(stderr, /a fault of the agent/)
    })

    it('obeys targets and thresholds, and tells names without end once', async () => {
      const targeted = await start(
        format,
        `profile('shop.search', () => 1); profile('shop.other', () => 1); profile('store.search', () => 1); profile('store', () => 1)`,
        { config: { ...everything, targets: ['shop.search', 'store'] } },
      )
      rmSync(join(folder, 'profile.jsonl'))
      const thresholds = await start(
        format,
        `for (const name of ['shop.search', 'shop.other', 'store.search']) profile(name, () => 1)`,
        {
          config: { ...everything, thresholds: { slow_call_ms: 60_000, by_target: { shop: 0, 'shop.other': 60_000 } } },
        },
      )
      const endless = await start(format, `for (let i = 0; i < 1010; i++) profile('shop.' + i, () => 1)`)

      assert.deepEqual(
        targeted.records.map(({ name }) => name),
        ['shop.search', 'store.search', 'store'],
      )
      assert.deepEqual(
        thresholds.records.map(({ name }) => name),
        ['shop.search'],
      )
      assert.equal(endless.records.length, 1 + 1000)
      assert.match(endless.stderr, /^crossbridge: more than 1000 names of hand-marked scopes[^\n]*\n$/)
    })
  })
}

describe('two copies of the api', () => {
  it('by require and by import, and from another folder, share the scopes that are open', async () => {
    mkdirSync(join(folder, 'copy/dist/agent'), { recursive: true })
    writeFileSync(join(folder, 'copy/package.json'), '{ "type": "module" }')
    cpSync(join(root, 'dist/agent/api.js'), join(folder, 'copy/dist/agent/api.js'))

    const { printed, records } = await runIn(folder, {
      config: everything,
      imports: [
        ['{ createRequire }', 'node:module'],
        ['* as imported', '@crossbridge/agent/api'],
        ['* as copied', './copy/dist/agent/api.js'],
      ],
      body: `
        const required = createRequire(import.meta.url)('@crossbridge/agent/api')
        print(required.profile === imported.profile)
        print(copied.profile === imported.profile)
        const handle = required.getProfiler().start('shop.handle')
        imported.getProfiler().start('shop.name')
        copied.getProfiler().stop(handle)
        copied.getProfiler().stop('shop.name')
        copied.profile('shop.function', () => 1)`,
    })

    assert.deepEqual(printed, [false, false])
    assert.deepEqual(
      records.map(({ name }) => name),
      ['shop.handle', 'shop.name', 'shop.function'],
    )
  })
})

describe('the api in TypeScript', () => {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const compile = async (name: string, options: readonly string[] = []) => {
    cpSync(join(root, 'test/fixtures/api', `${name}.ts`), join(folder, `${name}.mts`))
    const shared = [
      '--ignoreConfig',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--strict',
      '--skipLibCheck',
      '--types',
      'node',
    ]
    const types = ['--typeRoots', join(root, 'node_modules/@types')]
    return spawnNode([tsc, ...shared, ...types, ...options, `${name}.mts`], { cwd: folder })
  }
  const runCompiled = async (name: string, args: readonly string[] = []) => {
    const config = JSON.stringify({ runtime: { profiling: everything } })
    writeFileSync(join(folder, 'crossbridge.yml'), config)
    const [profiled, unprofiled] = [
      await spawnNode(['--import', register, ...args, name], { cwd: folder }),
      await spawnNode([...args, name], { cwd: folder }),
    ]
    assert.deepEqual([profiled.code, profiled.stderr, profiled.stdout], [0, '', unprofiled.stdout])
    const records = recordsOf(readFileSync(join(folder, 'profile.jsonl'), 'utf8'))
    return { printed: profiled.printed, names: records.map(({ name }) => name).sort() }
  }
  const ofStandard = {
    printed: [
      [['found x', 'found x'], 2, 8, [1, 2], 8, 1],
      ['find', 1, 'count'],
    ],
    names: ['find', 'pages', 'shop.field', 'shop.function', 'shop.getter', 'shop.named'],
  }

  it('is typed', async () => {
    const { code, stdout } = await compile('types')

    assert.deepEqual([code, stdout], [0, ''])
    const { printed } = await runCompiled('types.mjs')
    assert.deepEqual(printed, [[1, 'x', [1], ['a', 'a']]])
  })

  it('decorates methods, accessors and fields in the standard way', async () => {
    const { code, stdout } = await compile('standard')

    assert.deepEqual([code, stdout], [0, ''])
    assert.deepEqual(await runCompiled('standard.mjs'), ofStandard)
  })

  it('decorates methods and accessors in the legacy way', async () => {
    const { code, stdout } = await compile('legacy', ['--experimentalDecorators'])

    assert.deepEqual([code, stdout], [0, ''])
    assert.deepEqual(await runCompiled('legacy.mjs'), {
      printed: [['found x', 2, 7]],
      names: ['find', 'shop.getter', 'shop.named'],
    })
  })

  it('decorates where tsx runs the sources', async () => {
    cpSync(join(root, 'test/fixtures/api/standard.ts'), join(folder, 'standard.mts'))

    assert.deepEqual(
      await runCompiled('standard.mts', ['--import', join(root, 'node_modules/tsx/dist/esm/index.mjs')]),
      ofStandard,
    )
  })
})
