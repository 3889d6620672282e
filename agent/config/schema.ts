import { boolean, choice, names, number, numbersByName, type Option, text, type Value } from './option.ts'

/** Every option once, with its default, bounds and meaning. Types, environment names, pages and checks are read off it. */
export const schema = {
  enabled: boolean(false, 'Switches profiling on.'),
  mode: choice(
    'sampling',
    ['sampling', 'full'],
    '`sampling` looks at a share of the calls (`sample_rate`), `full` at all.',
  ),
  level: choice(
    'basic',
    ['basic', 'detailed'],
    '`basic` times calls; `detailed` adds `peak_memory_mb` and `cpu_ms`, which are of the whole process: upper bounds ' +
      'where calls overlap. For development and staging.',
  ),
  targets: names(
    'What to profile: targets (`vector_store`), scopes (`vector_store.search`), libraries (`qdrant`) or entries of ' +
      '`instrumentations`. Empty means all. What is not named is not patched.',
  ),
  thresholds: {
    slow_call_ms: number(500, 'Calls faster than this, in milliseconds, leave no record; 0 records all.', 0),
    memory_mb: number(
      50,
      'With `level: detailed`, a call whose peak is this many MB or more is recorded even when fast.',
      0,
    ),
    by_target: numbersByName(
      '`slow_call_ms` of single targets, libraries or scopes. The most specific wins: scope, library, target.',
    ),
  },
  sample_rate: number(0.1, 'Share of the calls to look at when `mode` is `sampling`.', 0, 1),
  output: {
    type: choice('log', ['log', 'file', 'none'], 'Where records go: JSON lines on stderr, a JSONL file, or nowhere.', [
      'prometheus',
    ]),
    path: text(
      './data/profiling/profile.jsonl',
      'The file for `type: file`, relative to the working directory. Folders are made; mode 0600. Whole lines are ' +
        'appended, so several processes may share it on a local file system (network file systems are not promised).',
    ),
    destination: choice('stderr', ['stderr', 'stdout'], 'The stream for `type: log`.'),
  },
  max_records_per_minute: number(
    100,
    'Most records emitted in each fixed window of 60 seconds, per thread of each process.',
    1,
    undefined,
    true,
  ),
  include_metadata: boolean(true, 'Adds `metadata` to records. When false, nothing of a call is read.'),
  include_stack_trace: boolean(
    false,
    "Adds `stack_trace`, the application's own frames at the start of the call. Expensive.",
  ),
} as const satisfies Group

export interface Group {
  readonly [key: string]: Option<unknown> | Group
}

/** The values of a group of options. */
export type Values<G> = {
  readonly [K in keyof G]: G[K] extends { read: unknown } ? Value<G[K]> : Values<G[K]>
}

export type OutputConfig = Values<typeof schema.output>

/** The resolved configuration. `output` may be several. */
export type Config = Omit<Values<typeof schema>, 'output'> & { readonly output: readonly OutputConfig[] }

/** Whether a schema entry is an option, not a group of options. */
export function isOption(entry: Option<unknown> | Group): entry is Option<unknown> {
  return typeof entry.read === 'function'
}

/** `thresholds.slow_call_ms` is `CROSSBRIDGE_PROFILING_THRESHOLDS_SLOW_CALL_MS`. */
export function variable(path: string): string {
  return `CROSSBRIDGE_PROFILING_${path.replaceAll('.', '_').toUpperCase()}`
}

/** Every option with its path, in the schema's order. */
export function eachOption(group: Group = schema, prefix = ''): { path: string; option: Option<unknown> }[] {
  return Object.entries(group).flatMap(([key, entry]) =>
    isOption(entry) ? [{ path: prefix + key, option: entry }] : eachOption(entry, `${prefix}${key}.`),
  )
}
