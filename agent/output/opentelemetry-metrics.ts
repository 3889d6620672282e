// The metrics of OpenTelemetry's conventions, one table for both sets of names.

const seconds = {
  kind: 'histogram',
  unit: 's',
  boundaries: [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
} as const
const tokens = {
  kind: 'histogram',
  unit: '{token}',
  boundaries: Array.from({ length: 14 }, (_, power) => 4 ** power),
} as const
const usage = { kind: 'counter', unit: '{token}', boundaries: [] as readonly number[] } as const

/** With the buckets that the conventions give them; for `gen_ai.retrieval.duration` those of the other durations. */
export const metrics = {
  gen_ai: { name: 'gen_ai.client.operation.duration', description: 'GenAI operation duration.', ...seconds },
  tokens: {
    name: 'gen_ai.client.token.usage',
    description: 'Number of input and output tokens used.',
    ...tokens,
  },
  inference: {
    name: 'gen_ai.client.inference.duration',
    description: 'GenAI client inference operation duration.',
    ...seconds,
  },
  first_chunk: {
    name: 'gen_ai.client.inference.time_to_first_chunk',
    description: 'Time from the request to the first chunk of its answer.',
    ...seconds,
  },
  embeddings: {
    name: 'gen_ai.client.embeddings.duration',
    description: 'GenAI client embeddings operation duration.',
    ...seconds,
  },
  retrieval: { name: 'gen_ai.retrieval.duration', description: 'Duration of retrieval operations.', ...seconds },
  inference_input: {
    name: 'gen_ai.client.inference.operation.input_tokens',
    description: 'The number of input tokens used per inference operation.',
    ...tokens,
  },
  inference_output: {
    name: 'gen_ai.client.inference.operation.output_tokens',
    description: 'The number of output tokens used per inference operation.',
    ...tokens,
  },
  embeddings_input: {
    name: 'gen_ai.client.embeddings.operation.input_tokens',
    description: 'The number of input tokens used per embeddings operation.',
    ...tokens,
  },
  usage_input: {
    name: 'gen_ai.client.inference.usage.input_tokens',
    description: 'The number of input tokens used, including cached tokens.',
    ...usage,
  },
  usage_output: {
    name: 'gen_ai.client.inference.usage.output_tokens',
    description: 'The number of output tokens used, including reasoning tokens.',
    ...usage,
  },
  usage_cache_read: {
    name: 'gen_ai.client.inference.usage.cache_read.input_tokens',
    description: 'The number of input tokens served from a cache of the provider.',
    ...usage,
  },
  usage_cache_write: {
    name: 'gen_ai.client.inference.usage.cache_write.input_tokens',
    description: 'The number of input tokens written to a cache of the provider.',
    ...usage,
  },
  usage_reasoning: {
    name: 'gen_ai.client.inference.usage.reasoning.output_tokens',
    description: 'The number of output tokens used for reasoning.',
    ...usage,
  },
  db: {
    name: 'db.client.operation.duration',
    description: 'Duration of database client operations.',
    kind: 'histogram',
    unit: 's',
    boundaries: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
  },
  other: {
    name: 'crossbridge.operation.duration',
    description: 'Duration of scopes without a convention.',
    ...seconds,
  },
} as const

export type MetricName = keyof typeof metrics

/** What a call of a model adds to a metric. */
export interface Added {
  readonly metric: Exclude<MetricName, 'db' | 'other'>
  /** The key of `metadata`; absent for the call's duration, which alone says `error.type`. */
  readonly key?: string
  /** The attribute that the metric has besides those of every call of a model. */
  readonly also?: readonly [attribute: string, value: string]
}

// No answer that is read says how many of its tokens are text: the conventions' value for that.
const also = ['gen_ai.token.modality', 'unknown'] as const
const tokensOf = (type: 'input' | 'output'): Added => ({
  metric: 'tokens',
  key: `${type}_tokens`,
  also: ['gen_ai.token.type', type],
})
const inference: readonly Added[] = [
  { metric: 'inference' },
  { metric: 'first_chunk', key: 'time_to_first_chunk_ms' },
  { metric: 'inference_input', key: 'input_tokens' },
  { metric: 'inference_output', key: 'output_tokens' },
  { metric: 'usage_input', key: 'input_tokens', also },
  { metric: 'usage_output', key: 'output_tokens', also },
  { metric: 'usage_cache_read', key: 'cached_tokens', also },
  { metric: 'usage_cache_write', key: 'cache_write_tokens', also },
  { metric: 'usage_reasoning', key: 'reasoning_tokens', also },
]

/** The set of names: that of the last common release, or that of the GenAI conventions' own first one. */
export type Naming = 'otel' | 'otel_latest'

/** By `gen_ai.operation.name`; `any` of an operation that is not here. */
interface ByOperation {
  readonly any: readonly Added[]
  readonly [operation: string]: readonly Added[]
}

export const added: Readonly<Record<Naming, ByOperation>> = {
  otel: { any: [{ metric: 'gen_ai' }, tokensOf('input'), tokensOf('output')] },
  otel_latest: {
    chat: inference,
    generate_content: inference,
    text_completion: inference,
    embeddings: [{ metric: 'embeddings' }, { metric: 'embeddings_input', key: 'input_tokens' }],
    retrieval: [{ metric: 'retrieval' }],
    any: [{ metric: 'gen_ai' }],
  },
}

export const addedBy = (naming: Naming, operation: string): readonly Added[] =>
  added[naming][operation] ?? added[naming].any
