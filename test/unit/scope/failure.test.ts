import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Scope } from '../../../agent/call.ts'
import { zero } from '../../../agent/ledger.ts'
import type { Read } from '../../../agent/model.ts'
import { errorName, failureOf, statusOf } from '../../../agent/scope/failure.ts'
import { compilePoint } from '../../../agent/scope/point.ts'

const parts = { on: true, slow_call_ms: 0, counts: zero(), userEntry: false, warnOnce() {} }
const pointOf = (failed: Read) =>
  compilePoint({ name: 'own', module: 'own', target: 'own' }, { at: 'f', scope: 's', failed }, parts)
const scopeOf = (failed: Read, failure?: unknown) => ({ point: pointOf(failed), args: [], failure }) as unknown as Scope
const told = (failed: Read, result: unknown, failure?: unknown) => {
  const error = failureOf(scopeOf(failed, failure), result)
  return error === undefined ? undefined : [errorName(error), statusOf(error)]
}

describe('a failure that was returned', () => {
  it('is told by its class or name, and by its number', () => {
    class StoreError extends Error {
      code = '57014'
    }

    assert.deepEqual(told('result.error', { error: new StoreError('private') }), ['StoreError', '57014'])
    assert.deepEqual(told('result.error', { error: { name: 'Timeout', status: 504 } }), ['Timeout', 504])
    assert.deepEqual(told('result.code', { code: 'IllegalArgument' }), ['IllegalArgument', undefined])
    assert.deepEqual(told('result.code', { code: 1100 }), ['Error', 1100])
    assert.deepEqual(told("result.timed_out && 'timed_out'", { timed_out: true }), ['timed_out', undefined])
    assert.deepEqual(told('result.hasErrors', { hasErrors: true }), ['Error', undefined])
    const byFunction: Read = ({ result }) => (result as { error: unknown }).error
    assert.deepEqual(told(byFunction, { error: new StoreError('private') }), ['StoreError', '57014'])
  })

  it('is none where nothing is reported', () => {
    for (const error of [undefined, null, 0, '', false]) assert.equal(told('result.error', { error }), undefined)
    assert.equal(told('result.error', undefined), undefined)
  })

  it('keeps no text', () => {
    const text = 'no row named private'
    assert.deepEqual(told('result.error', { error: text }), ['Error', undefined])
    assert.deepEqual(told('result.error', { error: { message: text, name: text, code: text } }), ['Error', undefined])
  })

  it('is kept from the chunk that tells it', () => {
    const point = pointOf('result.error ?? chunk.error.code')
    const chunk = { error: { code: 'server_error' } }

    assert.equal(point.failedChunk?.({ self: undefined, args: [], chunk }), 'server_error')
    assert.equal(pointOf('result.error').failedChunk, undefined)
    assert.deepEqual(told('result.error', {}, 'server_error'), ['server_error', undefined])
  })
})

it('is called by the class that it extends where its own has no name', () => {
  class RequestError extends Error {}
  const [of] = [class extends RequestError {}]

  assert.equal(errorName(new of()), 'RequestError')
  assert.equal(errorName(new (class extends Error {})()), 'Error')
})

describe('the status of an error', () => {
  const of = (own: object, cause?: unknown) => statusOf(Object.assign(new Error('private', { cause }), own))

  it('is its number or code, where libraries keep it', () => {
    assert.equal(of({ status: 429, code: 'rate_limit_exceeded' }), 429)
    assert.equal(of({ statusCode: 503 }), 503)
    assert.equal(of({ code: 'ECONNREFUSED' }), 'ECONNREFUSED')
    assert.equal(of({ code: '42P01' }), '42P01')
    assert.equal(of({ code: 14 }), 14)
    assert.equal(of({ $metadata: { httpStatusCode: 400 } }), 400)
    assert.equal(of({ meta: { statusCode: 404 } }), 404)
    assert.equal(of({ response: { status: 401 } }), 401)
    assert.equal(of({ response: new Response('', { status: 429 }) }), 429)
    assert.equal(of({ response: new Proxy(new Response(), {}) }), undefined)
    assert.equal(of({ httpResponse: { status: 422 } }), 422)
    assert.equal(of({ status_code: 404 }), 404)
    assert.equal(of({ httpStatus: 404 }), 404)
    assert.equal(of({ rawResponse: { errors: [{ errorCode: 'COLLECTION_NOT_EXIST' }] } }), 'COLLECTION_NOT_EXIST')
  })

  it('is its cause’s where it has none, a few deep, and in no circle', () => {
    assert.equal(of({}, Object.assign(new Error(), { code: 'ECONNRESET' })), 'ECONNRESET')
    const circle: { cause?: unknown } = {}
    circle.cause = circle
    assert.equal(of(circle), undefined)
  })

  it('is not a text, nothing else’s, and runs no getter', () => {
    assert.equal(of({ status: 'error', code: 'not found: private' }), undefined)
    assert.equal(of({ code: 'A'.repeat(33) }), undefined)
    assert.equal(of({ code: 'A'.repeat(32) }), 'A'.repeat(32))
    for (const thrown of ['TEXT', 7, undefined, null]) assert.equal(statusOf(thrown), undefined)
    const hostile = Object.defineProperty(new Error(), 'status', {
      get() {
        throw new Error('run')
      },
    })
    assert.equal(statusOf(hostile), undefined)
    const traps = Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((name) => [name, () => assert.fail(name)]))
    const proxy = new Proxy({ status: 1 }, traps)
    assert.deepEqual([statusOf(proxy), errorName(proxy)], [undefined, 'Error'])
  })
})
