import type { IncomingMessage } from 'node:http'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { root } from './application.ts'
import { json, listen } from './openai-server.ts'
import { pgServer } from './pg-server.ts'

interface Result {
  readonly command: string
  readonly rowCount: number | null
  readonly fields: readonly object[]
  readonly rows: readonly unknown[][]
}
interface Client {
  connect(): Promise<void>
  end(): Promise<void>
  query(config: object): Promise<Result>
}
interface Socket {
  on(event: string, heard: (data: Buffer) => void): void
  send(data: Buffer): void
  close(): void
}

/** What Neon has before a real Postgres with pgvector: queries over HTTP, and its wire protocol in a WebSocket. */
export async function neonServer(schema: string) {
  const inner = await pgServer()
  const requireOf = (set: string) => createRequire(join(root, 'test/packages', set, 'package.json'))
  const { Client } = requireOf('previous')('pg') as { Client: new (options: object) => Client }
  const { WebSocketServer } = requireOf('current')('ws')
  const client = new Client({ ...JSON.parse(inner.connection), types: { getTypeParser: () => (text: string) => text } })
  await client.connect()
  await client.query({ text: schema })

  const ask = ({ query: text, params: values }: { query: string; params: unknown[] }) =>
    client.query({ text, values, rowMode: 'array' })
  const sockets = new WebSocketServer({ noServer: true })
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) =>
    sockets.handleUpgrade(request, socket, head, (web: Socket) => {
      const upstream = connect(JSON.parse(inner.connection))
      // Postgres closes a connection that is terminated; the client waits for that.
      web.on('message', (data) => (data[0] === 0x58 ? upstream.destroy() : upstream.write(data)))
      web.on('close', () => upstream.destroy())
      upstream.on('data', (data) => web.send(data))
      upstream.on('error', () => {}).on('close', () => web.close())
    })
  let last = Promise.resolve()
  const server = await listen((_, body, response) => {
    const asked = JSON.parse(body)
    const answer = async () => {
      try {
        if (!Array.isArray(asked.queries)) return json(response, await ask(asked))
        await client.query({ text: 'BEGIN' })
        const results = []
        for (const one of asked.queries) results.push(await ask(one))
        json(response, { results })
      } catch (error) {
        json(response, { message: (error as Error).message, code: (error as { code?: string }).code }, 400)
      } finally {
        if (asked.queries !== undefined) await client.query({ text: 'COMMIT' })
      }
    }
    last = last.then(answer)
  }, upgrade)
  return {
    url: server.url,
    async close() {
      await server.close()
      await client.end()
      await inner.close()
    },
  }
}
