import { boolean, choice, names, number, text, tighter } from './option.ts'

/** The section `benchmarking`: what `crossbridge bench` does unless it is told otherwise. Its names and defaults are the unified system's. */
export const benchmarking = {
  enabled: tighter(
    'off',
    boolean(
      false,
      'The command `npx @crossbridge/agent bench` is what runs a benchmark, an application never does; `false` that is ' +
        'written here forbids the command. See docs/benchmarks.md. The whole section is read by the command line alone.',
    ),
  ),
  iterations: number(
    10,
    'Rounds: in each, each variant runs once at each load. 3 at the least tell a difference from chance.',
    1,
    10_000,
    true,
  ),
  compare_baselines: tighter(
    'off',
    boolean(true, 'Shows the speed-up against the baseline, and whether it is certain.'),
  ),
  baseline_adapters: names(
    'Variants, by their names or adapters, of which the first that is there is the baseline; empty means the first variant.',
  ),
  output: {
    type: choice('file', ['file', 'none'], 'Where the result goes besides the terminal.'),
    path: text(
      './data/profiling/benchmark_results.json',
      'The file of `type: file`, relative to the working directory.',
    ),
  },
} as const
