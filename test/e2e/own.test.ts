import assert from 'node:assert/strict'
import { cpSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { api, everything, folderFor, root, runIn } from '../support/application.ts'

let folder: string
beforeEach(() => {
  folder = folderFor('previous')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const imports = [
  ['{ profile }', api],
  ['fs', 'node:fs'],
] as const
const debug = { CROSSBRIDGE_PROFILING_DEBUG: '1' }
const wait = 'const until = async (done) => { while (!done()) await new Promise((resolve) => setTimeout(resolve, 10)) }'
const loaded = (name: string) => `${wait}; await until(() => globalThis.${name})`
const told = (stderr: string) => stderr.split('\n').filter((line) => line.startsWith('crossbridge: '))
const namesOf = (records: readonly { name: string }[]) => records.map(({ name }) => name)

describe('outputs of the user', () => {
  it('get the records beside others, and one that fails takes none from these', async () => {
    const outcome = await runIn(folder, {
      imports,
      files: {
        'outputs/good.mjs': `export default { write: (record) => console.log(JSON.stringify(record)) }`,
        'outputs/bad.cjs': `module.exports = { write() { globalThis.bad = true; throw new Error('full') } }`,
        'outputs/late.js': `export default () => ({ async write() { throw new Error('later') } })`,
        'outputs/package.json': `{ "type": "module" }`,
      },
      config: {
        ...everything,
        output: [
          { type: 'file', path: './profile.jsonl' },
          ...['good.mjs', 'bad.cjs', 'late.js', 'none.mjs'].map((name) => ({
            type: 'module',
            path: `./outputs/${name}`,
          })),
        ],
      },
      body: `for (let n = 0; n < 3; n++) profile('shop.search', { n }, () => n)
        ${loaded('bad')}
        for (let n = 3; n < 5; n++) profile('shop.search', { n }, () => n)`,
      env: debug,
    })

    assert.equal(outcome.code, 0)
    assert.deepEqual(
      outcome.records.map(({ metadata }) => metadata.n),
      [0, 1, 2, 3, 4],
    )
    assert.deepEqual(outcome.printed, outcome.records)
    const lines = told(outcome.stderr)
    for (const line of [
      /^crossbridge: output.path: .\/outputs\/bad.cjs has failed in write: Error at bad.cjs:1:\d+ \(crossbridge.yml:1:\d+\); it gets no more records/,
      /^crossbridge: output.path: .\/outputs\/late.js has failed in write: Error at late.js:1:\d+ \(crossbridge.yml:1:\d+\)/,
      /^crossbridge: output.path: .\/outputs\/none.mjs can't be loaded: there is no such file \(tried .*none.mjs\) \(crossbridge.yml:1:\d+\)/,
    ])
      assert.equal(lines.filter((one) => line.test(one)).length, 1, outcome.stderr)
    assert.match(outcome.stderr, /app shop.search: 5 seen, 5 emitted\n/)
  })

  it('count what they do not take as dropped', async () => {
    const { stderr, printed, code } = await runIn(folder, {
      imports,
      files: { 'own.mjs': `export default { write() { globalThis.bad = true; throw new Error('full') } }` },
      config: { ...everything, output: { type: 'module', path: './own.mjs' } },
      body: `profile('shop.search', () => 1); ${loaded('bad')}
        for (let n = 0; n < 4; n++) profile('shop.search', () => 1)
        print('done')`,
      env: debug,
    })

    assert.deepEqual([code, printed], [0, ['done']])
    assert.match(stderr, /app shop.search: 5 seen, (1 emitted, 4|5) dropped\n/)
  })

  it('are told that records are lost where the process ends before they are loaded', async () => {
    const { stderr, code } = await runIn(folder, {
      imports,
      files: { 'own.mjs': 'await new Promise(() => {})\nexport default { write() {} }' },
      config: { ...everything, output: { type: 'module', path: './own.mjs' } },
      body: `profile('shop.search', () => 1)`,
    })

    assert.equal(code, 0)
    assert.match(
      stderr,
      /output.path: .\/own.mjs was not loaded in time \(crossbridge.yml:\S+\); 1 records for it are lost\n/,
    )
  })

  it('are each thread’s own, and what they call in a write is not recorded in turn', async () => {
    const { printed, stderr, code } = await runIn(folder, {
      imports: [...imports, ['{ Worker, isMainThread, threadId }', 'node:worker_threads']],
      files: {
        'own.mjs': `import { profile } from ${JSON.stringify(api)}
          import { writeSync } from 'node:fs'
          import { threadId } from 'node:worker_threads'
          const log = (what) => writeSync(1, JSON.stringify(what) + '\\n')
          export default {
            write: ({ name, thread_id }) => profile('own.write', async () => {
              log([name, thread_id === threadId])
              await new Promise((resolve) => setTimeout(resolve, 1))
            }),
            flush: () => log('flush'),
          }`,
        'probe.mjs': `export default { start(emit) { emit({ name: 'probe.one' }) } }`,
      },
      config: { ...everything, output: { type: 'module', path: './own.mjs' }, probes: ['./probe.mjs'] },
      body: `if (isMainThread) await new Promise((resolve) => new Worker(import.meta.filename).on('exit', resolve))
        profile('shop.search', () => 1)`,
    })

    assert.deepEqual([code, stderr], [0, ''])
    assert.deepEqual(printed.map((one) => JSON.stringify(one)).sort(), [
      ...['"flush"', '"flush"', '["probe.one",true]', '["shop.search",true]', '["shop.search",true]'],
    ])
  })
})

describe('probes', () => {
  it('make records that pass the limiter, the ledger and the outputs; one that fails is switched off', async () => {
    const no = '{ throw new Error("no") }'
    const { code, records, stderr } = await runIn(folder, {
      imports,
      files: {
        'good.mjs': `export default () => {
          let timer
          return {
            start(emit) {
              emit({ name: 'process.cpu', metadata: { percent: 5, on: true, text: 'x'.repeat(200), list: [1], nan: NaN } })
              emit({ name: 'queue.length', library: 'queue', duration_ms: 1.234, timestamp: 1700000000 })
              for (const wrong of [undefined, {}, { name: '' }, { name: 'x'.repeat(129) }, { name: 'a', timestamp: Date.now() },
                { name: 'a', duration_ms: -1 }, { name: 'a', metadata: 5 }, { get name() ${no} }]) emit(wrong)
              timer = setInterval(() => { globalThis.ticks = (globalThis.ticks ?? 0) + 1; emit({ name: 'process.cpu' }) }, 5)
            },
            stop() { clearInterval(timer); console.log('"stopped"') },
          }
        }`,
        'start.mjs': `export default { start(emit) { emit({ name: 'before' }); setInterval(() => emit({ name: 'after' }), 5).unref(); throw new Error('no') } }`,
        'rejects.mjs': `export default { async start() ${no}, stop() { console.log('"stopped too"') } }`,
        'stop.mjs': `export default { start() {}, stop() ${no} }`,
        'factory.mjs': `export default () => ${no}`,
        'load.mjs': 'throw new Error("no")',
        'nothing.mjs': 'export default 5',
      },
      config: {
        ...everything,
        max_records_per_minute: 5,
        probes: ['good', 'start', 'rejects', 'stop', 'factory', 'load', 'nothing', 'none'].map(
          (name) => `./${name}.mjs`,
        ),
      },
      body: `${wait}; await until(() => globalThis.ticks > 10); process.exit(0)`,
      env: debug,
    })

    assert.equal(code, 0)
    assert.deepEqual(
      namesOf(records).filter((name) => name === 'before' || name === 'after'),
      ['before'],
    )
    const [cpu, queue] = ['process.cpu', 'queue.length'].map((name) => records.find((record) => record.name === name))
    const { timestamp, pid, ...rest } = cpu
    assert.deepEqual(rest, {
      ...{ name: 'process.cpu', duration_ms: 0, library: 'probe', concurrent: 0, thread_id: 0 },
      metadata: { percent: 5, on: true, text: 'x'.repeat(128) },
    })
    assert.ok(Math.abs(Date.now() / 1000 - timestamp) < 3600 && pid > 0)
    const { library, duration_ms, timestamp: at } = queue
    assert.deepEqual([library, duration_ms, at], ['queue', 1.23, 1_700_000_000])

    assert.equal(records.length, 5)
    assert.match(stderr, / {2}probe process.cpu: \d\d seen, \d+ limited, \d emitted\n/)
    assert.match(stderr, / {2}queue queue.length: 1 seen, 1 emitted\n/)
    for (const message of [
      /probes: what .\/good.mjs emits is dropped \(crossbridge.yml:\S+\): it must be an object, not undefined\n/g,
      /probes: .\/start.mjs has failed in start: Error at \w+\.mjs:1:\d+ \(crossbridge.yml:\S+\); it is switched off\n/g,
      /probes: .\/rejects.mjs has failed in start: Error at \w+\.mjs:1:\d+ /g,
      /probes: .\/stop.mjs has failed in stop: Error at \w+\.mjs:1:\d+ /g,
      /probes: .\/factory.mjs has a default export that fails: Error at \w+\.mjs:1:\d+ /g,
      /probes: .\/load.mjs can't be loaded: Error at \w+\.mjs:1:\d+ /g,
      /probes: .\/nothing.mjs has no probe as its default export, an object with start\(emit\) /g,
      /probes: .\/none.mjs can't be loaded: there is no such file /g,
    ])
      assert.equal(stderr.match(message)?.length, 1, `${message}\n${stderr}`)
  })

  it('are the user’s own where a timer of theirs throws: that stays an uncaught exception', async () => {
    const { code, records, stderr } = await runIn(folder, {
      files: {
        'probe.mjs': `export default { start(emit) { emit({ name: 'one' }); setTimeout(() => { throw new Error('theirs') }, 1) } }`,
      },
      config: { ...everything, probes: ['./probe.mjs'] },
      body: 'setTimeout(() => {}, 600_000)',
    })

    assert.equal(code, 1)
    assert.match(stderr, /Error: theirs/)
    assert.deepEqual(namesOf(records), ['one'])
  })

  it('and outputs follow a changed configuration', async () => {
    const own = (name: string) =>
      `export default () => ({ write: ({ name }) => console.log('"${name} ' + name + '"'), close: () => console.log('"${name} closed"') })`
    const probe = (name: string) =>
      `export default { start(emit) { console.log('"${name} starts"'); globalThis.${name} = emit }, stop() { globalThis.${name}stopped = true; console.log('"${name} stops"') } }`
    const config = (output: string, probes: string[]) =>
      ({ ...everything, reload: true, output: { type: 'module', path: output }, probes }) as const
    const { printed, code } = await runIn(folder, {
      imports,
      files: { 'a.mjs': own('a'), 'b.mjs': own('b'), 'p.mjs': probe('p'), 'q.mjs': probe('q'), 'r.mjs': probe('r') },
      config: config('./a.mjs', ['./p.mjs', './q.mjs']),
      body: `${wait}; await until(() => globalThis.p && globalThis.q)
        profile('shop.one', () => 1)
        fs.writeFileSync('crossbridge.yml', ${JSON.stringify(JSON.stringify({ runtime: { profiling: config('./b.mjs', ['./q.mjs', './r.mjs']) } }))} + '\\n')
        await until(() => globalThis.pstopped && globalThis.r)
        p({ name: 'too.late' })
        q({ name: 'still.there' })
        profile('shop.two', () => 1)`,
    })

    assert.equal(code, 0)
    assert.deepEqual(printed, [
      ...['p starts', 'q starts', 'a shop.one', 'a closed', 'p stops', 'r starts', 'b still.there', 'b shop.two'],
      ...['q stops', 'r stops'],
    ])
  })

  it('and outputs are shown by examples that run', async () => {
    for (const name of ['cpu-percent.mjs', 'own-output.mjs']) cpSync(join(root, 'examples', name), join(folder, name))
    const { code, stderr, records } = await runIn(folder, {
      imports,
      config: {
        ...everything,
        thresholds: { slow_call_ms: 5 },
        output: [
          { type: 'file', path: './profile.jsonl' },
          { type: 'module', path: './own-output.mjs' },
        ],
        probes: ['./cpu-percent.mjs'],
      },
      body: `${wait}; await until(() => fs.existsSync('profile.jsonl'))
        await profile('shop.slow', () => new Promise((resolve) => setTimeout(resolve, 20)))
        for (let n = 0; n < 3; n++) profile('shop.fast', () => n)`,
      env: { CPU_PERCENT_EVERY_S: '0.05' },
    })

    assert.deepEqual([code, stderr], [0, ''])
    const cpu = records.find(({ name }) => name === 'process.cpu')
    assert.ok(cpu.metadata.cpu_percent >= 0 && cpu.duration_ms >= 40, JSON.stringify(cpu))
    const scopes = JSON.parse(readFileSync(join(folder, 'slowest.json'), 'utf8')) as { name: string; calls: number }[]
    assert.deepEqual(
      scopes.find(({ name }) => name === 'shop.fast'),
      { library: 'app', name: 'shop.fast', calls: 3 },
    )
    const slow = scopes.find(({ name }) => name === 'shop.slow')
    assert.deepEqual(slow, { ...slow, calls: 1, slowest: records.find(({ name }) => name === 'shop.slow') })
  })
})

describe('entries of the user', () => {
  it('may group methods by their class, with what they share', async () => {
    const { code, stderr, records } = await runIn(folder, {
      files: {
        'store.mjs': `class Store {
            constructor() { this.name = 'shop' }
            search(vector, k) { return [vector, k] }
            async searchAll(vectors) { return vectors.length }
            remove(id) { return id }
            run(query) { return query }
            run2() {}
          }
          export const open = () => new Store()`,
      },
      imports: [['{ open }', './store.mjs']],
      config: {
        ...everything,
        instrumentations: [
          {
            name: 'shop',
            module: './store.mjs',
            target: 'vector_store',
            classes: [
              {
                at: 'open()',
                scope: 'search',
                metadata: { collection: 'this.name', batch_size: 1 },
                methods: {
                  search: null,
                  searchAll: { metadata: { batch_size: 'args.0.length' } },
                  remove: { scope: 'delete', target: 'database' },
                  run: [{ when: 'has(args.0.vector)' }, { scope: 'fetch' }],
                },
              },
            ],
          },
        ],
      },
      body: `const store = open()
        store.search([1], 2)
        await store.searchAll([[1], [2]])
        store.remove(1)
        store.run({ vector: [1] })
        store.run({})
        store.run2()`,
    })

    assert.deepEqual([code, stderr], [0, ''])
    const one = { collection: 'shop', batch_size: 1 }
    assert.deepEqual(
      records.map(({ name, metadata }) => [name, metadata]),
      [
        ['vector_store.search', one],
        ['vector_store.search', { ...one, batch_size: 2 }],
        ['database.delete', one],
        ['vector_store.search', one],
        ['vector_store.fetch', one],
      ],
    )
  })
})
