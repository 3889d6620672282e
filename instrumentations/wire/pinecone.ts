import type { Wire } from '../../agent/model.ts'
import { scoresIn } from '../shared/scores.ts'

const store = { target: 'vector_store' }
const namespace = 'args.0.body.namespace || undefined'
const billed_units = 'result.usage.readUnits'
const page = { namespace, billed_units }

/** An index has a host of its own, which begins with its name. */
export default {
  name: 'pinecone',
  system: { db: 'pinecone', provider: 'pinecone' },
  hosts: ['pinecone.io'],
  libraries: { pinecone: 'user-agent: lang=typescript' },
  calls: {
    'POST /query': {
      ...store,
      scope: 'search',
      metadata: {
        ...page,
        top_k: 'args.0.body.topK',
        filtered: 'is(keys(args.0.body.filter))',
        dimensions: 'dimensions(args.0.body.vector)',
        results: 'result.matches.length',
        ...scoresIn('result.matches', 'score'),
      },
    },
    'POST /records/namespaces/{namespace}/search': {
      ...store,
      scope: 'search',
      metadata: {
        namespace: 'args.0.params.namespace',
        billed_units: 'result.usage.read_units',
        top_k: 'args.0.body.rerank.top_n ?? args.0.body.query.top_k',
        query_len: 'chars(args.0.body.query.inputs.text)',
        results: 'result.result.hits.length',
        ...scoresIn('result.result.hits', '_score'),
      },
    },
    'POST /vectors/upsert': {
      ...store,
      scope: 'upsert',
      metadata: {
        namespace,
        batch_size: 'size(args.0.body.vectors)',
        dimensions: 'dimensions(args.0.body.vectors.0.values)',
        results: 'result.upsertedCount',
      },
    },
    'GET /vectors/fetch': {
      ...store,
      scope: 'fetch',
      metadata: { ...page, namespace: 'args.0.query.namespace || undefined', results: 'keys(result.vectors)' },
    },
    'POST /vectors/delete': { ...store, scope: 'delete', metadata: { namespace, batch_size: 'size(args.0.body.ids)' } },
    'POST /embed': {
      target: 'embedding_provider',
      scope: 'embed',
      metadata: {
        model: 'args.0.body.model',
        batch_size: 'size(args.0.body.inputs)',
        dimensions: 'size(result.data.0.values)',
        input_tokens: 'result.usage.total_tokens',
        results: 'result.data.length',
      },
    },
    'POST /rerank': {
      target: 'semantic_search',
      scope: 'rerank',
      metadata: {
        model: 'args.0.body.model',
        batch_size: 'size(args.0.body.documents)',
        query_len: 'chars(args.0.body.query)',
        top_k: 'args.0.body.top_n',
        results: 'result.data.length',
        billed_units: 'result.usage.rerank_units',
      },
    },
  },
} satisfies Wire
