import type { Instrumentation } from '../agent/model.ts'
import { anyModel, prediction } from './shared/replicate.ts'

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
