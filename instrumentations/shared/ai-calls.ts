import { orderKept } from './order.ts'
import { isAnswer, isText } from './parts.ts'

/** What the functions of the AI SDK are asked and answer. */

/** With `recordInputs: false` all inputs are replaced by ''. */
export const lengthOf = (path: string) => `chars(${path}) || undefined ?? size(${path})`
export const usage = (at: string) => ({
  input_tokens: `${at}.inputTokens`,
  output_tokens: `${at}.outputTokens`,
  // Version 5 has the second alone, 6 both, 7 the first.
  cached_tokens: `${at}.inputTokenDetails.cacheReadTokens ?? ${at}.cachedInputTokens`,
  cache_write_tokens: `${at}.inputTokenDetails.cacheWriteTokens`,
  // 0 stands for what a service does not tell, too.
  reasoning_tokens: `${at}.outputTokenDetails.reasoningTokens || ${at}.reasoningTokens || undefined`,
})
export const ended = (at: string) => ({ finish_reason: `${at}.finishReason`, response_model: `${at}.response.modelId` })
/** A text is that of its last step. */
export const text = { ...usage('result.totalUsage()'), ...ended('result.steps.-1') }
export const tokens = { input_tokens: 'result.usage.tokens' }
export const ranked = (at: string, length: (path: string) => string) => ({
  batch_size: length(`${at}.documents`),
  query_len: length(`${at}.query`),
  top_k: `${at}.topN`,
  results: 'result.ranking.length',
  ...orderKept(`${at}.documents`, 'result.ranking.*.originalIndex'),
})

/**
 * What `streamText` and `streamObject` return holds a stream, which all that an application may read is made from; its
 * errors are parts of that. A promise's value is read where the library keeps it: to ask for it would consume the stream.
 */
const streamed = (kept: string, response: string, part: string) => ({
  ends: { kind: 'stream', at: 'baseStream' } as const,
  metadata: {
    stream: true,
    ...usage(`result.${kept}.status.value`),
    finish_reason: 'result._finishReason.status.value',
    response_model: `result.${response}.modelId`,
  },
  chunk: {},
  failed: `${part}.type == 'error' && (${part}.error || true)`,
})
export const textStream = {
  ...streamed('_totalUsage', '_steps.status.value.-1.response', 'chunk.part'),
  token: isAnswer,
}
export const objectStream = { ...streamed('_usage', '_response.status.value', 'chunk'), token: isText }
