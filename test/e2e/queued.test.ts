import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { api, everything, type Import, type PackageSet, run, sets } from '../support/application.ts'
import { cassandraServer } from '../support/cassandra-server.ts'
import { mongodbServer } from '../support/mongodb-server.ts'
import { mysqlServer } from '../support/mysql-server.ts'
import { neo4jServer } from '../support/neo4j-server.ts'
import { neonServer } from '../support/neon-server.ts'
import { openaiServer } from '../support/openai-server.ts'
import { pgServer, pgServerInTurn } from '../support/pg-server.ts'
import { redisServer } from '../support/redis-server.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests read records as JSON
type Any = any

const requests = 8
/** Work of no request, which waits in the same queues. */
const outside = requests

interface Suite {
  readonly it: string
  readonly packages: PackageSet
  readonly server?: () => Promise<{ close(): Promise<void> }>
  readonly imports: readonly Import[]
  readonly setUp: (server: Any) => string
  readonly tearDown?: string
  /** What each of the requests does, all at once, way by way; `n` is the request, `step(n)` a call of its own. */
  readonly ways: Readonly<Record<string, { readonly does: string; readonly records: readonly string[] }>>
  /** The request that asked for what a record tells. */
  readonly ownerOf: (record: Any) => number | undefined
  readonly files?: Readonly<Record<string, string>>
  readonly config?: object
}

const suites: Suite[] = []

for (const packages of sets) {
  const query = 'database.query'
  const step = 'app.step'
  const connect = 'database.connect'
  const byLength = ({ name, metadata }: Any) => (name === connect ? undefined : metadata.query_len - 100)

  const pooled: Suite['ways'] = {
    query: { does: 'await pool.query(sql(n)); await step(n)', records: [query, step] },
    'query, called back': {
      does: 'await called((done) => pool.query(sql(n), (error) => see(step(n), done, error)))',
      records: [query, step],
    },
    'query, called back with values': {
      does: 'await called((done) => pool.query(sql(n), [], (error) => see(step(n), done, error)))',
      records: [query, step],
    },
    connect: {
      does: `
        const client = await pool.connect()
        await client.query(sql(n))
        await step(n)
        await client.query(sql(n))
        client.release()`,
      records: [connect, query, step, query],
    },
    'connect, called back': {
      does: `await called((done) => pool.connect((error, client, release) => client.query(sql(n), (error) => {
        see(step(n), () => {}); release(); done(error)
      })))`,
      records: [connect, query, step],
    },
  }

  suites.push({
    it: 'a pool of pg',
    packages,
    server: pgServer,
    imports: [['{ Pool }', 'pg']],
    setUp: ({ connection }) => `
      const pool = new Pool({ ...${connection}, max: 2 })
      const sql = (n) => 'SELECT 1'.padEnd(100 + n)`,
    tearDown: 'await pool.end()',
    ways: pooled,
    ownerOf: byLength,
  })

  // It runs on Node 20 too.
  suites.push({
    it: 'a pool of Neon',
    packages: 'current',
    server: () => neonServer('SELECT 1'),
    imports: [
      ['{ Pool, neonConfig }', '@neondatabase/serverless'],
      ['WebSocket_', 'ws'],
    ],
    setUp: ({ url }) => `
      const { host } = new URL('${url}')
      Object.assign(neonConfig, { wsProxy: () => host, useSecureWebSocket: false, pipelineConnect: false, webSocketConstructor: WebSocket_ })
      const pool = new Pool({ connectionString: 'postgres://postgres:private@127.0.0.1:5432/postgres', max: 2 })
      const sql = (n) => 'SELECT 1'.padEnd(100 + n)`,
    tearDown: 'await pool.end()',
    ways: pooled,
    ownerOf: byLength,
  })

  suites.push({
    it: 'a pool of mysql2',
    packages,
    server: mysqlServer,
    imports: [['mysql', 'mysql2']],
    setUp: ({ url }) => `
      const pool = mysql.createPool({ uri: '${url}', connectionLimit: 2 })
      const promised = pool.promise()
      const sql = (n) => 'SELECT 1 LIMIT 1'.padEnd(100 + n)`,
    tearDown: 'await promised.end()',
    ways: Object.fromEntries([
      ...['query', 'execute'].flatMap((name) => [
        [name, { does: `await promised.${name}(sql(n)); await step(n)`, records: [query, step] }],
        [
          `${name}, called back`,
          {
            does: `await called((done) => pool.${name}(sql(n), (error) => see(step(n), done, error)))`,
            records: [query, step],
          },
        ],
      ]),
      [
        'getConnection',
        {
          does: `
            const connection = await promised.getConnection()
            await connection.query(sql(n))
            await step(n)
            await connection.execute(sql(n))
            connection.release()`,
          records: [connect, query, step, query],
        },
      ],
      [
        'getConnection, called back',
        {
          does: `await called((done) => pool.getConnection((error, connection) => connection.query(sql(n), (error) => {
            see(step(n), () => {})
            connection.execute(sql(n), (error) => { connection.release(); see(step(n), done, error) })
          })))`,
          records: [connect, query, step, query, step],
        },
      ],
    ]),
    ownerOf: byLength,
  })

  const words = ['GET', 'STRLEN', 'TTL', 'PTTL', 'TYPE', 'EXISTS', 'DUMP', 'PERSIST', 'TOUCH']
  const byWord = ({ metadata }: Any) => words.findIndex((word) => word.toLowerCase() === metadata.operation)
  const redisWords = `const words = ${JSON.stringify(words)}`
  const ask = `await client.sendCommand([words[n], 'k'])`

  suites.push({
    it: 'commands of redis before it is connected, and a pool of its clients',
    packages,
    server: redisServer,
    imports: [['{ createClient, createClientPool }', 'redis']],
    setUp: ({ url }) => `
      ${redisWords}
      const client = createClient({ url: '${url}' })
      client.on('error', () => {})
      let connected
      const pool = createClientPool({ url: '${url}' }, { minimum: 1, maximum: 2 })
      await pool.connect()`,
    tearDown: 'client.destroy(); pool.destroy()',
    ways: {
      'before connect': {
        does: `connected ??= client.connect(); ${ask}; await step(n)`,
        records: [query, step],
      },
      execute: {
        does: `await pool.execute(async (client) => { ${ask}; await step(n); ${ask} })`,
        records: [query, step, query],
      },
      'a command': { does: `await pool.sendCommand([words[n], 'k']); await step(n)`, records: [query, step] },
      multi: {
        does: `await pool.multi().addCommand([words[n], 'k']).exec(); await step(n)`,
        records: [query, step],
      },
    },
    ownerOf: ({ metadata }) => (metadata.operation === 'multi' ? undefined : byWord({ metadata })),
  })

  if (packages === 'previous')
    suites.push({
      it: 'commands of redis 4, and its isolated clients',
      packages: 'older',
      server: redisServer,
      imports: [['{ createClient }', 'redis']],
      setUp: ({ url }) => `
        ${redisWords}
        const client = createClient({ url: '${url}', isolationPoolOptions: { max: 2 } })
        client.on('error', () => {})
        let connected`,
      tearDown: 'await client.disconnect()',
      ways: {
        'before connect': {
          does: `connected ??= client.connect(); ${ask}; await step(n)`,
          records: [query, step],
        },
        executeIsolated: {
          does: `await client.executeIsolated(async (client) => { ${ask}; await step(n); ${ask} })`,
          records: [query, step, query],
        },
      },
      ownerOf: byWord,
    })

  suites.push({
    it: "ioredis' offline queue",
    packages,
    server: redisServer,
    imports: [['{ Redis }', 'ioredis']],
    setUp: ({ url }) => `
      ${redisWords}
      const client = new Redis('${url}', { lazyConnect: true })`,
    tearDown: 'client.disconnect()',
    ways: {
      'before connect': { does: `await client.call(words[n], 'k'); await step(n)`, records: [query, step] },
      'called back': {
        does: `await called((done) => client.call(words[n], 'k', (error) => see(step(n), done, error)))`,
        records: [query, step],
      },
      'a pipeline': {
        does: `await called((done) => client.pipeline().call(words[n], 'k').exec((error) => see(step(n), done, error)))`,
        records: [query, step],
      },
    },
    ownerOf: ({ metadata }) => (metadata.operation === 'pipeline' ? undefined : byWord({ metadata })),
  })

  suites.push({
    it: 'a pool of mongodb',
    packages,
    server: mongodbServer,
    imports: [['{ MongoClient }', 'mongodb']],
    setUp: ({ url }) => `
      const client = new MongoClient('${url}', { maxPoolSize: 1 })
      const docs = (n) => client.db('private').collection('c' + n)`,
    tearDown: 'await client.close()',
    ways: {
      'before connect': { does: 'await docs(n).findOne({}); await step(n)', records: [query, step] },
      find: { does: 'await docs(n).find({}).toArray(); await step(n)', records: [query, step] },
      'write and read': {
        does: 'await docs(n).insertOne({ a: 1 }); await step(n); await docs(n).findOne({})',
        records: [query, step, query],
      },
    },
    ownerOf: ({ metadata }) => Number(metadata.collection.slice(1)),
  })

  suites.push({
    it: 'the one connection of postgres',
    packages,
    server: pgServerInTurn,
    imports: [['postgres', 'postgres']],
    setUp: ({ url }) => `
      const client = postgres('${url}', { max: 1, onnotice() {} })
      const sql = (n) => 'SELECT 1 AS x'.padEnd(100 + n)`,
    tearDown: 'await client.end()',
    ways: {
      query: { does: 'await client.unsafe(sql(n)); await step(n)', records: [query, step] },
      'a transaction': {
        does: 'await client.begin(async (tx) => { await tx.unsafe(sql(n)); await step(n) })',
        records: [query, query, step, query],
      },
      reserve: {
        does: `
          const own = await client.reserve()
          await own.unsafe(sql(n))
          await step(n)
          own.release()`,
        records: [query, step],
      },
      'row by row': {
        does: 'await client.unsafe(sql(n)).forEach(() => { see(step(n), () => {}) })',
        records: [query, step],
      },
      'a cursor that calls': {
        does: 'await client.unsafe(sql(n), [], { prepare: true }).cursor(1, async () => { await step(n) })',
        records: [query, step],
      },
    },
    // BEGIN and COMMIT are the driver's.
    ownerOf: ({ metadata }) => (metadata.query_len < 100 ? undefined : metadata.query_len - 100),
  })

  suites.push({
    it: 'a pool of neo4j',
    packages,
    server: neo4jServer,
    imports: [['neo4j', 'neo4j-driver']],
    setUp: ({ url }) => `
      const driver = neo4j.driver('${url}', neo4j.auth.basic('neo4j', 'private'), { maxConnectionPoolSize: 1 })
      const sql = (n) => 'RETURN 1'.padEnd(100 + n)
      const session = async (run) => { const own = driver.session(); try { return await run(own) } finally { await own.close() } }`,
    tearDown: 'await driver.close()',
    ways: {
      run: { does: 'await session((own) => own.run(sql(n))); await step(n)', records: [query, step] },
      'a managed transaction': {
        does: 'await session((own) => own.executeRead(async (tx) => { await tx.run(sql(n)); await step(n) }))',
        records: [query, step],
      },
    },
    ownerOf: byLength,
  })

  if (packages === 'current')
    suites.push({
      it: 'the connection of cassandra-driver',
      packages,
      server: cassandraServer,
      imports: [['{ Client }', 'cassandra-driver']],
      setUp: ({ url }) => `
        const client = new Client({ contactPoints: ['${url}'], localDataCenter: 'dc1', isMetadataSyncEnabled: false })
        const sql = (n) => 'SELECT text FROM ks.docs LIMIT 1'.padEnd(100 + n)`,
      tearDown: 'await client.shutdown()',
      ways: {
        'before connect': { does: 'await client.execute(sql(n)); await step(n)', records: [query, step] },
        prepared: {
          does: 'await client.execute(sql(n), [], { prepare: true }); await step(n)',
          records: [query, step],
        },
        'called back': {
          does: 'await called((done) => client.execute(sql(n), [], (error) => see(step(n), done, error)))',
          records: [query, step],
        },
        'row by row': {
          does: `await called((done) => client.eachRow(sql(n), [], { prepare: true }, () => see(step(n), () => {}),
            (error) => see(step(n), done, error)))`,
          records: [query, step, step],
        },
      },
      ownerOf: byLength,
    })

  const embed = 'embedding_provider.embed'
  const generate = 'llm.generate'
  suites.push({
    it: "LangChain's AsyncCaller",
    packages,
    server: openaiServer,
    imports: [
      ['{ ChatOpenAI, OpenAIEmbeddings }', '@langchain/openai'],
      ['{ AsyncCaller }', '@langchain/core/utils/async_caller'],
    ],
    setUp: ({ url }) => `
      const options = { model: 'm', apiKey: 'k', maxConcurrency: 2, maxRetries: 0, configuration: { baseURL: '${url}' } }
      const embeddings = new OpenAIEmbeddings(options)
      const model = new ChatOpenAI(options)
      const caller = new AsyncCaller({ maxConcurrency: 2 })
      const texts = (n) => Array.from({ length: n + 1 }, () => 'private')`,
    ways: {
      embedDocuments: {
        does: 'await embeddings.embedDocuments(texts(n)); await step(n)',
        records: [embed, embed, step],
      },
      invoke: {
        does: 'await model.invoke("private"); await step(n)',
        records: [generate, generate, step],
      },
      batch: {
        does: 'await model.batch(texts(n)); await step(n)',
        records: [],
      },
      AsyncCaller: { does: 'await caller.call(async () => { await step(n) }); await step(n)', records: [step, step] },
    },
    ownerOf: ({ name, metadata }) => (name === embed ? metadata.batch_size - 1 : undefined),
  })
}

/** Queues of no library, each in the words of `binds`; they say what they see of what they are given. */
const own = `
  const seen = []
  const look = (run, one) => seen.push([run.name, run.length, run.own, run.constructor.name, run instanceof Function, one === run.first])
  class Jobs {
    waiting = []
    busy = false
    push(run, done) {
      look(run, run)
      this.waiting.push([run, done])
      this.next()
      return this
    }
    async next() {
      if (this.busy) return
      for (this.busy = true; this.waiting.length > 0;) {
        const [run, done] = this.waiting.shift()
        try { done(undefined, await run.call(this, 'given', 2)) } catch (error) { done(error) }
      }
      this.busy = false
    }
  }
  class Tasks {
    waiting = []
    busy = false
    push(task) { this.waiting.push(task); this.next() }
    async next() {
      if (this.busy) return
      for (this.busy = true; this.waiting.length > 0;) await this.work(this.waiting.shift())
      this.busy = false
    }
    async work(task) { await task.step(); task.done() }
  }
  const open = []
  const later = function (run, ...more) { open.push([run, more]); if (open.length === ${requests + 1}) flush(); return more.length }
  const flush = () => { for (const [run, more] of open.splice(0)) run(...more) }
  module.exports = { Jobs, Tasks, later, seen }
`

const ownQueues = {
  targets: ['app'],
  instrumentations: [
    {
      ...{ name: 'own', module: './own.cjs', target: 'queue' },
      methods: [
        { at: 'Jobs.prototype.push', binds: 'functions' },
        { at: 'Tasks.prototype.push', binds: 'args.0' },
        { at: 'Tasks.prototype.work', binds: 'args.0' },
        { at: 'later', binds: 'args.0' },
      ],
    },
  ],
}

suites.push({
  it: 'queues of the application, by `binds`',
  packages: 'previous',
  imports: [['{ Jobs, Tasks, later, seen }', './own.cjs']],
  files: { 'own.cjs': own },
  config: ownQueues,
  setUp: () => `
    const jobs = new Jobs()
    const tasks = new Tasks()
    const failure = new TypeError('no')
    const shown = []`,
  tearDown: 'print(seen); print(shown)',
  ways: {
    functions: {
      does: `
        const run = async function named(one, two) { await step(n); return [this === jobs, one, two, arguments.length] }
        run.own = 'mine'
        run.first = run
        const given = () => new Promise((resolve, reject) => {
          const same = jobs.push(run, (error, value) => { see(step(n), () => {}); error ? reject(error) : resolve(value) })
          shown.push(same === jobs)
        })
        shown.push(...await Promise.all([given(), given()]))`,
      records: Array(4).fill('app.step'),
    },
    'what throws': {
      does: `
        const error = await new Promise((resolve) => jobs.push(() => { see(step(n), () => {}); throw failure }, resolve))
        shown.push(error === failure)`,
      records: ['app.step'],
    },
    'an object': {
      does: `await new Promise((done) => tasks.push({ step: () => step(n), done }))`,
      records: ['app.step'],
    },
    'an exported function': {
      does: `
        await new Promise((resolve, reject) => {
          shown.push(later((one) => { shown.push(one === shown); step(n).then(resolve, reject) }, shown, n))
        })`,
      records: ['app.step'],
    },
  },
  ownerOf: () => undefined,
})

suites.push({
  it: 'p-queue and generic-pool',
  packages: 'current',
  imports: [
    ['PQueue', 'p-queue'],
    ['pools', 'generic-pool'],
  ],
  setUp: () => `
    const queue = new (PQueue.default ?? PQueue)({ concurrency: 2 })
    const pool = pools.createPool({ create: async () => ({}), destroy: async () => {} }, { max: 2 })`,
  tearDown: 'await pool.drain(); await pool.clear()',
  ways: {
    add: { does: 'await queue.add(() => step(n)); await step(n)', records: Array(2).fill('app.step') },
    addAll: {
      does: 'await queue.addAll([() => step(n), async () => { await step(n) }])',
      records: Array(2).fill('app.step'),
    },
    'by priority': { does: 'await queue.add(async () => { await step(n) }, { priority: n })', records: ['app.step'] },
    acquire: {
      does: 'const one = await pool.acquire(); await step(n); await pool.release(one); await step(n)',
      records: Array(2).fill('app.step'),
    },
    use: { does: 'await pool.use(async () => { await step(n) })', records: ['app.step'] },
  },
  ownerOf: () => undefined,
})

suites.push({
  it: "undici's pools",
  packages: 'previous',
  imports: [['{ Pool, Agent, RetryAgent, request, fetch as fetched }', 'undici']],
  config: { targets: ['app', 'network'] },
  setUp: () => `
    const server = http.createServer((request, response) => response.end('x'.repeat(100 + Number(request.headers.n)))).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = 'http://127.0.0.1:' + server.address().port
    const pool = new Pool(url, { connections: 2 })
    const agent = new Agent({ connections: 2 })
    const retrying = new RetryAgent(new Agent({ connections: 2 }))
    const get = (n) => ({ method: 'GET', path: '/', headers: { n } })
    const read = async ({ body }) => { await body.text() }`,
  tearDown:
    'server.close(); server.closeAllConnections(); await pool.destroy(); await agent.destroy(); await retrying.destroy()',
  ways: {
    request: { does: 'await read(await pool.request(get(n)))', records: ['network.request'] },
    agent: { does: 'await read(await request(url, { ...get(n), dispatcher: agent }))', records: ['network.request'] },
    'with retries': {
      does: 'await read(await request(url, { ...get(n), dispatcher: retrying }))',
      records: ['network.request'],
    },
    fetch: {
      does: 'await (await fetched(url, { ...get(n), dispatcher: agent })).text()',
      records: ['network.request'],
    },
    // Node 26's takes no dispatcher of undici 6, bare either.
    ...(Number.parseInt(process.versions.node, 10) < 26 && {
      "Node's own fetch": {
        does: 'await (await fetch(url, { ...get(n), dispatcher: agent })).text()',
        records: ['network.request'],
      },
    }),
    'called back': {
      does: 'await called((done) => pool.request(get(n), (error, answer) => { see(step(n), () => {}); read(answer).then(() => done(error), done) }))',
      records: ['network.request', 'app.step'],
    },
  },
  ownerOf: ({ metadata }) => metadata.response_bytes - 100,
})

const bodyOf = ({ setUp, tearDown = '', ways }: Suite, server: Any) => `
  const als = new AsyncLocalStorage()
  const step = (n) => profile('app.step', { n }, async () => {})
  // What is called back shows the application its own context as without the agent.
  const seen = {}
  const see = (promise, done, error) => {
    ;(seen[way] ??= []).push(als.getStore() ?? null)
    promise.then(() => done(error), done)
  }
  const called = (run) => new Promise((resolve, reject) => run((error) => (error ? reject(error) : resolve())))
  ${setUp(server)}
  let way
  const ways = { ${Object.entries(ways)
    .map(([name, { does }]) => `${JSON.stringify(name)}: async (n) => { ${does} }`)
    .join(',\n')} }
  let arrived
  let gate
  const app = http.createServer((request, response) => {
    const n = Number(request.url.slice(1))
    als.run(n, async () => {
      await gate
      await profile('app.answer', { n, way }, () => ways[way](n))
    }).then(() => response.end('done'), (error) => response.end(String(error?.stack)))
    arrived()
  }).listen(0, '127.0.0.1')
  await once(app, 'listening')
  const ask = (n) => new Promise((resolve, reject) => http.get({ host: '127.0.0.1', port: app.address().port, path: '/' + n, agent: false,
    headers: { 'x-request-id': 'r' + n } }, (response) => {
    let text = ''
    response.on('data', (part) => (text += part)).on('end', () => resolve(text))
  }).on('error', reject))
  for (way of Object.keys(ways)) {
    let open
    gate = new Promise((resolve) => (open = resolve))
    const answers = []
    for (let n = 0; n < ${requests}; n++) {
      const here = new Promise((resolve) => (arrived = resolve))
      answers.push(ask(n))
      await here
    }
    const alone = als.run(${outside}, async () => { await gate; await ways[way](${outside}) })
    open()
    print([way, await Promise.all(answers)])
    await alone
    print([...new Set(seen[way])].sort())
    fs.appendFileSync('profile.jsonl', JSON.stringify({ name: 'way', way }) + '\\n')
  }
  app.close()
  app.closeAllConnections()
  ${tearDown}`

describe('work that waits in a queue', () => {
  for (const suite of suites) {
    it(`is the request's that asked for it: ${suite.it}, ${suite.packages}`, async () => {
      const server = await suite.server?.()
      const start = (bare: boolean) =>
        run({
          packages: suite.packages,
          bare,
          imports: [
            ['http', 'node:http'],
            ['fs', 'node:fs'],
            ['{ once }', 'node:events'],
            ['{ AsyncLocalStorage }', 'node:async_hooks'],
            ['{ profile }', api],
            ...suite.imports,
          ],
          config: { ...everything, requests: true, ...suite.config },
          ...(suite.files && { files: suite.files }),
          body: bodyOf(suite, server),
        })
      try {
        const [bare, { code, stderr, printed, records }] = await Promise.all([start(true), start(false)])

        assert.deepEqual([code, stderr], [0, bare.stderr])
        assert.deepEqual(printed, bare.printed)
        let from = 0
        for (const [way, { records: expected }] of Object.entries(suite.ways)) {
          const to = records.findIndex((record) => record.way === way)
          const calls = records.slice(from, to).filter(({ kind }) => kind !== 'http')
          checkWay(way, calls, expected, suite.ownerOf)
          from = to + 1
        }
      } finally {
        await server?.close()
      }
    })
  }

  it('is bound where requests are on, from a reload to the next', async () => {
    const { code, stderr, printed } = await run({
      imports: [
        ['{ Jobs }', './own.cjs'],
        ['{ profile }', api],
        ['fs', 'node:fs'],
      ],
      files: { 'own.cjs': own },
      config: { ...everything, reload: true, requests: false, ...ownQueues },
      body: `
        const isBare = () => Jobs.prototype.push.toString().includes('this.waiting')
        const file = fs.readFileSync('crossbridge.yml', 'utf8')
        const write = async (requests) => {
          fs.writeFileSync('crossbridge.yml', file.replace('"requests":false', '"requests":' + requests))
          for (let i = 0; i < 1000 && isBare() === requests; i++) await new Promise((resolve) => setTimeout(resolve, 10))
        }
        print(isBare())
        await write(true)
        print(isBare())
        const jobs = new Jobs()
        await Promise.all([1, 2, 3].map((n) => profile('app.answer', { n }, () => new Promise((resolve) =>
          jobs.push(() => profile('app.step', { n }, async () => {}), resolve)))))
        const records = fs.readFileSync('profile.jsonl', 'utf8').trim().split('\\n').map((line) => JSON.parse(line))
        const spans = new Map(records.map((record) => [record.span_id, record]))
        print(records.filter(({ name }) => name === 'app.step').map(({ metadata, parent_id }) => [metadata.n, spans.get(parent_id).metadata.n]))
        await write(false)
        print(isBare())`,
    })

    assert.equal(code, 0, stderr)
    const each = [1, 2, 3].map((n) => [n, n])
    assert.deepEqual(printed, [true, false, each, true])
  })

  it('says what is lost where a queue is not what it was', async () => {
    const { code, stderr } = await run({
      imports: [['{ Jobs }', './own.cjs']],
      files: { 'own.cjs': own },
      config: {
        ...everything,
        requests: true,
        instrumentations: [
          { ...ownQueues.instrumentations[0], methods: [{ at: 'Jobs.prototype.puhs', binds: 'args.0' }] },
        ],
      },
      env: { CROSSBRIDGE_PROFILING_DEBUG: '1' },
      body: 'print(typeof Jobs)',
    })

    assert.equal(code, 0)
    assert.match(
      stderr,
      /own: Jobs\.prototype\.puhs was not found in .*own\.cjs.*, there is no function at Jobs\.prototype\.puhs; near it: .*push.*; what waits there may count for another request or call\n/,
    )
    assert.match(stderr, /own: shape_mismatch/)
  })
})

/** Every record is in the trace of the request that asked for it, below its answer. */
function checkWay(way: string, records: readonly Any[], expected: readonly string[], ownerOf: Suite['ownerOf']): void {
  const spans = new Map(records.map((record) => [record.span_id, record]))
  const answers = records.filter(({ name }) => name === 'app.answer')
  assert.equal(answers.length, requests)
  const rootOf = (record: Any): Any => {
    const parent = spans.get(record.parent_id)
    return parent === undefined ? record : rootOf(parent)
  }
  for (const { metadata, trace_id, request_id, span_id } of answers) {
    const own = records.filter((record) => record.trace_id === trace_id && record.span_id !== span_id)
    assert.equal(request_id, `r${metadata.n}`)
    for (const record of own)
      assert.equal(rootOf(record).span_id, span_id, `${way}: ${record.name} is in ${metadata.n}`)
    const owners = own.map((record) =>
      record.name === 'app.step' ? record.metadata.n : (ownerOf(record) ?? metadata.n),
    )
    assert.deepEqual([way, metadata.n, ...owners], [way, metadata.n, ...owners.map(() => metadata.n)])
    if (expected.length > 0)
      assert.deepEqual(own.map(({ name }) => name).sort(), [...expected].sort(), `${way} of ${metadata.n}`)
  }
  // Beside those of the test's own clients.
  const alone = records.filter(({ request_id, library }) => request_id === undefined && library !== 'http')
  for (const record of alone)
    assert.equal(
      record.name === 'app.step' ? record.metadata.n : (ownerOf(record) ?? outside),
      outside,
      `${way}: outside`,
    )
  if (expected.length > 0) assert.equal(alone.length, expected.length, `${way}: outside`)
}
