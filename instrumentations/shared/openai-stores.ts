/** A search in a vector store of OpenAI: its id, then what is asked. */
export const found = {
  collection: 'args.0',
  query_len: 'chars(args.1.query)',
  batch_size: 'size(args.1.query)',
  top_k: 'args.1.max_num_results',
  filtered: 'has(args.1.filters)',
  // A page, alone or beside the response.
  results: 'result.data.data.length ?? result.data.length',
}

/** Files that the service embeds; what does not wait for it only queues them. */
const written = {
  scope: 'vector_store.upsert',
  metadata: {
    collection: 'args.0',
    batch_size: 'count(args.1.file_ids) + count(args.1.files) || 1',
    results: 'result.file_counts.completed',
    failed_items: 'result.file_counts.failed',
  },
  failed: `result.last_error.code || result.status == 'failed'`,
}
export const files = { createAndPoll: written, uploadAndPoll: written }
/** Here the latter calls the former when it has uploaded. */
export const batches = { createAndPoll: written }
