import type { Call, Instrumentation } from '../agent/model.ts'
import { textsIn } from './shared/texts.ts'

// biome-ignore lint/suspicious/noExplicitAny: the library's objects are read by shape
type Any = any

/** `withRawResponse()` gives the same one level deeper. */
const body = ({ result }: Call): Any => ((result as Any)?.rawResponse?.headers ? (result as Any).data : result)

const found = {
  input_tokens: (call: Call) => body(call)?.usage?.totalTokens,
  results: (call: Call) => body(call)?.data?.length,
}
const model = 'args.0.model'
// The client's promise reads its body before it is asked, in these. What it keeps of that it gives through them alone.
const ends = { kind: 'thenable', methods: ['unwrap', 'withRawResponse'] } as const
const embed = {
  scope: 'embed',
  inputs: 'args.0.input',
  ends,
  metadata: { model, batch_size: 'texts(args.0.input)', dimensions: 'args.0.outputDimension', ...found },
}
/** Parts of one input, or chunks that are embedded in the context of each other. */
const nested = ({ args }: Call) => textsIn((args[0] as Any)?.inputs)
const contextualized = { model, batch_size: 'args.0.inputs.length', dimensions: 'args.0.outputDimension' }

/** The client is a subclass of the generated one: its own `embed` and `contextualizedEmbed` call that one's. */
export default {
  name: 'voyage',
  module: 'voyageai',
  versions: '>=0.3 <0.5',
  target: 'embedding_provider',
  system: { provider: 'voyage_ai' },
  observe: 'chain',
  methods: [
    { at: 'VoyageAIClient.prototype.embed', ...embed },
    { at: 'GeneratedVoyageAIClient.prototype.embed', ...embed },
    {
      at: 'GeneratedVoyageAIClient.prototype.multimodalEmbed',
      scope: 'embed',
      inputs: nested,
      ends,
      metadata: { model, batch_size: 'args.0.inputs.length', ...found },
    },
    {
      at: 'VoyageAIClient.prototype.contextualizedEmbed',
      versions: '>=0.4',
      scope: 'embed',
      inputs: nested,
      metadata: { ...contextualized, input_tokens: 'result.totalTokens', results: 'result.results.length' },
    },
    {
      at: 'GeneratedVoyageAIClient.prototype.contextualizedEmbed',
      scope: 'embed',
      inputs: nested,
      ends,
      metadata: { ...contextualized, ...found },
    },
    {
      at: 'GeneratedVoyageAIClient.prototype.rerank',
      scope: 'rerank',
      target: 'semantic_search',
      ends,
      metadata: {
        model,
        batch_size: 'args.0.documents.length',
        query_len: 'args.0.query.length',
        top_k: 'args.0.topK',
        ...found,
      },
    },
  ],
} satisfies Instrumentation
