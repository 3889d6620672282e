/** A request to a service as its API has it, the answer, and what the record says of both. */
export interface WireCase {
  readonly service: string
  readonly request: string
  readonly body?: unknown
  readonly answer: unknown
  readonly status?: number
  readonly scope: string
  readonly metadata: Readonly<Record<string, unknown>>
  readonly error?: string
}

const v = [0.1, 0.2, 0.3, 0.4]
const text = 'private'
const usage = { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 }
const list = (...embeddings: unknown[]) => ({
  object: 'list',
  data: embeddings.map((embedding, index) => ({ object: 'embedding', index, embedding })),
})
const chatAnswer = (model: string) => ({
  ...{ id: text, object: 'chat.completion', created: 1, model },
  choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
  usage,
})
const messages = [{ role: 'user', content: text }]
const chatted = { input_tokens: 9, output_tokens: 4, finish_reason: 'stop' }
const embedded = { batch_size: 2, dimensions: 4, results: 2 }

/** `@anthropic-ai/sdk`, resources/messages/messages.d.ts: Message, Usage. */
const anthropic: readonly WireCase[] = [
  {
    service: 'anthropic',
    request: 'POST /v1/messages',
    body: { model: 'claude', max_tokens: 8, messages },
    answer: {
      ...{ id: text, type: 'message', role: 'assistant', model: 'claude-1', content: [{ type: 'text', text }] },
      stop_reason: 'end_turn',
      usage: { input_tokens: 5, cache_creation_input_tokens: 2, cache_read_input_tokens: 3, output_tokens: 4 },
    },
    scope: 'llm.generate',
    metadata: {
      ...{ model: 'claude', input_tokens: 10, output_tokens: 4, cached_tokens: 3, cache_write_tokens: 2 },
      ...{ response_model: 'claude-1', finish_reason: 'end_turn' },
    },
  },
]

/** `@datastax/astra-db-ts`, documents/commands: find, insertMany, deleteMany. */
const astra: readonly WireCase[] = [
  {
    service: 'astra',
    request: 'POST /api/json/v1/ks/docs',
    body: { find: { filter: { a: 1 }, sort: { $vector: v }, options: { limit: 2, includeSimilarity: true } } },
    answer: {
      data: {
        documents: [
          { _id: 1, $similarity: 0.9 },
          { _id: 2, $similarity: 0.7 },
        ],
        nextPageState: null,
      },
    },
    scope: 'vector_store.search',
    metadata: {
      ...{ collection: 'docs', namespace: 'ks', top_k: 2, filtered: true, dimensions: 4, results: 2 },
      ...{ top_score: 0.9, last_score: 0.7, score_kind: 'similarity' },
    },
  },
  {
    service: 'astra',
    request: 'POST /api/json/v1/ks/docs',
    body: { insertMany: { documents: [{ $vector: v }, { $vector: v }] } },
    answer: { status: { insertedIds: [1, 2] } },
    scope: 'vector_store.upsert',
    metadata: { collection: 'docs', namespace: 'ks', batch_size: 2, dimensions: 4, results: 2 },
  },
  {
    service: 'astra',
    request: 'POST /api/json/v1/ks/docs',
    body: { findOne: { filter: { _id: 1 } } },
    answer: { data: { document: { _id: 1 } } },
    scope: 'vector_store.fetch',
    metadata: { collection: 'docs', namespace: 'ks', results: 1 },
  },
  {
    service: 'astra',
    request: 'POST /api/json/v1/ks/docs',
    body: { deleteMany: { filter: { a: 1 } } },
    answer: { errors: [{ message: text, errorCode: text }] },
    scope: 'vector_store.delete',
    metadata: { collection: 'docs', namespace: 'ks' },
    error: 'Error',
  },
]

/** `@aws-sdk/client-bedrock-runtime`, models: ConverseResponse, TokenUsage; the makers' bodies as in model-body.ts. */
const bedrock: readonly WireCase[] = [
  {
    service: 'bedrock',
    request: 'POST /model/amazon.nova-lite-v1%3A0/converse',
    body: { messages: [{ role: 'user', content: [{ text }] }] },
    answer: {
      ...{ output: { message: {} }, stopReason: 'end_turn', metrics: { latencyMs: 11 } },
      usage: { inputTokens: 5, outputTokens: 4, totalTokens: 14, cacheReadInputTokens: 3, cacheWriteInputTokens: 2 },
    },
    scope: 'llm.generate',
    metadata: {
      ...{
        model: 'amazon.nova-lite-v1:0',
        input_tokens: 10,
        output_tokens: 4,
        cached_tokens: 3,
        cache_write_tokens: 2,
      },
      ...{ finish_reason: 'end_turn', server_ms: 11 },
    },
  },
  {
    service: 'bedrock',
    request: 'POST /model/amazon.titan-embed-text-v2%3A0/invoke',
    body: { inputText: text },
    answer: { embedding: v, inputTextTokenCount: 3 },
    scope: 'embedding_provider.embed',
    metadata: { model: 'amazon.titan-embed-text-v2:0', batch_size: 1, dimensions: 4, input_tokens: 3, results: 1 },
  },
  {
    service: 'bedrock',
    request: 'POST /model/cohere.embed-english-v3/invoke',
    body: { texts: [text, text], input_type: 'search_query' },
    answer: { id: text, embeddings: [v, v], response_type: 'embeddings_floats', texts: [text, text] },
    scope: 'embedding_provider.embed',
    metadata: { model: 'cohere.embed-english-v3', ...embedded },
  },
]

/** `chromadb`, api/types.gen.ts: QueryResponse, GetResponse. */
const chromadb: readonly WireCase[] = [
  {
    service: 'chromadb',
    request: 'POST /api/v2/tenants/t/databases/d/collections/id-1/query',
    body: { query_embeddings: [v, v], n_results: 2, where: { a: 1 }, include: ['distances'] },
    answer: {
      ids: [
        ['a', 'b'],
        ['c', 'd'],
      ],
      distances: [
        [0.1, 0.3],
        [0.2, 0.4],
      ],
      documents: null,
      include: ['distances'],
    },
    scope: 'vector_store.search',
    metadata: {
      ...{ collection: 'id-1', batch_size: 2, dimensions: 4, top_k: 2, filtered: true, results: 4 },
      ...{ top_score: 0.1, last_score: 0.3, score_kind: 'distance' },
    },
  },
  {
    service: 'chromadb',
    request: 'POST /api/v2/tenants/t/databases/d/collections/id-1/add',
    body: { ids: ['a', 'b'], embeddings: [v, v] },
    answer: {},
    status: 201,
    scope: 'vector_store.upsert',
    metadata: { collection: 'id-1', batch_size: 2, dimensions: 4 },
  },
  {
    service: 'chromadb',
    request: 'POST /api/v1/collections/id-1/get',
    body: { ids: ['a', 'b'] },
    answer: { ids: ['a'], documents: [text] },
    scope: 'vector_store.fetch',
    metadata: { collection: 'id-1', batch_size: 2, results: 1 },
  },
]

/** `cohere-ai`, api/types: EmbedByTypeResponse, V2RerankResponse, V2ChatResponse, NonStreamedChatResponse. */
const cohere: readonly WireCase[] = [
  {
    service: 'cohere',
    request: 'POST /v2/embed',
    body: { model: 'embed-v4.0', texts: [text, text], input_type: 'search_query', embedding_types: ['float'] },
    answer: {
      ...{ id: text, embeddings: { float: [v, v] }, texts: [text, text] },
      meta: { api_version: { version: '2' }, billed_units: { input_tokens: 3 } },
    },
    scope: 'embedding_provider.embed',
    metadata: { model: 'embed-v4.0', ...embedded, input_tokens: 3 },
  },
  {
    service: 'cohere',
    request: 'POST /v1/embed',
    body: { model: 'embed-english-v3.0', texts: [text, text], input_type: 'search_query' },
    answer: { id: text, embeddings: [v, v], texts: [], meta: { billed_units: { input_tokens: 3 } } },
    scope: 'embedding_provider.embed',
    metadata: { model: 'embed-english-v3.0', ...embedded, input_tokens: 3 },
  },
  {
    service: 'cohere',
    request: 'POST /v2/rerank',
    body: { model: 'rerank-v3.5', query: text, documents: [text, text, text], top_n: 2 },
    answer: {
      id: text,
      results: [
        { index: 1, relevance_score: 0.9 },
        { index: 0, relevance_score: 0.5 },
      ],
      meta: { billed_units: { search_units: 1 } },
    },
    scope: 'semantic_search.rerank',
    metadata: { model: 'rerank-v3.5', batch_size: 3, query_len: 7, top_k: 2, results: 2, billed_units: 1 },
  },
  {
    service: 'cohere',
    request: 'POST /v2/chat',
    body: { model: 'command-a', messages, stream: false },
    answer: {
      ...{ id: text, finish_reason: 'COMPLETE', message: { role: 'assistant', content: [] } },
      usage: { billed_units: { input_tokens: 7, output_tokens: 4 }, tokens: { input_tokens: 9, output_tokens: 4 } },
    },
    scope: 'llm.generate',
    metadata: { model: 'command-a', stream: false, input_tokens: 9, output_tokens: 4, finish_reason: 'COMPLETE' },
  },
]

/** `@elastic/elasticsearch`, lib/api/types.d.ts: SearchResponseBody, KnnSearch. */
const elasticsearch: readonly WireCase[] = [
  {
    service: 'elasticsearch',
    request: 'POST /docs/_search',
    body: { knn: { field: 'v', query_vector: v, k: 2, num_candidates: 50, filter: { term: { a: 1 } } } },
    answer: {
      ...{ took: 3, timed_out: false, _shards: { total: 1, successful: 1, skipped: 0, failed: 0 } },
      hits: {
        total: { value: 2, relation: 'eq' },
        max_score: 0.9,
        hits: [
          { _id: 'a', _score: 0.9 },
          { _id: 'b', _score: 0.7 },
        ],
      },
    },
    scope: 'vector_store.search',
    metadata: {
      ...{ collection: 'docs', top_k: 2, candidates: 50, dimensions: 4, filtered: true, results: 2, server_ms: 3 },
      ...{ top_score: 0.9, last_score: 0.7, score_kind: 'similarity' },
    },
  },
]

/** `@google/genai`, genai.d.ts: GenerateContentResponse, EmbedContentResponse; Vertex' predict: aiplatform's reference. */
const google: readonly WireCase[] = [
  {
    service: 'google',
    request: 'POST /v1beta/models/gemini-2.5-flash:generateContent',
    body: { contents: [{ role: 'user', parts: [{ text }] }] },
    answer: {
      candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP', index: 0 }],
      usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 4, thoughtsTokenCount: 2, totalTokenCount: 15 },
      modelVersion: 'gemini-2.5-flash-001',
    },
    scope: 'llm.generate',
    metadata: {
      ...{ model: 'gemini-2.5-flash', input_tokens: 9, output_tokens: 6, reasoning_tokens: 2, finish_reason: 'STOP' },
      response_model: 'gemini-2.5-flash-001',
    },
  },
  {
    service: 'google',
    request: 'POST /v1beta/models/gemini-embedding-001:batchEmbedContents',
    body: { requests: [{ content: { parts: [{ text }] } }, { content: { parts: [{ text }] } }] },
    answer: { embeddings: [{ values: v }, { values: v }] },
    scope: 'embedding_provider.embed',
    metadata: { model: 'gemini-embedding-001', ...embedded },
  },
  {
    service: 'google',
    request: 'POST /v1beta/models/gemini-embedding-001:embedContent',
    body: { content: { parts: [{ text }] } },
    answer: { embedding: { values: v } },
    scope: 'embedding_provider.embed',
    metadata: { model: 'gemini-embedding-001', batch_size: 1, dimensions: 4, results: 1 },
  },
  {
    service: 'google',
    request: 'POST /v1/projects/p/locations/l/publishers/google/models/text-embedding-005:predict',
    body: { instances: [{ content: text }, { content: text }] },
    answer: {
      predictions: [3, 4].map((token_count) => ({
        embeddings: { values: v, statistics: { token_count, truncated: false } },
      })),
      metadata: { billableCharacterCount: 14 },
    },
    scope: 'embedding_provider.embed',
    metadata: { model: 'text-embedding-005', ...embedded, input_tokens: 7 },
  },
]

/** `@huggingface/inference`, tasks: FeatureExtractionOutput, ChatCompletionOutput. One text has one vector, in no list. */
const huggingface: readonly WireCase[] = [
  {
    service: 'huggingface',
    request: 'POST /hf-inference/models/BAAI/bge-small/pipeline/feature-extraction',
    body: { inputs: [text, text] },
    answer: [v, v],
    scope: 'embedding_provider.embed',
    metadata: { model: 'BAAI/bge-small', ...embedded },
  },
  {
    service: 'huggingface',
    request: 'POST /hf-inference/models/BAAI/bge-small/pipeline/feature-extraction',
    body: { inputs: text },
    answer: v,
    scope: 'embedding_provider.embed',
    metadata: { model: 'BAAI/bge-small', batch_size: 1, dimensions: 4, results: 1 },
  },
  {
    service: 'huggingface',
    request: 'POST /v1/chat/completions',
    body: { model: 'llama', messages },
    answer: chatAnswer('llama'),
    scope: 'llm.generate',
    metadata: { model: 'llama', ...chatted },
  },
]

/** Jina's reference, api.jina.ai/redoc: TextEmbeddingResponse, RankingOutput. */
const jina: readonly WireCase[] = [
  {
    service: 'jina',
    request: 'POST /v1/embeddings',
    body: { model: 'jina-embeddings-v3', input: [text, text] },
    answer: { model: 'jina-embeddings-v3', ...list(v, v), usage: { total_tokens: 6, prompt_tokens: 6 } },
    scope: 'embedding_provider.embed',
    metadata: { model: 'jina-embeddings-v3', ...embedded, input_tokens: 6 },
  },
  {
    service: 'jina',
    request: 'POST /v1/rerank',
    body: { model: 'jina-reranker-v2', query: text, documents: [text, text, text], top_n: 2 },
    answer: {
      model: 'jina-reranker-v2',
      usage: { total_tokens: 8 },
      results: [
        { index: 1, relevance_score: 0.9 },
        { index: 0, relevance_score: 0.5 },
      ],
    },
    scope: 'semantic_search.rerank',
    metadata: { model: 'jina-reranker-v2', input_tokens: 8, batch_size: 3, query_len: 7, top_k: 2, results: 2 },
  },
]

/** `meilisearch`, types: SearchResponse, EnqueuedTask. */
const meilisearch: readonly WireCase[] = [
  {
    service: 'meilisearch',
    request: 'POST /indexes/docs/search',
    body: { q: text, vector: v, hybrid: { embedder: 'e' }, limit: 2, filter: 'a = 1', showRankingScore: true },
    answer: {
      hits: [
        { id: 1, _rankingScore: 0.9 },
        { id: 2, _rankingScore: 0.7 },
      ],
      ...{ query: text, processingTimeMs: 1, limit: 2, offset: 0, estimatedTotalHits: 2, semanticHitCount: 2 },
    },
    scope: 'vector_store.search',
    metadata: {
      ...{ collection: 'docs', top_k: 2, filtered: true, query_len: 7, dimensions: 4, results: 2, server_ms: 1 },
      ...{ top_score: 0.9, last_score: 0.7, score_kind: 'similarity' },
    },
  },
  {
    service: 'meilisearch',
    request: 'PUT /indexes/docs/documents',
    body: [{ id: 1 }, { id: 2 }],
    answer: { taskUid: 1, indexUid: 'docs', status: 'enqueued', type: 'documentAdditionOrUpdate', enqueuedAt: 'now' },
    status: 202,
    scope: 'vector_store.upsert',
    metadata: { collection: 'docs', batch_size: 2 },
  },
]

/** `@zilliz/milvus2-sdk-node`, types/Http: HttpVectorSearchResponse, HttpVectorInsertResponse. */
const milvus: readonly WireCase[] = [
  {
    service: 'milvus',
    request: 'POST /v2/vectordb/entities/search',
    body: { collectionName: 'docs', dbName: 'db', data: [v], annsField: 'v', limit: 2, filter: 'a == 1' },
    answer: {
      code: 0,
      cost: 0,
      data: [
        { distance: 0.9, id: 1 },
        { distance: 0.7, id: 2 },
      ],
    },
    scope: 'vector_store.search',
    metadata: {
      ...{ collection: 'docs', namespace: 'db', top_k: 2, filtered: true, batch_size: 1, dimensions: 4, results: 2 },
      ...{ top_score: 0.9, last_score: 0.7 },
    },
  },
  {
    service: 'milvus',
    request: 'POST /v2/vectordb/entities/hybrid_search',
    body: {
      collectionName: 'docs',
      search: [
        { data: [v], annsField: 'v', limit: 5, filter: 'a == 1' },
        { data: [text], annsField: 's', limit: 5 },
      ],
      rerank: { strategy: 'rrf' },
      limit: 2,
    },
    answer: { code: 0, cost: 0, data: [{ distance: 0.03, id: 1 }] },
    scope: 'vector_store.search',
    metadata: {
      collection: 'docs',
      top_k: 2,
      filtered: true,
      batch_size: 1,
      dimensions: 4,
      results: 1,
      top_score: 0.03,
      last_score: 0.03,
    },
  },
  {
    service: 'milvus',
    request: 'POST /v2/vectordb/entities/insert',
    body: { collectionName: 'docs', data: [{ v }, { v }] },
    answer: { code: 0, cost: 0, data: { insertCount: 2, insertIds: [1, 2] } },
    scope: 'vector_store.upsert',
    metadata: { collection: 'docs', batch_size: 2, results: 2 },
  },
  {
    service: 'milvus',
    request: 'POST /v2/vectordb/entities/query',
    body: { collectionName: 'docs', filter: 'a == 1' },
    answer: { code: 1100, message: text },
    scope: 'vector_store.fetch',
    metadata: { collection: 'docs' },
    error: '1100',
  },
]

/** `@mistralai/mistralai`, models/components: EmbeddingResponse, ChatCompletionResponse. */
const mistral: readonly WireCase[] = [
  {
    service: 'mistral',
    request: 'POST /v1/embeddings',
    body: { model: 'mistral-embed', input: [text, text] },
    answer: {
      id: text,
      model: 'mistral-embed',
      ...list(v, v),
      usage: { prompt_tokens: 6, completion_tokens: 0, total_tokens: 6 },
    },
    scope: 'embedding_provider.embed',
    metadata: { model: 'mistral-embed', ...embedded, input_tokens: 6 },
  },
  {
    service: 'mistral',
    request: 'POST /v1/chat/completions',
    body: { model: 'mistral-small-latest', messages },
    answer: chatAnswer('mistral-small-2506'),
    scope: 'llm.generate',
    metadata: { model: 'mistral-small-latest', ...chatted, response_model: 'mistral-small-2506' },
  },
]

/** `ollama`, interfaces.d.ts: EmbedResponse, ChatResponse; times are nanoseconds. */
const ollama: readonly WireCase[] = [
  {
    service: 'ollama',
    request: 'POST /api/embed',
    body: { model: 'nomic-embed-text', input: [text, text] },
    answer: {
      model: 'nomic-embed-text',
      embeddings: [v, v],
      total_duration: 12_000_000,
      load_duration: 1_000_000,
      prompt_eval_count: 6,
    },
    scope: 'embedding_provider.embed',
    metadata: { model: 'nomic-embed-text', ...embedded, input_tokens: 6, server_ms: 12, load_ms: 1 },
  },
  {
    service: 'ollama',
    request: 'POST /api/chat',
    body: { model: 'llama', messages, stream: false },
    answer: {
      ...{
        model: 'llama',
        created_at: 'now',
        message: { role: 'assistant', content: text },
        done: true,
        done_reason: 'stop',
      },
      ...{
        total_duration: 12_000_000,
        load_duration: 1_000_000,
        prompt_eval_count: 9,
        eval_count: 4,
        eval_duration: 2,
      },
    },
    scope: 'llm.generate',
    metadata: {
      model: 'llama',
      stream: false,
      input_tokens: 9,
      server_ms: 12,
      load_ms: 1,
      output_tokens: 4,
      finish_reason: 'stop',
    },
  },
]

/** `openai`, resources: CreateEmbeddingResponse, ChatCompletion, Response, VectorStoreSearchResponsesPage. */
const openai: readonly WireCase[] = [
  {
    service: 'openai',
    request: 'POST /openai/deployments/mine/embeddings?api-version=2024-10-21',
    body: { input: [text, text] },
    answer: { ...list(v, v), model: 'text-embedding-3-small', usage: { prompt_tokens: 6, total_tokens: 6 } },
    scope: 'embedding_provider.embed',
    metadata: { model: 'mine', ...embedded, input_tokens: 6, response_model: 'text-embedding-3-small' },
  },
  {
    service: 'openai',
    request: 'POST /v1/chat/completions',
    body: { model: 'gpt-4o', messages },
    answer: {
      ...chatAnswer('gpt-4o-2024'),
      usage: {
        ...usage,
        prompt_tokens_details: { cached_tokens: 3 },
        completion_tokens_details: { reasoning_tokens: 2 },
      },
    },
    scope: 'llm.generate',
    metadata: { model: 'gpt-4o', ...chatted, cached_tokens: 3, reasoning_tokens: 2, response_model: 'gpt-4o-2024' },
  },
  {
    service: 'openai',
    request: 'POST /v1/responses',
    body: { model: 'gpt-4o', input: text },
    answer: {
      ...{ id: text, object: 'response', status: 'completed', error: null, model: 'gpt-4o-2024', output: [] },
      usage: {
        input_tokens: 9,
        input_tokens_details: { cached_tokens: 3 },
        output_tokens: 4,
        output_tokens_details: { reasoning_tokens: 2 },
        total_tokens: 13,
      },
    },
    scope: 'llm.generate',
    metadata: {
      ...{ model: 'gpt-4o', input_tokens: 9, output_tokens: 4, cached_tokens: 3, reasoning_tokens: 2 },
      ...{ response_model: 'gpt-4o-2024', finish_reason: 'completed' },
    },
  },
  {
    service: 'openai',
    request: 'POST /v1/vector_stores/vs_1/search',
    body: { query: text, max_num_results: 2 },
    answer: {
      object: 'vector_store.search_results.page',
      search_query: [text],
      data: [{ score: 0.9 }, { score: 0.7 }],
      has_more: false,
    },
    scope: 'vector_store.search',
    metadata: {
      collection: 'vs_1',
      top_k: 2,
      query_len: 7,
      results: 2,
      top_score: 0.9,
      last_score: 0.7,
      score_kind: 'similarity',
    },
  },
]

/** `@pinecone-database/pinecone`, pinecone-generated-ts-fetch: QueryResponse, FetchResponse, EmbeddingsList, RerankResult. */
const pinecone: readonly WireCase[] = [
  {
    service: 'pinecone',
    request: 'POST /query',
    body: { vector: v, topK: 2, namespace: 'ns', filter: { a: 1 } },
    answer: {
      results: [],
      matches: [
        { id: 'a', score: 0.9 },
        { id: 'b', score: 0.7 },
      ],
      namespace: 'ns',
      usage: { readUnits: 5 },
    },
    scope: 'vector_store.search',
    metadata: {
      namespace: 'ns',
      billed_units: 5,
      top_k: 2,
      filtered: true,
      dimensions: 4,
      results: 2,
      top_score: 0.9,
      last_score: 0.7,
    },
  },
  {
    service: 'pinecone',
    request: 'POST /records/namespaces/ns/search',
    body: { query: { inputs: { text }, top_k: 2 } },
    answer: {
      result: {
        hits: [
          { _id: 'a', _score: 0.9 },
          { _id: 'b', _score: 0.7 },
        ],
      },
      usage: { read_units: 6, embed_total_tokens: 5 },
    },
    scope: 'vector_store.search',
    metadata: { namespace: 'ns', billed_units: 6, top_k: 2, query_len: 7, results: 2, top_score: 0.9, last_score: 0.7 },
  },
  {
    service: 'pinecone',
    request: 'POST /vectors/upsert',
    body: {
      vectors: [
        { id: 'a', values: v },
        { id: 'b', values: v },
      ],
      namespace: '',
    },
    answer: { upsertedCount: 2 },
    scope: 'vector_store.upsert',
    metadata: { batch_size: 2, dimensions: 4, results: 2 },
  },
  {
    service: 'pinecone',
    request: 'GET /vectors/fetch?ids=a&ids=b&namespace=ns',
    answer: { vectors: { a: { id: 'a', values: v } }, namespace: 'ns', usage: { readUnits: 1 } },
    scope: 'vector_store.fetch',
    metadata: { namespace: 'ns', billed_units: 1, results: 1 },
  },
  {
    service: 'pinecone',
    request: 'POST /embed',
    body: { model: 'multilingual-e5-large', inputs: [{ text }, { text }], parameters: { input_type: 'query' } },
    answer: {
      model: 'multilingual-e5-large',
      vector_type: 'dense',
      data: [{ values: v }, { values: v }],
      usage: { total_tokens: 6 },
    },
    scope: 'embedding_provider.embed',
    metadata: { model: 'multilingual-e5-large', ...embedded, input_tokens: 6 },
  },
  {
    service: 'pinecone',
    request: 'POST /rerank',
    body: { model: 'bge-reranker-v2-m3', query: text, documents: [{ text }, { text }], top_n: 1 },
    answer: { model: 'bge-reranker-v2-m3', data: [{ index: 1, score: 0.9 }], usage: { rerank_units: 1 } },
    scope: 'semantic_search.rerank',
    metadata: { model: 'bge-reranker-v2-m3', batch_size: 2, query_len: 7, top_k: 1, results: 1, billed_units: 1 },
  },
]

/** `@qdrant/js-client-rest`, openapi/generated_schema.d.ts: QueryResponse, UpdateResult. */
const qdrant: readonly WireCase[] = [
  {
    service: 'qdrant',
    request: 'POST /collections/docs/points/query',
    body: { query: v, limit: 2 },
    answer: {
      result: {
        points: [
          { id: 1, score: 0.9 },
          { id: 2, score: 0.7 },
        ],
      },
      status: 'ok',
      time: 0.002,
    },
    scope: 'vector_store.search',
    metadata: {
      collection: 'docs',
      top_k: 2,
      filtered: false,
      dimensions: 4,
      results: 2,
      server_ms: 2,
      top_score: 0.9,
      last_score: 0.7,
    },
  },
  {
    service: 'qdrant',
    request: 'POST /collections/docs/points/search',
    body: { vector: { name: 'v', vector: v }, limit: 2, filter: { must: [] } },
    answer: {
      result: [
        { id: 1, score: 0.9 },
        { id: 2, score: 0.7 },
      ],
      status: 'ok',
      time: 0.002,
    },
    scope: 'vector_store.search',
    metadata: {
      collection: 'docs',
      top_k: 2,
      filtered: true,
      dimensions: 4,
      results: 2,
      server_ms: 2,
      top_score: 0.9,
      last_score: 0.7,
    },
  },
  {
    service: 'qdrant',
    request: 'PUT /collections/docs/points?wait=true',
    body: {
      points: [
        { id: 1, vector: v },
        { id: 2, vector: v },
      ],
    },
    answer: { result: { operation_id: 1, status: 'completed' }, status: 'ok', time: 0.002 },
    scope: 'vector_store.upsert',
    metadata: { collection: 'docs', batch_size: 2 },
  },
]

/** PostgREST gives a function's rows; the arguments are those of Supabase's guide to semantic search. */
const supabase: readonly WireCase[] = [
  {
    service: 'supabase',
    request: 'POST /rest/v1/rpc/match_documents',
    body: { query_embedding: v, match_count: 2, match_threshold: 0.5 },
    answer: [
      { id: 1, similarity: 0.9 },
      { id: 2, similarity: 0.7 },
    ],
    scope: 'vector_store.search',
    metadata: { collection: 'match_documents', top_k: 2, filtered: false, dimensions: 4, results: 2 },
  },
]

/** huggingface/text-embeddings-inference, docs/openapi.json: EmbedResponse, RerankResponse. */
const tei: readonly WireCase[] = [
  {
    service: 'tei',
    request: 'POST /embed',
    body: { inputs: text },
    answer: [v],
    scope: 'embedding_provider.embed',
    metadata: { batch_size: 1, dimensions: 4, results: 1 },
  },
  {
    service: 'tei',
    request: 'POST /rerank',
    body: { query: text, texts: [text, text] },
    answer: [
      { index: 1, score: 0.9 },
      { index: 0, score: 0.5 },
    ],
    scope: 'semantic_search.rerank',
    metadata: { batch_size: 2, query_len: 7, results: 2 },
  },
  {
    service: 'tei',
    request: 'POST /v1/embeddings',
    body: { model: 'bge', input: [text, text] },
    answer: { ...list(v, v), model: 'bge', usage: { prompt_tokens: 6, total_tokens: 6 } },
    scope: 'embedding_provider.embed',
    metadata: { model: 'bge', ...embedded, input_tokens: 6 },
  },
]

/** `@turbopuffer/turbopuffer`, resources/namespaces.d.ts: NamespaceQueryResponse, NamespaceWriteResponse. */
const turbopuffer: readonly WireCase[] = [
  {
    service: 'turbopuffer',
    request: 'POST /v2/namespaces/docs/query',
    body: { rank_by: ['vector', 'ANN', v], top_k: 2, filters: ['a', 'Eq', 1] },
    answer: {
      rows: [
        { id: 1, $dist: 0.1 },
        { id: 2, $dist: 0.3 },
      ],
      billing: { billable_logical_bytes_queried: 256, billable_logical_bytes_returned: 128 },
      performance: { cache_temperature: 'hot', server_total_ms: 4, query_execution_ms: 3 },
    },
    scope: 'vector_store.search',
    metadata: {
      collection: 'docs',
      top_k: 2,
      filtered: true,
      dimensions: 4,
      results: 2,
      server_ms: 4,
      top_score: 0.1,
      last_score: 0.3,
    },
  },
  {
    service: 'turbopuffer',
    request: 'POST /v2/namespaces/docs',
    body: {
      upsert_rows: [
        { id: 1, vector: v },
        { id: 2, vector: v },
      ],
      distance_metric: 'cosine_distance',
    },
    answer: {
      rows_affected: 2,
      rows_upserted: 2,
      message: text,
      status: 'OK',
      billing: { billable_logical_bytes_written: 256 },
    },
    scope: 'vector_store.upsert',
    metadata: { collection: 'docs', batch_size: 2, dimensions: 4, results: 2 },
  },
]

/** `typesense`, Typesense/Documents.d.ts: SearchResponse, SearchResponseHit. */
const hits = [
  { document: {}, vector_distance: 0.1 },
  { document: {}, vector_distance: 0.3 },
]
const typesense: readonly WireCase[] = [
  {
    service: 'typesense',
    request: 'GET /collections/docs/documents/search?q=*&vector_query=v:([0.1],k:2)&per_page=2&filter_by=a:1',
    answer: { found: 2, hits, out_of: 9, page: 1, search_time_ms: 2 },
    scope: 'vector_store.search',
    metadata: {
      ...{ collection: 'docs', top_k: 2, filtered: true, results: 2, server_ms: 2 },
      ...{ top_score: 0.1, last_score: 0.3, score_kind: 'distance' },
    },
  },
  {
    service: 'typesense',
    request: 'POST /multi_search',
    body: {
      searches: [
        { collection: 'docs', q: '*', vector_query: 'v:([0.1], k:2)' },
        { collection: 'docs', q: text },
      ],
    },
    answer: {
      results: [
        { found: 2, hits, search_time_ms: 2 },
        { found: 2, hits, search_time_ms: 2 },
      ],
    },
    scope: 'vector_store.search',
    metadata: { collection: 'docs', batch_size: 2, filtered: false, results: 4 },
  },
]

/** `@upstash/vector`, dist/vector.d.ts: QueryResult, FetchResult, DeleteCommand. */
const upstash: readonly WireCase[] = [
  {
    service: 'upstash',
    request: 'POST /query/ns',
    body: { vector: v, topK: 2, filter: 'a = 1' },
    answer: {
      result: [
        { id: 'a', score: 0.9 },
        { id: 'b', score: 0.7 },
      ],
    },
    scope: 'vector_store.search',
    metadata: {
      ...{ namespace: 'ns', top_k: 2, filtered: true, dimensions: 4, results: 2 },
      ...{ top_score: 0.9, last_score: 0.7, score_kind: 'similarity' },
    },
  },
  {
    service: 'upstash',
    request: 'POST /query',
    body: [
      { vector: v, topK: 2, filter: 'a = 1' },
      { vector: v, topK: 2 },
    ],
    answer: { result: [[{ id: 'a', score: 0.9 }], [{ id: 'b', score: 0.7 }]] },
    scope: 'vector_store.search',
    metadata: { batch_size: 2, filtered: true, dimensions: 4, results: 2 },
  },
  {
    service: 'upstash',
    request: 'POST /upsert',
    body: [
      { id: 'a', vector: v },
      { id: 'b', vector: v },
    ],
    answer: { result: 'Success' },
    scope: 'vector_store.upsert',
    metadata: { batch_size: 2, dimensions: 4 },
  },
  {
    service: 'upstash',
    request: 'POST /fetch/ns',
    body: { ids: ['a', 'b'] },
    answer: { result: [{ id: 'a' }, null] },
    scope: 'vector_store.fetch',
    metadata: { namespace: 'ns', batch_size: 2, results: 1 },
  },
  {
    service: 'upstash',
    request: 'DELETE /delete/ns',
    body: { ids: ['a', 'b'] },
    answer: { error: text, status: 400 },
    scope: 'vector_store.delete',
    metadata: { namespace: 'ns', batch_size: 2 },
    error: 'Error',
  },
]

/** `voyageai`, api/types: EmbedResponse, ContextualizedEmbedResponse, RerankResponse. */
const voyage: readonly WireCase[] = [
  {
    service: 'voyage',
    request: 'POST /v1/embeddings',
    body: { model: 'voyage-3.5', input: [text, text] },
    answer: { ...list(v, v), model: 'voyage-3.5', usage: { total_tokens: 6 } },
    scope: 'embedding_provider.embed',
    metadata: { model: 'voyage-3.5', ...embedded, input_tokens: 6 },
  },
  {
    service: 'voyage',
    request: 'POST /v1/contextualizedembeddings',
    body: { model: 'voyage-context-3', inputs: [[text, text], [text]] },
    answer: {
      ...{ object: 'list', model: 'voyage-context-3', usage: { total_tokens: 9 } },
      data: [
        { ...list(v, v), index: 0 },
        { ...list(v), index: 1 },
      ],
    },
    scope: 'embedding_provider.embed',
    metadata: { model: 'voyage-context-3', batch_size: 3, dimensions: 4, results: 3, input_tokens: 9 },
  },
  {
    service: 'voyage',
    request: 'POST /v1/rerank',
    body: { model: 'rerank-2.5', query: text, documents: [text, text], top_k: 1 },
    answer: {
      object: 'list',
      data: [{ index: 1, relevance_score: 0.9 }],
      model: 'rerank-2.5',
      usage: { total_tokens: 8 },
    },
    scope: 'semantic_search.rerank',
    metadata: { model: 'rerank-2.5', input_tokens: 8, batch_size: 2, query_len: 7, top_k: 1, results: 1 },
  },
]

/** `weaviate-client`, openapi/types.d.ts: GraphQLResponse, BatchRequest, BatchDeleteResponse. */
const weaviate: readonly WireCase[] = [
  {
    service: 'weaviate',
    request: 'POST /v1/graphql',
    body: { query: text },
    answer: { data: { Get: { Docs: [{ _additional: { distance: 0.1 } }] } } },
    scope: 'vector_store.search',
    metadata: { query_len: 7 },
  },
  {
    service: 'weaviate',
    request: 'POST /v1/batch/objects',
    body: {
      objects: [
        { class: 'Docs', vector: v },
        { class: 'Docs', vector: v },
      ],
    },
    answer: [
      { class: 'Docs', result: { status: 'SUCCESS' } },
      { class: 'Docs', result: { status: 'SUCCESS' } },
    ],
    scope: 'vector_store.upsert',
    metadata: { collection: 'Docs', batch_size: 2, dimensions: 4 },
  },
  {
    service: 'weaviate',
    request: 'DELETE /v1/batch/objects',
    body: { match: { class: 'Docs', where: {} }, output: 'minimal' },
    answer: {
      match: { class: 'Docs' },
      output: 'minimal',
      results: { matches: 3, limit: 9, successful: 2, failed: 1 },
    },
    scope: 'vector_store.delete',
    metadata: { collection: 'Docs', results: 2 },
  },
]

export const wireCases: readonly WireCase[] = [
  ...[anthropic, astra, bedrock, chromadb, cohere, elasticsearch, google, huggingface, jina, meilisearch, milvus],
  ...[mistral, ollama, openai, pinecone, qdrant, supabase, tei, turbopuffer, typesense, upstash, voyage, weaviate],
].flat()
