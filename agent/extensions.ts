import { existsSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { locationsOf, ours, reasonOf } from './diagnostics.ts'
import type { LabelSet, Metadata, ProfileRecord } from './model.ts'

/**
 * What a module named in `output.path` exports by default, or a function that makes one (a promise of one included).
 * One that throws, or gives a promise that rejects, is switched off and told.
 */
export interface Output {
  /**
   * Takes one record, a copy of its own. It runs within the application's call: a promise is not waited for. Profiled
   * calls that begin in it are not recorded; those that it makes later are, unless `targets` leaves them out.
   */
  write(record: ProfileRecord): unknown
  /** Is told of every call's end, also of those that leave no record. With it every call is timed. */
  observe?(call: ObservedCall): unknown
  /** At exit, where only synchronous work is still done, and before a changed configuration takes effect. */
  flush?(): unknown
  /** When a changed configuration has no more use of it, or it was switched off. */
  close?(): unknown
}

/** The end of a call; the fields mean what they mean in a record. */
export interface ObservedCall {
  name: string
  library: string
  target: string
  duration_ms: number
  error?: string
  peak_memory_mb?: number
  metadata?: Metadata
  labels?: LabelSet
  trace_id?: string
  span_id?: string
}

/** What a module named in `probes` exports by default, or a function that makes one. It runs in the main thread. */
export interface Probe {
  /** Begins; timers that it sets should be `unref`'d, or they keep the application's process alive. */
  start(emit: Emit): unknown
  /** Ends: at exit, and when a changed configuration names it no more. What is emitted afterwards is left out. */
  stop?(): unknown
}

/** Takes a record. Never throws. */
export type Emit = (record: ProbeRecord) => void

/** One record of a probe. */
export interface ProbeRecord {
  /** Like a scope's: `process.cpu`. 128 characters or fewer. */
  name: string
  /** `probe` where it is not given. 128 characters or fewer. */
  library?: string
  /** 0 where it is not given. */
  duration_ms?: number
  /** Unix seconds; now where it is not given. */
  timestamp?: number
  /** Kept are numbers, booleans and strings, these cut at 128 characters, under 64 keys at most. */
  metadata?: Readonly<Record<string, unknown>>
}

/** Loads the user's module, and gives its default export or what that makes; rejects with a message for the user. */
export async function loadExtension(path: string, folder: string): Promise<unknown> {
  const file = resolve(folder, path)
  const exported = await import(pathToFileURL(file).href).then(
    (module: { default?: unknown }) => defaultOf(module),
    (error: unknown) => {
      throw ours(
        `can't be loaded: ${existsSync(file) ? failureOf(error, file) : 'there is no such file'} (tried ${file})`,
      )
    },
  )
  if (typeof exported !== 'function') return exported
  try {
    return await exported()
  } catch (error) {
    throw ours(`has a default export that fails: ${failureOf(error, file)}`)
  }
}

/**
 * The words for an error of the user's module: its class, and where in that file it was thrown. Its message may hold
 * a row of what it has asked for, or the key to where it sends records.
 */
export function failureOf(error: unknown, file: string): string {
  const locations = locationsOf(error, dirname(file)).filter((location) => location.startsWith(`${basename(file)}:`))
  return [reasonOf(error), ...locations.slice(0, 1)].join(' at ')
}

/** The default export; one level deeper where TypeScript compiled the module to CommonJS. */
function defaultOf({ default: exported }: { default?: unknown }): unknown {
  const inner = exported as { __esModule?: unknown; default?: unknown } | null | undefined
  return typeof exported === 'object' && inner?.__esModule ? inner.default : exported
}
