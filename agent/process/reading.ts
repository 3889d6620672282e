import { readFileSync } from 'node:fs'
import { now } from '../clock.ts'
import type { ProcessReading } from '../model.ts'
import { openThrottling } from './throttling.ts'

type Totals = ReturnType<typeof import('./meanwhile.ts').takeTotals>

/**
 * Reads what the process has come to; 50 to 100 µs. `totals` is what is measured of the main thread all along, `idle` the time
 * in which its loop waited.
 */
export function createReading(totals: () => Totals, idle: () => number): () => ProcessReading {
  const { getHeapStatistics } = process.getBuiltinModule('node:v8')
  // The application's tests may put fakes in their place.
  const { cpuUsage, memoryUsage, getActiveResourcesInfo } = process
  const throttledMs = openThrottling()
  const begun = now()
  const idleBefore = idle()
  const threads = createThreads()

  return () => {
    const at = now()
    const { user, system } = cpuUsage.call(process)
    const memory = memoryUsage.call(process)
    const resources = getActiveResourcesInfo.call(process)
    const { stalls, collections, collectionsMs, starvedMs } = totals()
    const loopIdleMs = idle() - idleBefore
    return {
      at,
      cpuUserMs: user / 1000,
      cpuSystemMs: system / 1000,
      loopIdleMs,
      loopActiveMs: at - begun - loopIdleMs,
      residentBytes: memory.rss,
      heapUsedBytes: memory.heapUsed,
      heapTotalBytes: memory.heapTotal,
      heapLimitBytes: getHeapStatistics().heap_size_limit,
      externalBytes: memory.external,
      arrayBuffersBytes: memory.arrayBuffers,
      threads: threads(),
      activeResources: resources.length,
      sockets: resources.reduce((sum, kind) => (kind === 'TCPSocketWrap' ? sum + 1 : sum), 0),
      collected: collections,
      collectedMs: collectionsMs,
      stalls: stalls.count,
      stalledMs: stalls.totalMs,
      longestStallMs: stalls.longestMs,
      starvedMs,
      throttledMs: throttledMs(),
    }
  }
}

/** To read a file is a third of a snapshot, and threads are seldom made. */
const readEvery = 5

function createThreads(): () => number | undefined {
  let known: number | undefined
  let reads = 0
  return () => {
    if (reads++ % readEvery === 0) known = threadsNow()
    return known
  }
}

/** Of the whole process, those of Node's own included; Linux alone tells without a command. */
function threadsNow(): number | undefined {
  if (process.platform !== 'linux') return undefined
  try {
    // The name in the second field may hold anything; the 20th is the eighteenth after it.
    const stat = readFileSync('/proc/self/stat', 'latin1')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ', 18)[17])
  } catch {
    return undefined
  }
}
