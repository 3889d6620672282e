/** What a request says, as JSON. */
export type Body = Readonly<Record<string, unknown>>

/** Files of a vector store that can't be read have `bad` in their id. */
const isBad = (id: unknown) => String(id).includes('bad')

/**
 * Speaks the vector stores of OpenAI: a store has four chunks, and files are being processed until they are asked for. The
 * id of a batch has its files, since nothing is kept.
 */
export function storeAnswer(path: string, body: Body): unknown {
  if (path.endsWith('/files') && !path.includes('/vector_stores/'))
    return { id: 'file-1', object: 'file', bytes: 1, created_at: 1, filename: 'private', purpose: 'assistants' }
  const [whole, one = 'vs'] = /\/vector_stores(?:\/([^/]+))?$/.exec(path) ?? []
  if (whole !== undefined)
    return { id: one, object: 'vector_store', name: 'private', data: [{ id: one }], has_more: false }
  const [, store = '', what = '', id] = /\/vector_stores\/([^/]+)\/(\w+)(?:\/([^/]+))?/.exec(path) ?? []
  if (what === 'search') return foundIn(body)
  if (what === 'files') return fileOf(store, id ?? String(body.file_id), id !== undefined)
  const files = id?.split('+').slice(1) ?? [body.file_ids, body.files].flatMap((one) => idsOf(one))
  return batchOf(store, files, id !== undefined)
}

const idsOf = (files: unknown): string[] =>
  Array.isArray(files) ? files.map((one) => (typeof one === 'string' ? one : one.file_id)) : []

function foundIn({ query, max_num_results = 10 }: Body) {
  const content = [{ type: 'text', text: 'private' }]
  const data = Array.from({ length: Math.min(4, max_num_results as number) }, (_, i) => ({
    file_id: `file-${i}`,
    filename: 'private',
    score: 1 / (i + 1),
    attributes: {},
    content,
  }))
  const search_query = Array.isArray(query) ? query : [query]
  return { object: 'vector_store.search_results.page', search_query, data, has_more: false, next_page: null }
}

function fileOf(vector_store_id: string, id: string, isDone: boolean) {
  const failed = isDone && isBad(id)
  return {
    id,
    object: 'vector_store.file',
    created_at: 1,
    usage_bytes: 1,
    vector_store_id,
    status: failed ? 'failed' : isDone ? 'completed' : 'in_progress',
    last_error: failed ? { code: 'unsupported_file', message: 'private' } : null,
  }
}

function batchOf(vector_store_id: string, files: readonly string[], isDone: boolean) {
  const total = files.length
  const failed = isDone ? files.filter(isBad).length : 0
  return {
    id: ['vsfb', ...files].join('+'),
    object: 'vector_store.files_batch',
    created_at: 1,
    vector_store_id,
    status: !isDone ? 'in_progress' : failed === total ? 'failed' : 'completed',
    file_counts: {
      total,
      failed,
      completed: isDone ? total - failed : 0,
      in_progress: isDone ? 0 : total,
      cancelled: 0,
    },
  }
}
