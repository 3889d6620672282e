import type { Call, Read } from '../../agent/model.ts'

/** What a prediction waited for a machine, and that for the model: its whole time without the model's own. Milliseconds. */
export function waitedIn({ result }: Call): number | undefined {
  const { total_time: total, predict_time: own } =
    (result as { metrics?: Record<string, unknown> } | null | undefined)?.metrics ?? {}
  return typeof total === 'number' && typeof own === 'number' ? Math.round((total - own) * 100_000) / 100 : undefined
}

/** Any model, which its input tells: one that embeds has its texts, as a list or as JSON, in one of these. */
export const anyModel = (
  input: string,
  output: string,
  metadata: Record<string, Read>,
  when = 'true',
  failed = 'false',
) => {
  const inputs = `${input}.texts ?? ${input}.text_batch`
  const results = `size(${output})`
  const dimensions = `size(${output}.0) ?? size(${output}.0.embedding)`
  const vectors = { batch_size: `size(${inputs})`, results, dimensions }
  const embed = { scope: 'embedding_provider.embed', inputs, metadata: { ...metadata, ...vectors } }
  return [
    { ...embed, failed, when: `${when} && is(${inputs})` },
    { scope: 'generate', failed, when, metadata },
  ]
}
const metrics = {
  server_ms: 'result.metrics.predict_time * 1000',
  queue_ms: waitedIn,
  response_model: 'result.model',
  input_tokens: 'result.metrics.input_token_count',
  output_tokens: 'result.metrics.output_token_count',
}
/** One that has ended, in `result`. */
export const prediction = (at: string, model: string, when: string) =>
  anyModel(`${at}.input`, 'result.output', { model, ...metrics }, when, `result.status == 'failed'`)
