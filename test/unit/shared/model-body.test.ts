import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Call } from '../../../agent/model.ts'
import { compileGet } from '../../../agent/scope/read.ts'
import { embedding, parsed, ranking, textsAsked } from '../../../instrumentations/shared/model-body.ts'

const bytes = (value: unknown) => Buffer.from(JSON.stringify(value))
type Reads = Readonly<Record<string, (call: Call) => unknown>>
/** What they read of a command that was given one body and answered with another. */
function read(reads: Reads, asked: unknown, answered: unknown) {
  const call = {
    self: undefined,
    args: [{ input: { body: JSON.stringify(asked) } }],
    result: { body: bytes(answered) },
  }
  return Object.fromEntries(
    Object.entries(reads).flatMap(([key, get]) => {
      const value = compileGet(get)(call)
      return value === undefined ? [] : [[key, value]]
    }),
  )
}

describe('a body of a model', () => {
  it('is parsed, text or bytes; one that is large or no JSON is not', () => {
    assert.deepEqual(parsed('{"a":1}'), { a: 1 })
    assert.deepEqual(parsed(bytes({ a: 1 })), { a: 1 })
    assert.deepEqual(parsed(JSON.stringify('x'.repeat(999_998))), 'x'.repeat(999_998))
    for (const body of [JSON.stringify('x'.repeat(999_999)), '{', undefined, 5, { a: 1 }])
      assert.equal(parsed(body), undefined)
  })

  it('holds one vector, a list of them, or a list for each kind of number', () => {
    const two = [
      [1, 2, 3],
      [4, 5, 6],
    ]

    assert.deepEqual(read(embedding, { inputText: 'a' }, { embedding: [1, 2], inputTextTokenCount: 4 }), {
      ...{ batch_size: 1, dimensions: 2, results: 1 },
      input_tokens: 4,
    })
    for (const embeddings of [two, { float: two }, { id: 'x', int8: two, float: two }])
      assert.deepEqual(read(embedding, { texts: ['a', 'b'] }, { embeddings }), {
        ...{ batch_size: 2, dimensions: 3, results: 2 },
      })
    for (const listed of [
      { embeddings: [{ embeddingType: 'TEXT', embedding: [1, 2] }] },
      { data: [{ embedding: [1, 2] }] },
    ])
      assert.deepEqual(read(embedding, { inputText: 'a' }, listed), { batch_size: 1, dimensions: 2, results: 1 })
    assert.deepEqual(read(embedding, { images: ['a', 'b', 'c'] }, {}), { batch_size: 3 })
  })

  it('asks for texts; none beside a picture', () => {
    const inputs = { texts: textsAsked }

    assert.deepEqual(read(inputs, { inputText: 'a' }, {}), { texts: 'a' })
    assert.deepEqual(read(inputs, { texts: ['a'] }, {}), { texts: ['a'] })
    assert.deepEqual(read(inputs, { inputs: [{ content: [{ text: 'a' }] }] }, {}), { texts: ['a'] })
    assert.deepEqual(read(inputs, { inputText: 'a', inputImage: 'b' }, {}), {})
  })

  it('asks for an order of documents', () => {
    assert.deepEqual(read(ranking, { documents: ['a', 'b'], query: 'abc', top_n: 1 }, { results: [{ index: 0 }] }), {
      ...{ batch_size: 2, query_len: 3, top_k: 1 },
      results: 1,
      order_kept: true,
    })
  })
})
