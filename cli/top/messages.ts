import { visible } from '../../agent/diagnostics.ts'
import { type Noted, zero } from '../../agent/ledger.ts'
import type { Counts, LibraryState } from '../../agent/model.ts'
import type {
  Hello,
  LeadingFinding,
  PaidUsage,
  ProcessFigures,
  ScopeFigures,
  Snapshot,
  Who,
} from '../../agent/output/socket/protocol.ts'

/**
 * Reads a message of another process and leaves out what is not of its kind: anything may listen at a path. Texts are
 * plain and short, numbers are numbers, lists are no longer than the agent's own.
 */
export function snapshotIn(said: unknown): Snapshot | undefined {
  if (!isObject(said) || !Array.isArray(said.scopes) || !Array.isArray(said.libraries)) return undefined
  const left_out = numberIn(said.left_out)
  return {
    at: numberIn(said.at),
    interval_ms: numberIn(said.interval_ms),
    scopes: listIn(said.scopes, mostScopes).flatMap((one) => figuresIn(one) ?? []),
    ...(left_out > 0 && { left_out }),
    libraries: listIn(said.libraries, mostScopes).flatMap((one) => {
      const name = isObject(one) ? nameIn(one.name) : undefined
      return name === undefined ? [] : [{ name, states: notesIn((one as Fields).states) }]
    }),
    totals: countsIn(said.totals),
    faults: numberIn(said.faults),
    ...(typeof said.restraint === 'string' && { restraint: textIn(said.restraint) }),
    ...(isObject(said.process) && { process: processIn(said.process) }),
    ...(isObject(said.finding) && { finding: findingIn(said.finding) }),
  }
}

/** Undefined for what is no hello. */
export function helloIn(said: unknown): Hello | undefined {
  if (!isObject(said) || !isObject(said.hello) || said.v !== 1) return undefined
  const { agent, pid, thread_id, node, script, since } = said.hello
  const hello: Who = {
    ...{ agent: textIn(agent), node: textIn(node), script: textIn(script) },
    ...{ pid: numberIn(pid), thread_id: numberIn(thread_id), since: numberIn(since) },
  }
  return { v: 1, hello }
}

type Fields = Readonly<Record<string, unknown>>

const mostScopes = 500
const mostNotes = 50
const mostModels = 20
const longest = 256

export const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null

export const listIn = (value: unknown, most: number): readonly unknown[] =>
  Array.isArray(value) ? value.slice(0, most) : []

/** 0 for what is none, or no size. */
export const numberIn = (value: unknown): number => (typeof value === 'number' && value > 0 && value < 1e15 ? value : 0)

export const textIn = (value: unknown, most = longest): string =>
  typeof value === 'string' ? visible(value, most) : ''

/** Undefined for none, and for those that every object has. */
export function nameIn(value: unknown): string | undefined {
  const name = textIn(value)
  return name === '' || name in {} ? undefined : name
}

export function countsIn(value: unknown): Counts {
  const counts = zero()
  for (const key of Object.keys(counts) as (keyof Counts)[]) counts[key] = numberIn(isObject(value) && value[key])
  return counts
}

const states: Readonly<Record<LibraryState, true>> = {
  never_loaded: true,
  loaded_before_agent: true,
  unsupported_version: true,
  untested_version: true,
  shape_mismatch: true,
  unsafe_exports: true,
  wrap_failed: true,
  patched: true,
  disabled: true,
}

export function notesIn(value: unknown): Noted[] {
  return listIn(value, mostNotes).flatMap((one) => {
    const { state, detail } = isObject(one) ? one : {}
    return typeof state === 'string' && Object.hasOwn(states, state)
      ? [{ state: state as LibraryState, detail: textIn(detail, 1000) }]
      : []
  })
}

function processIn(said: Fields): ProcessFigures {
  const { cpu_percent, loop_percent, memory_mb, heap_used_mb, stalls, longest_stall_ms } = said
  return {
    ...{ cpu_percent: numberIn(cpu_percent), loop_percent: numberIn(loop_percent) },
    ...{ memory_mb: numberIn(memory_mb), heap_used_mb: numberIn(heap_used_mb) },
    ...{ stalls: numberIn(stalls), longest_stall_ms: numberIn(longest_stall_ms) },
    ...{ gc_percent: numberIn(said.gc_percent), starved_percent: numberIn(said.starved_percent) },
  }
}

function usageIn(said: Fields): PaidUsage {
  const { calls, input_tokens, output_tokens, cached_tokens, cache_write_tokens, billed_units } = said
  const names = (['model', 'response_model', 'provider'] as const).flatMap((key) => {
    const name = nameIn(said[key])
    return name === undefined ? [] : [[key, name] as const]
  })
  return {
    ...Object.fromEntries(names),
    ...{ calls: numberIn(calls), input_tokens: numberIn(input_tokens), output_tokens: numberIn(output_tokens) },
    ...{ cached_tokens: numberIn(cached_tokens), cache_write_tokens: numberIn(cache_write_tokens) },
    billed_units: numberIn(billed_units),
  }
}

const findingIn = (said: Fields): LeadingFinding => ({
  ...{ signature: textIn(said.signature), title: textIn(said.title), share: Math.min(1, numberIn(said.share)) },
  share_of: said.share_of === 'requests' ? 'requests' : 'request_time',
  confidence: said.confidence === 'heuristic' ? 'heuristic' : 'direct',
})

function figuresIn(value: unknown): ScopeFigures | undefined {
  if (!isObject(value)) return undefined
  const [name, library] = [nameIn(value.name), nameIn(value.library)]
  if (name === undefined || library === undefined) return undefined
  const { calls, errors, p50_ms, p95_ms, max_ms, open, counts } = value
  const usage = listIn(value.usage, mostModels).flatMap((one) => (isObject(one) ? [usageIn(one)] : []))
  return {
    ...{ name, library, counts: countsIn(counts), calls: numberIn(calls), errors: numberIn(errors) },
    ...{ p50_ms: numberIn(p50_ms), p95_ms: numberIn(p95_ms), max_ms: numberIn(max_ms), open: numberIn(open) },
    ...(usage.length > 0 && { usage }),
  }
}
