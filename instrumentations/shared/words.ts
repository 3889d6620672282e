/** The verbs of scopes, the same in every library: the second half of `vector_store.search`. */
export const verbs: Readonly<Record<string, string>> = {
  embed: 'Turns texts or images into vectors.',
  search: 'Finds what is near to a vector, a text or both.',
  retrieve: 'Finds documents for a question, by whatever means: a retriever.',
  upsert: 'Writes vectors or documents.',
  fetch: 'Reads by id, by filter or in order, without a ranking.',
  delete: 'Removes vectors or documents.',
  rerank: 'Orders documents by how well they answer.',
  generate: 'Completes a prompt or answers a chat.',
  manage: 'Makes, opens, changes, lists or removes what holds the data: a collection, an index, a table.',
  query: 'Any other command of a database.',
  connect: 'Waits for a connection of a pool, where the application asks for one itself.',
}

/** The keys of `metadata`, the same in every library; a key that a call has no value for is absent. */
export const keys: Readonly<Record<string, string>> = {
  model: 'The name of the model that was asked for.',
  provider:
    'Who serves the model, where that is not the company of the library: `azure.ai.openai`, `openai_compatible`; of a framework, the class or provider that it names.',
  collection: 'The name of the collection, index, table, class or dataset.',
  namespace: 'The part of a collection that was asked: a namespace, database or tenant.',
  operation: "The verb of a database's statement or command: `select`, `ft.search`.",
  batch_size: 'Inputs in the call: texts, points, rows, documents to rerank, queries of a batch.',
  dimensions: 'Numbers in a vector, as asked for or as returned.',
  query_len: 'Characters of the query or statement.',
  top_k: 'Results asked for.',
  candidates: 'Candidates that the index is told to look at: `num_candidates`, `ef`, `nprobe`.',
  filtered: 'Whether the search has a filter.',
  results: 'Results returned, of all queries of a batch together; or rows written, where the library says so.',
  top_score:
    'Of a search, the score of the first result, as the store gives it; not of a batch of several, and not where the answer has none.',
  last_score: 'The same of the last result that was returned.',
  score_kind:
    'What these are, where that is known: `similarity`, of which more is nearer, or `distance`, of which less is.',
  order_kept:
    'Of a reranking, whether its results are the first of what it was given, in that order: nothing was moved, nothing passed over. Not of fewer than two documents, and not where there is no result.',
  failed_items: 'Of a batch, those that failed; a batch that failed whole is a failed call.',
  stream: 'Whether the answer is streamed.',
  input_tokens:
    "Tokens read, as the service counts them, those of a cache among them, and what it was asked to read by a tool's use.",
  output_tokens: 'Tokens written, as the service counts them, those of its thoughts among them.',
  cached_tokens: 'Tokens of the input that came from a cache of the service.',
  cache_write_tokens: 'Tokens of the input that the service has put into a cache.',
  reasoning_tokens: "Tokens of the output that were the model's thoughts.",
  nested_input_tokens:
    'Tokens read, as a framework tells them, that calls inside this one count; `input_tokens` are then those that none of them told of.',
  nested_output_tokens: 'The same of tokens written.',
  response_model: 'The name of the model that answered, where it is not the one asked for.',
  finish_reason: 'Why the model stopped, in the words of the service: `stop`, `length`.',
  cache_hit: 'Whether the service, or the client, answered from a cache.',
  failed_shards: 'Shards of the collection that did not answer.',
  billed_units: 'What the service bills the call with: read units, search units, bytes.',
  attempts: 'Requests made for the call, the first and its retries.',
  server_ms: 'Time that the service says it took, in milliseconds.',
  queue_ms: 'Time that the call waited within the service, in milliseconds.',
  pool_wait_ms:
    'Part of the duration in which the call waited for a connection: a free one of a pool, or one to be made.',
  pool_size: 'The most connections that the pool may have, where it tells that and the call has waited for one.',
  load_ms: 'Time in which the model was loaded, in milliseconds.',
  repeats: 'With `find_repeats`: inputs of the call that the same method had embedded before.',
  repeat_share: 'With `find_repeats`: the same as a share of the inputs that were compared, 0 to 1.',
  vectors_checked: 'With `check_vectors`: vectors of the call that were looked at, one in 100 of its scope.',
  zero_vectors: 'With `check_vectors`: those of them whose numbers are all 0, which have no direction.',
  nan_vectors: 'With `check_vectors`: those of them that hold NaN, an infinite number, or null for one.',
  chunks:
    'Pieces of a streamed answer; where the library does not tell them from other parts of the stream, all parts.',
  time_to_first_chunk_ms: 'Milliseconds from the call to the first part of a streamed answer, of whatever kind.',
  time_to_first_token_ms:
    'Milliseconds from the call to the first part that holds a piece of the answer: text, or the call of a tool.',
}

/** What `targets` and the first half of a scope's name may be. */
export const targets: Readonly<Record<string, string>> = {
  embedding_provider: 'Models that make vectors.',
  vector_store: 'Stores of vectors, and databases where they hold some.',
  semantic_search: 'Retrievers, rerankers, and stores behind a framework.',
  llm: 'Chats and completions.',
  database: 'The other commands of a database that also holds vectors.',
}
