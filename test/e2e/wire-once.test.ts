import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Application, everything, type Outcome, run, sets } from '../support/application.ts'
import { json, type Loopback, listen } from '../support/openai-server.ts'

/** Answers each path by its first part: `307`, what it sends on; `429`; `never`, which `nevers` counts; `flaky`, refused once. */
let service: Loopback
let refusals = 0
let nevers = 0
before(async () => {
  service = await listen((request, body, response) => {
    const [, kind = '', ...rest] = (request.url ?? '').split('/')
    const status = Number(kind)
    if (status >= 300 && status < 400)
      return response.writeHead(status, { location: `/${rest.join('/')}` }).end('moved, which nobody reads')
    if (status >= 400) return json(response, { error: {} }, status)
    if (kind === 'never') return void nevers++
    if (kind === 'nevers') return json(response, { nevers })
    if (kind === 'flaky' && refusals++ % 2 === 0) {
      response.setHeader('retry-after-ms', '1')
      return json(response, { error: {} }, 429)
    }
    if (request.method === 'GET') return json(response, { answered: 'GET' })
    const { input, inputs } = body === '' ? { input: [] } : JSON.parse(body)
    const size = (input ?? inputs ?? []).length
    json(response, { data: Array(size).fill({ embedding: [1, 2, 3] }), usage: { prompt_tokens: size * 3 } })
  })
})
after(() => service.close())

const prelude = `
  const base = process.env.SERVICE
  const text = (input) => JSON.stringify({ model: 'text-embedding-3-small', input })
  const asking = (input) => ({ method: 'POST', headers: { 'content-type': 'application/json' }, body: text(input) })`
/** Runs bare and with the agent: the same is printed and asked, and gives what is recorded. */
async function recorded(application: Omit<Application, 'config'>, more: object = {}) {
  const profiling = { ...everything, wire_hosts: { openai: [new URL(service.url).host] }, ...more }
  const env = { SERVICE: service.url }
  const body = prelude + application.body
  const asked = async (given: Partial<Application>) => {
    const before = service.requests.length
    const outcome = await run({ packages: 'apps', ...application, body, env, ...given })
    return { ...outcome, asked: service.requests.slice(before).filter((one) => one !== 'GET /nevers') }
  }
  const bare = await asked({ bare: true })
  const profiled = await asked({ config: profiling })
  assert.equal(profiled.code, 0, profiled.stderr)
  assert.deepEqual([profiled.printed, profiled.stderr], [bare.printed, bare.stderr])
  assert.deepEqual(profiled.asked, bare.asked)
  return profiled.records.map(shape)
}
const shape = ({ metadata = {}, error, status }: Outcome['records'][number]) => ({
  ...{ model: metadata.model, batch_size: metadata.batch_size, tokens: metadata.input_tokens },
  ...(error && { error, status }),
})
const call = (batch_size?: number, tokens?: number) => ({
  model: batch_size && 'text-embedding-3-small',
  ...{ batch_size, tokens },
})

describe('a call that is redirected is recorded once', () => {
  it('by fetch, with the answer in the end', async () => {
    const records = await recorded({
      body: `
        for (const [i, path] of ['/307/v1/embeddings', '/308/307/v1/embeddings', '/302/v1/embeddings', '/307/429/v1/embeddings'].entries()) {
          const answer = await fetch(base + path, asking(Array(i + 1).fill('secret')))
          print([answer.status, await answer.json()])
        }
        const unfollowed = await fetch(base + '/307/v1/embeddings', { ...asking(['secret']), redirect: 'manual' })
        print([unfollowed.status, await unfollowed.text()])
        await fetch(base + '/307/v1/embeddings', { ...asking(['secret']), redirect: 'error' }).catch(({ name }) => print(name))
        print((await (await fetch(base + '/v1/embeddings', asking(['a']))).json()).usage)`,
    })

    assert.deepEqual(records, [
      call(1, 3),
      call(2, 6),
      // It asks again by GET.
      call(3),
      { ...call(4), error: 'HttpError', status: 429 },
      call(1),
      { ...call(1), error: 'TypeError', status: undefined },
      call(1, 3),
    ])
  })

  it('by undici with its interceptor, and by a fetch of its own', async () => {
    const records = await recorded({
      imports: [['* as undici', 'undici']],
      body: `
        const dispatcher = new undici.Agent().compose(undici.interceptors.redirect({ maxRedirections: 3 }))
        const answer = await undici.request(base + '/307/v1/embeddings', { ...asking(['a', 'b']), dispatcher })
        print([answer.statusCode, await answer.body.json()])
        const unfollowed = await undici.request(base + '/307/v1/embeddings', asking(['a']))
        print([unfollowed.statusCode, await unfollowed.body.text()])
        print(await (await undici.fetch(base + '/307/v1/embeddings', asking(['a', 'b', 'c']))).json())
        print(await (await undici.fetch(base + '/v1/embeddings', asking(['a', 'b', 'c']))).json())`,
    })

    // A body of undici's own fetch is a stream, and no answer of the package is known.
    assert.deepEqual(
      records.sort((a, b) => (b.batch_size ?? 0) - (a.batch_size ?? 0)),
      [call(2), call(1), call(), call()],
    )
  })

  it('by node:http, where a client follows', async () => {
    const records = await recorded({
      imports: [['axios', 'axios']],
      body: `
        const client = axios.create({ baseURL: base, adapter: 'http' })
        print((await client.post('/307/v1/embeddings', { input: ['a', 'b'] })).data)
        print((await client.post('/308/307/v1/embeddings', { input: ['a', 'b'] })).data)
        print(await client.post('/307/429/v1/embeddings', { input: ['a', 'b'] }).catch(({ response }) => response.status))
        print((await client.post('/307/v1/embeddings', { input: [] }, { maxRedirects: 0, validateStatus: () => true })).status)`,
    })

    assert.deepEqual(records, [call(), call(), { ...call(), error: 'HttpError', status: 429 }, call()])
  })
})

describe('a call that is tried again or given up', () => {
  it('is recorded once for each request that was sent', async () => {
    const records = await recorded({
      body: `
        for (let answer, i = 0; i === 0 || !answer.ok; i++) {
          answer = await fetch(base + '/flaky/v1/embeddings', asking(['a', 'b']))
          print([answer.status, Object.keys(await answer.json())])
        }`,
    })

    assert.deepEqual(records, [{ ...call(2), error: 'HttpError', status: 429 }, call(2, 6)])
  })

  it('is recorded with the error that the application sees, also where nothing was sent', async () => {
    const records = await recorded({
      imports: [['http', 'node:http']],
      body: `
        const given = new AbortController()
        given.abort()
        await fetch(base + '/v1/embeddings', { ...asking(['a']), signal: given.signal }).catch(({ name }) => print(name))
        const nevers = async () => (await (await fetch(base + '/nevers')).json()).nevers
        const arrived = async (before) => { while ((await nevers()) === before); }
        let before = await nevers()
        const later = new AbortController()
        const asked = fetch(base + '/never/v1/embeddings', { ...asking(['a', 'b']), signal: later.signal })
        await arrived(before)
        later.abort()
        await asked.catch(({ name }) => print(name))
        before = await nevers()
        const request = http.request(base + '/never/v1/embeddings', { method: 'POST' })
        request.on('error', ({ code }) => print(code)).end(text(['a']))
        await arrived(before)
        const closed = new Promise((resolve) => request.on('close', resolve))
        request.destroy()
        await closed
        print('end')`,
    })

    assert.deepEqual(records, [
      { ...call(1), error: 'DOMException', status: undefined },
      { ...call(2), error: 'DOMException', status: undefined },
      { ...call(), error: 'Error', status: 'ECONNRESET' },
    ])
  })
})

describe('a plain request beside a patched library', () => {
  for (const [name, imports, client, path] of [
    [
      'mistral',
      [['{ Mistral }', '@mistralai/mistralai']],
      `await new Mistral({ apiKey: 'secret', serverURL: base }).embeddings.create({ model: 'm', inputs: ['a', 'b'] }).catch(() => {})`,
      '/v1/embeddings',
    ],
    [
      'huggingface',
      [['{ InferenceClient }', '@huggingface/inference']],
      `await new InferenceClient('secret').featureExtraction({ endpointUrl: base + '/models/a/b/pipeline/feature-extraction', inputs: ['a', 'b'] }).catch(() => {})`,
      '/models/a/b/pipeline/feature-extraction',
    ],
  ] as const)
    it(`is recorded, and the library's own is not once more: ${name}`, async () => {
      const { records, stderr } = await run({
        imports,
        env: { SERVICE: service.url },
        body: `${prelude}
          ${client}
          await (await fetch(base + '${path}', asking(['a', 'b', 'c']))).text()`,
        config: { ...everything, wire_hosts: { [name]: [new URL(service.url).host] } },
      })

      assert.deepEqual(
        records.map(({ library, seen }) => [library, seen]),
        [
          [name, undefined],
          [name, 'wire'],
        ],
        stderr,
      )
    })
})

describe('the requests of a patched library that has switched off its own header', () => {
  it('are not counted once more', { skip: sets[0] !== 'current' && 'for Node 22' }, async () => {
    const { records, stderr } = await run({
      packages: 'current',
      imports: [['{ Index }', '@upstash/vector']],
      env: { SERVICE: service.url, UPSTASH_DISABLE_TELEMETRY: '1' },
      body: `${prelude}
        await new Index({ url: base, token: 'secret' }).query({ vector: [1], topK: 1, includeMetadata: true }).catch(() => {})`,
      config: { ...everything, wire_hosts: { upstash: [new URL(service.url).host] } },
    })

    assert.deepEqual(
      records.map(({ library, seen }) => [library, seen]),
      [['upstash', undefined]],
      stderr,
    )
  })
})

describe('the hosts of a reload', () => {
  it('are taken, and those that it leaves out are left', async () => {
    const file = (hosts: object) =>
      JSON.stringify({ runtime: { profiling: { ...everything, reload_signal: 'SIGUSR2', wire_hosts: hosts } } })
    const { host } = new URL(service.url)
    const { records, stderr } = await run({
      imports: [['fs', 'node:fs']],
      env: { SERVICE: service.url },
      files: { 'with.yml': file({ openai: [host] }), 'without.yml': file({ qdrant: [host] }) },
      yaml: file({}),
      body: `${prelude}
        const ask = async (size) => (await fetch(base + '/v1/embeddings', asking(Array(size).fill('a')))).json()
        const reload = async (name) => {
          fs.copyFileSync(name, 'crossbridge.yml')
          await new Promise((heard) => { process.once('SIGUSR2', heard); process.kill(process.pid, 'SIGUSR2') })
        }
        const awake = setInterval(() => {}, 1000)
        await ask(1)
        await reload('with.yml')
        await ask(2)
        await reload('without.yml')
        await ask(3)
        clearInterval(awake)`,
    })

    assert.deepEqual(
      records.map(({ metadata }) => metadata.batch_size),
      [2],
      stderr,
    )
  })
})
