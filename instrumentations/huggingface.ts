import type { Instrumentation } from '../agent/model.ts'

const llm = { scope: 'generate', target: 'llm' }
const streamed = { ...llm, metadata: { stream: true } }
/** Functions, which the client takes from their files: what it exports and its own methods can't be replaced. */
const task = (name: string) => ({
  file: [`dist/commonjs/tasks/nlp/${name}`, `dist/esm/tasks/nlp/${name}`],
  metadata: { model: 'args.0.model', provider: 'args.0.provider' },
})
const usage = (root: string) => ({
  input_tokens: `${root}.usage.prompt_tokens`,
  output_tokens: `${root}.usage.completion_tokens`,
})
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
    { ...task('chatCompletion'), methods: { chatCompletion: { ...llm, metadata: usage('result') } } },
    { ...task('chatCompletionStream'), methods: { chatCompletionStream: { ...streamed, chunk: usage('chunk') } } },
    {
      ...task('textGeneration'),
      methods: { textGeneration: { ...llm, metadata: { output_tokens: 'result.details.generated_tokens' } } },
    },
    {
      ...task('textGenerationStream'),
      methods: {
        textGenerationStream: {
          ...streamed,
          // Version 4 speaks with newer servers.
          chunk: {
            ...usage('chunk'),
            output_tokens: 'chunk.usage.completion_tokens ?? chunk.details.generated_tokens',
          },
        },
      },
    },
  ],
} satisfies Instrumentation
