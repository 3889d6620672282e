import { count, counted, ms } from '../../format.ts'
import { numberIn } from '../scopes.ts'
import { createCauses } from './causes.ts'
import type { Detector } from './detector.ts'
import type { RequestTime } from './request.ts'

/** A process that starts compiles, loads and connects, for some 100 ms in any case: below half a second it is no cause. */
const leastMoreMs = 500
/** Times the median of all. */
const leastRatio = 3
/** Requests of each process, of which those that began while the first was under way are cold. */
const mostKept = 16
const mostProcesses = 1000

interface First {
  readonly request: RequestTime
  readonly fromMs: number
  readonly durationMs: number
}

/** The first requests of a process, against the rest. */
export function createColdStart(): Detector {
  const processes = new Map<string, First[]>()
  const causes = createCauses(() => undefined)

  return {
    look(request) {
      const { record } = request.tree.calls[0] ?? {}
      if (record === undefined || !request.tree.isRequest) return
      const key = `${record.pid} ${record.thread_id}`
      const kept = processes.get(key) ?? []
      if (kept.length === 0 && processes.size >= mostProcesses) return
      const fromMs = request.tree.from * 1000
      const last = kept.at(-1)
      if (kept.length >= mostKept && last !== undefined && fromMs >= last.fromMs) return
      // On a busy machine each start is slow; that is the machine's.
      const starvedMs = numberIn(request.root?.record.timing, 'starved_ms')
      kept.push({ request: bare(request), fromMs, durationMs: Math.max(0, request.durationMs - starvedMs) })
      kept.sort((a, b) => a.fromMs - b.fromMs || b.durationMs - a.durationMs)
      if (kept.length > mostKept) kept.pop()
      processes.set(key, kept)
    },
    findings(whole) {
      const cause = causes.of({ name: 'process.start', library: 'node' })
      let longest = 0
      let cold = 0
      for (const [first, ...rest] of processes.values()) {
        if (first === undefined || !isCold(first, whole.medianMs)) continue
        cold++
        longest = Math.max(longest, first.durationMs)
        const until = first.fromMs + first.durationMs
        for (const one of [first, ...rest.filter((other) => other.fromMs < until && isCold(other, whole.medianMs))])
          causes.add(cause, one.request, one.durationMs - whole.medianMs, one.request.root)
      }
      processes.clear()
      causes.all()
      if (cause === undefined || cold === 0) return []
      return [
        {
          ...({ kind: 'cold_start', confidence: 'direct', cause, isTimed: true, leastRequests: 1 } as const),
          title: 'The first requests of a process are far slower than the rest.',
          evidence: [
            `${counted(cause.requests, 'request')} of ${counted(cold, 'process', 'processes')} took up to ${ms(longest)}, all requests ${ms(whole.medianMs)} at the median of ${count(whole.requests)}`,
          ],
          advice:
            'Load models, connect and make a first call before the process says that it is ready; and keep it, where it is ' +
            'started for a few requests.',
        },
      ]
    },
  }
}

const isCold = ({ durationMs }: First, medianMs: number) =>
  durationMs - medianMs >= leastMoreMs && durationMs >= medianMs * leastRatio

/** Without its calls, which are not to be kept. */
const bare = (request: RequestTime): RequestTime => ({
  ...request,
  tree: { ...request.tree, calls: [] },
  calls: [],
  root: undefined,
})
