import { setFlagsFromString } from 'node:v8'
import type { WeakScores } from '../../agent/config/weak-score.ts'
import { leastRequests } from '../../agent/findings/detectors/finding.ts'
import { createFindings } from '../../agent/findings/findings.ts'
import { createLoose } from '../../agent/findings/loose.ts'
import { requestOf } from '../../agent/findings/request-report.ts'
import { createRequests } from '../../agent/findings/requests.ts'
import type { CallTree } from '../../agent/findings/tree.ts'
import { createWeak } from '../../agent/findings/weak.ts'
import type { ProfileRecord } from '../../agent/model.ts'
import type { Costs } from '../../agent/output/cost/cost.ts'
import { close, type Input, openInputs } from './files.ts'
import { createFlame } from './flame.ts'
import { createGroups, type Groups } from './groups.ts'
import { createByLabel } from './labels.ts'
import {
  type ByLabel,
  type Finding,
  type Frame,
  groupings,
  type ProcessReport,
  type RequestReport,
  type RequestTimeReport,
  type ScoreReport,
} from './model.ts'
import { createProcesses, isSnapshot } from './process.ts'
import { createProfileNames } from './profile-names.ts'
import type { Progress } from './progress.ts'
import { type ReadCounts, readRecords } from './read.ts'
import { createRuns } from './runs.ts'
import { createScopes, type ScopeSums } from './scopes.ts'
import { createScores } from './scores.ts'
import { createSelection, type Selection } from './selection.ts'

export interface CollectOptions {
  readonly cwd: string
  /** True to read the files' rotated ones too. */
  readonly rotated: boolean
  /** The number of slowest requests to keep. */
  readonly slowest: number
  readonly progress?: Progress
  /** Only these requests. */
  readonly selection?: Selection
  readonly costs?: Costs | undefined
  /** What the scopes are split by. */
  readonly by?: string | undefined
  /** `thresholds.weak_score`. */
  readonly weakScores?: WeakScores
}

/** The sums of the records of files, in bounded memory. */
export interface Collected {
  readonly files: readonly string[]
  readonly read: ReadCounts
  /** Records of probes, which are no calls and are left out. */
  readonly probes: number
  readonly processes: readonly ProcessReport[]
  /** Snapshots of processes beyond those that are kept. */
  readonly snapshotsLeftOut: number
  readonly lowestRate: number
  /** What became of all calls; false where no process has said it. */
  readonly runsNote: string | false
  /** Records that passed `slow_call_ms`. */
  readonly slow: number
  /** Begin of the first call and end of the last, Unix seconds. */
  readonly from: number
  readonly to: number
  readonly scopes: readonly ScopeSums[]
  /** The parts of a scope, where they were asked for. */
  readonly groups: Groups | undefined
  readonly byLabel: ByLabel | undefined
  /** Of the scopes' cells. */
  readonly spanMs: number
  /** Weighted calls of scopes beyond those that are kept. */
  readonly leftOut: number
  readonly requests: number
  /** True if records have trace ids. */
  readonly isTraced: boolean
  readonly lateRecords: number
  readonly slowest: readonly RequestReport[]
  readonly findings: readonly Finding[]
  /** The requests that they cite. */
  readonly cited: readonly RequestReport[]
  readonly requestTime: RequestTimeReport
  readonly flame: Frame
  readonly flameLeftOut: number
  /** Names of CPU profiles that records have, the last ones. */
  readonly profiles: readonly string[]
  readonly scores: readonly ScoreReport[]
  /** Names in `thresholds.weak_score` that no search has. */
  readonly unusedWeakScores: readonly string[]
}

/** Reads files as `report` does. Throws a `UsageError` where one can't be read. */
export async function collect(named: readonly string[], options: CollectOptions): Promise<Collected> {
  // Each line is garbage at once. V8 would make ever more room for it: 100 MB more on Node 24, for 20 % of the time.
  setFlagsFromString('--semi-space-growth-factor=1')
  const inputs = openInputs(named, options.cwd, options.rotated)
  const { slowest, costs, by, weakScores } = options
  const collector = createCollector(slowest, costs, by, weakScores)
  options.progress?.begin(
    inputs.some(({ bytes }) => bytes === 0) ? 0 : inputs.reduce((sum, { bytes }) => sum + bytes, 0),
  )
  try {
    const { selection } = options
    const selected = selection && createSelection(selection, endOf(inputs), collector.add)
    const read = await readRecords(inputs, selected?.add ?? collector.add, options.progress?.at)
    selected?.end()
    return { files: inputs.map(({ name }) => name), read, ...collector.end() }
  } finally {
    options.progress?.end()
    close(inputs)
  }
}

/** When the newest of the files was written to, in Unix seconds. */
const endOf = (inputs: readonly Input[]) => Math.max(...inputs.map(({ modified }) => modified))

/** Takes records one by one, and says at the end what they come to. */
export function createCollector(mostSlowest: number, costs?: Costs, by?: string, weakScores: WeakScores = {}) {
  const weak = createWeak(weakScores)
  const scores = createScores(weak)
  const { scopes, add, lengthMs, leftOut } = createScopes()
  const flame = createFlame()
  const findings = createFindings(true, weak)
  const looseFindings = createFindings(false, weak)
  const loose = createLoose(looseFindings.look)
  const profileNames = createProfileNames()
  const runs = createRuns()
  const groups = by === undefined ? undefined : createGroups(by, runs.serviceOf)
  const byLabel = by === undefined || groupings.some((one) => one === by) ? undefined : createByLabel(by)
  const processes = createProcesses()
  let slowest: CallTree[] = []
  let [probes, slow, lowestRate, from, to] = [0, 0, 1, Infinity, 0]

  const requests = createRequests((tree) => {
    if (tree.isRequest) findings.look(tree)
    else loose.add(tree)
    groups?.request(tree)
    if (tree.traceId === undefined) return
    flame.add(tree)
    const last = slowest.at(-1)
    if (slowest.length >= mostSlowest && (last === undefined || bySlowness(last, tree) <= 0)) return
    slowest = [...slowest, tree].sort(bySlowness).slice(0, mostSlowest)
  })

  const ofService = (request: RequestReport): RequestReport => {
    const service = runs.serviceOf(request)
    return service === undefined ? request : { ...request, service }
  }
  return {
    add(record: ProfileRecord): void {
      if (runs.take(record)) return
      if (isSnapshot(record)) {
        processes.add(record)
        return
      }
      // What is in them is there by itself.
      if (apart.has(record.name)) return
      if (isProbe(record)) {
        probes++
        return
      }
      const { sample_rate: rate = 1, timestamp, duration_ms } = record
      lowestRate = Math.min(lowestRate, rate)
      from = Math.min(from, timestamp)
      to = Math.max(to, timestamp + duration_ms / 1000)
      if (Array.isArray(record.exceeded) && record.exceeded.includes('slow_call_ms')) slow++
      profileNames.look(record)
      const cost = costs?.of(record) ?? 0
      const scope = add(record, 1 / rate, cost)
      if (scope === undefined) return
      groups?.call(scope, record, 1 / rate, cost)
      byLabel?.add(record, 1 / rate, cost)
      scores.add(record, scope, 1 / rate)
      requests.add({ record, scope, weight: 1 / rate, cost })
    },
    end() {
      requests.end()
      const all = processes.all()
      // Without any call the report is of the snapshots' time.
      if (to === 0 && all.length > 0) {
        from = Math.min(...all.map((one) => one.from))
        to = Math.max(...all.map((one) => one.to))
      }
      loose.end()
      const found = findings.records() >= leastRequests || looseFindings.records() === 0 ? findings : looseFindings
      const told = found.all()
      return {
        ...{ probes, lowestRate, slow, from, to, runsNote: runs.note() },
        ...{ processes: all, snapshotsLeftOut: processes.leftOut() },
        ...{
          scopes: [...scopes.values()],
          groups,
          byLabel: scopes.size === 0 ? undefined : byLabel?.end(),
          spanMs: lengthMs(),
          leftOut: leftOut(),
        },
        ...{ requests: requests.requests(), isTraced: requests.traces() > 0, lateRecords: requests.late() },
        slowest: slowest
          .filter(({ isRequest }) => isRequest || requests.requests() === 0)
          .map(requestOf)
          .map(ofService),
        ...{ findings: told.findings, cited: told.cited.map(ofService) },
        ...{ requestTime: found.time(), flame: flame.frame(), flameLeftOut: flame.leftOut() },
        profiles: profileNames.all(),
        ...{ scores: scores.all(), unusedWeakScores: weak.unused() },
      }
    },
  }
}

/** Calls outside of any request only where there are no requests: what a job does, or a start. */
const bySlowness = (a: CallTree, b: CallTree) =>
  Number(b.isRequest) - Number(a.isRequest) || b.durationMs - a.durationMs

/** True for a probe's record, a state: of its own library, or without a duration and named as Node's own are. */
const apart = new Set(['test.run', 'test.suite', 'test.step'])

const isProbe = ({ library, name, duration_ms }: ProfileRecord) =>
  library === 'probe' || (duration_ms === 0 && name.startsWith('process.'))
