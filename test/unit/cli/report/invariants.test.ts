import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { gunzipSync } from 'node:zlib'
import type { ProfileRecord } from '../../../../agent/model.ts'
import { createCollector } from '../../../../cli/report/collect.ts'
import type { Finding } from '../../../../cli/report/model.ts'
import { healthy, sick } from '../../../sick/cases.ts'
import { root } from '../../../support/application.ts'
import { createRandom } from '../../../support/records.ts'
import { embed, findingsOf, type Given, request } from '../../../support/requests.ts'

/** What services recorded, and runs that are made up at random, sick of one thing or two. */
const runs: ReadonlyMap<string, readonly ProfileRecord[]> = new Map([
  ...[...Object.keys(sick), ...Object.keys(healthy)].map((name) => [name, recorded(name)] as const),
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((seed) => [`random ${seed}`, random(seed)] as const),
])

function recorded(name: string): ProfileRecord[] {
  const text = gunzipSync(readFileSync(join(root, 'test', 'sick', 'records', `${name}.jsonl.gz`))).toString()
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .filter(({ library }) => library !== 'agent')
}

function random(seed: number): ProfileRecord[] {
  const next = createRandom(seed)
  const around = (mean: number) => Math.round(mean * (0.7 + next() * 0.6) * 100) / 100
  const sicknesses = [next(), next(), next(), next()].map((one) => one > 0.5)
  return Array.from({ length: 30 }, (_, number) => {
    const calls: Given[] = []
    let at = 0
    const add = (given: Given, ms: number) => {
      calls.push({ ...given, at, ms })
      at += ms + 1
    }
    for (let i = sicknesses[0] ? 5 : 1; i > 0; i--)
      add({ name: embed, library: 'openai', metadata: { model: 'small' } }, around(30))
    for (const collection of sicknesses[1] ? ['docs', 'faq', 'wiki'] : ['docs'])
      add({ metadata: { collection, top_k: 10, results: 10 } }, around(40))
    if (sicknesses[2])
      for (let i = 0; i < 10; i++) add({ name: 'vector_store.fetch', metadata: { results: 1 } }, around(15))
    const fails = sicknesses[3] === true && next() > 0.5
    add(
      { name: 'semantic_search.rerank', library: 'cohere', ...(fails && { error: 'ApiError', status: 503 }) },
      around(60),
    )
    return request(number, at + 2, calls)
  }).flat()
}

const shortOf = (findings: readonly Finding[]) =>
  findings.map(({ kind, signature, share, requests, calls }) =>
    [kind, signature, share.toFixed(3), requests, calls].join(' '),
  )
type Find = (records: readonly ProfileRecord[]) => readonly Finding[]
const each = (check: (records: readonly ProfileRecord[], name: string, findingsOf: Find) => void) => {
  for (const [name, records] of runs) {
    const { weakScores } = { ...sick, ...healthy }[name] ?? {}
    check(records, name, (some) => findingsOf(some, weakScores))
  }
}
const copied = (records: readonly ProfileRecord[], number: number) =>
  records.map((record) => ({
    ...record,
    ...(record.trace_id !== undefined && { trace_id: `${number}-${record.trace_id}` }),
    timestamp: record.timestamp + number * 86_400,
  }))
/** Those of a start touch one request of a process, of which there are as many as files. */
const ofRequests = (findings: readonly Finding[]) =>
  findings.filter(({ kind }) => kind !== 'cold_start' && kind !== 'growing_prompts')

describe('findings hold', () => {
  it('whatever the order of the records', () => {
    const next = createRandom(3)
    each((records, name, findingsOf) => {
      const shuffled = records
        .map((record) => ({ record, at: next() }))
        .sort((a, b) => a.at - b.at)
        .map(({ record }) => record)

      assert.deepEqual(shortOf(findingsOf(shuffled)), shortOf(findingsOf(records)), name)
    })
  })

  it('when records are delivered twice', () => {
    each((records, name, findingsOf) => {
      const twice = records.flatMap((record) => [record, record])

      assert.deepEqual(shortOf(findingsOf(twice)), shortOf(findingsOf(records)), name)
    })
  })

  it('with another clock, and other ids', () => {
    each((records, name, findingsOf) => {
      const elsewhere = copied(records, 7).map((record) => ({
        ...record,
        pid: record.pid + 1,
        ...(record.span_id !== undefined && { span_id: `x${record.span_id}` }),
        ...(record.parent_id !== undefined && { parent_id: `x${record.parent_id}` }),
      }))

      assert.deepEqual(shortOf(findingsOf(elsewhere)), shortOf(findingsOf(records)), name)
    })
  })

  it('with other names: only the signature differs', () => {
    const renamed = (records: readonly ProfileRecord[]) =>
      records.map((record) => ({
        ...record,
        ...(record.metadata && {
          metadata: Object.fromEntries(
            Object.entries(record.metadata).map(([key, value]) => [
              key,
              key === 'collection' || key === 'model' ? `the ${value}` : value,
            ]),
          ),
        }),
      }))
    const kinds = (findings: readonly Finding[]) => findings.map(({ kind, share }) => `${kind} ${share}`)

    each((records, name, findingsOf) =>
      assert.deepEqual(kinds(findingsOf(renamed(records))), kinds(findingsOf(records)), name),
    )
  })

  it('of twice the requests: the shares are the same, the sums twice', () => {
    each((records, name, findingsOf) => {
      const once = ofRequests(findingsOf(records))
      const twice = ofRequests(findingsOf([...records, ...copied(records, 1)]))

      assert.deepEqual(
        twice.map(({ kind, calls }) => [kind, calls]),
        once.map(({ kind, calls }) => [kind, calls * 2]),
        name,
      )
      for (const [i, { share }] of twice.entries()) assert.ok(Math.abs(share - (once[i]?.share ?? 0)) < 0.02, name)
    })
  })

  it('of two runs together: what a cause takes is the sum of both', () => {
    const one = random(11)
    const other = random(12)
    const lost = (records: readonly ProfileRecord[], kind: string) =>
      findingsOf(records)
        .filter((finding) => finding.kind === kind)
        .reduce((sum, { lost_ms }) => sum + lost_ms, 0)

    for (const kind of new Set(findingsOf([...one, ...copied(other, 1)]).map((finding) => finding.kind)))
      if (lost(one, kind) > 0 && lost(other, kind) > 0)
        assert.ok(Math.abs(lost([...one, ...copied(other, 1)], kind) - lost(one, kind) - lost(other, kind)) < 1, kind)
  })

  it('of sampled requests: each stands for those that left no record', () => {
    each((records, name, findingsOf) => {
      const sampled = records.map((record) => ({ ...record, sample_rate: 0.25 }))
      const kinds = (findings: readonly Finding[]) =>
        ofRequests(findings).map(({ kind, share }) => `${kind} ${share.toFixed(2)}`)

      assert.deepEqual(kinds(findingsOf(sampled)), kinds(findingsOf(records)), name)
    })
  })

  it('when whole requests are lost: none of a new kind comes', () => {
    each((records, name, findingsOf) => {
      const known = new Set(findingsOf(records).map(({ kind }) => kind))
      const traces = [...new Set(records.map(({ trace_id }) => trace_id))]
      const kept = new Set(traces.filter((_, i) => i % 2 === 0))
      const left = findingsOf(records.filter(({ trace_id }) => kept.has(trace_id)))

      assert.deepEqual(
        left.filter(({ kind }) => !known.has(kind)).map(({ kind }) => kind),
        [],
        name,
      )
    })
  })

  it('when calls are lost: of a healthy service there is still none', () => {
    const next = createRandom(5)
    for (const name of Object.keys(healthy)) {
      const left = (runs.get(name) ?? []).filter(({ kind }) => kind !== undefined || next() > 0.2)

      assert.deepEqual(
        findingsOf(left).map(({ kind }) => kind),
        [],
        name,
      )
    }
  })

  it('when a cause grows: its share does not shrink', () => {
    const run = (count: number) =>
      Array.from({ length: 10 }, (_, number) => {
        const calls = Array.from(
          { length: count },
          (_, i): Given => ({ name: embed, library: 'openai', at: i * 21, ms: 20 }),
        )
        return request(number, count * 21 + 60, [...calls, { at: count * 21, ms: 60 }])
      }).flat()
    const shares = [3, 4, 6, 9, 14].map((count) => findingsOf(run(count))[0]?.share ?? 0)

    assert.deepEqual(
      shares,
      [...shares].sort((a, b) => a - b),
    )
  })

  it('together no more than the time that there is, and the path of each request is its duration', () => {
    each((records, name) => {
      const collector = createCollector(0)
      for (const record of records) collector.add(structuredClone(record))
      const { findings, requestTime } = collector.end()
      const timed = findings.filter(
        ({ share_of, kind }) => share_of === 'request_time' && !/cold_start|growing/.test(kind),
      )
      const whole = requestTime.parts.reduce((sum, { share }) => sum + share, requestTime.outside_calls)

      assert.ok(timed.reduce((sum, { share }) => sum + share, 0) <= 1.01, name)
      assert.ok(whole > 0.97 && whole < 1.01, `${name}: ${whole}`)
      assert.equal(new Set(findings.map(({ signature }) => signature)).size, findings.length, name)
    })
  })
})
