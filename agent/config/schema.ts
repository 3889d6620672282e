import { accepted } from './accepted.ts'
import { benchmarking } from './benchmarking.ts'
import { type Group, isOption, type Values } from './group.ts'
import { hosts } from './hosts.ts'
import { labels } from './labels.ts'
import { boolean, choice, names, number, numbersByName, type Option, secret, text, tighter } from './option.ts'
import { currency, prices } from './prices.ts'
import { system } from './system.ts'
import { testExecution } from './test-execution.ts'
import { meaningOf } from './unified.ts'
import { type AlertConfig, flat, type OutputConfig, unions } from './unions.ts'
import { weakScores } from './weak-score.ts'

/** Every option once, with its default, bounds and meaning. Types, environment names, pages and checks are read off it. */
export const schema = {
  enabled: tighter('off', boolean(false, 'Switches profiling on.')),
  mode: tighter(
    { only: 'sampling' },
    choice(
      'sampling',
      ['sampling', 'full'],
      '`sampling` looks at a share of the calls (`sample_rate`), `full` at all.',
    ),
  ),
  level: tighter(
    { only: 'basic' },
    choice(
      'basic',
      ['basic', 'detailed'],
      '`basic` times calls; `detailed` adds `peak_memory_mb` and `cpu_ms`, which are of the whole process: upper bounds ' +
        'where calls overlap. For development and staging.',
    ),
  ),
  targets: tighter(
    'narrower',
    names(
      'What to profile: targets (`vector_store`), scopes (`vector_store.search`), libraries (`qdrant`) or entries of ' +
        '`instrumentations`. Empty means all but `network`, which records every outgoing HTTP request on its own, so ' +
        'those of the other targets once more, and but `driver`, which records what drives browsers: in test runs alone, ' +
        'with `test_execution.capture.commands`. What is not named is not patched.',
      meaningOf,
    ),
  ),
  thresholds: {
    slow_call_ms: tighter(
      'higher',
      number(500, 'Calls faster than this, in milliseconds, leave no record; 0 records all.', 0),
    ),
    memory_mb: tighter(
      'higher',
      number(50, 'With `level: detailed`, a call whose peak is this many MB or more is recorded even when fast.', 0),
    ),
    by_target: tighter(
      'each higher',
      numbersByName(
        '`slow_call_ms` of single targets, libraries or scopes. The most specific wins: scope, library, target.',
        meaningOf,
      ),
    ),
    weak_score: weakScores(
      'From where on the best score of a search is weak: of all (`0.5`), or by name (`docs: 0.5`), the most specific wins: ' +
        'collection, model, scope, library, target. Below it where `score_kind` is `similarity`, above it where it is ' +
        '`distance`; where the store tells neither, say `{ below: 0.5 }` or `{ above: 0.5 }`. Read by `report`, `top` and `alerts` with `on: findings`.',
    ),
  },
  errors: tighter(
    { only: 'threshold' },
    choice(
      'always',
      ['always', 'threshold'],
      '`always` records a failed call however fast it was, under the limit as all; `threshold` treats it like any other.',
    ),
  ),
  sample_rate: tighter('lower', number(0.1, 'Share of the calls to look at when `mode` is `sampling`.', 0, 1)),
  output: flat(unions.output),
  alerts: flat(unions.alerts),
  requests: tighter(
    'off',
    boolean(
      false,
      'Gives each record its request (`trace_id`, `span_id`, `parent_id`, `request_id`), the tree of nested calls ' +
        '(`self_ms`) and where its time went (`timing`), and samples whole requests. Costs every promise of the process a ' +
        'little on Node 20 and 22.',
    ),
  ),
  wire: tighter(
    { only: 'off' },
    choice(
      'auto',
      ['auto', 'off'],
      'Counts calls of known services by their outgoing requests, for the targets that are on, where no profiled library ' +
        'tells of them: in a bundle, or by plain `fetch`. Such records say `seen: wire`. See docs/libraries.md.',
    ),
  ),
  wire_hosts: hosts(
    'Where services are served besides their own hosts: `qdrant: ["vectors.internal:6333"]`, with the port where that is not ' +
      "the protocol's.",
  ),
  request: {
    id_header: text('x-request-id', 'The incoming header that becomes `request_id`, cut at 128 characters.'),
    profile_header: text('x-crossbridge-profile', 'The incoming header that forces the profiling of its request.'),
    profile_secret: secret(
      'What that header must hold, 16 characters or more; empty switches forcing off. A forced request is sampled, and ' +
        'its records are emitted whatever thresholds and limits say.',
      16,
    ),
    log_ids: tighter(
      'off',
      boolean(
        false,
        "Writes `trace_id`, `span_id` and `request_id` into the application's own pino lines, with `requests: true`.",
      ),
    ),
  },
  labels: tighter(
    'fewer',
    labels(
      'Labels of your own in records and metrics, 8 at most: a text (`region: eu`), or a header of the request that a ' +
        'call is in (`tenant: header x-tenant`, with `requests: true`). `report --by tenant` splits by one. Values have 64 ' +
        'letters, digits and `_ . : / -` at most; others become `_`. See docs/production.md#labels.',
    ),
  ),
  max_label_values: tighter(
    'lower',
    number(
      100,
      'Most different values of each label that is read from a header, per thread of each process; further ones become ' +
        '`other`, which is reported once. Any client may send any header.',
      1,
      1000,
      true,
    ),
  ),
  probes: names(
    'Modules of your own that make records, relative to the configuration file. They run in the main thread.',
  ),
  max_records_per_minute: tighter(
    'lower',
    number(
      100,
      'Most records emitted in each fixed window of 60 seconds, per thread of each process; reported once when it is first reached.',
      1,
      undefined,
      true,
    ),
  ),
  include_metadata: tighter('off', boolean(true, 'Adds `metadata` to records. When false, nothing of a call is read.')),
  find_repeats: tighter(
    'off',
    boolean(
      false,
      'Adds `repeats` and `repeat_share` to the metadata of recorded embedding calls: how many of their inputs the same ' +
        'method had embedded before, by the same model, in the same thread. Inputs are compared by hashes with a random ' +
        'salt; neither leaves the thread. With `mode: sampling`, only the calls that are looked at are compared: use `full`.',
    ),
  ),
  check_vectors: tighter(
    'off',
    boolean(
      false,
      'Looks at one vector in 100 of each scope, in recorded calls that embed, search or write, whether it is all 0 or ' +
        'holds what is no number: `vectors_checked`, `zero_vectors` and `nan_vectors` in their metadata. No number of it ' +
        'is kept.',
    ),
  ),
  include_stack_trace: tighter(
    'off',
    boolean(false, "Adds `stack_trace`, the application's own frames at the start of the call. Expensive."),
  ),
  limits: {
    self_cpu_percent: tighter(
      'lower, not to 0',
      number(
        1,
        "When the agent's own work in a thread takes more than this share of one CPU, in percent, for some seconds, it samples less, then pauses (totals too), and comes back; 0 switches that off.",
        0,
        100,
      ),
    ),
  },
  cpu_profile: {
    on: tighter(
      { only: 'off' },
      choice(
        'off',
        ['slow', 'always', 'signal', 'off'],
        "Which function was running, by V8's own sampling profiler. `slow` is a flight recorder: the last seconds are in " +
          'memory, and are written where a record that passed a threshold, or a stall, falls into them; such a record then ' +
          'names the file (`profile`) and the functions that took its time (`hot`), and is written when its window is ' +
          'complete: at most half of `window_s` later. `always` writes every window. `signal` does nothing until ' +
          '`npx @crossbridge/agent profile` asks at `cli.socket`, which the others answer too. While it samples, Node counts ' +
          'waiting as work: `performance.eventLoopUtilization()` is too high then. See docs/profiles.md.',
      ),
    ),
    interval_ms: tighter(
      'higher',
      number(33, 'Between two samples. Below 20 an idle process costs more than 1 % of a core.', 1, 1000),
    ),
    window_s: number(
      10,
      'How long one window is. With `slow` one begins every half of it, so that a call of up to that half is in one whole.',
      1,
      60,
    ),
    keep: tighter(
      'lower',
      number(
        5,
        'How many files stay in `path`, of all processes that share it; the oldest are removed.',
        1,
        1000,
        true,
      ),
    ),
    path: text(
      './data/profiling/profiles',
      'The folder of the files, relative to the working directory. Made where it is missing; files have mode 0600.',
    ),
    stall_ms: tighter(
      'higher',
      number(
        200,
        'With `slow`, one turn of the event loop that works as long as this is a stall. At 33 ms it has six samples: of ' +
          'fewer the shares say little.',
        20,
        60_000,
      ),
    ),
    burst_s: tighter(
      'lower',
      number(
        0,
        'With `slow`, how many seconds are profiled finely after a breach, into a file of their own; 0 none.',
        0,
        60,
      ),
    ),
    burst_interval_ms: tighter(
      'higher',
      number(5, 'Between two samples of a burst, or of a profile by hand.', 1, 1000),
    ),
    burst_cooldown_s: tighter('higher', number(300, 'How many seconds after a burst no other begins.', 1)),
    workers: tighter('off', boolean(false, 'Profiles worker threads too, each into files of its own.')),
  },
  heap_profile: {
    on: tighter(
      { only: 'off' },
      choice(
        'off',
        ['threshold', 'signal', 'off'],
        'Which function allocated what is still alive, by sampling allocations. `threshold` samples from the start and ' +
          'writes a file when the heap passes `heap_percent`. `signal` samples only while `npx @crossbridge/agent profile ' +
          '--heap` asks at `cli.socket`, which `threshold` answers too.',
      ),
    ),
    heap_percent: tighter(
      'higher',
      number(
        80,
        "The share of the heap's limit (`--max-old-space-size`), in percent; looked at every 5 seconds.",
        1,
        100,
      ),
    ),
    cooldown_s: tighter('higher', number(600, 'How many seconds after a file no other is written.', 5)),
    interval_kb: tighter('higher', number(512, 'One allocation is looked at in so many KB.', 16, 65_536, true)),
    keep: tighter('lower', number(5, 'How many files stay in `path`, of all processes that share it.', 1, 1000, true)),
    path: text('./data/profiling/profiles', 'The folder of the files, as `cpu_profile.path`.'),
  },
  cli: {
    socket: text(
      '',
      'A local socket at which `npx @crossbridge/agent top` and `doctor --attach` look at the running process, and `profile` ' +
        'asks for one, relative to the working directory; `{pid}` in it is filled in; empty for none. Mode 0600, so for the same user only; folders ' +
        'are made. Names and counts leave it, nothing of a call. Processes and threads that share the path listen beside it, ' +
        'at `PATH.PID-THREAD`. Costs nothing while nobody looks.',
    ),
  },
  prices: {
    currency: currency('USD', 'The currency of `prices.models`; the prices that are known are in USD.'),
    models: prices(
      'What you pay, for the costs that `report`, `diff` and `top --cost` show: by model (`*` at its end stands for any ' +
        'rest) or library, `input`, `cached_input`, `cache_write` and `output` for a million tokens, `unit` for a billed ' +
        'unit. Of models that are not named, those of `@pydantic/genai-prices` where it is installed. Read by the command ' +
        'line alone.',
    ),
  },
  accepted: accepted(
    'Findings of `report` that you have decided to live with: the `signature` that it shows, the `reason`, and `until`, the ' +
      'day from which on it is reported again. They are counted, not shown, and neither `top` nor an alert tells them.',
  ),
  reload: tighter(
    'off',
    boolean(
      false,
      'Looks every second whether the file has changed, and puts it in force without a restart, whole or not at all. ' +
        'Begun with `enabled: false`, profiling can be switched on while the process runs.',
    ),
  ),
  reload_signal: tighter(
    { only: 'none' },
    choice(
      'none',
      ['none', 'SIGUSR2', 'SIGHUP'],
      'A signal to a process that makes it read the file again, with `reload` or instead of it. It no longer ends the process then.',
    ),
  ),
  system,
  test_execution: testExecution,
  benchmarking,
  lock: {
    ...boolean(
      false,
      'In the file only: variables may then only tighten what the file says (switch off, sample less), never loosen it.',
    ),
    instead: true,
  },
} as const satisfies Group

/** The resolved configuration. Of outputs and alerts there may be several. */
export type Config = Omit<Values<typeof schema>, 'output' | 'alerts'> & {
  readonly output: readonly OutputConfig[]
  readonly alerts: readonly AlertConfig[]
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
