import { reply } from './search-answer.ts'

const of = (path: string) => `args.0.${path} ?? args.0.body.${path}`
const batch_size = `texts(${of('input')})`
const embed = { scope: 'embedding_provider.embed', inputs: of('input') }
const dense = {
  ...embed,
  metadata: {
    batch_size,
    dimensions: reply('text_embedding.0.embedding.length'),
    results: reply('text_embedding.length'),
  },
}
const sparse = { ...embed, metadata: { batch_size, results: reply('sparse_embedding.length') } }
/** Its texts stand in an object that says what they are. */
const content = 'args.0.embedding.input ?? args.0.body.input'
const rerank = {
  scope: 'semantic_search.rerank',
  metadata: {
    batch_size,
    query_len: `chars(${of('query')})`,
    top_k: `${of('top_n')} ?? ${of('task_settings.top_n')}`,
    results: reply('rerank.length'),
    order_kept: `size(${of('input')}) && (${of('input')}).1 && unmoved(${reply('rerank.*.index')})`,
  },
}
const generate = { scope: 'llm.generate' }
const streamed = { ...generate, metadata: { stream: true } }
const asks = (task: string) => `args.0.task_type == '${task}'`

/** What Elasticsearch has models do, its own or those of a service. */
export const inference = {
  textEmbedding: dense,
  embedding: {
    ...embed,
    versions: '>=9.5',
    inputs: content,
    metadata: {
      batch_size: `texts(${content})`,
      dimensions: reply('embeddings.0.embedding.length'),
      results: reply('embeddings.length'),
    },
  },
  sparseEmbedding: sparse,
  rerank,
  completion: generate,
  streamCompletion: streamed,
  chatCompletionUnified: streamed,
  // By a task that is named, or else by what only one of them takes.
  inference: [
    { ...dense, when: asks('text_embedding') },
    { ...sparse, when: asks('sparse_embedding') },
    { ...rerank, when: `${asks('rerank')} || has(${of('query')})` },
    generate,
  ],
}
