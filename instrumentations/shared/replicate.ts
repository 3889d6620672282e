import type { Call } from '../../agent/model.ts'

/** What a prediction waited for a machine, and that for the model: its whole time without the model's own. Milliseconds. */
export function waitedIn({ result }: Call): number | undefined {
  const { total_time: total, predict_time: own } =
    (result as { metrics?: Record<string, unknown> } | null | undefined)?.metrics ?? {}
  return typeof total === 'number' && typeof own === 'number' ? Math.round((total - own) * 100_000) / 100 : undefined
}
