import { type Budget, type BudgetFigure, budgetFigures } from '../config/budgets.ts'
import { isTestCase, labelOf } from '../findings/test-label.ts'
import type { ProfileRecord, TestUsage } from '../model.ts'
import { digestOf } from './identity.ts'
import { compilePattern, type Named } from './pattern.ts'

/** A figure of a budget, and what tests came to. */
export interface Checked {
  readonly budget: Budget
  /** Its number in the configuration. */
  readonly index: number
  readonly figure: BudgetFigure
  readonly most: number
  /** The highest of all tests; of `duration_p95_ms` that of all together. */
  readonly value: number
  /** How many tests it is of, and how many of them exceed it. */
  readonly tests: number
  readonly exceeding: number
  /** The test with the highest. */
  readonly worst?: string
}

/** Durations of a budget's tests that are kept for their percentile. */
const mostDurations = 100_000

/**
 * Names, by hashes, the budgets that a test falls under: written into its record, since whoever reads that need not know
 * its titles. The figures are not in it: they may change without another run.
 */
export function createMarks(budgets: readonly Budget[]): (named: Named) => string {
  if (budgets.length === 0) return () => ''
  const patterns = new Map(budgets.map(({ test }) => [markOf(test), compilePattern(test)]))
  return (named) => [...patterns].flatMap(([mark, matches]) => (matches(named) ? [mark] : [])).join(' ')
}

/** Holds the records of tests against budgets; `costOf` is given where prices are known. */
export function createCheck(budgets: readonly Budget[], costOf?: (record: ProfileRecord) => number) {
  const rows = budgets.map((budget, index) => ({
    ...{ budget, index, mark: markOf(budget.test), matches: compilePattern(budget.test) },
    tests: new Set<string>(),
    durations: [] as number[],
    worst: new Map<BudgetFigure, { value: number; label: string; exceeding: Set<string> }>(),
  }))

  return {
    add(record: ProfileRecord): void {
      const { metadata = {}, test_id: id = '' } = record
      if (!isTestCase(record) || metadata.status === 'skipped' || metadata.status === 'todo') return
      const marks = `${metadata.budgets ?? ''}`.split(' ')
      const named = namedIn(record)
      for (const { budget, mark, matches, tests, durations, worst } of rows) {
        if (!marks.includes(mark) && !matches(named)) continue
        tests.add(id)
        if (durations.length < mostDurations) durations.push(record.duration_ms)
        for (const figure of figuresOf(budget)) {
          const value = figureOf(figure, record, costOf)
          const kept = worst.get(figure) ?? { value: -1, label: '', exceeding: new Set() }
          if (value > (budget[figure] ?? Infinity)) kept.exceeding.add(id)
          if (value > kept.value) Object.assign(kept, { value, label: labelOf(record) })
          worst.set(figure, kept)
        }
      }
    },
    /** Each figure of each budget that has tests. */
    end: (): Checked[] =>
      rows.flatMap(({ budget, index, tests, durations, worst }) =>
        figuresOf(budget).flatMap((figure): Checked[] => {
          const most = budget[figure] ?? Infinity
          const found = worst.get(figure)
          if (found === undefined || (figure === 'cost' && costOf === undefined)) return []
          const row = { budget, index, figure, most, tests: tests.size }
          if (figure !== 'duration_p95_ms')
            return [{ ...row, value: found.value, exceeding: found.exceeding.size, worst: found.label }]
          const value = p95(durations)
          return [{ ...row, value, exceeding: value > most ? tests.size : 0 }]
        }),
      ),
  }
}

/** `"search/**" (crossbridge.yml:9:11): embed_calls is 14 in search.test.js:12, more than 3; 2 more tests exceed it`. */
export function sentenceOf(
  { budget, figure, most, value, tests, exceeding, worst }: Checked,
  location: string,
): string {
  const where = worst === undefined ? `over ${tests} ${tests === 1 ? 'test' : 'tests'}` : `in ${worst}`
  const others = worst !== undefined && exceeding > 1 ? exceeding - 1 : 0
  const more = others > 0 ? `; ${others} more ${others === 1 ? 'test exceeds' : 'tests exceed'} it` : ''
  return `${JSON.stringify(budget.test)} (${location}): ${figure} is ${rounded(value)} ${where}, more than ${most}${more}`
}

export const isExceeded = ({ value, most }: Checked) => value > most

const figuresOf = (budget: Budget) => budgetFigures.filter((figure) => budget[figure] !== undefined)
const markOf = (test: string) => digestOf(test).slice(0, 8)
const rounded = (value: number) => Number(value.toPrecision(4))

function namedIn({ metadata: { file = '', suite, title } = {} }: ProfileRecord): Named {
  return { file: `${file}`, titles: title === undefined ? undefined : [suite, title].filter(Boolean).map(String) }
}

function figureOf(figure: BudgetFigure, record: ProfileRecord, costOf?: (record: ProfileRecord) => number): number {
  const { calls = 0, duration_ms, metadata: { http_requests } = {} } = record
  const usage: readonly TestUsage[] = Array.isArray(record.usage) ? record.usage : []
  const sum = (of: (one: TestUsage) => number | undefined) => usage.reduce((all, one) => all + (of(one) ?? 0), 0)
  const callsOf = (scope: RegExp) => sum((one) => (scope.test(one.name) ? one.calls : 0))
  switch (figure) {
    case 'calls':
      return calls
    case 'embed_calls':
      return callsOf(/^embedding_provider\./)
    case 'search_calls':
      return callsOf(/^semantic_search\.|^\w+\.search$/)
    case 'llm_calls':
      return callsOf(/^llm\./)
    case 'http_requests':
      return typeof http_requests === 'number' ? http_requests : 0
    case 'tokens':
      return sum((one) => (one.input_tokens ?? 0) + (one.output_tokens ?? 0))
    case 'cost':
      return costOf?.(record) ?? 0
    case 'errors':
      return sum((one) => one.errors)
    default:
      return duration_ms
  }
}

function p95(durations: readonly number[]): number {
  const sorted = [...durations].sort((a, b) => a - b)
  return sorted[Math.ceil(0.95 * sorted.length) - 1] ?? 0
}
