import { library } from '../support/library.ts'
import { supabaseServer } from '../support/supabase-server.ts'

const match = `'match_documents', { query_embedding: [0.1, 0.2], match_count: 3 }`
const search = { scope: 'vector_store.search', collection: 'match_documents' }
const failed = { error: 'PostgrestError' }
const query = { scope: 'database.query', collection: 'docs' }

library({
  name: 'supabase',
  module: '@supabase/supabase-js',
  packages: ['current', 'previous'],
  server: supabaseServer,
  imports: [
    ['{ createClient }', '@supabase/supabase-js'],
    ['{ PostgrestClient, PostgrestBuilder }', '@supabase/postgrest-js'],
  ],
  // Node 20 has no WebSocket, without which there is no client.
  setUp: ({ url }) => `
    const supabase = createClient('${url}', 'private-key', {
      auth: { persistSession: false, autoRefreshToken: false },
      realtime: { transport: class {} },
    })
    const seen = ({ data, error, status }) => [data, error, status]`,
  shapes: [
    'PostgrestBuilder',
    'PostgrestBuilder.prototype',
    'PostgrestClient.prototype',
    `supabase.rpc(${match})`,
    `supabase.from('docs').select('*')`,
  ],
  fails: `supabase.rpc('missing', { query_embedding: [0.5] }).throwOnError()`,
  many: `supabase.rpc('match_documents', { query_embedding: [0.5], match_count: 1 + (i % 3) })`,
  calls: [
    {
      it: 'records a function that is given a vector as a search, as numbers and as text',
      body: `
        print(seen(await supabase.rpc(${match})))
        print(seen(await supabase.rpc('match_documents', { query_embedding: '[1,2]', filter: { a: 'private' } }).limit(1)))
        print(seen(await supabase.rpc('match_documents', { query_embedding: [1, 2], filter: {} }).eq('a', 'private').select('content')))
        print(seen(await supabase.rpc('match_documents', { query_embedding: [0.1, 0.2], match_count: 4 }, { get: true })))
        print(seen(await supabase.rpc(${match}).limit(1).single()))`,
      records: [
        { ...search, results: 3, top_k: 3, filtered: false },
        { ...search, results: 1, top_k: 1, filtered: true },
        { ...search, results: 2, filtered: true },
        { ...search, results: 4, top_k: 4 },
        { ...search, results: 1, top_k: 3, filtered: false },
      ],
    },
    {
      it: 'records any other function as a command, and one that writes a vector as a write',
      body: `
        print(seen(await supabase.rpc('documents_of', { ids: [1, 2] })))
        print(seen(await supabase.rpc('now')))
        print(seen(await supabase.rpc('insert_document', { embedding: [1, 2] })))`,
      records: [
        { scope: 'database.query', collection: 'documents_of', operation: 'rpc', results: 2 },
        { scope: 'database.query', collection: 'now', operation: 'rpc', results: 2 },
        { scope: 'vector_store.upsert', collection: 'insert_document', operation: 'rpc', results: 2 },
      ],
    },
    {
      it: 'records rows with vectors as a write of them',
      body: `
        print(seen(await supabase.from('docs').insert([{ content: 'private', embedding: [1, 2] }, { content: 'private', embedding: [3, 4] }])))
        print(seen(await supabase.from('docs').upsert({ id: 'private', embedding: '[0.1,0.2]' }).select()))
        print(seen(await supabase.from('docs').update({ v: [0.5] }).eq('id', 'private')))`,
      records: [
        { scope: 'vector_store.upsert', collection: 'docs', operation: 'insert', batch_size: 2 },
        { scope: 'vector_store.upsert', collection: 'docs', operation: 'upsert', batch_size: 1, results: 1 },
        { scope: 'vector_store.upsert', collection: 'docs', operation: 'update', batch_size: 1 },
      ],
    },
    {
      it: 'records what else a table is asked as commands',
      body: `
        print(seen(await supabase.from('docs').select('content').eq('a', 'private').limit(4)))
        print(seen(await supabase.from('docs').insert({ content: 'private', tags: [1, 2] })))
        print(seen(await supabase.from('docs').delete().eq('id', 'private')))
        print(seen(await supabase.schema('other').from('docs').select('*', { head: true, count: 'exact' })))`,
      records: [
        { ...query, operation: 'select', results: 4, top_k: 4 },
        { ...query, operation: 'insert', batch_size: 1 },
        { ...query, operation: 'delete' },
        { ...query, operation: 'select' },
      ],
    },
    {
      it: 'sends nothing before it is awaited, and counts two awaits as the two requests that they are',
      body: `
        supabase.rpc(${match})
        const lazy = supabase.rpc(${match})
        print([Object.keys(lazy), lazy instanceof PostgrestBuilder, lazy.limit(2) === lazy])
        print(seen(await lazy))
        print(seen(await lazy))
        const made = lazy.then(({ data }) => data.length, () => 'no')
        print([await made, made.constructor.name, Object.keys(made)])
        print(await lazy.then(null, null).then(seen))
        print(await lazy.then(() => { throw new RangeError('mine') }).then(null, ({ name }) => name))`,
      records: Array.from({ length: 5 }, () => ({ ...search, results: 3, top_k: 3, filtered: false })),
    },
    {
      it: 'records an answer that is an error as a failure, by the code of Postgres, of PostgREST or of HTTP',
      body: `
        print(seen(await supabase.from('missing').select()))
        print(seen(await supabase.rpc('slow', { query_embedding: [0.1, 0.2], match_count: 3 })))
        print(seen(await supabase.from('gone').insert({ embedding: [1, 2] })))
        print((await supabase.from('docs').select().abortSignal(AbortSignal.abort())).error.message)`,
      records: [
        { scope: 'database.query', collection: 'missing', operation: 'select', ...failed, status: 'PGRST205' },
        { ...search, collection: 'slow', top_k: 3, filtered: false, ...failed, status: '57014' },
        {
          scope: 'vector_store.upsert',
          collection: 'gone',
          operation: 'insert',
          batch_size: 1,
          ...failed,
          status: 502,
        },
        { ...query, operation: 'select', ...failed, status: undefined },
      ],
    },
    {
      it: 'records a PostgREST client of its own',
      body: `
        const own = new PostgrestClient(supabase.rest.url)
        print(seen(await own.rpc(${match})))`,
      records: [{ ...search, results: 3, top_k: 3, filtered: false }],
    },
  ],
})
