import assert from 'node:assert/strict'
import { it } from 'node:test'
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import type { ProcessReading } from '../../../../agent/model.ts'
import { createProcessInstruments } from '../../../../agent/output/opentelemetry/process-instruments.ts'

const reading: ProcessReading = {
  ...{ at: 1, cpuUserMs: 1500, cpuSystemMs: 500, loopIdleMs: 6000, loopActiveMs: 4000, residentBytes: 5e7 },
  ...{ heapUsedBytes: 1, heapTotalBytes: 2, heapLimitBytes: 3, externalBytes: 4, arrayBuffersBytes: 5 },
  ...{ threads: undefined, activeResources: 6, sockets: 1, collectedMs: 250, stalls: 2, stalledMs: 700 },
  ...{ longestStallMs: 0, starvedMs: 10, throttledMs: undefined },
  collected: { minor: 7, major: 8, incremental: 0, weak: 0 },
}

it('the process has the metrics of the conventions, from its last reading, until it is stopped', async () => {
  const reader = new (class extends MetricReader {
    protected async onForceFlush() {}
    protected async onShutdown() {}
  })()
  const provider = new MeterProvider({ readers: [reader] })
  const collected = async () => {
    const { resourceMetrics } = await reader.collect()
    const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics)
    return metrics.flatMap(({ descriptor, dataPoints }) =>
      dataPoints.map(({ value, attributes }) => [descriptor.name, ...Object.values(attributes), value]),
    )
  }
  const { told, stop } = createProcessInstruments(provider.getMeter('test'))
  assert.deepEqual(await collected(), [])
  told({ ...reading, residentBytes: 1 })
  told(reading)

  assert.deepEqual(await collected(), [
    ['process.cpu.time', 'user', 1.5],
    ['process.cpu.time', 'system', 0.5],
    ['process.memory.usage', 5e7],
    ['nodejs.eventloop.time', 'active', 4],
    ['nodejs.eventloop.time', 'idle', 6],
    ['v8js.memory.heap.used', 1],
    ['v8js.memory.heap.limit', 3],
    ['crossbridge.gc.time', 0.25],
    ['crossbridge.eventloop.stall.time', 0.7],
    ['crossbridge.process.starved.time', 0.01],
  ])
  stop()
  told({ ...reading, residentBytes: 6e7 })
  assert.ok(!(await collected()).some(([, value]) => value === 6e7))
  await provider.shutdown()
})
