import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ProfileRecord } from '../../../../agent/model.ts'
import { createCollector } from '../../../../cli/report/collect.ts'
import { reportOf } from '../../../../cli/report/summary.ts'
import { traceEventsOf } from '../../../../cli/report/trace-events.ts'
import { randomFrom } from '../../../support/random.ts'
import { recordOf, serviceRun } from '../../../support/records.ts'
import { embed, type Given, request, search } from '../../../support/requests.ts'

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

/** Requests as no service makes them: calls nested in calls, beside others, longer than what holds them, or out of order. */
function generated(seed: number): ProfileRecord[] {
  const next = randomFrom(seed)
  const below = (most: number) => Math.floor(next() * most)
  return Array.from({ length: 4 }, (_, number) => {
    const given = Array.from({ length: 1 + below(12) }, (_, i): Given => {
      // Begins are told in whole milliseconds, durations in hundredths; a clock may be put back meanwhile.
      const at = below(40) - (next() < 0.1 ? 3 : 0)
      const within = next() < 0.6 && i > 0 ? `span-${below(i)}` : 'root'
      const ms = next() < 0.1 ? 0 : below(4000) / 100
      return { at, ms, within, name: `vector_store.search_${i}`, ...(next() < 0.2 && { error: 'TimeoutError' }) }
    })
    const own = next() < 0.3 ? { pid: 1 + below(3), thread_id: below(2) } : {}
    const made = request(number, 20 + below(4000) / 100, given, own).map((record) => ({ ...record, ...own }))
    return next() < 0.3 ? made.slice(0, -1) : made
  }).flat()
}

/** What the format says of each event, and of those of one row: https://github.com/catapult-project/catapult. */
function faultsOf(events: readonly Event[]): string[] {
  const isWhole = (value: unknown, least = 0) => Number.isSafeInteger(value) && (value as number) >= least
  const namesOf = (what: string) =>
    new Set(events.filter(({ name }) => name === what).map(({ pid, tid }) => `${pid} ${tid}`))
  const [processes, rows] = [namesOf('process_name'), namesOf('thread_name')]
  const faults = events.flatMap((event) => {
    const { name, cat, ph, pid, tid, ts, dur, args } = event
    const isNamed = ph === 'M' ? /^(process|thread)_name$/.test(name) === (typeof args.name === 'string') : name !== ''
    const isPlaced = ph === 'M' || (processes.has(`${pid} 0`) && rows.has(`${pid} ${tid}`))
    const isTimed = ph === 'M' ? dur === undefined : isWhole(ts, 1) && isWhole(dur)
    const fits = isNamed && isPlaced && isTimed && cat !== '' && 'MX'.includes(ph) && isWhole(pid) && isWhole(tid)
    return fits ? [] : [JSON.stringify(event)]
  })
  const open = new Map<string, { readonly end: number; readonly name: string }[]>()
  // As a viewer reads them: in the order of their begin, and of one begin in that of the file.
  for (const { name, pid, tid, ts, dur = 0 } of drawn(events).sort((a, b) => a.ts - b.ts)) {
    const stack = open.get(`${pid} ${tid}`) ?? []
    open.set(`${pid} ${tid}`, stack)
    while ((stack.at(-1)?.end ?? Infinity) <= ts) stack.pop()
    const around = stack.at(-1)
    if (around !== undefined && around.end < ts + dur) faults.push(`${name} at ${ts} ends after ${around.name}`)
    stack.push({ end: ts + dur, name })
  }
  return faults
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

  it('are what the format asks, each call once and where its record has it, whatever was recorded', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const records = generated(seed)
      const events = eventsOf(records)
      const calls = drawn(events).filter(({ cat }) => cat === 'qdrant')

      assert.deepEqual(faultsOf(events), [], `seed ${seed}`)
      assert.equal(calls.length, records.filter(({ library }) => library === 'qdrant').length, `seed ${seed}`)
      for (const { name, ts, dur = 0 } of calls) {
        const one = records.find((record) => record.name === name && Math.abs(record.timestamp * 1e6 - ts) < 1e6)
        assert.ok(one !== undefined, `seed ${seed}: ${name}`)
        assert.ok(Math.abs(ts - one.timestamp * 1e6) <= 1000, `seed ${seed}: ${name} begins elsewhere`)
        assert.ok(Math.abs(dur - one.duration_ms * 1000) <= 1500, `seed ${seed}: ${name} lasts otherwise`)
      }
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

  it('draw in the row of the request what follows each other in it, though what was around it is not shown', () => {
    const short = Array.from({ length: 70 }, (_, i): Given[] => [
      { span: `around-${i}`, name: 'semantic_search.retrieve', at: i * 10, ms: 5 },
      { within: `around-${i}`, at: i * 10, ms: i < 40 ? 4 : 6 },
    ]).flat()
    const events = drawn(eventsOf(request(1, 800, short)))

    assert.equal(events.length, 60)
    assert.deepEqual(new Set(events.map(({ tid }) => tid)), new Set([1]))
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
