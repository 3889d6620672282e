import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { everything, libraryFormats, run, sets } from '../support/application.ts'

const apart = (last_score: number) => ({ top_score: 0, last_score, score_kind: 'distance' })

for (const packages of sets) {
  for (const format of libraryFormats) {
    describe(`lancedb, ${packages}, ${format}`, () => {
      const start = (body: string, bare = false, config: Readonly<Record<string, unknown>> = everything) =>
        run({
          packages,
          format,
          bare,
          config,
          env: { CROSSBRIDGE_PROFILING_DEBUG: config === everything ? '' : '1' },
          imports: [['{ connect, QueryBase, MatchQuery, Index }', '@lancedb/lancedb']],
          body: `
            const rows = (count, from = 0) =>
              Array.from({ length: count }, (_, i) => ({ id: from + i, title: 'private ' + (from + i), vector: [i, i + 1, i + 2] }))
            const db = await connect('./db')
            const table = await db.createTable('docs', rows(20))
            ${body}`,
        })
      const compare = async (body: string) => {
        const [bare, profiled] = await Promise.all([start(body, true), start(body)])
        assert.equal(profiled.stderr, bare.stderr)
        assert.deepEqual(profiled.printed, bare.printed)
        assert.equal(profiled.code, 0)
        assert.ok(bare.printed.length > 0)
        return profiled
      }

      it('records exactly one search for every way to run one', async () => {
        const { records } = await compare(`
          const search = () => table.search([1, 2, 3])
          print((await search().limit(3).toArray()).map(({ id }) => id))
          print((await table.query().nearestTo([1, 2, 3]).limit(2).toArrow()).numRows)
          print((await table.query().limit(4).nearestTo([1, 2, 3]).toArray()).length)
          print((await table.vectorSearch([1, 2, 3]).toArray()).length)
          print((await table.query().nearestTo(Promise.resolve([1, 2, 3])).limit(1).toArray()).length)
          const count = async (batches) => {
            let read = 0
            for await (const batch of batches) read += batch.numRows
            return read
          }
          print(await count(search().limit(5)))
          print(await count(search().limit(6).execute()))
          print(await count(search().limit(7).execute({ maxBatchLength: 2 })))
          for await (const batch of search().limit(8)) { print(batch.numRows); break }
          const stream = search().limit(9).execute()
          print([typeof stream.next, stream[Symbol.asyncIterator]() === stream, Object.keys(stream)])
          print([(await stream.next()).value.numRows, await stream.return('early')])`)

        const one = { library: 'lancedb', collection: 'docs', filtered: false }
        const near = { name: 'vector_store.search', ...one, dimensions: 3 }
        assert.deepEqual(
          records.slice(1).map(({ name, library, metadata }) => {
            const { time_to_first_chunk_ms: _, ...rest } = metadata
            return { name, library, ...rest }
          }),
          [
            // The distances of rows that are read at once: each further one is by a whole number more in all three.
            { ...near, top_k: 3, results: 3, ...apart(3) },
            { ...near, top_k: 2, results: 2, ...apart(3) },
            { ...near, top_k: 4, results: 4, ...apart(12) },
            { ...near, results: 10, ...apart(192) },
            { name: 'vector_store.search', ...one, top_k: 1, results: 1, ...apart(0) },
            { ...near, top_k: 5, results: 5 },
            { ...near, top_k: 6, results: 6 },
            { ...near, top_k: 7, results: 7, chunks: 4 },
            { ...near, top_k: 8, results: 8 },
            { ...near, top_k: 9, results: 9 },
          ],
        )
        assert.doesNotMatch(JSON.stringify(records), /private|\[1,/)
      })

      it('records what a query was told on its way', async () => {
        const { records } = await compare(`
          const search = () => table.search([1, 2, 3]).limit(2)
          print((await search().where('id < 9').nprobes(20).toArray()).length)
          print((await search().filter('id < 9').ef(64).toArray()).length)
          print((await search().refineFactor(5).toArray()).length)
          print((await search().minimumNprobes(4).toArray()).length)
          print((await table.search([[1, 2, 3], [4, 5, 6]]).limit(2).toArray()).length)
          print((await table.query().where('id < 3').toArray()).length)
          print(await table.countRows('id < 3'))`)

        const near = { name: 'vector_store.search', collection: 'docs', top_k: 2, filtered: false, dimensions: 3 }
        const read = { name: 'vector_store.fetch', collection: 'docs', filtered: true }
        assert.deepEqual(
          records.slice(1).map(({ name, metadata }) => ({ name, ...metadata })),
          [
            { ...near, filtered: true, candidates: 20, results: 2, ...apart(3) },
            { ...near, filtered: true, candidates: 64, results: 2, ...apart(3) },
            { ...near, candidates: 10, results: 2, ...apart(3) },
            { ...near, candidates: 4, results: 2, ...apart(3) },
            { ...near, batch_size: 2, results: 4 },
            { ...read, results: 3 },
            read,
          ],
        )
      })

      it('ends a streamed search with its reader, not at the call', async () => {
        const { records } = await compare(`
          const stream = table.search([1, 2, 3]).limit(2).execute()
          await table.delete('id = 19')
          let read = 0
          for await (const batch of stream) { read += batch.numRows; await table.delete('id = 18') }
          print(read)`)

        assert.deepEqual(
          records.map(({ name }) => name),
          ['vector_store.upsert', 'vector_store.delete', 'vector_store.delete', 'vector_store.search'],
        )
      })

      it("leaves out of a stream's time what its reader does", async () => {
        const { printed, records } = await start(`
          let [read, paused] = [0, 0]
          const begun = performance.now()
          for await (const batch of table.search([1, 2, 3]).limit(4).execute({ maxBatchLength: 2 })) {
            const at = performance.now()
            read += batch.numRows
            await new Promise((resolve) => setTimeout(resolve, 50))
            paused += performance.now() - at
          }
          print({ read, withoutReader: performance.now() - begun - paused })`)

        const { duration_ms, metadata } = records[1]
        const [{ read, withoutReader }] = printed as [Record<string, number>]
        assert.deepEqual([read, metadata.results, metadata.chunks], [4, 4, 2])
        assert.ok(duration_ms <= (withoutReader as number), `${duration_ms} of ${withoutReader}`)
      })

      it('tells searches by text, with the scores of their rows, and plain reads apart', async () => {
        const { printed, records } = await compare(`
          await table.createIndex('title', { config: Index.fts() })
          const found = (rows) => print({ results: rows.length, top_score: rows[0]._score, last_score: rows.at(-1)._score })
          found(await table.query().fullTextSearch('private').limit(3).toArray())
          found(await table.query().nearestToText(new MatchQuery('private', 'title')).limit(2).toArray())
          found(await table.search('private').limit(4).toArray())
          print((await table.query().where('id > 3').limit(5).toArray()).length)
          print((await table.toArrow()).numRows)
          print((await table.takeOffsets([0, 1]).toArray()).length)
          print(await table.countRows())`)

        const read = { name: 'vector_store.fetch', collection: 'docs', filtered: false }
        const words = { ...read, name: 'vector_store.search', score_kind: 'similarity' }
        const found = printed.slice(0, 3) as { results: number }[]
        assert.deepEqual(
          found.map(({ results }) => results),
          [3, 2, 4],
        )
        assert.deepEqual(
          records.slice(1).map(({ name, metadata }) => ({ name, ...metadata })),
          [
            { name: 'vector_store.manage', collection: 'docs', operation: 'create_index' },
            { ...words, query_len: 7, top_k: 3, ...found[0] },
            { ...words, top_k: 2, ...found[1] },
            { ...words, query_len: 7, top_k: 4, ...found[2] },
            { ...read, filtered: true, top_k: 5, results: 5 },
            { ...read, results: 20 },
            { ...read, results: 2 },
            read,
          ],
        )
      })

      it('records every write, of tables however they were come by, and what opens and lists them', async () => {
        const { records } = await compare(`
          await table.add(rows(5, 20))
          const opened = await db.openTable('docs')
          await opened.add(await table.query().limit(2).toArrow())
          await opened.update({ where: 'id = 1', values: { title: 'private' } })
          await opened.delete('id = 2')
          await opened.mergeInsert('id').whenMatchedUpdateAll().whenNotMatchedInsertAll().execute(rows(3, 24))
          print([(await opened.listIndices()).length, (await db.tableNames()).length])
          const other = await db.createTable({ name: 'other', data: rows(2) })
          await other.add(rows(1))
          print([await opened.countRows(), await other.countRows(), opened.name, other.constructor === table.constructor])`)

        const [write, manage] = [{ name: 'vector_store.upsert', collection: 'docs' }, { name: 'vector_store.manage' }]
        assert.deepEqual(
          records.map(({ name, metadata }) => ({ name, ...metadata })),
          [
            { ...write, batch_size: 20, dimensions: 3 },
            { ...write, batch_size: 5, dimensions: 3 },
            { ...manage, collection: 'docs', operation: 'open_table' },
            { name: 'vector_store.fetch', collection: 'docs', filtered: false, top_k: 2, results: 2 },
            { ...write, batch_size: 2 },
            { ...write, results: 2 },
            { name: 'vector_store.delete', collection: 'docs', results: 1 },
            { ...write, batch_size: 3, dimensions: 3, results: 3 },
            { ...manage, collection: 'docs', operation: 'list_indices' },
            { ...manage, operation: 'table_names' },
            { ...write, collection: 'other', batch_size: 2, dimensions: 3 },
            { ...write, collection: 'other', batch_size: 1, dimensions: 3 },
            { name: 'vector_store.fetch', collection: 'docs', filtered: false },
            { name: 'vector_store.fetch', collection: 'other', filtered: false },
          ],
        )
      })

      it('fails as without the agent', async () => {
        const { records } = await compare(`
          const wrong = () => table.search([1, 2, 3]).column('nothing')
          let raised = 0
          process.on('unhandledRejection', (error) => { raised++; print(error.constructor.name) })
          async function searchForUser() { return await wrong().toArray() }
          await searchForUser().catch((error) => print([error.constructor.name, error.message, error.stack.includes('searchForUser')]))
          try { for await (const batch of wrong()) print('never') } catch (error) { print(error.message) }
          try { for await (const batch of wrong().execute()) print('never') } catch (error) { print(error.message) }
          try { table.search([1, 2, 3]).limit('x') } catch (error) { print(error.message) }
          await table.add([{ nothing: 1 }]).catch((error) => print(error.constructor.name))
          await db.createTable('docs', rows(1)).catch((error) => print(error.constructor.name))
          await wrong().toArray().catch(() => {})
          wrong().toArray()
          while (raised === 0) await new Promise((resolve) => setTimeout(resolve, 5))
          print(raised)
          const { toArrow, execute, [Symbol.asyncIterator]: iterate } = QueryBase.prototype
          print([toArrow, execute, iterate].map((one) => [one.name, one.length, Object.keys(one)]))
          const query = table.search([1, 2, 3])
          print([query instanceof QueryBase, Object.keys(query), query.limit(1) === query])`)

        assert.deepEqual(
          records.slice(1).map(({ name, error }) => [name, error]),
          [
            ['vector_store.search', 'Error'],
            ['vector_store.search', 'Error'],
            ['vector_store.search', 'Error'],
            ['vector_store.upsert', 'Error'],
            ['vector_store.upsert', 'Error'],
            ['vector_store.search', 'Error'],
            ['vector_store.search', 'Error'],
          ],
        )
      })

      it('keeps 100 searches in flight apart', async () => {
        const { records } = await compare(`
          const found = await Promise.all(Array.from({ length: 100 }, (_, i) => table.search([i, i, i]).limit(1 + (i % 7)).toArray()))
          print(found.map((rows) => rows.length))`)

        assert.equal(records.length, 101)
        for (const { metadata } of records.slice(1)) assert.equal(metadata.results, metadata.top_k)
      })

      it('patches only what the targets need', async () => {
        const body = `
          const isItsOwn = (method) => String(method).includes('await')
          print([isItsOwn(QueryBase.prototype.toArrow), isItsOwn(table.add)])
          await table.search([1, 2, 3]).limit(1).toArray()
          await table.query().toArray()`

        const of = (target: string) => start(body, false, { ...everything, targets: [target] })
        const [searches, none] = await Promise.all([of('vector_store.search'), of('openai')])

        assert.deepEqual(searches.printed, [[false, true]])
        assert.deepEqual(
          searches.records.map(({ metadata }) => metadata),
          [{ collection: 'docs', top_k: 1, filtered: false, dimensions: 3, results: 1, ...apart(0) }],
        )
        assert.match(searches.stderr, /lancedb vector_store\.search: 1 seen, 1 emitted/)
        assert.match(searches.stderr, /lancedb vector_store\.fetch: not called/)
        assert.deepEqual(none.printed, [[true, true]])
      })

      it("lets the user's own entry go through what connect() and openTable() return", async () => {
        const { printed, records } = await start(
          `
          await table.countRows()
          const opened = await db.openTable('docs')
          print(await opened.countRows())
          print(await table.countRows('id < 5'))`,
          false,
          {
            ...everything,
            targets: ['counting'],
            instrumentations: [
              {
                name: 'counting',
                module: '@lancedb/lancedb',
                target: 'own',
                methods: [
                  { at: 'connect().openTable().countRows', scope: 'count', metadata: { table: 'this.name()' } },
                ],
              },
            ],
          },
        )

        assert.deepEqual(printed, [20, 5])
        assert.deepEqual(
          records.map(({ name, metadata }) => ({ name, ...metadata })),
          [
            { name: 'own.count', table: 'docs' },
            { name: 'own.count', table: 'docs' },
          ],
        )
      })
    })
  }
}
