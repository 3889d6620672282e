import type { Place } from './framework.ts'

/** A scenario, or a row of its examples, as it is run. */
export interface Pickle {
  readonly name: string
  readonly uri: string
  readonly astNodeIds: readonly string[]
  readonly steps: readonly { readonly id: string; readonly type?: string; readonly text: string }[]
}
interface Located {
  readonly id: string
  readonly location: { readonly line: number }
}
interface Scenario extends Located {
  readonly examples: readonly { readonly tableBody?: readonly Located[] }[]
}
interface Child {
  readonly scenario?: Scenario
  readonly rule?: { readonly name: string; readonly children: readonly Child[] }
}
export interface Feature {
  readonly name: string
  readonly children: readonly Child[]
}

/** A row of examples has the title of its outline; which one it is, is the same in each worker. */
export function placeOf(library: string, pickle: Pickle, feature: Feature | undefined): Place {
  const [scenarioId, rowId] = pickle.astNodeIds
  const suites = feature === undefined ? [] : [feature.name]
  const place = { library, file: pickle.uri, suites, title: pickle.name }
  for (const { scenario, rule } of feature?.children ?? []) {
    for (const one of scenario === undefined ? (rule?.children ?? []) : [{ scenario }]) {
      if (one.scenario?.id !== scenarioId || one.scenario === undefined) continue
      const rows = one.scenario.examples.flatMap(({ tableBody = [] }) => tableBody)
      const index = rows.findIndex(({ id }) => id === rowId)
      return {
        ...place,
        suites: rule === undefined ? suites : [...suites, rule.name],
        line: (rows[index] ?? one.scenario).location.line,
        title: index > 0 ? `${pickle.name} (${index + 1})` : pickle.name,
      }
    }
  }
  return place
}
