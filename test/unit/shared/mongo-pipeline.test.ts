import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { methodsOf } from '../../../agent/methods.ts'
import mongodb from '../../../instrumentations/mongodb.ts'
import { saidOf } from '../../support/said.ts'

/** As the driver has it: the name is a getter. */
const operation = (name: string, more: object) => ({
  get commandName() {
    return name
  },
  ...more,
})
const operations = methodsOf(mongodb).filter(({ at }) => at === 'executeOperation')
const said = (name: string, more: object, result?: unknown) =>
  saidOf(operations, { args: [{}, operation(name, more)], result })
const $vectorSearch = { index: 'i', limit: 5, numCandidates: 50, filter: { a: 1 } }
const vector = Array.from({ length: 32 }, (_, i) => i + 0.5)

describe('an operation of MongoDB', () => {
  it('searches by a first stage of vectors, whatever it is called', () => {
    assert.deepEqual(said('aggregate', { target: 'films', pipeline: [{ $vectorSearch }] }), {
      ...{ scope: 'search', collection: 'films', operation: 'aggregate', top_k: 5, candidates: 50, filtered: true },
    })
    const knn = said('aggregate', { pipeline: [{ $search: { index: 'i', knnBeta: { k: 3 } } }] })
    assert.deepEqual([knn?.top_k, knn?.filtered], [3, false])
  })

  it('searches by pipelines that are fused, whose number is a stage of its own', () => {
    const input = { pipelines: { words: [{ $search: {} }], near: [{ $vectorSearch }] } }
    const found = said('aggregate', { pipeline: [{ $rankFusion: { input } }, { $limit: 9 }] })

    assert.deepEqual([found?.scope, found?.top_k, found?.candidates], ['search', 9, 50])
  })

  it('inserts vectors: the binary of that kind, or many fractions', () => {
    const ns = { collection: 'films' }
    const inserted = (document: object) => said('insert', { ns, documents: [document, {}] })

    assert.deepEqual(inserted({ e: { sub_type: 9 } }), {
      ...{ scope: 'upsert', collection: 'films', operation: 'insert', batch_size: 2 },
    })
    assert.equal(inserted({ e: vector })?.scope, 'upsert')
    for (const e of [[1, 2], { sub_type: 0 }, 'text']) assert.equal(inserted({ e })?.scope, 'query')
    const changed = (name: string, more: object) => said(name, more)?.scope
    const $set = { embedding: [1, 2] }
    assert.equal(changed('update', { statements: [{ u: {} }, { q: {}, u: { $set } }] }), 'upsert')
    assert.equal(changed('update', { statements: [{ q: {}, u: [{ $set }] }] }), 'upsert')
    assert.equal(changed('update', { statements: [{ q: $set, u: { $set: { a: 1 } } }] }), 'query')
    assert.equal(changed('findAndModify', { update: { $set } }), 'upsert')
    assert.equal(changed('findAndModify', { cmdBase: { update: { $set } } }), 'upsert')
    assert.equal(changed('findAndModify', { replacement: { e: vector } }), 'upsert')
    assert.equal(changed('bulkWrite', { commandBuilder: { models: [{ update: { $set } }] } }), 'upsert')
    assert.equal(changed('delete', { statements: [{ q: $set }] }), 'query')
    assert.equal(said('find', { documents: [{ e: vector }] })?.scope, 'query')
  })

  it('is none where it is a part of another', () => {
    for (const name of ['getMore', 'killCursors', 'endSessions', 'bulkWrite']) assert.equal(said(name, {}), undefined)
    assert.equal(said('insert', { docs: [{}] }), undefined)
  })

  it('has no collection where it is of a whole database', () => {
    assert.equal(said('aggregate', { target: '$cmd.aggregate' })?.collection, undefined)
    assert.equal(said('ping', { ns: { collection: '$cmd' } })?.collection, undefined)
  })
})
