import type { Call, Read } from '../../agent/model.ts'
import { textOf } from './kinds.ts'

// biome-ignore lint/suspicious/noExplicitAny: a request is read by shape
type Any = any

/** Strings, in three quotes or one, and comments; one that is never closed goes to the end. */
const quoted = /""".*?(?:"""|$)|"(?:[^"\\]|\\.)*(?:"|$)|\/\/[^\n]*|\/\*.*?(?:\*\/|$)/gs
const near = /\b(?:knn|v_(?:cosine|dot_product|hamming|l1_norm|l2_norm))\s*\(/i

const queryOf = ({ args }: Call): string => {
  const params = (args[0] ?? {}) as Any
  return textOf(params.query ?? params.body?.query)
}
/** The name of an option is a string, too. */
const bare = (query: string) =>
  query
    .slice(0, 100_000)
    .replace(quoted, (token) => (token === '"min_candidates"' ? token : token[0] === '"' ? '""' : ' '))
const numberIn = (pattern: RegExp) => (call: Call) => {
  const found = [...bare(queryOf(call)).matchAll(pattern)].at(-1)?.[1]
  return found === undefined ? undefined : Number(found)
}

/** Whether a query of ES|QL ranks by vector. */
export const searchesEsql = (call: Call): boolean => near.test(queryOf(call)) && near.test(bare(queryOf(call)))

export const esql: Readonly<Record<string, Read>> = {
  collection: (call) =>
    /^\s*from\s+([\w\-*.:]+(?:\s*,\s*[\w\-*.:]+)*)/i.exec(bare(queryOf(call)))?.[1]?.replace(/\s+/g, ''),
  query_len: (call) => queryOf(call).length,
  top_k: numberIn(/\|\s*limit\s+(\d+)/gi),
}
export const esqlSearch: Readonly<Record<string, Read>> = {
  candidates: numberIn(/"min_candidates"\s*:\s*(\d+)/g),
  /** Besides the KNN itself, which stands in a WHERE of its own. */
  filtered: ({ args, ...call }) =>
    (args[0] as Any)?.filter !== undefined ||
    bare(queryOf({ args, ...call }))
      .split('|')
      .some((part) => /^\s*where\b/i.test(part) && (!near.test(part) || /\band\b|\bor\b/i.test(part))),
}
