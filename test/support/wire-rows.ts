import { anthropicServer } from './anthropic-server.ts'
import type { Import } from './application.ts'
import { astraServer } from './astra-server.ts'
import { cohereServer } from './cohere-server.ts'
import { googleServer } from './google-server.ts'
import { huggingfaceServer } from './huggingface-server.ts'
import { meilisearchServer } from './meilisearch-server.ts'
import { mistralServer } from './mistral-server.ts'
import { ollamaServer } from './ollama-server.ts'
import { type Exchange, type Loopback, openaiServer } from './openai-server.ts'
import { pineconeServer } from './pinecone-server.ts'
import { qdrantServer } from './qdrant-server.ts'
import { searchServer } from './search-server.ts'
import { turbopufferServer } from './turbopuffer-server.ts'
import { typesenseServer } from './typesense-server.ts'
import { voyageServer } from './voyage-server.ts'

export type Facts = Readonly<Record<string, unknown>>
/** The scope, a call of it, and what the wire says of it, by the record's keys. */
type Row = readonly [scope: string, call: string, really: (exchange: Exchange) => Facts]

interface Rows {
  readonly server: () => Promise<Loopback>
  readonly imports: readonly Import[]
  /** The client, of `url`. */
  readonly client: string
  readonly rows: readonly Row[]
}

const texts = `['private one', 'private two']`
const asked = `messages: [{ role: 'user', content: 'private' }]`
const usage = ({ answered: { usage } }: Exchange) => ({
  input_tokens: usage.prompt_tokens,
  output_tokens: usage.completion_tokens,
})
const embedded: Row[2] = ({ sent, answered }) => ({
  model: sent.model,
  batch_size: sent.input.length,
  results: answered.data.length,
  input_tokens: answered.usage.prompt_tokens ?? answered.usage.total_tokens,
})
const written: Row[2] = ({ sent, answered }) => ({
  ...usage({ sent, answered, status: 200 }),
  model: sent.model,
  finish_reason: answered.choices[0].finish_reason,
})
const refused: Row[2] = ({ sent, status }) => ({ model: sent.model, status })
const reranked: Row[2] = ({ sent, answered }) => ({
  model: sent.model,
  batch_size: sent.documents.length,
  results: answered.results.length,
})
const hits: Row[2] = ({ sent, answered }) => ({ top_k: sent.size, results: answered.hits.hits.length })

/** By the library's name: those whose stand-in is sent JSON and answers it. No number stands here. */
export const wires: Readonly<Record<string, Rows>> = {
  openai: {
    server: openaiServer,
    imports: [['{ OpenAI }', 'openai']],
    client: `new OpenAI({ baseURL: url, apiKey: 'k', maxRetries: 0 })`,
    rows: [
      ['embedding_provider.embed', `client.embeddings.create({ model: 'small', input: ${texts} })`, embedded],
      ['llm.generate', `client.chat.completions.create({ model: 'm', ${asked} })`, written],
      ['llm.generate', `client.chat.completions.create({ model: 'fail', ${asked} })`, refused],
      [
        'vector_store.search',
        `client.vectorStores.search('vs_1', { query: 'private', max_num_results: 2 })`,
        ({ sent, answered }) => ({ top_k: sent.max_num_results, results: answered.data.length }),
      ],
    ],
  },
  groq: {
    server: openaiServer,
    imports: [['{ Groq }', 'groq-sdk']],
    client: `new Groq({ baseURL: url, apiKey: 'k', maxRetries: 0 })`,
    rows: [
      ['embedding_provider.embed', `client.embeddings.create({ model: 'small', input: ${texts} })`, embedded],
      ['llm.generate', `client.chat.completions.create({ model: 'm', ${asked} })`, written],
    ],
  },
  together: {
    server: openaiServer,
    imports: [['{ Together }', 'together-ai']],
    client: `new Together({ baseURL: url, apiKey: 'k', maxRetries: 0 })`,
    rows: [
      [
        'embedding_provider.embed',
        `client.embeddings.create({ model: 'small', input: ${texts} })`,
        ({ sent, answered }) => ({ batch_size: sent.input.length, results: answered.data.length }),
      ],
      [
        'semantic_search.rerank',
        `client.rerank.create({ model: 'm', query: 'private', documents: ${texts} })`,
        reranked,
      ],
      ['llm.generate', `client.chat.completions.create({ model: 'm', ${asked} })`, written],
    ],
  },
  anthropic: {
    server: anthropicServer,
    imports: [['{ Anthropic }', '@anthropic-ai/sdk']],
    client: `new Anthropic({ baseURL: url, apiKey: 'k', maxRetries: 0 })`,
    rows: [
      [
        'llm.generate',
        `client.messages.create({ model: 'm', max_tokens: 9, ${asked} })`,
        ({ sent, answered }) => ({ model: sent.model, output_tokens: answered.usage.output_tokens }),
      ],
    ],
  },
  mistral: {
    server: mistralServer,
    imports: [['{ Mistral }', '@mistralai/mistralai']],
    client: `new Mistral({ apiKey: 'k', serverURL: url, retryConfig: { strategy: 'none' } })`,
    rows: [
      ['embedding_provider.embed', `client.embeddings.create({ model: 'small', inputs: ${texts} })`, embedded],
      ['llm.generate', `client.chat.complete({ model: 'm', ${asked} })`, written],
    ],
  },
  ollama: {
    server: ollamaServer,
    imports: [['{ Ollama }', 'ollama']],
    client: 'new Ollama({ host: url })',
    rows: [
      [
        'embedding_provider.embed',
        `client.embed({ model: 'nomic', input: ${texts} })`,
        ({ sent, answered }) => ({
          model: sent.model,
          batch_size: sent.input.length,
          input_tokens: answered.prompt_eval_count,
        }),
      ],
      [
        'llm.generate',
        `client.chat({ model: 'llama', ${asked} })`,
        ({ answered }) => ({ input_tokens: answered.prompt_eval_count, output_tokens: answered.eval_count }),
      ],
    ],
  },
  cohere: {
    server: cohereServer,
    imports: [['{ CohereClientV2 }', 'cohere-ai']],
    client: `new CohereClientV2({ token: 'k', environment: url, maxRetries: 0 })`,
    rows: [
      [
        'embedding_provider.embed',
        `client.embed({ model: 'small', inputType: 'search_query', texts: ${texts}, embeddingTypes: ['float'] })`,
        ({ sent, answered }) => ({
          model: sent.model,
          batch_size: sent.texts.length,
          input_tokens: answered.meta.billed_units.input_tokens,
        }),
      ],
      [
        'semantic_search.rerank',
        `client.rerank({ model: 'm', query: 'private', documents: ${texts}, topN: 1 })`,
        ({ sent, answered }) => ({
          batch_size: sent.documents.length,
          query_len: sent.query.length,
          results: answered.results.length,
        }),
      ],
    ],
  },
  voyage: {
    server: voyageServer,
    imports: [['{ VoyageAIClient }', 'voyageai']],
    client: `new VoyageAIClient({ apiKey: 'k', environment: url, maxRetries: 0 })`,
    rows: [
      ['embedding_provider.embed', `client.embed({ model: 'voyage-3', input: ${texts} })`, embedded],
      [
        'semantic_search.rerank',
        `client.rerank({ model: 'm', query: 'private', documents: ${texts} })`,
        ({ sent, answered }) => ({
          batch_size: sent.documents.length,
          query_len: sent.query.length,
          results: answered.data.length,
        }),
      ],
    ],
  },
  genai: {
    server: googleServer,
    imports: [['{ GoogleGenAI }', '@google/genai']],
    client: `new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: url } })`,
    rows: [
      [
        'embedding_provider.embed',
        `client.models.embedContent({ model: 'small', contents: ${texts} })`,
        ({ sent, answered }) => ({ batch_size: sent.requests.length, results: answered.embeddings.length }),
      ],
      [
        'llm.generate',
        `client.models.generateContent({ model: 'm', contents: 'private' })`,
        ({ answered }) => ({ input_tokens: answered.usageMetadata.promptTokenCount }),
      ],
    ],
  },
  qdrant: {
    server: qdrantServer,
    imports: [['{ QdrantClient }', '@qdrant/js-client-rest']],
    client: 'new QdrantClient({ url, checkCompatibility: false })',
    rows: [
      [
        'vector_store.search',
        `client.query('docs', { query: [1, 2], limit: 3 })`,
        ({ sent, answered }) => ({
          top_k: sent.limit,
          dimensions: sent.query.length,
          results: answered.result.points.length,
        }),
      ],
      [
        'vector_store.upsert',
        `client.upsert('docs', { points: [{ id: 1, vector: [1, 2] }, { id: 2, vector: [3, 4] }] })`,
        ({ sent }) => ({ batch_size: sent.points.length, dimensions: sent.points[0].vector.length }),
      ],
      [
        'vector_store.fetch',
        `client.retrieve('docs', { ids: [1, 2] })`,
        ({ sent, answered }) => ({ batch_size: sent.ids.length, results: answered.result.length }),
      ],
      [
        'vector_store.delete',
        `client.delete('docs', { points: [1, 2] })`,
        ({ sent }) => ({ batch_size: sent.points.length }),
      ],
      ['vector_store.search', `client.query('missing', { query: [1], limit: 1 })`, ({ status }) => ({ status })],
    ],
  },
  pinecone: {
    server: pineconeServer,
    imports: [['{ Pinecone }', '@pinecone-database/pinecone']],
    client: `new Pinecone({ apiKey: 'k', controllerHostUrl: url })`,
    rows: [
      [
        'embedding_provider.embed',
        `client.inference.embed({ model: 'm', inputs: ${texts}, parameters: { inputType: 'passage' } })`,
        ({ sent, answered }) => ({
          batch_size: sent.inputs.length,
          results: answered.data.length,
          input_tokens: answered.usage.total_tokens,
        }),
      ],
    ],
  },
  turbopuffer: {
    server: turbopufferServer,
    imports: [['{ Turbopuffer }', '@turbopuffer/turbopuffer']],
    client: `new Turbopuffer({ baseURL: url, apiKey: 'k', maxRetries: 0 }).namespace('docs')`,
    rows: [
      [
        'vector_store.search',
        `client.query({ rank_by: ['vector', 'ANN', [1, 2]], top_k: 3 })`,
        ({ sent, answered }) => ({
          top_k: sent.top_k,
          dimensions: sent.rank_by[2].length,
          results: answered.rows.length,
        }),
      ],
      [
        'vector_store.upsert',
        `client.write({ upsert_rows: [{ id: 1, vector: [1, 2] }, { id: 2, vector: [3, 4] }], distance_metric: 'cosine_distance' })`,
        ({ sent }) => ({ batch_size: sent.upsert_rows.length, dimensions: sent.upsert_rows[0].vector.length }),
      ],
      ['vector_store.delete', 'client.write({ deletes: [1, 2] })', ({ sent }) => ({ batch_size: sent.deletes.length })],
    ],
  },
  typesense: {
    server: typesenseServer,
    imports: [['{ Client }', 'typesense']],
    client: `new Client({ nodes: [{ url }], apiKey: 'k', numRetries: 0, logLevel: 'silent' })`,
    rows: [
      [
        'vector_store.search',
        `client.multiSearch.perform({ searches: [{ collection: 'docs', q: '*', vector_query: 'v:([1, 2], k:3)' }] })`,
        ({ sent, answered }) => ({
          batch_size: sent.searches.length,
          results: answered.results.reduce((sum: number, one: { hits: unknown[] }) => sum + one.hits.length, 0),
        }),
      ],
    ],
  },
  meilisearch: {
    server: meilisearchServer,
    imports: [['{ Meilisearch }', 'meilisearch']],
    client: `new Meilisearch({ host: url, apiKey: 'k' }).index('docs')`,
    rows: [
      [
        'vector_store.search',
        `client.search('private', { hybrid: { embedder: 'private' }, limit: 3 })`,
        ({ sent, answered }) => ({ top_k: sent.limit, results: answered.hits.length }),
      ],
    ],
  },
  huggingface: {
    server: huggingfaceServer,
    imports: [['{ InferenceClient }', '@huggingface/inference']],
    client: `new InferenceClient('k', { endpointUrl: url })`,
    rows: [
      [
        'embedding_provider.embed',
        `client.featureExtraction({ model: 'bge', inputs: ${texts} })`,
        ({ sent, answered }) => ({ batch_size: sent.inputs.length, dimensions: answered[0].length }),
      ],
      ['llm.generate', `client.chatCompletion({ model: 'llama', ${asked} })`, written],
    ],
  },
  astra: {
    server: astraServer,
    imports: [['{ DataAPIClient }', '@datastax/astra-db-ts']],
    client: `new DataAPIClient('k', { httpOptions: { client: 'fetch' } }).db(url, { keyspace: 'default_keyspace' }).collection('docs')`,
    rows: [
      [
        'vector_store.search',
        `client.find({}, { sort: { $vector: [1, 2] }, limit: 3 }).toArray()`,
        ({ sent, answered }) => ({ top_k: sent.find.options.limit, results: answered.data.documents.length }),
      ],
      [
        'vector_store.upsert',
        `client.insertMany([{ $vector: [1, 2] }, { $vector: [3, 4] }])`,
        ({ sent }) => ({ batch_size: sent.insertMany.documents.length }),
      ],
    ],
  },
  elasticsearch: {
    server: searchServer,
    imports: [['{ Client }', '@elastic/elasticsearch']],
    client: 'new Client({ node: url })',
    rows: [
      [
        'vector_store.search',
        `client.search({ index: 'docs', knn: { field: 'v', query_vector: [1, 2], k: 3, num_candidates: 9 }, size: 2 })`,
        ({ sent, answered }) => ({ candidates: sent.knn.num_candidates, results: answered.hits.hits.length }),
      ],
      ['database.query', `client.search({ index: 'docs', query: { match: { text: 'private' } }, size: 1 })`, hits],
    ],
  },
  opensearch: {
    server: searchServer,
    imports: [['{ Client as OpenSearch }', '@opensearch-project/opensearch']],
    client: 'new OpenSearch({ node: url })',
    rows: [
      [
        'vector_store.search',
        `client.search({ index: 'docs', body: { size: 2, query: { knn: { v: { vector: [1, 2], k: 2 } } } } })`,
        hits,
      ],
    ],
  },
}
