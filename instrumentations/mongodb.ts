import type { Call, Instrumentation, Method } from '../agent/model.ts'
import { listOf } from './shared/kinds.ts'
import { isNumbers } from './shared/vectors.ts'

// biome-ignore lint/suspicious/noExplicitAny: operations and replies are the driver's own objects
type Any = any

const operationOf = ({ args }: Call): Any => args[1] ?? {}
const commandOf = ({ args, ask }: Call) => ask(args[1], 'commandName')

/** The stage that searches by vector: the first one, also of one of the pipelines that are fused into one. */
function stageOf(pipeline: Any): Any {
  const [first] = Array.isArray(pipeline) ? pipeline : []
  if (first?.$vectorSearch) return first.$vectorSearch
  const { $search } = first ?? {}
  const vector = $search?.knnBeta ?? $search?.vectorSearch
  if (vector) return { ...vector, index: $search.index }
  const fused = first?.$rankFusion ?? first?.$scoreFusion
  for (const one of Object.values(fused?.input?.pipelines ?? {})) {
    const found = stageOf(one)
    // How many are asked for in the end is a stage of its own.
    if (found) return { ...found, limit: undefined, k: undefined }
  }
  return undefined
}

const stage = (call: Call) => stageOf(operationOf(call).pipeline)

/** One document in sight has a vector: the binary of that kind, or a long list of fractions. */
function hasVector({ documents }: Any): boolean {
  const [first] = Array.isArray(documents) ? documents : []
  return Object.values(first ?? {}).some((value: Any) => {
    if (value?.sub_type !== undefined) return value.sub_type === 9
    return isNumbers(value)
  })
}

/** A cursor's later portions and its end, and the sessions' own, belong to other calls. */
const parts = new Set(['getMore', 'killCursors', 'endSessions'])

/** Told where the first portion is all. */
function resultsOf({ result, ask }: Call): number | undefined {
  const size = ask(result, 'batchSize')
  if (typeof size !== 'number') return undefined
  const { high, low } = ask(result, 'id') ?? {}
  return high === 0 && low === 0 ? size : undefined
}

function collectionOf(call: Call): unknown {
  const { target, ns } = operationOf(call)
  const name = typeof target === 'string' ? target : ns?.collection
  return typeof name === 'string' && name.startsWith('$') ? undefined : name
}

const common = { collection: collectionOf, operation: commandOf }
/** Every operation of every object of the driver goes through this function, with its retries. */
const one = { file: 'lib/operations/execute_operation', at: 'executeOperation' }
const methods: Method[] = [
  {
    ...one,
    scope: 'search',
    when: (call) => stage(call) !== undefined,
    metadata: {
      ...common,
      top_k: (call) =>
        stage(call)?.limit ?? stage(call)?.k ?? listOf(operationOf(call).pipeline).find((one) => one?.$limit)?.$limit,
      candidates: (call) => stage(call)?.numCandidates,
      filtered: (call) => stage(call)?.filter !== undefined,
      results: resultsOf,
    },
  },
  {
    ...one,
    scope: 'upsert',
    when: (call) => commandOf(call) === 'insert' && hasVector(operationOf(call)),
    metadata: { ...common, batch_size: 'args.1.documents.length' },
  },
  {
    ...one,
    scope: 'query',
    target: 'database',
    when: (call) => !parts.has(commandOf(call)),
    metadata: { ...common, batch_size: 'args.1.documents.length', results: resultsOf },
  },
]

export default {
  name: 'mongodb',
  module: 'mongodb',
  versions: '>=6.22 <8',
  target: 'vector_store',
  system: { db: 'mongodb' },
  methods,
} satisfies Instrumentation
