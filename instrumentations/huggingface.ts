import type { Call, Instrumentation, Method } from '../agent/model.ts'

// biome-ignore lint/suspicious/noExplicitAny: the library's objects are read by shape
type Any = any

const asked = { model: 'args.0.model', provider: 'args.0.provider' }
const several = ({ args }: Call) => Array.isArray((args[0] as Any)?.inputs)

const methods: Readonly<Record<string, Omit<Method, 'at' | 'file'>>> = {
  featureExtraction: {
    scope: 'embed',
    inputs: 'args.0.inputs',
    metadata: {
      ...asked,
      batch_size: 'texts(args.0.inputs)',
      // A vector for one text where the model pools its tokens, else one for each token.
      dimensions: ({ result }) => {
        const first = (result as Any)?.[0]
        return typeof first === 'number'
          ? (result as Any).length
          : typeof first?.[0] === 'number'
            ? first.length
            : undefined
      },
      results: (call) => (several(call) ? (call.result as Any)?.length : undefined),
    },
  },
  chatCompletion: {
    scope: 'generate',
    target: 'llm',
    metadata: {
      ...asked,
      input_tokens: 'result.usage.prompt_tokens',
      output_tokens: 'result.usage.completion_tokens',
    },
  },
  chatCompletionStream: {
    scope: 'generate',
    target: 'llm',
    metadata: { ...asked, stream: () => true },
    chunk: { input_tokens: 'chunk.usage.prompt_tokens', output_tokens: 'chunk.usage.completion_tokens' },
  },
  textGeneration: {
    scope: 'generate',
    target: 'llm',
    metadata: { ...asked, output_tokens: 'result.details.generated_tokens' },
  },
  textGenerationStream: {
    scope: 'generate',
    target: 'llm',
    metadata: { ...asked, stream: () => true },
    // Version 4 speaks with newer servers.
    chunk: {
      input_tokens: 'chunk.usage.prompt_tokens',
      output_tokens: ({ chunk }) => {
        const { usage, details } = (chunk ?? {}) as Any
        return usage?.completion_tokens ?? details?.generated_tokens
      },
    },
  },
}

/** Functions, which the client takes from their files: what it exports and its own methods can't be replaced. */
export default {
  name: 'huggingface',
  module: '@huggingface/inference',
  versions: '>=3 <5',
  target: 'embedding_provider',
  system: { provider: 'huggingface' },
  methods: Object.entries(methods).flatMap(([at, method]) =>
    ['commonjs', 'esm'].map((form) => ({ file: `dist/${form}/tasks/nlp/${at}`, at, ...method })),
  ),
} satisfies Instrumentation
