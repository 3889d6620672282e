import assert from 'node:assert/strict'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { everything, folderFor, type Outcome, run, runIn, sets } from '../support/application.ts'

const method = (at: string, scope: string) => ({ at, scope })
const instrumentations = [
  {
    name: 'own-cjs',
    module: './shop.cjs',
    target: 'shop',
    methods: [method('search', 'search'), method('Shop.prototype.buy', 'buy'), method('makeTill().ring', 'ring')],
  },
  { name: 'own-esm', module: './store.mjs', target: 'store', methods: [method('search', 'search')] },
  { name: 'own-frozen', module: './frozen.cjs', target: 'vault', methods: [method('open', 'open')] },
]
const files = {
  'shop.cjs': `
    class Base { buy(n) { return n } }
    class Shop extends Base {}
    module.exports = {
      Shop,
      search: (n, ms) => new Promise((resolve) => setTimeout(resolve, ms, n)),
      makeTill: () => ({ ring: (n) => n }),
    }`,
  'store.mjs': `export const search = (n) => n`,
  'frozen.cjs': `module.exports = Object.freeze({ open: (n) => n })`,
  'user.mjs': `import { search } from './store.mjs'\nexport const use = (n) => search(n)`,
}
const on = { ...everything, reload_signal: 'SIGUSR2', instrumentations }
const off = { ...on, enabled: false }

/** What the applications have in common; `reload` writes the file and sends the signal, which the agent hears first. */
const setUp = `
  const awake = setInterval(() => {}, 1000)
  const on = ${JSON.stringify(on)}
  const write = (config) => {
    fs.writeFileSync('next.yml', typeof config === 'string' ? config : JSON.stringify({ runtime: { profiling: config } }))
    fs.renameSync('next.yml', 'crossbridge.yml')
  }
  const signal = () => new Promise((heard) => { process.once('SIGUSR2', heard); process.kill(process.pid, 'SIGUSR2') })
  const reload = (config) => { write(config); return signal() }
  const until = async (what) => { while (!what()) await new Promise((resolve) => setTimeout(resolve, 20)) }
`
const imports = [
  ['fs', 'node:fs'],
  ['{ createRequire }', 'node:module'],
] as const
const told = ({ stderr }: Outcome, what: RegExp) => stderr.match(what)?.length ?? 0

describe('a reload', () => {
  for (const packages of sets) {
    it(`switches on what was loaded while off, and puts the originals back (${packages})`, async () => {
      const outcome = await run({
        packages,
        files,
        config: off,
        env: { CROSSBRIDGE_PROFILING_DEBUG: '1' },
        imports: [
          ...imports,
          ['http', 'node:http'],
          ['OpenAI', 'openai'],
          ['* as esm', './store.mjs'],
          ['{ use }', './user.mjs'],
        ],
        body: `${setUp}
          const require = createRequire(process.cwd() + '/app.mjs')
          const own = require('./shop.cjs')
          const frozen = require('./frozen.cjs')
          const server = http.createServer((request, response) => {
            request.resume().on('end', () => {
              response.setHeader('content-type', 'application/json')
              response.end(JSON.stringify({ object: 'list', data: [], model: 'm', usage: { prompt_tokens: 1, total_tokens: 1 } }))
            })
          })
          await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
          const client = new OpenAI({ apiKey: 'none', baseURL: 'http://127.0.0.1:' + server.address().port })
          const shop = new own.Shop()
          const earlyTill = own.makeTill()
          const calls = async () => {
            await client.embeddings.create({ model: 'm', input: 'a', encoding_format: 'float' })
            await own.search(1, 0)
            shop.buy(1)
            esm.search(1)
            use(1)
            frozen.open(1)
            earlyTill.ring(1)
            own.makeTill().ring(1)
          }
          const embeddings = Object.getPrototypeOf(client.embeddings)
          const now = () => [embeddings.create, own.search, shop.buy, esm.search, own.makeTill, frozen.open]
          const originals = now()
          const same = (others) => now().map((one, i) => one === others[i])

          await calls()
          // While all is off, no library's own file is loaded.
          print(Object.keys(require.cache).filter((path) => /chunk.library/.test(path)))
          print(['off', same(originals), Object.hasOwn(own.Shop.prototype, 'buy')])
          await reload(on)
          const wrappers = now()
          await calls()
          print(['on', same(originals)])
          await reload({ ...on, enabled: false })
          await calls()
          print(['off again', same(originals), Object.hasOwn(own.Shop.prototype, 'buy')])
          await reload(on)
          print(['on again', same(wrappers)])

          const above = (n, ms) => wrappers[1](n, ms)
          own.search = above
          await reload({ ...on, targets: ['store'] })
          await own.search(1, 0)
          print(['under another', own.search === above, same(originals)])
          await reload({ ...on, targets: ['shop.search'] })
          await own.search(1, 0)
          print(['under another again', own.search === above])
          clearInterval(awake)
          server.close()
          server.closeAllConnections()`,
      })

      const back = [true, true, true, true, true, true]
      const gone = [false, false, false, false, false, true]
      assert.deepEqual(outcome.printed, [
        [],
        ['off', back, false],
        ['on', gone],
        ['off again', back, false],
        ['on again', back],
        ['under another', true, [true, false, true, false, true, true]],
        ['under another again', true],
      ])
      const names = outcome.records.map(({ library, name }) => `${library} ${name}`)
      assert.deepEqual(names, [
        'openai embedding_provider.embed',
        'own-cjs shop.search',
        'own-cjs shop.buy',
        'own-esm store.search',
        'own-esm store.search',
        'own-cjs shop.ring',
        'own-cjs shop.search',
      ])
      assert.equal(told(outcome, /own-frozen: open can't be switched on in a module that is loaded/g), 1)
      assert.match(outcome.stderr, /own-frozen: unsafe_exports \(open in .*, switched on after it was loaded\)/)
      assert.match(outcome.stderr, /own-cjs shop.search: 2 seen, 2 emitted\n/)
      assert.equal(told(outcome, /crossbridge.yml has changed and is in force\n/g), 5)
    })
  }

  it('loses and doubles no call, piles up no wrapper and no memory, 100 times under load', async () => {
    const outcome = await run({
      files,
      config: on,
      args: ['--expose-gc'],
      env: { CROSSBRIDGE_PROFILING_DEBUG: '1' },
      imports,
      body: `${setUp}
        const own = createRequire(process.cwd() + '/app.mjs')('./shop.cjs')
        const kinds = [
          on,
          { ...on, output: { type: 'file', path: './other.jsonl' } },
          { ...on, enabled: false },
          { ...on, mode: 'sampling', sample_rate: 0.5 },
          { ...on, thresholds: { slow_call_ms: 4 } },
          { ...on, targets: ['store'] },
          { ...on, level: 'detailed' },
          { ...on, max_records_per_minute: 1 },
        ]
        let calls = 0
        let open = 0
        let going = true
        const load = async () => {
          while (going) {
            calls++
            open++
            if ((await own.search(calls, calls % 10)) === undefined) throw new Error('another result')
            open--
          }
        }
        const loads = Array.from({ length: 20 }, load)
        const heap = () => { gc(); return process.memoryUsage().heapUsed }
        let before
        for (let n = 0; n < 100; n++) {
          if (n === 20) before = heap()
          await reload(kinds[n % kinds.length])
          if (open === 0) throw new Error('nothing under way')
          await new Promise((resolve) => setTimeout(resolve, n % 7))
        }
        const grown = heap() - before
        await reload({ ...on, enabled: false })
        going = false
        await Promise.all(loads)
        print(grown)
        await reload({ ...on, include_stack_trace: true })
        Error.stackTraceLimit = 100
        await own.search(1, 0)
        const lines = (path) => fs.readFileSync(path, 'utf8').trimEnd().split('\\n').map((line) => JSON.parse(line))
        print([...lines('profile.jsonl'), ...lines('other.jsonl')].filter(({ library }) => library !== 'agent').length)
        clearInterval(awake)`,
    })

    const [grown, records] = outcome.printed as [number, number]
    // 80 reloads more: 12 kB each would show.
    assert.ok(grown < 1_000_000, `grown by ${grown} bytes`)
    const [, ledger = ''] = /own-cjs shop\.search: (.*)\n/.exec(outcome.stderr) ?? []
    const counts = Object.fromEntries(
      ledger.split(', ').map((part) => [part.replace(/^\d+ /, ''), Number.parseInt(part, 10)]),
    )
    const { seen = 0, emitted = 0, ...others } = counts
    assert.ok(seen > 100 && emitted > 100, ledger)
    assert.equal(records, emitted)
    assert.equal(
      Object.values(others).reduce((sum, n) => sum + n, emitted),
      seen,
      ledger,
    )
    assert.deepEqual([others.open, others.errors, others.dropped], [undefined, undefined, undefined])
    const [last] = outcome.records.slice(-1)
    assert.equal(last.stack_trace.match(/shell/g), null)
    assert.doesNotMatch(outcome.stderr, /fault of the agent/)
  })

  it('tells each mistake each time, and keeps what was in force', async () => {
    const outcome = await run({
      files,
      config: on,
      imports,
      body: `${setUp}
        const own = createRequire(process.cwd() + '/app.mjs')('./shop.cjs')
        const wrapper = own.search
        for (const bad of [{ ...on, mod: 'full' }, '{ ] not YAML', { ...on, enabled: 'maybe' }]) {
          for (let n = 0; n < 70; n++) await reload(bad)
          await own.search(1, 0)
          print(own.search === wrapper)
        }
        fs.rmSync('crossbridge.yml')
        await signal()
        print(own.search === wrapper)
        await reload({ ...on, targets: ['no_such', 'shop'], instrumentations: on.instrumentations.slice(1) })
        await own.search(1, 0)
        clearInterval(awake)`,
    })

    assert.deepEqual(outcome.printed, [true, true, true, true])
    assert.equal(outcome.records.length, 4)
    assert.equal(told(outcome, /mod is not an option/g), 70)
    assert.equal(told(outcome, /enabled must be true or false/g), 70)
    // Nothing of the file is used, and it does not say that something was.
    assert.equal(told(outcome, /(must be true or false|is not an option) .*(using|ignored)/g), 0)
    assert.equal(told(outcome, /the configuration can't be read: there is no such file/g), 1)
    assert.equal(told(outcome, /has mistakes; the configuration that was read before it stays in force/g), 211)
    assert.equal(told(outcome, /instrumentations have changed in .* take effect with the next start/g), 1)
    assert.equal(told(outcome, /targets: no_such is not a target/g), 1)
  })

  it('follows a file that is swapped by symlink, replaced, written in parts and removed; worker threads follow, too', async () => {
    const folder = folderFor('previous')
    const byPoll = { ...on, reload: true, reload_signal: 'none' }
    const yaml = (config: object) => JSON.stringify({ runtime: { profiling: config } })
    for (const [name, config] of [
      ['one', { ...byPoll, enabled: false }],
      ['two', byPoll],
    ] as const) {
      mkdirSync(join(folder, name))
      writeFileSync(join(folder, name, 'config.yml'), yaml(config))
    }
    symlinkSync('one', join(folder, '..data'))
    symlinkSync('..data/config.yml', join(folder, 'config.yml'))

    const outcome = await runIn(folder, {
      files: {
        ...files,
        'worker.cjs': `
          const shop = require('./shop.cjs')
          const { parentPort } = require('node:worker_threads')
          const { search } = shop
          let n = 0
          parentPort.postMessage(n)
          setInterval(() => {
            if ((shop.search === search) === (n % 2 === 0)) return
            n++
            parentPort.postMessage(n)
            if (n === 1) shop.search(1, 0)
          }, 20)`,
      },
      env: { CROSSBRIDGE_CONFIG: 'config.yml' },
      imports: [...imports, ['{ Worker }', 'node:worker_threads']],
      body: `${setUp}
        const own = createRequire(process.cwd() + '/app.mjs')('./shop.cjs')
        const { search } = own
        const worker = new Worker('./worker.cjs')
        let there
        worker.on('message', (n) => (there = n))
        await new Promise((resolve) => worker.once('message', resolve))
        const isOn = () => own.search !== search
        const by = (config) => JSON.stringify({ runtime: { profiling: config } })
        const byPoll = { ...on, reload: true, reload_signal: 'none' }
        print(isOn())

        fs.symlinkSync('two', '..next')
        fs.renameSync('..next', '..data')
        await until(() => isOn() && there === 1)
        print('swapped')

        fs.writeFileSync('next.yml', by({ ...byPoll, enabled: false }))
        fs.renameSync('next.yml', 'config.yml')
        await until(() => !isOn() && there === 2)
        print('replaced')

        const whole = by({ ...byPoll, reload_signal: 'SIGHUP' })
        fs.writeFileSync('config.yml', whole.slice(0, whole.length / 2))
        await new Promise((resolve) => setTimeout(resolve, 50))
        fs.appendFileSync('config.yml', whole.slice(whole.length / 2))
        await until(() => isOn() && there === 3)
        print('in parts')

        fs.rmSync('config.yml')
        await until(() => process.listenerCount('SIGHUP') === 1)
        await new Promise((resolve) => setTimeout(resolve, 2500))
        print(isOn())
        clearInterval(awake)
        await worker.terminate()`,
    })
    rmSync(folder, { recursive: true, force: true })

    assert.deepEqual(outcome.printed, [false, 'swapped', 'replaced', 'in parts', true])
    assert.deepEqual(
      outcome.records.map(({ thread_id }) => thread_id > 0),
      [true],
    )
    assert.equal(told(outcome, /config.yml has changed and is in force\n/g), 3)
    assert.equal(told(outcome, /config.yml can't be found any more \(ENOENT\)/g), 1)
  })

  it('comes by the signal alone in worker threads, too', async () => {
    const outcome = await run({
      files: {
        ...files,
        'worker.cjs': `
          const shop = require('./shop.cjs')
          const { search } = shop
          require('node:worker_threads').parentPort.postMessage('loaded')
          const look = setInterval(() => {
            if (shop.search === search) return
            clearInterval(look)
            shop.search(1, 0)
          }, 20)`,
      },
      config: off,
      imports: [...imports, ['{ Worker }', 'node:worker_threads']],
      body: `${setUp}
        const worker = new Worker('./worker.cjs')
        await new Promise((resolve) => worker.once('message', resolve))
        await reload(on)
        await new Promise((resolve) => worker.on('exit', resolve))
        clearInterval(awake)`,
    })

    assert.deepEqual(
      outcome.records.map(({ thread_id }) => thread_id > 0),
      [true],
    )
    assert.equal(told(outcome, /is in force/g), 1)
  })

  it('leaves a signal alone that is not configured, and keeps no process alive', async () => {
    const body = `print(process.listenerCount('SIGUSR2'))
      process.kill(process.pid, 'SIGUSR2')
      await new Promise((resolve) => setTimeout(resolve, 10_000))`
    const alone = await run({ config: { ...everything, reload: true }, body })
    const quiet = await run({ files, config: { ...off, reload: true }, body: `print('done')` })

    assert.deepEqual([alone.printed, alone.signal], [[0], 'SIGUSR2'])
    assert.deepEqual([quiet.printed, quiet.code, quiet.stderr], [['done'], 0, ''])
  })
})
