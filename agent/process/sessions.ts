import { type HeapProfiler, console as inspected, type Profiler, Session } from 'node:inspector'
import { type CallFrame, withoutQuery, withoutText } from './frames.ts'

const { profile: beginProfile, profileEnd: endProfile } = inspected as Console

/** Profiles that run at once on one profiler, so that one begins before another ends. */
export interface Windows {
  begin(name: string): void
  /** Gives what was sampled since its begin; undefined where the application has ended it. */
  end(name: string): Profiler.Profile | undefined
  close(): void
}

/**
 * By the inspector's own console, whose profiles share their sampling: one that begins beside another costs 0.2 ms, while
 * to stop the only one and to start anew costs 14 to 38, and leaves a gap.
 */
export function openWindows(intervalMs: number): Windows {
  const session = openSession(intervalMs)
  const finished = new Map<string, Profiler.Profile>()
  const open = new Set<string>()
  session.on('Profiler.consoleProfileFinished', ({ params: { title, profile } }) => {
    // The application's own console.profile comes here too.
    if (title !== undefined && open.has(title)) finished.set(title, profile)
  })

  return {
    begin(name) {
      open.add(name)
      beginProfile(name)
    },
    end(name) {
      endProfile(name)
      open.delete(name)
      const profile = finished.get(name)
      finished.delete(name)
      return profile && cleaned(profile)
    },
    close() {
      for (const name of open) endProfile(name)
      session.post('Profiler.disable')
      session.disconnect()
    },
  }
}

/** One profile at an interval of its own. Gives the function that ends it. */
export function beginProfiling(intervalMs: number): () => Profiler.Profile | undefined {
  const session = openSession(intervalMs)
  session.post('Profiler.start')
  return () => {
    let found: Profiler.Profile | undefined
    session.post('Profiler.stop', (_, answer) => {
      found = answer?.profile
    })
    session.post('Profiler.disable')
    session.disconnect()
    return found && cleaned(found)
  }
}

function openSession(intervalMs: number): Session {
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.setSamplingInterval', { interval: Math.round(intervalMs * 1000) })
  return session
}

function cleaned(profile: Profiler.Profile): Profiler.Profile {
  for (const { callFrame } of profile.nodes) cleanFrame(callFrame)
  return profile
}

/** Allocations, sampled: those that are still alive. */
export interface Allocations {
  take(): HeapProfiler.SamplingHeapProfile | undefined
  close(): void
}

export function sampleAllocations(intervalKb: number): Allocations {
  const session = new Session()
  session.connect()
  session.post('HeapProfiler.enable')
  session.post('HeapProfiler.startSampling', { samplingInterval: intervalKb * 1024 })
  return {
    take() {
      let found: HeapProfiler.SamplingHeapProfile | undefined
      session.post('HeapProfiler.getSamplingProfile', (_, answer) => {
        found = answer?.profile
      })
      if (found !== undefined) cleanHeap(found.head)
      return found
    },
    close() {
      session.post('HeapProfiler.stopSampling')
      session.post('HeapProfiler.disable')
      session.disconnect()
    },
  }
}

function cleanFrame(frame: CallFrame): void {
  frame.functionName = withoutText(frame.functionName, frame.url, frame.lineNumber)
  frame.url = withoutQuery(frame.url)
}

function cleanHeap(head: HeapProfiler.SamplingHeapProfileNode): void {
  const left = [head]
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    cleanFrame(node.callFrame)
    left.push(...node.children)
  }
}
