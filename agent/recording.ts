import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'
import { chunk, codeFolder } from './chunk.ts'
import { now } from './clock.ts'
import type { Config } from './config/schema.ts'
import type { ProfileRecord, WarnOnce } from './model.ts'
import type { TakeProfile } from './output/output-parts.ts'
import type { HeapRecorder } from './process/heap.ts'
import type { Recorder } from './process/recorder.ts'

interface RecordingParts {
  readonly where: (path: string) => string | undefined
  /** Takes back a record that was held. */
  readonly release: (record: ProfileRecord, context: unknown) => void
  readonly spent: (ms: number) => void
  readonly warnOnce: WarnOnce
  readonly fault: (error: unknown) => void
}

interface Recorders {
  readonly cpu: Recorder | undefined
  readonly heap: HeapRecorder | undefined
}

/** Profiles of the processor and the heap, as far as they are switched on. */
export interface Recording {
  /** Begins and ends them as a configuration says. */
  apply(config: Profiled): void
  /** Keeps a record until it is known what the process did meanwhile; false where it need not wait. */
  hold(record: ProfileRecord, context: unknown): boolean
  pause(paused: boolean): void
  readonly take: TakeProfile
  /** At exit: writes what is due, and releases what is held. */
  close(): void
}

type Profiled = Pick<Config, 'enabled' | 'cpu_profile' | 'heap_profile'>

export function followRecording(parts: RecordingParts): Recording {
  let recorders = none
  let wanted = ''
  const close = () => {
    recorders.cpu?.close()
    recorders.heap?.close()
  }

  return {
    apply(config) {
      const next = wantedOf(config)
      if (next === wanted) return
      wanted = next
      close()
      recorders = openRecorders(config, parts)
    },
    hold: (record, context) => recorders.cpu?.hold(record, context) ?? false,
    pause: (paused) => recorders.cpu?.pause(paused),
    take(kind, seconds, answer) {
      const recorder = recorders[kind]
      if (recorder !== undefined) return recorder.take(seconds, answer)
      answer(undefined, `${kind}_profile.on is off in this process; set it to signal, and start it again`)
      return () => {}
    },
    close,
  }
}

/** A text that changes with what is wanted. */
const wantedOf = ({ enabled, cpu_profile, heap_profile }: Profiled): string =>
  JSON.stringify([isOn(enabled, cpu_profile) && cpu_profile, isOn(enabled, heap_profile) && heap_profile])

const isOn = (enabled: boolean, { on }: { readonly on: string }) => enabled && on !== 'off'

/** Loaded where they are configured. */
function openRecorders(config: Profiled, parts: RecordingParts): Recorders {
  const { enabled, cpu_profile, heap_profile } = config
  const wantsCpu = isOn(enabled, cpu_profile) && (isMainThread || cpu_profile.workers)
  const wantsHeap = isOn(enabled, heap_profile) && isMainThread
  if (!wantsCpu && !wantsHeap) return none
  const why = whyNoInspector()
  if (why !== undefined) {
    const options = [wantsCpu && 'cpu_profile', wantsHeap && 'heap_profile'].filter(Boolean).join(', ')
    parts.warnOnce('no inspector', `${options}: ${why}, nothing is profiled`)
    return none
  }
  const { createProfileFiles, createRecorder, createHeapRecorder } = chunk<typeof import('./recorders.ts')>('recorders')
  const filesOf = (option: 'cpu_profile' | 'heap_profile') =>
    createProfileFiles({
      ...{ option, ...config[option] },
      location: () => parts.where(`${option}.path`) ?? 'the default',
      warnOnce: parts.warnOnce,
    })
  return {
    cpu: wantsCpu
      ? createRecorder({ ...parts, now, options: cpu_profile, files: filesOf('cpu_profile'), own: home() })
      : undefined,
    heap: wantsHeap
      ? createHeapRecorder({ ...parts, now, options: heap_profile, files: filesOf('heap_profile') })
      : undefined,
  }
}

function whyNoInspector(): string | undefined {
  if (!process.features.inspector) return 'this Node was built without its inspector'
  // Only under the permission model is there one.
  const { permission } = process as { permission?: { has(scope: string): boolean } }
  if (permission === undefined || permission.has('inspector')) return undefined
  const allow = process.allowedNodeEnvironmentFlags.has('--allow-inspector') ? ' without --allow-inspector' : ''
  return `Node's permission model denies its inspector${allow}`
}

const none: Recorders = { cpu: undefined, heap: undefined }
const home = () => fileURLToPath(codeFolder())
