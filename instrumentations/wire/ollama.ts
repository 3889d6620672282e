import type { Wire } from '../../agent/model.ts'

const model = 'args.0.body.model'
/** It tells nanoseconds. */
const told = {
  input_tokens: 'result.prompt_eval_count',
  server_ms: 'result.total_duration / 1000000',
  load_ms: 'result.load_duration / 1000000',
  response_model: 'result.model',
}
const generate = {
  target: 'llm',
  scope: 'generate',
  metadata: {
    model,
    stream: 'args.0.body.stream ?? true',
    ...told,
    output_tokens: 'result.eval_count',
    finish_reason: 'result.done_reason',
  },
}

export default {
  name: 'ollama',
  system: { provider: 'ollama' },
  hosts: ['ollama.com', 'localhost:11434', '127.0.0.1:11434'],
  libraries: { ollama: 'user-agent: ollama-js/' },
  calls: {
    'POST /api/embed': {
      target: 'embedding_provider',
      scope: 'embed',
      inputs: 'args.0.body.input',
      metadata: {
        model,
        batch_size: 'texts(args.0.body.input)',
        dimensions: 'result.embeddings.0.length ?? args.0.body.dimensions',
        results: 'result.embeddings.length',
        ...told,
      },
    },
    'POST /api/embeddings': {
      target: 'embedding_provider',
      scope: 'embed',
      inputs: 'args.0.body.prompt',
      metadata: { model, batch_size: 1, dimensions: 'result.embedding.length' },
    },
    'POST /api/chat': generate,
    'POST /api/generate': generate,
  },
} satisfies Wire
