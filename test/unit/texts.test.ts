import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { textIn, textsIn } from '../../instrumentations/shared/texts.ts'

describe('the texts of nested contents', () => {
  it('are those of texts, parts and contents, each item of a list one input', () => {
    const part = { text: 'one' }

    assert.deepEqual(
      textsIn(['one', part, { parts: [part] }, { content: { role: 'user', parts: [part] } }, { content: 'one' }]),
      Array(5).fill('one'),
    )
    assert.equal(textsIn('one'), 'one')
    assert.equal(textsIn({ parts: [part, { type: 'text', text: 'two' }] }), 'one\ntwo')
    assert.equal(textIn([part, 'two']), 'one\ntwo')
    assert.deepEqual(textsIn([['one', 'two'], ['three']]), ['one\ntwo', 'three'])
  })

  it('are none of what holds a picture, or anything else', () => {
    const picture = { type: 'image_url', image_url: 'https://example.com/a.png' }

    assert.deepEqual(textsIn([picture, { content: [{ text: 'one' }, picture] }, { parts: [] }, 5, null]), [
      ...[undefined, undefined, ''],
      ...[undefined, undefined],
    ])
    for (const value of [undefined, null, 5, {}, picture]) assert.equal(textsIn(value), undefined)
  })

  it('are of 2,048 inputs, and of inputs of as many parts', () => {
    assert.equal((textsIn(Array(2049).fill('a')) as unknown[]).length, 2048)
    assert.equal(textIn(Array(2048).fill('a'))?.length, 4095)
    assert.equal(textIn(Array(2049).fill('a')), undefined)
  })
})
