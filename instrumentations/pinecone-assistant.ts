import type { Instrumentation } from '../agent/model.ts'

/** An answer's words are those of the service, and of OpenAI in a completion. */
const said = (root: string) => ({
  response_model: `${root}.model`,
  finish_reason: `${root}.finishReason ?? ${root}.choices.0.finishReason`,
  input_tokens: `${root}.usage.promptTokens`,
  output_tokens: `${root}.usage.completionTokens`,
})
const asked = {
  model: 'args.0.model',
  top_k: 'args.0.contextOptions.topK',
  filtered: 'is(keys(args.0.filter))',
}
const answer = { scope: 'llm.generate', metadata: { ...asked, ...said('result') } }
const streamed = {
  ...answer,
  metadata: { ...asked, stream: true },
  chunk: said('chunk'),
  token: 'is(chunk.delta.content ?? chunk.choices.0.delta.content)',
}
const file = (scope: string) => ({ scope, metadata: { batch_size: 1 } })

export default {
  name: 'pinecone-assistant',
  module: '@pinecone-database/pinecone',
  versions: '>=5 <10',
  target: 'vector_store',
  system: { db: 'pinecone', provider: 'pinecone' },
  observe: 'chain',
  classes: [
    {
      at: 'Assistant.prototype',
      file: 'dist/assistant/index',
      metadata: { collection: 'this.assistantName' },
      methods: {
        chat: answer,
        chatCompletion: answer,
        chatStream: streamed,
        chatCompletionStream: streamed,
        context: {
          scope: 'semantic_search.retrieve',
          metadata: {
            query_len: 'chars(args.0.query)',
            top_k: 'args.0.topK',
            filtered: 'is(keys(args.0.filter))',
            results: 'result.snippets.length',
            input_tokens: 'result.usage.promptTokens',
          },
        },
        // The service says that it will write them, and goes on.
        uploadFile: file('upsert'),
        'upsertFile?': file('upsert'),
        deleteFile: file('delete'),
        listFiles: {
          scope: 'fetch',
          metadata: { filtered: 'is(keys(args.0.filter))', results: 'result.files.length' },
        },
      },
    },
  ],
} satisfies Instrumentation
