import { azureSearchServer } from '../azure-search-server.ts'
import { meilisearchServer } from '../meilisearch-server.ts'
import { typesenseServer } from '../typesense-server.ts'
import { type Any, type Family, status, sum } from './row.ts'

/** Other search engines, by HTTP. */
export const searchEngines: Family = {
  typesense: {
    server: typesenseServer,
    imports: [['{ Client as Typesense }', 'typesense']],
    setUp: `
      const client = new Typesense({ nodes: [{ url }], apiKey: 'k', numRetries: 0, logLevel: 'silent' })
      const docs = client.collections('docs').documents()`,
    rows: [
      [
        'vector_store.manage',
        `client.collections('docs').retrieve()`,
        ({ path }) => ({ collection: path.split('/')[2] }),
      ],
      [
        'vector_store.search',
        `client.multiSearch.perform({ searches: [{ collection: 'docs', q: '*', vector_query: 'v:([1, 2], k:3)' }, { collection: 'docs', q: '*', vector_query: 'v:([1, 2], k:3)' }] })`,
        ({ sent, answered }) => ({
          batch_size: sent.searches.length,
          results: sum(answered.results.map((one: Any) => one.hits)),
        }),
      ],
      [
        'database.query',
        `docs.search({ q: 'private', query_by: 'text', per_page: 3 })`,
        ({ path, answered }) => ({
          top_k: Number(new URL(path, 'http://loopback').searchParams.get('per_page')),
          results: answered.hits.length,
        }),
      ],
      [
        'vector_store.upsert',
        `docs.import([{ id: 'a', v: [1, 2] }, { id: 'b', v: [3, 4] }], { action: 'upsert' })`,
        ({ sent }) => ({ batch_size: sent.length }),
      ],
      ['vector_store.fetch', `client.collections('docs').documents('a').retrieve()`, '{ batch_size: [result].length }'],
      [
        'vector_store.delete',
        `docs.delete({ filter_by: 'a:=1' })`,
        ({ answered }) => ({ results: answered.num_deleted }),
      ],
      [
        'vector_store.search',
        `client.collections('missing').documents().search({ q: '*', vector_query: 'v:([1, 2], k:3)' })`,
        status,
      ],
    ],
  },
  meilisearch: {
    server: meilisearchServer,
    imports: [['{ Meilisearch }', 'meilisearch']],
    setUp: `
      const client = new Meilisearch({ host: url, apiKey: 'k' })
      const docs = client.index('docs')
      const near = { hybrid: { embedder: 'private' }, limit: 3 }
      const read = async (stream) => { for await (const _ of stream); }`,
    rows: [
      ['vector_store.manage', `client.getIndex('docs')`, ({ path }) => ({ collection: path.split('/')[2] })],
      [
        'vector_store.search',
        `docs.search('private', near)`,
        ({ sent, answered }) => ({ top_k: sent.limit, query_len: sent.q.length, results: answered.hits.length }),
      ],
      [
        'database.query',
        `docs.search('private', { limit: 1 })`,
        ({ sent, answered }) => ({ top_k: sent.limit, query_len: sent.q.length, results: answered.hits.length }),
      ],
      [
        'vector_store.upsert',
        `docs.addDocuments([{ id: 'a', _vectors: { own: [1, 2] } }, { id: 'b' }])`,
        ({ sent }) => ({ batch_size: sent.length }),
      ],
      [
        'vector_store.fetch',
        'docs.getDocuments({ limit: 4 })',
        ({ answered }) => ({ top_k: answered.limit, results: answered.results.length }),
      ],
      ['vector_store.delete', `docs.deleteDocuments(['a', 'b'])`, ({ sent }) => ({ batch_size: sent.length })],
      [
        'llm.generate',
        `client.chat('docs').streamCompletion({ model: 'm', messages: [{ role: 'user', content: 'private' }], stream: true }).then(read)`,
        ({ sent }) => ({ model: sent.model, stream: true }),
      ],
      ['vector_store.search', `client.index('missing').search('private', near)`, status],
    ],
  },
  'azure-search': {
    server: azureSearchServer,
    imports: [
      ['{ SearchClient, SearchIndexClient, AzureKeyCredential, KnowledgeRetrievalClient }', '@azure/search-documents'],
    ],
    packages: 'current',
    setUp: `
      const options = { allowInsecureConnection: true, allowInsecureAuthentication: true, retryOptions: { maxRetries: 0 } }
      const of = (index) => new SearchClient(url, index, new AzureKeyCredential('k'), options)
      const docs = of('docs')
      const near = { vectorSearchOptions: { queries: [{ kind: 'vector', vector: [1, 2], fields: ['v'], kNearestNeighborsCount: 3 }] }, top: 2 }
      const base = new KnowledgeRetrievalClient(url, 'base', new AzureKeyCredential('k'), options)`,
    rows: [
      [
        'vector_store.manage',
        `new SearchIndexClient(url, new AzureKeyCredential('k'), options).getIndex('docs')`,
        ({ answered }) => ({ collection: answered.name }),
      ],
      [
        'vector_store.search',
        `docs.search('*', near)`,
        ({ sent, answered }) => ({
          top_k: sent.top,
          candidates: sent.vectorQueries[0].k,
          dimensions: sent.vectorQueries[0].vector.length,
          results: answered.value.length,
          top_score: answered.value[0]['@search.score'],
          last_score: answered.value.at(-1)['@search.score'],
        }),
      ],
      [
        'database.query',
        `docs.search('private', { top: 1 })`,
        ({ sent, answered }) => ({ top_k: sent.top, results: answered.value.length }),
      ],
      [
        'vector_store.upsert',
        `docs.uploadDocuments([{ id: 'a', v: [1] }, { id: 'private-bad', v: [2] }])`,
        ({ sent, answered: { value } }) => ({
          batch_size: sent.value.length,
          results: value.filter((one: Any) => one.status).length,
          failed_items: value.filter((one: Any) => !one.status).length,
        }),
      ],
      ['vector_store.fetch', `docs.getDocument('a')`, (_, all) => ({ batch_size: all.length })],
      [
        'vector_store.delete',
        `docs.deleteDocuments('id', ['a', 'b', 'c'])`,
        ({ sent, answered }) => ({ batch_size: sent.value.length, results: answered.value.length }),
      ],
      [
        'semantic_search.retrieve',
        `base.retrieve({ intents: [{ type: 'semantic', search: 'private' }] })`,
        ({ sent, answered }) => ({
          batch_size: sent.intents.length,
          results: answered.references.length,
          input_tokens: answered.activity.at(-1).inputTokens,
          output_tokens: answered.activity.at(-1).outputTokens,
        }),
      ],
      ['vector_store.search', `of('missing').search('*', near)`, status],
    ],
  },
}
