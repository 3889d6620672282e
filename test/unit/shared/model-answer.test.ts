import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Call } from '../../../agent/model.ts'
import { compileGet } from '../../../agent/scope/read.ts'
import { viewOf } from '../../../agent/scope/view.ts'
import { isPiece, metrics, written } from '../../../instrumentations/shared/model-answer.ts'

const bytes = (value: unknown) => Buffer.from(JSON.stringify(value))
type Reads = Readonly<Record<string, (call: Call) => unknown>>
const read = (reads: Reads, call: { result?: unknown; chunk?: unknown }) =>
  Object.fromEntries(
    Object.entries(reads).flatMap(([key, get]) => {
      const value = compileGet(get)({ self: undefined, args: [], ...call })
      return value === undefined ? [] : [[key, value]]
    }),
  )
const answer = (body: unknown) => read(written, { result: { body: bytes(body) } })
const last = (body: unknown) => read(metrics, { chunk: { chunk: { bytes: bytes(body) } } })

describe('an answer of a model', () => {
  it('tells of tokens as its maker does', () => {
    for (const body of [
      { usage: { input_tokens: 1, output_tokens: 2 } },
      { usage: { inputTokens: 1, outputTokens: 2 } },
      { usage: { prompt_tokens: 1, completion_tokens: 2 } },
      { prompt_token_count: 1, generation_token_count: 2 },
      { inputTextTokenCount: 1, results: [{ tokenCount: 2 }] },
    ])
      assert.deepEqual(answer(body), { input_tokens: 1, output_tokens: 2 })
    for (const none of ['text', 5, null, {}, { usage: 'text', choices: {} }]) assert.deepEqual(answer(none), {})
  })

  it('counts what was read from a cache or written to it as input, where its maker does not', () => {
    const tokens = { input_tokens: 60, cached_tokens: 20, cache_write_tokens: 30 }

    for (const usage of [
      { input_tokens: 10, cache_read_input_tokens: 20, cache_creation_input_tokens: 30 },
      { inputTokens: 10, cacheReadInputTokenCount: 20, cacheWriteInputTokenCount: 30 },
      { inputTokens: 10, cacheReadInputTokens: 20, cacheWriteInputTokens: 30 },
    ])
      assert.deepEqual(answer({ usage }), tokens)
    const details = { prompt_tokens_details: { cached_tokens: 20 }, completion_tokens_details: { reasoning_tokens: 4 } }
    assert.deepEqual(answer({ usage: { prompt_tokens: 60, ...details } }), {
      input_tokens: 60,
      cached_tokens: 20,
      reasoning_tokens: 4,
    })
    assert.deepEqual(answer({ usage: { cache_read_input_tokens: 3 } }), { cached_tokens: 3 })
  })

  it('tells why it ended, and which model it is of', () => {
    for (const body of [
      { stop_reason: 'stop' },
      { stopReason: 'stop' },
      { choices: [{ finish_reason: 'stop' }] },
      { outputs: [{ stop_reason: 'stop' }] },
      { results: [{ completionReason: 'stop' }] },
    ])
      assert.deepEqual(answer(body), { finish_reason: 'stop' })
    assert.deepEqual(answer({ model: 'claude' }), { response_model: 'claude' })
  })
})

describe('a chunk of such an answer', () => {
  it('has at last what Bedrock counts', () => {
    const counts = { inputTokenCount: 10, outputTokenCount: 2, invocationLatency: 4 }
    const cache = { cacheReadInputTokenCount: 20, cacheWriteInputTokenCount: 30 }
    const found = { output_tokens: 2, server_ms: 4 }

    assert.deepEqual(last({ 'amazon-bedrock-invocationMetrics': counts }), { ...found, input_tokens: 10 })
    assert.deepEqual(last({ 'amazon-bedrock-invocationMetrics': { ...counts, ...cache } }), {
      ...found,
      ...{ input_tokens: 60, cached_tokens: 20, cache_write_tokens: 30 },
    })
    assert.deepEqual(last({ type: 'delta' }), {})
    for (const chunk of [{ chunk: { bytes: 'text' } }, {}, undefined]) assert.deepEqual(read(metrics, { chunk }), {})
  })

  it('tells why it ended, whatever it says of that in its text', () => {
    assert.deepEqual(last({ delta: { stop_reason: 'end_turn' } }), { finish_reason: 'end_turn' })
    assert.deepEqual(last({ choices: [{ finish_reason: 'length' }] }), { finish_reason: 'length' })
    assert.deepEqual(last({ delta: { text: '"stop_reason":"none"' } }), {})
    assert.deepEqual(last({ stop_reason: null }), {})
  })

  it('is a piece of it with a text or the call of a tool, not with a thought or nothing', () => {
    const piece = (body: unknown) => isPiece(viewOf({ chunk: { bytes: bytes(body) } }))

    for (const body of [
      { type: 'content_block_delta', delta: { type: 'text_delta', text: 'a' } },
      { type: 'content_block_delta', delta: { type: 'input_json_delta', partial_json: '{' } },
      { contentBlockDelta: { delta: { text: 'a' } } },
      { contentBlockDelta: { delta: { toolUse: { input: '{' } } } },
      { generation: 'a' },
      { outputText: 'a' },
      { outputs: [{ text: 'a' }] },
      { choices: [{ delta: { content: 'a' } }] },
      { choices: [{ delta: { tool_calls: [{}] } }] },
      { choices: [{ text: 'a' }] },
    ])
      assert.equal(piece(body), true, JSON.stringify(body))
    for (const body of [
      { type: 'message_start' },
      { type: 'content_block_delta', delta: { type: 'thinking_delta', thinking: 'a' } },
      { contentBlockDelta: { delta: { reasoningContent: { text: 'a' } } } },
      { generation: '' },
      { choices: [{ delta: { role: 'assistant' } }] },
      { choices: 'text' },
      null,
    ])
      assert.equal(piece(body), false, JSON.stringify(body))
    for (const none of [undefined, {}, { chunk: { bytes: 'a' } }]) assert.equal(isPiece(none), false)
  })
})
