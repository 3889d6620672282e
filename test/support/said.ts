import type { Method, Raw } from '../../agent/model.ts'
import { compileGet } from '../../agent/scope/read.ts'

type Entry = Pick<Method, 'scope' | 'when' | 'metadata'>

/** What entries of one method say of a call: the scope of the first that takes it, and its metadata. */
export function saidOf(entries: readonly Entry[], call: Partial<Raw>): Record<string, unknown> | undefined {
  const raw: Raw = { self: {}, args: [], ...call }
  const taken = entries.find(({ when }) => when === undefined || compileGet(when)(raw) === true)
  if (taken === undefined) return undefined
  const found = Object.entries(taken.metadata ?? {}).map(([key, read]) => [key, compileGet(read)(raw)] as const)
  // As `methodsOf` has it: its target aside.
  const scope = taken.scope.split('.').at(-1)
  return { scope, ...Object.fromEntries(found.filter(([, value]) => value !== undefined)) }
}
