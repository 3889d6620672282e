import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { api, everything, type Import, run } from '../support/application.ts'

const config = { ...everything, requests: true }
const imports: readonly Import[] = [
  ['http', 'node:http'],
  ['net', 'node:net'],
  ['fs', 'node:fs'],
  ['{ once }', 'node:events'],
  ['{ profile }', api],
]
const env = { CROSSBRIDGE_PROFILING_DEBUG: '1' }
/** What the tests' applications share; `call` is a profiled call. */
const shared = `
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const call = (n) => profile('app.call', { n }, () => sleep(1))
const listen = async (server) => { server.listen(0, '127.0.0.1'); await once(server, 'listening'); return server.address().port }
const get = (port, path, more) => new Promise((resolve) => http.get({ port, path, host: '127.0.0.1', ...more }, (answer) =>
  answer.resume().on('close', resolve)).on('error', resolve))
const until = async (met) => { while (!met()) await sleep(5) }
const emitted = () => fs.existsSync('profile.jsonl') ? fs.readFileSync('profile.jsonl', 'utf8') : ''
`
// biome-ignore lint/suspicious/noExplicitAny: tests read records as JSON
type Any = any
const start = (body: string, more: object = {}, others: readonly Import[] = []) =>
  run({ imports: [...imports, ...others], config: { ...config, ...more }, env, body: shared + body })

const servedOf = (records: readonly Any[]) => records.filter(({ name }) => name === 'request.http')
const callsOf = (records: readonly Any[]) => records.filter(({ name }) => name === 'app.call')
const wholeOf = ({ status, calls, error, metadata }: Any) => [status, calls, error, metadata.aborted]

function clean({ code, stderr }: { code: number | null; stderr: string }): void {
  assert.equal(code, 0, stderr)
  assert.doesNotMatch(stderr, /\bfault|\d (held|open)/)
}

/** Each of the requests has its own calls, and there are no others. */
function ownCallsOnly(records: readonly Any[], requests: number, each: number): void {
  const served = new Map(servedOf(records).map((one) => [one.request_id, one]))
  assert.deepEqual([served.size, callsOf(records).length], [requests, requests * each])
  for (const { metadata, parent_id } of callsOf(records)) {
    const own = served.get(`r${metadata.n}`)
    assert.deepEqual([parent_id, own.calls], [own.span_id, each], `of request ${metadata.n}`)
  }
}

describe('the record of a request', { concurrency: 2 }, () => {
  it('lasts to the last byte of a stream, and is reported where its client goes away in the middle of one', async () => {
    const outcome = await start(`
      const server = http.createServer(async (req, res) => {
        res.writeHead(200, { 'content-type': 'text/event-stream' })
        for (let n = 0; n < 5; n++) { res.write('data: ' + n + '\\n\\n'); await call(n); await sleep(20) }
        if (req.url === '/whole') res.end()
      })
      const port = await listen(server)
      await get(port, '/whole')
      const leaving = http.get({ port, path: '/left', host: '127.0.0.1' }, (answer) => answer.once('data', () => leaving.destroy()))
      leaving.on('error', () => {})
      await until(() => emitted().includes('aborted'))
      await until(() => emitted().match(/app.call/g).length === 10)
      server.close()`)

    clean(outcome)
    const [whole, left] = servedOf(outcome.records)
    assert.deepEqual(wholeOf(whole), [200, 5, undefined, undefined])
    // Timers may be a little early.
    assert.ok(whole.duration_ms >= 95, `${whole.duration_ms} ms`)
    assert.equal(left.metadata.aborted, true)
    assert.equal(left.status, 200)
    const calls = callsOf(outcome.records).filter(({ parent_id }) => parent_id === left.span_id)
    assert.equal(calls.length, 5)
  })

  it('is one for each of those that are pipelined on one connection, with the calls of each', async () => {
    const outcome = await start(`
      const server = http.createServer(async (req, res) => {
        const n = Number(req.url.slice(1))
        await sleep(n === 1 ? 30 : 1)
        await call(n)
        res.end(String(n))
      })
      const port = await listen(server)
      const socket = net.connect(port, '127.0.0.1')
      let text = ''
      socket.setEncoding('utf8').on('data', (part) => { text += part })
      socket.write([1, 2, 3, 4].map((n) => 'GET /' + n + ' HTTP/1.1\\r\\nHost: x\\r\\nx-request-id: r' + n + '\\r\\n\\r\\n').join(''))
      await until(() => text.match(/HTTP\\/1.1 200/g)?.length === 4)
      socket.end()
      server.close()`)

    clean(outcome)
    const served = servedOf(outcome.records)
    assert.deepEqual(served.map(({ request_id }) => request_id).sort(), ['r1', 'r2', 'r3', 'r4'])
    for (const { metadata, parent_id, trace_id } of callsOf(outcome.records)) {
      const own = served.find(({ request_id }) => request_id === `r${metadata.n}`)
      assert.deepEqual([parent_id, trace_id, own.calls], [own.span_id, own.trace_id, 1])
    }
  })

  it('has what listeners of its body do, also of one that comes in parts and of another one meanwhile', async () => {
    const outcome = await start(`
      const { AsyncLocalStorage } = await import('node:async_hooks')
      const own = new AsyncLocalStorage()
      const seen = new Set()
      const server = http.createServer((req, res) => own.run(req.url, () => {
        const n = Number(req.url.slice(1))
        let parts = 0
        req.on('data', () => { if (parts++ === 0) call(n) })
        req.on('end', async () => { seen.add(own.getStore()); await call(n); res.end() })
        if (n === 0) print(Object.keys(req).includes('push') || req.push.name + req.push.length)
      }))
      const port = await listen(server)
      const agent = new http.Agent({ keepAlive: true, maxSockets: 2 })
      const post = (n) => new Promise((resolve) => {
        const request = http.request({ agent, port, path: '/' + n, method: 'POST', host: '127.0.0.1', headers: { 'x-request-id': 'r' + n } },
          (answer) => answer.resume().on('end', resolve))
        request.write('a')
        setTimeout(() => request.end('b'), n % 3 * 5)
      })
      await Promise.all(Array.from({ length: 12 }, (_, n) => post(n)))
      print([...seen].map(String).sort())
      agent.destroy()
      server.close()`)

    clean(outcome)
    const bare = await run({
      imports,
      bare: true,
      body: `${shared}
        const server = http.createServer((req, res) => { print(req.push.name + req.push.length); res.end() })
        await get(await listen(server), '/')
        server.close()`,
    })
    assert.equal(outcome.printed[0], bare.printed[0])
    ownCallsOnly(outcome.records, 12, 2)
  })

  it('takes a handler that throws, one that destroys its socket, and a server that closes in the middle', async () => {
    const outcome = await start(`
      process.on('uncaughtException', () => {})
      const under = {}
      const server = http.createServer(async (req, res) => {
        under[req.url] = res
        await call(req.url.length)
        if (req.url === '/destroys') return req.socket.destroy()
        if (req.url === '/fails') { res.statusCode = 502; return res.end() }
        if (req.url === '/waits') return
        res.end()
      })
      server.prependListener('request', (req) => { if (req.url === '/throws') throw new Error('thrown') })
      const port = await listen(server)
      await get(port, '/destroys')
      await get(port, '/fails')
      const thrown = http.get({ port, path: '/throws', host: '127.0.0.1' }).on('error', () => {})
      const waiting = get(port, '/waits')
      await until(() => under['/waits'])
      server.close()
      await sleep(10)
      under['/waits'].end('x')
      await waiting
      thrown.destroy()
      await until(() => emitted().match(/request.http/g)?.length === 4)`)

    clean(outcome)
    assert.deepEqual(servedOf(outcome.records).map(wholeOf).sort(), [
      [undefined, 0, undefined, true],
      [undefined, 1, undefined, true],
      [200, 1, undefined, undefined],
      [502, 1, 'ServerError', undefined],
    ])
  })

  it('is none for a connection that is upgraded, whose calls are taken one by one', async () => {
    const outcome = await start(
      `
      const server = http.createServer((req, res) => res.end())
      const sockets = new WebSocketServer({ server })
      sockets.on('connection', (socket) => socket.on('message', async () => { await call(1); socket.send('x') }))
      const port = await listen(server)
      const socket = new WebSocket('ws://127.0.0.1:' + port)
      await once(socket, 'open')
      for (let n = 0; n < 3; n++) { socket.send('x'); await once(socket, 'message') }
      socket.close()
      await once(socket, 'close')
      await get(port, '/')
      sockets.close()
      server.close()`,
      {},
      [['{ WebSocket, WebSocketServer }', 'ws']],
    )

    clean(outcome)
    assert.equal(callsOf(outcome.records).length, 3)
    assert.deepEqual(servedOf(outcome.records).map(wholeOf), [[200, 0, undefined, undefined]])
  })

  it('is one for each of 1,000 in flight at once', async () => {
    const outcome = await start(`
      const waiting = []
      const server = http.createServer(async (req, res) => {
        waiting.push(res)
        await until(() => waiting.length === 1000)
        await call(Number(req.url.slice(1)))
        res.end()
      })
      const port = await listen(server)
      const agent = new http.Agent({ keepAlive: true })
      await Promise.all(Array.from({ length: 1000 }, (_, n) => get(port, '/' + n, { agent, headers: { 'x-request-id': 'r' + n } })))
      agent.destroy()
      server.close()`)

    clean(outcome)
    const served = new Map(servedOf(outcome.records).map((one) => [one.request_id, one]))
    const calls = callsOf(outcome.records)
    assert.deepEqual([served.size, calls.length], [1000, 1000])
    for (const { metadata, parent_id } of calls) assert.equal(parent_id, served.get(`r${metadata.n}`).span_id)
  })

  it('has the calls that end after it beneath it', async () => {
    const outcome = await start(`
      const server = http.createServer((req, res) => { call(1).then(() => call(2)); res.end() })
      const port = await listen(server)
      await get(port, '/')
      await until(() => emitted().match(/app.call/g)?.length === 2)
      server.close()`)

    clean(outcome)
    const [served] = servedOf(outcome.records)
    assert.equal(served.calls, 0)
    for (const { parent_id, trace_id } of callsOf(outcome.records))
      assert.deepEqual([parent_id, trace_id], [served.span_id, served.trace_id])
  })

  it('goes on through a reload, and is decided as it is where that switches requests off', async () => {
    const signalled = { ...config, reload_signal: 'SIGUSR2' }
    const outcome = await start(
      `
      const reload = async (more) => {
        const heard = once(process, 'SIGUSR2')
        fs.writeFileSync('crossbridge.yml', JSON.stringify({ runtime: { profiling: { ...${JSON.stringify(signalled)}, ...more } } }))
        process.kill(process.pid, 'SIGUSR2')
        await heard
      }
      const under = {}
      const server = http.createServer(async (req, res) => {
        await call(1)
        await new Promise((resolve) => { under[req.url] = resolve })
        await call(2)
        res.end()
      })
      const port = await listen(server)
      const ask = async (path) => {
        const answer = get(port, path, { headers: { 'x-request-id': path.slice(1) } })
        await until(() => under[path])
        return async () => { under[path](); await answer }
      }
      const through = await ask('/through')
      await reload({ find_repeats: true })
      print(emitted().includes('request.http'))
      await through()
      const off = await ask('/off')
      await reload({ requests: false })
      await off()
      const without = await ask('/without')
      await reload({})
      await without()
      const again = await ask('/again')
      await again()
      const other = await ask('/other')
      await reload({ request: { id_header: 'x-other' } })
      await other()
      server.close()`,
      { reload_signal: 'SIGUSR2' },
    )

    clean(outcome)
    assert.deepEqual(outcome.printed, [false])
    const served = servedOf(outcome.records)
    assert.deepEqual(
      served.map((one) => [one.request_id, ...wholeOf(one)]),
      [
        ['through', 200, 2, undefined, undefined],
        ['off', undefined, 1, undefined, undefined],
        ['again', 200, 2, undefined, undefined],
        ['other', undefined, 1, undefined, undefined],
      ],
    )
    assert.equal(callsOf(outcome.records).length, 10)
  })

  it('is told in each worker of a cluster and each thread, of its own server', async () => {
    const server = `
      const http = require('node:http')
      const { parentPort, isMainThread } = require('node:worker_threads')
      const { profile } = require(${JSON.stringify(api)})
      const server = http.createServer(async (req, res) => {
        await profile('app.call', {}, async () => {})
        res.end()
      }).listen({ port: 0, host: '127.0.0.1', exclusive: true }, () => (isMainThread ? process : parentPort)[isMainThread ? 'send' : 'postMessage'](server.address().port))`
    const outcome = await run({
      imports: [...imports, ['cluster', 'node:cluster'], ['{ Worker }', 'node:worker_threads']],
      config,
      files: { 'server.cjs': server },
      env,
      body: `${shared}
        cluster.setupPrimary({ exec: './server.cjs' })
        const workers = [cluster.fork(), cluster.fork()]
        const threads = [new Worker('./server.cjs'), new Worker('./server.cjs')]
        const ports = await Promise.all([...workers, ...threads].map(async (one) => (await once(one, 'message'))[0]))
        for (const port of ports) await get(port, '/')
        await until(() => emitted().match(/request.http/g)?.length === 4)
        for (const worker of workers) worker.kill()
        for (const thread of threads) await thread.terminate()`,
    })

    assert.equal(outcome.code, 0, outcome.stderr)
    const served = servedOf(outcome.records)
    assert.deepEqual(
      served.map(({ status, calls }) => [status, calls]),
      Array(4).fill([200, 1]),
    )
    assert.equal(new Set(served.map(({ pid, thread_id }) => `${pid} ${thread_id}`)).size, 4)
    for (const { parent_id, pid } of callsOf(outcome.records))
      assert.equal(served.find(({ span_id }) => span_id === parent_id)?.pid, pid)
  })

  const isHttp2Told = Number.parseInt(process.versions.node, 10) >= 22
  it('is that of HTTPS servers, and of Fastify on HTTP/2 with its route', { skip: !isHttp2Told }, async () => {
    const outcome = await run({
      imports: [...imports, ['https', 'node:https'], ['http2', 'node:http2'], ['fastify', 'fastify']],
      config,
      env,
      body: `${shared}
        // A key that both know, so that no certificate is needed.
        const psk = Buffer.alloc(16, 1)
        const tls = { ciphers: 'PSK', maxVersion: 'TLSv1.2' }
        const plain = https.createServer({ ...tls, pskCallback: () => psk }, async (req, res) => { await call(1); res.end() })
        const port = await listen(plain)
        await new Promise((resolve) => https.get({ port, host: '127.0.0.1', agent: false, ...tls, checkServerIdentity() {},
          pskCallback: () => ({ psk, identity: 'x' }) },
          (answer) => answer.resume().on('end', resolve)))
        plain.close()
        const app = fastify({ http2: true })
        app.get('/by/:n', async () => { await call(2); return 'x' })
        app.get('/denied/:n', { onRequest: async (request, reply) => reply.code(401).send() }, async () => 'x')
        await app.listen({ port: 0, host: '127.0.0.1' })
        const client = http2.connect('http://127.0.0.1:' + app.server.address().port)
        for (const path of ['/by/secret', '/denied/secret', '/nowhere/secret'])
          await new Promise((resolve) => client.request({ ':path': path }).resume().on('close', resolve))
        client.close()
        await app.close()`,
    })

    clean(outcome)
    assert.deepEqual(
      servedOf(outcome.records).map(({ status, calls, metadata }) => [status, calls, metadata.method, metadata.route]),
      [
        [200, 1, 'GET', undefined],
        [200, 1, 'GET', '/by/:n'],
        [401, 0, 'GET', '/denied/:n'],
        [404, 0, 'GET', undefined],
      ],
    )
    assert.doesNotMatch(JSON.stringify(outcome.records), /secret/)
  })

  it('has what listeners of its body do on HTTP/2', { skip: !isHttp2Told }, async () => {
    const outcome = await run({
      imports: [...imports, ['http2', 'node:http2']],
      config,
      env,
      body: `${shared}
        const server = http2.createServer((req, res) => {
          const n = Number(req.headers[':path'].slice(1))
          req.on('data', () => {})
          req.on('end', async () => { await call(n); res.end() })
        })
        const client = http2.connect('http://127.0.0.1:' + await listen(server))
        await Promise.all(Array.from({ length: 12 }, (_, n) => new Promise((resolve) => {
          const stream = client.request({ ':method': 'POST', ':path': '/' + n, 'x-request-id': 'r' + n }).resume().on('close', resolve)
          stream.write('a')
          setTimeout(() => stream.end('b'), n % 3 * 5)
        })))
        client.close()
        server.close()`,
    })

    clean(outcome)
    ownCallsOnly(outcome.records, 12, 1)
  })

  it('is none of the job that has started its server; timers of a job are its calls', async () => {
    const outcome = await start(`
      let server
      await profile('job.starts', async () => {
        server = http.createServer(async (req, res) => { await call(1); res.end() })
        await listen(server)
        setTimeout(() => call(2), 5)
      })
      await get(server.address().port, '/')
      await profile('job.fails', async () => { await call(3); throw new TypeError('thrown') }).catch(() => {})
      try { profile('job.throws', () => { throw new RangeError('thrown') }) } catch {}
      await until(() => emitted().includes('"n":2'))
      server.close()`)

    clean(outcome)
    const named = new Map(
      outcome.records.map((one) => [one.name === 'app.call' ? `call ${one.metadata.n}` : one.name, one]),
    )
    assert.deepEqual(
      ['job.starts', 'job.fails', 'job.throws', 'request.http'].map((name) => {
        const { kind, calls, error, parent_id } = named.get(name)
        return [kind, calls, error, parent_id]
      }),
      [
        ['job', 0, undefined, undefined],
        ['job', 1, 'TypeError', undefined],
        ['job', 0, 'RangeError', undefined],
        ['http', 1, undefined, undefined],
      ],
    )
    for (const [call, within] of [
      ['call 1', 'request.http'],
      ['call 2', 'job.starts'],
      ['call 3', 'job.fails'],
    ] as const)
      assert.equal(named.get(call).parent_id, named.get(within).span_id)
  })
})
