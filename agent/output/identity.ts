import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { threadId } from 'node:worker_threads'
import type { Config } from '../config/schema.ts'
import type { Ledger } from '../ledger.ts'

/** The fields that stand in `agent.start` and `agent.summary`, so that they read like any record. */
interface OwnRecord {
  readonly name: 'agent.start' | 'agent.summary'
  readonly library: 'agent'
  readonly duration_ms: 0
  /** Unix seconds. */
  readonly timestamp: number
  readonly concurrent: 0
  readonly pid: number
  readonly thread_id: number
  /** When the process began, Unix seconds: with `pid`, it tells two runs in one file apart. */
  readonly started: number
}

/** Whose records follow, and by which options. */
export interface StartRecord extends OwnRecord {
  readonly name: 'agent.start'
  /** Of the records' own fields: it grows when one changes its meaning. */
  readonly schema_version: 1
  readonly agent_version: string
  readonly service: string
  readonly service_version?: string
  readonly node: string
  readonly host: string
  /** Those that shape what is recorded. */
  readonly options: ReturnType<typeof shapingOptions>
}

/** What became of the calls, as the ledger has it; counts of 0 are left out. */
export interface SummaryRecord extends OwnRecord {
  readonly name: 'agent.summary'
  readonly uptime_s: number
  readonly scopes: readonly {
    readonly library: string
    readonly scope: string
    readonly [count: string]: string | number
  }[]
  readonly faults: number
  readonly restraint?: string
}

/** The lines that begin and end what a thread writes to a file. */
export interface Identity {
  readonly start: () => string
  readonly summary: () => string
}

interface IdentityParts {
  readonly config: () => Config
  readonly ledger: Ledger
  readonly agentVersion: string
  readonly dateNow: () => number
}

const { env, versions, pid } = process

export function createIdentity({ config, ledger, agentVersion, dateNow }: IdentityParts): Identity {
  const { service, version } = serviceOf(env, process.argv[1], process.cwd())
  const own = () => ({
    ...({ library: 'agent', duration_ms: 0, timestamp: dateNow() / 1000, concurrent: 0 } as const),
    ...{ pid, thread_id: threadId, started: Math.round(performance.timeOrigin) / 1000 },
  })
  const line = (record: StartRecord | SummaryRecord) => `${JSON.stringify(record)}\n`

  return {
    start: () =>
      line({
        name: 'agent.start',
        ...own(),
        schema_version: 1,
        agent_version: agentVersion,
        service,
        ...(version !== undefined && { service_version: version }),
        node: versions.node,
        host: hostname(),
        options: shapingOptions(config()),
      }),
    summary() {
      const restraint = ledger.restraint()
      return line({
        name: 'agent.summary',
        ...own(),
        uptime_s: Math.round(performance.now()) / 1000,
        scopes: ledger.each().flatMap(({ library, scope, counts }) => {
          const some = Object.entries(counts).filter(([, count]) => count > 0)
          return some.length > 0 ? [{ library, scope, ...Object.fromEntries(some) }] : []
        }),
        faults: ledger.faults,
        ...(restraint !== undefined && { restraint }),
      })
    },
  }
}

function shapingOptions(config: Config) {
  const { mode, sample_rate, level, targets, thresholds, errors, requests, max_records_per_minute } = config
  const { include_metadata, find_repeats, check_vectors, include_stack_trace, limits } = config
  return {
    ...{ mode, sample_rate, level, targets, thresholds, errors, requests, max_records_per_minute },
    ...{ include_metadata, find_repeats, check_vectors, include_stack_trace, limits },
  }
}

/** As OpenTelemetry's variables say, else the package of the application's main script. */
function serviceOf(env: NodeJS.ProcessEnv, script: string | undefined, cwd: string) {
  const said = Object.fromEntries(
    (env.OTEL_RESOURCE_ATTRIBUTES ?? '').split(',').map((pair) => pair.split('=').map((part) => part.trim())),
  )
  const own = packageAbove(script === undefined ? cwd : dirname(script))
  return {
    service: text(env.OTEL_SERVICE_NAME) ?? text(said['service.name']) ?? text(own?.name) ?? (basename(cwd) || 'node'),
    version: text(said['service.version']) ?? text(own?.version),
  }
}

const mostCharacters = 128
const text = (value: unknown) =>
  typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, mostCharacters) : undefined

function packageAbove(folder: string): { readonly name?: unknown; readonly version?: unknown } | undefined {
  for (let at = folder; ; at = dirname(at)) {
    try {
      const found = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8'))
      // One that says only `"type"` is no package's own.
      if (found.name !== undefined) return found
    } catch {
      // The folder above may have one.
    }
    if (dirname(at) === at) return undefined
  }
}
