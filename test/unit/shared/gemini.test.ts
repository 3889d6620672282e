import assert from 'node:assert/strict'
import { it } from 'node:test'
import { compileGet } from '../../../agent/scope/read.ts'
import { modelAsked, textAsked } from '../../../instrumentations/shared/gemini.ts'

it("Gemini's model is named as it was asked for", () => {
  const model = (name: unknown) => compileGet(modelAsked)({ self: { model: name }, args: [] })

  assert.equal(model('models/gemini-2.5-flash'), 'gemini-2.5-flash')
  assert.equal(model('tunedModels/mine'), 'tunedModels/mine')
  for (const none of ['models/', '', 5, {}, undefined]) assert.equal(model(none), undefined)
  assert.equal(compileGet(modelAsked)({ self: undefined, args: [] }), undefined)
})

it('a list of parts is one text to embed', () => {
  const text = (given: unknown) => compileGet(textAsked)({ self: undefined, args: [given] })

  assert.equal(text(['a', { text: 'b' }]), 'a\nb')
  assert.equal(text({ content: { role: 'user', parts: [{ text: 'a' }] } }), 'a')
  assert.equal(text([{ inlineData: {} }]), undefined)
})
