import type { Call, Read } from '../../agent/model.ts'
import { textOf } from './kinds.ts'
import { isVector } from './vectors.ts'

// biome-ignore lint/suspicious/noExplicitAny: a builder's fields and rows are read by shape
type Any = any

/** A request as a builder of PostgREST's client holds it. Its `url` is one of Node's, whose parts are getters. */
const builder = ({ self, ask }: Call): Any => {
  const { body, method, headers, url } = (self ?? {}) as Any
  return { body, method, prefer: () => ask(headers, 'get', 'prefer'), url: partsOf(textOf(ask(url, 'href'))) }
}
let last = { href: '', url: new URL('http://127.0.0.1') }
function partsOf(href: string): URL {
  if (last.href !== href && URL.canParse(href)) last = { href, url: new URL(href) }
  return last.url
}
const functionOf = (call: Call): string | undefined => /\/rpc\/([^/]+)$/.exec(builder(call).url.pathname)?.[1]
const writes = /^(?:add|create|insert|put|save|set|store|update|upsert)_/

/** A list of numbers may also be one of ids, so it must be named like a vector or have a fraction. */
const hasVector = (row: Any) =>
  typeof row === 'object' &&
  row !== null &&
  Object.entries(row).some(([key, value]) =>
    Array.isArray(value)
      ? typeof value[0] === 'number' && (/embed|vec/i.test(key) || value.slice(0, 16).some((one) => one % 1 !== 0))
      : isVector(value),
  )
const first = (body: Any) => (Array.isArray(body) ? body[0] : body)
const verbs: Record<string, string> = { GET: 'select', HEAD: 'select', PATCH: 'update', DELETE: 'delete' }

/** Whether it asks a function for what is near: its arguments are in the body, or in the URL if it is only to read. */
export function asksForNear(call: Call): boolean {
  const name = functionOf(call)
  if (name === undefined || writes.test(name)) return false
  const { body, url } = builder(call)
  return hasVector(body ?? Object.fromEntries([...url.searchParams].map(([key, text]) => [key, listOf(text)])))
}

/** What the URL has of a list: `{1,2}`. */
const listOf = (text: string) => (/^\{-?[\d.]/.test(text) ? text.slice(1, -1).split(',').map(Number) : text)

/** Whether rows with vectors are written, by a function too. */
export function writesVectors(call: Call): boolean {
  const { method, body } = builder(call)
  const name = functionOf(call)
  if (method !== 'POST' && method !== 'PATCH') return false
  return (name === undefined || writes.test(name)) && hasVector(first(body))
}

function operationOf(call: Call): string | undefined {
  const { method, prefer } = builder(call)
  if (functionOf(call) !== undefined) return 'rpc'
  return method === 'POST' ? (/resolution=/.test(textOf(prefer())) ? 'upsert' : 'insert') : verbs[method]
}

export function limitOf(call: Call): unknown {
  const { body, url } = builder(call)
  const limit = body?.match_count ?? url.searchParams.get('match_count') ?? url.searchParams.get('limit')
  return limit === null ? undefined : Number(limit)
}

const others = new Set(['select', 'order', 'limit', 'offset', 'columns', 'on_conflict'])

/** Filters of the result are in the URL; those of a function that takes one, in `filter`. */
export function filteredOf(call: Call): boolean | undefined {
  const { body, url } = builder(call)
  if (body === undefined) return undefined
  return [...url.searchParams.keys()].some((key) => !others.has(key)) || Object.keys(body?.filter ?? {}).length > 0
}

/** The table, or the function. */
export const relationOf = (call: Call) => decodeURIComponent(builder(call).url.pathname.split('/').at(-1))

function rowsOf(call: Call): number | undefined {
  const { body } = builder(call)
  return body === undefined || functionOf(call) !== undefined ? undefined : [body].flat().length
}

export const request: Readonly<Record<string, Read>> = { operation: operationOf, batch_size: rowsOf }

/** An answer's error, as it would be thrown: by Postgres' or PostgREST's code, else by the status of HTTP. */
export function failureOf({ result }: Call): unknown {
  const { error, status } = (result ?? {}) as Any
  return error ? { name: 'PostgrestError', code: textOf(error.code) || status || undefined } : undefined
}
