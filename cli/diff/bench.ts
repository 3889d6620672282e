import { kinds } from '../bench/figures/figure.ts'
import { estimateOf, leastRounds, unpaired } from '../bench/figures/intervals.ts'
import { loadWords } from '../bench/figures/load.ts'
import { differences, notesOf, reportOf } from '../bench/figures/report.ts'
import { byRound, isSameLoad, isWhole, runsOf } from '../bench/figures/standings.ts'
import type { BenchReport, BenchResult, Figure } from '../bench/model.ts'
import { benchPageOf } from '../bench/report/html.ts'
import { readResult } from '../bench/report/result-file.ts'
import { type Terminal, UsageError } from '../command.ts'
import { createStyle } from '../style.ts'
import { writeBeside } from '../write-beside.ts'
import type { Change, Comparison, Pair, Verdict } from './compare.ts'
import { brokenBy, parseLimit, sentenceOf } from './limit.ts'
import type { Metric } from './noise.ts'
import { markdownOf, type Nouns, textOf } from './text.ts'
import { signed } from './words.ts'

interface Words {
  readonly json?: boolean
  readonly md?: boolean
  readonly html?: string
  readonly 'fail-on'?: readonly string[]
  readonly [other: string]: unknown
}

const nouns: Nouns = { heads: ['variant', 'load', 'operations'], unit: 'rounds' }
const taken = ['json', 'md', 'html', 'fail-on']

/** `diff` of two results of `crossbridge bench`, whose rounds have nothing to do with each other. Gives the exit code. */
export function diffBenchmarks(words: Words, before: string, after: string, terminal: Terminal): number {
  const others = Object.keys(words).filter((key) => words[key] !== undefined && !taken.includes(key))
  if (others.length > 0)
    throw new UsageError(`diff of benchmarks takes no ${others.map((key) => `--${key}`).join(' and ')}; leave it out`)
  const limits = (words['fail-on'] ?? []).map(parseLimit)
  const [was, is] = [before, after].map((file) => readResult(file, terminal.cwd)) as [BenchResult, BenchResult]
  const earlier = { name: before, result: was }
  const comparison = compared(was, is)
  const { pairs } = comparison
  if (pairs.length === 0)
    throw new UsageError(
      `${before} and ${after} have no variant at the same load in common; are they of one benchmark?`,
    )
  const broken = brokenBy(limits, pairs)
  const notes = [...differences(earlier, is), ...notesOf(is), ...besides(was, is, pairs)]
  if (words.json)
    terminal.out(
      `${JSON.stringify({ version: 1, type: 'benchmark', ...comparison, notes, broken: broken.map(sentenceOf) }, undefined, 2)}\n`,
    )
  else {
    const style = createStyle(terminal.env, terminal.outIsTty)
    const lines = words.md
      ? markdownOf(comparison, [], notes, broken, nouns)
      : textOf(comparison, [], notes, broken, style, terminal.outIsTty ? terminal.columns : Infinity, nouns)
    terminal.out(`${lines.join('\n')}\n`)
  }
  if (words.html !== undefined) writeBeside(words.html, pageOf(reportOf(is, earlier), notes), terminal)
  return broken.length > 0 ? 1 : 0
}

/** The later one, held against the earlier one. */
const pageOf = (report: BenchReport, notes: readonly string[]) => benchPageOf({ ...report, notes })

const metrics: Readonly<Record<Metric, Figure>> = {
  ...{ p50: 'p50_ms', p95: 'p95_ms', p99: 'p99_ms', mean: 'mean_ms', errors: 'errors' },
}

/** The variants and loads of a result; a variant's name and a load's words are unique. */
const placesOf = ({ plan, runs }: BenchResult) =>
  plan.variants.flatMap(({ name }) =>
    plan.loads.flatMap((load, i) => {
      const own = runs.filter((run) => run.variant === name && run.load === i && isWhole(run))
      return own.length === 0 ? [] : [{ name, load, i, operations: own.reduce((sum, run) => sum + run.operations, 0) }]
    }),
  )
type Place = ReturnType<typeof placesOf>[number]

function compared(was: BenchResult, is: BenchResult): Comparison {
  const [old, now] = [placesOf(was), placesOf(is)]
  const twin = (places: readonly Place[], place: Place) =>
    places.find((one) => one.name === place.name && isSameLoad(one.load, place.load))
  const keyOf = ({ name, load }: Place) => `${name} (${loadWords(load)})`
  return {
    pairs: now.flatMap((place) => {
      const other = twin(old, place)
      return other === undefined ? [] : [pairOf(was, other, is, place)]
    }),
    only_before: old.filter((place) => twin(now, place) === undefined).map(keyOf),
    only_after: now.filter((place) => twin(old, place) === undefined).map(keyOf),
  }
}

function pairOf(was: BenchResult, before: Place, is: BenchResult, after: Place): Pair {
  const changes = (Object.keys(metrics) as Metric[]).flatMap((metric): Change[] => {
    const [old, now] = valuesOf(was, before, is, after, metrics[metric])
    const [one, other] = [old, now].map((values) => estimateOf(metrics[metric], values))
    if (one === undefined || other === undefined) return []
    const { ratio, verdict } = unpaired(metrics[metric], now, old)
    return [
      {
        metric,
        before: { low: one.value, high: one.value, ...one },
        after: { low: other.value, high: other.value, ...other },
        change: ratio === undefined ? other.value - one.value : ratio.value - 1,
        certain: verdict === 'higher' || verdict === 'lower',
      },
    ]
  })
  const isKnown = valuesOf(was, before, is, after, 'p50_ms').every(({ length }) => length >= leastRounds)
  return {
    ...{ name: after.name, library: loadWords(after.load) },
    calls: { before: before.operations, after: after.operations },
    verdict: isKnown ? verdictOf(changes) : 'too_few',
    changes,
  }
}

/** Of p50 and p95 together, as in a diff of records. */
function verdictOf(changes: readonly Change[]): Verdict {
  const certain = changes.filter((one) => one.certain && (one.metric === 'p50' || one.metric === 'p95'))
  if (certain.some(({ change }) => change > 0)) return 'slower'
  return certain.length > 0 ? 'faster' : 'same'
}

const valuesOf = (was: BenchResult, before: Place, is: BenchResult, after: Place, figure: Figure) =>
  [
    [...byRound(runsOf(was, before.name, before.i), figure).values()],
    [...byRound(runsOf(is, after.name, after.i), figure).values()],
  ] as [number[], number[]]

/** A change of recall that is worth a line. */
const muchRecall = 0.005
const others = [
  'throughput',
  'recall',
  'overlap',
  'score_correlation',
  'cost',
  'tokens',
  'cpu_ms',
  'peak_memory_mb',
] as const

/** What else changed for certain; of a share, such as recall, each difference: it does not come by chance of the machine. */
function besides(was: BenchResult, is: BenchResult, pairs: readonly Pair[]): string[] {
  const [old, now] = [placesOf(was), placesOf(is)]
  return pairs.flatMap(({ name, library }) => {
    const at = (places: readonly Place[]) => places.find((one) => one.name === name && loadWords(one.load) === library)
    const [before, after] = [at(old), at(now)]
    if (before === undefined || after === undefined) return []
    return others.flatMap((figure) => {
      const [first, second] = valuesOf(was, before, is, after, figure)
      const [one, other] = [estimateOf(figure, first)?.value, estimateOf(figure, second)?.value]
      if (one === undefined || other === undefined) return []
      const { ratio, verdict } = unpaired(figure, second, first)
      const isCertain = verdict === 'higher' || verdict === 'lower'
      const { isShare, name: what, show } = kinds[figure]
      if (isShare === true ? Math.abs(other - one) < muchRecall : !isCertain) return []
      const by = ratio === undefined ? '' : ` (${signed(ratio.value - 1)})`
      return [`${name}, ${library}: ${what} from ${show(one, was.currency)} to ${show(other, is.currency)}${by}.`]
    })
  })
}
