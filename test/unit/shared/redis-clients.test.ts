import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { commands, pipelines, queueSize } from '../../../instrumentations/shared/ioredis.ts'
import { chained, multi, queued, sent, takesScript } from '../../../instrumentations/shared/node-redis.ts'
import { saidOf } from '../../support/said.ts'

const vadd = ['VADD', 'key', 'VALUES', '2', '1', '2', 'a']

describe('a command of node-redis', () => {
  it('is what is sent, but the words of a script that is taken', () => {
    const redisArgs = ['EVALSHA', 'hash']
    const script = [{ scope: 'query', when: takesScript }]

    assert.equal(saidOf(sent, { args: [redisArgs] })?.operation, 'evalsha')
    assert.ok(saidOf(script, { args: [undefined, { redisArgs }] }))
    assert.equal(saidOf(sent, { args: [redisArgs] }), undefined)
  })

  it("is what is queued, but a transaction's and the client's own", () => {
    assert.equal(saidOf(queued, { args: [vadd] })?.scope, 'upsert')
    assert.equal(saidOf(queued, { args: [vadd, { chainId: Symbol('chain') }] }), undefined)
    assert.equal(saidOf(queued, { args: [vadd, { asap: true }] }), undefined)
  })

  it('counts among others as the foremost of them', () => {
    const get = { args: ['GET', 'key'] }

    assert.deepEqual(saidOf(multi, { args: [[get, { args: vadd }]] }), {
      ...{ scope: 'upsert', operation: 'multi', batch_size: 2 },
    })
    assert.equal(saidOf(multi, { args: [[get]] })?.scope, 'query')
    assert.equal(saidOf(chained, { args: [[{ args: vadd }], 0] }), undefined)
    assert.equal(saidOf(chained, { args: [[{ args: vadd }], 0, Symbol('chain')] })?.scope, 'upsert')
  })
})

describe('a command of ioredis', () => {
  const command = (name: string, args: readonly unknown[] = []) => ({ name, args })
  const said = (one: object, self: object = {}) => saidOf(commands, { self, args: [one] })

  it('is taken once, however often it is sent', () => {
    const add = command('vadd', vadd.slice(1))

    assert.deepEqual(said(add), { scope: 'upsert', operation: 'vadd', dimensions: 2 })
    assert.equal(said(add), undefined)
  })

  it("is none of the client's own, nor of a cluster's or a pipeline's", () => {
    const cluster = { options: { connectionName: 'ioredis-cluster(refresher)' } }
    const check = command('cluster')

    assert.equal(said(command('info'), { status: 'connect' }), undefined)
    assert.equal(said(command('get'), { status: 'connect' })?.operation, 'get')
    assert.equal(said(command('get'), cluster), undefined)
    assert.equal(said(command('asking')), undefined)
    assert.equal(said(check, { status: 'connect', connectionPool: {} }), undefined)
    assert.equal(said(check), undefined)
    assert.equal(said({ ...command('get'), pipelineIndex: 0 }), undefined)
  })

  it('is in a pipeline, which is the foremost of its commands and taken once', () => {
    const pipeline = (...queue: object[]) => ({ self: { _queue: queue } })
    const add = pipeline(command('get'), command('vadd'))

    assert.equal(saidOf(pipelines, add)?.scope, 'upsert')
    assert.equal(saidOf(pipelines, add), undefined)
    assert.equal(saidOf(pipelines, pipeline()), undefined)
    const begun = pipeline(command('multi'), command('get'), command('exec'))
    assert.equal(queueSize({ ...begun } as never), 1)
    assert.equal(queueSize({ ...add } as never), 2)
    assert.equal(saidOf(pipelines, { self: { ...begun.self, _transactions: 1 } }), undefined)
  })
})
