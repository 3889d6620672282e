import type { Call } from '../../agent/model.ts'
import { textsIn } from './texts.ts'

// biome-ignore lint/suspicious/noExplicitAny: bodies are read by shape
type Any = any

/** Bodies above this (pictures, many texts) are not looked at. */
const mostRead = 1_000_000

/** A body as the model's maker defines it; parsed only for a call that has a record, and kept by nobody. */
export function parsed(body: unknown): Any {
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return undefined
  if (body.length > mostRead) return undefined
  try {
    return JSON.parse(typeof body === 'string' ? body : Buffer.from(body).toString())
  } catch {
    return undefined // A body of another kind.
  }
}
const asked = ({ args }: Call): Any => parsed((args[0] as Any)?.input?.body)
export const answered = ({ result }: Call): Any => parsed((result as Any)?.body)

/** Cohere answers with a list of vectors, or with one list for each kind of number that was asked for. */
const vectorsIn = (embeddings: unknown): Any =>
  Array.isArray(embeddings) ? embeddings : Object.values(embeddings ?? {}).find(Array.isArray)
/** Titan answers with one vector, TwelveLabs and Nova with a list of objects that each have one. */
const vectorsOf = ({ embedding, embeddings, data }: Any): Any =>
  embedding === undefined ? vectorsIn(embeddings ?? data) : [embedding]
const sizeOf = (...lists: readonly unknown[]) => lists.find(Array.isArray)?.length

/** Titan's text alone, or texts and nested contents as Cohere has them. */
export function textsAsked(call: Call): unknown {
  const { inputText, inputImage, texts, inputs } = asked(call) ?? {}
  return inputImage === undefined ? (inputText ?? texts ?? textsIn(inputs)) : undefined
}

export const vectorsAnswered = (call: Call) => vectorsOf(answered(call) ?? {})

export const embedding = {
  batch_size: (call: Call) => {
    const body = asked(call)
    return body && (sizeOf(body.texts, body.images, body.inputs) ?? 1)
  },
  dimensions: (call: Call) => {
    const first = vectorsOf(answered(call) ?? {})?.[0]
    return (first?.embedding ?? first)?.length
  },
  results: (call: Call) => vectorsOf(answered(call) ?? {})?.length,
  // Others have it in a header, which a result does not show.
  input_tokens: (call: Call) => answered(call)?.inputTextTokenCount,
}

export const ranking = {
  batch_size: (call: Call) => sizeOf(asked(call)?.documents),
  query_len: (call: Call) => asked(call)?.query?.length,
  top_k: (call: Call) => asked(call)?.top_n,
  results: (call: Call) => sizeOf(answered(call)?.results),
  order_kept: (call: Call) => {
    const results = answered(call)?.results
    const isTold = (sizeOf(asked(call)?.documents) ?? 0) > 1 && (sizeOf(results) ?? 0) > 0
    return isTold ? results.every(({ index }: Any, i: number) => index === i) : undefined
  },
}
