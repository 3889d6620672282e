import { json, type Loopback, listen } from './openai-server.ts'

const ready = {
  spec: { serverless: { cloud: 'aws', region: 'us-east-1' } },
  status: { ready: true, state: 'Ready' },
  vector_type: 'dense',
}

/**
 * Speaks Pinecone's data, document and inference APIs: as many hits as `topK` says. A search costs five read units, what
 * reads records one for each, a list one; a word is a token. A filter for `missing` answers 400. Its statistics count what
 * was upserted into any index.
 */
export function pineconeServer(): Promise<Loopback> {
  let upserted = 0
  return listen((request, body, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://127.0.0.1')
    const isJson = pathname.endsWith('/upsert') && pathname.startsWith('/records') ? '{}' : body || '{}'
    const asked = JSON.parse(isJson)
    const ids = (count: number) => Array.from({ length: count }, (_, id) => `private-${id}`)
    const reply = (value: object) => json(response, value)
    const words = (...texts: string[]) => texts.join(' ').split(' ').filter(Boolean).length
    const metadata = { text: 'private' }
    /** 0.5, then less. */
    const scoreOf = (position: number) => 0.5 / (position + 1)
    if (asked.filter?.missing) return json(response, { code: 3, message: 'no such field', details: [] }, 400)
    const [, namespaces, , ...rest] = pathname.split('/')
    switch (namespaces === 'namespaces' || namespaces === 'records' ? rest.join('/') : pathname) {
      case '/query':
        return reply({
          matches: ids(asked.topK).map((id, i) => ({ id, score: scoreOf(i), values: [], metadata })),
          namespace: 'ns',
          usage: { readUnits: 5 },
        })
      case '/vectors/upsert':
        upserted += asked.vectors.length
        return reply({ upsertedCount: asked.vectors.length })
      case '/vectors/fetch':
        return reply({
          vectors: Object.fromEntries(searchParams.getAll('ids').map((id) => [id, { id, values: [1], metadata }])),
          namespace: 'ns',
          usage: { readUnits: searchParams.getAll('ids').length },
        })
      case '/vectors/fetch_by_metadata':
        return reply({
          vectors: Object.fromEntries(ids(asked.limit).map((id) => [id, { id, values: [1], metadata }])),
          namespace: 'ns',
          usage: { readUnits: asked.limit },
        })
      case '/vectors/list':
        return reply({
          vectors: ids(Number(searchParams.get('limit'))).map((id) => ({ id })),
          namespace: 'ns',
          usage: { readUnits: 1 },
        })
      case 'ns/search':
      case 'search': {
        const { top_k, topK = top_k, inputs } = asked.query ?? asked
        const hits = ids(asked.rerank?.top_n ?? topK).map((id, i) => ({
          _id: id,
          _score: scoreOf(i),
          fields: metadata,
        }))
        return reply({ result: { hits }, usage: { read_units: 5, embed_total_tokens: words(inputs?.text ?? '') } })
      }
      case 'documents/search':
        return reply({
          matches: ids(asked.top_k).map((id, i) => ({ _id: id, _score: scoreOf(i), ...metadata })),
          namespace: 'ns',
          usage: { read_units: 5 },
        })
      case 'documents/upsert':
        return json(response, { upserted_count: asked.documents.length }, 202)
      case 'documents/fetch':
        return reply({
          documents: Object.fromEntries(asked.ids.map((id: string) => [id, { _id: id, ...metadata }])),
          namespace: 'ns',
          usage: { read_units: asked.ids.length },
        })
      case 'documents/list':
        return reply({
          documents: ids(asked.limit ?? Number(searchParams.get('limit'))).map((id) => ({ _id: id })),
          namespace: 'ns',
          usage: { read_units: 1 },
        })
      case 'documents/update':
        return reply({ matched_records: asked.documents?.length ?? 4 })
      case 'documents/delete':
        return reply({ matched_records: asked.ids.length })
      // Before version 7 the writing of records asks for the host, which the index may know.
      case pathname.startsWith('/indexes/') && pathname:
        return reply({
          name: pathname.slice('/indexes/'.length),
          dimension: 2,
          metric: 'cosine',
          host: `http://${request.headers.host}`,
          ...ready,
        })
      case '/indexes':
        return reply(request.method === 'POST' ? { name: asked.name, host: 'private', ...ready } : { indexes: [] })
      case '/describe_index_stats':
        return reply({ namespaces: {}, dimension: 2, indexFullness: 0, totalVectorCount: upserted })
      case '/embed':
        return reply({
          model: asked.model,
          vector_type: 'dense',
          data: asked.inputs.map(() => ({ values: [1, 2, 3, 4], vector_type: 'dense' })),
          usage: { total_tokens: words(...asked.inputs.map(({ text }: { text: string }) => text)) },
        })
      case '/rerank':
        return reply({
          model: asked.model,
          data: asked.documents.slice(0, asked.top_n).map((document: object, position: number) => ({
            index: asked.model === 'turns' ? asked.documents.length - 1 - position : position,
            score: 0.5,
            document,
          })),
          usage: { rerank_units: 1 },
        })
      default:
        return reply({})
    }
  })
}
