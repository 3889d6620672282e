import assert from 'node:assert/strict'
import { it } from 'node:test'
import { callOf } from '../../../agent/scope/view.ts'
import { foundOne, nameOf, noted, tenantOf, tokens } from '../../../instrumentations/shared/weaviate.ts'

it('knows the name and tenant of a collection by the object of functions that was made for it, and no other', () => {
  const [books, films] = [{}, {}]
  const make = (result: unknown, name: string, tenant?: string) =>
    noted(callOf({ self: undefined, args: [{}, name, {}, undefined, tenant], result }))
  make(books, 'Books', 'acme')
  make(undefined, 'Films')

  const known = [books, films, undefined].map((self) => callOf({ self, args: [] }))
  assert.deepEqual(known.map(nameOf), ['Books', undefined, undefined])
  assert.deepEqual(known.map(tenantOf), ['acme', undefined, undefined])
})

it('tells one object from none, and neither of a call that failed', () => {
  const found = [{}, null, undefined].map((result) => foundOne(callOf({ self: undefined, args: [], result })))

  assert.deepEqual(found, [1, 0, undefined])
})

it('adds up the tokens of all answers, in the words of each model', () => {
  const of = (result: unknown) => {
    const call = callOf({ self: undefined, args: [], result })
    return [tokens('input')(call), tokens('output')(call)]
  }
  const generative = (metadata: unknown) => ({ generative: { metadata } })
  const openai = generative({ openai: { usage: { promptTokens: 3, completionTokens: 1, totalTokens: 4 } } })
  const others = [
    generative({ anthropic: { usage: { inputTokens: 10, outputTokens: 5 } } }),
    generative({ cohere: { tokens: { inputTokens: 20, outputTokens: 6 } } }),
    generative({ google: { usageMetadata: { promptTokenCount: 30, candidatesTokenCount: 7 } } }),
    generative({ ollama: {} }),
  ]

  assert.deepEqual(of({ objects: [openai, openai] }), [6, 2])
  assert.deepEqual(of({ objects: others, ...openai }), [63, 19])
  for (const none of [undefined, null, {}, { objects: [{}, generative(undefined)] }])
    assert.deepEqual(of(none), [undefined, undefined])
})
