import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { everything, formats, type Import, run, sets } from '../support/application.ts'
import { type Loopback, openaiServer } from '../support/openai-server.ts'

const imports: readonly Import[] = [
  ['{ Embeddings }', '@langchain/core/embeddings'],
  ['{ VectorStore, SaveableVectorStore, VectorStoreRetriever }', '@langchain/core/vectorstores'],
  ['{ BaseRetriever }', '@langchain/core/retrievers'],
  ['{ Document }', '@langchain/core/documents'],
  ['{ FakeVectorStore, SyntheticEmbeddings }', '@langchain/core/utils/testing'],
  ['{ OpenAIEmbeddings }', '@langchain/openai'],
]

// What applications derive from LangChain's classes.
const classes = `
  class Own extends Embeddings {
    #calls = 0
    static made = 0
    model = 'own'
    constructor() { super({}); Own.made++ }
    async embedQuery(text) { return (await this.embedDocuments([text]))[0] }
    async embedDocuments(texts) {
      this.#calls++
      if (texts[0] === 'fail') throw new RangeError('no such text')
      return texts.map((text) => [text.length, 1])
    }
    get calls() { return this.#calls }
  }
  const rows = (docs, k) => docs.slice(0, k).map((doc, i) => [doc, 1 - i / 10])
  const storeOf = (Base) => class Store extends Base {
    #docs = []
    _vectorstoreType() { return 'own' }
    async addVectors(vectors, docs) { this.#docs.push(...docs); return docs.map((_, i) => String(i)) }
    async addDocuments(docs) { return this.addVectors(await this.embeddings.embedDocuments(docs.map((doc) => doc.pageContent)), docs) }
    async similaritySearchVectorWithScore(vector, k) { return rows(this.#docs, k) }
    static async fromTexts(texts, metadatas, embeddings) {
      return this.fromDocuments(texts.map((pageContent) => new Document({ pageContent })), embeddings)
    }
    static async fromDocuments(docs, embeddings) {
      const store = new this(embeddings, {})
      await store.addDocuments(docs)
      return store
    }
  }
  const Plain = storeOf(VectorStore)
  const Saveable = storeOf(SaveableVectorStore)
  class Overriding extends Plain {
    async similaritySearch(query, k) { return (await this.similaritySearchWithScore(query, k)).map(([doc]) => doc) }
    async maxMarginalRelevanceSearch(query, { k }) { return this.similaritySearch(query, k) }
  }
  class Late extends Plain {
    async similaritySearch(query, k) { await null; return super.similaritySearch(query, k) }
  }
  class Lines extends BaseRetriever {
    lc_namespace = ['own']
    async _getRelevantDocuments(query) {
      if (query === 'fail') throw new RangeError('no such line')
      return [new Document({ pageContent: query })]
    }
  }
  const texts = ['private a', 'private bb', 'private ccc']`

for (const packages of sets) {
  for (const format of formats) {
    describe(`langchain, ${packages}, ${format}`, () => {
      let server: Loopback
      before(async () => {
        server = await openaiServer()
      })
      after(() => server.close())
      const start = (body: string, bare = false, targets: readonly string[] = ['langchain']) =>
        run({
          packages,
          format,
          bare,
          imports,
          config: { ...everything, targets },
          body: `
            const url = '${server.url}'
            ${classes}
            ${body}`,
        })
      // biome-ignore lint/suspicious/noExplicitAny: records are read as JSON
      const of = (records: readonly any[], scope: string) =>
        records.filter(({ name }) => name === scope).map(({ metadata }) => metadata)

      it('records one search a call, for inherited and overridden methods and those that call each other', async () => {
        const { records, stderr } = await start(`
          for (const Store of [Plain, Saveable, Overriding, Late]) {
            const store = await Store.fromTexts(texts, [], new Own())
            await store.similaritySearch('private', 2)
            await store.similaritySearchWithScore('private', 1)
            await store.maxMarginalRelevanceSearch?.('private', { k: 3 })
          }`)

        assert.equal(stderr, '')
        const search = (provider: string, top_k: number) => ({ provider, query_len: 7, top_k, results: top_k })
        assert.deepEqual(of(records, 'semantic_search.search'), [
          search('Store', 2),
          search('Store', 1),
          search('Store', 2),
          search('Store', 1),
          search('Overriding', 2),
          search('Overriding', 1),
          search('Overriding', 3),
          search('Late', 2),
          search('Late', 1),
        ])
        assert.deepEqual(
          of(records, 'semantic_search.upsert'),
          ['Store', 'Store', 'Overriding', 'Late'].map((provider) => ({ provider, batch_size: 3 })),
        )
        // One for each store that is filled, one for each search.
        assert.equal(of(records, 'embedding_provider.embed').length, 13)
        assert.ok(records.every(({ library }) => library === 'langchain'))
        assert.doesNotMatch(JSON.stringify(records), /private/)
      })

      it('records each retrieval, those of a batch and of a retriever of the own included', async () => {
        const { records, stderr } = await start(`
          const store = await FakeVectorStore.fromTexts(texts, [], new SyntheticEmbeddings())
          const retriever = store.asRetriever(2)
          await retriever.invoke('one')
          await retriever.batch(['four', 'seven', 'nine'])
          await new Lines().invoke('own one')
          for await (const _ of await new Lines().stream('streamed')) ;
          await retriever.getRelevantDocuments?.('older')`)

        assert.equal(stderr, '')
        const found = of(records, 'semantic_search.retrieve')
        const older = packages === 'previous' ? [5] : []
        assert.deepEqual(found.map(({ query_len }) => query_len).sort(), [3, 4, 5, 4, 7, 8, ...older].sort())
        assert.deepEqual(found[0], { provider: 'VectorStoreRetriever', query_len: 3, top_k: 2, results: 2 })
        assert.equal(found.filter(({ provider }) => provider === 'Lines').length, 2)
        assert.equal(of(records, 'semantic_search.search').length, 4 + older.length)
      })

      it('records embeddings of own classes once, where methods stand in fields too', async () => {
        const { records, stderr } = await start(`
          class Fields extends Embeddings {
            embedQuery = async (text) => [text.length, 1, 2]
            embedDocuments = async (texts) => texts.map(() => [1, 2, 3])
          }
          const own = new Own()
          await own.embedQuery('private')
          await own.embedDocuments(texts)
          const fields = new Fields({})
          await null
          await fields.embedQuery('private')
          await fields.embedDocuments(texts)
          await new SyntheticEmbeddings().embedDocuments(texts)`)

        assert.equal(stderr, '')
        assert.deepEqual(of(records, 'embedding_provider.embed'), [
          { model: 'own', provider: 'Own', batch_size: 1, query_len: 7, dimensions: 2 },
          { model: 'own', provider: 'Own', batch_size: 3, dimensions: 2 },
          { provider: 'Fields', batch_size: 1, query_len: 7, dimensions: 3 },
          { provider: 'Fields', batch_size: 3, dimensions: 3 },
          { provider: 'SyntheticEmbeddings', batch_size: 3, dimensions: 4 },
        ])
      })

      it('takes a method that awaits before it calls its sibling for two calls, the limit of doing without async context', async () => {
        const { records } = await start(`
          class Lazy extends Own {
            async embedQuery(text) { await null; return (await this.embedDocuments([text]))[0] }
          }
          await new Lazy().embedQuery('private')`)

        assert.deepEqual(
          of(records, 'embedding_provider.embed').map(({ query_len }) => query_len),
          [undefined, 7],
        )
      })

      it('records OpenAIEmbeddings and, targeted too, the requests that they make', async () => {
        const body = `
          const embeddings = new OpenAIEmbeddings({ model: 'small', apiKey: 'k', batchSize: 2, configuration: { baseURL: url } })
          print([embeddings.constructor === OpenAIEmbeddings, embeddings instanceof Embeddings, Object.keys(embeddings)])
          print((await embeddings.embedQuery('private')).length)
          print((await embeddings.embedDocuments(texts)).length)`

        const bare = await start(body, true)
        const alone = await start(body)
        const both = await start(body, false, ['langchain', 'openai'])

        assert.deepEqual(alone.printed, bare.printed)
        assert.deepEqual(both.printed, bare.printed)
        assert.equal(both.stderr, '')
        assert.deepEqual(
          alone.records.map(({ metadata }) => metadata),
          [
            { model: 'small', provider: 'OpenAIEmbeddings', batch_size: 1, query_len: 7, dimensions: 8 },
            { model: 'small', provider: 'OpenAIEmbeddings', batch_size: 3, dimensions: 8 },
          ],
        )
        assert.deepEqual(
          ['langchain', 'openai'].map((name) => both.records.filter(({ library }) => library === name).length),
          [2, 3],
        )
      })

      it('behaves as without the agent: classes, statics, private fields, errors, abort signals', async () => {
        const body = `
          const own = new Own()
          print([own.constructor === Own, own instanceof Own, own instanceof Embeddings, Object.getPrototypeOf(Own) === Embeddings, Own.made, own.calls])
          print([new Embeddings({}).constructor === Embeddings, Embeddings.name, Embeddings.length, Object.getOwnPropertyNames(Embeddings.prototype)])
          print([Object.keys(own), Reflect.ownKeys(Own.prototype), own.embedQuery.name, own.embedQuery.length, Object.hasOwn(own, 'embedQuery')])
          print(await own.embedDocuments(['a', 'bb']))
          const promise = own.embedQuery('a')
          print([promise.constructor === Promise, Object.getOwnPropertyNames(promise), await promise, own.calls])
          const told = async (call) => { try { print(await call()) } catch (error) { print([error.constructor.name, error.message]) } }
          await told(() => own.embedQuery('fail'))
          await told(() => Embeddings({}))
          await told(() => VectorStore.fromTexts(['a'], [], own))
          for (const Store of [Plain, Saveable, Overriding, Late, FakeVectorStore]) {
            const store = await Store.fromTexts(texts, [], own)
            print([store.constructor === Store, store instanceof VectorStore, store instanceof SaveableVectorStore, store.embeddings === own, Object.keys(store)])
            print(store.toJSON())
            print(await store.similaritySearchWithScore('a', 2))
            print(await store.addDocuments([new Document({ pageContent: 'd' })]) ?? null)
            const { similaritySearch } = store
            await told(() => similaritySearch('a'))
            await told(() => store.similaritySearch('fail', 1))
            await told(() => store.delete({}))
            const retriever = store.asRetriever({ k: 1, searchType: 'mmr', searchKwargs: { fetchK: 2 } })
            print([retriever instanceof VectorStoreRetriever, retriever instanceof BaseRetriever, retriever.constructor === VectorStoreRetriever])
            await told(() => retriever.invoke('a'))
          }
          const lines = new Lines()
          print([lines instanceof BaseRetriever, BaseRetriever.prototype.invoke.name, BaseRetriever.prototype.invoke.length, Object.keys(lines)])
          print(await lines.batch(['a', 'b']))
          print(await lines.pipe((docs) => docs.length).invoke('a'))
          await told(() => lines.invoke('fail'))
          await told(() => lines.invoke('a', { signal: AbortSignal.abort() }))
          await told(() => lines.batch(['a', 'fail']))
          let raised = 0
          process.on('unhandledRejection', (error) => { raised++; print(error.message) })
          own.embedQuery('fail')
          own.embedQuery('fail').catch(() => {})
          lines.invoke('fail')
          await new Promise((resolve) => setTimeout(resolve, 200))
          print(raised)
          async function searchForUser() { return await own.embedQuery('fail') }
          await searchForUser().catch((error) => print(error.stack.includes('searchForUser')))`

        const bare = await start(body, true)
        const profiled = await start(body)

        assert.equal(profiled.stderr, bare.stderr)
        assert.deepEqual(profiled.printed, bare.printed)
        assert.deepEqual(bare.printed.slice(-2), [2, true])
        assert.ok(profiled.records.some(({ error }) => error === 'RangeError'))
      })

      it('keeps 300 calls of one store in flight apart', async () => {
        const { printed, records } = await start(`
          const store = await FakeVectorStore.fromTexts(texts, [], new SyntheticEmbeddings())
          const calls = Array.from({ length: 300 }, (_, i) => store.similaritySearch('q'.repeat(i + 1), 1 + (i % 3)))
          print((await Promise.all(calls)).every((docs, i) => docs.length === 1 + (i % 3)))`)

        assert.deepEqual(printed, [true])
        const searches = of(records, 'semantic_search.search')
        assert.equal(searches.length, 300)
        assert.ok(
          searches.every(({ query_len, top_k, results }) => top_k === 1 + ((query_len - 1) % 3) && results === top_k),
        )
      })
    })
  }
}
