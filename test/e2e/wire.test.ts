import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { build } from 'esbuild'
import { api, everything, formats, root, run, sets } from '../support/application.ts'

/** A service on loopback, in the application, at a host that `wire_hosts` names: the port is put in the file before it starts. */
const prelude = (port: number) => `
  const server = http.createServer((request, response) => {
    let text = ''
    request.on('data', (part) => { text += part })
    request.on('end', async () => {
      const { input = [], wait = 0 } = text === '' ? {} : JSON.parse(text)
      await new Promise((resolve) => setTimeout(resolve, wait))
      if (request.url.startsWith('/no/')) response.statusCode = 429
      response.setHeader('content-type', 'application/json')
      const body = request.url.includes('/points/query')
        ? { result: { points: [{ id: 1, score: 0.9 }, { id: 2, score: 0.7 }] }, time: 0.25 }
        : { data: [input].flat().map(() => ({ embedding: [1, 2, 3] })), model: 'm', usage: { prompt_tokens: [input].flat().length * 3 } }
      response.end(JSON.stringify(body))
    })
  })
  await new Promise((resolve) => server.listen(${port}, '127.0.0.1', resolve))
  const base = 'http://127.0.0.1:${port}'
  const asking = (body) => ({ method: 'POST', headers: { 'content-type': 'application/json', authorization: 'secret' }, body: JSON.stringify(body) })
  const embedding = (input, more) => ({ model: 'text-embedding-3-small', input, ...more })
  const end = () => { server.closeAllConnections(); server.close() }`
const imports = [['http', 'node:http']] as const
const embed = (batch_size: number) => ({
  name: 'embedding_provider.embed',
  library: 'openai',
  seen: 'wire',
  metadata: {
    model: 'text-embedding-3-small',
    batch_size,
    dimensions: 3,
    input_tokens: batch_size * 3,
    results: batch_size,
    response_model: 'm',
  },
})
// Below those that systems give out.
let next = 10_000 + (process.pid % 20_000)
const config = (port: number, more: object = {}) => ({
  ...everything,
  wire_hosts: { openai: [`127.0.0.1:${port}`] },
  ...more,
})
// biome-ignore lint/suspicious/noExplicitAny: records are read as JSON
const shown = ({ name, library, seen, metadata, error, status }: any) => ({
  ...{ name, library, seen, metadata },
  ...(error && { error, status }),
})

describe('a service that is called by plain requests', () => {
  it('is recorded with what was asked and answered: fetch, in its forms', async () => {
    const port = next++
    const application = {
      imports,
      body: `${prelude(port)}
        const url = base + '/v1/embeddings'
        print((await (await fetch(url, asking(embedding(['secret', 'b'])))).json()).model)
        print((await (await fetch(new URL(url), asking(embedding('secret')))).text()).length > 9)
        print((await fetch(base + '/no/v1/embeddings', asking(embedding('secret')))).status)
        const unread = await fetch(url, asking(embedding(['a', 'b', 'c'])))
        print(unread.bodyUsed)
        const copied = await fetch(url, asking(embedding(['a'])))
        print((await copied.clone().json()).model, copied.bodyUsed)
        await fetch('http://127.0.0.1:2/v1/embeddings', asking(embedding('secret'))).catch(({ cause }) => print(cause.message))
        print([fetch.name, fetch.length, Response.prototype.json.name, Object.keys(globalThis).includes('fetch')])
        end()`,
    }
    const { code, stderr, printed, records } = await run({
      ...application,
      config: { ...config(port), wire_hosts: { openai: [`127.0.0.1:${port}`, '127.0.0.1:2'] } },
    })
    const bare = await run({ ...application, bare: true })

    assert.equal(code, 0, stderr)
    assert.deepEqual(printed, bare.printed)
    const asked = (batch_size: number) => ({ ...embed(0), metadata: { model: 'text-embedding-3-small', batch_size } })
    const byName = (one: { error?: string; metadata: { batch_size: number } }) =>
      `${one.error ?? ''}${one.metadata.batch_size}`
    const sorted = records.map(shown).sort((a, b) => byName(a as never).localeCompare(byName(b as never)))
    assert.deepEqual(sorted, [
      embed(1),
      embed(1),
      embed(2),
      asked(3),
      { ...asked(1), error: 'HttpError', status: 429 },
      { ...asked(1), error: 'TypeError', status: sorted.at(-1)?.status },
    ])
    assert.doesNotMatch(JSON.stringify(records), /secret/)
  })

  it('is the same where the application replaces the classes of fetch and Promise, or calls fetch with new', async () => {
    const port = next++
    const application = {
      imports,
      body: `${prelude(port)}
        const url = base + '/v1/embeddings'
        const { Request, Response, Headers } = globalThis
        for (const name of ['Request', 'Response', 'Headers']) globalThis[name] = class Polyfill {}
        print((await (await fetch(url, asking(embedding(['a'])))).json()).model)
        for (const name of ['Request', 'Response', 'Headers']) print(globalThis[name].name)
        globalThis.Request = undefined
        delete globalThis.Response
        globalThis.Headers = undefined
        print((await (await fetch(new Request(url, asking(embedding(['a', 'b']))))).json()).model)
        print('Response' in globalThis, globalThis.Request, globalThis.Headers)
        Object.assign(globalThis, { Request, Response, Headers })
        const own = globalThis.Promise
        globalThis.Promise = class extends own {}
        print((await (await fetch(url, asking(embedding(['a', 'b', 'c'])))).json()).model)
        globalThis.Promise = own
        print((await (await new fetch(url, asking(embedding(['a', 'b', 'c', 'd'])))).json()).model)
        end()`,
    }

    const { code, stderr, printed, records } = await run({ ...application, config: config(port) })
    const bare = await run({ ...application, bare: true })

    assert.equal(code, 0, stderr)
    assert.doesNotMatch(stderr, /fault of the agent/)
    assert.deepEqual(printed, bare.printed)
    assert.deepEqual(
      records.map(({ metadata, error }) => [metadata.batch_size, error]),
      // The body of a Request is not ours to read.
      [1, undefined, 3, 4].map((size) => [size, undefined]),
      stderr,
    )
  })

  it('keeps a hundred calls at a time apart, each with its own tokens and duration', async () => {
    const port = next++
    const { records, stderr } = await run({
      imports,
      config: config(port),
      body: `${prelude(port)}
        await Promise.all(Array.from({ length: 100 }, async (_, i) => {
          const answer = await fetch(base + '/v1/embeddings', asking(embedding(Array(i + 1).fill('a'), { wait: i % 2 ? 100 : 0 })))
          await answer.json()
        }))
        end()`,
    })

    const sizes = records.map(({ metadata }) => metadata.batch_size).sort((a, b) => a - b)
    assert.deepEqual(
      sizes,
      Array.from({ length: 100 }, (_, i) => i + 1),
      stderr,
    )
    for (const { metadata, duration_ms } of records) {
      assert.equal(metadata.input_tokens, metadata.batch_size * 3)
      if (metadata.batch_size % 2 === 0) assert.ok(duration_ms >= 95)
    }
  })

  it('is recorded by node:http without what is in the body', async () => {
    const port = next++
    const { records, stderr } = await run({
      imports,
      config: { ...config(port), wire_hosts: { qdrant: [`127.0.0.1:${port}`] } },
      body: `${prelude(port)}
        for (const path of ['/collections/docs/points/query', '/no/collections/docs/points/query', '/other'])
          await new Promise((resolve) => {
            http.request(base + path, { method: 'POST' }, (response) => response.resume().on('end', resolve)).end('{}')
          })
        end()`,
    })

    const one = {
      name: 'vector_store.search',
      library: 'qdrant',
      seen: 'wire',
      metadata: { collection: 'docs' },
    }
    assert.deepEqual(records.map(shown), [one, { ...one, error: 'HttpError', status: 429 }], stderr)
  })

  it('is left alone where it is not in targets, with wire: off, and where the agent is off', async () => {
    for (const more of [{ targets: ['vector_store'] }, { wire: 'off' }, { enabled: false }]) {
      const port = next++
      const { code, records } = await run({
        imports,
        config: config(port, more),
        body: `${prelude(port)}
          await (await fetch(base + '/v1/embeddings', asking(embedding('a')))).json()
          end()`,
      })

      assert.deepEqual([code, records], [0, []], JSON.stringify(more))
    }
  })

  it('is below the request that asked, with what it waited for', async () => {
    const port = next++
    const { records, stderr } = await run({
      imports: [...imports, ['{ profile }', api]],
      config: config(port, { requests: true }),
      body: `${prelude(port)}
        await profile('job', {}, async () => {
          const answer = await fetch(base + '/v1/embeddings', asking(embedding('a')))
          await answer.json()
        })
        end()`,
    })

    const [call, job] = ['openai', 'app'].map((name) => records.find(({ library }) => library === name))
    assert.equal(call?.trace_id, job?.trace_id, stderr)
    assert.equal(call?.parent_id, job?.span_id)
    assert.equal(call?.timing.requests, 1)
  })
})

describe('a client that no loader sees', () => {
  const [packages = 'current'] = sets
  let bundle = ''
  before(async () => {
    const { outputFiles } = await build({
      stdin: { contents: `export { default } from 'openai'`, resolveDir: join(root, 'test/packages', packages) },
      ...{ bundle: true, minify: true, platform: 'node', format: 'esm', write: false },
      banner: { js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)` },
    })
    bundle = outputFiles[0]?.text ?? ''
  })
  after(() => {
    bundle = ''
  })
  const body = (port: number) => `${prelude(port)}
    const client = new OpenAI({ baseURL: base + '/v1', apiKey: 'secret', maxRetries: 0 })
    const { usage } = await client.embeddings.create({ ...embedding(['secret', 'b']), encoding_format: 'float' })
    print(usage)
    end()`

  it('is recorded once in a bundle, by its requests', async () => {
    const port = next++
    const { printed, records, stderr } = await run({
      format: 'mjs',
      files: { 'bundle.mjs': bundle },
      imports: [...imports, ['OpenAI', './bundle.mjs']],
      config: config(port),
      body: body(port),
    })

    assert.deepEqual(printed, [{ prompt_tokens: 6 }], stderr)
    assert.deepEqual(records.map(shown), [embed(2)])
  })

  for (const format of formats)
    it(`is recorded once where it is patched, by its call, beside plain requests: ${format}`, async () => {
      const port = next++
      const { records, stderr } = await run({
        ...{ format, packages, config: config(port) },
        imports: [...imports, ['OpenAI', 'openai']],
        body: `${body(port).replace('end()', '')}
          await (await fetch(base + '/v1/embeddings', asking(embedding(['a', 'b', 'c'])))).json()
          end()`,
      })

      assert.deepEqual(
        records.map(({ seen, metadata }) => [seen, metadata.batch_size]),
        [
          [undefined, 2],
          ['wire', 3],
        ],
        stderr,
      )
    })

  it('is told by the entry that profiles it by hand', async () => {
    const port = next++
    const { records, stderr } = await run({
      files: { 'embed.mjs': `export async function embed(url, init) { return (await fetch(url, init)).json() }` },
      imports: [...imports, ['{ embed }', './embed.mjs']],
      config: config(port, {
        instrumentations: [
          {
            name: 'mine',
            module: './embed.mjs',
            target: 'embedding_provider',
            methods: [{ at: 'embed', scope: 'embed' }],
          },
        ],
      }),
      body: `${prelude(port)}
        await embed(base + '/v1/embeddings', asking(embedding('a')))
        end()`,
    })

    assert.deepEqual(
      records.map(({ library }) => library),
      ['mine'],
      stderr,
    )
  })
})
