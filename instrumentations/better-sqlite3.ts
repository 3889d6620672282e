import type { Call, Instrumentation } from '../agent/model.ts'
import { noted, type Values } from './shared/sql.ts'
import { parametersOf, script, statementMethods } from './shared/sqlite.ts'

/** What `bind` gave a statement for all of its calls. */
const bound = new WeakMap<object, Values>()
const statement = {
  sqlOf: ({ self, ask }: Call) => ask(self, 'source'),
  valuesOf: (call: Call) => bound.get(call.of(call.self)) ?? parametersOf(call),
}

export default {
  name: 'better-sqlite3',
  module: 'better-sqlite3',
  versions: '>=12 <14',
  target: 'vector_store',
  system: { db: 'sqlite', local: true },
  classes: [
    {
      // The class of statements is known by the first that `prepare` returns: no database is opened to find it. From then
      // on a transaction's own begin and commit are statements too, and what `pragma` runs.
      at: 'prototype.prepare()',
      methods: {
        ...statementMethods(statement),
        bind: noted((call) => void bound.set(call.of(call.self), parametersOf(call))),
      },
    },
    { at: 'prototype', methods: { exec: script } },
  ],
} satisfies Instrumentation
