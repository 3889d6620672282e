import { json, type Loopback, listen } from './openai-server.ts'

/** Speaks what S3 Vectors does; the index `fail` is not found, the first question to `busy` is refused. */
export function s3vectorsServer(): Promise<Loopback> {
  const refused = new Set<string>()
  return listen((request, body, response) => {
    const { indexName, indexArn, keys, topK, maxResults, nextToken, returnData } = JSON.parse(body || '{}')
    const index = indexName ?? indexArn?.split('/').at(-1)
    if (index === 'fail') {
      response.setHeader('x-amzn-errortype', 'NotFoundException')
      return json(response, { message: 'no such index' }, 404)
    }
    const client = String(request.headers['user-agent']) + request.socket.remotePort
    if (index === 'busy' && !refused.has(client)) {
      refused.add(client)
      response.setHeader('x-amzn-errortype', 'ServiceUnavailableException')
      return json(response, { message: 'later' }, 503)
    }
    const vectors = (count: number) =>
      Array.from({ length: count }, (_, i) => ({
        key: `private ${i}`,
        distance: i / 10,
        metadata: { text: 'private' },
        ...(returnData && { data: { float32: [1, 2, 3] } }),
      }))
    switch (request.url) {
      case '/QueryVectors':
        return json(response, { vectors: vectors(topK), distanceMetric: 'cosine' })
      case '/GetVectors':
        return json(response, { vectors: vectors(keys.length) })
      case '/ListVectors':
        // A list in pages of two has two.
        return json(response, {
          vectors: vectors(maxResults ?? 4),
          ...(maxResults === 2 && nextToken === undefined && { nextToken: 'more' }),
        })
      default:
        return json(response, {})
    }
  })
}
