import type { Instrumentation } from '../agent/model.ts'
import { askedOnce, geminiAnswer, isAnswer, ofAllTurns, ofAllTurnsSoFar } from './shared/gemini.ts'

const providerOf = (client: string) => `${client}.clientOptions.vertexai && 'gcp.vertex_ai' || 'gcp.gemini'`
const llm = { scope: 'llm.generate' }
const turn = { ...llm, noteValue: askedOnce }

const usage = (at: string) => ({
  input_tokens: `sum(${at}.total_input_tokens + ${at}.total_tool_use_tokens ?? ${at}.total_input_tokens)`,
  output_tokens: `sum(${at}.total_output_tokens + ${at}.total_thought_tokens ?? ${at}.total_output_tokens)`,
  cached_tokens: `sum(${at}.total_cached_tokens)`,
  reasoning_tokens: `sum(${at}.total_thought_tokens)`,
})
/** Thoughts are deltas, too. */
const isThought = `chunk.delta.type == 'thought_summary' || chunk.delta.type == 'thought_signature'`

export default {
  name: 'genai',
  module: '@google/genai',
  versions: '>=1 <4',
  target: 'embedding_provider',
  system: { provider: 'gcp.gemini' },
  classes: [
    {
      // Fields of `models`. Chats go through the same two, and a call with its automatic function calls is one.
      at: 'GoogleGenAI.new.models',
      metadata: { model: 'args.0.model', provider: providerOf('this.apiClient') },
      methods: {
        embedContent: {
          scope: 'embed',
          inputs: 'contents(args.0.contents)',
          metadata: {
            batch_size: 'count(args.0.contents)',
            dimensions: 'result.embeddings.0.values.length ?? args.0.config.outputDimensionality',
            // Vertex counts the tokens of each content, and of the call with its newer models only.
            input_tokens: 'result.usageMetadata.promptTokenCount ?? sum(result.embeddings.*.statistics.tokenCount)',
            billed_units: 'result.metadata.billableCharacterCount',
            results: 'result.embeddings.length',
          },
        },
        generateContent: { ...llm, metadata: { ...geminiAnswer('result'), ...ofAllTurns } },
        generateContentStream: {
          ...llm,
          metadata: { stream: true },
          chunk: { ...geminiAnswer('chunk'), ...ofAllTurnsSoFar },
          token: isAnswer,
        },
      },
    },
    // One after another, so that a turn that is continued counts once.
    { at: 'Models.prototype', versions: '<2.28', methods: { generateContentInternal: turn } },
    { at: 'Models.prototype', versions: '>=2.28', methods: { generateContentWithContinuation: turn } },
    {
      from: ({ GoogleGenAI: { prototype } }: { GoogleGenAI: { prototype: object } }) => ({
        // A getter makes it; its class is not exported.
        interactions: Object.getPrototypeOf(Reflect.get(prototype, 'interactions', {})),
      }),
      at: 'interactions',
      versions: '>=2.9',
      methods: {
        create: {
          ...llm,
          // What works in the background is only begun.
          when: 'is(args.0.stream) || is(args.0.background) == false',
          metadata: {
            model: 'args.0.model ?? args.0.agent',
            provider: providerOf('this.parentClient'),
            stream: 'args.0.stream',
            ...usage('result.usage'),
            finish_reason: 'result.status',
            response_model: 'result.model',
          },
          chunk: {
            ...usage('chunk.interaction.usage'),
            finish_reason: `chunk.event_type == 'interaction.completed' && chunk.interaction.status || undefined`,
            response_model: 'chunk.interaction.model',
          },
          token: `chunk.event_type == 'step.delta' && is(${isThought}) == false`,
          failed: `result.status == 'failed' || chunk.error || chunk.interaction.status == 'failed'`,
        },
      },
    },
  ],
} satisfies Instrumentation
