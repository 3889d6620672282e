import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { bulkOf, holdsVector } from '../../../instrumentations/shared/documents.ts'

const eight = Array.from({ length: 8 }, (_, i) => i + 0.5)

describe('a document', () => {
  it('holds a vector that is named like one, or that is long and has fractions', () => {
    const held = [
      { text_embedding: [1, 2] },
      { vec: { word: 0.5 } },
      { a: eight },
      { parts: [{ a: eight }] },
      { doc: { embedding: [1] } },
      { a: Float32Array.from({ length: 32 }) },
    ]
    for (const document of held) {
      assert.ok(holdsVector(document), JSON.stringify(document))
      if (!('a' in document && document.a instanceof Float32Array)) assert.ok(holdsVector(JSON.stringify(document)))
    }
  })

  it('holds none in places, lists of numbers or words, and counts of words', () => {
    const none = [
      { place: [8.54, 47.37] },
      { a: eight.slice(1) },
      { tags: eight.map(Math.floor) },
      { tags: ['a', 'b'] },
      { counts: { word: 3 } },
      { text: 'embedding [1]' },
      { a: null },
      [],
    ]
    for (const document of none) {
      assert.ok(!holdsVector(document), JSON.stringify(document))
      assert.ok(!holdsVector(JSON.stringify(document)), JSON.stringify(document))
    }
    for (const document of [undefined, null, 5, '']) assert.ok(!holdsVector(document))
  })
})

describe('a bulk', () => {
  const put = [{ index: { _id: 1 } }, { embedding: [1] }]
  const drop = [{ delete: { _id: 1 } }]

  it('is what its actions are, in objects, in their texts or in one', () => {
    const asTexts = (lines: readonly object[]) => lines.map((line) => JSON.stringify(line))
    const bulks = (lines: readonly object[]) => [lines, asTexts(lines), `${asTexts(lines).join('\n')}\n`].map(bulkOf)

    for (const bulk of bulks([...put, ...put])) assert.deepEqual(bulk, { action: 'index', hasVectors: true })
    for (const bulk of bulks([...drop, ...drop])) assert.deepEqual(bulk, { action: 'delete', hasVectors: false })
    for (const bulk of bulks([...drop, ...put])) assert.deepEqual(bulk, { action: undefined, hasVectors: true })
  })

  it('is nothing where it is none', () => {
    for (const given of [undefined, null, 5, '', [], [null], ['text']])
      assert.deepEqual(bulkOf(given), { action: undefined, hasVectors: false })
  })
})
