import { scoresAt, scoresIn } from './scores.ts'

const collection = 'this.name ?? this.collectionName ?? this.dataSource().name ?? this._httpClient.collection'
const cursor = '(this._internal ?? this)'
const filter = `${cursor}._filter.0 ?? ${cursor}._filter`
const namespace = 'this.keyspace ?? this.dataSource().keyspace ?? this._keyspace'
export const of = { collection, namespace }
export const named = { collection: 'args.0', namespace: 'args.1.keyspace ?? args.0.keyspace' }
export const metadata = {
  ...of,
  top_k: `${cursor}._options.limit`,
  filtered: `is(keys(${filter}))`,
  dimensions: `dimensions(${cursor}._options.sort)`,
}
/** None is null, or nothing where the service says nothing of it; a call that failed has no result at all. */
export const one = '(has(result) || undefined) && (is(result) && 1 || 0)'
/** Where the application asks for them. */
export const scores = (rows: string) => scoresIn(rows, '$similarity', 'similarity')
export const filtered = 'is(keys(args.0.0 ?? args.0))'
export const single = { filtered, results: one }
export const near = {
  ...single,
  top_k: 1,
  dimensions: 'dimensions(args.1.sort ?? args.1.vector)',
  ...scoresAt('result.$similarity', 'result.$similarity', 'similarity'),
}
