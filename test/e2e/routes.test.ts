import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { everything, type Format, type Import, type PackageSet, run } from '../support/application.ts'

const config = { ...everything, requests: true, targets: ['request'] }
const tools: readonly Import[] = [
  ['http', 'node:http'],
  ['{ once }', 'node:events'],
]
/** Each path is asked for once, one after the other. */
const asked = (server: string, paths: readonly string[]) => `
  const asking = ${server}
  if (!asking.listening) await once(asking, 'listening')
  const ask = (path) => new Promise((resolve, reject) => http.get({ port: asking.address().port, path }, (answer) =>
    answer.resume().on('end', resolve)).on('error', reject))
  for (const path of ${JSON.stringify(paths)}) await ask(path)
  asking.closeAllConnections()
  asking.close()`

interface Served {
  readonly packages: PackageSet
  readonly format?: Format
  readonly imports: readonly Import[]
  readonly body: string
  readonly server: string
  /** The route of each path; null where none is reported. */
  readonly routes: Readonly<Record<string, readonly [status: number, route: string | null]>>
}

async function check({ routes, imports, body, server, ...more }: Served): Promise<void> {
  const paths = Object.keys(routes)
  const { code, stderr, records } = await run({
    ...more,
    imports: [...tools, ...imports],
    config,
    body: `${body}\n${asked(server, paths)}`,
  })

  assert.equal(code, 0, stderr)
  assert.deepEqual(
    Object.fromEntries(records.map(({ status, metadata }, i) => [paths[i], [status, metadata.route ?? null]])),
    routes,
  )
  assert.doesNotMatch(JSON.stringify(records), /secret/)
  assert.doesNotMatch(stderr, /\bfault|crossbridge: (koa|fastify|express)/)
}

const express = `
  const app = express()
  const inner = express.Router()
  inner.get('/item/:n', (req, res) => res.end())
  inner.get('/', (req, res) => res.end())
  inner.get('/thrown/:n', () => { throw new Error('thrown') })
  inner.get('/left/:n', (req, res, next) => next())
  const middle = express.Router({ mergeParams: true })
  middle.use('/inner', inner)
  middle.use(inner)
  const sub = express()
  sub.get('/page/:n', (req, res) => res.end())
  sub.get('/thrown/:n', () => { throw new Error('thrown') })
  app.get('/direct/:n', (req, res) => res.end())
  app.get(['/one/:n', '/two'], (req, res) => res.end())
  app.get(/^\\/regular-(\\d+)$/, (req, res) => res.end())
  app.use('/plain', inner)
  app.use('/by/:tenant', middle)
  app.use(/\\/mounted-\\w+/, inner)
  app.use('/v:major', inner)
  app.use(['/first', '/second/:n'], inner)
  app.use('/sub/:tenant', sub)
  app.use('/hidden', (req, res, next) => inner(req, res, next))
  app.use((req, res, next) => { if (req.path === '/changed-secret') { req.url = '/direct/1' } next() })
  app.get('/direct/:n', (req, res) => res.end())
  app.use((error, req, res, next) => res.status(500).end())
  const server = app.listen(0, '127.0.0.1')`

const expressRoutes = (five: boolean): Served['routes'] => ({
  '/direct/secret': [200, '/direct/:n'],
  '/one/secret': [200, '/one/:n,/two'],
  '/regular-17': [200, '/^\\/regular-(\\d+)$/'],
  '/plain/item/secret?q=secret': [200, '/plain/item/:n'],
  '/plain/': [200, '/plain'],
  '/plain': [200, '/plain'],
  '/by/secret/item/secret': [200, '/by/:tenant/item/:n'],
  '/by/secret/inner/item/secret': [200, '/by/:tenant/inner/item/:n'],
  '/by/secret/inner/thrown/secret': [500, '/by/:tenant/inner/thrown/:n'],
  '/plain/thrown/secret': [500, '/plain/thrown/:n'],
  '/plain/left/secret': [404, '/plain/left/:n'],
  '/mounted-secret/item/secret': [200, five ? '/\\/mounted-\\w+/item/:n' : null],
  '/vsecret/item/secret': [200, five ? '/v:major/item/:n' : null],
  '/first/item/secret': [200, five ? '/first/item/:n' : null],
  '/sub/secret/page/secret': [200, '/sub/:tenant/page/:n'],
  '/sub/secret/thrown/secret': [500, null],
  '/hidden/item/secret': [200, null],
  '/changed-secret': [200, '/direct/:n'],
  '/nowhere/secret': [404, null],
})

describe('the route of a request', { concurrency: 2 }, () => {
  for (const [packages, format] of [
    ['older', 'cjs'],
    ['older', 'mjs'],
    ['previous', 'cjs'],
    ['previous', 'mjs'],
  ] as const)
    it(`is the pattern of Express, ${packages === 'older' ? 4 : 5}, ${format}`, () =>
      check({
        ...{ packages, format },
        imports: [['express', 'express']],
        body: express,
        server: 'server',
        routes: expressRoutes(packages === 'previous'),
      }))

  it('is absent under a pattern where the router of Express 5 keeps none, before its 2.3', () =>
    check({
      packages: 'previous',
      imports: [['express', 'express']],
      body: `${express}
        const forget = ({ stack }) => { for (const layer of stack) { delete layer.rawPath; if (layer.handle.stack) forget(layer.handle) } }
        forget(app.router)`,
      server: 'server',
      routes: {
        '/direct/secret': [200, '/direct/:n'],
        '/plain/item/secret': [200, '/plain/item/:n'],
        '/plain/thrown/secret': [500, '/plain/thrown/:n'],
        '/first/item/secret': [200, '/first/item/:n'],
        '/second/secret/item/secret': [200, null],
        '/by/secret/item/secret': [200, null],
        '/mounted-secret/item/secret': [200, null],
        '/vsecret/item/secret': [200, null],
      },
    }))

  const fastify = `
    const app = fastify()
    app.get('/direct/:n', async () => 1)
    app.get('/thrown/:n', async () => { throw new Error('thrown') })
    app.get('/checked', { schema: { querystring: { type: 'object', required: ['n'] } } }, async () => 1)
    app.get('/star/*', (request, reply) => { reply.send('x') })
    app.get('/number/:n(^[0-9]+$)', async () => 1)
    app.get('/injects', async () => (await app.inject('/direct/secret')).statusCode)
    app.register(async (inner) => {
      inner.addHook('onRequest', async (request, reply) => { if (request.url.includes('denied')) return reply.code(401).send() })
      inner.get('/page/:n', async () => 1)
      inner.setNotFoundHandler((request, reply) => { reply.code(404).send() })
    }, { prefix: '/by/:tenant' })
    await app.listen({ port: 0, host: '127.0.0.1' })`
  for (const [packages, format] of [
    ['older', 'cjs'],
    ['older', 'mjs'],
    ['previous', 'cjs'],
    ['previous', 'mjs'],
  ] as const)
    it(`is the pattern of Fastify, ${packages === 'older' ? 4 : 5}, ${format}`, () =>
      check({
        ...{ packages, format },
        imports: [['fastify', 'fastify']],
        body: fastify,
        server: 'app.server',
        routes: {
          '/direct/secret?q=secret': [200, '/direct/:n'],
          '/thrown/secret': [500, '/thrown/:n'],
          '/checked?secret=1': [400, '/checked'],
          '/star/secret/secret': [200, '/star/*'],
          '/number/17': [200, '/number/:n(^[0-9]+$)'],
          '/injects': [200, '/injects'],
          '/by/secret/page/secret': [200, '/by/:tenant/page/:n'],
          '/by/secret/page/denied-secret': [401, '/by/:tenant/page/:n'],
          '/by/secret/nowhere': [404, null],
          '/nowhere/secret': [404, null],
        },
      }))

  const koa = `
    const app = new Koa()
    app.silent = true
    const inner = new Router()
    inner.get('/item/:n', (ctx) => { ctx.body = 'x' })
    inner.get('/', (ctx) => { ctx.body = 'x' })
    const router = new Router({ prefix: '/api' })
    router.use('/guarded', (ctx, next) => ctx.query.denied ? ctx.throw(401) : next())
    router.get('/guarded/:n', (ctx) => { ctx.body = 'x' })
    router.get('/first/:n', (ctx) => { ctx.body = 'x' })
    router.get('/first/list', (ctx) => { ctx.body = 'x' })
    router.get('/thrown/:n', () => { throw new Error('thrown') })
    router.get(/^\\/regular-(\\w+)$/, (ctx) => { ctx.body = 'x' })
    router.post('/posted/:n', (ctx) => { ctx.body = 'x' })
    router.use('/by/:tenant', inner.routes())
    app.use(router.routes())
    app.use(router.allowedMethods())
    const server = app.listen(0, '127.0.0.1')`
  for (const [packages, format, name] of [
    ['older', 'cjs', '@koa/router'],
    ['older', 'mjs', 'koa-router'],
    ['previous', 'cjs', 'koa-router'],
    ['previous', 'mjs', '@koa/router'],
    ['previous', 'cjs', '@koa/router'],
  ] as const)
    it(`is the pattern of Koa, ${packages === 'older' ? 2 : 3}, with ${name}, ${format}`, () =>
      check({
        ...{ packages, format },
        imports: [
          ['Koa', 'koa'],
          ['Router', name],
        ],
        body: koa,
        server: 'server',
        routes: {
          '/api/by/secret/item/secret?q=secret': [200, '/api/by/:tenant/item/:n'],
          '/api/by/secret': [200, '/api/by/:tenant'],
          '/api/guarded/secret': [200, '/api/guarded/:n'],
          '/api/guarded/secret?denied=1': [401, '/api/guarded/:n'],
          '/api/first/list': [200, '/api/first/:n'],
          '/api/thrown/secret': [500, '/api/thrown/:n'],
          '/api/posted/secret': [405, null],
          '/nowhere/secret': [404, null],
        },
      }))

  const hono = `
    const inner = new Hono()
    inner.get('/item/:n', (c) => c.text('x'))
    inner.onError((error, c) => c.text('x', 500))
    inner.get('/thrown/:n', () => { throw new Error('thrown') })
    const app = new Hono()
    app.use('*', async (c, next) => c.req.query('denied') ? c.text('x', 401) : next())
    app.get('/direct/:n{[a-z]+}', (c) => c.text('x'))
    app.get('/direct/:other', (c) => c.text('x'))
    app.get('/checked/:n', async (c, next) => next(), async (c) => c.json({}))
    app.all('/all/:n', (c) => c.text('x'))
    app.route('/by/:tenant', inner)
    const based = app.basePath('/based')
    based.get('/:n', (c) => c.text('x'))
    app.mount('/mounted', () => new Response('x'))
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })`
  for (const [packages, format] of [
    ['older', 'cjs'],
    ['older', 'mjs'],
    ['previous', 'cjs'],
    ['previous', 'mjs'],
  ] as const)
    it(`is the pattern of Hono, with @hono/node-server ${packages === 'older' ? 1 : 2}, ${format}`, () =>
      check({
        ...{ packages, format },
        imports: [
          ['{ Hono }', 'hono'],
          ['{ serve }', '@hono/node-server'],
        ],
        body: hono,
        server: 'server',
        routes: {
          '/direct/secret?q=secret': [200, '/direct/:n{[a-z]+}'],
          '/direct/secret?denied=1': [401, '/direct/:n{[a-z]+}'],
          '/direct/17': [200, '/direct/:other'],
          '/checked/secret': [200, '/checked/:n'],
          '/all/secret': [200, '/all/:n'],
          '/by/secret/item/secret': [200, '/by/:tenant/item/:n'],
          '/by/secret/thrown/secret': [500, '/by/:tenant/thrown/:n'],
          '/based/secret': [200, '/based/:n'],
          '/mounted/secret': [200, null],
          '/nowhere/secret': [404, null],
        },
      }))

  const nest = (adapter: string) => `
    class Items {
      item() { return 'x' }
      thrown() { throw new Error('thrown') }
    }
    for (const [name, path] of [['item', 'item/:n'], ['thrown', 'thrown/:n']])
      Get(path)(Items.prototype, name, Object.getOwnPropertyDescriptor(Items.prototype, name))
    Controller('by/:tenant')(Items)
    class Root {}
    Module({ controllers: [Items] })(Root)
    const app = await NestFactory.create(Root, ${adapter} { logger: false })
    app.setGlobalPrefix('api')
    await app.listen(0, '127.0.0.1')`
  for (const [platform, adapter, format] of [
    ['express', '', 'mjs'],
    ['express', '', 'cjs'],
    ['fastify', 'new FastifyAdapter(),', 'mjs'],
    ['fastify', 'new FastifyAdapter(),', 'cjs'],
  ] as const)
    it(`is the pattern of Nest on ${platform}, ${format}`, () =>
      check({
        packages: 'previous',
        format,
        imports: [
          ['* as metadata', 'reflect-metadata'],
          ['{ Controller, Get, Module }', '@nestjs/common'],
          ['{ NestFactory }', '@nestjs/core'],
          ...(platform === 'fastify' ? ([['{ FastifyAdapter }', '@nestjs/platform-fastify']] as const) : []),
        ],
        body: nest(adapter),
        server: 'app.getHttpServer()',
        routes: {
          '/api/by/secret/item/secret': [200, '/api/by/:tenant/item/:n'],
          '/api/by/secret/thrown/secret': [500, '/api/by/:tenant/thrown/:n'],
          '/nowhere/secret': [404, null],
        },
      }))

  it('is that of a Koa application that is mounted in another, whole', () =>
    check({
      packages: 'previous',
      imports: [
        ['Koa', 'koa'],
        ['Router', '@koa/router'],
        ['mount', 'koa-mount'],
      ],
      body: `
        const inner = new Koa()
        const routes = new Router()
        routes.get('/', (ctx) => { ctx.body = 'x' })
        routes.get('/item/:n', (ctx) => { ctx.body = 'x' })
        inner.use(routes.routes())
        const outer = new Router()
        outer.get('/mounted/outer/:n', (ctx) => { ctx.body = 'x' })
        const app = new Koa()
        app.use(mount('/mounted', inner))
        app.use(mount('/twice', mount('/mounted', inner)))
        app.use(outer.routes())
        const server = app.listen(0, '127.0.0.1')`,
      server: 'server',
      routes: {
        '/mounted/item/secret': [200, '/mounted/item/:n'],
        '/mounted': [200, '/mounted'],
        '/mounted/outer/secret': [200, '/mounted/outer/:n'],
        // The context has the inner mount alone.
        '/twice/mounted/item/secret': [200, null],
      },
    }))

  it('is the pattern that Next leaves with the request, and none of what else stands there', () =>
    check({
      packages: 'previous',
      imports: [],
      body: `
        const trap = { get pathname() { throw new Error('read') } }
        const left = {
          // What Next itself answers where nothing matched.
          '/missing/app': { match: { definition: { pathname: '/_not-found' } } },
          '/missing/pages': { match: { definition: { pathname: '/404' } } },
          '/page/secret': { match: { definition: { pathname: '/page/[slug]' } } },
          '/getter/secret': { match: { definition: trap } },
          '/long/secret': { match: { definition: { pathname: '/' + 'x'.repeat(128) } } },
          '/last/secret': { match: { definition: { pathname: '/' + 'x'.repeat(127) } } },
        }
        const server = http.createServer((req, res) => {
          req[Symbol.for('NextInternalRequestMeta')] = left[req.url]
          req.route = { path: req.url, get stack() { throw new Error('read') } }
          Object.defineProperty(req, 'baseUrl', { get() { throw new Error('read') } })
          res.end()
        }).listen(0, '127.0.0.1')`,
      server: 'server',
      routes: {
        '/missing/app': [200, null],
        '/missing/pages': [200, null],
        '/page/secret': [200, '/page/[slug]'],
        '/getter/secret': [200, null],
        '/long/secret': [200, null],
        '/last/secret': [200, `/${'x'.repeat(127)}`],
        '/nowhere/secret': [200, null],
      },
    }))

  it('patches nothing without requests, and with them nothing that an application would see', async () => {
    const body = `
      const own = (at) => [at.name, at.length, typeof at.prototype]
      print([own(Koa.prototype.createContext), own(finder.prototype.callHandler), new Hono().getPath.name])
      print([Koa.prototype.createContext, finder.prototype.callHandler].map((one) => String(one).includes('shell')))`
    const imports: readonly Import[] = [
      ['Koa', 'koa'],
      ['finder', 'find-my-way'],
      ['{ Hono }', 'hono'],
    ]
    const [bare, without, asked] = await Promise.all([
      run({ packages: 'older', imports, body, bare: true }),
      run({ packages: 'older', imports, body, config: { ...config, requests: false, targets: ['app'] } }),
      run({ packages: 'older', imports, body, config }),
    ])

    assert.deepEqual(without.printed, bare.printed)
    assert.deepEqual(asked.printed, [bare.printed[0], [true, true]])
  })
})
