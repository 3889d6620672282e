import { searchServer } from '../search-server.ts'
import { type Any, type Family, type Really, status, texts } from './row.ts'

const hits: Really = ({ sent, answered }) => ({ top_k: sent.size, results: answered.hits.hits.length })
/** The same of a search by vector, whose scores are told as well. */
const near: Really = (last, all) => {
  const scores = last.answered.hits.hits.map((one: Any) => one._score)
  return { ...hits(last, all), top_score: scores[0], last_score: scores.at(-1) }
}
/** Of a bulk's lines, which are an action and its document by turns, but a delete has none. */
const bulked: Really = ({ sent, answered }) => {
  const failed_items = answered.items.filter((one: Any) => (one.index ?? one.delete).error).length
  return {
    batch_size: sent.filter((line: Any) => line.index ?? line.delete).length,
    ...(failed_items && { failed_items }),
  }
}

/** Elasticsearch and OpenSearch, which share their stand-in. */
export const elastic: Family = {
  elasticsearch: {
    server: searchServer,
    imports: [['{ Client as Elasticsearch }', '@elastic/elasticsearch']],
    setUp: `
      const client = new Elasticsearch({ node: url, maxRetries: 0 })
      const near = { knn: { field: 'v', query_vector: [1, 2], k: 3, num_candidates: 9 }, size: 2 }`,
    rows: [
      [
        'database.manage',
        `client.indices.create({ index: 'docs' })`,
        ({ path }) => ({ collection: path.split('/')[1] }),
      ],
      [
        'vector_store.search',
        `client.search({ index: 'docs', ...near })`,
        (last, all) => ({
          ...near(last, all),
          candidates: last.sent.knn.num_candidates,
          dimensions: last.sent.knn.query_vector.length,
        }),
      ],
      ['database.query', `client.search({ index: 'docs', query: { match: { text: 'private' } }, size: 1 })`, hits],
      [
        'vector_store.upsert',
        `client.bulk({ operations: [{ index: { _index: 'docs', _id: 'a' } }, { embedding: [1, 2] }, { index: { _index: 'docs', _id: 'refused' } }, { embedding: [3, 4] }] })`,
        bulked,
      ],
      [
        'vector_store.delete',
        `client.deleteByQuery({ index: 'docs', query: { knn: near.knn } })`,
        ({ answered }) => ({ results: answered.deleted }),
      ],
      [
        'database.query',
        `client.bulk({ operations: [{ delete: { _index: 'docs', _id: 'a' } }, { delete: { _index: 'docs', _id: 'b' } }] })`,
        bulked,
      ],
      [
        'embedding_provider.embed',
        `client.inference.textEmbedding({ inference_id: 'm', input: ${texts} })`,
        ({ sent, answered }) => ({
          batch_size: sent.input.length,
          results: answered.text_embedding.length,
          dimensions: answered.text_embedding[0].embedding.length,
        }),
      ],
      [
        'semantic_search.rerank',
        `client.inference.rerank({ inference_id: 'm', query: 'private', input: ${texts} })`,
        ({ sent, answered }) => ({
          batch_size: sent.input.length,
          query_len: sent.query.length,
          results: answered.rerank.length,
          order_kept: answered.rerank.every(({ index }: { index: number }, i: number) => index === i),
        }),
      ],
      [
        'llm.generate',
        `client.inference.completion({ inference_id: 'm', input: ${texts} })`,
        ({ path }) => ({ model: path.split('/').at(-1) }),
      ],
      ['vector_store.search', `client.search({ index: 'missing', ...near })`, status],
    ],
    end: 'await client.close()',
  },
  opensearch: {
    server: searchServer,
    imports: [['{ Client as OpenSearch }', '@opensearch-project/opensearch']],
    setUp: `
      const client = new OpenSearch({ node: url, maxRetries: 0 })
      const near = { body: { size: 2, query: { knn: { v: { vector: [1, 2], k: 2 } } } } }`,
    rows: [
      [
        'database.manage',
        `client.indices.create({ index: 'docs' })`,
        ({ path }) => ({ collection: path.split('/')[1] }),
      ],
      [
        'vector_store.search',
        `client.search({ index: 'docs', ...near })`,
        (last, all) => ({ ...near(last, all), dimensions: last.sent.query.knn.v.vector.length }),
      ],
      [
        'database.query',
        `client.search({ index: 'docs', body: { query: { match: { text: 'private' } }, size: 1 } })`,
        hits,
      ],
      [
        'vector_store.upsert',
        `client.bulk({ body: [{ index: { _index: 'docs', _id: 'a' } }, { embedding: [1, 2] }, { index: { _index: 'docs', _id: 'refused' } }, { embedding: [3, 4] }] })`,
        bulked,
      ],
      [
        'vector_store.delete',
        `client.deleteByQuery({ index: 'docs', body: { query: near.body.query } })`,
        ({ answered }) => ({ results: answered.deleted }),
      ],
      [
        'database.query',
        `client.bulk({ body: [{ delete: { _index: 'docs', _id: 'a' } }, { delete: { _index: 'docs', _id: 'b' } }] })`,
        bulked,
      ],
      ['vector_store.search', `client.search({ index: 'missing', ...near })`, status],
    ],
    end: 'await client.close()',
  },
}
