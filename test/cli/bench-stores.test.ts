import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { root } from '../support/application.ts'
import { benchIn, type Link } from '../support/bench-project.ts'
import { chromaServer } from '../support/chroma-server.ts'
import { milvusServer } from '../support/milvus-server.ts'
import type { Loopback } from '../support/openai-server.ts'
import { pgServer } from '../support/pg-server.ts'
import { pineconeServer } from '../support/pinecone-server.ts'
import { qdrantServer } from '../support/qdrant-server.ts'
import { redisServer } from '../support/redis-server.ts'
import { searchServer } from '../support/search-server.ts'
import { weaviateServer } from '../support/weaviate-server.ts'

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
  readonly server?: () => Promise<{ readonly settings: object; close(): Promise<void> }>
  /** The scope of the agent's records. */
  readonly library: string
}

const all = ['cosine', 'dot', 'euclidean']
/** Wide enough to find all of so few. */
const pgvectorVariants = {
  exact: {},
  half: { element: 'halfvec' },
  hnsw: { index: 'hnsw', m: 16, ef_construction: 200, ef_search: 400, enable_seqscan: false },
  ivfflat: { index: 'ivfflat', lists: 4, probes: 4, enable_seqscan: false },
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
      // PGlite is one session.
      return { settings: { url: `postgres://postgres@${host}:${port}/postgres`, connections: 1 }, close }
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
  {
    adapter: 'chromadb',
    links: [['chromadb', 'current']],
    metrics: all,
    variants: { hnsw: { max_neighbors: 32, ef_construction: 400, ef_search: 500 } },
    library: 'chromadb',
    async server() {
      const { url, close } = await chromaServer()
      return { settings: { url: new URL(url).origin }, close }
    },
  },
]

describe('a store on its real engine', { timeout: 600_000 }, () => {
  for (const { adapter, links, metrics, variants, bytes, server, library } of rows)
    for (const metric of metrics)
      it(`${adapter}, by ${metric}, finds the true neighbours, with their scores`, async () => {
        const served = await server?.()
        after(() => served?.close())
        const settings = Object.entries(variants).map(
          ([name, own]) => [name, { adapter, settings: { ...own, ...served?.settings } }] as const,
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
        for (const built of report.result.builds)
          assert.ok(
            bytes === undefined ? built.bytes === undefined : (built.bytes ?? 0) > 500 * 16 * bytes,
            built.variant,
          )
        assert.equal(report.result.builds.length, settings.length)
      })
})

describe('a table or an index that is there', { timeout: 300_000 }, () => {
  const require = createRequire(join(root, 'test/packages/current/package.json'))
  const folder = mkdtempSync(join(tmpdir(), 'there-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  const queries = '{"id":"q","vector":[1,0.1],"relevant":["7"]}\n{"id":"r","vector":[0.1,1],"relevant":["8"]}\n'
  const find = async (adapter: string, settings: object, links: readonly Link[]) => {
    const variants = { there: { adapter, settings } }
    const yaml = `${small}workload: { queries: queries.jsonl, k: 1 }\nvariants: ${JSON.stringify(variants)}\n`
    const { code, report, of, said } = await benchIn(yaml, links, {}, { 'queries.jsonl': queries })
    assert.equal(code, 0, said)
    assert.deepEqual([of('there').figures.recall?.value, report.result.builds], [1, []])
  }

  it('of DuckDB is searched as it is', async () => {
    const { DuckDBInstance } = require('@duckdb/node-api')
    const path = join(folder, 'own.duckdb')
    const instance = await DuckDBInstance.create(path)
    const connection = await instance.connect()
    await connection.run('CREATE TABLE "my docs" ("key" INTEGER, near FLOAT[2])')
    await connection.run('INSERT INTO "my docs" VALUES (7, [1, 0]::FLOAT[2]), (8, [0, 1]::FLOAT[2])')
    connection.closeSync()
    instance.closeSync()

    const settings = { path, table: 'my docs', id: 'key', vector: 'near' }
    await find('duckdb', settings, [['@duckdb/node-api', 'current']])
  })

  it('of USearch is searched as it is, and its keys are the ids', async () => {
    const { Index } = require('usearch')
    const index = new Index(2, 'cos')
    index.add(BigUint64Array.of(7n, 8n), Float32Array.of(1, 0, 0, 1))
    const path = join(folder, 'own.usearch')
    index.save(path)

    await find('usearch', { path }, [['usearch', 'current']])
  })

  it('of Postgres is searched as it is, in whichever schema', async () => {
    const { connection, close } = await pgServer()
    after(close)
    const { Client } = require('pg')
    const client = new Client(JSON.parse(connection))
    await client.connect()
    await client.query('CREATE SCHEMA "mine"')
    await client.query('CREATE TABLE "mine"."Docs" (key int, near halfvec(2))')
    await client.query(`INSERT INTO "mine"."Docs" VALUES (7, '[1,0]'), (8, '[0,1]')`)
    await client.end()

    const { host, port } = JSON.parse(connection)
    const url = `postgres://postgres@${host}:${port}/postgres`
    await find('pgvector', { url, connections: 1, table: 'mine.Docs', id: 'key', vector: 'near' }, ['pg'])
  })
})

interface Hosted {
  readonly adapter: string
  readonly links: readonly Link[]
  readonly server: () => Promise<Omit<Loopback, 'requests'> & { readonly requests?: readonly string[] }>
  /** Where the server is. */
  readonly at: (url: URL) => object
  readonly env?: (url: URL) => Readonly<Record<string, string>>
  /** Of the collection that is made. */
  readonly settings: object
  /** One that is there. */
  readonly there: object
  /** What the server is asked: `path body`; NAME is that of the variant. */
  readonly asked: readonly RegExp[]
  /** What would write to the one that is there. */
  readonly never: RegExp
  readonly library: string
}

const named = 'crossbridge.bench.[0-9a-f]{8}[\\w-]*'
const like = (text: string) => new RegExp(text.replaceAll('NAME', named), 'i')
const port = ({ hash }: URL) => Number(hash.slice(1))
const hosted: readonly Hosted[] = [
  {
    adapter: 'qdrant',
    links: ['@qdrant/js-client-rest'],
    server: qdrantServer,
    at: ({ origin: url }) => ({ url, api_key: 'private-key' }),
    settings: { m: 32, ef_construct: 99, indexing_threshold: 1, quantization: 'scalar', ef: 77 },
    there: { collection: 'docs', exact: true, id: 'key', vector: 'image' },
    asked: [
      like('PUT /collections/NAME'),
      like('/collections/NAME .*"size":16,"distance":"Dot".*"m":32,"ef_construct":99.*"int8"'),
      like('/collections/NAME/points.*"payload":{"id":"0"}'),
      like('/collections/NAME/points/query .*"hnsw_ef":77.*"limit":5'),
      like('/collections/docs/points/query .*"using":"image","params":{"exact":true}.*"with_payload":\\["key"\\]'),
      like('DELETE /collections/NAME'),
    ],
    never: /(PUT|DELETE|PATCH) \/collections\/docs/,
    library: 'qdrant',
  },
  {
    adapter: 'redis',
    links: ['redis'],
    server: redisServer,
    at: ({ href: url }) => ({ url }),
    settings: { m: 32, ef_construction: 99, ef_runtime: 77 },
    there: { index: 'docs', vector: 'image' },
    asked: [
      like('ft.create \\["FT.CREATE","NAME","ON","HASH","PREFIX","1","NAME:".*"HNSW".*"IP".*"32".*"99"'),
      like('hset \\["HSET","NAME:0","vector"'),
      like('ft.search \\["FT.SEARCH","NAME","\\*=>\\[KNN 5 @vector \\$near EF_RUNTIME 77 AS distance'),
      like('ft.search \\["FT.SEARCH","docs","\\*=>\\[KNN 5 @image \\$near AS distance'),
      like('ft.dropindex \\["FT.DROPINDEX","NAME","DD"'),
    ],
    never: /^(?!ft\.search).*"docs"/,
    library: 'redis',
  },
  {
    adapter: 'weaviate',
    links: ['weaviate-client'],
    server: weaviateServer,
    at: (url) => ({ url: url.origin, grpc_port: port(url), api_key: 'private-key' }),
    settings: { max_connections: 32, ef_construction: 99, ef: 77 },
    there: { collection: 'Docs' },
    asked: [
      like('batchObjects .*"collection":"NAME".*"key"'),
      like('search .*"collection":"NAME".*"limit":5'),
      like('search .*"collection":"Docs"'),
    ],
    never: /batchObjects .*"Docs"/,
    library: 'weaviate',
  },
  {
    adapter: 'milvus',
    links: ['@zilliz/milvus2-sdk-node'],
    server: milvusServer,
    at: (url) => ({ address: `${url.hostname}:${port(url)}` }),
    settings: { m: 32, ef_construction: 99, ef: 77 },
    there: { collection: 'docs' },
    asked: [
      like('CreateCollection .*"collection_name":"NAME"'),
      like('Insert .*"collection_name":"NAME".*"num_rows":200'),
      like('CreateIndex .*32.*99.*"HNSW".*"IP".*"NAME"'),
      like('LoadCollection .*"NAME"'),
      like('Search .*"output_fields":\\["id"\\].*"ef.*77.*"collection_name":"NAME"'),
      like('Search .*"collection_name":"docs"'),
      like('DropCollection .*"NAME"'),
    ],
    never: /^(?!Search|DescribeCollection).*"docs"/,
    library: 'milvus',
  },
  {
    adapter: 'pinecone',
    links: ['@pinecone-database/pinecone'],
    server: pineconeServer,
    at: () => ({}),
    env: ({ origin }) => ({ PINECONE_API_KEY: 'private-key', PINECONE_CONTROLLER_HOST: origin }),
    settings: { region: 'eu-west-1' },
    there: { index: 'docs', namespace: 'ns' },
    asked: [
      like('/indexes (?=.*"name":"NAME")(?=.*"dimension":16)(?=.*"metric":"dotproduct")(?=.*"eu-west-1")'),
      like('/vectors/upsert .*"id":"0"'),
      like('/query .*"topK":5'),
      like('/query .*"namespace":"ns"'),
      like('DELETE /indexes/NAME'),
    ],
    never: /DELETE \/indexes\/docs|upsert .*"namespace":"ns"/,
    library: 'pinecone',
  },
  {
    adapter: 'elasticsearch',
    links: ['@elastic/elasticsearch'],
    server: searchServer,
    at: ({ origin: url }) => ({ url, api_key: 'private-key' }),
    settings: { index_type: 'int8_hnsw', m: 32, ef_construction: 99, segments: 1, num_candidates: 77 },
    there: { index: 'docs', vector: 'image' },
    asked: [
      like('PUT /NAME'),
      like('/NAME .*"dims":16.*"max_inner_product".*"type":"int8_hnsw","m":32,"ef_construction":99'),
      like('POST /NAME/_forcemerge'),
      like('/NAME/_search .*"k":5,"num_candidates":77'),
      like('/docs/_search .*"field":"image"'),
      like('DELETE /NAME'),
    ],
    never: /(PUT|DELETE) \/docs|\/docs\/_(bulk|forcemerge|refresh)/,
    library: 'elasticsearch',
  },
]

describe('a store behind a server', { timeout: 300_000 }, () => {
  for (const { adapter, links, server, at, env, settings, there, asked, never, library } of hosted)
    it(`${adapter} makes what is its own, searches it and what is there, and removes what it has made`, async () => {
      const { url, requests = [], exchanges = [], close } = await server()
      after(close)
      const place = new URL(url)
      const variants = {
        made: { adapter, settings: { ...at(place), ...settings } },
        there: { adapter, settings: { ...at(place), ...there } },
      }
      const yaml = `${small}workload: { documents: { generated: { count: 200, dimensions: 16, clusters: 5, queries: 20 } }, k: 5, metric: dot }\nvariants: ${JSON.stringify(variants)}\n`

      const { code, report, of, said, stdout } = await benchIn(yaml, links, env?.(place))

      assert.equal(code, 0, said)
      for (const name of ['made', 'there']) {
        const searches = of(name).scopes.filter((one) => one.name === 'vector_store.search')
        assert.deepEqual(
          searches.map((one) => [one.library, one.calls, one.errors]),
          [[library, 20, 0]],
        )
      }
      // The stand-in's answers are always the same.
      assert.equal(of('there').figures.overlap?.value, 1)
      assert.deepEqual(
        report.result.builds.map(({ variant, documents }) => [variant, documents]),
        [['made', 200]],
      )
      const said_ = [...requests, ...exchanges.map(({ path, sent }) => `${path} ${JSON.stringify(sent)}`)]
      for (const one of asked)
        assert.ok(
          said_.some((line) => one.test(line)),
          `${one}\n${shown(said_)}`,
        )
      assert.deepEqual(
        said_.filter((line) => never.test(line)),
        [],
      )
      assert.doesNotMatch(stdout, /private-key/)
    })
})

const shown = (lines: readonly string[]) =>
  [...new Set(lines.map((line) => line.slice(0, 400)))].slice(0, 20).join('\n')
