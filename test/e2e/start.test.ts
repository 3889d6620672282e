import assert from 'node:assert/strict'
import { cpSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { api, everything, folderFor, formats, register, root, run, runIn, spawnNode } from '../support/application.ts'

const profiled = { imports: [['{ profile }', api]] as const, config: everything }
const call = `print(profile('shop.search', () => 'found'))`

describe('an application that does nothing', () => {
  const configs = {
    'file output': everything,
    'log output, detailed': { ...everything, level: 'detailed', output: { type: 'log' } },
    'no output': { ...everything, output: { type: 'none' } },
    'several outputs': { ...everything, output: [{ type: 'log' }, { type: 'file', path: './profile.jsonl' }] },
  }
  for (const format of formats) {
    for (const [what, config] of Object.entries(configs)) {
      it(`runs clean and ends by itself (${format}, ${what})`, async () => {
        const { code, signal, stdout, stderr } = await run({ format, config, args: ['--throw-deprecation'], body: '' })

        assert.deepEqual([code, signal, stdout], [0, null, ''])
        assert.match(stderr, /^crossbridge: nothing was recorded: none of the libraries to profile was loaded.*\n$/)
      })
    }
  }

  it("loads a library's file with the library's module, not before", async () => {
    const body = `
      const loaded = () => Object.keys(require('node:module')._cache).flatMap((path) => /chunk.library.(\\w+)/.exec(path)?.[1] ?? [])
      print(loaded())
      require('pg')
      print(loaded())`

    const { printed } = await run({ format: 'cjs', config: everything, body })

    assert.deepEqual(printed, [[], ['pg']])
  })

  it('is not heard of when profiling is off, by file, by variable or without either', async () => {
    const off = [
      { config: { enabled: false } },
      { config: everything, env: { CROSSBRIDGE_PROFILING_ENABLED: 'false' } },
      { config: everything, env: { CROSSBRIDGE_PROFILING_ENABLED: '0' } },
      {},
    ]

    for (const one of off) {
      const { code, stdout, stderr } = await run({ ...one, args: ['--throw-deprecation'], body: '' })

      assert.deepEqual([code, stdout, stderr], [0, '', ''])
    }
  })

  it('loads no module of Node for the agent when a variable switches it off, or there is no file', async () => {
    const body = 'print(process.moduleLoadList.slice().sort())'
    const files = { 'empty.mjs': '' }
    const bare = await run({ bare: true, args: ['--import', './empty.mjs'], files, body })

    const byVariable = await run({ config: everything, env: { CROSSBRIDGE_PROFILING_ENABLED: 'false' }, files, body })
    const withoutFile = await run({ files, body })

    assert.ok((bare.printed[0] as string[]).length > 10)
    assert.deepEqual(byVariable.printed, bare.printed)
    assert.deepEqual(withoutFile.printed, bare.printed)
  })
})

describe('the ways to start', () => {
  it('takes NODE_OPTIONS', async () => {
    const { records, stderr } = await run({
      ...profiled,
      bare: true,
      env: { NODE_OPTIONS: `--import ${register}` },
      body: call,
    })

    assert.deepEqual([records.length, stderr], [1, ''])
  })

  for (const format of formats) {
    it(`takes --require alone, and with --import still is one agent (${format})`, async () => {
      const path = fileURLToPath(register)
      const required = await run({ ...profiled, format, bare: true, args: ['--require', path], body: call })
      const both = await run({ ...profiled, format, args: ['--require', path], body: call })

      for (const { records, stderr, printed } of [required, both])
        assert.deepEqual([records.length, stderr, printed], [1, '', ['found']])
    })
  }

  it('reaches forked, spawned and clustered children, also ones with another working directory', async () => {
    const body = `
      const child = (how) => new Promise((resolve) => how.on('exit', resolve))
      if (process.argv[2] === 'child' || cluster.isWorker) {
        profile('shop.child', { cwd: process.cwd() }, () => 1)
        if (cluster.isWorker) cluster.worker.disconnect()
      } else {
        await child(fork(process.argv[1], ['child']))
        await child(spawn(process.execPath, [process.argv[1], 'child'], { cwd: '/', stdio: 'inherit' }))
        await child(cluster.fork())
        profile('shop.parent', () => 1)
      }`
    const folder = folderFor('previous')
    try {
      const { records, stderr, code } = await runIn(folder, {
        imports: [
          ['{ profile }', api],
          ['{ fork, spawn }', 'node:child_process'],
          ['cluster', 'node:cluster'],
        ],
        bare: true,
        config: { ...everything, output: { type: 'file', path: join(folder, 'profile.jsonl') } },
        env: { NODE_OPTIONS: `--import ${register}`, CROSSBRIDGE_CONFIG: join(folder, 'crossbridge.yml') },
        body,
      })

      assert.deepEqual([code, stderr], [0, ''])
      assert.deepEqual(
        records.map(({ name }) => name),
        ['shop.child', 'shop.child', 'shop.child', 'shop.parent'],
      )
      assert.equal(new Set(records.map(({ pid }) => pid)).size, 4)
      assert.deepEqual(
        records.map(({ metadata }) => metadata?.cwd === '/'),
        [false, true, false, false],
      )
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe('what disables itself', () => {
  const copied = folderFor('previous')
  after(() => rmSync(copied, { recursive: true, force: true }))

  it('is a second copy of the agent, which says so once', async () => {
    for (const part of [
      'register.mjs',
      'package.json',
      'dist/agent',
      'dist/chunk',
      'dist/instrumentations',
      'dist/vendor',
    ])
      cpSync(join(root, part), join(copied, part), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(copied, 'node_modules'))
    const second = pathToFileURL(join(copied, 'register.mjs')).href

    const { records, stderr, printed } = await run({
      ...profiled,
      imports: [...profiled.imports, ['{ Worker }', 'node:worker_threads']],
      args: ['--import', second],
      files: { 'worker.mjs': '' },
      body: `${call}
        await new Promise((resolve) => new Worker(new URL('worker.mjs', import.meta.url)).on('exit', resolve))`,
    })

    assert.deepEqual([records.length, printed], [1, ['found']])
    assert.equal(stderr, `crossbridge: a second copy of the agent (${second}) disables itself: ${register}\n`)
  })

  it('is the process of a package manager, silently', async () => {
    const folder = folderFor('previous')
    const names = [
      'npm-cli.js',
      'npx-cli.js',
      'npm',
      'yarn.js',
      'yarn-4.9.1.cjs',
      'pnpm.cjs',
      'pnpm.mjs',
      'corepack.js',
    ]
    try {
      writeFileSync(join(folder, 'crossbridge.yml'), 'runtime: { profiling: { enabled: true, level: wrong } }')
      for (const name of [...names, 'npm-stats.js', 'yarn-orders.js'])
        writeFileSync(join(folder, name), `console.log(Object.getOwnPropertySymbols(globalThis).map(String))`)

      for (const name of names) {
        const { stderr, stdout, code } = await spawnNode(['--import', register, name], { cwd: folder })

        assert.deepEqual([code, stderr], [0, ''])
        assert.doesNotMatch(stdout, /crossbridge/, name)
      }
      for (const name of ['npm-stats.js', 'yarn-orders.js']) {
        const { stderr, stdout } = await spawnNode(['--import', register, name], { cwd: folder })

        assert.match(stdout, /crossbridge/, name)
        assert.match(stderr, /level must be/)
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  const unfit: readonly (readonly [versions: object, message: RegExp])[] = [
    [{ node: '18.20.8' }, /^crossbridge: Node 18.20.8 is not supported, the agent needs .*runs without the agent\n$/],
    [{ node: '20.18.3' }, /^crossbridge: Node 20.18.3 is not supported/],
    [{ node: '21.7.3' }, /^crossbridge: Node 21.7.3 is not supported/],
    [{ node: '22.11.0' }, /^crossbridge: Node 22.11.0 is not supported/],
    [{ bun: '1.3.0' }, /^crossbridge: Bun has no module hooks.*runs without the agent\n$/],
    [{ deno: '2.5.0' }, /^crossbridge: Deno has no module hooks.*runs without the agent\n$/],
  ]
  for (const [versions, message] of unfit) {
    it(`is the agent itself on ${Object.entries(versions).flat().join(' ')}, and says so once`, async () => {
      const { code, stderr, printed, records } = await run({
        ...profiled,
        imports: [...profiled.imports, ['{ Worker }', 'node:worker_threads']],
        args: ['--require', './fake.cjs'],
        files: {
          'fake.cjs': `const value = { ...process.versions, ...${JSON.stringify(versions)} }
            Object.defineProperty(process, 'versions', { value })`,
          'worker.mjs': '',
        },
        body: `${call}
          await new Promise((resolve) => new Worker(new URL('worker.mjs', import.meta.url)).on('exit', resolve))`,
      })

      assert.deepEqual([code, printed, records], [0, ['found'], []])
      assert.match(stderr, message)
      assert.equal(stderr.split('\n').length, 2)
    })
  }
})
