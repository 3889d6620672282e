import type { Call } from '../../agent/model.ts'
import { answered, parsed } from './model-body.ts'

// biome-ignore lint/suspicious/noExplicitAny: answers are read by shape
type Any = any

/** The first of them that is a number. */
const first = (...counts: readonly unknown[]) => counts.find((count) => typeof count === 'number') as number | undefined
/** What was read from a cache and written to it is not in the makers' own count of the input. */
const withCache = (own: number | undefined, read: unknown, written: unknown) =>
  own === undefined ? undefined : own + (first(read) ?? 0) + (first(written) ?? 0)

const readOf = (usage: Any) =>
  first(usage?.cache_read_input_tokens, usage?.cacheReadInputTokens, usage?.cacheReadInputTokenCount)
const writtenOf = (usage: Any) =>
  first(usage?.cache_creation_input_tokens, usage?.cacheWriteInputTokens, usage?.cacheWriteInputTokenCount)

/** What Anthropic's, Nova's, Llama's, Titan's, Mistral's and those that answer as OpenAI's do tell. */
export const written = {
  input_tokens: (call: Call) => {
    const { usage, prompt_token_count, inputTextTokenCount } = answered(call) ?? {}
    const own = withCache(first(usage?.input_tokens, usage?.inputTokens), readOf(usage), writtenOf(usage))
    return own ?? first(usage?.prompt_tokens, prompt_token_count, inputTextTokenCount)
  },
  output_tokens: (call: Call) => {
    const { usage, generation_token_count, results } = answered(call) ?? {}
    const { output_tokens, outputTokens, completion_tokens } = usage ?? {}
    return first(output_tokens, outputTokens, completion_tokens, generation_token_count, results?.[0]?.tokenCount)
  },
  cached_tokens: (call: Call) => {
    const { usage } = answered(call) ?? {}
    return first(readOf(usage), usage?.prompt_tokens_details?.cached_tokens)
  },
  cache_write_tokens: (call: Call) => writtenOf(answered(call)?.usage),
  reasoning_tokens: (call: Call) => answered(call)?.usage?.completion_tokens_details?.reasoning_tokens,
  finish_reason: (call: Call) => {
    const { stop_reason, stopReason, choices, outputs, results } = answered(call) ?? {}
    const one = (choices ?? outputs)?.[0]
    return stop_reason ?? stopReason ?? one?.finish_reason ?? one?.stop_reason ?? results?.[0]?.completionReason
  },
  response_model: (call: Call) => answered(call)?.model,
}

const bytesOf = (chunk: unknown): Buffer | undefined => {
  const bytes = (chunk as Any)?.chunk?.bytes
  return bytes instanceof Uint8Array ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) : undefined
}
const marker = 'amazon-bedrock-invocationMetrics'
const metricsOf = ({ chunk }: Call): Any => {
  const bytes = bytesOf(chunk)
  return bytes?.includes(marker) ? parsed(bytes)?.[marker] : undefined
}
/** Within a text these quotes would be escaped. */
const reason = /"(?:stop_reason|stopReason|finish_reason|completionReason)"\s*:\s*"([\w-]+)"/
const reasonOf = ({ chunk }: Call) => {
  const bytes = bytesOf(chunk)
  return bytes?.includes('eason') ? reason.exec(bytes.toString())?.[1] : undefined
}

/** What Bedrock itself adds to the last chunk of any model, and why that stopped. */
export const metrics = {
  input_tokens: (call: Call) => {
    const { inputTokenCount, cacheReadInputTokenCount, cacheWriteInputTokenCount } = metricsOf(call) ?? {}
    return withCache(first(inputTokenCount), cacheReadInputTokenCount, cacheWriteInputTokenCount)
  },
  output_tokens: (call: Call) => metricsOf(call)?.outputTokenCount,
  cached_tokens: (call: Call) => metricsOf(call)?.cacheReadInputTokenCount,
  cache_write_tokens: (call: Call) => metricsOf(call)?.cacheWriteInputTokenCount,
  server_ms: (call: Call) => metricsOf(call)?.invocationLatency,
  finish_reason: reasonOf,
}

/** True for a chunk of such a stream with a piece of the answer, where its maker is known; a thought is none. */
export function isPiece(chunk: unknown): boolean {
  const { delta, contentBlockDelta, generation, outputText, outputs, choices } = parsed(bytesOf(chunk)) ?? {}
  const { content, tool_calls, text } = choices?.[0]?.delta ?? choices?.[0] ?? {}
  const own = delta?.text ?? delta?.partial_json ?? generation ?? outputText ?? outputs?.[0]?.text
  return Boolean(
    own || content || tool_calls || text || contentBlockDelta?.delta?.text || contentBlockDelta?.delta?.toolUse,
  )
}
