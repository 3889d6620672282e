import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { zero } from '../../../../agent/ledger.ts'
import type { Counts } from '../../../../agent/model.ts'
import { callsOf } from '../../../../cli/doctor/calls.ts'
import { readProject } from '../../../../cli/doctor/project.ts'
import { makeProject } from '../../../support/project.ts'

const config = `runtime:
  profiling:
    enabled: true
    sample_rate: 0.01
    thresholds:
      by_target: { qdrant: 50 }
`
const project = readProject(makeProject({ config }), {})
const ledgerOf = (counts: Partial<Counts>, restraint?: string) => ({
  libraries: { qdrant: [{ state: 'patched' as const, detail: '1.18.0' }] },
  scopes: [{ library: 'qdrant', scope: 'vector_store.search', counts: { ...zero(), ...counts } }],
  faults: 0,
  restraint,
})
const said = ["records can't be written to profile.jsonl (ENOSPC); they are dropped until it can be"]

describe('why no call was recorded', () => {
  const cases: readonly (readonly [why: string, counts: Partial<Counts>, next: RegExp | undefined])[] = [
    ['none was made', {}, /^let the application call qdrant/],
    ['no end was seen', { seen: 2, unobserved: 1, open: 1 }, /^await the result of the call/],
    [
      'all were sampled out',
      { seen: 3, sampled_out: 3 },
      /^raise sample_rate \(crossbridge.yml:4:18\), or set mode: full$/,
    ],
    [
      'one that was looked at was too fast',
      { seen: 9, sampled_out: 8, under_threshold: 1 },
      /^lower thresholds.by_target.qdrant \(crossbridge.yml:6:18\); 0 records all calls$/,
    ],
    ['they wait for their request', { seen: 1, held: 1 }, /^let the requests end/],
    [
      'the output fails',
      { seen: 2, dropped: 2 },
      /^mend the output: records can't be written to profile.jsonl \(ENOSPC\)/,
    ],
    ['some were over the limit', { seen: 3, emitted: 1, limited: 2 }, /^raise max_records_per_minute \(the default\)/],
    ['all were', { seen: 3, emitted: 3 }, undefined],
  ]
  for (const [why, counts, next] of cases) {
    it(`is told with what to do: ${why}`, () => {
      const findings = callsOf(ledgerOf(counts), said, project)

      const told = findings.find((one) => one.next !== undefined)?.next
      if (next === undefined) assert.equal(told, undefined)
      else assert.match(told ?? '', next)
    })
  }

  it('names the CPU budget of the agent, where that took calls', () => {
    const findings = callsOf(ledgerOf({ seen: 1, emitted: 1 }, 'paused for 60 s'), [], project)

    assert.ok(findings.some(({ text }) => text === 'CPU budget: paused for 60 s'))
  })
})
