import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Application, everything, formats, run } from '../../support/application.ts'
import { type Loopback, openaiServer } from '../../support/openai-server.ts'

let service: Loopback
before(async () => {
  service = await openaiServer()
})
after(() => service.close())
const config = () => ({ ...everything, wire_hosts: { openai: [new URL(service.url).host] } })

/** What the service heard while `body` ran. */
async function heard<R>(body: () => Promise<R>): Promise<R & { readonly asked: readonly string[] }> {
  const before = service.requests.length
  const result = await body()
  return { ...result, asked: service.requests.slice(before) }
}

const calls = (adapter: 'http' | 'fetch') => `
  const client = axios.create({ baseURL: process.env.SERVICE, adapter: '${adapter}', headers: { authorization: 'secret' } })
  const { data, status } = await client.post('/v1/embeddings', { model: 'text-embedding-3-small', input: ['secret', 'b'], encoding_format: 'float' })
  print([status, data.data.length, data.usage])
  await client.post('/v1/embeddings', { model: 'fail', input: 'secret' }).catch((error) => print([error.code, error.response.status]))
  await client.post('/v1/embeddings', { model: 'hang', input: 'secret' }, { timeout: 300 }).catch((error) => print(error.code))
  const stream = await client.post('/v1/chat/completions', { model: 'gpt-4o-mini', stream: true, messages: [] }, { responseType: 'stream' })
  let length = 0
  for await (const part of stream.data) length += part.length
  print(length > 0)
  print((await client.get('/v1/models')).status)
  print([axios.name, typeof fetch, fetch.name])`

describe('axios', () => {
  for (const format of formats)
    for (const adapter of ['http', 'fetch'] as const)
      it(`is recorded by its requests, once each: the ${adapter} adapter, ${format}`, async () => {
        const application: Application = {
          format,
          packages: 'apps',
          env: { SERVICE: service.url },
          imports: [['axios', 'axios']],
          body: calls(adapter),
        }
        const bare = await heard(() => run({ ...application, bare: true }))
        const profiled = await heard(() => run({ ...application, config: config() }))

        assert.equal(profiled.code, 0, profiled.stderr)
        assert.deepEqual([profiled.printed, profiled.stderr], [bare.printed, bare.stderr])
        assert.deepEqual(profiled.asked, bare.asked)
        const shown = profiled.records.map(({ name, library, seen, metadata = {}, error, status }) => ({
          ...{ name, library, seen, metadata },
          ...(error && { error, status }),
        }))
        // Of a body that is no text given to fetch, nothing is known.
        const one = { name: 'embedding_provider.embed', library: 'openai', seen: 'wire' }
        const answer = { dimensions: 8, input_tokens: 6, results: 2, response_model: 'text-embedding-3-small' }
        assert.deepEqual(shown, [
          { ...one, metadata: adapter === 'fetch' ? answer : {} },
          { ...one, metadata: {}, error: 'HttpError', status: 400 },
          { ...one, metadata: {}, error: 'AxiosError', status: adapter === 'fetch' ? 'ETIMEDOUT' : 'ECONNABORTED' },
          { name: 'llm.generate', library: 'openai', seen: 'wire', metadata: {} },
        ])
        assert.equal(profiled.records.length, profiled.asked.length - 1)
        assert.doesNotMatch(JSON.stringify(profiled.records), /secret/)
      })
})
