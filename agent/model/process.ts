/** The kinds of garbage collection, and how often each ran. */
export interface Collected {
  minor: number
  major: number
  incremental: number
  weak: number
}

/** What the process has come to at a moment: all but sizes and counts of what is there are sums since its start. */
export interface ProcessReading {
  /** Milliseconds, of which only differences mean something. */
  readonly at: number
  readonly cpuUserMs: number
  readonly cpuSystemMs: number
  /** The event loop of the main thread waited for events, and did not. */
  readonly loopIdleMs: number
  readonly loopActiveMs: number
  readonly residentBytes: number
  readonly heapUsedBytes: number
  readonly heapTotalBytes: number
  readonly heapLimitBytes: number
  readonly externalBytes: number
  readonly arrayBuffersBytes: number
  /** Undefined where the system does not tell. */
  readonly threads: number | undefined
  readonly activeResources: number
  readonly sockets: number
  readonly collected: Readonly<Collected>
  readonly collectedMs: number
  readonly stalls: number
  readonly stalledMs: number
  /** Since the reading before. */
  readonly longestStallMs: number
  readonly starvedMs: number
  /** By the quota of a container; undefined where there is none. */
  readonly throttledMs: number | undefined
}
