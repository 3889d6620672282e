import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { aiSdkServer } from '../support/ai-sdk-server.ts'
import { everything, type Import, libraryFormats, run, sets } from '../support/application.ts'
import { type Loopback, openaiServer } from '../support/openai-server.ts'

/** The scores of a store's rows, one less a tenth each. */
const scored = (rows: number) => ({ top_score: 1, last_score: 1 - (rows - 1) / 10 })

const imports: readonly Import[] = [
  ['{ Embeddings }', '@langchain/core/embeddings'],
  ['{ VectorStore, SaveableVectorStore, VectorStoreRetriever }', '@langchain/core/vectorstores'],
  ['{ BaseRetriever }', '@langchain/core/retrievers'],
  ['{ Document }', '@langchain/core/documents'],
  ['{ FakeVectorStore, SyntheticEmbeddings }', '@langchain/core/utils/testing'],
  ['{ OpenAIEmbeddings, ChatOpenAI }', '@langchain/openai'],
  ['{ BaseChatModel }', '@langchain/core/language_models/chat_models'],
  ['{ BaseLLM, LLM }', '@langchain/core/language_models/llms'],
  ['{ BaseDocumentCompressor }', '@langchain/core/retrievers/document_compressors'],
  ['{ AIMessage, AIMessageChunk }', '@langchain/core/messages'],
  ['{ ChatGenerationChunk, GenerationChunk }', '@langchain/core/outputs'],
  ['{ RunnableLambda }', '@langchain/core/runnables'],
]
const models = `
  const usage_metadata = { input_tokens: 5, output_tokens: 7, total_tokens: 12, input_token_details: { cache_read: 2 } }
  const words = ['private one ', 'private two ', 'private three']
  class Chat extends BaseChatModel {
    model = 'writes'
    _llmType() { return 'own' }
    async _generate(messages) {
      await null
      if (messages[0].content === 'fail') throw new RangeError('no such question')
      const message = new AIMessage({ content: words.join(''), usage_metadata })
      return { generations: [{ text: words.join(''), message }] }
    }
  }
  class Streaming extends Chat {
    async *_streamResponseChunks(messages) {
      if (messages[0].content === 'fail') throw new RangeError('no such question')
      for (const [i, content] of words.entries()) {
        const message = new AIMessageChunk({ content, ...(i === 2 && { usage_metadata }) })
        yield new ChatGenerationChunk({ text: content, message })
      }
    }
  }
  class Adding extends Chat {
    async *_streamResponseChunks() {
      for (const [input_tokens, output_tokens, cache_read] of [[5, 1, 2], [0, 2], [0, 4]]) {
        const usage_metadata = { input_tokens, output_tokens, total_tokens: input_tokens + output_tokens,
          ...(cache_read && { input_token_details: { cache_read } }) }
        yield new ChatGenerationChunk({ text: 'a', message: new AIMessageChunk({ content: 'a', usage_metadata }) })
      }
    }
  }
  class Text extends LLM {
    _llmType() { return 'own' }
    async _call(prompt) { return 'private answer to ' + prompt }
  }
  class Counting extends BaseLLM {
    modelName = 'counts'
    _llmType() { return 'own' }
    async _generate(prompts) {
      const tokenUsage = { promptTokens: 5, completionTokens: 7, totalTokens: 12 }
      return { generations: prompts.map((text) => [{ text }]), llmOutput: { tokenUsage } }
    }
    async *_streamResponseChunks(prompt) { for (const text of words) yield new GenerationChunk({ text }) }
  }
  class Ranks extends BaseDocumentCompressor {
    model = 'ranks'
    topN = 2
    async compressDocuments(documents, query) {
      if (query === 'fail') throw new RangeError('no such query')
      return documents.slice(0, this.topN)
    }
  }
  const read = async (stream) => {
    const texts = []
    for await (const chunk of await stream) texts.push(chunk.content ?? chunk)
    return texts
  }
`
const written = { model: 'writes', input_tokens: 5, output_tokens: 7, cached_tokens: 2 }
const streamed = { stream: true, chunks: 3 }
// biome-ignore lint/suspicious/noExplicitAny: records are read as JSON
const untimed = (found: readonly any[]) =>
  found.map(({ time_to_first_chunk_ms, time_to_first_token_ms, ...rest }) => {
    assert.ok(rest.chunks === undefined ? time_to_first_chunk_ms === undefined : time_to_first_chunk_ms >= 0)
    assert.equal(time_to_first_token_ms === undefined, rest.chunks === undefined)
    return rest
  })

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
  for (const format of libraryFormats) {
    describe(`langchain, ${packages}, ${format}`, () => {
      let server: Loopback
      before(async () => {
        server = await openaiServer()
      })
      after(() => server.close())
      const start = (body: string, bare = false, targets: readonly string[] = ['langchain'], more = {}) =>
        run({
          packages,
          format,
          bare,
          imports,
          config: { ...everything, targets, ...more },
          body: `
            const url = '${server.url}'
            ${classes}
            ${models}
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
        const search = (provider: string, top_k: number) => ({
          ...{ provider, query_len: 7, top_k, results: top_k },
          // Only what is asked for with scores returns them.
          ...(top_k === 1 && scored(1)),
        })
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

      it('records what is asked of a store by vectors, and its deletes', async () => {
        const body = `
          class Deleting extends Plain { async delete({ ids }) { if (ids[0] === 'fail') throw new RangeError('no such row') } }
          const store = new Deleting(new Own(), {})
          print(await store.addVectors([[1, 2], [3, 4]], texts.slice(1).map((pageContent) => new Document({ pageContent }))))
          print((await store.similaritySearchVectorWithScore([1, 2], 1)).length)
          await Promise.all([store.similaritySearch('private', 2), store.similaritySearchVectorWithScore([1, 2], 2)])
          await store.similaritySearchVectorWithScore([1, 2], 2)
          await store.delete({ ids: ['private'] })
          print(await store.delete({ ids: ['fail'] }).catch((error) => error.message))`
        const [bare, { printed, records, stderr }] = await Promise.all([start(body, true), start(body)])

        assert.equal(stderr, '')
        assert.deepEqual(printed, bare.printed)
        const provider = 'Deleting'
        assert.deepEqual(of(records, 'semantic_search.upsert'), [{ provider, batch_size: 2, dimensions: 2 }])
        assert.deepEqual(
          of(records, 'semantic_search.search').sort((a, b) => (a.query_len ?? 0) - (b.query_len ?? 0)),
          [
            { provider, top_k: 1, dimensions: 2, results: 1, ...scored(1) },
            { provider, top_k: 2, dimensions: 2, results: 2, ...scored(2) },
            { provider, top_k: 2, dimensions: 2, results: 2, ...scored(2) },
            { provider, query_len: 7, top_k: 2, results: 2 },
          ],
        )
        assert.deepEqual(
          records
            .filter(({ name }) => name === 'semantic_search.delete')
            .map(({ error, metadata }) => [error, metadata.batch_size]),
          [
            [undefined, 1],
            ['RangeError', 1],
          ],
        )
      })

      it('counts a search once where metadata is left out and some are sampled', async () => {
        for (const more of [{ include_metadata: false }, { mode: 'sampling', sample_rate: 0.5 }]) {
          const { records } = await start(
            `
            const store = await FakeVectorStore.fromTexts(texts, [], new SyntheticEmbeddings())
            for (let i = 0; i < 60; i++) await store.similaritySearch('private', 1)`,
            false,
            ['semantic_search.search'],
            more,
          )

          if ('mode' in more) assert.ok(records.every(({ metadata }) => metadata.query_len === 7))
          else assert.equal(records.length, 60)
        }
      })

      it('records why a model stopped, which one it was, its thoughts, and the first piece of its answer', async () => {
        const { records, stderr } = await start(`
          const counted = { input_tokens: 9, output_tokens: 8, total_tokens: 17,
            input_token_details: { cache_read: 2, cache_creation: 3 }, output_token_details: { reasoning: 4 } }
          const response_metadata = { finish_reason: 'length', model_name: 'writes-2' }
          class Thinks extends Chat {
            async _generate() {
              const message = new AIMessage({ content: 'private', usage_metadata: counted, response_metadata })
              return { generations: [{ text: 'private', message }] }
            }
          }
          class Streams extends Thinks {
            async *_streamResponseChunks() {
              const parts = [{ content: '' }, { content: [{ type: 'thinking', thinking: 'private' }] }, { content: 'private' },
                { content: [{ type: 'text', text: 'private' }] },
                { content: '', tool_call_chunks: [{ name: 'f', args: '{}', index: 0 }] },
                { content: '', usage_metadata: counted, response_metadata }]
              for (const part of parts) yield new ChatGenerationChunk({ text: '', message: new AIMessageChunk(part) })
            }
          }
          await new Thinks({}).invoke('private')
          await read(new Streams({}).stream('private'))`)

        assert.equal(stderr, '')
        const told = {
          model: 'writes',
          response_model: 'writes-2',
          finish_reason: 'length',
          input_tokens: 9,
          output_tokens: 8,
          cached_tokens: 2,
          cache_write_tokens: 3,
          reasoning_tokens: 4,
        }
        assert.deepEqual(untimed(of(records, 'llm.generate')), [
          { ...told, provider: 'Thinks', batch_size: 1 },
          { ...told, provider: 'Streams', ...streamed },
        ])
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

        const [bare, alone] = await Promise.all([start(body, true), start(body)])
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

        const [bare, profiled] = await Promise.all([start(body, true), start(body)])

        assert.equal(profiled.stderr, bare.stderr)
        assert.deepEqual(profiled.printed, bare.printed)
        assert.deepEqual(bare.printed.slice(-2), [2, true])
        assert.ok(profiled.records.some(({ error }) => error === 'RangeError'))
      })

      it('records what models write once a call, whole, in batches, in chains and streamed', async () => {
        const body = `
          const chat = new Chat({})
          const both = new Streaming({})
          print((await chat.invoke('private question')).content)
          print((await both.batch(['private a', 'private b'])).length)
          print((await chat.generate([['private a'], ['private b']].map(([text]) => [new AIMessage(text)]))).generations.length)
          print((await chat.pipe(new RunnableLambda({ func: (message) => message.content.length })).invoke('private question')))
          print(await read(both.stream('private question')))
          print(await read(both.pipe(new RunnableLambda({ func: (message) => message.content })).stream('private question')))
          print(await read(chat.stream('private question')))
          print(await read(Object.assign(new Streaming({}), { disableStreaming: true }).stream('private question')))
          print(await new Text({}).invoke('private question'))
          print(await new Counting({}).invoke('private question'))
          print(await read(new Counting({}).stream('private question')))`

        const [bare, { printed, records, stderr }] = await Promise.all([start(body, true), start(body)])

        assert.equal(stderr, '')
        assert.deepEqual(printed, bare.printed)
        const own = { ...written, provider: 'Chat', batch_size: 1 }
        const chunks = { ...written, provider: 'Streaming', ...streamed }
        assert.deepEqual(untimed(of(records, 'llm.generate')), [
          own,
          { ...own, provider: 'Streaming' },
          { ...own, provider: 'Streaming' },
          { ...own, batch_size: 2, input_tokens: 10, output_tokens: 14, cached_tokens: 4 },
          own,
          chunks,
          chunks,
          own,
          { ...own, provider: 'Streaming' },
          { provider: 'Text', batch_size: 1 },
          { model: 'counts', provider: 'Counting', batch_size: 1, input_tokens: 5, output_tokens: 7 },
          { model: 'counts', provider: 'Counting', ...streamed },
        ])
        assert.doesNotMatch(JSON.stringify(records), /private/)
      })

      it('adds up the tokens that each chunk tells of, as LangChain itself does', async () => {
        const { printed, records } = await start(`
          let all
          for await (const chunk of await new Adding({}).stream('private')) all = all ? all.concat(chunk) : chunk
          const { input_tokens, output_tokens, input_token_details } = all.usage_metadata
          print([input_tokens, output_tokens, input_token_details.cache_read])`)

        assert.deepEqual(printed, [[5, 7, 2]])
        assert.deepEqual(untimed(of(records, 'llm.generate')), [{ ...written, provider: 'Adding', ...streamed }])
      })

      it('ends with a reader that leaves a stream early', async () => {
        const { printed, records } = await start(`
          class Endless extends Streaming {
            async *_streamResponseChunks() {
              try {
                while (true) yield new ChatGenerationChunk({ text: 'private', message: new AIMessageChunk('private') })
              } finally { print('left') }
            }
          }
          for await (const { content } of await new Endless({}).stream('private')) { print(content); break }`)

        assert.deepEqual(printed, ['private', 'left'])
        // How far a stream reads ahead differs between versions of Node.
        const [{ chunks, ...rest } = { chunks: 0 }, ...more] = untimed(of(records, 'llm.generate'))
        assert.ok(chunks >= 1 && more.length === 0)
        assert.deepEqual(rest, { model: 'writes', provider: 'Endless', stream: true })
      })

      it('records ChatOpenAI with the tokens that the service counts', async () => {
        const chats = await aiSdkServer()
        const body = `
          const chat = new ChatOpenAI({ model: 'writes', apiKey: 'private', configuration: { baseURL: '${chats.url}' } })
          print((await chat.invoke('private question')).content)
          print((await read(chat.stream('private question'))).join(''))`

        const [bare, { printed, records }] = await Promise.all([start(body, true), start(body)])
        await chats.close()

        assert.deepEqual(printed, bare.printed)
        const found = untimed(of(records, 'llm.generate')).map(({ chunks: _, ...rest }) => rest)
        const own = { ...written, provider: 'ChatOpenAI', finish_reason: 'stop' }
        assert.deepEqual(found, [
          { ...own, batch_size: 1 },
          { ...own, stream: true },
        ])
      })

      it('records rerankings', async () => {
        const { records } = await start(`
          const documents = texts.map((pageContent) => new Document({ pageContent }))
          const turning = new (class Ranks extends BaseDocumentCompressor {
            compressDocuments = async (documents) => documents.toReversed()
          })()
          const writing = new (class Ranks extends BaseDocumentCompressor {
            async compressDocuments(documents) { return documents.map((document) => new Document(document)) }
          })()
          print((await new Ranks().compressDocuments(documents, 'private')).length)
          print((await new Ranks().compressDocuments(documents.slice(1, 2), 'private')).length)
          print((await turning.compressDocuments(documents, 'private')).length)
          print((await writing.compressDocuments(documents, 'private')).length)`)

        const asked = { provider: 'Ranks', batch_size: 3, query_len: 7 }
        assert.deepEqual(of(records, 'semantic_search.rerank'), [
          { ...asked, model: 'ranks', top_k: 2, results: 2, order_kept: true },
          { ...asked, model: 'ranks', batch_size: 1, top_k: 2, results: 1 },
          { ...asked, results: 3, order_kept: false },
          { ...asked, results: 3 },
        ])
      })

      it('leaves models and compressors as they are: classes, errors, ignored failures', async () => {
        const body = `
          const told = async (call) => { try { print(await call()) } catch (error) { print([error.constructor.name, error.message]) } }
          for (const Base of [BaseChatModel, BaseLLM, BaseDocumentCompressor])
            print([Base.name, Base.length, Object.getOwnPropertyNames(Base).sort(), Object.getOwnPropertyNames(Base.prototype)])
          const { generate, _streamIterator } = BaseChatModel.prototype
          print([generate.name, generate.length, _streamIterator.name, _streamIterator.length])
          const both = new Streaming({})
          print([both instanceof BaseChatModel, Object.keys(both), both.invoke === BaseChatModel.prototype.invoke])
          print([new Ranks() instanceof BaseDocumentCompressor, BaseDocumentCompressor.isBaseDocumentCompressor(new Ranks())])
          await told(() => both.invoke('fail'))
          await told(() => read(both.stream('fail')))
          await told(() => both.invoke('a', { signal: AbortSignal.abort() }))
          await told(() => new Ranks().compressDocuments([], 'fail'))
          let raised = 0
          process.on('unhandledRejection', () => raised++)
          both.invoke('fail')
          both.stream('a')
          await new Promise((resolve) => setTimeout(resolve, 200))
          print(raised)
          async function askForUser() { return await both.invoke('fail') }
          await askForUser().catch((error) => print(error.stack.includes('askForUser')))
          const calls = Array.from({ length: 100 }, (_, i) => (i % 2 ? both.invoke('a') : read(both.stream('a'))))
          print((await Promise.all(calls)).length)`

        const [bare, profiled] = await Promise.all([start(body, true), start(body)])

        assert.equal(profiled.stderr, bare.stderr)
        assert.deepEqual(profiled.printed, bare.printed)
        assert.equal(bare.printed.at(-1), 100)
        const errors = profiled.records.flatMap(({ error }) => error ?? [])
        assert.ok(errors.filter((error) => error === 'RangeError').length >= 4, String(errors))
        assert.ok(of(profiled.records, 'llm.generate').length >= 100)
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
