import type { Call, Instrumentation } from '../agent/model.ts'
import type { Values } from './shared/sql.ts'
import { methodsAt, parametersOf, statementsAt } from './shared/sqlite.ts'

/** What `bind` gave a statement for all of its calls. */
const bound = new WeakMap<object, Values>()
const statement = {
  sqlOf: ({ self }: Call) => (self as { readonly source?: string } | null | undefined)?.source,
  valuesOf: ({ self, args, of }: Call) => bound.get(of(self)) ?? parametersOf(args),
}
const script = { sqlOf: ({ args }: Call) => (typeof args[0] === 'string' ? args[0] : undefined) }
const bind = {
  at: 'prototype.prepare().bind',
  note: ({ self, args, of }: Call) => void bound.set(of(self), parametersOf(args)),
}

export default {
  name: 'better-sqlite3',
  module: 'better-sqlite3',
  versions: '>=12 <14',
  target: 'vector_store',
  system: { db: 'sqlite', local: true },
  // The class of statements is known by the first that `prepare` returns: no database is opened to find it. From then
  // on a transaction's own begin and commit are statements too, and what `pragma` runs.
  methods: [
    ...statementsAt('prototype.prepare()', statement),
    ...methodsAt('prototype.exec', script),
    { ...bind, scope: 'search' },
    { ...bind, scope: 'upsert' },
    { ...bind, scope: 'query', target: 'database' },
  ],
} satisfies Instrumentation
