import type { ServerResponse } from 'node:http'
import { json, type Loopback, listen } from './openai-server.ts'
import { scoreAt } from './scores.ts'

// biome-ignore lint/suspicious/noExplicitAny: requests are read by shape
type Any = any

/**
 * Speaks Upstash Vector: a query finds `topK` vectors. The namespace `missing` answers 404, `odd` an error with
 * status 200.
 */
export function upstashServer(): Promise<Loopback> {
  return listen((request, text, response) => {
    const [, command, namespace] = (request.url ?? '').split(/[/?]/)
    if (request.url === '/' || command === 'pipeline' || command === 'multi-exec')
      return redis(response, JSON.parse(text))
    if (namespace === 'missing') return json(response, { error: 'no such namespace', status: 404 }, 404)
    // The client throws the error of an answer, whatever its status.
    if (namespace === 'odd') return json(response, { error: 'Invalid filter: private' })
    json(response, { result: answer(command ?? '', JSON.parse(text || '{}')) })
  })
}

function answer(command: string, body: Any): unknown {
  if (command === 'query' || command === 'query-data')
    return Array.isArray(body) ? body.map(({ topK }) => vectors(topK)) : vectors(body.topK)
  if (command.startsWith('resumable-query-next')) return vectors(body.additionalK)
  if (command === 'resumable-query-end') return 'Success'
  if (command.startsWith('resumable-query')) return { uuid: 'private-uuid', scores: vectors(body.topK) }
  if (command === 'fetch') return (body.ids ?? ['a']).map((id: string, i: number) => (i === 0 ? null : { id }))
  if (command === 'range') return { nextCursor: '', vectors: vectors(body.limit) }
  if (command === 'delete') return { deleted: body.ids?.length ?? 5 }
  if (command === 'update') return { updated: 1 }
  if (command === 'search') return vectors(body.topK)
  if (command === 'info') return { vectorCount: 1, dimension: 2, namespaces: {} }
  return 'Success'
}

const vectors = (count: number) => Array.from({ length: count }, (_, i) => ({ id: `private-${i}`, score: scoreAt(i) }))

/** Upstash Redis: a command, or several. What is read from the key `private-odd` fails. */
function redis(response: ServerResponse, body: Any): void {
  const reply = Array.isArray(body[0]) ? body.map(replyTo) : replyTo(body)
  json(response, reply, 'error' in reply ? 400 : 200)
}

function replyTo([name, key, ...words]: readonly Any[]): object {
  if (key === 'private-odd') return { error: 'WRONGTYPE private' }
  if (name === 'VECTOR.QUERY') return { result: vectors(words[1]).map(({ id, score }) => [id, score]) }
  if (name === 'SEARCH.QUERY') return { result: [] }
  return { result: name === 'get' ? 'private' : 1 }
}
