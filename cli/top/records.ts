import { basename } from 'node:path'
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import { vendored } from '../../agent/chunk.ts'
import { type Accepted, acceptedNow } from '../../agent/config/accepted.ts'
import type { WeakScores } from '../../agent/config/weak-score.ts'
import { createWatch } from '../../agent/findings/watch.ts'
import type { ProfileRecord } from '../../agent/model.ts'
import type { Costs } from '../../agent/output/cost/cost.ts'
import { unpricedNote } from '../costs.ts'
import { isDatabaseFile } from '../report/files.ts'
import { createClean, isRecord } from '../report/line.ts'
import { isSnapshot } from '../report/process.ts'
import { isOwn } from '../report/runs.ts'
import { familyOf } from './family.ts'
import { type Follower, follow } from './follow.ts'
import { followDatabase } from './follow-database.ts'
import { shownCount } from './format.ts'
import { type Frame, keyOf, type Row, type Source } from './frame.ts'

interface Sum {
  readonly name: string
  readonly library: string
  /** Durations, exact to 1 %. */
  readonly sketch: import('@datadog/sketches-js').DDSketch
  calls: number
  errors: number
  max_ms: number
  cost: number
}

/** Names that are made up at run time are not to make lines without end. */
const mostScopes = 500

interface Watched {
  readonly fromStart: boolean
  readonly costs?: Costs
  /** Of the configuration here. */
  readonly accepted?: readonly Accepted[]
  /** `thresholds.weak_score` of it. */
  readonly weakScores?: WeakScores
}

/** Of what was recorded longer ago, nothing is found. */
const windowMs = 600_000

/** The records that are appended to a file, or to the files that `{pid}` and `{date}` in the path stand for. */
export function watchRecords(path: string, { fromStart, costs, accepted = [], weakScores = {} }: Watched): Source {
  const { DDSketch } = vendored<typeof import('@datadog/sketches-js')>('sketch')
  const followers = new Map<string, Follower>()
  const ended = new AbortController()
  let sums = new Map<string, Sum>()
  let takenAt = Date.now()
  let records = 0
  let calls = 0
  let errors = 0
  let rate = 1
  let strange = 0
  let leftOut = 0
  /** Of what was there before, the time that it took. */
  let watch = createWatch({ weakScores })
  let watchedSince = Date.now()
  const clean = createClean()
  let span = fromStart ? createSpan() : undefined

  const take = (line: string) => {
    const record = recordIn(line)
    if (record === undefined) {
      strange++
      return
    }
    // What the agent says of itself and of the process is no call.
    if (isOwn(record) || isSnapshot(record)) return
    const { name, library, duration_ms, sample_rate = 1, error } = record
    const weight = 1 / sample_rate
    watch.add(clean(record))
    const key = keyOf(record)
    records++
    calls += weight
    if (error !== undefined) errors += weight
    rate = Math.min(rate, sample_rate)
    if (!sums.has(key) && sums.size >= mostScopes) {
      leftOut += weight
      return
    }
    const sum = sums.get(key) ?? {
      ...{ name, library, calls: 0, errors: 0, max_ms: 0, cost: 0 },
      sketch: new DDSketch(),
    }
    sums.set(key, sum)
    sum.sketch.accept(duration_ms, weight)
    sum.calls += weight
    sum.cost += (costs?.of(record) ?? 0) * weight
    sum.max_ms = Math.max(sum.max_ms, duration_ms)
    if (error !== undefined) sum.errors += weight
    span?.add(record)
  }
  const meet = (whole: boolean) => {
    for (const file of familyOf(path))
      if (!followers.has(file)) followers.set(file, (isDatabaseFile(file) ? followDatabase : follow)(file, whole))
  }
  meet(fromStart)
  const readAll = async () => {
    for (const follower of followers.values()) while (!ended.signal.aborted && follower.read(take)) await turn()
  }

  return {
    async next(ms): Promise<Frame> {
      // Records that are there already make the first interval.
      if (span === undefined) await sleep(ms, undefined, ended)
      meet(true)
      await readAll()
      const at = Date.now()
      const seconds = (span?.ms() || at - takenAt) / 1000
      const rows = [...sums.values()].map((sum) => ({
        ...rowOf(sum, seconds),
        ...(costs && { cost_per_h: (sum.cost / Math.max(seconds, 1e-3)) * 3600 }),
      }))
      sums = new Map()
      takenAt = at
      span = undefined
      const silent = acceptedNow(accepted, new Date(at))
      const finding = watch.found().find(({ signature }) => !silent.has(signature))
      if (at - watchedSince > windowMs) {
        watch = createWatch({ weakScores })
        watchedSince = at
      }
      return {
        at: at / 1000,
        rows,
        title: `${basename(path)}  ${followers.size === 1 ? '' : `${followers.size} files  `}recorded calls only`,
        totals: [
          ['records', records],
          ['calls', calls],
          ['errors', errors],
        ],
        ...(finding && { finding }),
        ...(costs && { currency: costs.currency }),
        notes: [
          ...(leftOut > 0
            ? [
                `more than ${mostScopes} scopes in an interval: ${shownCount(leftOut)} calls of further ones are not shown`,
              ]
            : []),
          ...(rate < 1 ? [`sampled: a record stands for up to ${Math.round(1 / rate)} calls (1 / sample_rate)`] : []),
          ...unpricedNote(costs),
          ...(strange > 0 ? [`${strange} ${strange === 1 ? 'line is no record' : 'lines are no records'}`] : []),
        ],
      }
    },
    close() {
      ended.abort()
      for (const follower of followers.values()) follower.close()
    },
  }
}

function recordIn(line: string): ProfileRecord | undefined {
  try {
    const record: unknown = JSON.parse(line)
    if (!isRecord(record)) return undefined
    const { sample_rate = 1 } = record
    return sample_rate >= 1e-9 && sample_rate <= 1 ? record : undefined
  } catch {
    return undefined
  }
}

function rowOf({ name, library, sketch, calls, errors, max_ms }: Sum, seconds: number): Row {
  const quantile = (share: number) => Math.min(sketch.getValueAtQuantile(share), max_ms)
  return {
    ...{ name, library, calls, errors, max_ms },
    calls_per_s: calls / seconds,
    p50_ms: quantile(0.5),
    p95_ms: quantile(0.95),
    open: undefined,
  }
}

/** From the begin of the first call to the end of the last, in milliseconds. */
function createSpan() {
  let from = Infinity
  let to = 0
  return {
    add({ timestamp, duration_ms }: ProfileRecord) {
      from = Math.min(from, timestamp * 1000)
      to = Math.max(to, timestamp * 1000 + duration_ms)
    },
    ms: () => Math.max(to - from, 0),
  }
}
