import { json, type Loopback, listen } from './openai-server.ts'
import { scoreAt } from './scores.ts'

/**
 * Speaks Azure AI Search: a search gives pages of as many documents as its `top` says, without words not more than its
 * first vector's `k`, else two, and a second page if it asks for the total. The index `missing` answers 404.
 */
export function azureSearchServer(): Promise<Loopback> {
  return listen((request, text, response) => {
    const path = decodeURIComponent(request.url?.split('?')[0] ?? '')
    const body = text === '' ? {} : JSON.parse(text)
    if (path.includes("'missing'"))
      return json(response, { error: { code: 'IndexNotFound', message: 'no such index' } }, 404)
    if (path.endsWith('/docs/search.post.search')) return json(response, page(body))
    if (path.endsWith('/docs/search.post.suggest'))
      return json(response, { value: [{ '@search.text': 'private', id: 'private' }] })
    if (path.endsWith('/docs/search.post.autocomplete'))
      return json(response, { value: [{ text: 'private', queryPlusText: 'private' }] })
    if (path.endsWith('/docs/search.index')) {
      // biome-ignore lint/suspicious/noExplicitAny: requests are read by shape
      const value = body.value.map((one: any) => ({
        key: one.id,
        status: one.id !== 'private-bad',
        errorMessage: one.id === 'private-bad' ? 'no such document' : null,
        statusCode: one.id === 'private-bad' ? 404 : 200,
      }))
      return json(response, { value }, value.every(({ status }: { status: boolean }) => status) ? 200 : 207)
    }
    if (path.endsWith('/retrieve'))
      return json(response, {
        response: [],
        activity: [
          { type: 'searchIndex', id: 0, count: 1 },
          { type: 'modelWebSummarization', id: 1, inputTokens: 30, outputTokens: 4 },
        ],
        references: [{ type: 'searchIndex', id: '0' }],
      })
    if (path.endsWith('/indexes')) return json(response, { value: [{ name: 'docs', fields: [] }] })
    if (path.endsWith("/indexes('docs')"))
      return request.method === 'DELETE'
        ? void response.writeHead(204).end()
        : json(response, { name: 'docs', fields: [] })
    if (path.endsWith('/docs/$count')) return void response.end('7')
    json(response, { id: 'private', text: 'private' })
  })
}

interface Search {
  readonly count?: boolean
  readonly top?: number
  readonly skip?: number
  readonly search?: string
  readonly queryType?: string
  readonly vectorQueries?: readonly { readonly k?: number }[]
}

function page({ count, top, skip, search = '*', vectorQueries, queryType }: Search) {
  const near = (search === '*' && vectorQueries?.[0]?.k) || Number.POSITIVE_INFINITY
  const size = Math.min(near, top ?? (near < 50 ? near : 2))
  const next = count === true && skip === undefined
  return {
    ...(count && { '@odata.count': 2 * size }),
    value: Array.from({ length: size }, (_, i) => ({
      '@search.score': scoreAt(i),
      ...(queryType === 'semantic' && { '@search.rerankerScore': 4 * scoreAt(i) }),
      id: `private-${i}`,
      text: 'private',
    })),
    ...(next && {
      '@odata.nextLink': 'http://127.0.0.1/next',
      '@search.nextPageParameters': { count, top, search, skip: size, ...(vectorQueries && { vectorQueries }) },
    }),
  }
}
