import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { folderFor, formats, register, runIn } from '../support/application.ts'
import { freePort, sumOf } from '../support/prometheus.ts'

/** Samples a tenth, and leaves out all of it: what the totals hold is no record. */
const config = (output: object) => ({
  enabled: true,
  sample_rate: 0.1,
  thresholds: { slow_call_ms: 1e6 },
  // On a busy machine the agent would restrain itself, and its pause counts nothing.
  limits: { self_cpu_percent: 0 },
  output: { type: 'prometheus', ...output },
  instrumentations: [
    {
      name: 'shop',
      module: './shop.cjs',
      target: 'store',
      methods: [
        { at: 'find', scope: 'find', metadata: { model: 'args.1', input_tokens: 'args.2', batch_size: 'args.3' } },
        { at: 'fail', scope: 'fail' },
      ],
    },
  ],
})
const files = {
  'shop.cjs': `exports.find = (n) => n
exports.fail = () => { throw new TypeError('no') }`,
}
const scrape = (port: number) => `
  const scrape = async (accept = 'text/plain') => {
    const response = await fetch('http://127.0.0.1:${port}/metrics', { headers: { accept, connection: 'close' } })
    return response.ok ? response.text() : ''
  }
  const seen = (text) => [...text.matchAll(/^profiling_calls_total{.*} (\\d+)$/gm)].reduce((sum, one) => sum + Number(one[1]), 0)
  /** Until as many calls are reported; gives every sum on the way. */
  const until = async (calls) => {
    const sums = []
    while (sums.at(-1) !== calls && sums.length < 2000) {
      sums.push(seen(await scrape().catch(() => '')))
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
    return sums.filter((sum, i) => sum !== sums[i - 1])
  }`

describe('the Prometheus output', () => {
  let folder: string
  let env: Record<string, string>
  beforeEach(() => {
    folder = folderFor('previous')
    // What families keep is seen here, and is removed with it.
    env = { TMPDIR: folder }
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  const left = () => readdirSync(folder).filter((name) => name.startsWith('crossbridge-'))
  const families = () => left().flatMap((name) => readdirSync(join(folder, name)))

  it('adds 8 cluster workers and 8 worker threads up to one scrape that stays true when workers end', async () => {
    const port = await freePort()
    const { code, printed, stderr } = await runIn(folder, {
      // As under a process manager: the primary knows nothing of the agent.
      bare: true,
      env,
      config: config({ port }),
      files: {
        ...files,
        'load.cjs': `const { find, fail } = require('./shop.cjs')
          exports.load = async (calls) => {
            for (let n = 0; n < calls; n++) {
              if (n % 50 === 0) await new Promise(setImmediate)
              n % 10 ? find(n) : (() => { try { fail() } catch {} })()
            }
          }`,
        'thread.cjs': `require('./load.cjs').load(500).then(() => require('node:worker_threads').parentPort.postMessage('done'))`,
        'worker.cjs': `const { Worker } = require('node:worker_threads')
          const thread = new Worker('./thread.cjs')
          process.on('message', () => {})
          Promise.all([
            require('./load.cjs').load(1000),
            new Promise((resolve) => thread.on('message', () => thread.on('exit', resolve))),
          ]).then(() => process.send('done'))`,
      },
      imports: [
        ['cluster', 'node:cluster'],
        ['fs', 'node:fs'],
      ],
      body: `${scrape(port)}
        cluster.setupPrimary({ exec: './worker.cjs', execArgv: ['--import', ${JSON.stringify(register)}] })
        const start = async (count) => {
          const workers = Array.from({ length: count }, () => cluster.fork())
          const done = workers.map((worker) => new Promise((resolve) => worker.once('message', resolve)))
          const sums = await until(count === 8 ? 12000 : 15000)
          await Promise.all(done)
          return [workers, sums]
        }
        const ended = (worker) => new Promise((resolve) => worker.process.once('exit', resolve))
        const [workers, first] = await start(8)
        print(first)
        // Once each process's own calls are in its file, even SIGKILL can't take them away.
        const folders = fs.readdirSync('.').filter((name) => name.startsWith('crossbridge-'))
        const family = folders[0] + '/' + fs.readdirSync(folders[0])[0]
        const inFiles = () => fs.readdirSync(family).filter((name) => /^\\d+-.*json$/.test(name)).reduce((sum, name) => {
          const { series } = JSON.parse(fs.readFileSync(family + '/' + name, 'utf8'))
          return sum + Object.values(series.profiling_calls_total ?? {}).reduce((all, { n }) => all + n[0], 0)
        }, 0)
        const foldedTo = () => Object.values(JSON.parse(fs.readFileSync(family + '/ended', 'utf8')).series.profiling_calls_total ?? {}).reduce((all, { n }) => all + n[0], 0)
        while (inFiles() + foldedTo() !== 12000) await new Promise((resolve) => setTimeout(resolve, 50))
        for (const [n, worker] of workers.slice(0, 6).entries()) {
          if (n < 3) worker.disconnect()
          else worker.process.kill(n < 5 ? 'SIGTERM' : 'SIGKILL')
          await ended(worker)
        }
        print(await until(12000))
        const [more, second] = await start(2)
        print(second)
        print(await scrape())
        print(fs.readdirSync(family).filter((name) => name.endsWith('.json')).length)
        for (const worker of [...workers, ...more]) worker.process.kill()`,
    })

    assert.deepEqual([code, stderr], [0, ''])
    const [first, afterEnds, second, text, kept] = printed as [number[], number[], number[], string, number]
    for (const [sums, from, to] of [
      [first, 0, 12000],
      [second, 12000, 15000],
    ] as const) {
      // While a worker takes the port over, a scrape finds nobody, which is no total.
      const answered = sums.filter((sum) => sum > 0)
      assert.equal(answered.at(-1), to)
      assert.deepEqual(
        answered,
        answered.toSorted((a, b) => a - b),
      )
      assert.ok(answered.every((sum) => sum >= from && sum <= to))
    }
    assert.deepEqual(
      afterEnds.filter((sum) => sum > 0),
      [12000],
    )
    assert.equal(sumOf(text, 'profiling_calls_total', { outcome: 'error' }), 1500)
    assert.equal(sumOf(text, 'profiling_duration_seconds_count'), 15000)
    assert.equal(sumOf(text, 'profiling_duration_seconds_bucket', { le: '+Inf' }), 15000)
    assert.equal(sumOf(text, 'crossbridge_calls_seen_total'), 15000)
    const left = sumOf(text, 'crossbridge_calls_sampled_out_total')
    assert.ok(left > 13000 && left < 14000, `${left} of 15000 were sampled out`)
    const [fast, failed] = ['under_threshold', 'emitted'].map((what) => sumOf(text, `crossbridge_calls_${what}_total`))
    assert.equal(left + (fast ?? 0) + (failed ?? 0), 15000)
    // Four workers run; those that ended, and all threads, are one file.
    assert.equal(kept, 4)
  })

  it('counts what its threads did where they ended or run on, with all of it in the main thread', async () => {
    const port = await freePort()
    const { code, printed, stderr } = await runIn(folder, {
      env,
      config: config({ port }),
      files: {
        ...files,
        'thread.cjs': `const { find } = require('./shop.cjs')
          const { parentPort, workerData } = require('node:worker_threads')
          for (let n = 0; n < 100; n++) find(n, 'm' + workerData, 3, 2)
          if (workerData % 2) parentPort.on('message', () => {})
          parentPort.postMessage('done')`,
      },
      imports: [
        ['{ Worker }', 'node:worker_threads'],
        ['{ find }', './shop.cjs'],
        ['fs', 'node:fs'],
      ],
      body: `${scrape(port)}
        const threads = Array.from({ length: 8 }, (_, workerData) => new Worker('./thread.cjs', { workerData }))
        for (let n = 0; n < 200; n++) find(n, 'main', 1)
        print((await until(1000)).at(-1))
        print(await scrape())
        print((await scrape('application/openmetrics-text;version=1.0.0,text/plain;q=0.5')).split('\\n').filter((line) => /EOF|profiling_calls/.test(line)))
        const status = async (path, method) => (await fetch('http://127.0.0.1:${port}' + path, { method })).status
        print(await Promise.all([status('/'), status('/metrics', 'POST'), status('/metrics?x', 'HEAD')]))
        print(fs.statSync(fs.readdirSync('.').find((name) => name.startsWith('crossbridge-'))).mode & 0o777)
        for (const thread of threads) thread.terminate()`,
    })

    assert.deepEqual([code, stderr], [0, ''])
    const [calls, text, openMetrics, statuses, mode] = printed as [number, string, string[], number[], number]
    assert.equal(calls, 1000)
    assert.equal(sumOf(text, 'profiling_tokens_total', { type: 'input' }), 8 * 300 + 200)
    assert.equal(sumOf(text, 'profiling_tokens_total', { model: 'm3' }), 300)
    assert.equal(sumOf(text, 'profiling_batch_items_total', { library: 'shop', name: 'store.find' }), 8 * 200)
    assert.ok(sumOf(text, 'crossbridge_self_cpu_seconds_total') > 0)
    assert.deepEqual(openMetrics, [
      '# HELP profiling_calls Profiled calls that have ended.',
      '# TYPE profiling_calls counter',
      'profiling_calls_total{name="store.find",target="store",library="shop",outcome="ok"} 1000',
      'profiling_calls_total{name="store.find",target="store",library="shop",outcome="error"} 0',
      '# EOF',
    ])
    assert.deepEqual(statuses, [404, 405, 200])
    assert.equal(mode, 0o700)
    // The last of a family takes everything with it.
    assert.deepEqual(families(), [])
  })

  it('tells that its port is taken, serves at the next one, and names the requests of calls there', async () => {
    const taken = createServer(() => {})
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address() as AddressInfo
    const traceId = '0af7651916cd43dd8448eb211c80319c'
    const { code, printed, stderr } = await runIn(folder, {
      env,
      config: { ...config({ port }), requests: true },
      files,
      imports: [
        ['{ find }', './shop.cjs'],
        ['http', 'node:http'],
      ],
      body: `const server = http.createServer((_, response) => response.end(String(find(1))))
        await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
        const headers = { connection: 'close', accept: 'application/openmetrics-text' }
        await fetch('http://127.0.0.1:' + server.address().port, { headers: { ...headers, traceparent: '00-${traceId}-b7ad6b7169203331-01' } })
        server.close()
        for (let tries = 0; tries < 1000; tries++) {
          const at = ${port + 1} + (tries % 10)
          const found = await fetch('http://127.0.0.1:' + at + '/metrics', { headers }).then((one) => one.text(), () => '')
          if (found.includes('profiling_calls_total')) return print([at, found])
        }`,
    })
    taken.close()

    assert.equal(code, 0)
    const [at, text] = printed[0] as [number, string]
    assert.ok(at > port)
    assert.equal(
      stderr,
      `crossbridge: output.port: ${port} is taken by another program; metrics are served at http://127.0.0.1:${at}/metrics\n`,
    )
    assert.match(
      text,
      new RegExp(`^profiling_duration_seconds_bucket{.*} 1 # {trace_id="${traceId}",span_id="\\w{16}"} `, 'm'),
    )
  })

  for (const format of formats)
    it(`joins the registry of the application's own prom-client, in ${format}`, async () => {
      const { code, printed, stderr } = await runIn(folder, {
        env,
        format,
        config: config({ registry: 'application', port: 1 }),
        files: { ...files, 'thread.cjs': `require('./shop.cjs').find(1)` },
        imports: [
          ['prom', 'prom-client'],
          ['{ find }', './shop.cjs'],
          ['{ Worker }', 'node:worker_threads'],
        ],
        body: `new prom.Counter({ name: 'mine', help: 'mine' }).inc()
          find(1)
          await new Promise((resolve) => new Worker('./thread.cjs').on('exit', resolve))
          print(await prom.register.metrics())
          print(await prom.AggregatorRegistry.aggregate([await prom.register.getMetricsAsJSON(), await prom.register.getMetricsAsJSON()]).metrics())`,
      })

      assert.deepEqual([code, stderr], [0, ''])
      const [alone, both] = printed as [string, string]
      assert.equal(sumOf(alone, 'mine'), 1)
      assert.equal(sumOf(alone, 'profiling_calls_total'), 2)
      assert.equal(sumOf(both, 'profiling_calls_total'), 4)
      assert.equal(sumOf(both, 'profiling_duration_seconds_count'), 4)
    })

  it('is pushed and written to a text file by a short job, which it keeps no longer than 3 s', async () => {
    const pushed: { method: string; url: string; body: string }[] = []
    const gateway = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request.setEncoding('utf8')) body += chunk
      pushed.push({ method: request.method ?? '', url: request.url ?? '', body })
      if (!request.url?.includes('slow')) response.end()
    })
    await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve))
    const base = `http://user:secret@127.0.0.1:${(gateway.address() as AddressInfo).port}`
    const job = async (name: string, pushgateway: string, body: string) => {
      const own = folderFor('previous')
      const outcome = await runIn(own, {
        env,
        config: config({ port: 0, pushgateway, textfile: 'metrics/job.prom' }),
        files: { ...files, 'package.json': JSON.stringify({ name }) },
        imports: [['{ find }', './shop.cjs']],
        body,
      })
      const written = readFileSync(join(own, 'metrics/job.prom'), 'utf8')
      const around = readdirSync(join(own, 'metrics'))
      rmSync(own, { recursive: true, force: true })
      return { ...outcome, written, around }
    }
    const [whole, cut, slow] = await Promise.all([
      job('my job', base, 'for (let n = 0; n < 7; n++) find(n)'),
      job('cut', base, 'find(1); process.exit(3)'),
      job('any', `${base}/metrics/job/slow/instance/1`, 'find(1)'),
    ])
    gateway.closeAllConnections()
    gateway.close()

    assert.deepEqual([whole.code, whole.stderr, cut.code, cut.stderr, slow.code], [0, '', 3, '', 0])
    assert.match(slow.stderr, /^crossbridge: metrics can't be pushed to 127\.0\.0\.1:\d+ \(it did not answer\)/)
    assert.deepEqual(pushed.map(({ method, url }) => `${method} ${url}`).toSorted(), [
      'PUT /metrics/job/my%20job',
      'PUT /metrics/job/slow/instance/1',
    ])
    const body = pushed.find(({ url }) => url.includes('my'))?.body ?? ''
    for (const text of [body, whole.written]) {
      assert.equal(sumOf(text, 'profiling_calls_total'), 7)
      assert.equal(sumOf(text, 'profiling_duration_seconds_count'), 7)
    }
    assert.equal(sumOf(cut.written, 'profiling_calls_total'), 1)
    assert.deepEqual(whole.around, ['job.prom'])
    assert.deepEqual(families(), [])
  })

  it('tells what to install where prom-client is missing, and is not loaded where it is not configured', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'no-prom-client-'))
    const loaded = `print(Object.keys(require.cache).some((file) => file.endsWith('prometheus.cjs')))`
    const body = `require('./shop.cjs').find(1)\n${loaded}`
    const run = (output: object) => runIn(empty, { env, format: 'cjs', config: config(output), files, body })
    const missing = await run({ registry: 'application' })
    const pushed = await run({ port: 0, pushgateway: 'http://127.0.0.1:1' })
    const without = await runIn(folder, {
      format: 'cjs',
      config: { ...config({}), output: { type: 'none' } },
      files,
      body,
    })
    rmSync(empty, { recursive: true, force: true })

    assert.deepEqual([missing.code, missing.printed, without.printed], [0, [true], [false]])
    const needs = "needs a package that the application doesn't have"
    const firstOf = ({ stderr }: { stderr: string }) => stderr.split('\n', 1)[0]
    assert.equal(
      firstOf(missing),
      `crossbridge: output.registry: application ${needs}; there are no metrics: npm install prom-client`,
    )
    assert.equal(
      firstOf(pushed),
      `crossbridge: output.pushgateway ${needs}; nothing is pushed: npm install prom-client`,
    )
  })

  it('serves without prom-client, and a process without workers keeps no files of its own', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'no-prom-client-'))
    const port = await freePort()
    const { code, printed, stderr } = await runIn(empty, {
      env,
      config: config({ port, textfile: 'job.prom' }),
      files,
      imports: [
        ['{ find }', './shop.cjs'],
        ['fs', 'node:fs'],
      ],
      body: `${scrape(port)}
        for (let n = 0; n < 7; n++) find(n)
        print(await until(7))
        await new Promise((resolve) => setTimeout(resolve, 1500))
        print(await scrape('application/openmetrics-text'))
        print(fs.readdirSync(process.env.TMPDIR).filter((name) => name.startsWith('crossbridge-')))`,
    })
    const written = readFileSync(join(empty, 'job.prom'), 'utf8')
    rmSync(empty, { recursive: true, force: true })

    assert.deepEqual([code, stderr], [0, ''])
    const [, text, kept] = printed as [unknown, string, string[]]
    assert.match(text, /^profiling_calls_total{.*outcome="ok"} 7$/m)
    assert.match(text, /\n# EOF\n$/)
    assert.equal(sumOf(written, 'profiling_calls_total'), 7)
    assert.deepEqual([kept, left()], [[], []])
  })

  it('counts what calls cost, sampled or not, once somebody asks for it, and names a model without a price once', async () => {
    const { code, stderr } = await runIn(folder, {
      env,
      config: {
        ...config({ port: 0, textfile: 'costs.prom', costs: 'published' }),
        prices: { models: { 'mine-*': { input: 3 } } },
      },
      files,
      imports: [['{ find }', './shop.cjs']],
      body: `for (const model of ['mine-1', 'mine-1', 'gpt-nowhere', 'gpt-nowhere']) find(1, model, 5e5)`,
    })
    const text = readFileSync(join(folder, 'costs.prom'), 'utf8')

    assert.equal(code, 0)
    assert.equal(
      stderr,
      'crossbridge: gpt-nowhere of shop has no price, so that no cost has its calls; prices.models gives one\n',
    )
    assert.equal(sumOf(text, 'profiling_cost_usd_total', { model: 'mine-1', library: 'shop' }), 3)
    assert.equal(sumOf(text, 'profiling_cost_usd_total'), 3)
  })

  it('names the currency of contracts, counts nothing unasked, and says that published prices are in USD', async () => {
    const prices = { currency: 'EUR', models: { m: { input: 2 } } }
    const outcomeOf = async (costs: string) => {
      const outcome = await runIn(folder, {
        env,
        config: { ...config({ port: 0, textfile: `${costs}.prom`, costs }), prices },
        files,
        imports: [['{ find }', './shop.cjs']],
        body: `find(1, 'm', 1e6)`,
      })
      return [outcome.stderr, readFileSync(join(folder, `${costs}.prom`), 'utf8')] as const
    }
    const [own, published, off] = [await outcomeOf('own'), await outcomeOf('published'), await outcomeOf('off')]

    assert.deepEqual([own[0], off[0]], ['', ''])
    assert.match(own[1], /^profiling_cost_eur_total{.*} 2$/m)
    assert.equal(
      published[0],
      'crossbridge: output.costs is published, and published prices are in USD, prices.currency is EUR: costs are by prices.models alone\n',
    )
    assert.match(published[1], /^profiling_cost_eur_total{.*} 2$/m)
    assert.doesNotMatch(off[1], /cost_/)
  })

  it('leaves the port to a primary that runs with the agent, which adds its workers up', async () => {
    const port = await freePort()
    const { code, printed, stderr } = await runIn(folder, {
      env,
      config: config({ port }),
      files: {
        ...files,
        'worker.cjs': `for (let n = 0; n < 100; n++) require('./shop.cjs').find(n)
          process.on('message', () => {})`,
      },
      imports: [
        ['{ find }', './shop.cjs'],
        ['cluster', 'node:cluster'],
      ],
      body: `${scrape(port)}
        cluster.setupPrimary({ exec: './worker.cjs' })
        find(1)
        print((await until(1)).at(-1))
        const workers = Array.from({ length: 3 }, () => cluster.fork())
        print((await until(301)).at(-1))
        // As long as it takes until workers would serve where nobody does.
        await new Promise((resolve) => setTimeout(resolve, 4000))
        for (const worker of workers) worker.disconnect()
        await Promise.all(workers.map((worker) => new Promise((resolve) => worker.process.once('exit', resolve))))
        print((await until(301)).at(-1))`,
    })

    assert.deepEqual([code, stderr, printed], [0, '', [1, 301, 301]])
    assert.deepEqual(families(), [])
  })
})
