import type { WarnOnce } from '../model.ts'
import type { Watch } from '../process/meanwhile.ts'
import { isLongOver, type LiveSpan, type Request, store } from './context.ts'
import { beginOwn, createSpan } from './span.ts'

/** As many are followed at once; more are calls of their own. */
export const mostOpen = 10_000

interface JobsParts {
  readonly now: () => number
  readonly watch: () => Watch
  readonly decide: (request: Request) => void
  readonly warnOnce: WarnOnce
}

/** Work that `profile()` runs outside of any request: it is a request itself, sampled and decided as a whole. */
export function createJobs({ now, watch, decide, warnOnce }: JobsParts) {
  const open = new Set<Request>()

  return {
    /** The outermost call of a job that begins here; within a request or another call, a call like any. */
    begin(sampled: boolean): LiveSpan {
      const outer = store()
      const within = outer?.request !== undefined && !isLongOver(outer.request, now())
      if (within || outer?.span?.ended === false) return createSpan(outer, now, watch)
      if (open.size >= mostOpen) {
        warnOnce('jobs', `more than ${mostOpen} jobs are open at once; calls in further ones are taken one by one`)
        return createSpan(outer, now, watch)
      }
      const { request: job, root } = beginOwn('job', false, now, watch)
      job.sampled = sampled
      if (sampled) open.add(job)
      else {
        const { end } = root
        root.end = (durationMs, at) => {
          end(durationMs, at)
          job.ended = { at: now(), emitted: false }
        }
      }
      return root
    },
    decided: (request: Request) => void open.delete(request),
    /** Those of consumers that may never end keep nothing any longer. */
    sweep() {
      for (const job of open) if (isLongOver(job, now())) decide(job)
    },
    flush() {
      for (const job of open) decide(job)
    },
  }
}
