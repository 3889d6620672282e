import type { Body } from './openai-stores.ts'

export const answering = ({ model }: Body) => (model === 'latest' ? 'latest-2026-10-01' : model)
export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value])

/** Ten tokens of its own, one for each message, text, document or question; five of them from a cache, two written to it. */
export function countsOf(body: Body) {
  const { messages, prompt, input, documents, questions } = body
  const read = 10 + [messages, prompt, input, documents, questions].flatMap(listOf).length
  const thought = body.model === 'thinks' ? 64 : 0
  return { read, cached: 5, stored: 2, thought, written: 7 + thought }
}

function responseUsage(body: Body) {
  const { read, cached, stored, thought, written } = countsOf(body)
  return {
    input_tokens: read,
    input_tokens_details: { cached_tokens: cached, cache_write_tokens: stored },
    output_tokens: written,
    output_tokens_details: { reasoning_tokens: thought },
    total_tokens: read + written,
  }
}

export function decidedOf(body: Body) {
  const answers = listOf(body.questions).map(() => ({ type: 'predicate', name: 'private', probability: 0.5 }))
  return { answers, model: answering(body), usage: responseUsage(body) }
}

export const compactedOf = (body: Body) => ({
  id: 'resp_1',
  object: 'response.compaction',
  created_at: 1,
  output: [{ id: 'cmp_1', type: 'compaction', encrypted_content: 'private' }],
  usage: responseUsage(body),
})

const part = { type: 'output_text', text: '{"answer":"private"}', annotations: [] }
const item = { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content: [part] }

export const endOf = ({ model, max_output_tokens }: Body) =>
  model === 'fails' ? 'failed' : max_output_tokens === undefined ? 'completed' : 'incomplete'

export function responseOf(body: Body, status: string) {
  const hasAnswer = status === 'completed' || status === 'incomplete'
  return {
    id: 'resp_1',
    object: 'response',
    created_at: 1,
    model: answering(body),
    status,
    error: status === 'failed' ? { code: 'server_error', message: 'private: it failed' } : null,
    incomplete_details: status === 'incomplete' ? { reason: 'max_output_tokens' } : null,
    tools: [],
    output: hasAnswer ? [item] : [],
    ...(hasAnswer && { usage: responseUsage(body) }),
  }
}

export function responseEvents(body: Body): unknown[] {
  const place = { item_id: item.id, output_index: 0, content_index: 0 }
  const started = { ...item, status: 'in_progress', content: [] }
  const delta = (text: string) => ({ type: 'response.output_text.delta', ...place, delta: text, logprobs: [] })
  const thought = { item_id: 'rs_1', output_index: 0, summary_index: 0, delta: 'private' }
  const end = endOf(body)
  const answer = [
    { type: 'response.output_item.added', output_index: 0, item: started },
    { type: 'response.content_part.added', ...place, part: { ...part, text: '' } },
    delta('{"answer":'),
    delta('"private"}'),
    { type: 'response.output_text.done', ...place, text: part.text, logprobs: [] },
    { type: 'response.content_part.done', ...place, part },
    { type: 'response.output_item.done', output_index: 0, item },
  ]
  return [
    { type: 'response.created', response: responseOf(body, 'in_progress') },
    ...(body.model === 'thinks' ? [{ type: 'response.reasoning_summary_text.delta', ...thought }] : []),
    ...(body.model === 'errs' ? [{ type: 'error', code: 'rate_limit_exceeded', message: 'private', param: null }] : []),
    ...(end === 'failed' ? [] : answer),
    { type: `response.${end}`, response: responseOf(body, end) },
  ].map((event, sequence_number) => ({ ...event, sequence_number }))
}
