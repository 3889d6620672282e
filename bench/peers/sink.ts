import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'

/** What a tool has sent. */
export interface Post {
  readonly path: string
  readonly type: string
  readonly body: Buffer
}

export interface Sink {
  readonly url: string
  readonly posts: readonly Post[]
  close(): Promise<void>
}

/** Takes what any of the tools sends, on loopback, and answers each as its own server does. */
export async function openSink(): Promise<Sink> {
  const posts: Post[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part) => parts.push(part))
    request.on('end', () => {
      const path = request.url?.split('?')[0] ?? ''
      const type = request.headers['content-type'] ?? ''
      posts.push({ path, type, body: plain(Buffer.concat(parts), request.headers['content-encoding']) })
      const protobuf = type.includes('protobuf')
      response.writeHead(200, { 'content-type': protobuf ? type : 'application/json' })
      response.end(protobuf ? undefined : JSON.stringify(path === '/info' ? agent : {}))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posts,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** What Datadog's agent says that it takes. */
const agent = { version: '7.70.0', endpoints: ['/v0.4/traces', '/v0.5/traces', '/telemetry/proxy/', '/v0.6/stats'] }

function plain(body: Buffer, encoding: string | undefined): Buffer {
  if (encoding === 'gzip') return gunzipSync(body)
  if (encoding === 'br') return brotliDecompressSync(body)
  return encoding === 'deflate' ? inflateSync(body) : body
}
