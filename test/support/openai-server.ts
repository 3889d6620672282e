import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { answerOf, eventsOf } from './openai-answers.ts'
import type { Body } from './openai-stores.ts'

export type { Body }

/** What was asked of a stand-in and what it answered, of JSON alone. */
export interface Exchange {
  // biome-ignore lint/suspicious/noExplicitAny: each service's own words
  readonly sent: any
  // biome-ignore lint/suspicious/noExplicitAny: each service's own words
  readonly answered: any
  readonly status: number
}

export interface Loopback {
  readonly url: string
  /** Requests that arrived, as `POST /embeddings`. */
  readonly requests: readonly string[]
  /** In the order of their ends, where it is the stand-in of `listen`. */
  readonly exchanges?: readonly Exchange[]
  close(): Promise<void>
}

/** Listens on a free loopback port until closed. */
export async function listen(
  answer: (request: IncomingMessage, body: string, response: ServerResponse) => void,
  upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void,
): Promise<Loopback> {
  const requests: string[] = []
  const exchanges: Exchange[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text) => (body += text))
    request.on('end', () => {
      requests.push(`${request.method} ${request.url?.split('?')[0]}`)
      watch(response, (answered) => exchanges.push({ sent: parsed(body), answered, status: response.statusCode }))
      answer(request, body, response)
    })
  })
  if (upgrade !== undefined) server.on('upgrade', upgrade)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    exchanges,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Tells what an answer of one piece says. */
function watch(response: ServerResponse, told: (answered: unknown) => void): void {
  const { end } = response
  response.end = ((...args: Parameters<typeof end>) => {
    told(parsed(args[0]))
    return Reflect.apply(end, response, args)
  }) as typeof end
}

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text))
  } catch {
    return undefined
  }
}

export function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'req_loopback' })
  response.end(JSON.stringify(value))
}

/**
 * What models do that have no answer: `fail` is refused with 400, `hang` never answered, `retry` refused with 429 on
 * the first request of a Stainless client's call. True when the request is done with.
 */
export function refuses(request: IncomingMessage, { model }: Body, response: ServerResponse): boolean {
  const error = { message: 'no such model', type: 'invalid_request_error', code: 'model_not_found' }
  const tooMany = model === 'retry' && request.headers['x-stainless-retry-count'] === '0'
  if (model === 'fail') json(response, { error }, 400)
  if (tooMany) {
    response.setHeader('retry-after-ms', '1')
    json(response, { error: { message: 'too many requests' } }, 429)
  }
  return model === 'fail' || model === 'hang' || tooMany
}

/**
 * Sends events, each under its `type`. Of the model `endless` the first one only; `cut` ends after two, the socket
 * with it; `broken` goes on with an error.
 */
export function sendEvents(response: ServerResponse, { model }: Body, events: readonly unknown[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-request-id': 'req_loopback' })
  const send = (event: unknown) => {
    const { type } = event as { type?: string }
    const data = typeof event === 'string' ? event : JSON.stringify(event)
    response.write(`${type ? `event: ${type}\n` : ''}data: ${data}\n\n`)
  }
  for (const [i, event] of events.entries()) {
    send(event)
    if (model === 'endless') return
    if (i !== 1) continue
    if (model === 'broken') send({ type: 'error', error: { message: 'overloaded', type: 'server_error' } })
    // The client is to have read what came before.
    if (model === 'cut') return void setTimeout(() => response.destroy(), 50)
  }
  response.end()
}

/**
 * Speaks OpenAI's embeddings, chat, completions, responses, decisions and vector stores, and the `rerank` of others,
 * under any prefix; under `/openai/v1` it adds what Groq does. Embeddings are base64 unless floats are asked for. The
 * model `slow` takes 300 ms; the vector store `retry` is refused as that model is.
 */
export function openaiServer(): Promise<Loopback> {
  return listen((request, text, response) => {
    const path = request.url?.split('?')[0] ?? ''
    // Forms, by which a file is uploaded, are not read.
    const sent: Body = text.startsWith('{') ? JSON.parse(text) : {}
    const [, store] = /\/vector_stores\/(retry|fail)\//.exec(path) ?? []
    const body = store === undefined ? sent : { ...sent, model: store }
    if (refuses(request, body, response)) return
    const reply = () => {
      if (!body.stream) json(response, answerOf(path, body))
      else sendEvents(response, body, eventsOf(path, body))
    }
    if (body.model === 'slow') setTimeout(reply, 300)
    else reply()
  })
}
