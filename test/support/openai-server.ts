import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Loopback {
  readonly url: string
  /** Requests that arrived, as `POST /embeddings`. */
  readonly requests: readonly string[]
  close(): Promise<void>
}

/** Listens on a free loopback port until closed. */
export async function listen(
  answer: (request: IncomingMessage, body: string, response: ServerResponse) => void,
): Promise<Loopback> {
  const requests: string[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text) => (body += text))
    request.on('end', () => {
      requests.push(`${request.method} ${request.url?.split('?')[0]}`)
      answer(request, body, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'req_loopback' })
  response.end(JSON.stringify(value))
}

/**
 * Speaks OpenAI's embeddings API: base64 unless floats are asked for. The model `fail` answers 400, `slow` takes
 * 300 ms, `hang` never answers.
 */
export function openaiServer(): Promise<Loopback> {
  return listen((_, body, response) => {
    const { model, input, encoding_format, dimensions = 8 } = JSON.parse(body || '{}')
    if (model === 'hang') return
    if (model === 'fail')
      return json(
        response,
        { error: { message: 'no such model', type: 'invalid_request_error', code: 'model_not_found' } },
        400,
      )
    const inputs: unknown[] = Array.isArray(input) ? input : [input]
    const data = inputs.map((text, index) => {
      const vector = Float32Array.from({ length: dimensions }, (_value, i) => Math.sin(String(text).length + i + index))
      const embedding = encoding_format === 'base64' ? Buffer.from(vector.buffer).toString('base64') : [...vector]
      return { object: 'embedding', index, embedding }
    })
    const tokens = inputs.length * 3
    const reply = () =>
      json(response, { object: 'list', data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } })
    if (model === 'slow') setTimeout(reply, 300)
    else reply()
  })
}
