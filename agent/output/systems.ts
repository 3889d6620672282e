/** What a library talks to, by OpenTelemetry's names where it has one, else by the product's own. */
export interface System {
  /** `db.system.name`. */
  readonly db?: string
  /** `gen_ai.provider.name`; a framework's calls say it themselves. */
  readonly provider?: string
  /** Its work is done in this process. */
  readonly local?: true
}

/** Every library in `instrumentations/`. */
export const systems: Readonly<Record<string, System>> = {
  ai: {},
  'ai-sdk': {},
  anthropic: { provider: 'anthropic' },
  astra: { db: 'astra' },
  'azure-search': { db: 'azure.search', provider: 'azure.search' },
  bedrock: { provider: 'aws.bedrock' },
  'better-sqlite3': { db: 'sqlite', local: true },
  cassandra: { db: 'cassandra' },
  chromadb: { db: 'chroma' },
  cohere: { provider: 'cohere' },
  couchbase: { db: 'couchbase' },
  duckdb: { db: 'duckdb', local: true },
  elasticsearch: { db: 'elasticsearch' },
  fastembed: { provider: 'fastembed', local: true },
  genai: { provider: 'gcp.gen_ai' },
  'generative-ai': { provider: 'gcp.gemini' },
  groq: { provider: 'groq' },
  hnswlib: { db: 'hnswlib', local: true },
  huggingface: { provider: 'huggingface' },
  ioredis: { db: 'redis' },
  lancedb: { db: 'lancedb', local: true },
  langchain: {},
  libsql: { db: 'sqlite' },
  llamaindex: {},
  meilisearch: { db: 'meilisearch' },
  milvus: { db: 'milvus' },
  mistral: { provider: 'mistral_ai' },
  mongodb: { db: 'mongodb' },
  mysql2: { db: 'mysql' },
  neo4j: { db: 'neo4j' },
  'node-sqlite': { db: 'sqlite', local: true },
  ollama: { provider: 'ollama' },
  openai: { provider: 'openai' },
  opensearch: { db: 'opensearch' },
  orama: { db: 'orama', local: true },
  pg: { db: 'postgresql' },
  pglite: { db: 'postgresql', local: true },
  pinecone: { db: 'pinecone', provider: 'pinecone' },
  postgres: { db: 'postgresql' },
  qdrant: { db: 'qdrant' },
  'qdrant-grpc': { db: 'qdrant' },
  redis: { db: 'redis' },
  s3vectors: { db: 'aws.s3vectors' },
  supabase: { db: 'postgresql' },
  'supabase-storage': { db: 'supabase.storage' },
  together: { provider: 'together_ai' },
  transformers: { provider: 'transformers', local: true },
  turbopuffer: { db: 'turbopuffer' },
  typesense: { db: 'typesense' },
  upstash: { db: 'upstash' },
  usearch: { db: 'usearch', local: true },
  vectra: { db: 'vectra', provider: 'vectra', local: true },
  voyage: { provider: 'voyage_ai' },
  weaviate: { db: 'weaviate' },
}

/** Who serves the model, in the words of frameworks: `openai.chat`, `AzureOpenAIEmbeddings`; the first that matches. */
const providers: readonly (readonly [RegExp, string])[] = [
  [/azure.*inference/i, 'azure.ai.inference'],
  [/azure/i, 'azure.ai.openai'],
  [/bedrock/i, 'aws.bedrock'],
  [/vertex/i, 'gcp.vertex_ai'],
  [/gemini|generative-?ai/i, 'gcp.gemini'],
  [/google/i, 'gcp.gen_ai'],
  [/anthropic/i, 'anthropic'],
  [/cohere/i, 'cohere'],
  [/mistral/i, 'mistral_ai'],
  [/groq/i, 'groq'],
  [/deepseek/i, 'deepseek'],
  [/perplexity/i, 'perplexity'],
  [/^x\W?ai|chatxai/i, 'x_ai'],
  [/watsonx/i, 'ibm.watsonx.ai'],
  [/moonshot/i, 'moonshot_ai'],
  [/openai/i, 'openai'],
]

/** The convention's name of a provider, or what the call says of it, unchanged. */
export function providerOf(said: string): string {
  return providers.find(([pattern]) => pattern.test(said))?.[1] ?? said
}
