import { events } from './aws-events.ts'
import { listenAsAws, notFound, whole, words } from './bedrock-server.ts'
import type { Loopback } from './openai-server.ts'

const found = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ content: { type: 'TEXT', text: `private ${i}` }, score: 1 / (1 + i) }))
const base64 = (text: string) => Buffer.from(text).toString('base64')

/** Two steps of an agent; the second is asked for more, since it has read the first. */
const steps = (asked: number) =>
  [asked, 2 * asked].flatMap((inputTokens) => {
    const step = (trace: object) =>
      ['trace', { sessionId: 'private', trace: { orchestrationTrace: trace } }] as const satisfies readonly unknown[]
    return [
      step({ modelInvocationInput: { text: 'private', foundationModel: 'anthropic.claude' } }),
      step({ modelInvocationOutput: { metadata: { usage: { inputTokens, outputTokens: 5 } } } }),
    ]
  })

/**
 * Speaks what the runtime of Bedrock's agents does: knowledge bases, an order of documents, answers and agents. Each
 * character is a token. The knowledge base `fail` is not found; of a `private secret` a guardrail lets nothing through.
 */
export const bedrockAgentServer = (): Promise<Loopback> =>
  listenAsAws((path, body, response) => {
    const [kind, id] = path
    if (id === 'fail') return notFound(response)
    if (kind === 'knowledgebases') {
      const { vectorSearchConfiguration: vector, managedSearchConfiguration: managed } =
        body.retrievalConfiguration ?? {}
      const retrievalResults = found((vector ?? managed)?.numberOfResults ?? 5)
      return whole(response, { retrievalResults, guardrailAction: 'NONE' })
    }
    if (kind === 'rerank') {
      const { numberOfResults = body.sources.length } = body.rerankingConfiguration.bedrockRerankingConfiguration
      const results = body.sources.map((_: unknown, index: number) => ({ index, relevanceScore: 1 / (1 + index) }))
      return whole(response, { results: results.slice(0, numberOfResults) })
    }
    if (kind === 'agenticRetrieveStream') {
      return events(response, [
        ['traceEvent', { step: 'PLANNING' }],
        ...words.map((text) => ['responseEvent', { text }] as const),
        ['result', { results: [{}, {}, {}] }],
      ])
    }
    if (kind === 'agents') {
      return events(response, [
        ...(body.enableTrace ? steps(body.inputText.length) : []),
        ...words.map((text) => ['chunk', { bytes: base64(text) }] as const),
      ])
    }
    const guardrailAction = body.input.text === 'private secret' ? 'INTERVENED' : 'NONE'
    if (kind === 'retrieveAndGenerate')
      return whole(response, { sessionId: 'private', output: { text: words.join('') }, citations: [], guardrailAction })
    return events(response, [
      ...words.map((text) => ['output', { text }] as const),
      ['guardrail', { action: guardrailAction }],
    ])
  })
