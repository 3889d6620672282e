import type { Call, Read } from '../../agent/model.ts'
import type { compileStatements } from './sql.ts'

type Statements = Pick<ReturnType<typeof compileStatements>, 'searches' | 'upserts' | 'metadata' | 'ofSearch'>

/** Of a batch, as many statements are looked at as tell what it is for. */
const mostRead = 100

/** Several statements in one call, which is named after the foremost: `callsOf` gives each as a call of its own. */
export function compileBatch(
  { searches, upserts, metadata, ofSearch }: Statements,
  callsOf: (call: Call, most: number) => readonly Call[],
  more: Readonly<Record<string, Read>>,
) {
  const each = (call: Call) => callsOf(call, mostRead)
  const someOf = (test: (call: Call) => boolean) => (call: Call) => each(call).some(test)
  const mainOf = (call: Call): Call => {
    const all = each(call)
    return all.find(searches) ?? all.find(upserts) ?? all[0] ?? call
  }
  const ofMain = (key: Exclude<keyof typeof metadata, 'results'>) => (call: Call) => metadata[key](mainOf(call))
  const batched: Readonly<Record<string, Read>> = {
    collection: ofMain('collection'),
    operation: ofMain('operation'),
    top_k: ofMain('top_k'),
    query_len: ofMain('query_len'),
    batch_size: 'args.0.length',
    ...more,
  }
  return [
    {
      scope: 'search',
      when: someOf(searches),
      metadata: { ...batched, filtered: (call: Call) => ofSearch.filtered(mainOf(call)) },
    },
    { scope: 'upsert', when: someOf(upserts), metadata: batched },
    { scope: 'database.query', metadata: batched },
  ]
}
