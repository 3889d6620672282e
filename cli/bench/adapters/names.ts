import type { Adapter } from './adapter.ts'
import { chromadb } from './chromadb.ts'
import { cohere } from './cohere.ts'
import { duckdb } from './duckdb.ts'
import { elasticsearch } from './elasticsearch.ts'
import { google } from './google.ts'
import { lancedb } from './lancedb.ts'
import { milvus } from './milvus.ts'
import { ollama } from './ollama.ts'
import { openai } from './openai.ts'
import { orama } from './orama.ts'
import { pglite } from './pglite.ts'
import { pgvector } from './pgvector.ts'
import { pinecone } from './pinecone.ts'
import { qdrant } from './qdrant.ts'
import { redis } from './redis.ts'
import { sqliteVec } from './sqlite-vec.ts'
import { transformers } from './transformers.ts'
import { usearch } from './usearch.ts'
import { voyage } from './voyage.ts'
import { weaviate } from './weaviate.ts'

/** The built-in adapters, by the name that `adapter` takes. */
export const adapters: Readonly<Record<string, Adapter>> = {
  pgvector,
  qdrant,
  lancedb,
  chromadb,
  'sqlite-vec': sqliteVec,
  pglite,
  usearch,
  duckdb,
  orama,
  redis,
  weaviate,
  milvus,
  pinecone,
  elasticsearch,
  openai,
  cohere,
  voyage,
  google,
  ollama,
  transformers,
}
