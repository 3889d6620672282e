import assert from 'node:assert/strict'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { api, everything, folderFor, type Import, isOldest, runIn } from '../support/application.ts'
import { cli } from '../support/cli.ts'

const labels = { tenant: 'header X-Tenant', region: 'eu' }
const config = { ...everything, requests: true, labels }
const imports: readonly Import[] = [
  ['http', 'node:http'],
  ['net', 'node:net'],
  ['{ once }', 'node:events'],
  ['{ profile }', api],
]
const shared = `
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const listen = async (server) => { server.listen(0, '127.0.0.1'); await once(server, 'listening'); return server.address().port }
const agent = new http.Agent({ keepAlive: true, maxSockets: 20 })
const get = (port, headers = {}) => new Promise((resolve, reject) => http.get({ port, host: '127.0.0.1', headers, agent }, (answer) =>
  answer.resume().on('end', resolve)).on('error', reject))
const close = async (server) => { agent.destroy(); server.close(); await once(server, 'close') }
`
// biome-ignore lint/suspicious/noExplicitAny: tests read records as JSON
type Any = any

describe('labels', () => {
  let folder: string
  beforeEach(() => {
    folder = folderFor('previous')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  const start = (body: string, more: object = {}, others: readonly Import[] = []) =>
    runIn(folder, { imports: [...imports, ...others], config: { ...config, ...more }, body: shared + body })

  it('are those of its own request on each record, of two tenants whose requests are under way at once', async () => {
    const outcome = await start(
      `
      const app = express()
      app.get('/', async (req, res) => {
        const of = req.headers['x-tenant'] ?? 'nobody'
        await profile('app.outer', { of }, async () => {
          await sleep(Math.random() * 5)
          await Promise.all([1, 2].map(() => profile('app.inner', { of }, () => sleep(Math.random() * 5))))
        })
        res.end()
      })
      const server = http.createServer(app)
      const port = await listen(server)
      await Promise.all(Array.from({ length: 200 }, (_, n) =>
        get(port, n % 50 === 0 ? {} : { 'x-tenant': n % 2 ? 'acme' : 'globex', 'x-other': 'a' })))
      await profile('app.job', () => profile('app.inner', { of: 'nobody' }, () => sleep(1)))
      await close(server)`,
      {},
      [['express', 'express']],
    )

    assert.deepEqual([outcome.code, outcome.stderr], [0, ''])
    const calls = outcome.records.filter(({ metadata }) => metadata?.of !== undefined)
    const requests = outcome.records.filter(({ kind }) => kind === 'http')
    assert.deepEqual([calls.length, requests.length], [601, 200])
    for (const { labels, metadata } of calls)
      assert.deepEqual(labels, { region: 'eu', ...(metadata.of !== 'nobody' && { tenant: metadata.of }) })
    const byTrace = new Map(calls.map((call) => [call.trace_id, call.labels]))
    for (const { trace_id, labels } of requests) assert.deepEqual(labels, byTrace.get(trace_id))
    assert.deepEqual(outcome.records.find(({ name }) => name === 'app.job').labels, { region: 'eu' })
  })

  it('have at most as many values as max_label_values says, however many clients send; it is told once, and counted', async () => {
    const ledger = join(folder, 'ledger')
    const outcome = await runIn(folder, {
      imports,
      env: { CROSSBRIDGE_PROFILING_LEDGER: ledger, CROSSBRIDGE_PROFILING_DEBUG: '1' },
      config: {
        ...config,
        output: [everything.output, { type: 'prometheus', port: 0, textfile: './metrics.prom' }],
        labels: { tenant: 'header x-tenant', user: 'header x-user' },
      },
      body: `${shared}
      const server = http.createServer(async (req, res) => { await profile('app.call', () => sleep(0)); res.end() })
      const port = await listen(server)
      for (let n = 0; n < 10_000; n += 20)
        await Promise.all(Array.from({ length: 20 }, (_, i) => get(port, { 'x-tenant': 'tenant-' + (n + i), 'x-user': 'u' + (n + i) % 90 })))
      await close(server)
      process.exit()`,
    })

    assert.equal(outcome.code, 0, outcome.stderr)
    const values = (name: string) => new Set(outcome.records.map(({ labels }) => labels[name]))
    assert.deepEqual([outcome.records.length, values('tenant').size, values('user').size], [20_000, 101, 90])
    assert.equal(outcome.records.filter(({ labels }) => labels.tenant === 'other').length, 19_800)
    const told = outcome.stderr.split('\n').filter((line) => line.includes('different values;'))
    assert.deepEqual(told, [
      `crossbridge: labels.tenant (crossbridge.yml:1:${columnOf('header x-tenant')}): x-tenant has had more than 100 different values; requests with further ones have the label other. Raise max_label_values, or name a header that clients can't choose`,
    ])
    assert.match(
      outcome.stderr,
      /label tenant: 100 different values were kept, 9900 requests with others count as other/,
    )
    const kept = JSON.parse(readFileSync(join(ledger, `${outcome.records[0].pid}-0.json`), 'utf8'))
    assert.deepEqual(kept.ledger.labels, { tenant: { values: 100, other: 9900 }, user: { values: 90, other: 0 } })
    const metrics = readFileSync(join(folder, 'metrics.prom'), 'utf8')
    const lines = metrics.split('\n').filter((line) => line.startsWith('profiling_calls_total'))
    assert.ok(lines.length <= 2000, `${lines.length} series`)
    const sum = lines.reduce((all, line) => all + Number(line.slice(line.lastIndexOf(' '))), 0)
    assert.equal(sum, 20_000)
  })

  function columnOf(text: string): number {
    return readFileSync(join(folder, 'crossbridge.yml'), 'utf8').indexOf(`"${text}"`) + 1
  }

  it('have harmless characters alone, and 64 of them, whatever a client sends', async () => {
    const hostile = [
      `"} 1\\\\# <script>alert('x')</script>`,
      '\\x9b31m\\x85\\u00e9\\t|`@everyone`',
      `${'x'.repeat(5000)}`,
      '__proto__',
      'a, b',
    ]
    const outcome = await start(
      `
      const server = http.createServer(async (req, res) => { await profile('app.call', () => sleep(0)); res.end() })
      const port = await listen(server)
      const send = async (lines) => {
        const socket = net.connect(port, '127.0.0.1')
        socket.write(Buffer.from(['GET / HTTP/1.1', 'host: a', 'connection: close', ...lines, '', ''].join('\\r\\n'), 'latin1'))
        await once(socket.resume(), 'close')
      }
      for (const value of ${JSON.stringify(hostile).replaceAll('\\\\x', '\\x').replaceAll('\\\\u', '\\u')}) await send(['X-TENANT: ' + value])
      await send(['x-tenant: own', 'X-Tenant: gateway'])
      await send(['x-tenant:', 'x-tenan: a', 'x-tenants: b'])
      await close(server)
      process.exit()`,
      { output: [everything.output, { type: 'prometheus', port: 0, textfile: './metrics.prom' }] },
    )

    assert.equal(outcome.code, 0, outcome.stderr)
    const found = outcome.records.filter(({ kind }: Any) => kind === 'http').map(({ labels }: Any) => labels.tenant)
    assert.equal(found.length, 7)
    assert.equal(found.at(-1), undefined)
    assert.equal(found.at(-2), 'own__gateway')
    for (const value of found.slice(0, -1)) assert.match(value, /^[\w.:/-]{1,64}$/)
    assert.equal(found[2], 'x'.repeat(64))
    assert.equal(found[3], '__proto__')
    const metrics = readFileSync(join(folder, 'metrics.prom'), 'utf8')
    const series = metrics.split('\n').filter((line) => line.startsWith('profiling_calls_total{'))
    for (const line of series) assert.match(line, /^profiling_calls_total\{(?:[a-z_]+="[\w.:/-]*",?)+\} \d+$/)
    // The last request has no such header.
    assert.ok(series.some((line) => line.includes('region="eu"') && !line.includes('tenant=')))
  })

  it('are counted by cost, and told apart in the report', async () => {
    const { code, stderr } = await start(
      `
      const server = http.createServer(async (req, res) => {
        const input_tokens = req.headers['x-tenant'] === 'acme' ? 1000 : 3000
        await profile('llm.generate', { model: 'm', input_tokens, output_tokens: 0 }, () => sleep(1))
        res.end()
      })
      const port = await listen(server)
      for (const tenant of ['acme', 'globex', 'acme']) await get(port, { 'x-tenant': tenant })
      await close(server)
      process.exit()`,
      {
        prices: { models: { m: { input: 1000 } } },
        output: [everything.output, { type: 'prometheus', port: 0, textfile: './metrics.prom', costs: 'own' }],
      },
    )

    assert.equal(code, 0, stderr)
    const metrics = readFileSync(join(folder, 'metrics.prom'), 'utf8')
    const cost = [...metrics.matchAll(/^profiling_cost_usd_total\{.*tenant="(\w+)".*\} (.*)$/gm)].map(
      ([, tenant, value]) => [tenant, Number(value)],
    )
    assert.deepEqual(cost, [
      ['acme', 2],
      ['globex', 3],
    ])
    const { stdout } = await cli(['report', 'profile.jsonl', '--by', 'tenant', '--json'], { cwd: folder })
    const { by_label } = JSON.parse(stdout)
    const rows = by_label.values.map((one: Any) => [
      ...[one.value, one.requests, one.calls, one.errors, one.input_tokens, one.cost],
    ])
    assert.deepEqual(rows.sort(), [
      ['acme', 2, 2, 0, 2000, 2],
      ['globex', 1, 1, 0, 3000, 3],
    ])
  })

  it('are read off HTTP/2 too', { skip: isOldest && 'Node 20 publishes nothing of HTTP/2' }, async () => {
    const outcome = await start(
      `
      const server = http2.createServer(async (req, res) => { await profile('app.call', () => sleep(0)); res.end() })
      const port = await listen(server)
      const client = http2.connect('http://127.0.0.1:' + port)
      for (const tenant of ['acme', 'globex']) {
        const stream = client.request({ 'x-tenant': tenant })
        await once(stream.resume().end(), 'close')
      }
      client.close()
      await close(server)`,
      {},
      [['http2', 'node:http2']],
    )

    const found = outcome.records.map(({ name, labels }) => [name, labels.tenant])
    assert.deepEqual(
      found.filter(([name]) => name === 'app.call'),
      [
        ['app.call', 'acme'],
        ['app.call', 'globex'],
      ],
      outcome.stderr,
    )
  })

  it('are constants alone without requests, which is told; and none where there are none', async () => {
    const body = `profile('app.call', () => {})`
    const off = await start(body, { requests: false })
    rmSync(join(folder, 'profile.jsonl'))
    const bare = await start(body, { labels: {} })

    assert.match(
      off.stderr,
      /^crossbridge: labels\.tenant is read from a header \(crossbridge\.yml:1:\d+\), and requests is off \(crossbridge\.yml:1:\d+\): no call has that label; set requests: true\n$/,
    )
    assert.deepEqual(
      off.records.map(({ labels }) => labels),
      [{ region: 'eu' }],
    )
    assert.deepEqual([bare.stderr, bare.records.map((record) => 'labels' in record)], ['', [false]])
  })

  it('change with the configuration while the process runs', async () => {
    const file = join(folder, 'crossbridge.yml')
    const outcome = await start(
      `
      const { readFileSync, writeFileSync } = process.getBuiltinModule('node:fs')
      const server = http.createServer(async (req, res) => { await profile('app.call', () => sleep(0)); res.end() })
      const port = await listen(server)
      await get(port, { 'x-tenant': 'acme', 'x-plan': 'pro' })
      writeFileSync(${JSON.stringify(file)}, readFileSync(${JSON.stringify(file)}, 'utf8').replace('X-Tenant', 'X-Plan'))
      while (!readFileSync('profile.jsonl', 'utf8').includes('"tenant":"pro"')) {
        await sleep(50)
        await get(port, { 'x-tenant': 'acme', 'x-plan': 'pro' })
      }
      await close(server)`,
      { reload: true },
    )

    assert.equal(outcome.code, 0, outcome.stderr)
    assert.equal(outcome.records[0].labels.tenant, 'acme')
    assert.equal(outcome.records.at(-1).labels.tenant, 'pro')
  })
})
