import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { benchIn, type Link } from '../support/bench-project.ts'
import { pgServer } from '../support/pg-server.ts'

const small = 'iterations: 1\nwarmup: 2\noperations: 20\nseconds: 5\n'
const workload = (metric: string, more = '') =>
  `workload: { documents: { generated: { count: 500, dimensions: 16, clusters: 5, queries: 20 } }, k: 5, metric: ${metric}${more} }\n`

interface Row {
  readonly adapter: string
  readonly links: readonly Link[]
  readonly metrics: readonly string[]
  /** Settings by the variant's name; `exact` finds all. */
  readonly variants: Readonly<Record<string, object>>
  /** Bytes of a number; none where the store does not tell its size. */
  readonly bytes?: number
  readonly server?: () => Promise<{ readonly url: string; close(): Promise<void> }>
  /** The scope of the agent's records. */
  readonly library: string
}

const all = ['cosine', 'dot', 'euclidean']
/** Wide enough to find all of so few. */
const pgvectorVariants = {
  exact: {},
  half: { element: 'halfvec' },
  hnsw: { index: 'hnsw', m: 16, ef_construction: 200, ef_search: 400 },
  ivfflat: { index: 'ivfflat', lists: 4, probes: 4 },
}
const rows: readonly Row[] = [
  {
    adapter: 'pglite',
    links: [
      ['@electric-sql/pglite', 'previous'],
      ['@electric-sql/pglite-pgvector', 'previous'],
    ],
    metrics: ['cosine'],
    variants: { exact: {}, hnsw: pgvectorVariants.hnsw },
    ...{ bytes: 2, library: 'pglite' },
  },
  {
    adapter: 'pgvector',
    links: ['pg'],
    metrics: all,
    variants: pgvectorVariants,
    ...{ bytes: 2, library: 'pg' },
    async server() {
      const { connection, close } = await pgServer()
      const { host, port } = JSON.parse(connection)
      return { url: `postgres://postgres@${host}:${port}/postgres`, close }
    },
  },
  {
    adapter: 'usearch',
    links: [['usearch', 'current']],
    metrics: all,
    variants: {
      exact: { index: 'none' },
      hnsw: { connectivity: 32, expansion_add: 200, expansion_search: 500 },
      small: { quantization: 'f16', expansion_search: 500 },
    },
    ...{ bytes: 2, library: 'usearch' },
  },
  {
    adapter: 'duckdb',
    links: [['@duckdb/node-api', 'current']],
    metrics: all,
    variants: { exact: {}, lone: { threads: 1 } },
    ...{ bytes: 4, library: 'duckdb' },
  },
  {
    adapter: 'orama',
    links: ['@orama/orama'],
    metrics: ['cosine'],
    variants: { exact: {} },
    ...{ bytes: 4, library: 'orama' },
  },
]

describe('a store on its real engine', { timeout: 600_000 }, () => {
  for (const { adapter, links, metrics, variants, bytes = 0, server, library } of rows)
    for (const metric of metrics)
      it(`${adapter}, by ${metric}, finds the true neighbours, with their scores`, async () => {
        const served = await server?.()
        after(() => served?.close())
        const url = served && { url: served.url, connections: 1 }
        const settings = Object.entries(variants).map(
          ([name, own]) => [name, { adapter, settings: { ...own, ...url } }] as const,
        )
        const own = `
let documents
export const setup = (workload) => { ({ documents } = workload) }
const length = (vector) => Math.sqrt(vector.reduce((sum, one) => sum + one * one, 0))
const near = {
  dot: (a, b) => a.reduce((sum, one, i) => sum + one * b[i], 0),
  cosine: (a, b) => near.dot(a, b) / length(a) / length(b),
  euclidean: (a, b) => -length(a.map((one, i) => one - b[i])),
}
export const search = ({ vector }, { k }) => documents
  .map((one) => ({ id: one.id, score: near['${metric}'](vector, one.vector) }))
  .sort((a, b) => b.score - a.score).slice(0, k)
  .map(({ id, score }) => ({ id, score: '${metric}' === 'euclidean' ? -score : score }))
`
        const yaml = `${small}${workload(metric)}variants: ${JSON.stringify({ own: { function: './own.mjs#search' }, ...Object.fromEntries(settings) })}\n`

        const { code, report, of, said } = await benchIn(yaml, links, {}, { 'own.mjs': own })

        assert.equal(code, 0, said)
        for (const [name] of settings) {
          const { recall, score_correlation } = of(name).figures
          if (name === 'exact') assert.equal(recall?.value, 1, name)
          else assert.ok((recall?.value ?? 0) > 0.95, `${name} ${recall?.value}`)
          assert.ok((score_correlation?.value ?? 0) > 0.99, `${name} ${score_correlation?.value}`)
          const searches = of(name).scopes.filter((one) => one.name === 'vector_store.search')
          assert.deepEqual(
            searches.map((one) => [one.library, one.calls, one.errors]),
            [[library, 20, 0]],
          )
        }
        for (const built of report.result.builds) assert.ok((built.bytes ?? 0) > 500 * 16 * bytes, built.variant)
        assert.equal(report.result.builds.length, settings.length)
      })
})
