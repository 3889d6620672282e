import assert from 'node:assert/strict'
import { it } from 'node:test'
import { compileGet } from '../../../agent/scope/read.ts'
import { callOf } from '../../../agent/scope/view.ts'
import {
  askedOnce,
  geminiAnswer,
  isAnswer,
  ofAllTurns,
  ofAllTurnsSoFar,
  textAsked,
} from '../../../instrumentations/shared/gemini.ts'

const usage = (promptTokenCount: number, candidatesTokenCount?: number, more = {}) => ({
  usageMetadata: { promptTokenCount, ...(candidatesTokenCount && { candidatesTokenCount }), ...more },
})
type Reads = Record<string, Parameters<typeof compileGet>[0]>
const read = (reads: Reads, raw: { args?: unknown[]; result?: unknown; chunk?: unknown }) =>
  Object.fromEntries(
    Object.entries(reads).map(([key, word]) => [key, compileGet(word)({ self: undefined, args: [], ...raw })]),
  )

it('thoughts are output, what a tool brought is input, and a refusal is a reason', () => {
  const words = geminiAnswer('result')
  const found = (result: unknown) => read(words, { result })
  const nothing = Object.fromEntries(Object.keys(words).map((key) => [key, undefined]))

  assert.deepEqual(found(usage(300, 10, { thoughtsTokenCount: 700, toolUsePromptTokenCount: 40 })), {
    ...nothing,
    input_tokens: 340,
    output_tokens: 710,
    reasoning_tokens: 700,
  })
  assert.deepEqual(found(usage(3, undefined, { thoughtsTokenCount: 7, cachedContentTokenCount: 2 })), {
    ...nothing,
    input_tokens: 3,
    output_tokens: 7,
    reasoning_tokens: 7,
    cached_tokens: 2,
  })
  assert.equal(found({ promptFeedback: { blockReason: 'SAFETY' } }).finish_reason, 'SAFETY')
  assert.equal(found({ candidates: [{ finishReason: 'MAX_TOKENS' }], modelVersion: 'm-1' }).finish_reason, 'MAX_TOKENS')
  for (const none of [undefined, null, 5, {}, { usageMetadata: null, candidates: 'a' }])
    assert.deepEqual(found(none), nothing)
})

it('the turns of a call with function calls are added up, those of another call with the same parameters are not', () => {
  const turn = (params: object, result: unknown) => askedOnce(callOf({ self: undefined, args: [params], result }))
  const [asked, made] = [{ model: 'm' }, { model: 'm' }]
  const [first, last, alone] = [usage(100, 5), usage(300, 20), usage(7, 1)]
  turn(made, first)
  turn(made, last)
  turn(asked, usage(7, 1))
  turn(asked, alone)
  const inputOf = (args: unknown[], result: unknown) => read(ofAllTurns, { args, result }).input_tokens

  assert.equal(inputOf([asked], last), 400)
  assert.equal(read(ofAllTurns, { args: [asked], result: last }).output_tokens, 25)
  assert.equal(inputOf([asked], alone), 7)
  assert.equal(inputOf([asked], usage(9)), 9)
  for (const none of [undefined, null, 'text', {}]) assert.equal(inputOf([none], none), undefined)
})

it('a stream counts each turn once: its last count, until functions are called or another answer begins', () => {
  const args = [{}]
  const chunks = [
    { responseId: 'a', ...usage(100, 1) },
    { responseId: 'a', ...usage(100, 5) },
    { candidates: [{ content: { role: 'user', parts: [{ functionResponse: {} }] } }] },
    { responseId: 'b', ...usage(300, 2) },
    { responseId: 'b', ...usage(300, 20, { thoughtsTokenCount: 3 }) },
    { responseId: 'c', ...usage(50, 1) },
  ]

  const found = chunks.map((chunk) => {
    const { input_tokens, output_tokens } = read(ofAllTurnsSoFar, { args, chunk })
    return [input_tokens, output_tokens]
  })

  assert.deepEqual(found, [
    [100, 1],
    [100, 5],
    [100, 5],
    [400, 7],
    [400, 28],
    [450, 29],
  ])
  assert.equal(read(ofAllTurnsSoFar, { args: [{}], chunk: chunks[0] }).input_tokens, 100)
  for (const none of [undefined, null, 5, {}])
    assert.equal(read(ofAllTurnsSoFar, { args: [{}], chunk: none }).input_tokens, undefined)
})

it('a piece of the answer is a text or a call, not a thought or what a function gave', () => {
  const chunk = (...parts: unknown[]) => ({ candidates: [{ content: { parts } }] })

  for (const part of [{ text: 'a' }, { functionCall: {} }, { inlineData: {} }])
    assert.equal(isAnswer(chunk({}, part)), true)
  for (const part of [{ text: '' }, { text: 'a', thought: true }, { functionResponse: {} }, null])
    assert.equal(isAnswer(chunk(part)), false)
  for (const none of [undefined, {}, { candidates: [] }, { candidates: [{ content: { parts: 'a' } }] }])
    assert.equal(isAnswer(none), false)
})

it('a list of parts is one text to embed', () => {
  const text = (given: unknown) => compileGet(textAsked)({ self: undefined, args: [given] })

  assert.equal(text(['a', { text: 'b' }]), 'a\nb')
  assert.equal(text({ content: { role: 'user', parts: [{ text: 'a' }] } }), 'a')
  assert.equal(text([{ inlineData: {} }]), undefined)
})
