import type { Profiler } from 'node:inspector'
import type { Hot } from '../model.ts'
import type { CallFrame, FrameName } from './frames.ts'

/** Milliseconds of the process's monotonic clock, which is also that of a profile. */
export interface Interval {
  readonly from: number
  readonly to: number
}

const mostFrames = 5
/** One sample is no share of anything. */
const leastSamples = 2

/**
 * The functions that took the time of the intervals, by the samples in them. Each sample stands for the time around it, to
 * the middle between it and the next. Undefined where the profile has too few samples in which the loop was not idle.
 */
export function hotOf(
  profile: Profiler.Profile,
  intervals: readonly Interval[],
  nameOf: (frame: CallFrame) => FrameName,
): Hot | undefined {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  const found = new Map<string, Found>()
  const apart = { '(garbage collector)': 0, '(program)': 0, '(idle)': 0, '(root)': 0 }
  let samples = 0
  let busy = 0
  for (const { id, ms } of samplesIn(profile, intervals)) {
    const node = nodes.get(id)
    if (node === undefined) continue
    const frame: CallFrame = node.callFrame
    const name = frame.functionName
    if (frame.url === '' && Object.hasOwn(apart, name)) apart[name as keyof typeof apart] += ms
    else add(found, nameOf(frame), node, ms)
    if (isIdle(frame)) continue
    samples++
    busy += ms
  }
  if (samples < leastSamples || busy === 0) return undefined
  const shares = [...found.values()].map(({ name, ms, nodes }) => ({
    ...{ ...name, ...lineOf(name, nodes), share: rounded(ms / busy) },
  }))
  const most = shares.filter(({ share }) => share > 0).sort((one, other) => other.share - one.share)
  return {
    frames: most.slice(0, mostFrames),
    gc: rounded(apart['(garbage collector)'] / busy),
    program: rounded((apart['(program)'] + apart['(root)']) / busy),
    idle: rounded(apart['(idle)'] / (busy + apart['(idle)'])),
    samples,
  }
}

/** The times in which the loop worked for `leastMs` or more without an idle sample, inside of the intervals. */
export function stallsIn(profile: Profiler.Profile, intervals: readonly Interval[], leastMs: number): Interval[] {
  const idle = new Set(profile.nodes.filter(({ callFrame }) => isIdle(callFrame)).map(({ id }) => id))
  const taken = takenIn(profile)
  return intervals.flatMap((interval) => {
    const found: Interval[] = []
    let run: Interval | undefined
    for (const { id, at, from, to } of taken) {
      if (at < interval.from || at > interval.to || idle.has(id)) run = undefined
      else {
        run = { from: run?.from ?? Math.max(from, interval.from), to: Math.min(to, interval.to) }
        if (found.at(-1)?.from === run.from) found.pop()
        if (run.to - run.from >= leastMs) found.push(run)
      }
    }
    return found
  })
}

/** The samples that lie in the intervals, with the time of these that each stands for. */
function samplesIn(profile: Profiler.Profile, intervals: readonly Interval[]): { id: number; ms: number }[] {
  return takenIn(profile).flatMap(({ id, at, from, to }) => {
    const around = intervals.find((one) => at >= one.from && at <= one.to)
    const ms = around === undefined ? 0 : Math.min(to, around.to) - Math.max(from, around.from)
    return ms > 0 ? [{ id, ms }] : []
  })
}

/** The samples in the order of their time, each with the time around it. */
function takenIn({ samples = [], timeDeltas = [], startTime, endTime }: Profiler.Profile) {
  let us = startTime
  const taken = samples.map((id, i) => {
    us += timeDeltas[i] ?? 0
    return { id, at: us / 1000 }
  })
  // V8 hands some over late: their deltas are negative.
  taken.sort((one, other) => one.at - other.at)
  return taken.map(({ id, at }, i) => {
    const [before, after] = [taken[i - 1]?.at ?? startTime / 1000, taken[i + 1]?.at ?? endTime / 1000]
    return { id, at, from: (before + at) / 2, to: (at + after) / 2 }
  })
}

const isIdle = ({ functionName, url }: CallFrame) => functionName === '(idle)' && url === ''

/** A function, by all nodes that the profile has of it in the intervals. */
interface Found {
  readonly name: FrameName
  readonly nodes: Set<Profiler.ProfileNode>
  ms: number
}

function add(found: Map<string, Found>, name: FrameName, node: Profiler.ProfileNode, ms: number): void {
  const key = `${name.function} ${name.at}`
  const there = found.get(key)
  found.set(key, { name, nodes: (there?.nodes ?? new Set()).add(node), ms: (there?.ms ?? 0) + ms })
}

/** The line in which most samples were, of the whole profile: V8 tells none of a single sample. Of the application's own. */
function lineOf({ at }: FrameName, nodes: ReadonlySet<Profiler.ProfileNode>): { line?: number } {
  if (!/:\d+$/.test(at)) return {}
  const ticks = new Map<number, number>()
  for (const { positionTicks = [] } of nodes)
    for (const one of positionTicks) ticks.set(one.line, (ticks.get(one.line) ?? 0) + one.ticks)
  const [most] = [...ticks].sort(([, one], [, other]) => other - one)
  return most === undefined || most[0] < 1 ? {} : { line: most[0] }
}

const rounded = (share: number) => Math.round(share * 100) / 100
