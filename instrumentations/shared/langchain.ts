import type { Call } from '../../agent/model.ts'

// biome-ignore lint/suspicious/noExplicitAny: models are read by shape
type Any = any

/** The tokens of a message or a chunk of one; of several, all together. */
const usage = (at: string) => ({
  input_tokens: `sum(${at}.usage_metadata.input_tokens)`,
  output_tokens: `sum(${at}.usage_metadata.output_tokens)`,
  cached_tokens: `sum(${at}.usage_metadata.input_token_details.cache_read)`,
  cache_write_tokens: `sum(${at}.usage_metadata.input_token_details.cache_creation)`,
  reasoning_tokens: `sum(${at}.usage_metadata.output_token_details.reasoning)`,
})

/** What else it tells: `response_metadata` is the provider's own: of OpenAI, Anthropic, Gemini, Bedrock, Ollama. */
const told = (at: string) => ({
  finish_reason: ['finish_reason', 'stop_reason', 'finishReason', 'stopReason', 'done_reason']
    .map((name) => `${at}.response_metadata.${name}`)
    .join(' ?? '),
  response_model: `${at}.response_metadata.model_name ?? ${at}.response_metadata.model`,
})

const sums = usage('result.generations.*.0.message')
const first = told('result.generations.0.0.message')

/** What is kept of answers: one for each prompt of the call, of as many candidates as were asked for. */
export const answers = {
  ...sums,
  ...first,
  finish_reason: `${first.finish_reason} ?? result.generations.0.0.generationInfo.finish_reason`,
  input_tokens: `${sums.input_tokens} ?? result.llmOutput.tokenUsage.promptTokens`,
  output_tokens: `${sums.output_tokens} ?? result.llmOutput.tokenUsage.completionTokens`,
}

/** As `concat` does: one provider tells of all tokens at the end, another of the new ones with each chunk. */
export const piece = { ...usage('chunk'), ...told('chunk') }

/** Whether a model streams: one that can't, or must not, answers a stream by `invoke`, which is then the call. */
export function streams({ self }: Call): boolean {
  let owner = Object(self)
  while (owner !== null && !Object.hasOwn(owner, '_streamResponseChunks')) owner = Object.getPrototypeOf(owner)
  return owner !== null && !Object.hasOwn(owner, 'generatePrompt') && !(self as Any).disableStreaming
}

/**
 * Whether a compressor's results are the first of what it was given, in that order. Those that are copies, or written
 * anew, do not tell; most rerankers hand on the documents themselves.
 */
export function orderKept({ args, result, of }: Call): boolean | undefined {
  const [given, ranked] = [args[0], result]
  if (!Array.isArray(given) || !Array.isArray(ranked) || given.length < 2 || ranked.length === 0) return undefined
  const before = new Map(given.map((one, i) => [of(one), i]))
  const places = ranked.map((one) => before.get(of(one)))
  return places.includes(undefined) ? undefined : places.every((place, i) => place === i)
}

/** Whether a streamed chunk holds a piece of the answer: a text, a message with one, or with the call of a tool. */
export function isWritten(chunk: Any): boolean {
  const content = typeof chunk === 'string' ? chunk : chunk?.content
  if (Array.isArray(content) ? content.some(isPiece) : content) return true
  return chunk?.tool_call_chunks?.length > 0
}

// Thoughts, and parts that only number others, are none.
const isPiece = (part: Any) => typeof part === 'string' || Boolean(part?.text || part?.input || part?.refusal)
