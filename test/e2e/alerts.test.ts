import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, describe, it } from 'node:test'
import { api, everything, run } from '../support/application.ts'

const imports = [['{ profile }', api]] as const
const slow = (name: string) => `await profile('${name}', () => new Promise((resolve) => setTimeout(resolve, 30)));`

let server: Server | undefined
let deaf: { child: ChildProcess; sockets: Socket[] } | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
  for (const socket of deaf?.sockets ?? []) socket.destroy()
  deaf?.child.kill('SIGKILL')
  server = deaf = undefined
})

/** A receiver of alerts. Whoever asks it `GET /1` is answered when it has had one. */
async function receiver(respond: (response: ServerResponse) => void) {
  // biome-ignore lint/suspicious/noExplicitAny: tests read alerts as JSON
  const bodies: any[] = []
  const waiting: { count: number; response: ServerResponse }[] = []
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (text) => (body += text))
    request.on('end', () => {
      if (request.method === 'GET') waiting.push({ count: Number(request.url?.slice(1)), response })
      else bodies.push({ ...JSON.parse(body), authorization: request.headers.authorization })
      if (request.method === 'POST') respond(response)
      for (const { count, response } of waiting) if (bodies.length >= count && !response.writableEnded) response.end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { bodies, port, had: (count: number) => `await fetch('http://127.0.0.1:${port}/${count}');` }
}

/** The port of a receiver whose queue of connections is full, so that another is never made. */
async function deafPort(): Promise<number> {
  const source = `require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () {
    require('fs').writeSync(1, String(this.address().port))
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  })`
  const child = spawn(process.execPath, ['-e', source], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [text] = await once(child.stdout, 'data')
  const port = Number(String(text))
  const sockets = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => {}))
  deaf = { child, sockets }
  await Promise.race(sockets.map((socket) => once(socket, 'connect')))
  return port
}

describe('alerts', () => {
  it('go to a log and a webhook for records that passed a threshold, with a cool-down for each scope', async () => {
    const { bodies, port, had } = await receiver((response) => response.end())
    const { code, records, stderr, stdout } = await run({
      imports,
      config: {
        ...everything,
        thresholds: { slow_call_ms: 20, by_target: { 'shop.quick': 0 } },
        alerts: [
          { type: 'none' },
          { type: 'log' },
          { type: 'log', destination: 'stdout', cooldown_s: 0 },
          { type: 'webhook', url: `http://me:secret@127.0.0.1:${port}/hook`, cooldown_s: 0 },
        ],
      },
      body: `profile('shop.quick', () => 1)
        ${slow('shop.a')} ${slow('shop.a')} ${slow('shop.b')}
        ${had(3)}`,
      env: { CROSSBRIDGE_PROFILING_DEBUG: '1' },
    })

    assert.equal(code, 0)
    assert.equal(records.length, 4)
    const passed = records.filter(({ exceeded }) => exceeded)
    assert.deepEqual(
      bodies.map(({ record }) => record),
      passed,
    )
    for (const { text, record, suppressed, authorization } of bodies) {
      assert.equal(text, `${record.name} (app) took ${record.duration_ms} ms, more than slow_call_ms`)
      assert.deepEqual([suppressed, authorization], [0, `Basic ${Buffer.from('me:secret').toString('base64')}`])
    }
    const logged = (text: string) =>
      text.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []))
    const expected = passed.map((record) => ({ level: 40, ...record, suppressed: 0 }))
    const withoutTime = (text: string) => logged(text).map(({ time, ...rest }) => rest)
    assert.deepEqual(withoutTime(stdout), expected)
    assert.deepEqual(withoutTime(stderr), [expected[0], expected[2]])
    assert.match(stderr, /app shop.a: 2 seen, 2 emitted\n/)
    assert.doesNotMatch(stderr, /secret|alerts/)
  })

  it('do not hold the process for a receiver that never answers, and say what was not sent', async () => {
    const { bodies, port, had } = await receiver(() => {})
    const { code, signal, records, stderr } = await run({
      imports,
      config: {
        ...everything,
        thresholds: { slow_call_ms: 20 },
        alerts: { type: 'webhook', url: `http://localhost:${port}/secret`, timeout_ms: 60_000, cooldown_s: 0 },
      },
      body: `${slow('shop.a')} ${had(1)} ${slow('shop.b')}`,
      timeoutMs: 50_000,
    })

    assert.deepEqual([code, signal, records.length, bodies.length], [0, null, 2, 1])
    assert.equal(stderr, `crossbridge: alerts that were not sent to http://localhost:${port}: 2 still waited\n`)
  })

  it('do not hold the process for a connection that is never made', {
    skip: process.platform !== 'linux',
  }, async () => {
    const port = await deafPort()
    const { code, signal, stderr } = await run({
      imports,
      config: {
        ...everything,
        thresholds: { slow_call_ms: 20 },
        alerts: { type: 'webhook', url: `http://localhost:${port}/`, timeout_ms: 60_000 },
      },
      body: `${slow('shop.a')} await new Promise((resolve) => setTimeout(resolve, 20))`,
      timeoutMs: 50_000,
    })

    assert.deepEqual([code, signal], [0, null])
    assert.match(
      stderr,
      /an alert was not sent to http:\/\/localhost:\d+: the process had nothing else to do \(crossbr/,
    )
    assert.match(stderr, /alerts that were not sent to http:\/\/localhost:\d+: 1 failed\n/)
  })

  it('are reported where their URL is none, and the application goes on', async () => {
    const { code, records, stderr } = await run({
      imports,
      config: {
        ...everything,
        thresholds: { slow_call_ms: 20 },
        alerts: { type: 'webhook', url: 'me:secret@hooks' },
      },
      body: slow('shop.a'),
    })

    assert.deepEqual([code, records.length], [0, 1])
    assert.match(
      stderr,
      /^crossbridge: alerts.url must be an http or https URL \(crossbridge.yml:1:\d+\); no alerts are sent there\n$/,
    )
  })
})

/** Five embeddings one after another, in a job. */
const job = (more = '') => `await profile('shop.job', async () => {
    for (let i = 0; i < 5; i++) await profile('embedding_provider.embed', { model: 'm', input_tokens: 3 }, () => sleep(2))
    ${more}
  })`
const sleep = 'const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))'
const failing = `try { await profile('shop.pay', async () => { throw new RangeError('secret') }) } catch {}`
/** Until the receiver has had one, and for some windows more. */
const until = (had: string, body: string) => `${sleep}
  let left = Infinity
  const asked = (async () => { ${had} left = 60 })()
  while (left-- > 0) { ${body}; await sleep(50) }
  await asked`

describe('alerts on findings', () => {
  const everySecond = { on: 'findings', window_s: 1 }

  it('tell each finding once, whatever the output is, and none that is accepted', async () => {
    const { bodies, port, had } = await receiver((response) => response.end())
    const config = (accepted: readonly object[]) => ({
      ...everything,
      requests: true,
      output: { type: 'none' },
      alerts: [
        { type: 'webhook', url: `http://127.0.0.1:${port}/`, ...everySecond },
        { type: 'log', ...everySecond },
      ],
      accepted,
    })
    const first = await run({ imports, config: config([]), body: until(had(1), job()) })
    const [told] = bodies
    const accepted = [{ signature: told.finding.signature, reason: 'they come one by one' }]
    const second = await run({ imports, config: config(accepted), body: until(had(2), job(failing)) })

    assert.deepEqual([first.code, second.code, first.records, second.stdout], [0, 0, [], ''])
    assert.deepEqual(
      bodies.map(({ finding }) => finding.kind),
      ['single_embeddings', 'failing_calls'],
    )
    assert.match(told.text, /^app embeds texts one by one .* \d+ % of the time of requests; .* Collect the texts/)
    assert.doesNotMatch(JSON.stringify(bodies), /secret/)
    const [line, ...others] = first.stderr.split('\n').filter((text) => text !== '')
    const { level, name, library, finding } = JSON.parse(line ?? '')
    assert.deepEqual([level, name, library, others], [40, 'agent.finding', 'agent', []])
    assert.equal(finding.signature, told.finding.signature)
  })

  it('tell nothing of a process that is well, and do not hold it', async () => {
    const { bodies, port } = await receiver((response) => response.end())
    const { code, stderr, records } = await run({
      imports,
      config: {
        ...everything,
        requests: true,
        alerts: { type: 'webhook', url: `http://127.0.0.1:${port}/`, ...everySecond },
      },
      body: `${sleep}
        for (let i = 0; i < 80; i++) {
          await profile('shop.job', () => profile('vector_store.search', { collection: 'docs', results: 5 }, () => sleep(2)))
          await sleep(50)
        }`,
    })

    assert.deepEqual([code, stderr, records.length, bodies], [0, '', 160, []])
  })
})
