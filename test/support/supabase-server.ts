import { json, type Loopback, listen } from './openai-server.ts'

/**
 * Speaks PostgREST below `/rest/v1`: a function or a select gives as many rows as its `match_count` or `limit` says,
 * else two; a write gives its rows back if it is asked to. The table and the function `missing` answer 404, `slow` a
 * statement timeout as Postgres says it, `gone` the text of a proxy.
 */
export function supabaseServer(): Promise<Loopback> {
  return listen((request, text, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://loopback')
    const name = pathname.split('/').at(-1)
    if (name === 'missing')
      return json(response, { code: 'PGRST205', message: 'no private table', hint: null, details: null }, 404)
    if (name === 'slow')
      return json(
        response,
        { code: '57014', message: 'canceling statement due to private timeout', hint: null, details: null },
        500,
      )
    if (name === 'gone') return void response.writeHead(502).end('<html>private</html>')
    const body = text === '' ? {} : JSON.parse(text)
    const isRead = request.method === 'GET' || pathname.includes('/rpc/')
    const asked = Number(body.match_count ?? searchParams.get('match_count') ?? searchParams.get('limit') ?? 2)
    if (isRead) {
      const isOne = request.headers.accept?.includes('pgrst.object')
      return json(response, isOne ? row : Array.from({ length: asked }, () => row))
    }
    const { prefer = '' } = request.headers
    if (String(prefer).includes('return=representation')) return json(response, [body].flat(), 201)
    response.writeHead(request.method === 'POST' ? 201 : 204).end()
  })
}

const row = { id: 'private', content: 'private', similarity: 0.5 }
