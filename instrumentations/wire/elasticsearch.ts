import type { Call, Wire } from '../../agent/model.ts'
import { scoresIn } from '../shared/scores.ts'
import { numbersOf, vectorSearchOf } from '../shared/search-body.ts'

// biome-ignore lint/suspicious/noExplicitAny: a body is read by shape
const bodyOf = ({ args }: Pick<Call, 'args'>): any => (args[0] as any)?.body
const found = (call: Call) => vectorSearchOf(bodyOf(call))
const search = {
  target: 'vector_store',
  scope: 'search',
  when: (call: Call) => found(call) !== undefined,
  failed: "result.timed_out == true && 'timed_out'",
  metadata: {
    collection: 'args.0.params.index',
    top_k: (call: Call) => numbersOf(found(call), bodyOf(call)?.size).top_k,
    candidates: (call: Call) => numbersOf(found(call), bodyOf(call)?.size).candidates,
    dimensions: (call: Call) => found(call)?.dimensions,
    filtered: (call: Call) => found(call)?.filtered,
    results: 'result.hits.hits.length',
    server_ms: 'result.took',
    failed_shards: 'result._shards.failed || undefined',
    ...scoresIn('result.hits.hits', '_score', 'similarity'),
  },
}

/** Elasticsearch and OpenSearch: searches by vector alone. */
export default {
  name: 'elasticsearch',
  system: { db: 'elasticsearch', provider: 'elasticsearch' },
  hosts: ['es.amazonaws.com', 'aoss.amazonaws.com', 'elastic-cloud.com', 'elastic.cloud', 'found.io'],
  libraries: { elasticsearch: 'user-agent: elastic', opensearch: 'user-agent: opensearch-js/' },
  calls: { 'POST /{index}/_search': search, 'POST /_search': search },
} satisfies Wire
