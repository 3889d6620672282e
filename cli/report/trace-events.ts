import type { Report, RequestCall, RequestReport } from './model.ts'

/** One event of Chrome's Trace Event Format; times are microseconds. */
interface TraceEvent {
  readonly name: string
  readonly ph: 'X' | 'M'
  readonly pid: number
  readonly tid: number
  readonly ts: number
  readonly dur?: number
  readonly cat: string
  readonly cname?: string
  readonly args: object
}

/** A call, or the request itself, where it is drawn. */
interface Drawn {
  readonly start: number
  readonly until: number
  readonly tid: number
  /** The call that it is nested in. */
  readonly within: Drawn | undefined
}

const toleranceUs = 1500

/**
 * The requests that a report shows, as Perfetto and `chrome://tracing` open them: each process is one, with a row for each
 * request, and further ones for what ran in parallel in it.
 */
export function traceEventsOf({ slowest, cited = [], files }: Report): object {
  const requests = [...slowest, ...cited].sort((one, other) => one.from - other.from)
  const processes = new Map<number, string>()
  let lanes = 0
  const traceEvents = requests.flatMap((request) => {
    const { pid = 0, service } = request
    processes.set(pid, service === undefined ? `pid ${pid}` : `${service} (pid ${pid})`)
    return eventsOf(request, () => ++lanes)
  })
  const named = [...processes].map(([pid, name]) => metadata('process_name', pid, 0, { name }))
  return { traceEvents: [...named, ...traceEvents], displayTimeUnit: 'ms', otherData: { files: files.join(', ') } }
}

function eventsOf(request: RequestReport, nextTid: () => number): TraceEvent[] {
  const { pid = 0, from, duration_ms, calls, trace_id, request_id } = request
  const ids = { trace_id, ...(request_id !== undefined && { request_id }) }
  const rows = createRows(nextTid)
  const bySpan = new Map<string, Drawn>()
  const eventOf = (call: Pick<RequestCall, 'name' | 'library' | 'start_ms' | 'duration_ms'>, within?: Drawn) => {
    const start = Math.round(from * 1e6 + call.start_ms * 1000)
    const drawn = rows.place(start, start + Math.round(call.duration_ms * 1000), within)
    const event = { ph: 'X', pid, tid: drawn.tid, ts: start, dur: drawn.until - start } as const
    return { drawn, event: { name: call.name, cat: call.library, ...event } }
  }
  const longest = calls.find((call) => call.depth === 0 && call.duration_ms >= duration_ms)
  // Where no call is as long as the request, such as its own record, this stands for it.
  const own =
    longest !== undefined ? undefined : eventOf({ name: 'request', library: 'request', start_ms: 0, duration_ms })
  let whole = own?.drawn
  const events = calls.map((call): TraceEvent => {
    // The call around it may be one of those that are not shown.
    const within = (call.parent_id === undefined ? undefined : bySpan.get(call.parent_id)) ?? whole
    const { drawn, event } = eventOf({ ...call, name: call.label ?? call.name }, within)
    bySpan.set(call.span_id, drawn)
    if (call === longest) whole = drawn
    return { ...event, ...(call.error !== undefined && { cname: 'terrible' }), args: argsOf(call, ids) }
  })
  return [
    ...rows.tids().flatMap((tid, i) => namesOf(request, tid, i)),
    ...(own === undefined ? [] : [{ ...own.event, args: ids }]),
    ...events,
  ]
}

/** Finds a row for each call: that of the call around it, or where something else is there meanwhile, another one. */
function createRows(nextTid: () => number) {
  const rows: { readonly tid: number; readonly drawn: Drawn[] }[] = []

  return {
    tids: () => rows.map(({ tid }) => tid),
    place(start: number, end: number, within: Drawn | undefined): Drawn {
      // Begins are known to a millisecond: what seems to end so little after the call around it ended with it.
      const until = within !== undefined && end > within.until && end <= within.until + toleranceUs ? within.until : end
      const fits = (other: Drawn) =>
        other.until <= start ||
        other.start >= until ||
        (isAround(other, within) && other.start <= start && other.until >= until)
      const order = [...rows].sort((a, b) => Number(b.tid === within?.tid) - Number(a.tid === within?.tid))
      let row = order.find(({ drawn }) => drawn.every(fits))
      if (row === undefined) {
        row = { tid: nextTid(), drawn: [] }
        rows.push(row)
      }
      const made = { start, until: Math.max(start, until), tid: row.tid, within }
      row.drawn.push(made)
      return made
    },
  }
}

function isAround(other: Drawn, within: Drawn | undefined): boolean {
  for (let one = within; one !== undefined; one = one.within) if (one === other) return true
  return false
}

/** Counts and names, as the record has them. */
function argsOf({ name, error, metadata, timing, depth }: RequestCall, ids: object): object {
  return {
    ...(depth === 0 && ids),
    scope: name,
    ...(error !== undefined && { error }),
    ...metadata,
    ...(timing !== undefined && { timing }),
  }
}

/** The name of a row, and its place among the others. */
function namesOf({ pid = 0, trace_id, request_id, calls, thread_id = 0 }: RequestReport, tid: number, i: number) {
  const [first] = calls
  const what = `${first?.label ?? 'request'} ${request_id ?? trace_id.slice(-8)}`
  const thread = thread_id === 0 ? '' : `, thread ${thread_id}`
  return [
    metadata('thread_name', pid, tid, { name: i === 0 ? `${what}${thread}` : `${what}, in parallel ${i + 1}` }),
    metadata('thread_sort_index', pid, tid, { sort_index: tid }),
  ]
}

const metadata = (name: string, pid: number, tid: number, args: object): TraceEvent => ({
  ...{ name, cat: '__metadata', ph: 'M', pid, tid, ts: 0, args },
})
