import { isPromise } from 'node:util/types'
import type { Call, Method, Read } from '../../agent/model.ts'

/** What a chat's answer says of itself, as OpenAI's API has it, which others speak too. */
export const chatUsage = (root: string) => ({
  input_tokens: `${root}.usage.prompt_tokens`,
  output_tokens: `${root}.usage.completion_tokens`,
  cached_tokens: `${root}.usage.prompt_tokens_details.cached_tokens`,
  cache_write_tokens: `${root}.usage.prompt_tokens_details.cache_write_tokens`,
  reasoning_tokens: `${root}.usage.completion_tokens_details.reasoning_tokens`,
  response_model: `${root}.model || undefined`,
  finish_reason: `${root}.choices.0.finish_reason`,
})

/** What is embedded, and what comes of it; some tell no tokens. */
export const embedded = {
  batch_size: 'texts(args.0.input)',
  dimensions: 'size(result.data.0.embedding)',
  results: 'result.data.length',
  response_model: 'result.model || undefined',
}
export const inputTokens = { input_tokens: 'result.usage.prompt_tokens' }

/** Who serves, by the address that a client was given; of one that speaks OpenAI's protocol also where that is not known. */
export const served = 'provider(this._client.baseURL)'
const other = "this._client.baseURL && 'openai_compatible'"
export const compatible = `${served} ?? (${other})`
/** Azure's own client alone has a version of the API. */
export const compatibleOrAzure = `${served} ?? (this._client.apiVersion && 'azure.ai.openai' || ${other})`

/** The chunks of a chat, or of a completion, that hold a piece of the answer; the first has a content that is empty. */
export const chatToken = ['content', 'tool_calls', 'function_call', 'refusal', 'audio']
  .map((piece) => `chunk.choices.0.delta.${piece}`)
  .concat('chunk.choices.0.text')
  .join(' || ')

interface Tries {
  attempts: number
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/**
 * What Stainless' clients have in common: `call`, what each method of them needs; `attempts`, for its metadata; and
 * `heard`, the notes that count them, for where the client's `request` and `makeRequest` are; `listed` besides, where a
 * method gives pages, which are asked for another way.
 */
export function createRequests() {
  // A method calls `request` before it returns, so the call that began last is the one that asks.
  let begun: object | undefined
  const tries = new WeakMap<object, Tries>()
  const attempts: Read = ({ key }) => tries.get(key)?.attempts

  const call = {
    // The client's APIPromise reads its body once, in these. What it keeps of that it gives through them alone.
    ends: { kind: 'thenable', methods: ['parse', 'asResponse', '_thenUnwrap'] },
    observe: 'chain',
    when: ({ key }: Call) => {
      begun = key
      return true
    },
  } satisfies Partial<Method>

  /** A request's options mostly come as a promise, and its retries carry what that resolved to. */
  const asks = (options: object) => {
    const asking = begun
    begun = undefined
    if (asking === undefined) return
    const one = { attempts: 1 }
    tries.set(asking, one)
    const known = (resolved: unknown) => void (isObject(resolved) && tries.set(resolved, one))
    if (isPromise(options)) options.then(known, () => {})
    else known(options)
  }
  const requested = ({ args, of }: Call) => asks(of(args[0]))
  const paged = ({ args, of }: Call) => asks(of(args[1]))
  const tried = ({ args, of }: Call) => {
    const [options, retriesRemaining] = args
    if (typeof retriesRemaining !== 'number') return
    const one = tries.get(of(options))
    if (one !== undefined) one.attempts++
  }
  /** Of the client's class; for every scope of the file, since one that is not in `targets` takes its notes with it. */
  const heard = (scopes: readonly string[]) => ({
    request: scopes.map((scope) => ({ scope, note: requested })),
    makeRequest: scopes.map((scope) => ({ scope, note: tried })),
  })
  const listed = (scopes: readonly string[]) => ({
    requestAPIList: scopes.map((scope) => ({ scope, note: paged })),
  })
  return { call, attempts, heard, listed }
}
