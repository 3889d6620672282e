import type { Wire } from '../../agent/model.ts'
import { scoresIn } from '../shared/scores.ts'

const collection = 'args.0.params.collection'
const [top_k, filtered] = ['args.0.body.limit', 'is(keys(args.0.body.filter))']
const vector = 'args.0.body.query.nearest ?? args.0.body.query ?? args.0.body.vector.vector ?? args.0.body.vector'
const asks = { target: 'vector_store', scope: 'search' }
const searched = { collection, top_k, filtered, dimensions: `size(${vector}) && dimensions(${vector})` }
const found = (list: string) => ({
  ...asks,
  metadata: { ...searched, results: `${list}.length`, server_ms: 'result.time * 1000', ...scoresIn(list, 'score') },
})
const batch = {
  ...asks,
  metadata: {
    collection,
    batch_size: 'args.0.body.searches.length',
    results: 'total(result.result.*.points) ?? total(result.result)',
  },
}
const written = {
  target: 'vector_store',
  scope: 'upsert',
  metadata: { collection, batch_size: 'size(args.0.body.points) ?? size(args.0.body.batch.ids)' },
}
const read = (scope: string, results: string) => ({
  target: 'vector_store',
  scope,
  metadata: { collection, filtered, results },
})

export default {
  name: 'qdrant',
  system: { db: 'qdrant' },
  hosts: ['cloud.qdrant.io', 'localhost:6333', '127.0.0.1:6333'],
  libraries: { qdrant: 'user-agent: qdrant-js/' },
  calls: {
    'POST /**/collections/{collection}/points/query': found('result.result.points'),
    'POST /**/collections/{collection}/points/search': found('result.result'),
    'POST /**/collections/{collection}/points/recommend': found('result.result'),
    'POST /**/collections/{collection}/points/query/batch': batch,
    'POST /**/collections/{collection}/points/search/batch': batch,
    'POST /**/collections/{collection}/points/scroll': read('fetch', 'result.result.points.length'),
    'POST /**/collections/{collection}/points': read('fetch', 'result.result.length'),
    'PUT /**/collections/{collection}/points': written,
    'POST /**/collections/{collection}/points/delete': {
      target: 'vector_store',
      scope: 'delete',
      metadata: { collection, batch_size: 'size(args.0.body.points)' },
    },
  },
} satisfies Wire
