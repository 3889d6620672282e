import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { reasonOf } from '../../diagnostics.ts'
import type { WarnOnce } from '../../model.ts'
import { type ContentType, openMetrics, plain } from './exposition.ts'

export interface ScrapeParts {
  readonly host: string
  readonly port: number
  /** All metrics in this format. */
  readonly text: (contentType: ContentType) => string
  readonly spent: (ms: number) => void
  readonly warnOnce: WarnOnce
}

/** Ports that are tried after a taken one. */
const morePorts = 10

/** Serves `/metrics`; neither the server nor its sockets keep the process alive. */
export function serve({ host, port, text, spent, warnOnce }: ScrapeParts): { close(): void } {
  const { createServer } = process.getBuiltinModule('node:http')
  const { now } = performance
  let closed = false
  let server: Server | undefined

  const answer = ({ url = '', method = '', headers }: IncomingMessage, response: ServerResponse) => {
    const since = now.call(performance)
    if (url.split('?', 1)[0] !== '/metrics') return response.writeHead(404).end('the metrics are at /metrics\n')
    if (method !== 'GET' && method !== 'HEAD') return response.writeHead(405, { allow: 'GET, HEAD' }).end()
    try {
      const type = negotiated(headers.accept)
      const body = text(type)
      response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(body) })
      return response.end(method === 'HEAD' ? undefined : body)
    } catch (error) {
      // No metrics at all are better than those of this process alone: a total must never go down.
      const reason = reasonOf(error)
      warnOnce('scrape', `the metrics can't be read (${reason}); their scrape is answered with status 500`)
      return response.writeHead(500).end(`${reason}\n`)
    } finally {
      spent(now.call(performance) - since)
    }
  }
  const listen = (at: number) => {
    const trying = createServer((request, response) => answer(request, response))
    server = trying
    trying.on('connection', (socket) => socket.unref())
    trying.unref()
    trying.once('listening', () => {
      if (at !== port)
        warnOnce(
          `port ${port}`,
          `output.port: ${port} is taken by another program; metrics are served at http://${host}:${at}/metrics`,
        )
    })
    trying.on('error', (error: NodeJS.ErrnoException) => {
      const { code } = error
      if (closed) return
      if ((code === 'EADDRINUSE' || code === 'EACCES') && at < Math.min(port + morePorts, 65535)) listen(at + 1)
      else
        warnOnce(
          `port ${port}`,
          `output.port: metrics can't be served at ${host}:${port} nor after it (${reasonOf(error)})`,
        )
    })
    // With `exclusive` a cluster's worker has a port of its own, and its primary does nothing for it.
    trying.listen({ host, port: at, exclusive: true })
  }
  listen(port)

  return {
    close() {
      closed = true
      server?.close()
      server?.closeAllConnections()
    },
  }
}

function negotiated(accept = ''): ContentType {
  const weights = new Map<string, number>()
  for (const part of accept.split(',')) {
    const [type = '', ...parameters] = part.split(';').map((word) => word.trim().toLowerCase())
    // 1.0.0 is too like the older one for that to be worth a format of its own.
    const q = parameters.find((word) => word.startsWith('q='))
    weights.set(type, Math.max(weights.get(type) ?? 0, q === undefined ? 1 : Number(q.slice(2)) || 0))
  }
  const weight = weights.get('application/openmetrics-text') ?? 0
  return weight > 0 && weight >= (weights.get('text/plain') ?? 0) ? openMetrics : plain
}
