import { type Group, isOption, type Values } from './group.ts'
import { choice, needed, number, type Option, secret, text, tighter } from './option.ts'

const cooldown = number(
  60,
  'After an alert, how many seconds the same scope of the same library is quiet; the next alert says how many were held back.',
  0,
)

const on = choice(
  'thresholds',
  ['thresholds', 'findings'],
  'What is reported: `thresholds` each record that passed one, with a cool-down; `findings` what the records of a process show, as ' +
    '`report` would recommend it, each once. Every process and thread looks at its own records; see docs/findings.md.',
)
/** The options of an alert of either type. */
const live = {
  on,
  cooldown_s: cooldown,
  window_s: number(
    300,
    'With `on: findings`, of how many seconds the records are looked at together, and until there were 20 requests. A ' +
      'finding is reported when two such windows, one after the other, have it.',
    1,
    86_400,
  ),
  again_after_s: number(
    3600,
    'With `on: findings`, a finding that was reported is reported again only after no window of so many seconds has had it.',
    0,
  ),
}
const rotate = {
  size_mb: number(
    0,
    'Before a file would have more than this many MB (10^6 bytes) it is renamed to `.1`, the one before it to ' +
      '`.2`, and so on; of a database that has more the oldest records are removed. 0 never.',
    0,
  ),
  age_hours: number(
    0,
    'The same when the first record of a file was written this many hours ago; looked at with each record, so that ' +
      'an idle file stays. Of a database each record that is so old is removed. 0 never.',
    0,
  ),
}

/** One for all types that have it: the environment speaks of the option, whatever the type is. */
const naming = choice(
  'profiling',
  ['profiling', 'otel', 'otel_latest'],
  "The names of metrics, labels, spans and attributes: `profiling` the agent's own for Prometheus, and for `otlp` and " +
    '`opentelemetry` the same as `otel`; `otel` those of the semantic conventions 1.41, or of the latest where ' +
    '`OTEL_SEMCONV_STABILITY_OPT_IN` has `gen_ai_latest_experimental`; `otel_latest` those of the GenAI conventions 0.1.0.',
)

/** The types of outputs and alerts: each has options of its own, and another type's beside it are a mistake. */
export const unions = {
  output: union(
    'log',
    'Where records go: `log` JSON lines on stderr, `file` a JSONL file, `database` an SQLite file, `prometheus` metrics to be scraped, `otlp` ' +
      "spans and metrics to a collector, `opentelemetry` the same by the application's own OpenTelemetry SDK, `module` " +
      'a module of your own, `none` nowhere.',
    {
      log: {
        destination: choice('stderr', ['stderr', 'stdout'], 'The stream.'),
      },
      file: {
        path: text(
          './data/profiling/profile.jsonl',
          'The file, relative to the working directory; `{pid}` and `{date}` (the day in UTC, `2026-07-01`) in it are ' +
            'filled in. Folders are made; mode 0600. Whole lines are appended, so several processes may share it on a local ' +
            'file system (network file systems are not promised). A symbolic link is followed where it and what it leads ' +
            "to are root's or the process's own user's.",
        ),
        buffer_ms: number(
          0,
          'Records are gathered for at most this many milliseconds and written together, which is cheaper; also at exit, ' +
            'on an uncaught exception, and before the handlers of a signal. What still waits is lost where the process ends ' +
            'otherwise: `kill -9`, a signal without a handler, `abort()`, no memory, or the end of a worker thread by ' +
            '`terminate()`. 0 writes each record before the call returns, so that none is.',
          0,
          10_000,
        ),
        rotate: {
          ...rotate,
          keep: number(
            5,
            'How many rotated files are kept, `.1` the newest; 0 empties the file itself. Counts for each path by itself: ' +
              'files that `{date}` or `{pid}` gave a name of their own are never removed.',
            0,
            1000,
            true,
          ),
        },
      },
      database: {
        database_path: text(
          './data/profiling/profile.db',
          'The SQLite file of `type: database`, relative to the working directory; `{pid}` in it is filled in. Folders are ' +
            'made; mode 0600. Processes and threads may share it on a local file system. Needs Node 22.13 or later, or ' +
            '`better-sqlite3` in the application.',
        ),
        flush_ms: number(
          500,
          'Records are gathered for at most this many milliseconds, or until there are 100, and written in one transaction; ' +
            'also at exit, on an uncaught exception, and before the handlers of a signal. 0 writes each before the call ' +
            'returns. Nothing waits for the disk: what was written survives the process, not a crash of the system.',
          0,
          60_000,
        ),
        rotate,
      },
      prometheus: {
        port: number(
          9464,
          'Where `/metrics` is served; a port that is taken is reported and the next one tried. 0 serves none.',
          0,
          65535,
          true,
        ),
        host: text('127.0.0.1', 'The address that it listens on.'),
        registry: choice(
          'own',
          ['own', 'application'],
          "`application` adds the metrics to the registry of the application's own `prom-client`, and listens on no port.",
        ),
        naming,
        pushgateway: secret(
          'The URL of a Pushgateway, for short-lived jobs; with `/metrics/job/NAME` at its end it names the job, which ' +
            "else is the package's name. Pushed every 15 s, and when the process ends by itself, not by `process.exit()`; " +
            'empty for none.',
        ),
        costs: choice(
          'off',
          ['off', 'own', 'published'],
          'Counts what calls cost, in `profiling_cost_usd_total` (in the currency of `prices.currency`): `own` by `prices.models` ' +
            'alone, `published` also by `@pydantic/genai-prices` where the application has it, which is loaded into the process then. ' +
            'A model without a price is reported once, and counts nothing.',
        ),
        textfile: text(
          '',
          "A file for node_exporter's textfile collector, relative to the working directory; written every 15 s and at " +
            'exit, also by `process.exit()`; empty for none.',
        ),
      },
      otlp: {
        endpoint: secret(
          'The URL of the collector (`http://127.0.0.1:4318`); empty leaves it to `OTEL_EXPORTER_OTLP_ENDPOINT`.',
        ),
        naming,
      },
      opentelemetry: { naming },
      module: {
        path: needed(text('', 'The module, relative to the configuration file.')),
      },
      none: {},
    },
  ),
  alerts: union('none', 'Where a record that passed a threshold goes besides, or what all records show.', {
    none: {},
    log: {
      destination: choice('stderr', ['stderr', 'stdout'], 'The stream.'),
      ...live,
    },
    webhook: {
      url: needed(
        secret(
          'Where the alert is posted as JSON, an http or https URL; a user and password in it are sent as basic authentication.',
        ),
      ),
      timeout_ms: number(5000, 'How long one try may take.', 1, 60_000),
      ...live,
    },
  }),
} as const

type OneOf<C> = { [T in keyof C]: { readonly type: T } & Values<C[T]> }[keyof C]

export type OutputConfig = OneOf<typeof unions.output.cases>
export type AlertConfig = OneOf<typeof unions.alerts.cases>
/** The options of one type of output. */
export type OutputOf<T extends OutputConfig['type']> = Extract<OutputConfig, { type: T }>

/** A group whose `type` says which options it has. */
export interface Union {
  readonly type: Option<string>
  readonly cases: Readonly<Record<string, Group>>
}

function union<const C extends Union['cases']>(initial: keyof C & string, text: string, cases: C) {
  return { type: tighter({ only: 'none' }, choice(initial, Object.keys(cases), text)), cases }
}

/** The options of all types as one group, which is what a file and the environment may speak of. */
export function flat({ type, cases }: Union): Group & { readonly type: Option<string> } {
  const add = (into: Group, group: Group, name: string): Group => ({
    ...into,
    ...Object.fromEntries(
      Object.entries(group).map(([key, entry]) => {
        const there = into[key]
        if (!isOption(entry)) return [key, add((there ?? {}) as Group, entry, name)]
        const first = (there ?? entry) as Option<unknown>
        return [key, { ...first, types: [...(first.types ?? []), name] }]
      }),
    ),
  })
  return { type, ...Object.entries(cases).reduce((all, [name, group]) => add(all, group, name), {}) }
}

/** Options of other types that may wait beside a type: the specification's own examples have a path ready beside `log`. */
export const mayWait = (type: string, option: string) => type === 'none' || (type === 'log' && option === 'path')
