import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import type { Ended, Scope } from '../../../agent/call.ts'
import { zero } from '../../../agent/ledger.ts'
import type { Counts, Point, ProfileRecord } from '../../../agent/model.ts'
import { createBuffered, mostOfAll, mostOfRequest } from '../../../agent/request/buffered.ts'
import { createRequest, type LiveSpan, type Request } from '../../../agent/request/context.ts'

describe('the buffered records of a request', () => {
  let counts: Counts
  let written: string[]
  let told: string[]
  let admitted: number[]
  let admits: boolean
  let takes: boolean
  let clock: number
  let buffered: ReturnType<typeof createBuffered>

  const requestOf = (more: Partial<Request> = {}): Request => ({
    ...createRequest({
      kind: 'http',
      traceId: '',
      spanId: '',
      begunAt: 0,
      requestId: undefined,
      labels: undefined,
      forced: false,
    }),
    sampled: true,
    ...more,
  })
  /** As the hot path does it. */
  const end = (request: Request | undefined, order: number, due = false) => {
    const span = { request, order } as LiveSpan
    const scope = { point: { counts } as Point, span, context: undefined } as Partial<Scope> as Scope
    const taken = buffered.buffer(scope, { due } as Ended)
    counts.seen++
    if (taken) counts.held++
    return taken
  }
  const none = zero()
  const expect = (some: Partial<Counts>) => assert.deepEqual(counts, { ...none, ...some })

  beforeEach(() => {
    counts = zero()
    written = []
    told = []
    admitted = []
    admits = true
    takes = true
    clock = 0
    buffered = createBuffered({
      tryAcquire(count) {
        admitted.push(count)
        return admits
      },
      record: (scope) => ({ name: String((scope.span as LiveSpan).order), sample_rate: 0.5 }) as ProfileRecord,
      write({ name, sample_rate }) {
        written.push(sample_rate === undefined ? `${name}!` : name)
        return takes
      },
      now: () => clock,
      decided: () => {},
      warnOnce: (_, message) => void told.push(message),
      fault: (error) => assert.fail(String(error)),
    })
  })

  it('waits for its end, and is emitted whole in the order of begin when one record passes', () => {
    const request = requestOf()
    end(request, 3)
    end(request, 1, true)
    end(request, 2)
    assert.deepEqual(written.splice(0), [])

    buffered.decide(request)

    assert.deepEqual(written.splice(0), ['1', '2', '3'])
    assert.deepEqual(admitted, [3])
    expect({ seen: 3, emitted: 3 })
  })

  it('counts all as under the threshold when none passes, and does not ask the limiter', () => {
    const request = requestOf()
    end(request, 1)
    end(request, 2)

    buffered.decide(request)

    assert.deepEqual([written, admitted], [[], []])
    expect({ seen: 2, under_threshold: 2 })
  })

  it('is limited as a whole', () => {
    admits = false
    const request = requestOf()
    end(request, 1, true)
    end(request, 2)

    buffered.decide(request)

    expect({ seen: 2, limited: 2 })
  })

  it('counts what the outputs did not take', () => {
    takes = false
    const request = requestOf()
    end(request, 1, true)

    buffered.decide(request)

    expect({ seen: 1, dropped: 1 })
  })

  it('is emitted where it was forced, whatever thresholds and limiter say, with no sampling rate', () => {
    admits = false
    const request = requestOf({ forced: true })
    end(request, 1)
    buffered.decide(request)
    end(request, 2)

    assert.deepEqual([written, admitted], [['1!', '2!'], []])
    expect({ seen: 2, emitted: 2 })
  })

  it(`is ${mostOfRequest} records; further ones are counted, reported once, and still decide`, () => {
    const request = requestOf()
    for (let order = 0; order < mostOfRequest; order++) end(request, order)
    assert.deepEqual(told, [])
    end(request, 1000, true)
    expect({ seen: mostOfRequest + 1, held: mostOfRequest, dropped: 1 })
    assert.equal(told.length, 1)

    buffered.decide(request)

    assert.equal(written.length, mostOfRequest)
    expect({ seen: mostOfRequest + 1, emitted: mostOfRequest, dropped: 1 })
  })

  it(`is ${mostOfAll} records of all requests together, and room again when some end`, () => {
    const requests = Array.from({ length: mostOfAll / mostOfRequest }, () => requestOf())
    for (const request of requests) for (let order = 0; order < mostOfRequest; order++) end(request, order)
    end(requestOf(), 1)
    expect({ seen: mostOfAll + 1, held: mostOfAll, dropped: 1 })

    buffered.decide(requests[0] as Request)
    end(requestOf(), 1)

    expect({ seen: mostOfAll + 2, held: mostOfAll - mostOfRequest + 1, dropped: 1, under_threshold: mostOfRequest })
  })

  it('takes a call that ends later to where its request went, and leaves it to itself otherwise', () => {
    const emitted = requestOf()
    end(emitted, 1, true)
    buffered.decide(emitted)
    const fast = requestOf()
    buffered.decide(fast)

    assert.equal(end(emitted, 2), true)
    assert.equal(end(fast, 3, true), false)
    admits = false
    assert.equal(end(emitted, 4), true)

    assert.deepEqual(written, ['1', '2'])
    expect({ seen: 4, emitted: 2, limited: 1 })
  })

  it('takes along what it left behind for a minute', () => {
    const request = requestOf()
    end(request, 1, true)
    buffered.decide(request)

    clock = 60_000
    assert.equal(end(request, 2), true)
    clock = 60_001
    assert.equal(end(request, 3), false)

    assert.deepEqual(written, ['1', '2'])
  })

  it('is decided once', () => {
    const request = requestOf()
    end(request, 1, true)
    buffered.decide(request)
    buffered.decide(request)

    assert.deepEqual(written, ['1'])
  })

  it('is nothing outside of a request', () => assert.equal(end(undefined, 1, true), false))
})
