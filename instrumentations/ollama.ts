import type { Instrumentation } from '../agent/model.ts'
import { tookIn } from './shared/ollama.ts'

const asked = { model: 'args.0.model' }
const usage = (root: 'result' | 'chunk') => ({
  input_tokens: `${root}.prompt_eval_count`,
  output_tokens: `${root}.eval_count`,
  finish_reason: `${root}.done_reason`,
  response_model: `${root}.model`,
  ...tookIn(root),
})
const generate = {
  scope: 'llm.generate',
  metadata: { ...asked, stream: 'args.0.stream', ...usage('result') },
  chunk: usage('chunk'),
  token: 'is(chunk.response || chunk.message.content || chunk.message.tool_calls)',
}

export default {
  name: 'ollama',
  module: 'ollama',
  versions: '>=0.5 <0.7',
  target: 'embedding_provider',
  system: { provider: 'ollama' },
  classes: [
    {
      at: 'Ollama.prototype^', // The parent, which `ollama/browser` exports: the client of Node adds files only.
      methods: {
        embed: {
          scope: 'embed',
          inputs: 'args.0.input',
          metadata: {
            ...asked,
            batch_size: 'texts(args.0.input)',
            dimensions: 'result.embeddings.0.length ?? args.0.dimensions',
            input_tokens: 'result.prompt_eval_count',
            results: 'result.embeddings.length',
            response_model: 'result.model',
            ...tookIn('result'),
          },
        },
        embeddings: {
          scope: 'embed',
          inputs: 'args.0.prompt',
          metadata: { ...asked, batch_size: 'texts(args.0.prompt)', dimensions: 'result.embedding.length' },
        },
        chat: generate,
        generate,
      },
    },
  ],
} satisfies Instrumentation
