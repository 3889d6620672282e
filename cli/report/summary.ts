import type { DDSketch } from '@datadog/sketches-js'
import type { Costs } from '../cost/cost.ts'
import type { Collected } from './collect.ts'
import { costNotes, totalCost } from './cost.ts'
import type { Report, ScopeReport, Span } from './model.ts'
import { notesOf } from './notes.ts'
import type { ScopeTotals } from './scopes.ts'
import { quantile, sketchOf } from './timeline.ts'
import { round } from './tree.ts'

/** Makes the report of what was collected. */
export function reportOf(collected: Collected, costs?: Costs): Report {
  const { files, read, scopes, spanMs, from, to, lowestRate, requests, slowest, findings, flame } = collected
  const allMs = scopes.reduce((sum, { selfMs }) => sum + selfMs, 0)
  return {
    version: 1,
    files,
    records: scopes.reduce((sum, { records }) => sum + records, 0),
    calls: Math.round(scopes.reduce((sum, { calls }) => sum + calls, 0)),
    sample_rate: lowestRate,
    torn: read.torn,
    foreign: read.foreign,
    from,
    to: Math.round(to * 1000) / 1000,
    notes: [...notesOf(collected), ...costNotes(collected, costs)],
    scopes: [...scopes].sort((one, other) => other.selfMs - one.selfMs).map((scope) => scopeOf(scope, spanMs, allMs)),
    requests,
    ...totalCost(collected, costs),
    slowest,
    findings,
    ...(collected.scores.length > 0 && { scores: collected.scores }),
    ...(collected.processes.length > 0 && { processes: collected.processes }),
    request_time: collected.requestTime,
    ...(collected.isTraced && { flame }),
  }
}

function scopeOf(scope: ScopeTotals, spanMs: number, allMs: number): ScopeReport {
  const { name, library, records, calls, errors, totalMs, selfMs, cells } = scope
  const sketch = sketchOf(cells.values())
  return {
    ...{ name, library, records, calls: Math.round(calls), errors: Math.round(errors) },
    error_classes: byMost(scope.errorClasses),
    p50_ms: round(quantile(sketch, 0.5)),
    p95_ms: round(quantile(sketch, 0.95)),
    p99_ms: round(quantile(sketch, 0.99)),
    max_ms: sketch.max,
    mean_ms: round(totalMs / calls),
    total_ms: round(totalMs),
    self_ms: round(selfMs),
    share: allMs === 0 ? 0 : Math.round((selfMs / allMs) * 1e4) / 1e4,
    input_tokens: Math.round(scope.inputTokens),
    output_tokens: Math.round(scope.outputTokens),
    batch_items: Math.round(scope.batchItems),
    models: byMost(scope.models),
    ...(scope.cost > 0 && {
      cost: scope.cost,
      model_costs: Object.fromEntries([...scope.modelCosts].sort(([, one], [, other]) => other - one)),
    }),
    distribution: distributionOf(sketch),
    timeline: timelineOf(scope, spanMs),
  }
}

const byMost = (sums: ReadonlyMap<string, number>) =>
  Object.fromEntries([...sums].sort((one, other) => other[1] - one[1]).map(([key, calls]) => [key, Math.round(calls)]))

function timelineOf({ cells }: ScopeTotals, spanMs: number): Span[] {
  return [...cells]
    .sort(([one], [other]) => one - other)
    .map(([number, { sketch, errors }]) => ({
      from: (number * spanMs) / 1000,
      to: ((number + 1) * spanMs) / 1000,
      calls: Math.round(sketch.count),
      errors: Math.round(errors),
      p50_ms: round(quantile(sketch, 0.5)),
      p95_ms: round(quantile(sketch, 0.95)),
      max_ms: sketch.max,
    }))
}

/** The finest bands of which there are no more than this. */
const mostBands = 40
const bandsPerDecade = [40, 20, 10, 5, 2, 1]
/** The least duration of a record; a logarithmic scale has no 0. */
const leastMs = 0.01

function distributionOf(sketch: DDSketch): ScopeReport['distribution'] {
  const { store, mapping, zeroCount, min, max } = sketch
  const log = (value: number) => Math.log10(Math.max(leastMs, Math.min(max, Math.max(min, value))))
  const [low, high] = [log(0), log(Infinity)]
  const per = bandsPerDecade.find((one) => Math.floor(high * one) - Math.floor(low * one) < mostBands) ?? 1
  const first = Math.floor(low * per)
  const calls = Array.from({ length: Math.floor(high * per) - first + 1 }, () => 0)
  const add = (value: number, weight: number) => {
    const band = Math.floor(log(value) * per) - first
    calls[band] = (calls[band] ?? 0) + weight
  }
  add(0, zeroCount)
  for (const [i, weight] of store.bins.entries()) if (weight > 0) add(mapping.value(i + store.offset), weight)
  return calls.map((weight, i) => ({
    from_ms: edge((first + i) / per),
    to_ms: edge((first + i + 1) / per),
    calls: Math.round(weight),
  }))
}

const edge = (log: number) => Number((10 ** log).toPrecision(4))
