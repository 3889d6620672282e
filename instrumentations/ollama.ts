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
const at = 'Ollama.prototype^'

export default {
  name: 'ollama',
  module: 'ollama',
  versions: '>=0.5 <0.7',
  target: 'embedding_provider',
  system: { provider: 'ollama' },
  // The parent, which `ollama/browser` exports: the client of Node adds files only.
  classes: [
    {
      at,
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
      methods: { embed: 'embed' },
    },
    {
      at,
      inputs: 'args.0.prompt',
      metadata: { ...asked, batch_size: 'texts(args.0.prompt)', dimensions: 'result.embedding.length' },
      methods: { embeddings: 'embed' },
    },
    {
      at,
      metadata: { ...asked, stream: 'args.0.stream', ...usage('result') },
      chunk: usage('chunk'),
      token: 'is(chunk.response || chunk.message.content || chunk.message.tool_calls)',
      methods: { 'chat generate': 'llm.generate' },
    },
  ],
} satisfies Instrumentation
