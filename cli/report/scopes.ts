import { numberIn, type ScopeTotals, selfMsOf, verbOf } from '../../agent/findings/scopes.ts'
import type { ProfileRecord } from '../../agent/model.ts'
import { plain } from '../style.ts'
import { type Cells, createTimeline } from './timeline.ts'

/** The sums of one scope of one library. They are weighted: a record stands for 1 / `sample_rate` calls. */
export interface ScopeSums extends ScopeTotals {
  records: number
  /** Sum of the squares of the weights: `calls` ** 2 / `squares` records tell as much, if all had one weight. */
  squares: number
  errors: number
  readonly errorClasses: Map<string, number>
  readonly models: Map<string, number>
  /** What the calls cost, and of each model. */
  cost: number
  readonly modelCosts: Map<string, number>
  totalMs: number
  selfMs: number
  inputTokens: number
  outputTokens: number
  /** Those that calls in these count. */
  nestedTokens: number
  batchItems: number
  /** Durations, span by span; together they are the whole run's. */
  readonly cells: Cells
}

/** More libraries than there are have no more scopes; names that somebody made up may. */
export const mostScopes = 500
const mostClasses = 50
const mostModels = 20
const others = '(others)'

/** Sums the records up, scope by scope of each library. */
export function createScopes() {
  const scopes = new Map<string, ScopeSums>()
  const timeline = createTimeline()
  let leftOut = 0

  return {
    scopes,
    lengthMs: timeline.lengthMs,
    /** Calls of scopes beyond the first ${mostScopes}. */
    leftOut: () => leftOut,
    /** Gives its scope; undefined where that is left out. */
    add(record: ProfileRecord, weight: number, cost: number): ScopeSums | undefined {
      const key = `${record.library} ${record.name}`
      let scope = scopes.get(key)
      if (scope === undefined) {
        if (scopes.size >= mostScopes) {
          leftOut += weight
          return undefined
        }
        scope = scopeOf(record, timeline.open())
        scopes.set(key, scope)
      }
      sum(scope, record, weight)
      if (cost > 0) {
        scope.cost += cost * weight
        bump(scope.modelCosts, plain(`${record.metadata?.model ?? record.library}`), cost * weight, mostModels)
      }
      const cell = timeline.at(scope.cells, record.timestamp)
      // Below the resolution of records it is 0, or a sketch would have bins for it.
      cell.sketch.accept(record.duration_ms < 0.001 ? 0 : record.duration_ms, weight)
      cell.records++
      if (record.error !== undefined) cell.errors += weight
      return scope
    },
  }
}

function scopeOf({ name, library }: ProfileRecord, cells: Cells): ScopeSums {
  return {
    ...{ name, library, verb: verbOf(name), records: 0, calls: 0, squares: 0, errors: 0 },
    ...{ errorClasses: new Map(), models: new Map(), cost: 0, modelCosts: new Map() },
    ...{ totalMs: 0, selfMs: 0, inputTokens: 0, outputTokens: 0, nestedTokens: 0, batchItems: 0, cells },
  }
}

function sum(scope: ScopeSums, record: ProfileRecord, weight: number): void {
  scope.records++
  scope.calls += weight
  scope.squares += weight * weight
  scope.totalMs += record.duration_ms * weight
  scope.selfMs += selfMsOf(record) * weight
  if (record.error !== undefined) {
    scope.errors += weight
    bump(scope.errorClasses, record.error, weight, mostClasses)
  }
  const { metadata } = record
  if (metadata === undefined) return
  scope.inputTokens += numberIn(metadata, 'input_tokens') * weight
  scope.outputTokens += numberIn(metadata, 'output_tokens') * weight
  scope.nestedTokens +=
    (numberIn(metadata, 'nested_input_tokens') + numberIn(metadata, 'nested_output_tokens')) * weight
  scope.batchItems += numberIn(metadata, 'batch_size') * weight
  const { model } = metadata
  if (typeof model === 'string') bump(scope.models, scope.models.has(model) ? model : plain(model), weight, mostModels)
}

function bump(sums: Map<string, number>, key: string, weight: number, most: number): void {
  const counted = sums.has(key) || sums.size < most ? key : others
  sums.set(counted, (sums.get(counted) ?? 0) + weight)
}
