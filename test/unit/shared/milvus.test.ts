import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { callOf } from '../../../agent/scope/view.ts'
import { candidatesOf, failureOf, namespaceOf, queriesIn } from '../../../instrumentations/shared/milvus.ts'

const asks = (request: unknown, self: unknown = undefined) => callOf({ self, args: [request] })

describe('requests of Milvus', () => {
  it('have so many queries as there are vectors or texts in a list', () => {
    const queries = (request: unknown) => queriesIn(asks(request))

    for (const data of [[[1, 2]], [Float32Array.of(1)], ['text']]) assert.equal(queries({ data }), 1)
    assert.equal(queries({ vectors: [[1], [2]] }), 2)
    assert.equal(queries({ data: [{ anns_field: 'a', data: [[1], [2], [3]] }, { anns_field: 'b' }] }), 3)
    for (const data of [[1, 2], { 5: 0.5 }, [{ index: 1, value: 2 }], 'text', undefined])
      assert.equal(queries({ data }), undefined)
  })

  it('say in several places what the index looks at', () => {
    const candidates = (request: unknown) => candidatesOf(asks(request))

    for (const request of [
      { params: { ef: 5 } },
      { params: { nprobe: '5' } },
      { searchParams: { params: { search_list: 5 } } },
      { search_params: { ef: 5 } },
      { search_params: { params: '{"metric":"L2","nprobe": 5}' } },
      { data: [{ anns_field: 'a', data: [1], params: { ef: 5 } }] },
      { search: [{ data: [[1]], params: { ef: 5 } }] },
    ])
      assert.equal(candidates(request), 5)
    for (const none of [undefined, {}, { params: {} }, { search_params: { params: '{' } }])
      assert.equal(candidates(none), undefined)
  })

  it('go to one partition, or to a database, by default the one that the client uses', () => {
    const client = { metadata: new Map([['dbname', 'own']]) }
    const namespace = (request: unknown) => namespaceOf(asks(request, client))

    assert.equal(namespace({ partition_names: ['p'], db_name: 'd' }), 'p')
    assert.equal(namespace({ partitionName: 'p' }), 'p')
    assert.equal(namespace({ partition_names: ['p', 'q'], db_name: 'd' }), 'd')
    assert.equal(namespace({ dbName: 'd' }), 'd')
    assert.equal(namespace({}), 'own')
    for (const self of [undefined, null, {}, { metadata: {} }]) assert.equal(namespaceOf(asks({}, self)), undefined)
  })
})

it("tells a failure of Milvus by its name and number, in each protocol's form", () => {
  const failure = (result: unknown) => failureOf(callOf({ self: undefined, args: [], result }))

  assert.deepEqual(failure({ status: { error_code: 'UnexpectedError', code: 101 } }), {
    name: 'UnexpectedError',
    code: 101,
  })
  assert.deepEqual(failure({ status: { error_code: 'SchemaMismatch', code: 0 } }), {
    name: 'SchemaMismatch',
    code: undefined,
  })
  assert.deepEqual(failure({ code: 1100, message: 'text' }), { name: '', code: 1100 })
  for (const success of [{ status: { error_code: 'Success', code: 0 } }, { code: 0 }, { code: 200 }, {}, undefined])
    assert.equal(failure(success), undefined)
})
