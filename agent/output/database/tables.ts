import { isTest, isTestStep } from '../../findings/test-label.ts'
import type { ProfileRecord } from '../../model.ts'
import type { Connection } from './engine.ts'

/** Of the tables: `PRAGMA user_version`. */
export const schemaVersion = 1
/** `PRAGMA application_id` of our files: tables are never put into a database that is somebody else's. */
const applicationId = 0x43_72_42_67

/** The tables of records, one a kind; `runs` has the agent's own. */
export const tables = ['calls', 'requests', 'tests', 'steps', 'probes', 'system'] as const
export type Table = (typeof tables)[number]

/** The fields of a record with a column of their own. What it has besides is JSON, in `more`. */
export const columns = [
  ...['timestamp', 'name', 'library', 'duration_ms', 'error', 'status', 'sample_rate', 'concurrent', 'pid'],
  ...['thread_id', 'trace_id', 'span_id', 'parent_id', 'request_id', 'test_id', 'self_ms', 'metadata'],
] as const
/** Those of `agent.start` in `runs`. */
export const startColumns = [
  ...['timestamp', 'pid', 'thread_id', 'started', 'service', 'service_version', 'agent_version', 'node', 'host'],
  ...['schema_version', 'options'],
] as const
/** Those of `agent.summary` in the same row; its `timestamp` is `ended`. */
export const endColumns = ['uptime_s', 'faults', 'restraint', 'scopes'] as const

/** What stands in such a column is JSON. */
export const jsonColumns: ReadonlySet<string> = new Set(['metadata', 'more', 'options', 'scopes', 'end_more'])

/** Read off the metadata, for queries; where the name is another, or it is not of the metadata, what it is read off. */
const readOff: Readonly<Record<Table, readonly (string | readonly [name: string, column: string, key: string])[]>> = {
  calls: ['model', 'collection', 'operation', 'input_tokens', 'output_tokens', 'batch_size', 'top_k', 'results'],
  requests: ['method', 'route'],
  tests: [
    ...(['file', 'suite', 'title', 'retry', 'attempt', 'worker', 'before_ms', 'after_ms', 'http_requests'] as const),
    // A test's own `status`: the column of this name is an error's.
    ...([
      ['outcome', 'metadata', 'status'],
      ['calls', 'more', 'calls'],
      ['run_id', 'more', 'run_id'],
    ] as const),
  ],
  steps: ['file', 'suite', 'hook', ['run_id', 'more', 'run_id']],
  probes: [],
  system: ['cpu_percent', 'event_loop_utilization', 'memory_mb', 'heap_used_mb', 'heap_percent', 'stall_ms', 'gc_ms'],
}

/** The table of a record: a kind that is not known yet is a call's. */
export function tableOf(record: ProfileRecord): Table {
  if (isTest(record)) return 'tests'
  if (isTestStep(record)) return 'steps'
  const { name, library, kind, duration_ms } = record
  if (library === 'system') return 'system'
  if (library === 'probe' || (duration_ms === 0 && name.startsWith('process.'))) return 'probes'
  return kind === undefined ? 'calls' : 'requests'
}

/**
 * `id` is one row of numbers over all tables, in the order in which records were written: `sequence` has the next. A
 * status has no type, since SQLSTATE `08006` is no number.
 */
const recordTable = (table: Table) => `
  CREATE TABLE ${table} (
    id INTEGER PRIMARY KEY, run INTEGER NOT NULL,
    timestamp REAL NOT NULL, name TEXT NOT NULL, library TEXT NOT NULL, duration_ms REAL NOT NULL,
    error TEXT, status, sample_rate REAL, concurrent INTEGER, pid INTEGER, thread_id INTEGER,
    trace_id TEXT, span_id TEXT, parent_id TEXT, request_id TEXT, test_id TEXT, self_ms REAL,
    metadata TEXT, more TEXT${readOff[table].map(generated).join('')}
  );
  CREATE INDEX ${table}_by_time ON ${table} (timestamp);`

function generated(one: (typeof readOff)[Table][number]): string {
  const [name, column, key] = typeof one === 'string' ? [one, 'metadata', one] : one
  return `,\n    ${name} AS (json_extract(${column}, '$.${key}'))`
}

/** The steps from each version to the next: of a new file all of them are taken. */
const migrations: readonly string[] = [
  `CREATE TABLE sequence (next INTEGER NOT NULL);
  INSERT INTO sequence VALUES (1);
  CREATE TABLE runs (
    id INTEGER PRIMARY KEY, run TEXT NOT NULL,
    timestamp REAL NOT NULL, pid INTEGER, thread_id INTEGER, started REAL,
    service TEXT, service_version TEXT, agent_version TEXT, node TEXT, host TEXT, schema_version INTEGER,
    options TEXT, more TEXT,
    end_id INTEGER, ended REAL, uptime_s REAL, faults INTEGER, restraint TEXT, scopes TEXT, end_more TEXT
  );
  CREATE INDEX runs_by_time ON runs (timestamp);
  ${tables.map(recordTable).join('')}`,
]

/** Brings a database from the version that it has to this one. To be called within a transaction. */
export function migrate(db: Connection, steps: readonly string[] = migrations): void {
  const from = numberIn(db, 'user_version')
  for (const step of steps.slice(from)) db.exec(step)
  if (from < steps.length) db.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${steps.length}`)
}

/** A number that a PRAGMA gives. */
export const numberIn = (db: Connection, pragma: string): number =>
  Number(Object.values(db.prepare(`PRAGMA ${pragma}`).get() ?? {})[0])

/** Why a database can't be ours; undefined if it is, or is empty. */
export function whyForeign(db: Connection): string | undefined {
  const isEmpty = Number(db.prepare('SELECT count(*) AS n FROM sqlite_master').get()?.n) === 0
  if (isEmpty) return undefined
  if (numberIn(db, 'application_id') !== applicationId) return "it is another application's database"
  const version = numberIn(db, 'user_version')
  if (version <= schemaVersion) return undefined
  return `a newer agent made its tables: their version is ${version}, and this agent knows ${schemaVersion}`
}
