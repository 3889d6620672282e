import type { Instrumentation, Read } from '../agent/model.ts'
import { waitedIn } from './shared/replicate.ts'

/** Any model, which its input tells: one that embeds has its texts, as a list or as JSON, in one of these. */
const anyModel = (input: string, output: string, metadata: Record<string, Read>, when = 'true', failed = 'false') => {
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
const prediction = (at: string, model: string, when: string) =>
  anyModel(`${at}.input`, 'result.output', { model, ...metrics }, when, `result.status == 'failed'`)
const modelIn = (at: string) => `${at}.model ?? ${at}.version`
/** Without `wait` it only puts the work in a queue, and so it does for `stream`. */
const create = (at: string, model: string) => ({ create: prediction(at, model, `is(${at}.wait)`) })
const streamed = { scope: 'generate', metadata: { model: 'args.0', stream: true }, chunk: {} }

/** `create` is replaced in its file, before a client binds it: with the client as `this`, `run` and its `create` are one call. */
export default {
  name: 'replicate',
  module: 'replicate',
  versions: '>=1.4 <2',
  target: 'llm',
  system: { provider: 'replicate' },
  classes: [
    {
      at: 'default.prototype',
      methods: {
        run: anyModel('args.1.input', 'result', { model: 'args.0' }),
        stream: { ...streamed, token: `chunk.event == 'output'` },
        // Only `run` passes a third argument; a prediction that has ended is handed back at once.
        wait: prediction('args.0', modelIn('args.0'), 'is(args.2 || args.0.completed_at) == false'),
      },
    },
    { file: 'lib/predictions', methods: create('args.0', modelIn('args.0')) },
    { file: 'lib/deployments', at: 'predictions', methods: create('args.2', 'args.1') },
  ],
} satisfies Instrumentation
