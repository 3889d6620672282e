import { type Dialect, parameter, type Values } from './sql.ts'
import { isBits, isFloats, isList, isVector } from './vectors.ts'

const operator = /(?<![-+*/<>=~!@#%^&|`?])<[-=#+~%]>(?![-+*/<>=~!@#%^&|`?])/
const vectorCast = /(?:::\s*|\bas\s+)(?:"?\w+"?\.)?"?(?:vector|halfvec|sparsevec)\b/i
const bitOperator = /<[~%]>/
const bitCast = /::\s*bit\b|'01'/i
/** Of libSQL and of sqlite-vec. */
const sqliteSearch = /\bvec(?:tor)?_(?:distance_\w+|top_k)\s*\(/i
const sqliteVector = /\b(?:vec_(?:f32|int8|bit|quantize\w*)|vector(?:\d+(?:bit)?|b16)?)\s*\(/i
const duckSearch =
  /\b(?:array|list)_(?:negative_)?(?:distance|cosine_distance|cosine_similarity|(?:inner|dot)_product)\s*\(|<[-=]>/i
const duckVector = /\b(?:float|float4|real|double)\s*\[\s*\d+\s*\]|\barray_value\s*\(/i

const some = (values: Values, test: (value: unknown) => boolean) =>
  (Array.isArray(values) ? values : Object.values(values)).some(test)

const pgHasVector = (text: string, values: () => Values) =>
  vectorCast.test(text) || text.includes("'[]'") || some(values(), isVector)

/** Postgres with pgvector. The operators also mean cubes, trigrams and places, so a vector must be in sight. */
export const pgvector: Dialect = {
  maybe: /<[-=#+~%]>/,
  near: operator,
  candidates: /\b(?:hnsw\.ef_search|ivfflat\.probes)\s*(?:=|to\b)\s*(\d+)/i,
  searches: (text, values) =>
    operator.test(text) &&
    (pgHasVector(text, values) || (bitOperator.test(text) && (bitCast.test(text) || some(values(), isBits)))),
  hasVector: pgHasVector,
}

const sqliteHasVector = (text: string, values: () => Values) =>
  sqliteVector.test(text) || text.includes("'[]'") || some(values(), (value) => isVector(value) || isFloats(value))

/** SQLite with sqlite-vec, and libSQL. MATCH also finds words, so a vector or a `k` must be in sight. */
export const sqlite: Dialect = {
  maybe: /\bmatch\b|\bvec(?:tor)?_[dt]/i,
  near: /\bmatch\b|\bk\s*=|\bvec(?:tor)?_distance/i,
  searches: (text, values) =>
    sqliteSearch.test(text) || (/\bmatch\b/i.test(text) && (/\bk\s*=/i.test(text) || sqliteHasVector(text, values))),
  hasVector: sqliteHasVector,
  limits: new RegExp(
    String.raw`\bk\s*=\s*${parameter}|\bvector_top_k\s*\((?:[^()]|\([^()]*\))*,\s*${parameter}\s*\)`,
    'gi',
  ),
}

export const duckdb: Dialect = {
  maybe: /\b(?:array|list)_[cdin]|<[-=]>/i,
  near: duckSearch,
  searches: (text) => duckSearch.test(text),
  hasVector: (text, values) => duckVector.test(text) || some(values(), isList),
}
