import { boolean, choice, number, text, tighter } from './option.ts'

const watched = (what: string) => tighter('off', boolean(true, `Takes ${what} into each snapshot.`))

/** The section `system`: snapshots of the process. Its names and defaults are the unified system's. */
export const system = {
  enabled: tighter(
    'off',
    boolean(
      false,
      'Takes a snapshot of the process every `sampling_interval`, in its main thread: see docs/production.md. Needs ' +
        '`enabled: true` of the whole.',
    ),
  ),
  monitor: {
    cpu: watched('processor time, event loop utilisation, stalls and starvation'),
    memory: watched('resident memory, heap, external memory and array buffers'),
    threads: watched('the number of threads, active handles, and the pool of libuv with the longest wait seen there'),
    gc: watched('garbage collections by kind, and their time'),
  },
  sampling_interval: tighter('higher', number(1, 'Seconds between two snapshots.', 0.1, 3600)),
  max_snapshots: tighter(
    'lower',
    number(
      1000,
      'How many snapshots the file has before it is renamed to `.1`, which replaces the one before: twice as many at most ' +
        'are kept. Without effect on other outputs.',
      1,
      1_000_000,
      true,
    ),
  ),
  thresholds: {
    cpu_percent: tighter(
      'higher',
      number(80, 'Of one core. A snapshot that has more says so in `exceeded`, and is an alert; 0 never.', 0),
    ),
    memory_mb: tighter(
      'higher',
      number(500, 'The same for the growth of resident memory since the first snapshot; 0 never.', 0),
    ),
    heap_percent: tighter(
      'higher',
      number(90, 'The same for the share of the heap limit that is used; 0 never.', 0, 100),
    ),
  },
  event_loop_delay: tighter(
    'off',
    boolean(
      false,
      'Adds the delay of the event loop (p50, p99, most) by the histogram of Node, which wakes an idle process 50 times a ' +
        'second: 0.7 to 0.9 % of a core.',
    ),
  ),
  output: {
    type: tighter(
      { only: 'none' },
      choice(
        'file',
        ['file', 'database', 'log', 'none'],
        'Where the records of snapshots go. Metrics and alerts go to the outputs and alerts of all records, also with `none`.',
      ),
    ),
    path: text(
      './data/profiling/system.jsonl',
      'The file of `type: file`, as `output.path`; processes may share it, and `{pid}` gives each its own.',
    ),
    database_path: text(
      './data/profiling/profile.db',
      'The SQLite file of `type: database`, as `output.database_path`.',
    ),
    destination: choice('stderr', ['stderr', 'stdout'], 'The stream of `type: log`.'),
  },
} as const
