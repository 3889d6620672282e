import { labelOf } from '../../agent/findings/request-report.ts'
import type { ScopeTotals } from '../../agent/findings/scopes.ts'
import type { CallTree } from '../../agent/findings/tree.ts'
import type { ProfileRecord } from '../../agent/model.ts'
import { plain } from '../style.ts'
import { labelIn } from './labels.ts'
import { addTo, others, type ScopeSums, scopeOf } from './scopes.ts'
import { type Cell, newSketch } from './timeline.ts'

/** What stands for calls that name none. */
const none = '(none)'
/** Of one scope, and of all: each has a sketch of 2 to 13 KB. */
const mostValues = 20
const mostGroups = 500
const longestValue = 120

interface Group {
  readonly totals: ScopeSums
  readonly cell: Cell
}

/** Sums calls up by a name or a label that they have, scope by scope; beyond so many names they are in one group. */
export function createGroups(by: string, serviceOf: (record: ProfileRecord) => string | undefined) {
  const all = new Map<ScopeTotals, Map<string, Group>>()
  let groups = 0

  const valueIn = (record: ProfileRecord) => {
    if (by === 'service') return serviceOf(record)
    return by === 'collection' || by === 'model' ? record.metadata?.[by] : labelIn(record, by)
  }
  const add = (scope: ScopeTotals, value: unknown, record: ProfileRecord, weight: number, cost: number) => {
    const of = all.get(scope) ?? new Map<string, Group>()
    all.set(scope, of)
    const name = typeof value === 'string' && value !== '' ? value : none
    let group = of.get(name)
    if (group === undefined) {
      const isFull = of.size >= mostValues || groups >= mostGroups
      group = (isFull ? of.get(others) : undefined) ?? groupOf(scope)
      if (!of.has(isFull ? others : name)) groups++
      of.set(isFull ? others : name, group)
    }
    addTo(group.totals, group.cell, record, weight, cost)
  }
  return {
    by,
    /** Takes a call as it is read. */
    call(scope: ScopeSums, record: ProfileRecord, weight: number, cost: number): void {
      if (by === 'route') return
      add(scope, valueIn(record), record, weight, cost)
    },
    /** Takes the calls of a request, which alone knows its route. */
    request(tree: CallTree): void {
      if (by !== 'route') return
      const route = routeOf(tree)
      for (const { scope, record, weight, cost } of tree.calls) add(scope, route, record, weight, cost)
    },
    /** The groups of a scope where it has more than one, the largest share of the time first, the others last. */
    of(scope: ScopeTotals): readonly (readonly [value: string, totals: ScopeSums])[] {
      const some = [...(all.get(scope) ?? [])].map(([value, { totals }]) => [nameOf(value), totals] as const)
      if (some.length < 2) return []
      const isLast = (value: string) => Number(value === others)
      return some.sort(([a, one], [b, other]) => isLast(a) - isLast(b) || other.selfMs - one.selfMs)
    },
  }
}

export type Groups = ReturnType<typeof createGroups>

function groupOf(scope: ScopeTotals): Group {
  const cell: Cell = { sketch: newSketch(), records: 0, errors: 0 }
  return { totals: scopeOf(scope, new Map([[0, cell]])), cell }
}

const nameOf = (value: string) => plain(value.slice(0, longestValue))

/** `GET /search/:id`, or the name of a job. */
function routeOf({ calls }: CallTree): string | undefined {
  const root = calls.find(({ depth, record }) => depth === 0 && record.kind !== undefined)?.record
  return root === undefined ? undefined : root.kind === 'http' ? labelOf(root) : root.name
}
