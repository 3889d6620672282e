import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Application, everything, run } from '../support/application.ts'
import { json, type Loopback, listen } from '../support/openai-server.ts'

/** Answers each path by its first part: `307`, what it sends on; `429`, `never`; `flaky`, refused once. */
let service: Loopback
let refusals = 0
before(async () => {
  service = await listen((request, body, response) => {
    const [, kind = '', ...rest] = (request.url ?? '').split('/')
    const status = Number(kind)
    if (status >= 300 && status < 400)
      return response.writeHead(status, { location: `/${rest.join('/')}` }).end('moved, which nobody reads')
    if (status >= 400) return json(response, { error: {} }, status)
    if (kind === 'never') return
    if (kind === 'flaky' && refusals++ % 2 === 0) {
      response.setHeader('retry-after-ms', '1')
      return json(response, { error: {} }, 429)
    }
    if (request.method === 'GET') return json(response, { answered: 'GET' })
    const size = body === '' ? 0 : JSON.parse(body).input.length
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
    return { ...outcome, asked: service.requests.slice(before) }
  }
  const bare = await asked({ bare: true })
  const profiled = await asked({ config: profiling })
  assert.equal(profiled.code, 0, profiled.stderr)
  assert.deepEqual([profiled.printed, profiled.stderr], [bare.printed, bare.stderr])
  assert.deepEqual(profiled.asked, bare.asked)
  return profiled.records.map(({ metadata = {}, error, status }) => ({
    ...{ model: metadata.model, batch_size: metadata.batch_size, tokens: metadata.input_tokens },
    ...(error && { error, status }),
  }))
}
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
