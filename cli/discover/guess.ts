import type { Candidate, Signature, Slot } from './model.ts'

/** A line of `methods:`, as an entry of the configuration holds it. */
export interface Guess {
  readonly at: string
  readonly target: string
  readonly scope: string
  readonly callback?: true
  readonly metadata: Readonly<Record<string, string>>
  readonly location?: string | undefined
}

/** Guesses target, scope and metadata of each by the words of its name; `usualTarget` is the target of what has none of these. */
export function guessAll(candidates: readonly Candidate[], about: string, usualTarget: string): Guess[] {
  const all = candidates.map((one) => ({ one, kind: kindOf(one, `${about} ${one.holder ?? ''}`) }))
  const scopes = all.map(({ one, kind }) => kind?.scope ?? word(one.name))
  return all.map(({ one, kind }, i) => {
    const scope = scopes[i] as string
    const isTaken = all.some(
      (other, j) => other.kind === undefined && scopes[j] === scope && other.one.holder !== one.holder,
    )
    const full = kind === undefined && isTaken && one.holder ? `${word(one.holder)}_${scope}` : scope
    return {
      at: one.at,
      target: kind?.target ?? usualTarget,
      scope: full,
      ...(one.signature.callback && { callback: true as const }),
      metadata: metadataOf(one.signature, kind?.scope),
      location: one.location,
    }
  })
}

/** A name as a scope: `findAllUsers` is `find_all_users`. */
export function word(name: string): string {
  const plain = wordsOf(name).join('_')
  return /^[a-z_]/.test(plain) ? plain : `call_${plain}`.replace(/_$/, '')
}

function wordsOf(name: string): string[] {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/ß/g, 'ss')
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
}

const writes = /^(upsert|add|insert|ingest)$/
/** Of which the name alone says too little. */
const writesWhat = /^(index|put|store|save|write)$/
const removes = /^(delete|remove|drop)$/
const stored =
  /^(vector|vectors|embedding|embeddings|documents?|docs?|points?|texts?|chunks?|ids?|items|rows|records|passages|collection)$/
const store = /vector|embedding|store|index|collection|search|retriev|rag\b/i
const searches = new Set(['search', 'similarity', 'similar', 'nearest', 'knn'])
const beforeSearch =
  /^(semantic|vector|hybrid|similarity|full|fulltext|text|find|get|do|run|max|ann|keyword|search|knn|nearest)$/
const afterGenerate =
  /^(text|answer|response|completion|completions|chat|message|reply|object|stream|json|content|all|batch)$/

function kindOf({ name, signature }: Candidate, about: string): { target: string; scope: string } | undefined {
  const words = wordsOf(name)
  const [first = '', second] = words
  const names = signature.slots.map(({ name }) => name)
  const holds = (pattern: RegExp) =>
    names.some((name) => pattern.test(name)) || words.slice(1).some((one) => pattern.test(one))
  const isStore = store.test(about)
  if (
    /^(embed|embeds|embedder|vectori[sz]e)$/.test(first) ||
    (/^(create|get|generate|compute|make|batch)$/.test(first) && /^embed/.test(words.at(-1) ?? ''))
  )
    return { target: 'embedding_provider', scope: 'embed' }
  if (/^rerank$|^re$/.test(first) && (first === 'rerank' || second === 'rank'))
    return { target: 'semantic_search', scope: 'rerank' }
  if (first === 'retrieve' || (first === 'get' && words[1] === 'relevant'))
    return { target: 'semantic_search', scope: 'retrieve' }
  if (first === 'query' && /^(sql|statement|stmt)$/i.test(names[0] ?? '')) return { target: 'database', scope: 'query' }
  const isSearch = first === 'query' || (words.some((one) => searches.has(one)) && beforeSearch.test(first))
  const takesVector = signature.slots.some(({ name, kind }) => kind === 'vector' || /vector|embedding/i.test(name))
  if (isSearch) {
    const inStore = takesVector || /vector|store|collection|index|database/i.test(about)
    return { target: inStore ? 'vector_store' : 'semantic_search', scope: 'search' }
  }
  if (
    first === 'upsert' ||
    (isStore && (writes.test(first) || (second !== undefined && writesWhat.test(first))) && holds(stored))
  )
    return { target: 'vector_store', scope: 'upsert' }
  if (removes.test(first) && isStore) return { target: 'vector_store', scope: 'delete' }
  if (
    /^(generate|chat|complete|completion|completions)$/.test(first) &&
    (second === undefined || afterGenerate.test(second))
  )
    return { target: 'llm', scope: 'generate' }
  return undefined
}

const many =
  /^(texts|inputs|documents|docs|vectors|embeddings|points|items|rows|records|ids|chunks|queries|sentences|passages|objects)$/i
const asked = /^(top_?k|limit|n_?results|num_?results|max_?results|k)$/i
const asks = /^(query|q|question|text|prompt|sql|statement|search_?text|query_?text)$/i
const aVector = /^(vector|embedding|query_?vector|query_?embedding)$/i

/**
 * The metadata to keep of a call: sizes, counts, and the name of a model. A path that may lead to a text, key, vector or
 * row is never among them, so that `k` counts only in a search.
 */
function metadataOf({ slots, returns }: Signature, scope: string | undefined): Record<string, string> {
  const finds = scope === 'search' || scope === 'retrieve' || scope === 'rerank'
  const embeds = scope === 'embed'
  const known = finds || embeds || scope !== undefined
  const has = (slot: Slot, ...kinds: Slot['kind'][]) => kinds.includes(slot.kind)
  const first = (fits: (slot: Slot) => boolean) => slots.find(fits)
  const single = first((slot) => has(slot, 'string', 'unknown') && asks.test(slot.name))
  const batch = first(
    (slot) =>
      (many.test(slot.name) && has(slot, 'array', 'many', 'unknown', 'vector')) ||
      (known && has(slot, 'array', 'many')) ||
      (embeds && has(slot, 'unknown') && /^input$/i.test(slot.name)),
  )
  const query = single ?? first((slot) => has(slot, 'string') && /^input$/i.test(slot.name))
  const limit = first((slot) => asked.test(slot.name) && (has(slot, 'number') || (has(slot, 'unknown') && finds)))
  const vector = first((slot) => aVector.test(slot.name) && has(slot, 'vector', 'unknown', 'array'))
  const model = known ? first((slot) => slot.name === 'model' && has(slot, 'string', 'unknown')) : undefined
  return {
    ...(model && { model: model.path }),
    ...(batch && batch !== vector && { batch_size: `count(${batch.path})` }),
    ...(query && { query_len: `${query.path}.length` }),
    ...(vector && finds && { dimensions: `${vector.path}.length` }),
    ...(limit && { top_k: limit.path }),
    ...resultOf(returns, { finds, embeds, isBatch: batch !== undefined, isSingle: query !== undefined }),
  }
}

interface About {
  readonly finds: boolean
  readonly embeds: boolean
  readonly isBatch: boolean
  readonly isSingle: boolean
}

function resultOf(
  { kind, list }: Signature['returns'],
  { finds, embeds, isBatch, isSingle }: About,
): Record<string, string> {
  if (list !== undefined && finds) return { results: `result.${list}` }
  const isList = kind === 'array' || kind === 'vector'
  if (embeds && isBatch) return isList || kind === 'unknown' ? { results: 'result.length' } : {}
  if (embeds && isSingle) return isList || kind === 'unknown' ? { dimensions: 'result.length' } : {}
  if (finds) return isList || kind === 'unknown' ? { results: 'result.length' } : {}
  return kind === 'array' ? { results: 'result.length' } : {}
}
