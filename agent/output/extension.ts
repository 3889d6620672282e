import { resolve } from 'node:path'
import { ours, textOf } from '../diagnostics.ts'
import { type Output as Extension, failureOf, loadExtension, type ObservedCall } from '../extensions.ts'
import type { Observed, Output, ProfileRecord, WarnOnce } from '../model.ts'

interface ExtensionParts {
  readonly path: string
  /** The configuration file's folder. */
  readonly folder: string
  /** The location of the option. */
  readonly location: string
  readonly warnOnce: WarnOnce
  /** Calls that begin in it are not recorded. */
  readonly suppressTracing: <R>(run: () => R) => R
  /** Called when it begins or ceases to observe. */
  readonly changed: () => void
}

const mostWaiting = 1000

/** An output of the user's own. Records wait for its module; once it has thrown it takes none. */
export function createExtensionOutput({
  path,
  folder,
  location,
  warnOnce,
  suppressTracing,
  changed,
}: ExtensionParts): Output {
  const file = resolve(folder, path)
  const waiting: ProfileRecord[] = []
  let extension: Extension | undefined
  let state: 'loading' | 'on' | 'off' = 'loading'
  let closed = false
  /** Calls of its own may be profiled too, and would come back here. */
  let busy = false

  const call = (what: keyof Extension, argument?: ProfileRecord | ObservedCall): boolean => {
    // biome-ignore lint/suspicious/noExplicitAny: one call for four methods
    const output: any = extension
    if (output === undefined || busy) return false
    busy = true
    try {
      const result: unknown = suppressTracing(() => output[what]?.(argument))
      if (typeof result === 'object' && result !== null) Promise.resolve(result).catch((error) => failIn(what, error))
      return true
    } catch (error) {
      failIn(what, error)
      return false
    } finally {
      busy = false
    }
  }
  const failIn = (what: string, error: unknown) => fail(`has failed in ${what}: ${failureOf(error, file)}`)
  const fail = (what: string) => {
    const lost = waiting.splice(0).length
    const more = lost > 0 ? `, ${lost} that waited for it are lost` : ''
    warnOnce(`own ${path}`, `output.path: ${path} ${what} (${location}); it gets no more records${more}`)
    if (state === 'off') return
    state = 'off'
    busy = false
    if (!closed) call('close')
    extension = undefined
    changed()
  }
  const write = (record: ProfileRecord) => call('write', copyOf(record)) && state === 'on'
  const observe = (seen: Observed) => void call('observe', observedOf(seen))
  const end = () => {
    call('flush')
    call('close')
    extension = undefined
  }

  loadExtension(path, folder)
    .then((made) => {
      if (typeof (made as Extension | undefined)?.write !== 'function')
        throw ours('has no output as its default export, an object with write(record) or a function that makes one')
      extension = made as Extension
      state = 'on'
      for (const record of waiting.splice(0)) write(record)
      if (closed) end()
      else changed()
    })
    .catch((error) => fail(textOf(error)))

  return {
    write(record) {
      if (state === 'on' && !closed) return write(record)
      if (state === 'off' || closed) return false
      if (waiting.length < mostWaiting) return waiting.push(record) > 0
      warnOnce(
        `slow ${path}`,
        `output.path: ${path} is not loaded yet (${location}); of its records only ${mostWaiting} wait`,
      )
      return false
    },
    get observe() {
      return typeof extension?.observe === 'function' ? observe : undefined
    },
    flush() {
      call('flush')
    },
    exit() {
      const lost = waiting.length
      if (lost > 0)
        warnOnce(
          `lost ${path}`,
          `output.path: ${path} was not loaded in time (${location}); ${lost} records for it are lost`,
        )
    },
    close() {
      closed = true
      if (state === 'on') end()
    },
  }
}

/** A copy that it may change without other outputs' notice. */
function copyOf(record: ProfileRecord): ProfileRecord {
  const copy = { ...record }
  if (record.metadata !== undefined) copy.metadata = { ...record.metadata }
  if (record.labels !== undefined) copy.labels = { ...record.labels }
  if (record.timing !== undefined) copy.timing = { ...record.timing }
  if (record.exceeded !== undefined) copy.exceeded = [...record.exceeded]
  return copy
}

function observedOf({ point, durationMs, error, memoryMb, metadata, labels, traceId, spanId }: Observed): ObservedCall {
  const call: ObservedCall = {
    name: point.name,
    library: point.library,
    target: point.target,
    duration_ms: Math.round(durationMs * 100) / 100,
  }
  if (error !== undefined) call.error = error
  if (memoryMb !== undefined) call.peak_memory_mb = Math.round(memoryMb * 100) / 100
  if (metadata !== undefined) call.metadata = { ...metadata }
  if (labels !== undefined) call.labels = { ...labels }
  if (traceId !== undefined) call.trace_id = traceId
  if (spanId !== undefined) call.span_id = spanId
  return call
}
