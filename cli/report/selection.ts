import type { ProfileRecord } from '../../agent/model.ts'
import type { StartRecord } from '../../agent/output/identity.ts'
import { UsageError } from '../command.ts'
import { count } from '../format.ts'
import { isOwn } from './runs.ts'

/** Which requests are read; each is there whole, or not at all. */
export interface Selection {
  /** Unix seconds, of the begin of a request. */
  readonly since?: number
  readonly until?: number
  /** Seconds before the end of the newest file. */
  readonly last?: number
  /** A call in it, which is all of these. */
  readonly scope?: string
  readonly library?: string
  readonly collection?: string
  readonly model?: string
  /** `/search/:id`, or `GET /search/:id`. */
  readonly route?: string
  /** Whose records they are. */
  readonly service?: string
  readonly run?: string
  readonly pid?: string
  /** An id, or how it begins. */
  readonly trace?: string
}

/** Records that wait for the others of their request, as many as `requests.ts` keeps. */
const mostWaiting = 10_000

interface Run {
  readonly service: string
  readonly id: string
}

const text = { type: 'string' } as const
export const selectionOptions = {
  since: text,
  until: text,
  last: text,
  scope: text,
  library: text,
  collection: text,
  model: text,
  route: text,
  service: text,
  run: text,
  pid: text,
  trace: text,
} as const

/** Of the help of a command that takes them. */
export const selectionHelp = `  --since, --until MOMENT, --last 10m        that began then; --last counts back from when the file was written to
  --scope, --library, --collection, --model  that hold a call with all of these names
  --route ROUTE, --trace ID                  of /search/:id or GET /search/:id; of the trace that begins so
  --service, --run, --pid                    of this service, of this run (PID-STARTED), of this process`

type Words = { readonly [K in keyof typeof selectionOptions]?: string | undefined }

/** Reads the words of a command; undefined where it has none. Throws a `UsageError`. */
export function selectionFrom(words: Words): Selection | undefined {
  const { since, until, last, ...names } = words
  const given = {
    ...names,
    ...(since !== undefined && { since: momentFrom('since', since) }),
    ...(until !== undefined && { until: momentFrom('until', until) }),
    ...(last !== undefined && { last: spanFrom(last) }),
  }
  const some = Object.entries(given).filter(([, value]) => value !== undefined)
  return some.length === 0 ? undefined : (Object.fromEntries(some) as Selection)
}

/** What is said where a selection leaves nothing of what was read. */
export function nothingSelected(what: string, records: number, selection: Selection): UsageError {
  const words = Object.keys(selection).map((word) => `--${word}`)
  return new UsageError(
    `${what}: none of its ${count(records)} records is of a request that ${words.join(' and ')} ${words.length > 1 ? 'select' : 'selects'}`,
  )
}

function momentFrom(option: string, text: string): number {
  const seconds = /^\d{9,11}(?:\.\d+)?$/.test(text) ? Number(text) : Date.parse(text) / 1000
  if (Number.isFinite(seconds)) return seconds
  throw new UsageError(
    `--${option} takes a moment such as 2026-07-01T10:00:00Z or 1782900000, not ${JSON.stringify(text)}`,
  )
}

function spanFrom(text: string): number {
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?)(s|m|h|d)$/.exec(text) ?? []
  const seconds = { s: 1, m: 60, h: 3600, d: 86_400 }[unit]
  if (count !== undefined && seconds !== undefined) return Number(count) * seconds
  throw new UsageError(`--last takes a span such as 30s, 10m, 2h, 1d, not ${JSON.stringify(text)}`)
}

/** Passes on the records of the requests that are selected, and what the agent says of their processes. */
export function createSelection(selection: Selection, endSeconds: number, take: (record: ProfileRecord) => void) {
  const since = Math.max(selection.since ?? 0, selection.last === undefined ? 0 : endSeconds - selection.last)
  const until = selection.until ?? Infinity
  const runs = new Map<string, Run>()
  const open = new Map<string, ProfileRecord[]>()
  let waiting = 0

  const isOfProcess = ({ pid, thread_id }: ProfileRecord) => {
    const run = runs.get(`${pid} ${thread_id}`)
    return isSame(selection.pid, `${pid}`) && isSame(selection.service, run?.service) && isSame(selection.run, run?.id)
  }
  const finish = (key: string, records: readonly ProfileRecord[]) => {
    open.delete(key)
    waiting -= records.length
    const begin = Math.min(...records.map(({ timestamp }) => timestamp))
    if (begin < since || begin >= until) return
    if (records.some((record) => isCall(selection, record)) && records.some((record) => isRoute(selection, record)))
      for (const record of records) take(record)
  }
  return {
    add(record: ProfileRecord): void {
      if (isOwn(record)) {
        const { pid, thread_id, name, service, started } = record as ProfileRecord & StartRecord
        if (name === 'agent.start' && runs.size < 10_000)
          runs.set(`${pid} ${thread_id}`, { service: `${service}`, id: `${pid}-${started}` })
        if (isOfProcess(record)) take(record)
        return
      }
      if (!isOfProcess(record)) return
      const { trace_id: trace, request_id: request } = record
      if (selection.trace !== undefined && !trace?.startsWith(selection.trace)) return
      if (trace === undefined) {
        waiting++
        finish('', [record])
        return
      }
      const key = `${trace} ${request ?? ''}`
      const records = open.get(key) ?? []
      open.delete(key)
      open.set(key, records)
      records.push(record)
      waiting++
      while (waiting > mostWaiting) {
        const [oldest] = open
        if (oldest !== undefined) finish(...oldest)
      }
    },
    end(): void {
      for (const [key, records] of [...open]) finish(key, records)
    },
  }
}

const isSame = (wanted: string | undefined, value: unknown) => wanted === undefined || wanted === value

const isCall = ({ scope, library, collection, model }: Selection, { name, library: of, metadata }: ProfileRecord) =>
  (scope === undefined || name === scope || name.startsWith(`${scope}.`)) &&
  isSame(library, of) &&
  isSame(collection, metadata?.collection) &&
  isSame(model, metadata?.model)

const isRoute = ({ route }: Selection, { kind, metadata: { method, route: of } = {} }: ProfileRecord) =>
  route === undefined || (kind !== undefined && (route === of || route === `${method} ${of}`))
