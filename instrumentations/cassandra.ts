import { inspect } from 'node:util'
import { isProxy } from 'node:util/types'
import type { Call, Instrumentation, Method } from '../agent/model.ts'
import { compileStatements, type Dialect, type Values } from './shared/sql.ts'

// biome-ignore lint/suspicious/noExplicitAny: results and the driver's own vectors are read by shape
type Any = any

const functions = ({ args }: Call) => args.filter((one) => typeof one === 'function').length

/** Of a batch, its first statement. */
function sqlOf({ args }: Call): string | undefined {
  const first = Array.isArray(args[0]) ? (args[0][0]?.query ?? args[0][0]) : args[0]
  return typeof first === 'string' ? first : undefined
}

function valuesOf({ args, of }: Call): Values {
  const values = Array.isArray(args[0]) ? args[0][0]?.params : args[1]
  if (typeof values !== 'object' || values === null) return []
  const itself = (value: unknown) => (typeof value === 'object' && value !== null ? of(value) : value)
  return Array.isArray(values)
    ? values.map(itself)
    : Object.fromEntries(Object.entries(values).map(([key, value]) => [key, itself(value)]))
}

const literal = /[=(,]\s*\[\s*-?\d+\.\d+\s*,\s*-?\d/
/** What is bound to a vector's column has to be the driver's own vector, which is a proxy: shown without being asked. */
const isVector = (value: unknown) => isProxy(value) && vector.test(inspect(value, bare))
const vector = /^Proxy \[\s*(?:Vector )?\{\s*elements: \[Array\],\s*length: \d+,\s*subtype: /
const bare = { showProxy: true, depth: 1, customInspect: false } as const

const cql: Dialect = {
  maybe: /\bann\s+of\b/i,
  searches: (text) => /\border\s+by\s+[\w".]+\s+ann\s+of\b/i.test(text),
  hasVector: (text, values) => literal.test(text) || Object.values(values()).some(isVector),
}

const { searches, upserts, metadata } = compileStatements({
  dialect: cql,
  sqlOf,
  valuesOf,
  rowsOf: ({ result }) => (result as Any)?.rowLength,
})
const filtered = (call: Call) => /\bfrom\s+[\w".]+\s+where\b/i.test(sqlOf(call) ?? '')

/** A method in its three scopes, for the calls that it is told of. */
function each(method: Pick<Method, 'at' | 'chunk'>, own = (_: Call) => true, more: Method['metadata'] = {}) {
  const all = { ends: { kind: 'callback' }, ...method, metadata: { ...metadata, ...more } } as const
  return [
    {
      ...all,
      scope: 'search',
      when: (call: Call) => own(call) && searches(call),
      metadata: { ...all.metadata, filtered },
    },
    { ...all, scope: 'upsert', when: (call: Call) => own(call) && upserts(call) },
    { ...all, scope: 'query', target: 'database', when: own },
  ]
}

export default {
  name: 'cassandra',
  module: 'cassandra-driver',
  versions: '>=4 <5',
  target: 'vector_store',
  system: { db: 'cassandra' },
  observe: 'chain',
  // The mapper and the concurrent executors call these; a stream is an `eachRow`, which asks for page after page.
  methods: [
    ...each({ at: 'Client.prototype.execute' }),
    // With one function only, that is given the rows, it never tells its end.
    ...each({ at: 'Client.prototype.eachRow' }, (call) => functions(call) > 1),
    ...each({ at: 'Client.prototype.stream', chunk: {} }),
    ...each({ at: 'Client.prototype.batch' }, undefined, { batch_size: 'args.0.length' }),
  ],
  // What is called back runs where the connection was made.
  queues: ['execute', 'eachRow', 'stream', 'batch'].map((name) => ({
    at: `Client.prototype.${name}`,
    binds: 'functions',
  })),
} satisfies Instrumentation
