import type { Instrumentation } from '../agent/model.ts'

const llm = { scope: 'llm.generate' }
const streamed = { ...llm, metadata: { stream: true } }
/** Functions, which the client takes from their files: what it exports and its own methods can't be replaced. */
const task = (name: string) => ({
  file: [`dist/commonjs/tasks/nlp/${name}`, `dist/esm/tasks/nlp/${name}`],
  metadata: { model: 'args.0.model', provider: 'args.0.provider' },
})
/** As every provider tells it, and the servers of this one before version 4 in `details`. */
const told = (root: string) => ({
  input_tokens: `${root}.usage.prompt_tokens ?? ${root}.details.input_length`,
  output_tokens: `${root}.usage.completion_tokens ?? ${root}.details.generated_tokens`,
  cached_tokens: `${root}.usage.prompt_tokens_details.cached_tokens`,
  reasoning_tokens: `${root}.usage.completion_tokens_details.reasoning_tokens`,
  finish_reason: `${root}.choices.0.finish_reason ?? ${root}.details.finish_reason`,
  response_model: `${root}.model`,
})
const delta = 'chunk.choices.0.delta'
const vector = (at: string) => `has(number(${at}.0)) && ${at}.length`

export default {
  name: 'huggingface',
  module: '@huggingface/inference',
  versions: '>=3 <5',
  target: 'embedding_provider',
  system: { provider: 'huggingface' },
  classes: [
    {
      ...task('featureExtraction'),
      methods: {
        featureExtraction: {
          scope: 'embed',
          inputs: 'args.0.inputs',
          metadata: {
            batch_size: 'texts(args.0.inputs)',
            // A vector for one text where the model pools its tokens, else one for each token.
            dimensions: `number(${vector('result')} || ${vector('result.0')})`,
            results: 'number(has(size(args.0.inputs)) && result.length)',
          },
        },
      },
    },
    { ...task('chatCompletion'), methods: { chatCompletion: { ...llm, metadata: told('result') } } },
    {
      ...task('chatCompletionStream'),
      methods: {
        chatCompletionStream: {
          ...streamed,
          chunk: told('chunk'),
          token: `is(${delta}.content || ${delta}.tool_calls)`,
        },
      },
    },
    { ...task('textGeneration'), methods: { textGeneration: { ...llm, metadata: told('result') } } },
    {
      ...task('textGenerationStream'),
      methods: {
        textGenerationStream: {
          ...streamed,
          chunk: told('chunk'),
          token: 'is(chunk.token.text || chunk.choices.0.text) && is(chunk.token.special) == false',
        },
      },
    },
  ],
} satisfies Instrumentation
