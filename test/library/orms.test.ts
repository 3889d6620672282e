import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import semver from 'semver'
import { builtIns } from '../../build/libraries.ts'
import { everything, type Import, libraryFormats, type PackageSet, root, run } from '../support/application.ts'
import { pgServerInTurn } from '../support/pg-server.ts'

// An ORM is none of the libraries: what it does is seen in its driver, which tells it as its own.

interface Orm {
  readonly it: string
  readonly library: string
  readonly imports: readonly Import[]
  readonly body: (url: string) => string
  readonly records: readonly Readonly<Record<string, unknown>>[]
}

const near = { scope: 'vector_store.search', collection: 'docs', operation: 'select', filtered: false }
const upserted = { scope: 'vector_store.upsert', collection: 'docs' }
const queried = (operation: string, more = {}) => ({ scope: 'database.query', operation, ...more })
const selected = queried('select', { collection: 'docs', results: 1 })

/** The same statements of Drizzle by any driver, in which `db` is made and `end` closes it. */
const drizzled = `
  const { l2Distance, cosineDistance, eq, sql } = orm
  const { pgTable, integer, text, vector } = core
  await db.execute(sql\`DROP TABLE IF EXISTS docs\`)
  await db.execute(sql\`CREATE TABLE docs (id int PRIMARY KEY, title text, e vector(3))\`)
  const docs = pgTable('docs', { id: integer('id').primaryKey(), title: text('title'), e: vector('e', { dimensions: 3 }) })
  const { id, title, e } = docs
  const rows = [1, 2].map((id) => ({ id, title: 'private', e: [id, 2, 3] }))
  await db.insert(docs).values(rows).onConflictDoNothing()
  print(await db.select({ id }).from(docs).orderBy(l2Distance(e, [1, 2, 3])).limit(1))
  print(await db.select({ id }).from(docs).where(eq(title, 'private')).orderBy(cosineDistance(e, [1, 2, 3])).limit(5))
  const distance = l2Distance(e, [1, 2, 3])
  print(await db.select({ id, distance: distance.as('distance') }).from(docs).orderBy(distance).limit(2))
  print(await db.update(docs).set({ e: [7, 8, 9] }).where(eq(id, 2)).returning({ id }))
  print(await db.select({ title }).from(docs).where(eq(id, 2)))
  print(await db.transaction((tx) => tx.select({ id }).from(docs).orderBy(l2Distance(e, [1, 2, 3])).limit(2)))
  await end()`
const drizzleRecords = [
  queried('drop'),
  queried('create'),
  { ...upserted, operation: 'insert', results: 2 },
  { ...near, top_k: 1, results: 1 },
  { ...near, top_k: 5, results: 2, filtered: true },
  // Of rows that are lists.
  { ...near, top_k: 2, results: 2, top_score: 0, last_score: 1, score_kind: 'distance' },
  { ...upserted, operation: 'update', results: 1 },
  selected,
  queried('begin'),
  { ...near, top_k: 2, results: 2 },
  queried('commit'),
]
const drizzle: readonly Import[] = [
  ['* as orm', 'drizzle-orm'],
  ['* as core', 'drizzle-orm/pg-core'],
]

/**
 * The client that `prisma generate` writes for the schema in this file (its `inlineSchema`), without types. It makes
 * statements in WebAssembly, and sends them by its adapter.
 */
const prismaConfig = readFileSync(join(root, 'test/fixtures/prisma-client.json'), 'utf8')
const prismaCompiler = '@prisma/client/runtime/query_compiler_fast_bg.postgresql'

const orms: readonly Orm[] = [
  {
    it: 'Drizzle over pg',
    library: 'pg',
    imports: [...drizzle, ['{ Pool }', 'pg'], ['{ drizzle }', 'drizzle-orm/node-postgres']],
    body: (url) => `
      const pool = new Pool({ connectionString: '${url}', max: 1 })
      const db = drizzle(pool)
      const end = () => pool.end()
      ${drizzled}`,
    records: drizzleRecords,
  },
  {
    it: 'Drizzle over postgres',
    library: 'postgres',
    imports: [...drizzle, ['postgres', 'postgres'], ['{ drizzle }', 'drizzle-orm/postgres-js']],
    body: (url) => `
      const client = postgres('${url}', { max: 1, fetch_types: false, onnotice() {} })
      const db = drizzle(client)
      const end = () => client.end()
      ${drizzled}`,
    records: drizzleRecords,
  },
  {
    it: 'TypeORM over pg',
    library: 'pg',
    imports: [['{ DataSource, EntitySchema }', 'typeorm']],
    body: (url) => `
      const columns = { id: { type: 'int', primary: true }, title: { type: 'text' }, e: { type: 'vector', length: 3 } }
      const Doc = new EntitySchema({ name: 'docs', columns })
      const options = { entities: [Doc], extra: { max: 1 }, installExtensions: false }
      const source = new DataSource({ type: 'postgres', url: '${url}', ...options })
      await source.initialize()
      await source.query('DROP TABLE IF EXISTS docs')
      await source.query('CREATE TABLE docs (id int PRIMARY KEY, title text, e vector(3))')
      const docs = source.getRepository(Doc)
      await docs.insert([1, 2].map((id) => ({ id, title: 'private', e: [id, 2, 3] })))
      const found = docs.createQueryBuilder('d').orderBy('d.e <-> :v').setParameter('v', '[1,2,3]').limit(2)
      print((await found.getMany()).map(({ id }) => id))
      print((await docs.findBy({ id: 1 })).length)
      print(await source.query('SELECT id FROM docs ORDER BY e <-> $1 LIMIT 1', ['[1,2,3]']))
      await source.destroy()`,
    records: [
      // What it asks of a server first.
      queried('select', { results: 1 }),
      queried('select', { results: 1 }),
      queried('drop'),
      queried('create'),
      { ...upserted, operation: 'insert', results: 2 },
      { ...near, top_k: 2, results: 2 },
      selected,
      { ...near, top_k: 1, results: 1 },
    ],
  },
  {
    it: 'Prisma over pg',
    library: 'pg',
    imports: [
      ['{ getPrismaClient }', '@prisma/client/runtime/client'],
      ['{ PrismaPg }', '@prisma/adapter-pg'],
    ],
    body: (url) => `
      const getQueryCompilerWasmModule = async () => {
        const { wasm } = await import('${prismaCompiler}.wasm-base64.mjs')
        return new WebAssembly.Module(Buffer.from(wasm, 'base64'))
      }
      const getRuntime = () => import('${prismaCompiler}.mjs')
      const compilerWasm = { getRuntime, getQueryCompilerWasmModule, importName: './query_compiler_fast_bg.js' }
      const PrismaClient = getPrismaClient({ ...${prismaConfig}, compilerWasm })
      const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: '${url}', max: 1 }) })
      await prisma.$executeRaw\`DROP TABLE IF EXISTS docs\`
      await prisma.$executeRaw\`CREATE TABLE docs (id int PRIMARY KEY, title text, e vector(3))\`
      const insert = (id, e) => prisma.$executeRaw\`INSERT INTO docs (id, title, e) VALUES (\${id}, \${'private'}, \${e}::vector)\`
      print([await insert(1, '[1,2,3]'), await insert(2, '[4,5,6]')])
      print(await prisma.$queryRaw\`SELECT id FROM docs ORDER BY e <-> \${'[1,2,3]'}::vector LIMIT \${1}\`)
      print(await prisma.$queryRaw\`SELECT id, e <-> \${'[1,2,3]'}::vector AS distance FROM docs
        WHERE title = \${'private'} ORDER BY distance LIMIT 5\`)
      print(await prisma.docs.findMany({ where: { title: 'private' }, select: { id: true } }))
      print(await prisma.docs.create({ data: { id: 3, title: 'private' } }))
      print(await prisma.docs.createMany({ data: [4, 5].map((id) => ({ id, title: 'private' })) }))
      print(await prisma.$transaction((tx) => tx.$executeRaw\`UPDATE docs SET e = \${'[7,8,9]'}::vector WHERE id = 2\`))
      print(await prisma.docs.deleteMany({ where: { id: 3 } }))
      print(await prisma.$queryRaw\`SELEC 1\`.catch(({ code }) => code))
      await prisma.$disconnect()`,
    records: [
      queried('drop'),
      queried('create'),
      ...[1, 2].map(() => ({ ...upserted, operation: 'insert', results: 1 })),
      { ...near, top_k: 1, results: 1 },
      // Its rows are lists, with their columns beside them.
      {
        ...near,
        top_k: 5,
        results: 2,
        filtered: true,
        top_score: 0,
        last_score: Math.sqrt(27),
        score_kind: 'distance',
      },
      // What it writes itself names the schema.
      queried('select', { collection: 'public.docs', results: 2 }),
      queried('insert', { collection: 'public.docs', results: 1 }),
      queried('insert', { collection: 'public.docs', results: 2 }),
      queried('begin'),
      { ...upserted, operation: 'update', results: 1 },
      queried('commit'),
      queried('delete', { collection: 'public.docs', results: 1 }),
      queried('selec'),
    ],
  },
]

// biome-ignore lint/suspicious/noExplicitAny: tests read records as JSON
const told = ({ name, library, metadata: { query_len, pool_wait_ms, pool_size, ...rest } }: any) => ({
  name,
  library,
  ...rest,
})

describe('an ORM is recorded by its driver, each statement once', () => {
  let server: Awaited<ReturnType<typeof pgServerInTurn>>
  before(async () => {
    server = await pgServerInTurn()
  })
  after(() => server.close())

  for (const { library, imports, body, records, ...orm } of orms)
    for (const format of libraryFormats)
      it(`${orm.it}, ${format}`, async () => {
        const application = {
          packages: 'current',
          format,
          imports,
          body: body(server.url),
          config: everything,
        } as const

        const bare = await run({ ...application, bare: true })
        const profiled = await run(application)

        assert.deepEqual([profiled.printed, profiled.code], [bare.printed, bare.code])
        assert.deepEqual([bare.code, bare.printed.length > 0], [0, true], bare.stderr)
        assert.equal(profiled.stderr, bare.stderr)
        assert.deepEqual(
          profiled.records.filter(({ name }) => name !== 'database.connect').map(told),
          records.map(({ scope, ...rest }) => ({ name: scope, library, ...rest })),
        )
        assert.doesNotMatch(JSON.stringify(profiled.records), /private/)
      })
})

/** Of what is asked for by a caret, its newest release is the one that is installed. */
function isProfiled(asked: string, versions: string): boolean {
  const { major = 0, minor = 0 } = semver.minVersion(asked) ?? {}
  const newest = `${major}.${asked.startsWith('^') && major > 0 ? 9999 : minor}.9999`
  return semver.intersects(asked, versions) && (!/^[~^]\d/.test(asked) || semver.satisfies(newest, versions))
}

describe('the driver that an ORM asks for', () => {
  const asks: readonly [orm: string, packages: PackageSet, drivers: Readonly<Record<string, string>>][] = [
    [
      'drizzle-orm',
      'current',
      {
        ...{ pg: 'pg', postgres: 'postgres', mysql2: 'mysql2', 'better-sqlite3': 'better-sqlite3' },
        '@electric-sql/pglite': 'pglite',
        '@libsql/client': 'libsql',
        '@neondatabase/serverless': 'neon',
        '@upstash/redis': 'upstash-redis',
      },
    ],
    [
      'typeorm',
      'current',
      { pg: 'pg', mysql2: 'mysql2', mongodb: 'mongodb', 'better-sqlite3': 'better-sqlite3', ioredis: 'ioredis' },
    ],
    ['mongoose', 'older', { mongodb: 'mongodb' }],
    ['@prisma/adapter-pg', 'current', { pg: 'pg' }],
  ]
  /** By their package.json, of packages that bring a framework of their own or are compiled, and are not installed here. */
  const published: Readonly<Record<string, Readonly<Record<string, string>>>> = JSON.parse(
    readFileSync(join(root, 'test/fixtures/asked.json'), 'utf8'),
  )
  const older = ['@mastra/pinecone', '@mastra/lance', '@prisma/adapter-better-sqlite3 6', '@prisma/adapter-libsql 6']

  for (const [orm, packages, drivers] of asks)
    for (const [driver, name] of Object.entries(drivers))
      it(`has a version that is profiled: ${driver} of ${orm}`, async () => {
        const file = join(root, 'test/packages', packages, 'node_modules', orm, 'package.json')
        const { dependencies, peerDependencies } = JSON.parse(readFileSync(file, 'utf8'))
        const { default: library } = await import(`../../instrumentations/${name}.js`)
        const asked = dependencies?.[driver] ?? peerDependencies?.[driver]

        assert.equal(isProfiled(asked, library.versions), true, `${asked} and ${library.versions}`)
      })

  for (const [release, drivers] of Object.entries(published))
    for (const [driver, asked] of Object.entries(drivers)) {
      const isOlder = older.some((start) => release.startsWith(start))
      it(`${isOlder ? 'is older than what is profiled' : 'has a version that is profiled'}: ${driver} of ${release}`, () => {
        const versions = builtIns.find(({ module }) => module === driver)?.versions ?? '<0'

        assert.equal(isProfiled(asked, versions), !isOlder, `${asked} and ${versions}`)
      })
    }
})
