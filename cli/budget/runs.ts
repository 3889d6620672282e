import type { Budget } from '../../agent/config/budgets.ts'
import { isTestCase } from '../../agent/findings/test-label.ts'
import type { ProfileRecord } from '../../agent/model.ts'
import { type Checked, createCheck } from '../../agent/testing/budgets.ts'

interface Run {
  readonly check: ReturnType<typeof createCheck>
  readonly tests: Set<string>
  last: number
}

/** Runs that may still become the last one: those beside each other write to one file. */
const mostOpen = 20

/** Checks budgets of the last run, or of all together. */
export function checkRuns(
  budgets: readonly Budget[],
  all: boolean,
  costOf: ((record: ProfileRecord) => number) | undefined,
) {
  const open = new Map<string, Run>()
  const known = new Set<string>()

  return {
    add(record: ProfileRecord): void {
      const { test_id: id, run_id: run = '', timestamp } = record
      if (!isTestCase(record) || id === undefined) return
      known.add(run)
      const key = all ? '' : run
      const found = open.get(key) ?? { check: createCheck(budgets, costOf), tests: new Set(), last: 0 }
      open.set(key, found)
      found.check.add(record)
      found.tests.add(id)
      found.last = Math.max(found.last, timestamp)
      if (open.size > mostOpen) open.delete(byAge(open)[0]?.[0] ?? '')
    },
    end(): { readonly runs: number; readonly tests: number; readonly checked: readonly Checked[] } {
      const [, last] = byAge(open).at(-1) ?? []
      return { runs: known.size, tests: last?.tests.size ?? 0, checked: last?.check.end() ?? [] }
    },
  }
}

const byAge = (open: ReadonlyMap<string, Run>) => [...open].sort(([, a], [, b]) => a.last - b.last)
