import { createHash } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface StandIns {
  /** The variables by which the service and its crossbridge.yml find them. */
  readonly env: Readonly<Record<string, string>>
  close(): void
}

const dimensions = 32
const notes = 60
/** What a hosted model takes, and what each further text adds. */
const embeddingMs = { call: 40, text: 1 }
const searchMs = 10

/** Two servers on free ports of loopback, with the protocols of OpenAI's embeddings and of Qdrant's queries. */
export async function openStandIns(): Promise<StandIns> {
  const vectors = Array.from({ length: notes }, (_, id) => vectorOf(`note ${id}`))
  const [embeddings, qdrant] = await Promise.all([
    listen(embed),
    listen((asked, response) => search(vectors, asked, response)),
  ])
  return {
    env: {
      EMBEDDINGS_URL: `http://${embeddings.host}`,
      EMBEDDINGS_HOST: embeddings.host,
      QDRANT_URL: `http://${qdrant.host}`,
      QDRANT_HOST: qdrant.host,
    },
    close() {
      embeddings.close()
      qdrant.close()
    },
  }
}

interface Asked {
  readonly model?: string
  readonly input?: string | readonly string[]
  readonly query?: readonly number[]
  readonly limit?: number
}

function embed({ model, input = [] }: Asked, response: ServerResponse): void {
  const texts = [input].flat()
  const data = texts.map((text, index) => ({ object: 'embedding', index, embedding: vectorOf(text) }))
  const tokens = texts.reduce((sum, text) => sum + Math.ceil(text.length / 4), 0)
  const answer = { object: 'list', data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } }
  answerAfter(embeddingMs.call + embeddingMs.text * texts.length, answer, response)
}

function search(vectors: readonly number[][], { query = [], limit = 10 }: Asked, response: ServerResponse): void {
  const points = vectors
    .map((vector, id) => ({ id, version: 0, score: vector.reduce((sum, x, i) => sum + x * (query[i] ?? 0), 0) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, limit)
  answerAfter(searchMs, { result: { points }, status: 'ok', time: searchMs / 1000 }, response)
}

function answerAfter(ms: number, answer: unknown, response: ServerResponse): void {
  setTimeout(() => response.end(JSON.stringify(answer)), ms)
}

/** Of length 1, the same for the same text. */
function vectorOf(text: string): number[] {
  const numbers = [...createHash('sha256').update(text).digest()].slice(0, dimensions).map((byte) => byte - 127.5)
  const length = Math.hypot(...numbers)
  return numbers.map((x) => x / length)
}

async function listen(answer: (asked: Asked, response: ServerResponse) => void) {
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (part) => {
      text += part
    })
    request.on('end', () => {
      response.setHeader('content-type', 'application/json')
      answer(JSON.parse(text), response)
    })
  })
  await new Promise<void>((done, failed) => server.once('error', failed).listen(0, '127.0.0.1', done))
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
