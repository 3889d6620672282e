import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ProcessReading } from '../../../agent/model.ts'
import { createPool } from '../../../agent/process/pool.ts'
import { createReading } from '../../../agent/process/reading.ts'
import { exceededBy, snapshotOf } from '../../../agent/process/snapshot.ts'
import { openThrottling } from '../../../agent/process/throttling.ts'

const start: ProcessReading = {
  at: 1000,
  cpuUserMs: 100,
  cpuSystemMs: 10,
  loopIdleMs: 500,
  loopActiveMs: 500,
  residentBytes: 100e6,
  heapUsedBytes: 30e6,
  heapTotalBytes: 50e6,
  heapLimitBytes: 1000e6,
  externalBytes: 2e6,
  arrayBuffersBytes: 1e6,
  threads: 11,
  activeResources: 3,
  sockets: 1,
  collected: { minor: 5, major: 1, incremental: 0, weak: 0 },
  collectedMs: 20,
  stalls: 1,
  stalledMs: 100,
  longestStallMs: 100,
  starvedMs: 5,
  throttledMs: 7,
}
const later: ProcessReading = {
  ...start,
  at: 3000,
  cpuUserMs: 900,
  cpuSystemMs: 210,
  loopIdleMs: 1500,
  loopActiveMs: 1500,
  residentBytes: 160e6,
  heapUsedBytes: 900e6,
  collected: { minor: 9, major: 3, incremental: 1, weak: 1 },
  collectedMs: 70,
  stalls: 3,
  stalledMs: 400,
  longestStallMs: 250.123,
  starvedMs: 45,
  throttledMs: 57,
}
const all = { cpu: true, memory: true, threads: true, gc: true }
const nothing = { cpu: {}, threads: {} }

describe('a snapshot', () => {
  it('says what was since the one before, and what is there', () => {
    assert.deepEqual(snapshotOf(start, later, 80e6, all, { cpu: { more: 1 }, threads: { pool_size: 4 } }), {
      interval_ms: 2000,
      cpu_percent: 50,
      event_loop_utilization: 0.5,
      stalls: 2,
      stall_ms: 300,
      longest_stall_ms: 250.12,
      starved_ms: 40,
      throttled_ms: 50,
      more: 1,
      memory_mb: 160,
      memory_growth_mb: 80,
      heap_used_mb: 900,
      heap_total_mb: 50,
      heap_limit_mb: 1000,
      heap_percent: 90,
      external_mb: 2,
      array_buffers_mb: 1,
      thread_count: 11,
      active_handles: 3,
      sockets: 1,
      pool_size: 4,
      gc_count: 8,
      gc_count_minor: 4,
      gc_count_major: 2,
      gc_count_incremental: 1,
      gc_count_weak: 1,
      gc_ms: 50,
    })
  })

  it('has what is monitored, and nothing that the system does not tell', () => {
    const untold = { ...later, threads: undefined, throttledMs: undefined }
    const keys = (monitor: Partial<typeof all>) =>
      Object.keys(snapshotOf(start, untold, 0, { ...noParts, ...monitor }, nothing))
    const noParts = { cpu: false, memory: false, threads: false, gc: false }

    assert.deepEqual(keys({}), ['interval_ms'])
    assert.deepEqual(keys({ threads: true }), ['interval_ms', 'active_handles', 'sockets'])
    assert.ok(!keys({ cpu: true }).includes('throttled_ms'))
    assert.deepEqual(keys({ gc: true }).length, 7)
  })

  it('passes a threshold with its very value, and none that is 0', () => {
    const found = { cpu_percent: 80, memory_growth_mb: 499.99, heap_percent: 90 }
    const thresholds = { cpu_percent: 80, memory_mb: 500, heap_percent: 90 }

    assert.deepEqual(exceededBy(found, thresholds), ['cpu_percent', 'heap_percent'])
    assert.deepEqual(exceededBy({ ...found, memory_growth_mb: 500 }, { ...thresholds, heap_percent: 0 }), [
      'cpu_percent',
      'memory_mb',
    ])
    assert.equal(exceededBy({ cpu_percent: 79.99 }, thresholds), undefined)
    assert.equal(exceededBy(found, { cpu_percent: 0, memory_mb: 0, heap_percent: 0 }), undefined)
  })
})

describe('the throttling of a container', () => {
  const reading = (texts: Record<string, string>) =>
    openThrottling((file) => {
      const text = texts[file]
      if (text === undefined) throw new Error('ENOENT')
      return text
    })

  it('is in the cgroup, in either version', { skip: process.platform !== 'linux' }, () => {
    const v2 = 'usage_usec 5\nnr_periods 3\nnr_throttled 1\nthrottled_usec 1500\nnr_bursts 0\n'
    const v1 = 'nr_periods 3\nnr_throttled 1\nthrottled_time 2500000\n'

    const of2 = (quota: string) => reading({ '/sys/fs/cgroup/cpu.max': quota, '/sys/fs/cgroup/cpu.stat': v2 })()
    const of1 = (quota: string) =>
      reading({ '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': quota, '/sys/fs/cgroup/cpu/cpu.stat': v1 })()
    assert.deepEqual([of2('50000 100000\n'), of2('max 100000\n')], [1.5, undefined])
    assert.deepEqual([of1('50000\n'), of1('-1\n')], [2.5, undefined])
    assert.equal(reading({})(), undefined)
  })
})

it('is read with the idle time that is reported, which is not that of Node while a profiler samples', () => {
  const loop = { idle: 50 }
  const nothing = { minor: 0, major: 0, incremental: 0, weak: 0 }
  const totals = () => ({
    stalls: { count: 0, totalMs: 0, longestMs: 0 },
    collections: nothing,
    collectionsMs: 0,
    starvedMs: 0,
  })
  const read = createReading(totals, () => loop.idle)
  const before = read()
  loop.idle += 1000
  const after = read()

  assert.equal(after.loopIdleMs - before.loopIdleMs, 1000)
  assert.equal(after.loopActiveMs - before.loopActiveMs, after.at - before.at - 1000)
})

describe('the pool of libuv', () => {
  const nothingAsked = () => {}

  it('has the size that the environment gives it, within the bounds of libuv', () => {
    const sizes = ['', '1', '128', '5000', '0', 'x'].map(
      (size) => createPool({ UV_THREADPOOL_SIZE: size }, () => 0, nothingAsked).look().pool_size,
    )

    assert.deepEqual(sizes, [1, 1, 128, 1024, 1, 1])
    assert.equal(createPool({}, () => 0, nothingAsked).look().pool_size, 4)
  })

  it('is asked again only after it has answered, and a missing answer counts by the time it is missing', async () => {
    const answers: (() => void)[] = []
    const loop = { idle: 5 }
    const pool = createPool(
      {},
      () => loop.idle,
      (answered) => void answers.push(answered),
    )
    assert.equal(pool.look().pool_wait_ms, undefined)
    assert.equal(pool.look().pool_wait_ms, 0)

    const since = performance.now()
    while (performance.now() - since < 4) await new Promise((resolve) => setTimeout(resolve, 5))
    loop.idle = 8
    const waiting = pool.look().pool_wait_ms ?? 0
    answers[0]?.()
    const answered = pool.look().pool_wait_ms ?? 0

    assert.equal(answers.length, 2)
    assert.deepEqual([waiting, answered], [3, 3])
    assert.equal(pool.look().pool_wait_ms !== undefined, true)
  })
})
