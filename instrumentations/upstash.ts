import type { Call, Instrumentation, Read } from '../agent/model.ts'
import { listOf, textOf } from './shared/kinds.ts'

// biome-ignore lint/suspicious/noExplicitAny: requests and replies are read by shape
type Any = any

/** `query/namespace` as its parts. */
const wordsOf = ({ args }: Call): readonly (string | undefined)[] => textOf((args[0] as Any)?.path?.[0]).split(/[/?]/)
const bodyOf = ({ args }: Call): Any => (args[0] as Any)?.body ?? {}
const replyOf = ({ result }: Call): Any => (result as Any)?.result
const is = (commands: RegExp) => (call: Call) => commands.test(wordsOf(call)[0] ?? '')

const search: Record<string, Read> = {
  batch_size: (call) => (Array.isArray(bodyOf(call)) ? bodyOf(call).length : undefined),
  top_k: (call) => bodyOf(call).topK,
  filtered: (call) => [bodyOf(call)].flat().some((one) => Boolean(one?.filter)),
  results: (call) => [replyOf(call)?.scores ?? replyOf(call) ?? []].flat(2).length,
}
const fetch: Record<string, Read> = {
  batch_size: (call) => bodyOf(call).ids?.length,
  top_k: (call) => bodyOf(call).limit,
  results: (call) => listOf(replyOf(call)?.vectors ?? replyOf(call)).filter(Boolean).length,
}

/**
 * Below the methods, which are fields of each index and of each namespace. The way there is through an index, whose
 * making asks for nothing.
 */
const from = (exports: Any) => Object.getPrototypeOf(new exports.Index({ url: 'http://127.0.0.1', token: '-' }).client)
const request = { from, at: 'request' } as const

export default {
  name: 'upstash',
  module: '@upstash/vector',
  versions: '>=1.2 <2',
  target: 'vector_store',
  system: { db: 'upstash' },
  methods: [
    { ...request, scope: 'search', when: is(/^(?:resumable-)?query(?:-data)?$/), metadata: search },
    {
      ...request,
      scope: 'search',
      when: is(/^resumable-query-next$/),
      metadata: { top_k: (call) => bodyOf(call).additionalK, results: (call) => replyOf(call)?.length },
    },
    {
      ...request,
      scope: 'upsert',
      when: is(/^upsert(?:-data)?$/),
      metadata: { batch_size: 'count(args.0.body)' },
    },
    {
      ...request,
      scope: 'upsert',
      when: is(/^update$/),
      metadata: { batch_size: () => 1, results: (call) => replyOf(call)?.updated },
    },
    { ...request, scope: 'fetch', when: is(/^(?:fetch|range)$/), metadata: fetch },
    {
      ...request,
      scope: 'delete',
      when: is(/^delete$/),
      metadata: {
        batch_size: (call) => bodyOf(call).ids?.length,
        results: (call) => replyOf(call)?.deleted,
      },
    },
    { ...request, scope: 'delete', when: is(/^(?:reset|delete-namespace)$/) },
  ],
} satisfies Instrumentation
