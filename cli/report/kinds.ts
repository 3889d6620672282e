import type { FindingKind } from './model.ts'

/** Each kind of finding in general: what is seen, and what to change. What stands in a finding itself is more exact. */
export const kinds: Readonly<Record<FindingKind, { readonly seen: string; readonly change: string }>> = {
  connections_not_reused: {
    seen: 'Calls open a new connection each time.',
    change: 'Make one client and keep it, with keep-alive on, for as long as the process runs.',
  },
  large_top_k: {
    seen: 'Searches ask for far more results than are used.',
    change: 'Ask for what is used, with some to spare: a smaller top_k.',
  },
  large_answers: {
    seen: 'Answers take long to read.',
    change: 'Ask for fewer results, or for fewer fields of each; leave vectors and long texts out.',
  },
  sequential_calls: {
    seen: 'Calls that may be independent wait for each other.',
    change: 'Start them together, and wait for all of them: Promise.all.',
  },
  dominant_operation: {
    seen: 'One operation has most of the time, and is slower than such calls usually are.',
    change: 'Look at its index, its model and what it is asked; make it faster before anything else.',
  },
  slow_sibling: {
    seen: 'One collection, index or model is far slower than the others.',
    change: 'Compare its index, its size and its filters with the others.',
  },
  failing_calls: {
    seen: 'Calls fail.',
    change: 'Look at the service and at what it is sent; fail fast until then.',
  },
  mismatched_vectors: {
    seen: 'Questions are embedded with another model, or in other dimensions, than the collection.',
    change: 'Embed questions with the model that the collection was written with.',
  },
  broken_vectors: {
    seen: 'Vectors have nothing but zeros, or a number that is none.',
    change: 'Look at where they come from, and refuse them before they are stored or asked.',
  },
  empty_results: {
    seen: 'Searches find nothing, or nothing near.',
    change: 'Check the filter, the least score, and that the collection holds what is asked for.',
  },
  single_embeddings: {
    seen: 'Texts are embedded one by one.',
    change: 'Collect the texts and pass them as one array.',
  },
  repeated_inputs: {
    seen: 'The same inputs are embedded again.',
    change: 'Keep the vectors of inputs that come again.',
  },
  n_plus_one: {
    seen: 'After a search its results are read one by one.',
    change: 'Read them in one call, or have the search return what is needed.',
  },
  retries: {
    seen: 'Calls need more than one try.',
    change: 'Find why the first try fails; limit how many calls are under way.',
  },
  rate_limits: {
    seen: 'Calls are refused because there are too many.',
    change: 'Limit how many calls are under way, put several inputs into one, or have the limit raised.',
  },
  own_code: {
    seen: 'The event loop is stalled by code of the process itself.',
    change: 'Move it to a worker thread, cut it into pieces, or compute it once.',
  },
  outside_calls: {
    seen: 'Requests spend their time outside of all profiled calls.',
    change: 'Profile what they wait for: an entry under instrumentations, or profile().',
  },
  garbage_collection: {
    seen: 'Requests wait for garbage collection.',
    change: 'Find what allocates so much, and stream instead of collecting.',
  },
  starved: {
    seen: 'The process wants to run and has no processor.',
    change: 'Give it more processor; nothing in the code is the cause of it.',
  },
  management_calls: {
    seen: 'Collections, indexes or tables are made or listed within requests.',
    change: 'Do that once, when the process starts.',
  },
  idle_reranking: {
    seen: 'A reranking keeps the order that it was given.',
    change: 'Leave it out, or give it more candidates than are kept.',
  },
  pool_waits: {
    seen: 'Calls wait for a free connection of a pool.',
    change: 'Make the pool larger, or hold its connections for less long.',
  },
  growing_prompts: {
    seen: 'Prompts grow with each turn.',
    change: 'Keep the last turns and a summary of those before.',
  },
  cold_start: {
    seen: 'The first requests of a process take far longer than the others.',
    change: 'Open connections and load models before the process takes requests.',
  },
}
