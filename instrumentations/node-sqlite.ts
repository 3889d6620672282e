import type { Call, Instrumentation } from '../agent/model.ts'
import { methodsAt, parametersOf, statementsAt } from './shared/sqlite.ts'

const statement = {
  sqlOf: ({ self, ask }: Call) => ask(self, 'sourceSQL'),
  valuesOf: ({ args }: Call) => parametersOf(args),
}
const script = { sqlOf: ({ args }: Call) => (typeof args[0] === 'string' ? args[0] : undefined) }
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
  methods: [
    ...statementsAt('StatementSync.prototype', statement),
    ...methodsAt('DatabaseSync.prototype.exec', script),
    ...statementsAt('DatabaseSync.prototype.createTagStore()', template, '>=24.9'),
  ],
} satisfies Instrumentation
