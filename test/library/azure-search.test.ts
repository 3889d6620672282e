import { azureSearchServer } from '../support/azure-search-server.ts'
import { library } from '../support/library.ts'
import { eachManaged } from '../support/managed.ts'
import { scored } from '../support/scores.ts'

const vectors = `{ queries: [{ kind: 'vector', vector: [1, 2], fields: ['v'], kNearestNeighborsCount: 3 }] }`
const search = { scope: 'vector_store.search', collection: 'docs' }
const query = { scope: 'database.query', collection: 'docs' }
const write = { scope: 'vector_store.upsert', collection: 'docs' }

library({
  name: 'azure-search',
  module: '@azure/search-documents',
  packages: ['current', 'previous'],
  server: azureSearchServer,
  imports: [
    ['{ SearchClient, AzureKeyCredential, SearchIndexingBufferedSender }', '@azure/search-documents'],
    ['* as azure', '@azure/search-documents'],
  ],
  setUp: ({ url }) => `
    const key = new AzureKeyCredential('private-key')
    const options = { allowInsecureConnection: true, allowInsecureAuthentication: true }
    const clientOf = (index) => new SearchClient('${url}', index, key, options)
    const client = clientOf('docs')
    const all = async (results) => {
      const found = []
      for await (const { score, document } of results) found.push([score, document])
      return found
    }`,
  shapes: [
    'SearchClient',
    'SearchClient.prototype',
    'client',
    `(globalThis.kept = client.search('private', { vectorSearchOptions: ${vectors} }))`,
    '(await globalThis.kept).results',
  ],
  fails: `clientOf('missing').search('private', { vectorSearchOptions: ${vectors} })`,
  many: `client.search(undefined, { vectorSearchOptions: { queries: [{ kind: 'vector', vector: [i], fields: ['v'], kNearestNeighborsCount: 1 + (i % 3) }] } })`,
  calls: [
    {
      it: 'records what makes, opens, lists and changes what holds the data',
      body: `
        const admin = new azure.SearchIndexClient(client.endpoint, key, options)
        print(await admin.getIndex('docs').then(({ name }) => name))
        print(await admin.createOrUpdateIndex({ name: 'docs', fields: [] }).then(({ name }) => name))
        print(await admin.deleteIndex('docs').then(String))
        for await (const { name } of admin.listIndexes()) print(name)
        for await (const name of admin.listIndexesNames()) print(name)`,
      records: [
        ...eachManaged('get_index create_or_update_index delete_index', { collection: 'docs' }),
        ...eachManaged('list_indexes list_indexes_names', { results: 1 }),
      ],
    },
    {
      it: 'records a search by vector with its first page, which nobody has to read',
      body: `
        print(Object.keys(await client.search('private', { vectorSearchOptions: ${vectors}, top: 10 })))
        print(await all((await client.search(undefined, { vectorSearchOptions: ${vectors}, filter: "a eq 'private'" })).results))
        print(await all((await client.search(undefined, { vectorSearchOptions: ${vectors}, top: 2 })).results))
        print(await all((await client.search('private', { vectorSearchOptions: ${vectors}, top: 2, queryType: 'semantic', semanticSearchOptions: { configurationName: 'c' } })).results))
        print(await all((await client.search('*', { vectorSearchOptions: { queries: [{ kind: 'text', text: 'private', fields: ['v'] }] }, top: 1 })).results))`,
      records: [
        { ...search, top_k: 10, candidates: 3, dimensions: 2, filtered: false, ...scored(10, 'similarity') },
        { ...search, top_k: 3, dimensions: 2, filtered: true, ...scored(3, 'similarity') },
        { ...search, top_k: 2, candidates: 3, dimensions: 2, filtered: false, ...scored(2, 'similarity') },
        // A semantic ranker's own scores: 4, 2.
        {
          ...{ ...search, top_k: 2, candidates: 3, dimensions: 2, filtered: false, results: 2 },
          ...{ top_score: 4, last_score: 2, score_kind: 'similarity' },
        },
        { ...search, top_k: 1, filtered: false, ...scored(1, 'similarity') },
      ],
    },
    {
      it: 'records what lies behind a first page as one more call, and all pages of an iteration by pages as one',
      body: `
        const { results, count } = await client.search('*', { vectorSearchOptions: ${vectors}, includeTotalCount: true })
        print(count)
        print(await all(results))
        for await (const page of (await client.search('private', { top: 1, includeTotalCount: true })).results.byPage()) print(page.results)
        for await (const page of (await client.search('*', { vectorSearchOptions: ${vectors}, includeTotalCount: true })).results.byPage()) {
          print(page.results)
          break
        }`,
      records: [
        { ...search, top_k: 3, dimensions: 2, filtered: false, ...scored(3, 'similarity') },
        { ...search, top_k: 3, dimensions: 2, filtered: false, results: 3 },
        { ...query, operation: 'search', top_k: 1, filtered: false, results: 1 },
        {
          ...query,
          operation: 'search',
          top_k: 1,
          filtered: false,
          results: 2,
          chunks: 2,
          time_to_first_chunk_ms: 'ms',
        },
        { ...search, top_k: 3, dimensions: 2, filtered: false, ...scored(3, 'similarity') },
        { ...search, top_k: 3, dimensions: 2, filtered: false, results: 3 },
      ],
    },
    {
      it: 'records a search for words, a suggestion and a completion as commands',
      body: `
        print(await all((await client.search('private', { queryType: 'semantic', semanticSearchOptions: { configurationName: 'c' } })).results))
        print((await client.suggest('private', 's', { top: 5 })).results)
        print((await client.autocomplete('private', 's')).results)`,
      records: [
        { ...query, operation: 'search', filtered: false, results: 2 },
        { ...query, operation: 'suggest', top_k: 5, results: 1 },
        { ...query, operation: 'autocomplete', results: 1 },
      ],
    },
    {
      it: 'records each way to write as one batch, a batch of deletions as such',
      body: `
        const rows = [{ id: 'private-1', v: [1] }, { id: 'private-bad', v: [2] }]
        print(await client.uploadDocuments(rows))
        print(await client.mergeDocuments(rows))
        print(await client.mergeOrUploadDocuments(rows))
        print(await client.indexDocuments({ actions: [{ __actionType: 'upload', id: 'private' }, { __actionType: 'delete', id: 'private' }] }))
        print(await client.deleteDocuments('id', ['private-1', 'private-2', 'private-3']))
        print(await client.deleteDocuments([{ id: 'private' }]))`,
      records: [
        ...Array.from({ length: 3 }, () => ({ ...write, batch_size: 2, results: 1, failed_items: 1 })),
        { ...write, batch_size: 2, results: 2 },
        { scope: 'vector_store.delete', collection: 'docs', batch_size: 3, results: 3 },
        { scope: 'vector_store.delete', collection: 'docs', batch_size: 1, results: 1 },
      ],
    },
    {
      it: 'records as failed a batch that failed whole, with its number',
      body: `
        print(await client.mergeDocuments([{ id: 'private-bad' }, { id: 'private-bad' }]))
        print((await client.uploadDocuments([{ id: 'private-bad' }], { throwOnAnyFailure: true }).catch((error) => error)).results.length)`,
      records: [
        { ...write, batch_size: 2, results: 0, failed_items: 2, error: 'Error', status: 404 },
        { ...write, batch_size: 1, error: 'Object' },
      ],
    },
    {
      it: 'records a document that is read, and what a buffered sender sends',
      body: `
        print(await client.getDocument('private'))
        print(await client.getDocumentsCount())
        const sender = new SearchIndexingBufferedSender(client, ({ id }) => id, { autoFlush: false })
        await sender.uploadDocuments([{ id: 'private-1' }, { id: 'private-2' }])
        await sender.flush()
        await sender.dispose()
        print('sent')`,
      records: [
        { scope: 'vector_store.fetch', collection: 'docs', batch_size: 1 },
        { scope: 'vector_store.fetch', collection: 'docs' },
        { ...write, batch_size: 2, results: 2 },
      ],
    },
    {
      it: 'records what a knowledge base retrieves',
      when: ({ packages }) => packages === 'current',
      body: `
        const base = new azure.KnowledgeRetrievalClient(client.endpoint, 'base', key, options)
        print((await base.retrieve({ intents: [{ type: 'semantic', search: 'private' }] })).references.length)`,
      records: [
        {
          ...{ scope: 'semantic_search.retrieve', collection: 'base', batch_size: 1, results: 1 },
          ...{ input_tokens: 30, output_tokens: 4 },
        },
      ],
    },
  ],
})
