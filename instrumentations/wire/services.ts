import type { Wire } from '../../agent/model.ts'
import anthropic from './anthropic.ts'
import astra from './astra.ts'
import bedrock from './bedrock.ts'
import chromadb from './chromadb.ts'
import cohere from './cohere.ts'
import elasticsearch from './elasticsearch.ts'
import google from './google.ts'
import huggingface from './huggingface.ts'
import jina from './jina.ts'
import meilisearch from './meilisearch.ts'
import milvus from './milvus.ts'
import mistral from './mistral.ts'
import ollama from './ollama.ts'
import openai from './openai.ts'
import pinecone from './pinecone.ts'
import qdrant from './qdrant.ts'
import supabase from './supabase.ts'
import tei from './tei.ts'
import turbopuffer from './turbopuffer.ts'
import typesense from './typesense.ts'
import upstash from './upstash.ts'
import voyage from './voyage.ts'
import weaviate from './weaviate.ts'

/** Every service that is known by its requests. */
export const wires: readonly Wire[] = [
  ...[
    anthropic,
    astra,
    bedrock,
    chromadb,
    cohere,
    elasticsearch,
    google,
    huggingface,
    jina,
    meilisearch,
    milvus,
    mistral,
  ],
  ...[ollama, openai, pinecone, qdrant, supabase, tei, turbopuffer, typesense, upstash, voyage, weaviate],
]
