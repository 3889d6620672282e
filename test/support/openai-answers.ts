import {
  answering,
  compactedOf,
  countsOf,
  decidedOf,
  endOf,
  listOf,
  responseEvents,
  responseOf,
} from './openai-responses.ts'
import { type Body, storeAnswer } from './openai-stores.ts'

/**
 * What OpenAI and those who speak its protocol answer. The model `thinks` reasons before it answers, `latest` is answered
 * by one of another name, `fails` answers that it failed, `errs` sends an error in the stream of a response. One that is
 * limited in its tokens reaches the limit; one that is given tools calls the first, until it sees its answer.
 */
export function answerOf(path: string, body: Body): unknown {
  if (path.includes('/vector_stores') || path.endsWith('/files')) return storeAnswer(path, body)
  if (path.endsWith('/embeddings')) return embeddingsOf(body)
  if (path.endsWith('/responses')) return responseOf(body, endOf(body))
  if (path.endsWith('/responses/compact')) return compactedOf(body)
  if (path.endsWith('/decisions')) return decidedOf(body)
  if (path.endsWith('/rerank')) return rerankedOf(body)
  if (path.startsWith('/openai/v1')) return { ...chatOf(body), usage: groqUsage(body), x_groq: { id: 'req_1' } }
  if (path.endsWith('/chat/completions')) return chatOf(body)
  return {
    id: 'cmpl-1',
    object: 'text_completion',
    created: 1,
    model: answering(body),
    choices: [{ index: 0, text: 'a private answer', finish_reason: reasonOf(body), logprobs: null }],
    usage: chatUsage(body),
  }
}

/** The same as events. */
export function eventsOf(path: string, body: Body): unknown[] {
  return path.endsWith('/responses') ? responseEvents(body) : [...chunksOf(path, body), '[DONE]']
}

const reasonOf = ({ max_tokens }: Body) => (max_tokens === undefined ? 'stop' : 'length')

function chatUsage(body: Body) {
  const { read, cached, stored, thought, written } = countsOf(body)
  return {
    prompt_tokens: read,
    completion_tokens: written,
    total_tokens: read + written,
    prompt_tokens_details: { cached_tokens: cached, cache_write_tokens: stored },
    completion_tokens_details: { reasoning_tokens: thought },
  }
}

function groqUsage(body: Body) {
  const { prompt_tokens_details, ...usage } = chatUsage(body)
  const { cached_tokens } = prompt_tokens_details
  const times = { queue_time: 0.01, prompt_time: 0.02, completion_time: 0.23, total_time: 0.25 }
  return { ...usage, prompt_tokens_details: { cached_tokens }, ...times }
}

function embeddingsOf({ model, input, encoding_format, dimensions = 8 }: Body) {
  const inputs = listOf(input)
  const data = inputs.map((text, index) => {
    const vector = Float32Array.from({ length: dimensions as number }, (_value, i) =>
      Math.sin(String(text).length + i + index),
    )
    const embedding = encoding_format === 'base64' ? Buffer.from(vector.buffer).toString('base64') : [...vector]
    return { object: 'embedding', index, embedding }
  })
  const tokens = inputs.length * 3
  return { object: 'list', data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } }
}

function rerankedOf(body: Body) {
  const { model, documents, top_n } = body
  const results = listOf(documents).map((_, index) => ({ index, relevance_score: 1 / (index + 1) }))
  if (model === 'turns') results.reverse()
  return { object: 'rerank', id: 'rr-1', model, results: results.slice(0, top_n as number), usage: chatUsage(body) }
}

/** The call of a tool; undefined where none is given, or the model has seen its answer. */
function callOf({ messages, tools }: Body) {
  if (!Array.isArray(tools) || (messages as { role: string }[]).some(({ role }) => role === 'tool')) return undefined
  return { id: 'call_1', type: 'function', function: { name: tools[0].function.name, arguments: '{}' } }
}

function chatOf(body: Body) {
  // As gateways tell it that have others answer.
  if (body.model === 'fails') return { error: { code: 502, message: 'private: the upstream failed' } }
  const call = callOf(body)
  const message = call ? { content: null, tool_calls: [call] } : { content: '{"answer":"private"}' }
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: answering(body),
    choices: [
      {
        index: 0,
        message: { role: 'assistant', refusal: null, ...message },
        finish_reason: call ? 'tool_calls' : reasonOf(body),
        logprobs: null,
      },
    ],
    usage: chatUsage(body),
  }
}

function chunksOf(path: string, body: Body): unknown[] {
  const isChat = path.endsWith('/chat/completions')
  const isGroq = path.startsWith('/openai/v1')
  const object = isChat ? 'chat.completion.chunk' : 'text_completion'
  const common = { id: 'chatcmpl-1', object, created: 1, model: answering(body) }
  const choice = (part: object, finish_reason: string | null = null) => [
    { index: 0, ...(isChat ? { delta: part } : part), finish_reason, logprobs: null },
  ]
  const call = callOf(body)
  const contents = ['{"answer":', '"private', '"}'].map((text) => (isChat ? { content: text } : { text }))
  const answer: object[] = call ? [{ tool_calls: [{ index: 0, ...call }] }] : contents
  const thoughts = isChat && body.model === 'thinks' ? [{ reasoning: 'private' }, { reasoning: ' thoughts' }] : []
  const begin = isChat ? [{ role: 'assistant', content: '' }] : []
  const end = choice(isChat ? {} : { text: '' }, call ? 'tool_calls' : reasonOf(body))
  const x_groq = isGroq && { x_groq: { id: 'req_1', usage: groqUsage(body) } }
  const chunks = [
    ...[...begin, ...thoughts, ...answer].map((part) => ({ ...common, choices: choice(part) })),
    { ...common, choices: end, ...x_groq },
  ]
  if (isGroq && body.model === 'fails')
    return [...chunks.slice(0, 2), { ...common, choices: [], x_groq: { id: 'req_1', error: 'private: no capacity' } }]
  const counted = (body.stream_options as { include_usage?: boolean })?.include_usage
  return counted ? [...chunks, { ...common, choices: [], usage: chatUsage(body) }] : chunks
}
