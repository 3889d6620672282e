import type { DDSketch } from '@datadog/sketches-js'
import { numberIn, type ScopeTotals, selfMsOf, verbOf } from '../../agent/findings/scopes.ts'
import type { ProfileRecord } from '../../agent/model.ts'
import { plain } from '../style.ts'
import { type Cell, type Cells, createTimeline, newSketch } from './timeline.ts'

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
  /** Times to first token, weighted, of the calls that have one. */
  firstTokens: DDSketch | undefined
  /** Durations, span by span; together they are the whole run's. */
  readonly cells: Cells
}

/** More libraries than there are have no more scopes; names that somebody made up may. */
export const mostScopes = 500
const mostClasses = 50
const mostModels = 20
/** What stands for all beyond the most that are kept. */
export const others = '(others)'

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
      addTo(scope, timeline.at(scope.cells, record.timestamp), record, weight, cost)
      return scope
    },
  }
}

/** The totals of one more scope. */
export function scopeOf({ name, library }: Pick<ScopeSums, 'name' | 'library'>, cells: Cells): ScopeSums {
  return {
    ...{ name, library, verb: verbOf(name), records: 0, calls: 0, squares: 0, errors: 0 },
    ...{ errorClasses: new Map(), models: new Map(), cost: 0, modelCosts: new Map() },
    ...{ totalMs: 0, selfMs: 0, inputTokens: 0, outputTokens: 0, nestedTokens: 0, batchItems: 0, cells },
    firstTokens: undefined,
  }
}

/** Adds a record to totals, and to the cell of them that it is in. */
export function addTo(scope: ScopeSums, cell: Cell, record: ProfileRecord, weight: number, cost: number): void {
  sum(scope, record, weight)
  if (cost > 0) {
    scope.cost += cost * weight
    bump(scope.modelCosts, plain(`${record.metadata?.model ?? record.library}`), cost * weight, mostModels)
  }
  // Below the resolution of records it is 0, or a sketch would have bins for it.
  cell.sketch.accept(record.duration_ms < 0.001 ? 0 : record.duration_ms, weight)
  cell.records++
  if (record.error !== undefined) cell.errors += weight
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
  const firstToken = firstTokenMs(record)
  if (firstToken > 0) {
    scope.firstTokens ??= newSketch()
    scope.firstTokens.accept(firstToken, weight)
  }
  const { model } = metadata
  if (typeof model === 'string') bump(scope.models, scope.models.has(model) ? model : plain(model), weight, mostModels)
}

/** The time to first token of a streamed answer; where a model's stream tells no token, to its first part. 0 without one. */
function firstTokenMs({ name, metadata }: ProfileRecord): number {
  const first = numberIn(metadata, 'time_to_first_token_ms')
  return first > 0 || !name.startsWith('llm.') ? first : numberIn(metadata, 'time_to_first_chunk_ms')
}

function bump(sums: Map<string, number>, key: string, weight: number, most: number): void {
  const counted = sums.has(key) || sums.size < most ? key : others
  sums.set(counted, (sums.get(counted) ?? 0) + weight)
}
