import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { everything, run } from '../support/application.ts'
import { openaiServer } from '../support/openai-server.ts'

/** A server that waits 30 ms before it answers; `/no/` answers 500, `/hang/` never, `/chunks/` without a length. */
const prelude = `
  const server = http.createServer((request, response) => {
    request.resume()
    request.on('end', async () => {
      if (request.url.startsWith('/hang/')) return server.emit('hanging')
      await new Promise((resolve) => setTimeout(resolve, 30))
      if (request.url.startsWith('/no/')) response.statusCode = 500
      if (request.url.startsWith('/chunks/')) response.write('12345')
      response.end('67890')
    })
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = '127.0.0.1:' + server.address().port
  const base = 'http://' + host
  const ask = (url, options = {}, body) => new Promise((resolve, reject) => {
    http.request(url, options, (response) => response.resume().on('end', resolve)).on('error', reject).end(body)
  })
  const hanging = async (call) => {
    const stop = new AbortController()
    server.once('hanging', () => stop.abort())
    await call(base + '/hang/secret', { signal: stop.signal }).catch(() => {})
  }
  print(host)`
const imports = [
  ['http', 'node:http'],
  ['{ existsSync, writeFileSync }', 'node:fs'],
] as const
/** What undici counts where no header says it. */
const counts = Number.parseInt(process.versions.node, 10) >= 24

describe('network as a target', () => {
  it('records each outgoing request, of fetch and of node:http, by method, host, status and bytes', async () => {
    const { code, stderr, printed, records } = await run({
      imports,
      config: { ...everything, targets: ['network'] },
      env: { CROSSBRIDGE_PROFILING_DEBUG: '1' },
      body: `${prelude}
        const text = async (...args) => (await fetch(...args)).text()
        const agent = new http.Agent({ keepAlive: true })
        await text(base + '/v1/secret?key=secret', { method: 'POST', body: 'secret', headers: { 'x-key': 'secret' } })
        await text(base + '/no/secret')
        await text(base + '/chunks/secret')
        await hanging(text)
        await text('http://127.0.0.1:2/secret').catch(() => {})
        await ask(base + '/v1/secret?key=secret', { method: 'POST', agent, headers: { 'x-key': 'secret' } }, 'secret')
        await ask(base + '/no/secret', { agent })
        await ask(base + '/chunks/secret', { agent })
        await hanging(ask)
        await ask('http://127.0.0.1:2/secret').catch(() => {})
        agent.destroy()
        server.closeAllConnections()
        server.close()`,
    })

    const [host] = printed
    assert.equal(code, 0, stderr)
    const lines = (library: string, chunked: object, refused: string, empty: object) => [
      { library, method: 'POST', host, status: 200, request_bytes: 6, response_bytes: 5 },
      { library, method: 'GET', host, status: 500, ...empty, response_bytes: 5 },
      { library, method: 'GET', host, status: 200, ...empty, ...chunked },
      { library, method: 'GET', host, ...empty, error: library === 'http' ? 'AbortError' : 'DOMException' },
      { library, method: 'GET', host: '127.0.0.1:2', ...empty, error: refused },
    ]
    assert.deepEqual(
      records.map(({ library, metadata, error }) => ({ library, ...metadata, ...(error && { error }) })),
      [
        ...lines('undici', counts ? { response_bytes: 10 } : {}, 'Error', {}),
        ...lines('http', {}, 'Error', { request_bytes: 0 }),
      ],
    )
    assert.ok(records.every(({ name }) => name === 'network.request'))
    for (const { metadata, duration_ms } of records) if (metadata.status) assert.ok(duration_ms >= 25)
    assert.doesNotMatch(JSON.stringify(records), /secret/)
    assert.match(stderr, /\n {2}network: patched \(channels of undici and node:http\)\n/)
    assert.match(stderr, /undici network.request: 5 seen, 5 emitted, 2 errors\n/)
    assert.doesNotMatch(stderr, /is not a target/)
  })

  it('is in no empty list of targets, and switched on by a changed file', async () => {
    const changed = JSON.stringify({ runtime: { profiling: { ...everything, reload: true, targets: ['network'] } } })

    const { code, printed, records, stderr } = await run({
      imports,
      config: { ...everything, reload: true },
      body: `${prelude}
        const both = () => Promise.all([fetch(base).then((answer) => answer.text()), ask(base)])
        await both()
        print(existsSync('profile.jsonl'))
        writeFileSync('crossbridge.yml', ${JSON.stringify(changed)})
        for (const began = Date.now(); !existsSync('profile.jsonl') && Date.now() - began < 30_000; ) await both()
        await both()
        server.closeAllConnections()
        server.close()`,
    })

    assert.deepEqual([code, printed[1]], [0, false], stderr)
    assert.deepEqual([...new Set(records.map(({ library }) => library))].sort(), ['http', 'undici'], stderr)
  })

  it('hangs its records below the call that made them, whose timing tells the tries', async () => {
    const server = await openaiServer()
    try {
      const { code, stderr, records } = await run({
        imports: [['OpenAI', 'openai']],
        config: { ...everything, requests: true, targets: ['openai', 'network'] },
        body: `
          const client = new OpenAI({ apiKey: 'sk-none', baseURL: ${JSON.stringify(server.url)} })
          await client.embeddings.create({ model: 'retry', input: 'a' })`,
      })

      assert.deepEqual([code, records.length], [0, 3], stderr)
      const [refused, answered, call] = records
      assert.deepEqual([refused.metadata.status, answered.metadata.status], [429, 200])
      assert.equal(call.library, 'openai')
      for (const { parent_id, timing } of [refused, answered]) {
        assert.equal(parent_id, call.span_id)
        assert.equal(timing.requests, 1)
      }
      const { requests, retry_ms, connect_ms, first_byte_ms, read_ms, decode_ms } = call.timing
      assert.equal(requests, 2)
      assert.ok(retry_ms > 0 && first_byte_ms > 0, JSON.stringify(call.timing))
      assert.ok(connect_ms + first_byte_ms + read_ms + retry_ms + decode_ms <= call.duration_ms + 0.05)
    } finally {
      await server.close()
    }
  })
})

describe("Node's debug log of requests", () => {
  for (const [client, more] of [
    ['fetch', []],
    ['undici', [['{ fetch }', 'undici']]],
  ] as const) {
    for (const NODE_DEBUG of ['undici', 'fetch']) {
      it(`is written by ${client} with NODE_DEBUG=${NODE_DEBUG} as without the agent`, async () => {
        const body = `${prelude}
          await (await fetch(base + '/v1/', { method: 'POST', body: 'x' })).text()
          server.closeAllConnections()
          server.close()`
        const application = { imports: [...imports, ...more], env: { NODE_DEBUG }, body }

        const bare = await run({ ...application, bare: true })
        const profiled = await run({ ...application, config: { ...everything, targets: ['network'] } })

        const shown = (stderr: string) => stderr.replaceAll(/(UNDICI|FETCH) \d+|:\d{4,5}\b/g, '$1')
        assert.match(bare.stderr, /POST/)
        assert.equal(shown(profiled.stderr), shown(bare.stderr))
        assert.equal(profiled.records.length, 1)
      })
    }
  }
})
