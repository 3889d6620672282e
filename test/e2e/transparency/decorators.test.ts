import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { api, everything, run, sets } from '../../support/application.ts'
import { entryOf, shortOf, transparent } from '../../support/transparent.ts'

/** What TypeScript makes of `experimentalDecorators` and `emitDecoratorMetadata`. */
const helpers = `
const decorate = (decorators, target, key) => {
  if (key === undefined) return decorators.reduceRight((made, decorator) => decorator(made) ?? made, target)
  let descriptor = Object.getOwnPropertyDescriptor(target, key)
  for (const decorator of decorators.toReversed()) descriptor = decorator(target, key, descriptor) ?? descriptor
  Object.defineProperty(target, key, descriptor)
}
const types = (...all) => (target) => Reflect.defineMetadata('design:paramtypes', all, target)
`

const source = `
process.getBuiltinModule('node:module').createRequire(process.cwd() + '/own.js')('reflect-metadata')
${helpers}
const { EventEmitter } = process.getBuiltinModule('node:events')
const route = (path) => (target, key, descriptor) => Reflect.defineMetadata('path', path, descriptor.value)
const registry = new Map()
const register = (target) => void registry.set(target, target.name)
const field = (target, key) => void registry.set(target.constructor, key)
class Engine { run(text) { return 'ran ' + text } }
class Base { async search(text) { return 'base ' + text } }
class Search extends Base {
  constructor(engine) { super(); this.engine = engine }
  async search(text) { return this.engine.run(text) }
  plain(text) { return text }
  static make() { return new this(new Engine()) }
}
decorate([route('/search')], Search.prototype, 'search')
decorate([route('/plain')], Search.prototype, 'plain')
Reflect.defineMetadata('params', ['q'], Search, 'search')
decorate([register, types(Engine)], Search)
class Body { check() { return registry.get(this.constructor) } }
field(Body.prototype, 'text')
class Fields { find = async (text) => 'found ' + text }
decorate([types(Engine)], Fields)
const { search } = Search.prototype
const later = (key, value) => Reflect.defineMetadata(key, value, search)
function handler(text) { return text }
handler.option = 1
Reflect.defineMetadata('path', '/handler', handler)
const bus = new EventEmitter()
function onHit() { bus.hits = (bus.hits ?? 0) + 1 }
bus.on('hit', onHit)
`

transparent('what decorators keep by functions and classes', {
  source,
  exports: ['registry', 'Engine', 'Search', 'Body', 'Fields', 'later', 'handler', 'bus', 'onHit'],
  methods: [
    { at: 'Search.prototype.search', scope: 'search' },
    'Search.prototype.plain',
    { at: 'Engine.new.run', scope: 'run' },
    { at: 'Search.new.plain', scope: 'again' },
    { at: 'Body.new.check', scope: 'check' },
    { at: 'Fields.new.find', scope: 'find' },
    'handler',
    'onHit',
  ],
  cases: [
    {
      it: 'the metadata of a method, its own and what is defined later included',
      body: `const { search, plain } = own.Search.prototype
        print([Reflect.getMetadata('path', search), Reflect.getOwnMetadata('path', plain), Reflect.getOwnMetadataKeys(search)])
        own.later('guards', ['a'])
        print([Reflect.getMetadata('guards', search), Reflect.getMetadata('params', own.Search, 'search')])
        print([Reflect.getMetadata('path', own.handler), own.handler('a'), own.handler.option])
        print([search.constructor.name, Object.prototype.toString.call(search), search instanceof Function])
        class Sub extends own.Search { async search() { return 'sub' } }
        print(Reflect.getMetadata('path', Sub.prototype.search) ?? 'none')`,
      printed: [
        ['/search', '/plain', ['path']],
        [['a'], ['q']],
        ['/handler', 'a', 1],
        ['AsyncFunction', '[object AsyncFunction]', true],
        'none',
      ],
      records: ['handler'],
    },
    {
      it: 'a class that is named by `new` is found by itself, its constructor and its types',
      body: `print([own.registry.get(own.Search), Reflect.getMetadata('design:paramtypes', own.Search)[0] === own.Engine])
        const one = own.Search.make()
        print([await one.search('a'), one.plain('b'), one.constructor === own.Search, own.registry.get(one.constructor)])
        print([new own.Body().check(), own.registry.get(own.Body)])
        print([await new own.Fields().find('c'), Reflect.getOwnMetadata('design:paramtypes', own.Fields)[0] === own.Engine])`,
      printed: [
        ['Search', true],
        ['ran a', 'b', true, 'Search'],
        ['text', 'text'],
        ['found c', true],
      ],
      records: ['run', 'search', 'plain', 'again', 'check', 'find'],
    },
    {
      it: 'a listener that its module has put on is taken off',
      body: `own.bus.emit('hit')
        print([own.bus.hits, own.bus.listeners('hit')[0] === own.onHit, Object.keys(own.onHit)])
        own.bus.off('hit', own.onHit)
        own.bus.emit('hit')
        print([own.bus.hits, own.bus.listenerCount('hit')])
        own.bus.on('hit', own.onHit)
        print([own.bus.emit('hit'), own.bus.listeners('hit')[0] === own.onHit])
        own.bus.off('hit', own.onHit)
        print(own.bus.listenerCount('hit'))`,
      printed: [[1, true, []], [1, 0], [true, true], 0],
    },
  ],
})

const nest = (format: string) => `
${helpers}
class Service { async find(q) { return ['hit:' + q] } }
decorate([Injectable()], Service)
class Guard {
  constructor(reflector) { this.reflector = reflector }
  canActivate(context) { return this.reflector.getAllAndOverride('public', [context.getHandler(), context.getClass()]) === true }
}
decorate([Injectable(), types(Reflector)], Guard)
class Named {
  constructor(reflector) { this.reflector = reflector }
  intercept(context, next) {
    const name = context.getClass().name + '.' + context.getHandler().name + this.reflector.get('tag', context.getHandler())
    return next.handle().pipe(map((value) => ({ [name]: value })))
  }
}
decorate([Injectable(), types(Reflector)], Named)
class SearchController {
  constructor(service) { this.service = service }
  async search(q) { return this.service.find(q) }
  async marked(q) { return this.service.find(q) }
  closed() { return 'never' }
}
decorate([Get('search'), SetMetadata('public', true), SetMetadata('tag', '#')], SearchController.prototype, 'search')
decorate([profiled('own.hand'), Get('marked'), profiled('own.inner'), SetMetadata('public', true), SetMetadata('tag', '!')], SearchController.prototype, 'marked')
decorate([Get('closed')], SearchController.prototype, 'closed')
for (const name of ['search', 'marked']) Query('q')(SearchController.prototype, name, 0)
decorate([Controller(), UseGuards(Guard), UseInterceptors(Named), types(Service)], SearchController)
${format === 'cjs' ? 'Object.assign(exports, { SearchController, Service, Guard, Named })' : 'export { SearchController, Service, Guard, Named }'}
`
const body = `
class App {}
Module({ controllers: [SearchController], providers: [Service, Guard, Named] })(App)
const app = await NestFactory.create(App, { logger: false, abortOnError: false })
await app.listen(0, '127.0.0.1')
for (const path of ['search', 'marked', 'closed']) {
  const answer = await fetch(await app.getUrl() + '/' + path + '?q=a')
  print([answer.status, await answer.text()])
}
print([app.get(Service).constructor === Service, app.get(Service) instanceof Service])
await app.close()
`
const head = (format: string) =>
  [
    ["'reflect-metadata'", "'reflect-metadata'"],
    ['{ Controller, Get, SetMetadata, Injectable, UseGuards, UseInterceptors, Query }', "'@nestjs/common'"],
    ['{ Reflector }', "'@nestjs/core'"],
    ['{ map }', "'rxjs'"],
    ['{ profiled }', JSON.stringify(api)],
  ]
    .map(([names, from]) => {
      if (names === from) return format === 'cjs' ? `require(${from})` : `import ${from}`
      return format === 'cjs' ? `const ${names} = require(${from})` : `import ${names} from ${from}`
    })
    .join('\n')

describe('NestJS', () => {
  for (const packages of sets)
    for (const [format, way] of [
      ['cjs', 'new'],
      ['mjs', 'prototype'],
    ] as const)
      it(`finds routes, guards, interceptors and services, named by ${way}, as without the agent (${format}, ${packages})`, async () => {
        const own = `./search.${format}`
        const application = {
          packages,
          format,
          files: { [`search.${format}`]: `${head(format)}\n${nest(format)}` },
          imports: [
            ['{ SearchController, Service, Guard, Named }', own],
            ['{ NestFactory }', '@nestjs/core'],
            ['{ Module }', '@nestjs/common'],
          ] as const,
          config: {
            ...everything,
            instrumentations: [
              entryOf(own, [
                `SearchController.${way}.search`,
                `SearchController.${way}.closed`,
                `Service.${way}.find`,
                `Guard.${way}.canActivate`,
                `Named.${way}.intercept`,
              ]),
            ],
          },
          body,
        }

        const [bare, profiled] = await Promise.all([run({ ...application, bare: true }), run(application)])

        assert.equal(profiled.stderr, '')
        assert.deepEqual(profiled.printed, bare.printed)
        assert.deepEqual(bare.printed.slice(0, 2), [
          [200, '{"SearchController.search#":["hit:a"]}'],
          [200, '{"SearchController.marked!":["hit:a"]}'],
        ])
        const scopes = profiled.records.map(shortOf)
        assert.deepEqual(
          ['search', 'find', 'canActivate', 'intercept', 'hand', 'inner'].map(
            (name) => scopes.filter((scope) => scope === name).length,
          ),
          [1, 2, 3, 2, 1, 1],
        )
      })
})
