import { json, type Loopback, listen } from './openai-server.ts'
import { scoreAt } from './scores.ts'

// biome-ignore lint/suspicious/noExplicitAny: commands are read by shape
type Any = any

/**
 * Speaks Astra's Data API: a find by vector gives its limit at once; any other gives two pages of two, or as many as
 * its limit. The collections `missing` and `refused` answer with an error.
 */
export function astraServer(): Promise<Loopback> {
  return listen((request, text, response) => {
    const collection = request.url?.split('/').at(-1)
    const [[name = '', command] = []] = Object.entries(JSON.parse(text)) as [string, Any][]
    if (collection === 'missing')
      return json(response, { errors: [{ message: 'no such collection', errorCode: 'COLLECTION_NOT_EXIST' }] })
    if (collection === 'refused')
      return json(response, { errors: [{ message: 'odd filter', errorCode: 'INVALID_FILTER_EXPRESSION' }] })
    json(response, answer(name, command, collection === 'rows'))
  })
}

function answer(name: string, { options = {}, sort = {}, filter = {}, documents }: Any, isTable: boolean): unknown {
  const status = isTable
    ? { projectionSchema: { id: { type: 'text' } }, primaryKeySchema: { id: { type: 'text' } } }
    : {}
  const rows = (count: number) =>
    Array.from({ length: count }, (_, i) => ({
      [isTable ? 'id' : '_id']: `private-${i}`,
      ...(options.includeSimilarity && { $similarity: scoreAt(i) }),
    }))
  if (name === 'findOne') return { data: { document: filter._id === 'none' ? null : rows(1)[0] }, status }
  if (name === 'find') {
    const atOnce = options.limit !== undefined || Object.keys(sort).length > 0 || options.pageState !== undefined
    return { data: { documents: rows(options.limit ?? 2), nextPageState: atOnce ? null : 'private' }, status }
  }
  if (name === 'findCollections')
    return { status: { collections: options.explain ? [{ name: 'docs', options: {} }] : ['docs'] } }
  if (name === 'findAndRerank')
    return { data: { documents: rows(2) }, status: { documentResponses: [{ scores: {} }, { scores: {} }] } }
  if (name === 'insertOne') return { status: { ...status, insertedIds: [isTable ? ['private'] : 'private'] } }
  if (name === 'insertMany')
    return {
      status: {
        ...status,
        documentResponses: documents.map((_: Any, i: number) => ({ status: 'OK', _id: isTable ? [`${i}`] : `${i}` })),
      },
    }
  if (name === 'countDocuments' || name === 'estimatedDocumentCount') return { status: { count: 7 } }
  if (name.startsWith('findOneAnd'))
    return { data: { document: rows(1)[0] }, status: { matchedCount: 1, modifiedCount: 1 } }
  if (name.startsWith('delete')) return { status: { deletedCount: 3 } }
  const upserted = options.upsert === true ? { matchedCount: 0, modifiedCount: 0, upsertedId: 'private' } : undefined
  return { status: upserted ?? { matchedCount: 2, modifiedCount: 2 } }
}
