import { existsSync } from 'node:fs'
import type { Costs } from '../../../agent/output/cost/cost.ts'
import { createCollector } from '../../report/collect.ts'
import { close, openInputs } from '../../report/files.ts'
import { readRecords } from '../../report/read.ts'
import type { ScopeSums } from '../../report/scopes.ts'
import { quantile, sketchOf } from '../../report/timeline.ts'
import type { RunScope } from '../model.ts'

/** What the agent recorded of the measured part of a run. */
export interface Recorded {
  readonly scopes: readonly RunScope[]
  readonly tokens: number
  readonly cost: number
}

interface Window {
  /** Unix seconds. */
  readonly from: number
  readonly to: number
}

/** Reads a run's records of calls that began in the window; undefined where there is no file. */
export async function recordedIn(
  file: string,
  { from, to }: Window,
  costs: Costs | undefined,
): Promise<Recorded | undefined> {
  if (!existsSync(file)) return undefined
  const collector = createCollector(0, costs)
  const inputs = openInputs([file], '/', true)
  try {
    await readRecords(inputs, (record) => {
      if (record.timestamp >= from && record.timestamp <= to) collector.add(record)
    })
  } finally {
    close(inputs)
  }
  const { scopes } = collector.end()
  return {
    scopes: scopes.map(scopeOf).sort((one, other) => other.total_ms - one.total_ms),
    tokens: sum(scopes, ({ inputTokens, outputTokens, nestedTokens }) => inputTokens + outputTokens - nestedTokens),
    cost: sum(scopes, ({ cost }) => cost),
  }
}

function scopeOf({ name, library, calls, errors, totalMs, cells }: ScopeSums): RunScope {
  const sketch = sketchOf(cells.values())
  const [p50_ms, p95_ms] = [quantile(sketch, 0.5), quantile(sketch, 0.95)]
  return { name, library, calls, errors, p50_ms, p95_ms, total_ms: totalMs }
}

const sum = (scopes: readonly ScopeSums[], of: (scope: ScopeSums) => number) =>
  scopes.reduce((all, scope) => all + of(scope), 0)
