import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Metadata, ProfileRecord } from '../../../../agent/model.ts'
import { createCollector } from '../../../../cli/report/collect.ts'
import { createProcesses } from '../../../../cli/report/process.ts'
import { processLines, processTitle } from '../../../../cli/report/process-lines.ts'

const snapshot = (metadata: Metadata, more: Partial<ProfileRecord> = {}): ProfileRecord => ({
  ...{ name: 'system.snapshot', library: 'system', duration_ms: 0, timestamp: 1_782_900_000 },
  ...{ concurrent: 0, pid: 7, thread_id: 0, metadata: { interval_ms: 1000, ...metadata } },
  ...more,
})

describe('the process in a report', () => {
  it('has means by the time that a snapshot tells of, sums, and what was most', () => {
    const processes = createProcesses()
    processes.add(snapshot({ cpu_percent: 10, stalls: 1, stall_ms: 30, longest_stall_ms: 30, memory_mb: 100 }))
    const exceeded = ['cpu_percent']
    const last = { interval_ms: 3000, cpu_percent: 90, stalls: 2, stall_ms: 500, longest_stall_ms: 300, gc_ms: 400 }
    processes.add(snapshot({ ...last, gc_count: 5, memory_mb: 180, memory_growth_mb: 80 }, { exceeded }))

    const [one] = processes.all()
    assert.ok(one)
    assert.equal(processTitle(one), 'Process 7: 2 snapshots of 4 s')
    assert.deepEqual(Object.fromEntries(processLines(one)), {
      processor: '70 (10 to 90) % of one core',
      'event loop stalled': '3 times, 530 ms, longest 300 ms',
      memory: '160 (100 to 180) MB, 80 MB more at its end than at its start',
      'garbage collection': '5, 400 ms, 10 % of the time',
      'above a threshold': '1 of 2 snapshots',
    })
  })

  it('takes no snapshot for a call, and no more than twenty processes', () => {
    const { add, end } = createCollector(5)
    for (let pid = 1; pid <= 22; pid++) add(snapshot({ cpu_percent: 1 }, { pid }))

    const { scopes, processes, snapshotsLeftOut, from, to } = end()
    assert.deepEqual([scopes.length, processes.length, snapshotsLeftOut], [0, 20, 2])
    assert.deepEqual([from, to], [1_782_899_999, 1_782_900_000])
  })

  it('reads what is no number as missing', () => {
    const processes = createProcesses()
    processes.add(snapshot({ interval_ms: 'x', cpu_percent: true, stalls: Number.NaN }))

    const [one] = processes.all()
    assert.deepEqual([one?.cpu_percent, one?.stalls, one?.span_ms], [undefined, 0, 0])
  })
})
