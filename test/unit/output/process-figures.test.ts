import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ProcessReading } from '../../../agent/model.ts'
import { createProcessFigures } from '../../../agent/output/socket/process-figures.ts'
import { processOf } from '../../../cli/top/merge.ts'
import { snapshotIn } from '../../../cli/top/messages.ts'

const reading: ProcessReading = {
  ...{ at: 1000, cpuUserMs: 100, cpuSystemMs: 0, loopIdleMs: 900, loopActiveMs: 100, residentBytes: 1e8 },
  ...{ heapUsedBytes: 3e7, heapTotalBytes: 5e7, heapLimitBytes: 1e9, externalBytes: 0, arrayBuffersBytes: 0 },
  ...{ threads: 11, activeResources: 1, sockets: 0, collectedMs: 0, stalls: 0, stalledMs: 0, longestStallMs: 0 },
  ...{ starvedMs: 0, throttledMs: undefined, collected: { minor: 0, major: 0, incremental: 0, weak: 0 } },
}

describe('what a socket says of the process', () => {
  it('is what was since it said so last, with the longest stall of all readings in between', () => {
    const figures = createProcessFigures()
    assert.equal(figures.take(), undefined)
    figures.told(reading)
    assert.equal(figures.take(), undefined)
    figures.told({ ...reading, at: 1500, stalls: 1, longestStallMs: 300 })
    figures.told({
      ...reading,
      at: 2000,
      cpuUserMs: 600,
      loopActiveMs: 400,
      stalls: 2,
      longestStallMs: 30,
      collectedMs: 50,
    })

    assert.deepEqual(figures.take(), {
      ...{ cpu_percent: 50, loop_percent: 30, memory_mb: 100, heap_used_mb: 30 },
      ...{ stalls: 2, longest_stall_ms: 300, gc_percent: 5, starved_percent: 0 },
    })
    assert.equal(figures.take(), undefined)
  })

  it('is read as numbers whatever came, and is one of several processes together', () => {
    const said = { scopes: [], libraries: [], process: { cpu_percent: 'x', memory_mb: 5, stalls: -1 } }
    const read = snapshotIn(said)
    assert.deepEqual([read?.process?.cpu_percent, read?.process?.memory_mb, read?.process?.stalls], [0, 5, 0])
    assert.ok(read)

    const other = { ...read, process: { ...(read.process as object), memory_mb: 7, loop_percent: 9 } } as typeof read
    const { memory_mb, loop_percent } = processOf([read, other]) ?? {}
    assert.deepEqual([memory_mb, loop_percent, processOf([])], [12, 9, undefined])
  })
})
