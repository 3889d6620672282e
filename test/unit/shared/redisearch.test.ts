import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compileCommands } from '../../../instrumentations/shared/redisearch.ts'
import { saidOf } from '../../support/said.ts'

const commands = compileCommands(({ args }) => ({ name: args[0], args, from: 1 }))
const said = (args: readonly unknown[], result?: unknown) => saidOf(commands, { args, result })
const floats = Float32Array.from({ length: 8 }, (_, i) => i / 10)
const bytes = Buffer.from(floats.buffer)
const doubles = Buffer.from(Float64Array.from({ length: 8 }, (_, i) => Math.sin(i + 1)).buffer)

describe('a command of Redis', () => {
  it('searches an index by vector, with its number, its candidates and its filter', () => {
    const query = '@a:{b}=>[KNN $K @v $blob EF_RUNTIME 20]'
    const found = said(['FT.SEARCH', 'idx', query, 'PARAMS', '4', 'K', '7', 'blob', bytes], [2, 'a', [], 'b', []])

    assert.deepEqual(found, {
      ...{ scope: 'search', operation: 'ft.search', collection: 'idx' },
      ...{ top_k: 7, candidates: 20, filtered: true, results: 2 },
    })
    const small = said(['FT.SEARCH', 'idx', '*=>[KNN $k @v $b]', 'PARAMS', '4', 'K', '9', 'k', '7'])
    assert.equal(small?.top_k, 7)
    assert.equal(said(['FT.SEARCH', 'idx', '*=>[KNN $k @v $b]', 'LIMIT', '0', '5'])?.top_k, 5)
    assert.equal(said(['ft.search', 'idx', '*=>[KNN 3 @v $b]'])?.filtered, false)
    assert.equal(said(['FT.SEARCH', 'idx', '@v:[VECTOR_RANGE 0.5 $b]', 'LIMIT', '0', '4'])?.top_k, 4)
    assert.equal(said(['FT.SEARCH', 'idx', 'words'])?.scope, 'query')
  })

  it('has as many results as its reply, in either protocol and with what it was asked to add', () => {
    const results = (words: readonly string[], reply: unknown) =>
      said(['FT.SEARCH', 'idx', '*=>[KNN 3 @v $b]', ...words], reply)?.results

    assert.equal(results(['NOCONTENT'], [2, 'a', 'b']), 2)
    assert.equal(results(['WITHSCORES'], [1, 'a', '0.5', []]), 1)
    assert.equal(results(['RETURN', '0'], [2, 'a', 'b']), 2)
    assert.equal(results([], new Map([['results', [1, 2, 3]]])), 3)
    assert.equal(results([], { results: [1] }), 1)
    assert.equal(results([], []), undefined)
    assert.equal(said(['FT.AGGREGATE', 'i', '*=>[KNN 3 @v $b]', 'WITHCURSOR'], [[1, [], []], 5])?.results, 2)
  })

  it('has the lowest and the highest distance of its rows, by whatever name and in either protocol', () => {
    const scores = (query: string, reply: unknown) => {
      const found = said(['FT.SEARCH', 'idx', query], reply)
      return [found?.top_score, found?.last_score, found?.score_kind]
    }
    const flat = (field: string) => [2, 'a', ['text', 'x', field, '0.5'], 'b', [field, '0.25']]
    const row = (near: string) => new Map([['extra_attributes', new Map([['near', near]])]])

    assert.deepEqual(scores('*=>[KNN 3 @v $b AS near]', flat('near')), [0.25, 0.5, 'distance'])
    assert.deepEqual(scores('*=>[KNN $k @v $b]', flat('__v_score')), [0.25, 0.5, 'distance'])
    assert.deepEqual(scores('@v:[VECTOR_RANGE 1 $b]=>{$YIELD_DISTANCE_AS: d}', flat('d')), [0.25, 0.5, 'distance'])
    assert.deepEqual(scores('*=>[KNN 3 @v $b AS near]', flat('other')), [undefined, undefined, undefined])
    assert.deepEqual(scores('*=>[KNN 3 @v $b AS near]', [2, 'a', 'b']), [undefined, undefined, undefined])
    const map = new Map([['results', [row('0.5'), row('1')]]])
    assert.deepEqual(scores('*=>[KNN 3 @v $b AS near]', map), [0.5, 1, 'distance'])
    const turns = ['total_results', 1, 'results', [['id', 'a', 'extra_attributes', ['near', '0.5']]]]
    assert.deepEqual(scores('*=>[KNN 3 @v $b AS near]', turns), [0.5, 0.5, 'distance'])
  })

  it('searches a set of vectors', () => {
    const found = said(['VSIM', 'key', 'VALUES', '3', '1', '2', '3', 'COUNT', '5', 'EF', '9'], ['a', 'b'])

    assert.deepEqual(found, {
      ...{ scope: 'search', operation: 'vsim', top_k: 5, candidates: 9, filtered: false, dimensions: 3, results: 2 },
    })
    assert.equal(said(['VSIM', 'key', 'FP32', bytes, 'WITHSCORES', 'FILTER', '.a'], ['a', '1'])?.dimensions, 8)
    assert.equal(said(['VSIM', 'key', 'ELE', 'a', 'WITHSCORES'], ['a', '1', 'b', '1'])?.results, 2)
    assert.equal(said(['VSIM', 'key', 'ELE', 'a', 'WITHSCORES'], new Map([['a', 1]]))?.results, 1)
  })

  it('has the highest and the lowest similarity of what a set of vectors gives, where it asks for them', () => {
    const scores = (words: readonly string[], reply: unknown) => {
      const found = said(['VSIM', 'key', 'ELE', 'a', ...words], reply)
      return [found?.top_score, found?.last_score, found?.score_kind]
    }
    const none = [undefined, undefined, undefined]

    assert.deepEqual(scores(['WITHSCORES'], ['a', '1', 'b', '0.25']), [1, 0.25, 'similarity'])
    assert.deepEqual(scores(['withscores', 'WITHATTRIBS'], ['a', '1', '7', 'b', '0.5', '8']), [1, 0.5, 'similarity'])
    assert.deepEqual(
      scores(
        ['WITHSCORES'],
        new Map([
          ['9', 1],
          ['1', 0.5],
        ]),
      ),
      [1, 0.5, 'similarity'],
    )
    assert.deepEqual(scores(['WITHSCORES', 'WITHATTRIBS'], new Map([['a', [0.75, '{}']]])), [0.75, 0.75, 'similarity'])
    assert.deepEqual(scores(['WITHSCORES'], { 9: 1, 1: 0.5 }), [1, 0.5, 'similarity'])
    assert.deepEqual(scores([], ['a', '1', 'b', '2']), none)
    assert.deepEqual(scores(['WITHSCORES'], []), none)
  })

  it('searches by words and vector at once, and says how long it took', () => {
    const reply = ['total_results', 1, 'results', [[]], 'execution_time', '1.5']
    const found = said(['FT.HYBRID', 'idx', 'SEARCH', 'w', 'VSIM', '@v', '$b', 'KNN', '2', 'K', '6'], reply)

    assert.deepEqual([found?.scope, found?.top_k, found?.server_ms, found?.results], ['search', 6, 1.5, 1])
  })

  it('writes vectors', () => {
    assert.deepEqual(said(['VADD', 'key', 'VALUES', '2', '1', '2', 'a']), {
      ...{ scope: 'upsert', operation: 'vadd', dimensions: 2 },
    })
    assert.equal(said(['HSET', 'key', 'v', bytes])?.scope, 'upsert')
    assert.equal(said(['HSET', 'key', 'v', doubles])?.scope, 'upsert')
    const document = JSON.stringify({ text: 'a', embedding: [1, 2] })
    assert.equal(said(['JSON.SET', 'key', '$', document])?.scope, 'upsert')
    assert.equal(said(['JSON.SET', 'key', '$.v', JSON.stringify([...floats])])?.scope, 'upsert')
    assert.equal(said(['JSON.MSET', 'key', '$', '{}', 'other', '$', document])?.scope, 'upsert')
    assert.equal(said(['JSON.SET', 'embeddings', '$.embedding', '"[1]"'])?.scope, 'query')
    assert.equal(said(['JSON.SET', 'key', '$.a', '[1,2,3,4,5,6,7,8]'])?.scope, 'query')
    assert.equal(said(['HSET', 'key', 'v', Buffer.alloc(64)])?.scope, 'query')
    assert.equal(said(['HSET', 'key', 'v', Buffer.alloc(32)])?.scope, 'query')
    assert.equal(said(['HSET', 'key', 'v', Buffer.from('a text that is as long as a vector')])?.scope, 'query')
  })

  it('says its name alone otherwise, and that only if it is one', () => {
    assert.deepEqual(said(['GET', 'key']), { scope: 'query', operation: 'get' })
    assert.deepEqual(said(['a key', 'b']), { scope: 'query' })
    assert.deepEqual(said([5]), { scope: 'query' })
  })

  it('is taken where all that is asked of it is true', () => {
    const some = compileCommands(
      ({ args }) => (args[0] === 'MULTI' ? undefined : { name: args[0], args, from: 1 }),
      (test) => (call) => call.args.length > 1 && test(call),
    )

    assert.equal(saidOf(some, { args: ['MULTI', 'a'] }), undefined)
    assert.equal(saidOf(some, { args: ['GET'] }), undefined)
    assert.equal(saidOf(some, { args: ['GET', 'a'] })?.operation, 'get')
  })
})
