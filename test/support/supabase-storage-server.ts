import { json, type Loopback, listen } from './openai-server.ts'

/** Speaks the vectors of Supabase's storage: a query finds its `topK`. The index `missing` answers 404. */
export function supabaseStorageServer(): Promise<Loopback> {
  return listen((request, text, response) => {
    const { indexName, topK, keys, maxResults } = JSON.parse(text || '{}')
    if (indexName === 'missing')
      return json(response, { statusCode: 'S3VectorNotFoundException', error: 'no', message: 'no such index' }, 404)
    const isRead = /\/(?:Query|Get|List)Vectors$/.test(request.url ?? '')
    const count = topK ?? keys?.length ?? maxResults ?? 2
    json(response, isRead ? { vectors: Array.from({ length: count }, (_, i) => ({ key: `private-${i}` })) } : {})
  })
}
