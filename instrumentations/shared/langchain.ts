import type { Call } from '../../agent/model.ts'

// biome-ignore lint/suspicious/noExplicitAny: models are read by shape
type Any = any

/** Whether a model streams: one that can't, or must not, answers a stream by `invoke`, which is then the call. */
export function streams({ self }: Call): boolean {
  let owner = Object(self)
  while (owner !== null && !Object.hasOwn(owner, '_streamResponseChunks')) owner = Object.getPrototypeOf(owner)
  return owner !== null && !Object.hasOwn(owner, 'generatePrompt') && !(self as Any).disableStreaming
}

/** Whether a streamed chunk holds a piece of the answer: a text, a message with one, or with the call of a tool. */
export function isWritten(chunk: Any): boolean {
  const content = typeof chunk === 'string' ? chunk : chunk?.content
  if (Array.isArray(content) ? content.some(isPiece) : content) return true
  return chunk?.tool_call_chunks?.length > 0
}

// Thoughts, and parts that only number others, are none.
const isPiece = (part: Any) => typeof part === 'string' || Boolean(part?.text || part?.input || part?.refusal)
