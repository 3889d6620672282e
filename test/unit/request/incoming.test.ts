import assert from 'node:assert/strict'
import { channel } from 'node:diagnostics_channel'
import { afterEach, beforeEach, describe, it } from 'node:test'
import type { Point } from '../../../agent/model.ts'
import { enter, store } from '../../../agent/request/context.ts'
import { mostOpen } from '../../../agent/request/incoming.ts'
import { createRequests, type OpenRequests } from '../../../agent/request/request.ts'

const start = channel('http.server.request.start')
const finish = channel('http.server.response.finish')
/** What Node publishes, as far as it is looked at. */
const published = (headers: Record<string, string> = {}) => ({
  request: { headers },
  response: { destroyed: false, closed: false },
  socket: { destroyed: false },
})

describe('incoming requests', () => {
  let told: string[]
  let decisions: boolean[]
  let requests: OpenRequests

  beforeEach(() => {
    told = []
    decisions = []
    requests = createRequests({
      options: { id_header: 'X-Request-Id', profile_header: 'X-Profile', profile_secret: 'sixteen letters!' },
      point: { on: false } as Point,
      pipeline: { observe: undefined, errors: true, includeMetadata: true, capture: undefined },
      labelsOf: () => undefined,
      sample: () => decisions.shift() ?? assert.fail('one decision too many'),
      tryAcquire: () => true,
      record: () => assert.fail(),
      write: () => assert.fail(),
      now: () => performance.now(),
      warnOnce: (_, message) => void told.push(message),
      fault: (error) => assert.fail(String(error)),
    })
  })
  afterEach(() => {
    requests.close()
    enter(undefined)
  })

  it('are decided once each, at their first call; calls outside of them one by one', () => {
    enter(undefined)
    decisions = [true, false]
    assert.deepEqual([requests.sample(), requests.sample()], [true, false])

    for (const decision of [true, false]) {
      start.publish(published())
      decisions = [decision]
      assert.deepEqual([requests.sample(), requests.sample(), requests.sample()], [decision, decision, decision])
    }
  })

  it('are sampled without a decision where they hold the secret', () => {
    start.publish(published({ 'x-profile': 'sixteen letters!' }))
    assert.equal(requests.sample(), true)

    start.publish(published({ 'x-profile': 'sixteen letters?' }))
    decisions = [false]
    assert.equal(requests.sample(), false)
  })

  it('give their calls and log lines their ids', () => {
    const [trace, caller] = ['1'.repeat(32), '2'.repeat(16)]
    start.publish(published({ traceparent: `00-${trace}-${caller}-01`, 'x-request-id': 'mine' }))

    const { traceId, parentId, requestId } = requests.begin()

    assert.deepEqual([traceId, parentId, requestId], [trace, caller, 'mine'])
    assert.deepEqual(requests.logFields(), { trace_id: trace, span_id: caller, request_id: 'mine' })
  })

  it(`are followed as long as no more than ${mostOpen} are open, which is reported once`, () => {
    const first = published()
    start.publish(first)
    for (let i = 1; i < mostOpen; i++) start.publish(published())
    assert.ok(store()?.request)

    start.publish(published())
    assert.deepEqual([store(), requests.logFields(), told.length], [undefined, undefined, 1])

    finish.publish(first)
    start.publish(published())
    assert.ok(store()?.request)
  })

  it('are no more followed when it is closed, and calls under way do not switch that on again', () => {
    start.publish(published())
    const span = requests.begin()
    requests.close()

    start.publish(published())
    span.run(() => assert.equal(store(), undefined), undefined, [])

    assert.equal(store(), undefined)
  })
})
