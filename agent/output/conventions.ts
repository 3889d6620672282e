import type { Point } from '../model.ts'

/** Libraries whose provider or system has another name in OpenTelemetry's conventions than here. */
const providers: Readonly<Record<string, string>> = {
  'azure-search': 'azure.ai.inference',
  bedrock: 'aws.bedrock',
  genai: 'gcp.gemini',
  'generative-ai': 'gcp.gemini',
  mistral: 'mistral_ai',
}
const systems: Readonly<Record<string, string>> = {
  'better-sqlite3': 'sqlite',
  'node-sqlite': 'sqlite',
  libsql: 'sqlite',
  ioredis: 'redis',
  mysql2: 'mysql',
  pg: 'postgresql',
  pglite: 'postgresql',
  postgres: 'postgresql',
  supabase: 'postgresql',
  'qdrant-grpc': 'qdrant',
  chromadb: 'chroma',
}
const operations: Readonly<Record<string, string>> = { embed: 'embeddings', generate: 'chat', retrieve: 'retrieval' }
const models = new Set(['embedding_provider', 'llm'])
const databases = new Set(['vector_store', 'database'])

/** `gen_ai.operation.name`; undefined where the call is of no model. */
export function genAiOperationOf({ target, name }: Point): string | undefined {
  const scope = name.slice(name.indexOf('.') + 1)
  return models.has(target) || scope === 'rerank' || scope === 'retrieve' ? (operations[scope] ?? scope) : undefined
}

/** `gen_ai.provider.name`. */
export function genAiProviderOf({ library }: Point, provider: unknown): string {
  return typeof provider === 'string' && provider !== '' ? provider : (providers[library] ?? library)
}

/** `db.system.name`; undefined where the call is of no database. */
export function dbSystemOf({ target, library }: Point): string | undefined {
  return databases.has(target) ? (systems[library] ?? library) : undefined
}
