import { url as debuggerUrl } from 'node:inspector'
import { getHeapStatistics } from 'node:v8'
import type { Config } from '../config/schema.ts'
import type { WarnOnce } from '../model.ts'
import { whyAside } from './aside.ts'
import { type Answer, type Files, unwritten } from './fine.ts'
import { guard } from './guard.ts'
import { type Allocations, sampleAllocations } from './sessions.ts'

interface HeapParts {
  readonly options: Config['heap_profile']
  readonly files: Files
  readonly now: () => number
  readonly spent: (ms: number) => void
  readonly warnOnce: WarnOnce
  readonly fault: (error: unknown) => void
}

/** Knows which function allocated what is alive. None of these throws. */
export interface HeapRecorder {
  take(seconds: number, answer: Answer): () => void
  close(): void
}

// The application's tests may put fakes in their place.
const { setTimeout, setInterval, clearInterval, clearTimeout } = globalThis
const everyMs = 5000

export function createHeapRecorder({ options, files, now, spent, warnOnce, fault }: HeapParts): HeapRecorder {
  const { on, heap_percent, cooldown_s, interval_kb } = options
  let allocations: Allocations | undefined
  let timer: NodeJS.Timeout | undefined
  let quietUntil = 0
  /** Ends what is under way by hand. */
  let finish: (() => void) | undefined

  const guarded = guard({ now, spent, fault })
  const write = (kind: string) => {
    const profile = allocations?.take()
    return profile && files.write(files.nameOf(kind), profile)
  }
  const isAside = () => {
    const why = whyAside('heap', debuggerUrl)
    if (why !== undefined) warnOnce('heap_profile aside', `heap_profile: ${why}; the agent does not sample beside it`)
    return why !== undefined
  }
  const look = () => {
    if (isAside()) return close()
    if (now() < quietUntil) return
    const { used_heap_size, heap_size_limit } = getHeapStatistics()
    if ((used_heap_size / heap_size_limit) * 100 < heap_percent) return
    quietUntil = now() + cooldown_s * 1000
    const file = write('heap')
    if (file !== undefined)
      warnOnce(
        'heap_profile written',
        `heap_profile: the heap has passed ${heap_percent} % of its limit; what is alive in it was written to ${options.path}`,
      )
  }
  const close = () => {
    clearInterval(timer)
    finish?.()
    allocations?.close()
    allocations = undefined
  }
  guarded(() => {
    if (on !== 'threshold' || isAside()) return
    allocations = sampleAllocations(interval_kb)
    timer = setInterval(() => guarded(look), everyMs).unref()
  })

  return {
    take(seconds, answer) {
      const why = whyAside('heap', debuggerUrl) ?? (finish && 'somebody else has asked for one, which is under way')
      if (why !== undefined) answer(undefined, why)
      if (why !== undefined) return () => {}
      const isOwn = allocations === undefined
      guarded(() => {
        allocations ??= sampleAllocations(interval_kb)
      })
      if (allocations === undefined) answer(undefined, unwritten)
      if (allocations === undefined) return () => {}
      const done = () => {
        if (finish !== done) return
        finish = undefined
        clearTimeout(timeout)
        const file = guarded(() => write('heaphand'))
        if (isOwn) {
          guarded(() => allocations?.close())
          allocations = undefined
        }
        answer(file, file === undefined ? unwritten : undefined)
      }
      finish = done
      const timeout = setTimeout(done, seconds * 1000).unref()
      return done
    },
    close: () => void guarded(close),
  }
}
