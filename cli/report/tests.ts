import { isTestCase, labelOf } from '../../agent/findings/test-label.ts'
import { round } from '../../agent/findings/tree.ts'
import type { Metadata, ProfileRecord, TestUsage } from '../../agent/model.ts'
import type { Costs } from '../../agent/output/cost/cost.ts'
import { plain } from '../style.ts'

/** `report --by test --json`. Durations are milliseconds; of a test's figures those of its last time. */
export interface TestsReport {
  /** Of this form: it grows when a field changes its meaning or goes. */
  readonly version: 1
  readonly by: 'test'
  readonly files: readonly string[]
  readonly runs: number
  readonly currency?: string
  /** The slowest first. */
  readonly tests: readonly TestReport[]
  /** Tests beyond those that are kept. */
  readonly left_out: number
  /** Records of calls that no record tells of any more, since there were too many. */
  readonly records_left_out: number
}

export interface TestReport {
  readonly test_id: string
  /** Its title with those of its suites, or where it stands. */
  readonly label: string
  readonly file?: string
  readonly line?: number
  readonly framework: string
  readonly status: string
  readonly error?: string
  /** Times that it was run: over runs, retried and repeated. */
  readonly times: number
  /** It passed when it was tried again, or passed in one run and failed in another. */
  readonly flaky: boolean
  /** Of all times that it was run. */
  readonly passed: number
  readonly failed: number
  /** In the runs before its last one. */
  readonly before?: TestBefore
  readonly duration_ms: number
  /** The median and the most of all times that it was run. */
  readonly p50_ms: number
  readonly max_ms: number
  /** The three parts of its duration: its calls, what was computed outside of them, and the rest. */
  readonly calls_ms: number
  readonly own_ms: number
  readonly waiting_ms: number
  /** What of its duration was in its hooks. */
  readonly setup_ms: number
  readonly calls: number
  readonly http_requests: number
  readonly tokens: number
  readonly cost?: number
  /** By scope and model, those with most time first. */
  readonly usage: readonly TestUsage[]
}

export interface TestBefore {
  readonly runs: number
  /** Of the times that it passed: the middle one, and the range. */
  readonly p50_ms: number
  readonly min_ms: number
  readonly max_ms: number
  /** The most that it made in one of them. */
  readonly calls: number
}

interface Kept {
  last: ProfileRecord
  readonly durations: number[]
  times: number
  /** The last ones that it was in. */
  readonly runs: Map<string, OfRun>
  passed: number
  failed: number
  flaky: boolean
}

interface OfRun {
  /** The last one. */
  status: string
  /** Of the times that it passed. */
  readonly durations: number[]
  calls: number
}

const mostTests = 20_000
const mostTimes = 100

/** Puts the records of tests together, by test. */
export function createTests(costs: Costs | undefined) {
  const tests = new Map<string, Kept>()
  const runs = new Set<string>()
  let [leftOut, recordsLeftOut] = [0, 0]

  return {
    add(record: ProfileRecord): void {
      const { name, test_id: id, run_id: run = '', metadata = {} } = record
      if (name === 'test.run') recordsLeftOut += numberOf(metadata.records_left_out)
      if (!isTestCase(record) || id === undefined) return
      if (runs.size < mostTests) runs.add(run)
      const kept = tests.get(id) ?? newTest(record)
      if (kept.times === 0 && tests.size >= mostTests) {
        leftOut++
        return
      }
      tests.set(id, kept)
      look(kept, run, record)
      kept.times++
      if (kept.durations.length < mostTimes) kept.durations.push(record.duration_ms)
      // Processes share the file: what was written last need not have begun last.
      if (record.timestamp >= kept.last.timestamp) kept.last = record
    },
    end(files: readonly string[]): TestsReport {
      return {
        version: 1,
        by: 'test',
        files,
        runs: runs.size,
        ...(costs !== undefined && { currency: costs.currency }),
        tests: [...tests].map(([id, kept]) => reportOf(id, kept, costs)).sort((a, b) => b.duration_ms - a.duration_ms),
        left_out: leftOut,
        records_left_out: recordsLeftOut,
      }
    },
  }
}

const newTest = (last: ProfileRecord): Kept => ({
  ...{ last, durations: [], times: 0, runs: new Map(), passed: 0, failed: 0, flaky: false },
})

/** What its status and calls say beside those of the other times. */
function look(kept: Kept, run: string, { metadata = {}, duration_ms, calls }: ProfileRecord): void {
  const status = `${metadata.status}`
  const contrary = { passed: 'failed', failed: 'passed' }[status]
  if ([...kept.runs.values()].some((one) => one.status === contrary)) kept.flaky = true
  const ofRun = kept.runs.get(run) ?? { status, durations: [], calls: 0 }
  kept.runs.set(run, ofRun)
  ofRun.status = status
  ofRun.calls = Math.max(ofRun.calls, numberOf(calls))
  if (status === 'passed') {
    kept.passed++
    if (ofRun.durations.length < mostTimes) ofRun.durations.push(duration_ms)
  }
  if (status === 'failed') kept.failed++
  const [first = ''] = kept.runs.keys()
  if (kept.runs.size > mostTimes) kept.runs.delete(first)
}

function beforeOf({ last, runs }: Kept): TestBefore | undefined {
  const before = [...runs].flatMap(([run, one]) => (run === (last.run_id ?? '') ? [] : [one]))
  const sorted = before.flatMap(({ durations }) => durations).sort((a, b) => a - b)
  const [min] = sorted
  if (min === undefined) return undefined
  return {
    runs: before.length,
    p50_ms: middleOf(sorted),
    min_ms: min,
    max_ms: sorted.at(-1) ?? min,
    calls: Math.max(...before.map(({ calls }) => calls)),
  }
}

const middleOf = (sorted: readonly number[]): number => sorted[Math.floor((sorted.length - 1) / 2)] ?? 0

function reportOf(id: string, kept: Kept, costs: Costs | undefined): TestReport {
  const { last, durations, times, flaky, passed, failed } = kept
  const { library, duration_ms, self_ms = duration_ms, timing, metadata = {}, error } = last
  const usage = usageOf(last)
  const sorted = [...durations].sort((a, b) => a - b)
  const ownMs = Math.min(self_ms, numberOf(timing?.blocked_ms))
  const cost = costs && costOf(last, costs)
  const { file, line } = metadata
  const before = beforeOf(kept)
  return {
    test_id: id,
    label: labelOf(last),
    ...(typeof file === 'string' && { file: plain(file) }),
    ...(typeof line === 'number' && { line }),
    framework: library,
    status: plain(`${metadata.status}`),
    ...(error !== undefined && { error }),
    ...{ times, flaky, passed, failed },
    ...(before !== undefined && { before }),
    duration_ms,
    p50_ms: middleOf(sorted),
    max_ms: sorted.at(-1) ?? duration_ms,
    calls_ms: round(duration_ms - self_ms),
    own_ms: round(ownMs),
    waiting_ms: round(self_ms - ownMs),
    setup_ms: round(numberOf(metadata.before_ms) + numberOf(metadata.after_ms)),
    calls: numberOf(last.calls),
    http_requests: numberOf(metadata.http_requests),
    tokens: usage.reduce((sum, one) => sum + numberOf(one.input_tokens) + numberOf(one.output_tokens), 0),
    ...(cost !== undefined && cost > 0 && { cost }),
    usage: [...usage].sort((a, b) => b.duration_ms - a.duration_ms),
  }
}

/** What the calls of a test cost. */
export const costOf = (test: ProfileRecord, costs: Costs): number =>
  usageOf(test).reduce((sum, one): number => sum + costs.of({ ...test, ...pricedAs(one) }), 0)

function usageOf({ usage }: ProfileRecord): readonly TestUsage[] {
  if (!Array.isArray(usage)) return []
  return usage
    .filter((one): one is TestUsage => typeof one?.name === 'string' && typeof one.library === 'string')
    .map((one) => ({
      ...one,
      name: plain(one.name),
      library: plain(one.library),
      ...(one.model !== undefined && { model: plain(`${one.model}`) }),
      duration_ms: numberOf(one.duration_ms),
    }))
}

/** A row as the record of one call: what models cost goes by the sums. */
const pricedAs = ({ name, library, calls: _, errors: __, duration_ms, ...metadata }: TestUsage) => ({
  ...{ name, library, duration_ms },
  metadata: metadata as Metadata,
})

const numberOf = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0)
