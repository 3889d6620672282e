import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { answerOf, eventsOf } from './openai-answers.ts'
import type { Body } from './openai-stores.ts'

export type { Body }

/** What was asked of a stand-in and what it answered: JSON, a list of JSON where it is lines or events, else a text. */
export interface Exchange {
  readonly path: string
  // biome-ignore lint/suspicious/noExplicitAny: each service's own words
  readonly sent: any
  // biome-ignore lint/suspicious/noExplicitAny: each service's own words
  readonly answered: any
  readonly status: number
  /** When it arrived and was answered, by the machine's own clock, which all processes share. */
  readonly from: number
  readonly to: number
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
      watched(request.url, body, response, exchanges)
      answer(request, body, response)
    })
  })
  // Else a client that is slow between two requests may send the next one just when its connection is closed.
  server.keepAliveTimeout = 0
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

interface Answer {
  readonly statusCode: number
  write(...args: unknown[]): unknown
  end(...args: unknown[]): unknown
}

/** Adds to the exchanges what `response` says to `body`, when it is said, be it in one piece or several. */
export function watched(path: string | undefined, body: string, response: unknown, exchanges: Exchange[]): void {
  const [from, parts, answer] = [now(), [] as string[], response as Answer]
  const { write, end } = answer
  const keep = (part: unknown) => void ((typeof part === 'string' || Buffer.isBuffer(part)) && parts.push(String(part)))
  answer.write = (...args) => {
    keep(args[0])
    return Reflect.apply(write, answer, args)
  }
  answer.end = (...args) => {
    keep(args[0])
    const [sent, answered, status] = [parsed(body), parsed(parts.join('')), answer.statusCode]
    exchanges.push({ path: path ?? '', sent, answered, status, from, to: now() })
    return Reflect.apply(end, answer, args)
  }
}

/** The same where a protocol has no such answer: `answer` tells what it is, and is kept with what was `sent`. */
export function kept<T>(exchanges: Exchange[], path: string, sent: unknown, answer: () => T): T {
  const from = now()
  const answered = answer()
  exchanges.push({ path, sent, answered, status: 0, from, to: now() })
  return answered
}

/** In milliseconds, by the machine's own clock. */
export const now = (): number => Number(process.hrtime.bigint()) / 1e6

export function parsed(text: string): unknown {
  const lines = text.split('\n').filter((line) => /^(data: ?)?[{[]/.test(line))
  try {
    return lines.length < 2 ? JSON.parse(text) : lines.map((line) => JSON.parse(line.replace(/^data: ?/, '')))
  } catch {
    return text
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
