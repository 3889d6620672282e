import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ProfileRecord } from '../../../../agent/model.ts'
import { createCollector } from '../../../../cli/report/collect.ts'
import { reportOf } from '../../../../cli/report/summary.ts'
import { traceEventsOf } from '../../../../cli/report/trace-events.ts'
import { recordOf, serviceRun } from '../../../support/records.ts'
import { embed, request, search } from '../../../support/requests.ts'

interface Event {
  readonly name: string
  readonly ph: string
  readonly cat: string
  readonly pid: number
  readonly tid: number
  readonly ts: number
  readonly dur?: number
  readonly cname?: string
  readonly args: Readonly<Record<string, unknown>>
}

function eventsOf(records: readonly ProfileRecord[], slowest = 9): Event[] {
  const collector = createCollector(slowest)
  for (const record of records) collector.add(structuredClone(record))
  const read = { records: 0, torn: 0, foreign: 0, tooLong: 0 }
  const made = traceEventsOf(reportOf({ files: ['a.jsonl'], read, ...collector.end() }))
  return JSON.parse(JSON.stringify(made)).traceEvents
}

const drawn = (events: readonly Event[]) => events.filter(({ ph }) => ph === 'X')

describe("a report's trace events", () => {
  it('have what the format asks of each: name, category, phase, process, row, time in whole microseconds', () => {
    const events = eventsOf(serviceRun())

    assert.ok(drawn(events).length > 50)
    for (const { name, cat, ph, pid, tid, ts, dur, args } of events) {
      assert.ok([name, cat].every((text) => typeof text === 'string' && text !== ''))
      assert.ok(
        [pid, tid, ts, ph === 'X' ? dur : 0].every((value) => Number.isSafeInteger(value) && (value ?? -1) >= 0),
      )
      assert.ok(ph === 'X' || (ph === 'M' && ['process_name', 'thread_name', 'thread_sort_index'].includes(name)))
      assert.equal(typeof args, 'object')
    }
  })

  it('are nested or follow each other in each row, as the format asks, however the calls overlap', () => {
    const overlapping = request(1, 200, [
      { span: 'a', at: 0, ms: 100 },
      { span: 'a1', within: 'a', at: 50, ms: 20 },
      { at: 20, ms: 40 },
      { at: 55, ms: 70 },
      { at: 10, ms: 5 },
    ])
    for (const events of [eventsOf(serviceRun()), eventsOf(overlapping)].map(drawn))
      for (const one of events)
        for (const other of events) {
          const [end, otherEnd] = [one.ts + (one.dur ?? 0), other.ts + (other.dur ?? 0)]
          const isApart = one.pid !== other.pid || one.tid !== other.tid || end <= other.ts || otherEnd <= one.ts
          const isInside = (one.ts <= other.ts && otherEnd <= end) || (other.ts <= one.ts && end <= otherEnd)
          assert.ok(isApart || isInside, `${JSON.stringify(one)} ${JSON.stringify(other)}`)
        }
  })

  it('draw a nested call in the row of the one around it, and one that only ran meanwhile in another', () => {
    const events = drawn(
      eventsOf(
        request(1, 200, [
          { name: 'semantic_search.retrieve', span: 'outer', at: 0, ms: 100 },
          // Its begin is known to a millisecond: it seems to end after the call around it.
          { name: embed, within: 'outer', at: 60, ms: 41 },
          { name: search, at: 10, ms: 30, error: 'TimeoutError', metadata: { collection: 'docs', top_k: 5 } },
        ]),
      ),
    )
    const rowOf = (name: string) => events.find((event) => event.name === name)?.tid
    const failed = events.find(({ name }) => name === search)

    assert.equal(rowOf(embed), rowOf('semantic_search.retrieve'))
    assert.equal(rowOf('request.http'), rowOf('semantic_search.retrieve'))
    assert.notEqual(rowOf(search), rowOf(embed))
    assert.equal(events.find(({ name }) => name === embed)?.dur, 40_000)
    assert.deepEqual(
      [failed?.cname, failed?.args],
      ['terrible', { scope: search, error: 'TimeoutError', collection: 'docs', top_k: 5 }],
    )
  })

  it('name processes by their service and rows by the request, and stand for one that has no record of its own', () => {
    const start = { ...recordOf({ name: 'agent.start', library: 'agent', pid: 7 }), service: 'shop', started: 1 }
    const without = request(1, 50, [{ ms: 30 }, { at: 40, ms: 5 }]).slice(0, 2)
    const own = request(2, 50, [{ ms: 30 }], { metadata: { method: 'GET', route: '/a' } }).map((record) => ({
      ...record,
      ...{ pid: 8, thread_id: 3 },
    }))
    const events = eventsOf([start, ...without, ...own])
    const names = (what: string) => events.filter(({ name }) => name === what).map(({ args }) => args.name)

    assert.deepEqual(names('process_name'), ['shop (pid 7)', 'pid 8'])
    assert.deepEqual(names('thread_name'), ['request request-1', 'GET /a request-2, thread 3'])
    assert.deepEqual(
      drawn(events).map(({ name }) => name),
      ['request', search, search, 'GET /a', search],
    )
  })
})
