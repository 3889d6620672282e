import { budgets } from './budgets.ts'
import { boolean, choice, number, text, tighter } from './option.ts'

const captured = (initial: boolean, what: string) => tighter('off', boolean(initial, what))

/** The section `test_execution`: what each test costs. Its names and defaults are the unified system's. */
export const testExecution = {
  enabled: tighter(
    'off',
    boolean(
      false,
      'Records test runs, suites and tests, and gives each call in a test its `test_id`: see docs/tests.md. Needs ' +
        '`enabled: true` of the whole, and follows requests as `requests: true` does.',
    ),
  ),
  mode: tighter(
    { only: 'sampling' },
    choice(
      'full',
      ['full', 'sampling'],
      '`full` looks at the calls of every test, `sampling` at those of a share of the tests (`sample_rate` of the whole). ' +
        'Tests themselves are recorded in both.',
    ),
  ),
  level: tighter(
    { only: 'basic' },
    choice(
      'basic',
      ['basic', 'detailed'],
      '`detailed` adds `peak_memory_mb` and `cpu_ms` of the whole process to each test: upper bounds where tests overlap.',
    ),
  ),
  capture: {
    test_lifecycle: captured(
      true,
      'Records runs, suites, tests and hooks. Without it calls have their `test_id` all the same.',
    ),
    commands: captured(
      true,
      'Records profiled calls in a test, those of what drives a browser too where it is supported.',
    ),
    http: captured(true, "Counts a test's outgoing HTTP requests, also those that no library makes."),
    assertions: captured(false, 'Counts the assertions of each test, where its framework counts them.'),
  },
  include_titles: tighter(
    'off',
    boolean(false, 'Writes the titles of tests and suites, cut at 128 characters, in the place of their hashes.'),
  ),
  thresholds: {
    slow_call_ms: tighter(
      'higher',
      number(
        100,
        'Calls in a test that are faster than this leave no record of their own, unless they fail; the record of the test ' +
          'counts all. 0 records all.',
        0,
      ),
    ),
    memory_mb: tighter(
      'higher',
      number(50, 'With `level: detailed`, a test whose peak is this many MB or more says so in `exceeded`.', 0),
    ),
  },
  max_records_per_minute: tighter(
    'lower',
    number(
      1000,
      'Most records of calls and hooks in each fixed window of 60 seconds, per thread of each process. Runs, suites and ' +
        'tests are always written.',
      1,
      undefined,
      true,
    ),
  ),
  budgets: budgets(
    'What tests may come to at most, checked at the end of a run and by `npx @crossbridge/agent budget`: `test` is a ' +
      'pattern of a file (`search/**`), of titles (`search > *`) or of both (`test/*.js > search > **`), and beside it stand ' +
      'one or more of `calls`, `embed_calls`, `search_calls`, `llm_calls`, `http_requests`, `tokens`, `errors` and ' +
      '`duration_max_ms` of each test, `duration_p95_ms` of all of them, and `cost` of each in `prices.currency`, which the ' +
      'command alone checks. See docs/tests.md.',
  ),
  fail_on_budgets: boolean(
    false,
    'Ends the process that started the run with 1 where it would end with 0, but a budget is exceeded. Without it this is ' +
      "only told, and the framework's exit code stays as it is.",
  ),
  output: {
    type: tighter(
      { only: 'none' },
      choice(
        'database',
        ['database', 'file', 'log', 'none'],
        'Where the records of tests go, and those of the calls in them. A `database` keeps all runs, and needs Node 22.13 or ' +
          'later, or `better-sqlite3`; without either, a JSONL file beside it is written.',
      ),
    ),
    path: text(
      './data/profiling/test_execution.jsonl',
      'The file of `type: file`, as `output.path`; processes and threads may share it, and `{pid}` gives each its own.',
    ),
    database_path: text(
      './data/profiling/test_execution.db',
      'The SQLite file of `type: database`, as `output.database_path`; processes and threads share it.',
    ),
    destination: choice('stderr', ['stderr', 'stdout'], 'The stream of `type: log`.'),
  },
} as const
