import type { Wire } from '../../agent/model.ts'

const usage = 'result.usage'
const messages = {
  target: 'llm',
  scope: 'generate',
  metadata: {
    model: 'args.0.body.model ?? args.0.params.model',
    stream: 'args.0.body.stream',
    input_tokens: `${usage}.input_tokens + (${usage}.cache_read_input_tokens ?? 0) + (${usage}.cache_creation_input_tokens ?? 0)`,
    output_tokens: `${usage}.output_tokens`,
    cached_tokens: `${usage}.cache_read_input_tokens`,
    cache_write_tokens: `${usage}.cache_creation_input_tokens`,
    response_model: 'result.model',
    finish_reason: 'result.stop_reason',
  },
}

export default {
  name: 'anthropic',
  system: { provider: 'anthropic' },
  hosts: ['api.anthropic.com'],
  libraries: { anthropic: 'x-stainless-lang: js', 'ai-sdk-anthropic': 'user-agent: ai-sdk/anthropic' },
  calls: { 'POST /**/messages': messages },
} satisfies Wire
