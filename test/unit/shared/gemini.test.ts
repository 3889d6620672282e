import assert from 'node:assert/strict'
import { it } from 'node:test'
import { compileGet } from '../../../agent/scope/read.ts'
import { textAsked } from '../../../instrumentations/shared/gemini.ts'

it('a list of parts is one text to embed', () => {
  const text = (given: unknown) => compileGet(textAsked)({ self: undefined, args: [given] })

  assert.equal(text(['a', { text: 'b' }]), 'a\nb')
  assert.equal(text({ content: { role: 'user', parts: [{ text: 'a' }] } }), 'a')
  assert.equal(text([{ inlineData: {} }]), undefined)
})
