import type { DDSketch } from '@datadog/sketches-js'
import { round } from '../../agent/findings/tree.ts'
import type { Costs } from '../../agent/output/cost/cost.ts'
import { bandsOf, rangeOf } from './bands.ts'
import { withCited } from './cited.ts'
import type { Collected } from './collect.ts'
import { costNotes, totalCost, withCosts } from './cost.ts'
import type { Figures, Report, ScopeReport, Span } from './model.ts'
import { notesOf } from './notes.ts'
import type { ScopeSums } from './scopes.ts'
import { quantile, sketchOf } from './timeline.ts'

/** Makes the report of what was collected. */
export function reportOf(collected: Collected, costs?: Costs): Report {
  const { files, read, scopes, spanMs, from, to, lowestRate, requests, slowest, findings, flame } = collected
  const allMs = scopes.reduce((sum, { selfMs }) => sum + selfMs, 0)
  const groups = (scope: ScopeSums) =>
    (collected.groups?.of(scope) ?? []).map(([value, totals]) => ({
      value,
      ...figuresOf(totals, sketchOf(totals.cells.values()), allMs),
    }))
  const report: Report = {
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
    scopes: [...scopes]
      .sort((one, other) => other.selfMs - one.selfMs)
      .map((scope) => scopeOf(scope, spanMs, allMs, groups(scope))),
    ...(collected.groups !== undefined && { by: collected.groups.by }),
    ...(collected.byLabel !== undefined && { by_label: collected.byLabel }),
    requests,
    ...totalCost(collected, costs),
    slowest,
    findings: withCosts(findings, collected, costs),
    ...(collected.scores.length > 0 && { scores: collected.scores }),
    ...(collected.processes.length > 0 && { processes: collected.processes }),
    request_time: collected.requestTime,
    ...(collected.isTraced && { flame }),
  }
  return withCited(report, collected.cited)
}

function scopeOf(
  scope: ScopeSums,
  spanMs: number,
  allMs: number,
  groups: NonNullable<ScopeReport['groups']>,
): ScopeReport {
  const sketch = sketchOf(scope.cells.values())
  return {
    ...figuresOf(scope, sketch, allMs),
    distribution: bandsOf(sketch, rangeOf(sketch)),
    timeline: timelineOf(scope, spanMs),
    ...(groups.length > 0 && { groups }),
  }
}

function figuresOf(scope: ScopeSums, sketch: DDSketch, allMs: number): Figures {
  const { name, library, records, calls, errors, totalMs, selfMs, firstTokens } = scope
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
    ...(firstTokens !== undefined && {
      ttft_p50_ms: round(quantile(firstTokens, 0.5)),
      ttft_p95_ms: round(quantile(firstTokens, 0.95)),
    }),
    input_tokens: Math.round(scope.inputTokens),
    output_tokens: Math.round(scope.outputTokens),
    batch_items: Math.round(scope.batchItems),
    models: byMost(scope.models),
    ...(scope.cost > 0 && {
      cost: scope.cost,
      model_costs: Object.fromEntries([...scope.modelCosts].sort(([, one], [, other]) => other - one)),
    }),
  }
}

const byMost = (sums: ReadonlyMap<string, number>) =>
  Object.fromEntries([...sums].sort((one, other) => other[1] - one[1]).map(([key, calls]) => [key, Math.round(calls)]))

function timelineOf({ cells }: ScopeSums, spanMs: number): Span[] {
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
