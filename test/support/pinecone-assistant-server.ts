import type { ServerResponse } from 'node:http'
import { json, type Loopback, listen } from './openai-server.ts'

/** Speaks what Pinecone's assistants do; a word is a token, and an answer has three. The model `fail` answers 400. */
export function pineconeAssistantServer(): Promise<Loopback> {
  return listen((request, body, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://127.0.0.1')
    const isForm = request.headers['content-type']?.startsWith('multipart/')
    const { model = 'gpt-4o', stream, query, messages, top_k: topK } = JSON.parse(isForm ? '{}' : body || '{}')
    if (model === 'fail') return json(response, { error: { code: 'INVALID_ARGUMENT', message: 'odd model' } }, 400)
    const asked = [query, ...(messages ?? []).map(({ content }: { content: string }) => content)].join(' ').trim()
    const prompt = asked.split(' ').length
    const usage = { prompt_tokens: prompt, completion_tokens: 3, total_tokens: prompt + 3 }
    const message = { role: 'assistant', content: 'a private answer' }
    const reference = { type: 'text', file: { name: 'private.txt', id: 'private' } }
    const own = { id: '1', model: `${model}-2026` }
    if (pathname.endsWith('/chat/completions')) {
      const choice = { index: 0, finish_reason: 'stop' }
      if (!stream) return json(response, { ...own, choices: [{ ...choice, message }], usage })
      const deltas = [{ role: 'assistant', content: '' }, { content: 'a private' }, { content: ' answer' }]
      return events(response, [
        ...deltas.map((delta) => ({ ...own, choices: [{ index: 0, delta, finish_reason: null }] })),
        { ...own, choices: [{ ...choice, delta: {} }], usage },
      ])
    }
    if (pathname.endsWith('/context'))
      return json(response, {
        id: '1',
        snippets: Array.from({ length: topK ?? 2 }, () => ({
          type: 'text',
          content: 'private',
          score: 0.5,
          reference,
        })),
        usage: { prompt_tokens: prompt, completion_tokens: 0, total_tokens: prompt },
      })
    if (pathname.includes('/chat/')) {
      if (!stream) return json(response, { ...own, finish_reason: 'stop', message, citations: [], usage })
      return events(response, [
        { ...own, type: 'message_start', role: 'assistant' },
        { ...own, type: 'content_chunk', delta: { content: 'a private' } },
        { ...own, type: 'content_chunk', delta: { content: ' answer' } },
        { ...own, type: 'citation', citation: { position: 1, references: [] } },
        { ...own, type: 'message_end', finish_reason: 'stop', usage },
      ])
    }
    if (pathname.includes('/files/')) {
      const file = { name: 'private.txt', id: 'private', status: 'Available' }
      return json(response, request.method === 'GET' ? { files: [file, file] } : file)
    }
    // What an assistant is, asked for its host.
    json(response, { name: 'books', status: 'Ready', host: `http://${request.headers.host}` })
  })
}

function events(response: ServerResponse, all: readonly object[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.end(all.map((one) => `data:${JSON.stringify(one)}\n\n`).join(''))
}
