import { kinds } from '../bench/figures/figure.ts'
import { estimateOf, unpaired } from '../bench/figures/intervals.ts'
import { loadWords } from '../bench/figures/load.ts'
import { differences, notesOf, reportOf } from '../bench/figures/report.ts'
import type { BenchReport, BenchResult } from '../bench/model.ts'
import { benchPageOf } from '../bench/report/html.ts'
import { readResult } from '../bench/report/result-file.ts'
import { type Terminal, UsageError } from '../command.ts'
import { createStyle } from '../style.ts'
import { writeBeside } from '../write-beside.ts'
import { compared, type Place, placesOf, valuesOf } from './bench-pairs.ts'
import type { Pair } from './compare.ts'
import { brokenBy, parseLimit, sentenceOf } from './limit.ts'
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

/** The later one, compared with the earlier one. */
const pageOf = (report: BenchReport, notes: readonly string[]) => benchPageOf({ ...report, notes })

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
