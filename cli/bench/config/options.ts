import type { Node } from '../../../agent/config/node.ts'
import { finite } from '../../../agent/config/node.ts'
import { choice, number, type Option, text } from '../../../agent/config/option.ts'
import { figures } from '../model.ts'

/** The options of a bench.yml at its top; `iterations` has the default of crossbridge.yml. */
export const options = {
  iterations: number(
    10,
    'Rounds. In each, each variant runs once at each load, in a process of its own, in another order. Unless it is said, ' +
      '`runtime.profiling.benchmarking.iterations`.',
    1,
    10_000,
    true,
  ),
  warmup: number(20, 'Operations in each process before the measured ones.', 0, 1_000_000, true),
  operations: number(500, 'Measured operations of one run, or', 1, 100_000_000, true),
  seconds: number(5, 'how long they go on, whichever comes first.', 0.01, 86_400),
  timeout_s: number(
    0,
    'How long the process of a run may take in all, before it is ended and the run counts as failed; 0 is `seconds` × 5 + 60.',
    0,
    604_800,
  ),
  build_timeout_s: number(3600, 'The same of filling a store.', 1, 604_800),
  seed: number(1, 'Of the order in which variants run.', 0, 4_294_967_295, true),
  baseline: text(
    '',
    "The variant that the others are compared with, or an earlier result's file, whose variants of the same names are; empty " +
      'means the first variant, or what `runtime.profiling.benchmarking.baseline_adapters` says.',
  ),
  rank: choice('p50_ms', figures, 'The figure that the table is ranked by, and that the speed-up is of.'),
} as const

/** Numbers, or one of them. */
const numbers = (sentence: string, least: number, most: number, whole: boolean): Option<readonly number[]> => {
  const one = number(least, sentence, least, most, whole)
  return {
    default: [],
    text: sentence,
    expected: `${one.expected}, or a list of such`,
    read: (node) => {
      const nodes = node.kind === 'list' ? node.items : [node]
      const wrong = nodes.find((item: Node) => !('value' in one.read(item)))
      if (wrong !== undefined || nodes.length === 0) return { wrong: wrong ?? node }
      return { value: [...new Set(nodes.map((item) => finite(item) as number))] }
    },
    parse: one.parse,
    schema: { anyOf: [one.schema, { type: 'array', minItems: 1, items: one.schema }] },
  }
}

/** Those under `load`. */
export const loadOptions = {
  concurrency: numbers(
    'Closed loop: so many lanes, each of which sends its next operation when its last one has ended.',
    1,
    10_000,
    true,
  ),
  rate: numbers(
    'Open loop: so many operations begin each second, whatever becomes of the others. Latency counts from the moment at ' +
      'which an operation was to begin.',
    0.001,
    1_000_000,
    false,
  ),
} as const

/** Those under `workload`, beside `documents` and `queries`. */
export const workloadOptions = {
  relevant: text('', "An `.ivecs` file of the queries' true neighbours, where the queries don't name them."),
  k: number(10, 'Results that a search asks for.', 1, 10_000, true),
  metric: choice(
    'cosine',
    ['cosine', 'euclidean', 'dot'],
    'How near two vectors are; unless it is said, that of an HDF5 file, or `cosine`.',
  ),
} as const
