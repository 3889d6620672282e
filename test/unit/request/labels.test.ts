import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createLabels } from '../../../agent/request/labels.ts'

const open = (most = 100, secretHeader?: string) => {
  const told: string[] = []
  const labels = createLabels({
    labels: { tenant: { header: 'x-tenant' }, region: { text: 'eu' }, plan: { header: 'x-plan' } },
    ...{ most, secretHeader },
    location: (name) => `crossbridge.yml:${name}`,
    warnOnce: (_, message) => void told.push(message),
  })
  const of = (...rawHeaders: string[]) => labels.of({ rawHeaders })
  return { ...labels, of: of as typeof of, ofAny: labels.of, told }
}

describe('the labels of a request', () => {
  it('are one object for all requests with the same values, which nobody changes', () => {
    const { of, constants } = open()
    const one = of('Host', 'a', 'X-Tenant', 'acme', 'X-Plan', 'pro')

    assert.deepEqual(one, { region: 'eu', tenant: 'acme', plan: 'pro' })
    assert.equal(of('x-plan', 'pro', 'x-tenant', 'acme'), one)
    assert.equal(Object.isFrozen(one), true)
    assert.equal(of('host', 'a'), constants)
    assert.deepEqual([constants, Object.isFrozen(constants)], [{ region: 'eu' }, true])
  })

  it('are other beyond the most values, while those that came before stay', () => {
    const { of, told, counts } = open(2)

    const found = ['a', 'b', 'c', 'a', 'd', 'other'].map((value) => of('x-tenant', value)?.tenant)
    assert.deepEqual(found, ['a', 'b', 'other', 'a', 'other', 'other'])
    assert.equal(of('x-tenant', 'a', 'x-plan', 'c')?.plan, 'c')
    assert.deepEqual(counts(), { tenant: { values: 2, other: 2 }, plan: { values: 1, other: 0 } })
    assert.equal(told.length, 2)
    assert.match(
      told[0] ?? '',
      /^labels\.tenant \(crossbridge\.yml:tenant\): x-tenant has had more than 2 different values;/,
    )
  })

  it('run nothing of the application: no getter, no proxy', () => {
    const { ofAny, constants } = open()
    const fail = () => assert.fail('it ran')
    const getter = Object.defineProperty({}, 'rawHeaders', { get: fail })
    const list = new Proxy(['x-tenant', 'a'], { get: fail, getOwnPropertyDescriptor: fail, has: fail })
    const value = Object.defineProperty({}, 'x-tenant', { get: fail })

    for (const from of [
      getter,
      { rawHeaders: list },
      value,
      new Proxy({}, { get: fail, getOwnPropertyDescriptor: fail }),
    ])
      assert.equal(ofAny(from), constants)
    assert.equal(ofAny({ rawHeaders: ['x-tenant', { toString: fail }] }), constants)
    assert.equal(ofAny({ rawHeaders: ['x-tenant'] }), constants)
  })

  it('are read off the headers of HTTP/2, which have no such list', () => {
    const { ofAny } = open()

    assert.deepEqual(ofAny(Object.assign(Object.create(null), { 'x-tenant': 'acme' })), {
      region: 'eu',
      tenant: 'acme',
    })
  })

  it('are not read off the header whose value forces the profiling of a request, which is told', () => {
    const { of, told } = open(100, 'x-tenant')

    assert.deepEqual(of('x-tenant', 'sixteen letters!', 'x-plan', 'a'), { region: 'eu', plan: 'a' })
    assert.match(
      told[0] ?? '',
      /^labels\.tenant \(.*\): x-tenant is request\.profile_header, which holds a secret; no call has that label$/,
    )
  })

  it('hold a thousand different sets at most, and are right beyond', () => {
    const { of } = open(1000)
    for (let n = 0; n < 1000; n++) of('x-tenant', `t${n}`)

    const late = () => of('x-tenant', 't1', 'x-plan', 'pro')
    assert.deepEqual(late(), { region: 'eu', tenant: 't1', plan: 'pro' })
    assert.notEqual(late(), late())
  })
})
