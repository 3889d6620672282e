import { type Exchange, openaiServer } from '../openai-server.ts'
import { type Family, texts, widthOf } from './row.ts'

/** What is nested within a call of a framework: the library inside counts the tokens. */
const nested = ({ answered: { usage } }: Exchange) => ({
  nested_input_tokens: usage.prompt_tokens,
  nested_output_tokens: usage.completion_tokens,
})
const url = `{ apiKey: 'k', baseURL: url, maxRetries: 0 }`

/** What was done is told by the stand-in of the library that they call. */
export const frameworks: Family = {
  ai: {
    server: openaiServer,
    imports: [
      ['{ embedMany, generateText, rerank }', 'ai'],
      ['{ createOpenAI as openAiOf }', '@ai-sdk/openai'],
    ],
    setUp: `
      const made = openAiOf({ apiKey: 'k', baseURL: url })
      const ranker = {
        specificationVersion: 'v3', provider: 'mine', modelId: 'ranks',
        async doRerank({ documents, topN }) {
          const answer = await fetch(url + '/rerank', { method: 'POST', body: JSON.stringify({ documents: documents.values, top_n: topN }) })
          const { results } = await answer.json()
          return { ranking: results.map(({ index, relevance_score }) => ({ index, relevanceScore: relevance_score })), warnings: [] }
        },
      }`,
    rows: [
      [
        'embedding_provider.embed',
        `embedMany({ model: made.textEmbeddingModel('small'), values: ${texts} })`,
        ({ sent, answered }) => ({
          model: sent.model,
          batch_size: sent.input.length,
          results: answered.data.length,
          nested_input_tokens: answered.usage.prompt_tokens,
        }),
      ],
      [
        'llm.generate',
        `generateText({ model: made.chat('m'), prompt: 'private' })`,
        (last) => ({ ...nested(last), model: last.sent.model }),
      ],
      [
        'semantic_search.rerank',
        `rerank({ model: ranker, query: 'private', documents: ${texts}, topN: 1 })`,
        ({ sent, answered }) => ({
          batch_size: sent.documents.length,
          top_k: sent.top_n,
          results: answered.results.length,
          order_kept: answered.results[0].index === 0,
        }),
      ],
      [
        'llm.generate',
        `generateText({ model: made.chat('fail'), prompt: 'private', maxRetries: 0 })`,
        ({ status }) => ({ status }),
      ],
    ],
  },
  langchain: {
    server: openaiServer,
    imports: [
      ['{ OpenAIEmbeddings, ChatOpenAI }', '@langchain/openai'],
      ['{ FakeVectorStore }', '@langchain/core/utils/testing'],
      ['{ VectorStore as LangStore }', '@langchain/core/vectorstores'],
      ['{ Document as LangDocument }', '@langchain/core/documents'],
      ['{ BaseDocumentCompressor }', '@langchain/core/retrievers/document_compressors'],
    ],
    setUp: `
      const options = { apiKey: 'k', maxRetries: 0, configuration: { baseURL: url } }
      const embeddings = new OpenAIEmbeddings({ ...options, model: 'small' })
      const docs = ${texts}.map((pageContent) => new LangDocument({ pageContent }))
      const store = new FakeVectorStore(embeddings)
      class Deleting extends LangStore {
        _vectorstoreType() { return 'own' }
        kept = new Set(['a', 'b'])
        async delete({ ids }) { for (const id of ids) this.kept.delete(id) }
      }
      const deleting = new Deleting(embeddings, {})
      class Ranks extends BaseDocumentCompressor {
        async compressDocuments(documents) { return documents.slice(1) }
      }`,
    rows: [
      [
        'embedding_provider.embed',
        `embeddings.embedDocuments(${texts})`,
        ({ sent, answered }) => ({
          model: sent.model,
          batch_size: sent.input.length,
          dimensions: widthOf(answered.data[0].embedding),
        }),
      ],
      [
        'llm.generate',
        `new ChatOpenAI({ ...options, model: 'm' }).invoke('private')`,
        (last) => ({ ...nested(last), model: last.sent.model }),
      ],
      ['semantic_search.upsert', 'store.addDocuments(docs)', ({ sent }) => ({ batch_size: sent.input.length })],
      [
        'semantic_search.search',
        `store.similaritySearch('private', 1)`,
        '{ top_k: result.length, results: result.length }',
      ],
      [
        'semantic_search.retrieve',
        `store.asRetriever(2).invoke('private')`,
        '{ top_k: result.length, results: result.length }',
      ],
      [
        'semantic_search.rerank',
        `new Ranks({}).compressDocuments(docs, 'private')`,
        '{ batch_size: docs.length, results: result.length, order_kept: result.every((one, i) => one === docs[i]) }',
      ],
      ['semantic_search.delete', `deleting.delete({ ids: ['a', 'b'] })`, '{ batch_size: 2 - deleting.kept.size }'],
      ['llm.generate', `new ChatOpenAI({ ...options, model: 'fail' }).invoke('private')`, ({ status }) => ({ status })],
    ],
  },
  llamaindex: {
    server: openaiServer,
    packages: 'current',
    imports: [
      ['{ OpenAI as LlamaOpenAI, OpenAIEmbedding }', '@llamaindex/openai'],
      ['{ VectorStoreIndex, Settings, Document as LlamaDocument, SimpleVectorStore }', 'llamaindex'],
      ['{ TextNode }', '@llamaindex/core/schema'],
    ],
    setUp: `
      const options = ${url}
      Settings.embedModel = new OpenAIEmbedding({ model: 'text-embedding-3-small', apiKey: 'k', baseURL: url, maxRetries: 0 })
      Settings.llm = new LlamaOpenAI({ model: 'gpt-4o', apiKey: 'k', baseURL: url, maxRetries: 0 })
      const messages = [{ role: 'user', content: 'private' }]
      const store = new SimpleVectorStore()
      const nodes = ${texts}.map((text, i) => new TextNode({ id_: String(i), text, embedding: [i, 1] }))
      const kept = () => Object.keys(store.data.embeddingDict).length
      const index = await VectorStoreIndex.fromDocuments(${texts}.map((text) => new LlamaDocument({ text })))`,
    held: 'kept()',
    rows: [
      [
        'embedding_provider.embed',
        `Settings.embedModel.getTextEmbeddingsBatch(${texts})`,
        ({ sent, answered }) => ({
          model: sent.model,
          batch_size: sent.input.length,
          dimensions: widthOf(answered.data[0].embedding),
        }),
      ],
      ['llm.generate', 'Settings.llm.chat({ messages })', (last) => ({ ...nested(last), model: last.sent.model })],
      ['semantic_search.upsert', 'store.add(nodes)', '{ batch_size: after - before }'],
      [
        'semantic_search.search',
        `store.query({ queryEmbedding: [1, 1], similarityTopK: 1, mode: 'default' })`,
        '{ results: result.ids.length }',
      ],
      [
        'semantic_search.retrieve',
        `index.asRetriever({ similarityTopK: 1 }).retrieve({ query: 'private' })`,
        '{ results: result.length }',
      ],
      ['semantic_search.delete', `store.delete('0')`, '{ provider: store.constructor.name }'],
    ],
  },
}
