import { decode } from '@msgpack/msgpack'
import { decodeTraces } from '../../test/support/otlp-server.ts'
import type { Post } from './sink.ts'

/** What the service does in each request, and the HTTP requests that it takes. */
export const kinds = ['embedding', 'search', 'chat', 'http'] as const
export type Kind = (typeof kinds)[number]
export type Counts = Readonly<Record<Kind, number>>

/** How each tool names them: of a span its scope or operation, and its name. */
const words: readonly (readonly [Kind, RegExp])[] = [
  ['http', /^http\.(request|client) |^@opentelemetry\/instrumentation-undici /],
  ['embedding', /embed/i],
  ['chat', /chat|llm\.generate/i],
  ['search', /qdrant|vector_store|retriev/i],
]

/** Counts the spans of what was sent. */
export const spansOf = (posts: readonly Post[]): Counts => countsOf(posts.flatMap(namesOf))

/** Counts the agent's own records. */
export const recordsOf = (lines: string): Counts =>
  countsOf(
    lines
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line).name),
  )

/** Counts what arrived at the stand-ins, as `POST /embeddings`. */
export function madeOf(requests: readonly string[]): Counts {
  const count = (path: string) => requests.filter((request) => request.includes(path)).length
  const made = { embedding: count('/embeddings'), search: count('/points/query'), chat: count('/chat/completions') }
  return { ...made, http: made.embedding + made.search + made.chat }
}

function countsOf(names: readonly string[]): Counts {
  const counts = { embedding: 0, search: 0, chat: 0, http: 0 }
  for (const name of names) {
    const [kind] = words.find(([, is]) => is.test(name)) ?? []
    if (kind !== undefined) counts[kind]++
  }
  return counts
}

/** Of each span its scope or operation, a space, and its name. */
function namesOf({ path, type, body }: Post): string[] {
  if (path.endsWith('/v1/traces'))
    return otlpNames(type.includes('json') ? JSON.parse(String(body)) : decodeTraces(body))
  if (path === '/v0.4/traces')
    return (decode(body, { useBigInt64: true }) as { name: string; resource: string }[][])
      .flat()
      .map(({ name, resource }) => `${name} ${resource}`)
  return path.endsWith('/envelope/') ? envelopeNames(String(body)) : []
}

interface Traces {
  readonly resourceSpans?: readonly {
    readonly scopeSpans: readonly { readonly scope: { readonly name: string }; readonly spans: readonly Named[] }[]
  }[]
}
interface Named {
  readonly name: string
}

const otlpNames = ({ resourceSpans = [] }: Traces) =>
  resourceSpans
    .flatMap(({ scopeSpans }) => scopeSpans)
    .flatMap(({ scope, spans }) => spans.map(({ name }) => `${scope.name} ${name}`))

/** Sentry's envelope is lines of JSON: a head, then before each item one that says what it is. */
function envelopeNames(envelope: string): string[] {
  const lines = envelope.split('\n')
  return lines.flatMap((line, i) => {
    if (!/^\{"type":"span"/.test(lines[i - 1] ?? '')) return []
    const { items } = JSON.parse(line) as { items: readonly (Named & { attributes: Attributes })[] }
    return items.map(({ name, attributes }) => `${attributes['sentry.op']?.value ?? ''} ${name}`)
  })
}
type Attributes = Readonly<Record<string, { readonly value: unknown }>>
