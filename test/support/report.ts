import type { Origin, ProfileFrame, ProfileReport } from '../../cli/flame/model.ts'
import type { Finding, Frame, Report, RequestCall, RequestReport, ScopeReport, Span } from '../../cli/report/model.ts'

const begin = Date.UTC(2026, 10, 27, 8) / 1000
const spanSeconds = 120

/** A report of a search service over two hours, as the reader would make it; the same every time. */
export function reportOf(more: Partial<Report> = {}): Report {
  const scopes = [
    scopeOf('llm.generate', 'openai', {
      calls: 3120,
      median: 1420,
      share: 0.61,
      errors: { APIError: 21, TimeoutError: 4 },
    }),
    scopeOf('embedding_provider.embed', 'openai', {
      calls: 18400,
      median: 84,
      share: 0.21,
      errors: { RateLimitError: 63 },
    }),
    scopeOf('vector_store.search', 'qdrant', { calls: 9240, median: 14, share: 0.12 }),
    scopeOf('semantic_search.rerank', 'cohere', { calls: 3080, median: 110, share: 0.05 }),
    scopeOf('vector_store.upsert', 'qdrant', { calls: 310, median: 41, share: 0.01 }),
    scopeOf('semantic_search.retrieve', 'langchain', { calls: 3090, median: 190, share: 0.004 }),
  ]
  return {
    version: 1,
    files: ['profile.jsonl', 'profile.jsonl.1'],
    records: 9310,
    calls: 37240,
    sample_rate: 0.25,
    torn: 1,
    foreign: 0,
    from: begin,
    to: begin + 60 * spanSeconds,
    notes: ['Every fourth call was recorded (sample_rate 0.25): counts and sums are scaled up, and are about right.'],
    scopes,
    requests: 3090,
    slowest: [requestOf(0, 4810), requestOf(1, 3960), requestOf(2, 3420), requestOf(3, 2980), requestOf(4, 2710)],
    findings: findings(),
    request_time: {
      requests: 3090,
      total_ms: 6_120_000,
      p50_ms: 1890,
      parts: scopes.map(({ name, library, share }) => ({ name, library, share })),
      outside_calls: 0.006,
    },
    flame: flame(),
    profile: profileOf(),
    scores: [
      {
        ...{
          name: 'vector_store.search',
          library: 'qdrant',
          collection: 'docs',
          searches: 9240,
          empty: 231,
          scored: 9009,
        },
        ...{ weak: 1108, weak_score: { below: 0.5 } },
        top_score: { p10: 0.48, p50: 0.71, p90: 0.88 },
        last_score: { p10: 0.31, p50: 0.52, p90: 0.66 },
        drift: { from: 0.76, to: 0.61, higher: 0.21 },
      },
      {
        ...{ name: 'vector_store.search', library: 'chromadb', collection: 'faq', score_kind: 'distance' },
        ...{ searches: 310, empty: 0, scored: 310, undirected: 1.2 },
        top_score: { p10: 0.12, p50: 0.4, p90: 0.9 },
        last_score: { p10: 0.5, p50: 0.9, p90: 1.4 },
      },
    ],
    processes: [
      {
        ...{ pid: 4711, snapshots: 7200, exceeded: 12, from: begin, to: begin + 7200, span_ms: 7_200_000 },
        cpu_percent: { least: 2, mean: 31.4, most: 97 },
        event_loop_utilization: { least: 0.01, mean: 0.28, most: 0.99 },
        memory_mb: { least: 91, mean: 240.2, most: 410 },
        heap_used_mb: { least: 31, mean: 120, most: 260 },
        ...{
          memory_growth_mb: 180,
          heap_percent: 12.1,
          threads: 15,
          stalls: 41,
          stall_ms: 9310,
          longest_stall_ms: 612,
        },
        ...{ starved_ms: 4120, throttled_ms: 0, pool_wait_ms: 48.2, gc_count: 9120, gc_ms: 61_200 },
      },
    ],
    ...more,
  }
}

interface Shape {
  readonly calls: number
  readonly median: number
  readonly share: number
  readonly errors?: Readonly<Record<string, number>>
  readonly spans?: number
}

/** One scope whose durations spread around `median`, in milliseconds. */
export function scopeOf(name: string, library: string, shape: Shape): ScopeReport {
  const { calls, median, share, errors = {}, spans = 60 } = shape
  const failed = Object.values(errors).reduce((sum, count) => sum + count, 0)
  const isModel = name.startsWith('llm') || name.startsWith('embedding')
  return {
    name,
    library,
    records: Math.ceil(calls / 4),
    calls,
    errors: failed,
    error_classes: errors,
    p50_ms: median,
    p95_ms: median * 2.6,
    p99_ms: median * 5.2,
    max_ms: median * 9.4,
    mean_ms: median * 1.25,
    total_ms: calls * median * 1.25,
    self_ms: calls * median * (name.startsWith('semantic') ? 0.1 : 1.25),
    share,
    input_tokens: isModel ? calls * 212 : 0,
    output_tokens: name.startsWith('llm') ? calls * 164 : 0,
    batch_items: name.startsWith('embedding') ? calls : 0,
    models: isModel ? { [name.startsWith('llm') ? 'gpt-5-mini' : 'text-embedding-3-small']: calls } : {},
    distribution: bandsOf(calls, median),
    timeline: Array.from({ length: spans }, (_, i) => spanOf(i, calls / spans, median, failed)).filter(
      (_, i) => spans < 20 || i < 34 || i > 37,
    ),
  }
}

/** Smooth, with a long tail to the slow side. */
function bandsOf(calls: number, median: number): ScopeReport['distribution'] {
  const weights = Array.from({ length: 26 }, (_, i) => Math.exp(-(((i - 8) / (i < 8 ? 3 : 6)) ** 2)))
  const sum = weights.reduce((all, weight) => all + weight, 0)
  const edge = (i: number) => median * 10 ** ((i - 9) / 15)
  return weights.map((weight, i) => ({
    from_ms: edge(i),
    to_ms: edge(i + 1),
    calls: Math.round((weight / sum) * calls),
  }))
}

function spanOf(i: number, calls: number, median: number, failed: number): Span {
  const wave = 1 + 0.18 * Math.sin(i / 5) + 0.07 * Math.sin(i * 2.3)
  const slow = i > 40 && i < 47 ? 1.9 : 1
  const from = begin + i * spanSeconds
  return {
    from,
    to: from + spanSeconds,
    calls: Math.max(1, Math.round(calls * wave)),
    errors: failed > 0 && i % 9 === 5 ? Math.max(1, Math.round(failed / 7)) : 0,
    p50_ms: median * wave,
    p95_ms: median * 2.5 * wave * slow,
    max_ms: median * (4 + 2.2 * Math.abs(Math.sin(i * 1.7))) * slow,
  }
}

function requestOf(index: number, durationMs: number): RequestReport {
  const of = (share: number) => Math.round(durationMs * share * 10) / 10
  const call = (name: string, library: string, depth: number, start: number, length: number): RequestCall => ({
    name,
    library,
    span_id: `${index}${depth}${Math.round(start * 1000)}`.padStart(16, '0'),
    depth,
    start_ms: of(start),
    duration_ms: of(length),
    self_ms: of(library === 'langchain' ? length * 0.1 : length),
  })
  const timed = (made: RequestCall, connect: number, firstByte: number, read: number, more = {}): RequestCall => ({
    ...made,
    timing: {
      blocked_ms: made.duration_ms * 0.06,
      requests: 1,
      connect_ms: made.duration_ms * connect,
      first_byte_ms: made.duration_ms * firstByte,
      read_ms: made.duration_ms * read,
      decode_ms: made.duration_ms * 0.03,
      ...more,
    },
  })
  const metadata = { model: 'text-embedding-3-small', batch_size: 1, input_tokens: 9 }
  return {
    trace_id: `4bf92f3577b34da6a3ce929d0e0e47${(54 + index).toString(16)}`,
    request_id: `req-${8120 + index}`,
    from: begin + 300 + index * 671,
    duration_ms: durationMs,
    left_out: index === 3 ? 12 : 0,
    calls: [
      call('semantic_search.retrieve', 'langchain', 0, 0, 0.36),
      { ...timed(call('embedding_provider.embed', 'openai', 1, 0.004, 0.08), 0.3, 0.55, 0.05), metadata },
      {
        ...timed(call('embedding_provider.embed', 'openai', 1, 0.086, 0.15), 0.02, 0.4, 0.04, {
          retry_ms: of(0.07),
          requests: 2,
        }),
        metadata,
        ...(index % 2 === 0 && { error: 'RateLimitError' }),
      },
      {
        ...timed(call('vector_store.search', 'qdrant', 1, 0.24, 0.06), 0.1, 0.6, 0.2),
        metadata: { collection: 'docs', top_k: 200, results: 200 },
      },
      {
        ...timed(call('vector_store.search', 'qdrant', 1, 0.3, 0.055), 0, 0.7, 0.2),
        metadata: { collection: 'faq', top_k: 200, results: 0 },
      },
      timed(call('semantic_search.rerank', 'cohere', 0, 0.365, 0.09), 0.25, 0.6, 0.05),
      {
        ...timed(call('llm.generate', 'openai', 0, 0.46, 0.54), 0.02, 0.33, 0.55),
        metadata: { model: 'gpt-5-mini', stream: true, output_tokens: 412, chunks: 201 },
        profile: 'cpu-20261127T080512000Z-7-0-3.cpuprofile',
        hot: {
          frames: [
            { function: 'rank', at: 'src/rank.js:12', line: 15, share: 0.61 },
            { function: 'parse', at: 'yaml', share: 0.12 },
          ],
          gc: 0.17,
          program: 0.02,
          idle: 0.4,
          samples: 40,
        },
      },
    ],
  }
}

const findingOf = (
  made: Partial<Finding> & Pick<Finding, 'kind' | 'title' | 'evidence' | 'advice' | 'share'>,
): Finding => ({
  ...{
    confidence: 'direct',
    signature: `0123456789${made.kind.length}`,
    share_of: 'request_time',
    requests: 3080,
    calls: 9240,
  },
  ...{ lost_ms: made.share * 6_120_000, p50_ms: { now: 1890, without: 1890 * (1 - made.share) } },
  ...{
    saves: `p50 1.9 s → about ${(1.89 * (1 - made.share)).toFixed(1)} s`,
    name: 'vector_store.search',
    library: 'qdrant',
  },
  ...made,
})

const findings = (): Finding[] => [
  findingOf({
    kind: 'single_embeddings',
    title: 'openai embeds texts one by one where one call could take them together.',
    evidence: ['3,090 requests made 18,400 embedding calls of one text each, up to 9 in one'],
    advice: 'Embed the texts of a request in one call: `input` takes a list.',
    share: 0.2,
    name: 'embedding_provider.embed',
    library: 'openai',
    model: 'text-embedding-3-small',
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
  }),
  findingOf({
    kind: 'sequential_calls',
    confidence: 'heuristic',
    title: 'Calls that may be independent wait for each other: vector_store.search of qdrant (docs), (faq).',
    evidence: ['3,080 requests search `docs`, then `faq`, with nothing between', 'p50 of the second: 14 ms'],
    advice: 'Start both, and wait for them together: `Promise.all`.',
    share: 0.09,
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4737',
  }),
  findingOf({
    kind: 'rate_limits',
    title: 'openai refuses calls because there are too many.',
    evidence: ['1.4 s between tries at the median', 'for example trace ffffffffffffffffffffffffffffffff'],
    advice: 'Send fewer, larger batches, or limit how many calls are under way.',
    share: 0.07,
    share_of: 'requests',
    name: 'embedding_provider.embed',
    library: 'openai',
    trace_id: 'ffffffffffffffffffffffffffffffff',
  }),
  findingOf({
    kind: 'large_top_k',
    title: 'Searches ask for 200 results, of which the reranker gets 20.',
    evidence: ['9,240 calls with top_k 200', 'candidates of the reranker: 20'],
    advice: 'Ask for 20.',
    share: 0.05,
    collection: 'docs',
  }),
]

function flame(): Frame {
  const frame = (
    name: string,
    library: string,
    calls: number,
    total_ms: number,
    children: readonly Frame[] = [],
  ): Frame => ({
    name,
    library,
    calls,
    total_ms,
    self_ms: Math.max(0, total_ms - children.reduce((sum, child) => sum + child.total_ms, 0)),
    children,
  })
  return frame('', '', 3090, 8_000_000, [
    frame('llm.generate', 'openai', 3120, 5_100_000),
    frame('semantic_search.retrieve', 'langchain', 3090, 2_240_000, [
      frame('embedding_provider.embed', 'openai', 18400, 1_800_000, [
        frame('network.request', 'undici', 18612, 1_650_000),
      ]),
      frame('vector_store.search', 'qdrant', 6160, 340_000, [frame('network.request', 'undici', 6160, 310_000)]),
    ]),
    frame('semantic_search.rerank', 'cohere', 3080, 420_000),
    frame('vector_store.upsert', 'qdrant', 310, 16_000),
  ])
}

/** Two windows of that service: ranking takes most of its processor, below Express. */
export function profileOf(more: Partial<ProfileReport> = {}): ProfileReport {
  const frame = (
    name: string,
    at: string,
    origin: Origin,
    total_ms: number,
    children: readonly ProfileFrame[] = [],
  ): ProfileFrame => ({
    ...{ name, at, origin, total_ms },
    self_ms: total_ms - children.reduce((sum, child) => sum + child.total_ms, 0),
    children,
  })
  const score = frame('score', 'src/rank.js:4', 'application', 2402, [frame('log', 'src/log.js:3', 'application', 2)])
  const rank = frame('rank', 'src/rank.js:12', 'application', 3100, [score])
  const parse = frame('parse', 'yaml/dist/public-api.js:60', 'dependency', 1600)
  const handle = frame('(anonymous)', 'src/service.js:30', 'application', 4900, [rank, parse])
  const next = frame('next', 'express/lib/router/index.js:177', 'dependency', 5000, [handle])
  const all = frame('all', '', 'engine', 6400, [
    frame('parserOnIncoming', 'node:_http_server:1045', 'node', 5100, [next]),
    frame('(garbage collector)', '', 'gc', 1090),
    frame('(program)', '', 'engine', 200),
    frame('tick', 'src/service.js:99', 'application', 10),
  ])
  return {
    files: ['profiles/cpu-20261127T080512000Z-7-0-3.cpuprofile', 'profiles/cpu-20261127T081013000Z-7-0-4.cpuprofile'],
    left_out: [{ file: 'profiles/cpu-20261127T081513000Z-7-0-5.cpuprofile', why: 'its end is missing' }],
    samples: 606,
    duration_ms: 20_000,
    idle_ms: 13_600,
    shares: { application: 0.5156, dependency: 0.2656, node: 0.0156, engine: 0.0313, gc: 0.17 },
    hottest: [
      { ...placeOf(score), self_ms: 2400, share: 0.375 },
      { ...placeOf(parse), self_ms: 1600, share: 0.25 },
      { name: '(garbage collector)', at: '', origin: 'gc', self_ms: 1090, share: 0.17 },
      { ...placeOf(rank), self_ms: 700, share: 0.1094 },
    ],
    tree: all,
    folded: 3,
    ...more,
  }
}

const placeOf = ({ name, at, origin }: ProfileFrame) => ({ name, at, origin })

/** Of files without one record. */
export const emptyReport: Report = {
  version: 1,
  request_time: { requests: 0, total_ms: 0, p50_ms: 0, parts: [], outside_calls: 0 },
  files: ['empty.jsonl'],
  records: 0,
  calls: 0,
  sample_rate: 1,
  torn: 0,
  foreign: 0,
  from: 0,
  to: 0,
  notes: [],
  scopes: [],
  requests: 0,
  slowest: [],
  findings: [],
}

/** What a name may try: to end the script, to open an element or an attribute, to turn the text round; and it is long. */
const hostile = `</script><img src=x onerror=alert(1)>"'\`><b onclick=alert(2)>\u2028\u202e\0\x1b[31m&amp;${'long_name.'.repeat(30)}`

/** A report with that in the place of each text. */
export const hostileReport: Report = withText(reportOf()) as Report

function withText(value: unknown): unknown {
  if (typeof value === 'string') return hostile
  if (Array.isArray(value)) return value.map(withText)
  if (typeof value !== 'object' || value === null) return value
  const isCounts = Object.values(value).every((one) => typeof one === 'number')
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      isCounts &&
      !key.endsWith('ms') &&
      !/^(p10|p50|p90|below|higher|from|to|calls|errors|requests|gc|program|idle|application|dependency|node|engine)/.test(
        key,
      )
        ? hostile
        : key,
      withText(one),
    ]),
  )
}
