import { json, type Loopback, listen } from './openai-server.ts'

/** Speaks Qdrant's points API: as many hits as `limit` says; the collection `missing` answers 404. */
export function qdrantServer(): Promise<Loopback> {
  return listen((request, body, response) => {
    const [, , collection, ...rest] = (request.url ?? '').split('?')[0]?.split('/') ?? []
    const asked = JSON.parse(body || '{}')
    const points = (limit = 1) =>
      Array.from({ length: limit }, (_, id) => ({ id, version: 1, score: 1 / (id + 1), payload: { text: 'private' } }))
    const reply = (result: unknown) => json(response, { result, status: 'ok', time: 0.001 })
    if (collection === 'missing')
      return json(response, { status: { error: "Not found: Collection `missing` doesn't exist!" }, time: 0 }, 404)
    switch (`${request.method} ${rest.join('/')}`) {
      case 'POST points/query':
        return reply({ points: points(asked.limit) })
      case 'POST points/query/batch':
        return reply(asked.searches.map(({ limit }: { limit: number }) => ({ points: points(limit) })))
      case 'POST points/query/groups':
      case 'POST points/search/groups':
      case 'POST points/recommend/groups':
        return reply({ groups: points(asked.limit).map((hit) => ({ id: hit.id, hits: [hit] })) })
      case 'POST points/search':
      case 'POST points/recommend':
      case 'POST points/discover':
        return reply(points(asked.limit))
      case 'POST points/search/batch':
      case 'POST points/recommend/batch':
      case 'POST points/discover/batch':
        return reply(asked.searches.map(({ limit }: { limit: number }) => points(limit)))
      case 'POST points/scroll':
        return reply({ points: points(asked.limit), next_page_offset: null })
      case 'POST points/count':
        return reply({ count: 7 })
      case 'POST facet':
        return reply({ hits: points(asked.limit).map(({ id }) => ({ value: `private ${id}`, count: 1 })) })
      case 'POST points/search/matrix/pairs':
        return reply({ pairs: points(asked.limit).map(({ id }) => ({ a: id, b: id + 1, score: 0.5 })) })
      case 'POST points/search/matrix/offsets': {
        const ids = points(asked.limit).map(({ id }) => id)
        return reply({ offsets_row: ids, offsets_col: ids, scores: ids, ids })
      }
      case 'POST points/batch':
        return reply(asked.operations.map((_: object, id: number) => ({ operation_id: id, status: 'completed' })))
      case 'POST points':
        return reply(points(asked.ids.length))
      default:
        return reply({ operation_id: 1, status: 'completed' })
    }
  })
}
