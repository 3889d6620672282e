import { library } from '../support/library.ts'
import { managed } from '../support/managed.ts'
import { redisServer } from '../support/redis-server.ts'

const query = (operation: string) => ({ scope: 'database.query', operation })
const searched = { scope: 'vector_store.search', operation: 'ft.search', collection: 'docs' }

const waited = { pool_wait_ms: 'ms' }

library({
  name: 'ioredis',
  module: 'ioredis',
  packages: ['current', 'previous'],
  server: redisServer,
  imports: [['Redis', 'ioredis']],
  setUp: ({ url }) => `
    const client = new Redis('${url}', { lazyConnect: true })
    client.on('error', () => {})
    await client.connect()
    const cluster = new Redis.Cluster(['${url}'], { lazyConnect: true })
    const floats = Buffer.from(Float32Array.from({ length: 8 }, (_, i) => Math.sin(i)).buffer)
    const near = (index, k) => client.call('FT.SEARCH', index, '*=>[KNN ' + k + ' @private $BLOB]', 'PARAMS', '2', 'BLOB', floats, 'DIALECT', '2')
    client.defineCommand('mine', { numberOfKeys: 0, lua: 'return 1' })`,
  tearDown: 'client.disconnect(); cluster.disconnect()',
  // The last one waits for those before it.
  shapes: [
    'Redis',
    'Redis.prototype',
    'Redis.Pipeline.prototype',
    'client.get("private")',
    'client.pipeline().get("private").exec()',
    'await client.get("private")',
  ],
  fails: `near('missing', 3)`,
  many: `near('docs', 1 + (i % 3))`,
  calls: [
    {
      it: 'records the distances of a search that asks for them, as texts and as bytes',
      body: `
        for (const call of [client.call, client.callBuffer])
          print((await call.call(client, 'FT.SEARCH', 'docs', '*=>[KNN 3 @private $BLOB AS near]', 'PARAMS', '2', 'BLOB', floats, 'DIALECT', '2')).length)`,
      records: [1, 2].map(() => ({
        ...{ ...searched, top_k: 3, filtered: false, results: 3 },
        ...{ top_score: 0.25, last_score: 0.75, score_kind: 'distance' },
      })),
    },
    {
      it: 'records what makes, opens, lists and changes what holds the data',
      body: `
        print(await client.call('FT.CREATE', 'docs', 'SCHEMA', 'private', 'TAG'))
        print(await client.call('FT._LIST'))`,
      records: [
        managed('ft.create', { scope: 'database.manage', collection: 'docs' }),
        managed('ft._list', { scope: 'database.manage' }),
      ],
    },
    {
      it: 'records a search with what it found',
      body: `
        print(await near('docs', 3))
        print((await client.callBuffer('FT.SEARCH', 'docs', '(private)=>[KNN $K @private $BLOB]', 'NOCONTENT', 'PARAMS', '4', 'BLOB', floats, 'K', 4)).length)`,
      records: [
        { ...searched, top_k: 3, filtered: false, results: 3 },
        { ...searched, top_k: 4, filtered: true, results: 4 },
      ],
    },
    {
      it: 'records vector sets, and hashes that hold a vector',
      body: `
        print(await client.call('VADD', 'private', 'FP32', floats, 'private'))
        print(await client.call('vsim', ['private', 'ELE', 'private', 'COUNT', 3]))
        print(await client.hset('private:1', { private: 'private', e: floats }))
        print(await client.call('JSON.SET', 'private:1', '$', JSON.stringify({ embedding: [0.5, 1] })))
        print(await client.hset('private:1', { private: 'private' }))`,
      records: [
        { scope: 'vector_store.upsert', operation: 'vadd', dimensions: 8 },
        { scope: 'vector_store.search', operation: 'vsim', top_k: 3, filtered: false, results: 3 },
        { scope: 'vector_store.upsert', operation: 'hset' },
        { scope: 'vector_store.upsert', operation: 'json.set' },
        query('hset'),
      ],
    },
    {
      it: 'records a hash without one as a command',
      body: `print(await client.hset('private:1', { private: 'private' }))`,
      records: [query('hset')],
    },
    {
      it: 'records any other command by its name, awaited or called back',
      body: `
        print(await client.set('private', 'private'))
        print(await client.get('private'))
        print(await new Promise((resolve) => client.get('private', (error, value) => resolve(value))))
        print(await client.blpop('private', 1))
        print((await client.getBuffer('private')).length)`,
      records: [query('set'), query('get'), query('get'), query('blpop'), query('get')],
    },
    {
      it: 'records what a cluster was asked for, and not what it asks for itself',
      body: `
        await cluster.connect()
        print(await cluster.set('private', 'private'))
        print(await Promise.all([cluster.get('private'), cluster.cluster('info')]))
        print(await cluster.pipeline().get('private').exec())
        print(await cluster.nodes()[0].get('private'))`,
      records: [query('set'), query('get'), query('cluster'), { ...query('pipeline'), batch_size: 1 }, query('get')],
    },
    ...['SimpleError', 'ReplyError'].map((error) => ({
      it: 'raises no unhandled rejection where a callback or a pipeline has the error',
      when: ({ packages }: { packages: string }) => (packages === 'current') === (error === 'SimpleError'),
      body: `
        const raised = []
        const hear = (error) => raised.push(error.message)
        process.on('unhandledRejection', hear)
        print(await new Promise((resolve) => client.call('FT.SEARCH', 'missing', '*=>[KNN 3 @private $B]', (error) => resolve(error.message))))
        print((await client.pipeline().call('FT.SEARCH', 'missing', '*=>[KNN 3 @private $B]').get('private').exec()).map(([error]) => String(error)))
        print(await new Promise((resolve) => client.pipeline([['get', 'private']]).exec((error, all) => resolve([error, all]))))
        await new Promise((resolve) => setTimeout(resolve, 20))
        process.off('unhandledRejection', hear)
        print(raised)`,
      records: [
        { ...searched, collection: 'missing', top_k: 3, filtered: false, error },
        { scope: 'vector_store.search', operation: 'pipeline', batch_size: 2 },
        { ...query('pipeline'), batch_size: 1 },
      ],
    })),
    {
      it: 'records a transaction once, by the foremost of its commands',
      body: `
        print(await client.multi().set('private', 'private').get('private').exec())
        print(await client.multi([['hset', 'private', 'e', floats], ['get', 'private']]).exec())`,
      records: [
        { ...query('multi'), batch_size: 2 },
        { scope: 'vector_store.upsert', operation: 'multi', batch_size: 2 },
      ],
    },
    {
      it: 'records the commands of a transaction without a pipeline one by one',
      body: `
        await client.multi({ pipeline: false })
        await client.set('private', 'private')
        print(await client.exec())`,
      records: [query('multi'), query('set'), query('exec')],
    },
    {
      it: 'records a script as it is sent: by its text, then by its hash',
      body: `
        print(await client.mine())
        print(await client.mine())`,
      records: [query('eval'), query('evalsha')],
    },
    {
      it: 'records a command once that waited for the connection',
      body: `
        const late = client.duplicate()
        print(await Promise.all([late.set('private', 'private'), late.get('private')]))
        late.disconnect()
        const never = client.duplicate({ port: 1, maxRetriesPerRequest: 0 })
        never.on('error', () => {})
        print(await never.get('private').catch(({ name }) => name))
        never.disconnect()`,
      records: [
        { ...query('set'), ...waited },
        { ...query('get'), ...waited },
        { ...query('get'), ...waited, error: 'MaxRetriesPerRequestError' },
      ],
    },
    {
      it: 'records what was pipelined without being asked for as one pipeline',
      body: `
        const auto = client.duplicate({ enableAutoPipelining: true, lazyConnect: true })
        await auto.connect()
        print(await Promise.all([auto.get('private'), auto.get('private'), auto.get('private')]))
        auto.disconnect()`,
      records: [{ ...query('pipeline'), batch_size: 3 }],
    },
    {
      it: 'leaves publish and subscribe as they are',
      body: `
        const subscriber = client.duplicate()
        const heard = new Promise((resolve) => subscriber.on('message', (channel, message) => resolve([channel, message])))
        print(await subscriber.subscribe('private'))
        await client.publish('private', 'private')
        print(await heard)
        subscriber.disconnect()`,
      records: [{ ...query('subscribe'), ...waited }, query('publish')],
    },
  ],
})
