import { suggest } from '../suggest.ts'
import { type Entry, finite, type Node, textOf } from './node.ts'
import type { Option } from './option.ts'
import { shown } from './shown.ts'

/** What a test may come to at most. */
export const budgetFigures = [
  'calls',
  'embed_calls',
  'search_calls',
  'llm_calls',
  'http_requests',
  'tokens',
  'cost',
  'errors',
  'duration_p95_ms',
  'duration_max_ms',
] as const
export type BudgetFigure = (typeof budgetFigures)[number]

/** The most that each of the tests may come to which `test` names. */
export type Budget = { readonly test: string } & { readonly [K in BudgetFigure]?: number }

const keys: readonly string[] = ['test', ...budgetFigures]

/** A list of budgets of tests. */
export function budgets(sentence: string): Option<readonly Budget[]> {
  const problem = (wrong: Node, help: string) => ({ wrong, help })
  return {
    default: [],
    text: sentence,
    expected: `a list of budgets (test, and one or more of ${budgetFigures.join(', ')})`,
    read(node) {
      if (node.kind !== 'list') return { wrong: node }
      const found: Budget[] = []
      for (const item of node.items) {
        if (item.kind !== 'map') return problem(item, 'has an entry that is not a map of test and figures')
        const strange = item.entries.find(({ key }) => !keys.includes(key))
        if (strange !== undefined) return problem(strange.value, unknownKey(strange.key))
        const test = item.entries.find(({ key }) => key === 'test')
        const glob = test && textOf(test.value)
        if (glob === undefined) return problem(test?.value ?? item, 'needs in each entry the test, such as search/**')
        const figures = item.entries.filter(({ key }) => key !== 'test')
        if (figures.length === 0)
          return problem(item, `has no figure for ${glob}: one or more of ${budgetFigures.join(', ')}`)
        const wrong = figures.find(({ value }) => !((finite(value) ?? -1) >= 0))
        if (wrong !== undefined)
          return problem(wrong.value, `of ${glob}: ${wrong.key} must be a number, 0 or more, not ${shown(wrong.value)}`)
        found.push({ test: glob, ...Object.fromEntries(figures.map(({ key, value }) => [key, finite(value)])) })
      }
      return { value: found }
    },
    partsOf: (node) => (node.kind === 'list' ? node.items : []),
    parse: parsed,
    schema: {
      type: 'array',
      items: {
        type: 'object',
        required: ['test'],
        minProperties: 2,
        additionalProperties: false,
        properties: {
          test: { type: 'string', minLength: 1 },
          ...Object.fromEntries(budgetFigures.map((figure) => [figure, { type: 'number', minimum: 0 }])),
        },
      },
    },
  }
}

function unknownKey(key: string): string {
  const [hint] = suggest(key, keys)
  return `has ${key}, which is not known; ${hint === undefined ? `known are ${keys.join(', ')}` : `did you mean ${hint}?`}`
}

/** A variable's text: `search/**.embed_calls=3, search/**.duration_p95_ms=500`. */
function parsed(raw: string): Node {
  const scalar = (value: unknown): Node => ({ kind: 'scalar', at: 0, value, text: raw })
  const tests = new Map<string, Entry[]>()
  for (const item of raw.split(',').filter((one) => one.trim() !== '')) {
    const [, test, figure, most] = /^\s*(.+)\.(\w+)\s*=\s*(\S+)\s*$/.exec(item) ?? []
    if (test === undefined || figure === undefined) return scalar(raw)
    const before = tests.get(test) ?? [{ key: 'test', at: 0, value: scalar(test) }]
    tests.set(test, [...before, { key: figure, at: 0, value: scalar(Number(most)) }])
  }
  return { kind: 'list', at: 0, items: [...tests.values()].map((entries) => ({ kind: 'map', at: 0, entries })) }
}
