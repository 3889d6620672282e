import { selfMsOf } from '../../agent/findings/scopes.ts'
import { round } from '../../agent/findings/tree.ts'
import type { ProfileRecord } from '../../agent/model.ts'
import { UsageError } from '../command.ts'
import { plain } from '../style.ts'
import { type ByLabel, groupings } from './model.ts'
import { addTo, others, type ScopeSums, scopeOf } from './scopes.ts'
import { type Cell, newSketch, quantile } from './timeline.ts'

/** What stands for records that have no such label. */
const none = '(none)'
/** A process has as many by default; each has two sketches of 2 to 13 KB. */
const mostValues = 200
const mostNames = 50

interface Part {
  readonly cell: Cell
  readonly sums: ScopeSums
}

interface Value {
  readonly requests: Part
  readonly calls: Part
  selfMs: number
}

/** Sums all records up by the values of one label, and knows which labels there are. */
export function createByLabel(label: string) {
  const all = new Map<string, Value>()
  const names = new Set<string>()

  return {
    add(record: ProfileRecord, weight: number, cost: number): void {
      const { labels } = record
      if (labels !== undefined && names.size < mostNames) for (const name of Object.keys(labels)) names.add(name)
      const given = labelIn(record, label) ?? none
      const name = all.has(given) || all.size < mostValues ? given : others
      const value = all.get(name) ?? { requests: partOf(), calls: partOf(), selfMs: 0 }
      all.set(name, value)
      value.selfMs += selfMsOf(record) * weight
      const { sums, cell } = record.kind === undefined ? value.calls : value.requests
      addTo(sums, cell, record, weight, cost)
    },
    /** Throws a `UsageError` where no record has the label. */
    end(): ByLabel {
      if (!names.has(label)) throw noLabel(label, [...names])
      const allMs = [...all.values()].reduce((sum, { selfMs }) => sum + selfMs, 0)
      const percentiles_of = [...all.values()].some(({ requests }) => requests.sums.records > 0) ? 'requests' : 'calls'
      const values = [...all].map(([value, { requests, calls, selfMs }]) => {
        const { sketch } = (percentiles_of === 'requests' ? requests : calls).cell
        const cost = requests.sums.cost + calls.sums.cost
        return {
          value,
          ...{ requests: Math.round(requests.sums.calls), calls: Math.round(calls.sums.calls) },
          errors: Math.round(calls.sums.errors),
          ...(sketch.count > 0 && {
            p50_ms: round(quantile(sketch, 0.5)),
            p95_ms: round(quantile(sketch, 0.95)),
            p99_ms: round(quantile(sketch, 0.99)),
          }),
          share: allMs === 0 ? 0 : Math.round((selfMs / allMs) * 1e4) / 1e4,
          input_tokens: Math.round(requests.sums.inputTokens + calls.sums.inputTokens),
          output_tokens: Math.round(requests.sums.outputTokens + calls.sums.outputTokens),
          ...(cost > 0 && { cost }),
        }
      })
      const isLast = ({ value }: { value: string }) => Number(value === others)
      return {
        label,
        percentiles_of,
        values: values.sort((one, other) => isLast(one) - isLast(other) || other.share - one.share),
      }
    },
  }
}

export function labelIn({ labels }: ProfileRecord, name: string): string | undefined {
  const value = labels !== undefined && Object.hasOwn(labels, name) ? labels[name] : undefined
  return typeof value === 'string' && value !== '' ? value : undefined
}

function partOf(): Part {
  const cell: Cell = { sketch: newSketch(), records: 0, errors: 0 }
  return { cell, sums: scopeOf({ name: '', library: '' }, new Map([[0, cell]])) }
}

function noLabel(label: string, names: readonly string[]): UsageError {
  const there =
    names.length > 0
      ? `these records have the labels ${names.map(plain).sort().join(', ')}`
      : 'these records have no labels; `labels` in crossbridge.yml makes some (docs/production.md)'
  return new UsageError(`--by ${label} is none of ${groupings.join(', ')}, test, and no label: ${there}`)
}
