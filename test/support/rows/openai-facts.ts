import type { Exchange } from '../openai-server.ts'
import type { Really } from './row.ts'

// What a service that answers as OpenAI does, or much alike, was sent and has answered.

const usage = ({ answered: { usage } }: Exchange) => ({
  input_tokens: usage.prompt_tokens,
  output_tokens: usage.completion_tokens,
})
export const embedded: Really = ({ sent, answered }) => ({
  model: sent.model,
  batch_size: (sent.input ?? sent.inputs).length,
  results: answered.data.length,
  input_tokens: answered.usage.prompt_tokens,
})
export const written: Really = (last) => ({
  ...usage(last),
  model: last.sent.model,
  cached_tokens: last.answered.usage.prompt_tokens_details?.cached_tokens,
  finish_reason: last.answered.choices[0].finish_reason,
})
export const refused: Really = ({ sent, status }) => ({ model: sent.model, status })
