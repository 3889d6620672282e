import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { everything, formats, run, sets } from '../support/application.ts'
import type { Loopback } from '../support/openai-server.ts'
import { qdrantServer } from '../support/qdrant-server.ts'

for (const packages of sets) {
  for (const format of formats) {
    // 1.18.0 does not run on Node 26 by itself ("invalid onError method").
    const skip = packages === 'previous' && process.versions.node.startsWith('26.')
    describe(`qdrant, ${packages}, ${format}`, { skip }, () => {
      let server: Loopback
      before(async () => {
        server = await qdrantServer()
      })
      after(() => server.close())
      const start = (body: string, bare = false) =>
        run({
          packages,
          format,
          bare,
          config: everything,
          imports: [['{ QdrantClient }', '@qdrant/js-client-rest']],
          body: `const client = new QdrantClient({ url: '${server.url}', checkCompatibility: false })\n${body}`,
        })

      const calls = `
        print((await client.upsert('docs', { wait: true, points: [{ id: 1, vector: [1, 2] }, { id: 2, vector: [3, 4] }] })).status)
        print((await client.query('docs', { query: [1, 2], limit: 3, with_payload: true })).points.length)
        print((await client.queryBatch('docs', { searches: [{ query: [1], limit: 2 }, { query: [2], limit: 2 }] })).length)
        print((await client.queryGroups('docs', { query: [1], group_by: 'a', limit: 2 })).groups.length)
        print((await client.retrieve('docs', { ids: [1, 2] })).length)
        print((await client.scroll('docs', { limit: 4 })).points.length)
        print((await client.delete('docs', { points: [1] })).status)
        await client.query('missing', { query: [1], limit: 1 }).catch((error) => print([error.constructor.name, error.status, error.message]))
        const { query } = QdrantClient.prototype
        print([query.name, query.length, Object.getOwnPropertyNames(query).filter((name) => !name.startsWith('__')), Object.keys(client).sort()])`

      it('behaves as without the agent, and records one scope a call', async () => {
        const bare = await start(calls, true)
        const profiled = await start(calls)

        assert.equal(profiled.stderr, '')
        assert.deepEqual(profiled.printed, bare.printed)
        assert.deepEqual(
          profiled.records.map(({ name, metadata, error }) => ({ name, ...metadata, ...(error && { error }) })),
          [
            { name: 'vector_store.upsert', collection: 'docs', batch_size: 2 },
            { name: 'vector_store.search', collection: 'docs', top_k: 3, results: 3 },
            { name: 'vector_store.search', collection: 'docs', batch_size: 2, results: 2 },
            { name: 'vector_store.search', collection: 'docs', top_k: 2, results: 2 },
            { name: 'vector_store.fetch', collection: 'docs', batch_size: 2, results: 2 },
            { name: 'vector_store.fetch', collection: 'docs', top_k: 4, results: 4 },
            { name: 'vector_store.delete', collection: 'docs', batch_size: 1 },
            { name: 'vector_store.search', collection: 'missing', top_k: 1, error: 'Error' },
          ],
        )
        assert.doesNotMatch(JSON.stringify(profiled.records), /private/)
      })

      if (packages === 'previous') {
        it('records the search methods that 1.19 removed', async () => {
          const { records } = await start(`
            await client.search('docs', { vector: [1], limit: 2 })
            await client.searchBatch('docs', { searches: [{ vector: [1], limit: 2 }] })
            await client.recommend('docs', { positive: [1], limit: 3 })`)

          assert.deepEqual(
            records.map(({ metadata }) => metadata),
            [
              { collection: 'docs', top_k: 2, results: 2 },
              { collection: 'docs', batch_size: 1, results: 1 },
              { collection: 'docs', top_k: 3, results: 3 },
            ],
          )
        })
      }
    })
  }
}
