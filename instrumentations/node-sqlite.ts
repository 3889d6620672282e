import type { Call, Instrumentation } from '../agent/model.ts'
import { parametersOf, script, statementMethods } from './shared/sqlite.ts'

const statement = { sqlOf: ({ self, ask }: Call) => ask(self, 'sourceSQL'), valuesOf: parametersOf }
/** What a store is given is a template: the texts between its parameters, and these. */
const template = {
  sqlOf: ({ args }: Call) => (Array.isArray(args[0]) ? args[0].join('?') : undefined),
  valuesOf: ({ args }: Call) => Array.from(args).slice(1),
}

export default {
  name: 'node-sqlite',
  module: 'node:sqlite',
  // Node's own.
  versions: '>=22.12 <27',
  target: 'vector_store',
  system: { db: 'sqlite', local: true },
  classes: [
    { at: 'StatementSync.prototype', methods: statementMethods(statement) },
    { at: 'DatabaseSync.prototype', methods: { exec: script } },
    { at: 'DatabaseSync.prototype.createTagStore()', versions: '>=24.9', methods: statementMethods(template) },
  ],
} satisfies Instrumentation
