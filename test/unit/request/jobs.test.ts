import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import type { Ended, Scope } from '../../../agent/call.ts'
import { zero } from '../../../agent/ledger.ts'
import type { Counts, Point, ProfileRecord } from '../../../agent/model.ts'
import { mostOfRequest } from '../../../agent/request/buffered.ts'
import { disableContext, enableContext, enter, type LiveSpan, type Request } from '../../../agent/request/context.ts'
import { mostOpen } from '../../../agent/request/jobs.ts'
import { createRequests, type OpenRequests } from '../../../agent/request/request.ts'

describe('jobs', () => {
  let clock: number
  let told: string[]
  let written: ProfileRecord[]
  let counts: Counts
  let requests: OpenRequests

  beforeEach(() => {
    clock = 0
    told = []
    written = []
    counts = zero()
    enableContext()
    enter(undefined)
    requests = createRequests({
      options: { id_header: 'x-request-id', profile_header: 'x-profile', profile_secret: '' },
      point: { on: false } as Point,
      pipeline: { observe: undefined, errors: true, includeMetadata: true, capture: undefined },
      labelsOf: () => undefined,
      sample: () => true,
      tryAcquire: () => true,
      record: (scope) => ({ name: scope.point.name }) as ProfileRecord,
      write: (record) => written.push(record) > 0,
      now: () => clock,
      warnOnce: (_, message) => void told.push(message),
      fault: (error) => assert.fail(String(error)),
    })
  })
  afterEach(() => {
    requests.close()
    enter(undefined)
    disableContext()
  })

  const begin = (job?: boolean) => requests.begin(job) as LiveSpan
  /** As the hot path does it: true where the record is taken. */
  const end = (span: LiveSpan, name: string, due = false) => {
    span.end(1, clock)
    const scope = { point: { counts, name } as Point, span, context: undefined } as Partial<Scope> as Scope
    const isTaken = requests.buffer(scope, { due } as Ended)
    if (isTaken) counts.held++
    return isTaken
  }
  const names = () => written.splice(0).map(({ name, kind, calls }) => [name, kind, calls])

  it('hold those that are nested in them as calls', () => {
    const outer = begin(true)
    enter(outer)
    const inner = begin(true)
    assert.equal(inner.request, outer.request)
    assert.equal(inner.parentId, outer.spanId)

    end(inner, 'inner')
    end(outer, 'outer', true)

    assert.deepEqual(names(), [
      ['outer', 'job', 1],
      ['inner', undefined, undefined],
    ])
  })

  it('are jobs for a minute; then what they hold is taken call by call, and what begins after their end is a job', () => {
    const forever = begin(true)
    enter(forever)
    clock = 60_000
    const last = begin()
    assert.equal(end(last, 'last'), true)
    clock = 60_001
    const late = begin(true)
    assert.equal(late.parentId, forever.spanId)
    assert.equal(end(late, 'late'), false)
    assert.equal(counts.under_threshold, 1, 'what waited is decided')

    end(forever, 'forever', true)
    assert.deepEqual(names(), [['forever', 'job', 2]])
    const next = begin(true)
    assert.equal((next.request as Request).root, next)
    assert.notEqual(next.traceId, forever.traceId)
  })

  it('have their kind and calls where they have held too much to wait for their end', () => {
    const job = begin(true)
    enter(job)
    for (let n = 0; n < mostOfRequest; n++) assert.equal(end(begin(), 'call'), true)
    assert.equal(end(begin(), 'call'), false, 'decided by itself')
    assert.equal(end(job, 'job', true), true)

    assert.deepEqual(names(), [['job', 'job', mostOfRequest + 1]])
    assert.deepEqual([counts.under_threshold, counts.emitted, counts.held], [mostOfRequest, 1, 0])
  })

  it('keep nothing at their end where they are fast and have held too much', () => {
    const job = begin(true)
    enter(job)
    for (let n = 0; n <= mostOfRequest; n++) end(begin(), 'call')
    assert.equal(end(job, 'job'), true)

    assert.deepEqual([names(), counts.under_threshold, counts.held], [[], mostOfRequest + 1, 0])
  })

  it(`are ${mostOpen} at once, which is reported; further ones are calls by themselves, until some end`, () => {
    const jobs = Array.from({ length: mostOpen }, () => begin(true))
    assert.deepEqual(told, [])
    const more = begin(true)
    assert.deepEqual([more.request, told.length], [undefined, 1])
    assert.equal(end(more, 'more', true), false)

    end(jobs[0] as LiveSpan, 'first')

    assert.equal((begin(true).request as Request).kind, 'job')
  })
})
