import { library } from '../support/library.ts'
import { eachManaged, managed } from '../support/managed.ts'
import { redisServer } from '../support/redis-server.ts'

const query = (operation: string) => ({ scope: 'database.query', operation })
const searched = { scope: 'vector_store.search', operation: 'ft.search', collection: 'docs' }

const waited = { pool_wait_ms: 'ms' }

library({
  name: 'redis',
  module: 'redis',
  packages: ['current', 'previous', 'older'],
  server: redisServer,
  imports: ({ packages }) => [
    [
      packages === 'older'
        ? '{ createClient, commandOptions, defineScript }'
        : '{ createClient, defineScript, createClientPool }',
      'redis',
    ],
  ],
  setUp: ({ url, packages }) => `
    const url = '${url}'
    const scripts = {
      mine: defineScript({ SCRIPT: 'return 1', NUMBER_OF_KEYS: 0, ${packages === 'older' ? 'transformArguments: () => []' : 'parseCommand() {}'}, transformReply: undefined }),
    }
    const client = createClient({ url: '${url}', scripts })
    client.on('error', () => {})
    await client.connect()
    const floats = Buffer.from(Float32Array.from({ length: 8 }, (_, i) => Math.sin(i)).buffer)
    // The older one takes the stack from the errors of the server.
    const failing = () => ${
      packages === 'older'
        ? "client.get(commandOptions({ signal: AbortSignal.abort() }), 'private')"
        : "client.ft.search('missing', '*=>[KNN 3 @private $BLOB]', { PARAMS: { BLOB: floats }, DIALECT: 2 })"
    }
    const near = (k, options) => client.ft.search('docs', '*=>[KNN ' + k + ' @private $BLOB]', { PARAMS: { BLOB: floats, K: '4' }, DIALECT: 2, ...options })`,
  uncounted: 'bare, too, the client does not close where the lists of its words are other ones',
  tearDown: `client.destroy ? client.destroy() : await client.disconnect()`,
  // The last one waits for those before it.
  shapes: [
    'client.get("private")',
    'client.sendCommand(["PING"])',
    'client.multi()',
    'client.get',
    'await client.get("private")',
  ],
  fails: `failing()`,
  many: `near(1 + (i % 3))`,
  calls: [
    {
      it: 'records the distances of a search that asks for them',
      body: `
        print(await client.ft.search('docs', '*=>[KNN 3 @private $BLOB AS near]', { PARAMS: { BLOB: floats }, SORTBY: 'near', DIALECT: 2 }))
        print(await client.ft.search('docs', '*=>[KNN 2 @private $BLOB AS near]', { PARAMS: { BLOB: floats }, RETURN: ['near'], DIALECT: 2 }))`,
      records: [3, 2].map((top_k) => ({
        ...{ ...searched, top_k, filtered: false, results: top_k },
        ...{ top_score: 0.25, last_score: top_k / 4, score_kind: 'distance' },
      })),
    },
    {
      it: 'records what makes, opens, lists and changes what holds the data',
      body: `
        print(await client.sendCommand(['FT.CREATE', 'docs', 'SCHEMA', 'private', 'TAG']))
        print(await client.sendCommand(['FT.INFO', 'docs']))
        print(await client.sendCommand(['FT._LIST']))`,
      records: [
        ...eachManaged('ft.create ft.info', { scope: 'database.manage', collection: 'docs' }),
        managed('ft._list', { scope: 'database.manage' }),
      ],
    },
    {
      it: 'records a search with what it found',
      body: `print(await near(3))`,
      records: [{ ...searched, top_k: 3, filtered: false, results: 3 }],
    },
    {
      it: 'reads the parameters, the filter and how much of a reply is a row',
      body: `
        print(await client.ft.search('docs', '(@private:{private})=>[KNN $K @private $BLOB EF_RUNTIME 50]', { PARAMS: { BLOB: floats, K: '4' }, DIALECT: 2 }))
        print(await client.ft.search('docs', '*=>[KNN $k @private $BLOB]', { PARAMS: { BLOB: floats, k: '3' }, DIALECT: 2 }))
        print(await client.ft.search('docs', '@private:[VECTOR_RANGE 0.5 $BLOB]', { PARAMS: { BLOB: floats }, LIMIT: { from: 0, size: 2 }, DIALECT: 2 }))
        print(await client.sendCommand(['FT.SEARCH', 'docs', '*=>[KNN 3 @private $BLOB]', 'NOCONTENT', 'PARAMS', '2', 'BLOB', floats]))
        print(await client.sendCommand(['FT.AGGREGATE', 'docs', '*=>[KNN 3 @private $BLOB]', 'PARAMS', '2', 'BLOB', floats]))
        print(await client.sendCommand(['FT.HYBRID', 'docs', 'SEARCH', 'private', 'VSIM', '@private', '$BLOB', 'KNN', '4', 'K', '3', 'EF_RUNTIME', '20', 'LIMIT', '0', '2', 'PARAMS', '2', 'BLOB', floats]))
        print(await client.sendCommand(['FT.HYBRID', 'docs', 'SEARCH', 'private', 'VSIM', '@private', '$BLOB', 'KNN', '2', 'K', '3', 'FILTER', '@private:{private}']))`,
      records: [
        { ...searched, top_k: 4, candidates: 50, filtered: true, results: 4 },
        { ...searched, top_k: 3, filtered: false, results: 3 },
        { ...searched, top_k: 2, filtered: false, results: 2 },
        { ...searched, top_k: 3, filtered: false, results: 3 },
        { ...searched, operation: 'ft.aggregate', top_k: 3, filtered: false, results: 3 },
        { ...searched, operation: 'ft.hybrid', top_k: 2, candidates: 20, filtered: false, results: 2, server_ms: 'ms' },
        { ...searched, operation: 'ft.hybrid', top_k: 3, filtered: true, results: 2, server_ms: 'ms' },
      ],
    },
    {
      it: 'records vector sets, and hashes that hold a vector',
      body: `
        print(await client.sendCommand(['VADD', 'private', 'FP32', floats, 'private']))
        print(await client.sendCommand(['VADD', 'private', 'VALUES', '3', '1', '2', '3', 'private']))
        print(await client.sendCommand(['VSIM', 'private', 'ELE', 'private', 'COUNT', '3', 'EF', '30', 'FILTER', '.private']))
        print(await client.hSet('private:1', { private: 'private', e: floats }))
        print(await client.hSet('private:1', { e: Buffer.from(Float64Array.from({ length: 8 }, (_, i) => Math.sin(i + 1)).buffer) }))
        print(await client.json.set('private:1', '$', { text: 'private', embedding: [0.5, 1] }))
        print(await client.json.set('private:1', '$', { text: 'private' }))
        print(await client.hSet('private:1', { private: Buffer.from('private private private private!!') }))`,
      records: [
        { scope: 'vector_store.upsert', operation: 'vadd', dimensions: 8 },
        { scope: 'vector_store.upsert', operation: 'vadd', dimensions: 3 },
        { scope: 'vector_store.search', operation: 'vsim', top_k: 3, candidates: 30, filtered: true, results: 3 },
        { scope: 'vector_store.upsert', operation: 'hset' },
        { scope: 'vector_store.upsert', operation: 'hset' },
        { scope: 'vector_store.upsert', operation: 'json.set' },
        query('json.set'),
        query('hset'),
      ],
    },
    {
      it: 'records any other command by its name, and a search without a vector as one',
      body: `
        print(await client.set('private', 'private'))
        print(await client.get('private'))
        print(await client.blPop('private', 1))
        print(await client.sendCommand(['FT.SEARCH', 'docs', 'private', 'LIMIT', '0', '1']))`,
      records: [query('set'), query('get'), query('blpop'), query('ft.search')],
    },
    {
      it: 'records a script once, known to the server or not',
      body: `
        print(await client.mine())
        print(await client.mine())`,
      records: [query('evalsha'), query('evalsha')],
      when: ({ packages }) => packages !== 'older',
    },
    {
      it: 'records what is sent for a script',
      body: `print(await client.mine())`,
      records: [{ ...query('evalsha'), error: 'ErrorReply' }, query('eval')],
      when: ({ packages }) => packages === 'older',
    },
    {
      it: 'records a transaction once, by the foremost of its commands',
      body: `
        print(await client.multi().set('private', 'private').get('private').exec())
        print(await client.multi().hSet('private', { e: floats }).hSet('private', { e: floats }).get('private').exec())
        print((await client.multi().ft.search('docs', '*=>[KNN 3 @private $BLOB]', { PARAMS: { BLOB: floats }, DIALECT: 2 }).exec()).length)`,
      records: [
        { ...query('multi'), batch_size: 2 },
        { scope: 'vector_store.upsert', operation: 'multi', batch_size: 3 },
        { scope: 'vector_store.search', operation: 'multi', batch_size: 1 },
      ],
    },
    {
      it: 'records a pipeline once',
      body: `print(await client.multi().set('private', 'private').get('private').execAsPipeline())`,
      records: [{ ...query('pipeline'), batch_size: 2 }],
      when: ({ packages }) => packages !== 'older',
    },
    {
      it: 'records the commands of a pipeline, which are sent one by one',
      body: `print(await client.multi().set('private', 'private').get('private').exec(true))`,
      records: [query('set'), query('get')],
      when: ({ packages }) => packages === 'older',
    },
    {
      it: 'leaves publish and subscribe as they are',
      body: `
        const subscriber = client.duplicate()
        subscriber.on('error', () => {})
        await subscriber.connect()
        const heard = new Promise((resolve) => subscriber.subscribe('private', resolve).then(() => client.publish('private', 'private')))
        print(await heard)
        await subscriber.unsubscribe('private')
        await (subscriber.destroy ? subscriber.destroy() : subscriber.disconnect())`,
      records: [query('publish')],
    },
    {
      it: 'records a command of a pool, and of either protocol, once',
      body: `
        const pool = createClientPool({ url, RESP: 2 })
        pool.on('error', () => {})
        await pool.connect()
        print(await pool.get('private'))
        print(await pool.ft.search('docs', '*=>[KNN 3 @private $BLOB]', { PARAMS: { BLOB: floats }, DIALECT: 2 }))
        print(await pool.execute(async (one) => [await one.get('private'), await one.get('private')]))
        pool.destroy()
        const other = await createClient({ url, RESP: 3, unstableResp3: true }).on('error', () => {}).connect()
        print(await other.ft.search('docs', '*=>[KNN 3 @private $BLOB]', { PARAMS: { BLOB: floats }, DIALECT: 2 }))
        other.destroy()`,
      records: [
        { ...query('get'), ...waited },
        { ...searched, top_k: 3, filtered: false, results: 3, ...waited },
        { ...query('get'), ...waited },
        query('get'),
        { ...searched, top_k: 3, filtered: false, results: 3 },
      ],
      when: ({ packages }) => packages !== 'older',
    },
    {
      it: 'records what gets no client of a pool in time',
      body: `
        const pool = await createClientPool({ url }, { maximum: 1, acquireTimeout: 30 }).on('error', () => {}).connect()
        let give
        const held = pool.execute(() => new Promise((resolve) => { give = resolve }))
        print(await pool.get('private').catch(({ constructor }) => constructor.name))
        print(await pool.execute((one) => one.get('private')).catch(({ message }) => message))
        give('given')
        print(await held)
        await new Promise(setImmediate)
        print(await pool.execute(() => { throw new Error('own') }).catch(({ message }) => message))
        pool.destroy()`,
      records: ['TimeoutError', 'TimeoutError'].map((error) => ({ scope: 'database.connect', ...waited, error })),
      when: ({ packages }) => packages !== 'older',
    },
  ],
})
