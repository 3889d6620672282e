import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { api, everything, type Format, run } from '../support/application.ts'

const requests = 200
const secret = 'a-secret-of-enough-characters'

/** A retriever that holds its embedding and its search, which are under way at once. */
const rag = `
const { setTimeout: sleep, setImmediate: soon } = require('node:timers/promises')
const { Readable } = require('node:stream')
class Rag {
  async retrieve(n) {
    await soon()
    const [, rows] = await Promise.all([this.embed(n), this.collect(n)])
    return rows
  }
  async embed(n) {
    await sleep(1 + (n * 7) % 13)
    return new Promise((resolve, reject) => setTimeout(() => this.tokenize(n).then(resolve, reject), n % 3))
  }
  tokenize(n) {
    return new Promise((resolve) => Readable.from([1, 2, 3]).on('data', () => {}).on('end', () => process.nextTick(resolve, n)))
  }
  async collect(n) {
    const rows = []
    for await (const row of this.search(n)) rows.push(row)
    return rows
  }
  async *search(n) {
    for (let i = 0; i < 3; i++) {
      await sleep(n % 5)
      yield i
    }
    await this.rank(n)
  }
  async rank(n) { await soon() }
  // Lazy: what it does begins where it is awaited.
  plan(n) { return { then: (ok, failed) => this.step(n).then(ok, failed) } }
  async step(n) { await soon() }
  async quick(n) {}
  async fail(n) { await soon(); throw new TypeError('no') }
}
module.exports = { Rag }
`
const scopes = ['retrieve', 'embed', 'tokenize', 'search', 'rank', 'plan', 'step', 'quick', 'fail']
const config = {
  ...everything,
  requests: true,
  request: { profile_secret: secret, log_ids: true },
  instrumentations: [
    {
      name: 'rag',
      module: './rag.cjs',
      target: 'semantic_search',
      methods: scopes.map((scope) => ({ at: `Rag.prototype.${scope}`, scope, metadata: { n: 'args.0' } })),
    },
  ],
}

const answer = `
const rag = new Rag()
const answer = (n) => profile('app.answer', { n }, async () => {
  await rag.retrieve(n)
  await rag.plan(n)
  await rag.fail(n).catch(() => {})
  return n
})
const many = async (n) => { for (let i = 0; i < 300; i++) await rag.quick(n) }
const hang = async (n) => { await rag.quick(n); hanging.push(n); await new Promise(() => {}) }
const hanging = []
`
const servers = {
  express: `
    const app = express()
    app.use(express.json())
    app.post('/answer', async (req, res) => {
      const n = req.body.n
      log.info({ n }, 'before')
      await answer(n)
      log.child({ child: true }).info({ n }, 'after')
      res.json({ n })
    })
    app.post('/many', async (req, res) => { await many(req.body.n); res.json({}) })
    app.post('/hang', (req) => hang(req.body.n))
    const log = pino({ mixin: () => ({ mixed: 1 }) }, pino.destination({ dest: './app.log', sync: true }))
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    `,
  fastify: `
    const app = fastify({ logger: { file: './app.log', mixin: () => ({ mixed: 1 }) } })
    app.post('/answer', async (req) => {
      const n = req.body.n
      req.log.info({ n }, 'before')
      await answer(n)
      req.log.child({ child: true }).info({ n }, 'after')
      return { n }
    })
    app.post('/many', async (req) => { await many(req.body.n); return {} })
    app.post('/hang', (req) => hang(req.body.n))
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { server, log } = app
    `,
}

/** Clients that keep their connections, the server's end, and what it logged. */
const clients = `
const agent = new http.Agent({ keepAlive: true, maxSockets: 50 })
const post = (path, n, headers = {}, abort = undefined) => new Promise((resolve, reject) => {
  const request = http.request({ agent, path, method: 'POST', host: '127.0.0.1', port: server.address().port,
    headers: { 'content-type': 'application/json', 'x-request-id': 'r' + n, ...headers } }, (response) => {
    response.resume().on('end', resolve)
  })
  request.on('error', reject)
  request.end(JSON.stringify({ n }))
  abort?.(request)
})
const hex = (n, digits) => (n + 1).toString(16).padStart(digits, '0')
const traced = (n) => n % 2 ? {} : { traceparent: '00-' + hex(n, 32) + '-' + hex(n, 16) + '-00' }
const until = async (met) => { while (!met()) await new Promise((resolve) => setTimeout(resolve, 5)) }
const close = () => { agent.destroy(); server.closeAllConnections(); server.close() }
const emitted = () => fs.existsSync('profile.jsonl') ? fs.readFileSync('profile.jsonl', 'utf8') : ''
const logged = () => fs.readFileSync('app.log', 'utf8').trim().split('\\n').map((line) => JSON.parse(line))
`

const imports = [
  ['http', 'node:http'],
  ['fs', 'node:fs'],
  ['{ once }', 'node:events'],
  ['{ profile }', api],
  ['{ Rag }', './rag.cjs'],
  ['pino', 'pino'],
] as const
type Framework = keyof typeof servers

const start = (framework: Framework, format: Format, body: string, more: object = {}) =>
  run({
    format,
    imports: [...imports, [framework, framework]],
    files: { 'rag.cjs': rag },
    config: { ...config, ...more },
    env: { CROSSBRIDGE_PROFILING_DEBUG: '1' },
    body: answer + servers[framework] + clients + body,
  })

// biome-ignore lint/suspicious/noExplicitAny: tests read records as JSON
type Any = any

/** The records of the requests themselves, by number. */
const servedOf = (records: readonly Any[]): ReadonlyMap<number, Any> =>
  new Map(records.filter(({ kind }) => kind === 'http').map((one) => [Number(one.request_id.slice(1)), one]))

/** The records of each request's calls by its number, in the order in which they were emitted. */
function byRequest(records: readonly Any[]): ReadonlyMap<number, Any[]> {
  const groups = new Map<number, Any[]>()
  for (const record of records.filter(({ kind }) => kind !== 'http'))
    groups.set(record.metadata.n, [...(groups.get(record.metadata.n) ?? []), record])
  return groups
}

function checkTree(n: number, served: Any, records: readonly Any[], traced: boolean): void {
  const named = new Map(records.map((record) => [record.name.split('.')[1], record]))
  assert.equal(records.length, named.size, `request ${n} has each call once`)
  const parents = { retrieve: 'answer', embed: 'retrieve', tokenize: 'embed', search: 'retrieve', fail: 'answer' }
  for (const [child, parent] of Object.entries({ ...parents, rank: 'search', plan: 'answer', step: 'plan' }))
    assert.equal(named.get(child).parent_id, named.get(parent).span_id, `${child} of request ${n} is in ${parent}`)
  const root = named.get('answer')
  for (const { trace_id, request_id, span_id, duration_ms, self_ms, timing } of records) {
    assert.deepEqual([trace_id, request_id], [root.trace_id, `r${n}`])
    assert.match(span_id, /^[0-9a-f]{16}$/)
    assert.ok(self_ms >= 0 && self_ms <= duration_ms, `${self_ms} of ${duration_ms}`)
    assert.ok(timing.blocked_ms >= 0 && timing.blocked_ms <= duration_ms)
  }
  const hex = (n + 1).toString(16)
  assert.equal(root.parent_id, served.span_id)
  assert.equal(served.trace_id, root.trace_id)
  if (traced) assert.deepEqual([served.trace_id, served.parent_id], [hex.padStart(32, '0'), hex.padStart(16, '0')])
  else assert.equal(served.parent_id, undefined)
  assert.deepEqual(
    [served.name, served.library, served.status, served.calls, served.metadata],
    ['request.http', 'http', 200, records.length, { method: 'POST', route: '/answer' }],
  )
  assert.ok(served.self_ms <= served.duration_ms - root.duration_ms + 0.02)
  assert.equal(records[0], root)
  // Of what holds others, no more is left than they leave.
  const retrieve = named.get('retrieve')
  for (const inner of ['embed', 'search'])
    assert.ok(retrieve.self_ms <= retrieve.duration_ms - named.get(inner).duration_ms + 0.02)
}

describe('requests', () => {
  for (const [framework, format] of [
    ['express', 'mjs'],
    ['fastify', 'cjs'],
  ] as const) {
    it(`has the tree of each of ${requests} requests in flight at once (${framework})`, async () => {
      const { code, stderr, printed, records } = await start(
        framework,
        format,
        `await Promise.all(Array.from({ length: ${requests} }, (_, n) => post('/answer', n, traced(n))))
         await post('/many', 1000)
         for (let n = 2000; n < 2005; n++) {
           await post('/hang', n, {}, async (request) => { await until(() => hanging.includes(n)); request.destroy() }).catch(() => {})
         }
         await until(() => [0, 1, 2, 3, 4].every((n) => emitted().includes('"n":200' + n)))
         log.info({ n: -1 }, 'outside')
         await rag.retrieve(3000)
         // Fastify's own logger writes its file when it can.
         await until(() => /outside.*\\n$/.test(fs.readFileSync('app.log', 'utf8')))
         print(logged())
         close()`,
      )

      assert.equal(code, 0, stderr)
      const trees = byRequest(records)
      const served = servedOf(records)
      for (let n = 0; n < requests; n++) checkTree(n, served.get(n), trees.get(n) ?? [], n % 2 === 0)
      assert.equal(new Set(records.map(({ span_id }) => span_id)).size, records.length)
      const traces = [...trees].map(([, [first]]) => first.trace_id)
      assert.equal(new Set(traces).size, traces.length)

      assert.equal(trees.get(1000)?.length, 256)
      assert.equal(served.get(1000).calls, 300)
      assert.equal(stderr.match(/a request had more than 256 records/g)?.length, 1)
      for (let n = 2000; n < 2005; n++) {
        assert.deepEqual([n, trees.get(n)?.length], [n, 1])
        const { status, calls, metadata } = served.get(n)
        assert.deepEqual([status, calls, metadata.method, metadata.aborted], [undefined, 1, 'POST', true])
      }
      const alone = trees.get(3000) ?? []
      assert.equal(alone.filter(({ parent_id }) => parent_id === undefined).length, 1)
      assert.deepEqual([alone.length, alone[0].request_id], [5, undefined])

      assert.match(stderr, new RegExp(`http request.http: ${requests + 6} seen, ${requests + 6} emitted\n`))
      assert.match(stderr, /rag semantic_search.quick: 305 seen, 261 emitted, 44 dropped\n/)
      assert.match(stderr, new RegExp(`rag semantic_search.embed: ${requests + 1} seen, ${requests + 1} emitted\n`))
      assert.match(stderr, new RegExp(`rag semantic_search.fail: .* emitted, ${requests} errors\n`))
      assert.doesNotMatch(stderr, /\d (held|open)|fault/)

      const lines = (printed[0] as Any[]).filter(({ n }) => n !== undefined)
      for (const { n, msg, mixed, child, trace_id, span_id, request_id } of lines.filter(({ n }) => n >= 0)) {
        const [root] = trees.get(n) as [Any]
        assert.deepEqual([trace_id, span_id, request_id], [root.trace_id, root.parent_id, `r${n}`])
        assert.deepEqual([mixed, child], [1, msg === 'after' ? true : undefined])
      }
      assert.equal(lines.length, 2 * requests + 1)
      const { time: _, pid: __, hostname: ___, ...outside } = lines.find(({ n }) => n === -1)
      assert.deepEqual(outside, { level: 30, n: -1, mixed: 1, msg: 'outside' })
    })
  }

  it('samples requests whole, drops those below every threshold, and obeys the header with the secret', async () => {
    const { code, stderr, records } = await start(
      'express',
      'cjs',
      `const all = []
       for (let n = 0; n < ${requests}; n++) all.push(post('/answer', n, n < 10
         ? { 'X-Crossbridge-Profile': n < 5 ? '${secret}' : '${secret.slice(0, -1)}' } : {}))
       await Promise.all(all)
       close()`,
      {
        mode: 'sampling',
        sample_rate: 0.5,
        thresholds: { slow_call_ms: 1e6, by_target: { 'semantic_search.tokenize': 0 } },
        max_records_per_minute: 10 * 20,
      },
    )

    assert.equal(code, 0, stderr)
    const trees = byRequest(records)
    const served = servedOf(records)
    for (const [n, tree] of trees) checkTree(n, served.get(n), tree, false)
    for (let n = 0; n < 5; n++) assert.equal(trees.get(n)?.[0].sample_rate, undefined, `${n} is there`)
    for (const [n, [first]] of trees) if (n >= 5) assert.equal(first.sample_rate, 0.5)
    assert.equal(trees.size, 5 + 20)
    const [, seen, out, limited, emitted] =
      /embed: (\d+) seen, (\d+) sampled out, (\d+) limited, (\d+) emitted\n/.exec(stderr)?.map(Number) ?? []
    assert.deepEqual([seen, Number(out) + Number(limited) + Number(emitted), emitted], [requests, requests, 25], stderr)
    assert.ok(Number(out) > 40 && Number(out) < 160, `${out} of 200 were sampled out`)
    assert.ok(!stderr.includes(secret.slice(0, -1)))
  })

  it('decides at exit what still waits for the end of its request', async () => {
    const { records, stderr } = await start(
      'fastify',
      'mjs',
      `post('/hang', 1).catch(() => {}); post('/hang', 2).catch(() => {})
       await until(() => hanging.length === 2)
       process.exit()`,
      { output: [everything.output, { type: 'log' }] },
    )

    const [calls, served] = [byRequest(records), servedOf(records)]
    assert.deepEqual([[...calls.keys()].sort(), [...served.keys()].sort(), records.length], [[1, 2], [1, 2], 4])
    assert.match(stderr, /quick: 2 seen, 2 emitted\n/)
    // The agent's own pino is the application's here, and none of its lines is one of the request's.
    const lines = stderr.split('\n').filter((line) => line.startsWith('{'))
    assert.deepEqual(
      lines.map((line) => line.match(/"trace_id"/g)?.length),
      [1, 1, 1, 1],
    )
  })

  it('has a record of each request that is slow itself or failed, whatever is in it', async () => {
    const { code, stderr, records } = await start(
      'express',
      'mjs',
      `app.get('/tenants/:id/slow', async (req, res) => { await rag.quick(1); setTimeout(() => res.end('x'), 1100) })
       const inner = express.Router()
       inner.get('/item/:n', (req, res) => res.status(503).end())
       inner.get('/', (req, res) => res.end())
       app.use('/plain', inner)
       app.use('/by/:tenant', inner)
       app.get(/regular/, (req, res) => res.end())
       const get = async (path) => { await (await fetch('http://127.0.0.1:' + server.address().port + path)).text() }
       await get('/tenants/secret-1/slow')
       await get('/plain/item/secret-2')
       await get('/by/secret-3/item/secret-4')
       await get('/plain/')
       await get('/nowhere/secret-5')
       await get('/regular/secret-6?q=secret-7')
       close()`,
      { thresholds: { slow_call_ms: 1000 } },
    )

    assert.equal(code, 0, stderr)
    assert.deepEqual(
      records.map(({ name, error, status, calls, exceeded, metadata: { method, route } }) => [
        ...[name, error, status, calls, exceeded, method, route],
      ]),
      [
        ['request.http', undefined, 200, 1, ['slow_call_ms'], 'GET', '/tenants/:id/slow'],
        ['semantic_search.quick', undefined, undefined, undefined, undefined, undefined, undefined],
        ['request.http', 'ServerError', 503, 0, undefined, 'GET', '/plain/item/:n'],
        ['request.http', 'ServerError', 503, 0, undefined, 'GET', '/by/:tenant/item/:n'],
      ],
    )
    assert.doesNotMatch(JSON.stringify(records), /secret/)
  })

  it('is named in targets like any other; left out, its calls name the span of the caller', async () => {
    const [trace, caller] = ['1'.repeat(32), '2'.repeat(16)]
    const body = `await post('/answer', 1, { traceparent: '00-${trace}-${caller}-01' }); close()`
    const [without, alone] = await Promise.all([
      start('express', 'cjs', body, { targets: ['app'] }),
      start('express', 'cjs', body, { targets: ['request'] }),
    ])

    assert.deepEqual(
      without.records.map(({ name, parent_id }) => [name, parent_id]),
      [['app.answer', caller]],
    )
    assert.deepEqual(
      alone.records.map(({ name, parent_id, calls }) => [name, parent_id, calls]),
      [['request.http', caller, 0]],
    )
    assert.doesNotMatch(without.stderr + alone.stderr, /no target/)
  })

  it('takes what profile() runs outside of any request for one, sampled and decided as a whole', async () => {
    const body = `
      const rag = new Rag()
      const job = (n) => profile('job.index', { n }, async () => {
        await rag.quick(n)
        await profile('job.inner', { n }, () => rag.rank(n))
        if (n % 2) await rag.fail(n).catch(() => {})
      })
      await Promise.all(Array.from({ length: 100 }, (_, n) => job(n)))
      profile('job.forever', () => rag.quick(-1).then(() => new Promise(() => {})))
      await scheduler.wait(5)`
    const made = async (more: object) =>
      run({
        imports: [imports[3], imports[4], ['{ scheduler }', 'node:timers/promises']],
        files: { 'rag.cjs': rag },
        config: { ...config, ...more },
        env: { CROSSBRIDGE_PROFILING_DEBUG: '1' },
        body,
      })
    const [all, failed, some] = await Promise.all([
      made({}),
      made({ thresholds: { slow_call_ms: 1e6 } }),
      made({ mode: 'sampling', sample_rate: 0.5 }),
    ])

    const jobs = (records: readonly Any[]) => records.filter(({ kind }) => kind === 'job')
    assert.equal(all.code, 0, all.stderr)
    assert.deepEqual([all.records.length, jobs(all.records).length], [451, 100])
    for (const { name, calls, trace_id, span_id, parent_id, metadata } of jobs(all.records)) {
      const own = all.records.filter((one) => one.trace_id === trace_id)
      const more = metadata.n % 2 ? ['semantic_search.fail'] : []
      assert.deepEqual([name, calls, parent_id, own.length], ['job.index', 3 + more.length, undefined, 4 + more.length])
      assert.deepEqual(
        own
          .filter((one) => one.parent_id === span_id)
          .map((one) => one.name)
          .sort(),
        [...['job.inner', ...more, 'semantic_search.quick']],
      )
    }
    assert.deepEqual([failed.records.length, jobs(failed.records).length], [250, 50])
    const { length } = jobs(some.records)
    assert.ok(length > 20 && length < 80, `${length} of 100 were sampled`)
    const whole = jobs(some.records).reduce((sum, { calls }) => sum + calls + 1, 0)
    assert.equal(some.records.filter(({ metadata }) => metadata.n >= 0).length, whole)
    assert.doesNotMatch(all.stderr + failed.stderr + some.stderr, /\bfault/)
  })

  it('follows HTTP/2 servers, from Node 22 on', { skip: Number.parseInt(process.versions.node, 10) < 22 }, async () => {
    const { code, stderr, records } = await run({
      imports: [imports[4], ['http2', 'node:http2'], imports[2]],
      files: { 'rag.cjs': rag },
      config,
      body: `
        const rag = new Rag()
        const server = http2.createServer(async (req, res) => {
          await rag.quick(Number(req.headers['x-request-id'].slice(1)))
          if (req.url === '/hang') return req.stream.close(8)
          res.statusCode = 201
          setTimeout(() => res.end('x'), 5)
        })
        server.listen(0, '127.0.0.1')
        await once(server, 'listening')
        const client = http2.connect('http://127.0.0.1:' + server.address().port)
        const get = (path, n) => new Promise((resolve) =>
          client.request({ ':path': path, 'x-request-id': 'r' + n }).resume().on('error', () => {}).on('close', resolve))
        await Promise.all(Array.from({ length: 20 }, (_, n) => get('/', n)))
        await get('/hang', 100)
        client.close()
        server.close()`,
    })

    assert.equal(code, 0, stderr)
    const [calls, served] = [byRequest(records), servedOf(records)]
    for (let n = 0; n < 20; n++) {
      const { status, span_id, metadata } = served.get(n)
      assert.deepEqual([status, metadata, calls.get(n)?.[0].parent_id], [201, { method: 'GET' }, span_id])
    }
    assert.deepEqual([served.get(100).status, served.size, records.length], [undefined, 21, 42])
  })

  it('loads what follows promises only where it is asked for', async () => {
    const spy = `
      const Module = require('node:module')
      const load = Module._load
      Module._load = function (name, parent) {
        if (/async_hooks$/.test(name) && /[\\\\/]dist[\\\\/]/.test(parent?.filename)) process.stdout.write('"loaded"\\n')
        return load.apply(this, arguments)
      }`
    const loadsWith = async (asked: boolean) => {
      const { printed } = await run({
        files: { 'spy.cjs': spy, 'rag.cjs': rag },
        args: ['--require', './spy.cjs'],
        imports: [imports[4]],
        config: { ...config, requests: asked },
        body: `await new Rag().retrieve(1); print('done')`,
      })
      return printed
    }

    assert.deepEqual(await Promise.all([loadsWith(true), loadsWith(false)]), [['loaded', 'done'], ['done']])
  })

  it('shows no secret that is too short', async () => {
    const { stderr } = await run({
      config: { enabled: true, requests: true, request: { profile_secret: 'too-short-abcde' } },
      body: '',
    })

    assert.match(
      stderr,
      /request.profile_secret must be a text of 16 characters or more \(crossbridge.yml:1:\d+\); using none\n/,
    )
    assert.doesNotMatch(stderr, /too-short/)
  })
})
