import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { everything, formats, type Outcome, run } from '../../support/application.ts'
import { both, quiet, scopes } from '../../support/both.ts'
import { mapped, together } from '../../support/together.ts'
import { entryOf } from '../../support/transparent.ts'

// 10 and 11
describe('a module whose exports change later', () => {
  const counter = 'export let n = 0\nexport function inc() { n++; return n }\nexport default inc\n'
  const body = `print([own.n, own.inc(), own.n, n, Object.keys(own)]); inc(); print([n, own.n])`
  const unsafe = (outcome: Outcome, why: RegExp) => {
    assert.deepEqual(outcome.records, [])
    const lines = outcome.stderr.split('\n').filter((line) => line.includes("can't be hooked"))
    assert.equal(lines.length, 1, outcome.stderr)
    assert.match(lines[0] ?? '', why)
    assert.match(outcome.stderr, /own: unsafe_exports \(/)
  }
  const env = { CROSSBRIDGE_PROFILING_DEBUG: '1' }

  it('keeps counting, and is profiled', async () => {
    const outcome = await both({
      files: { 'own.mjs': counter },
      entries: [entryOf('./own.mjs', ['inc'])],
      imports: [
        ['* as own', './own.mjs'],
        ['{ n, inc }', './own.mjs'],
      ],
      body,
    })

    quiet(outcome)
    assert.deepEqual(scopes(outcome), ['inc', 'inc'])
  })

  for (const [how, text] of [
    ['export *', "export * from './inner.mjs'\nexport const other = 1"],
    ['export { x } from', "export { n, inc } from './inner.mjs'"],
    ['an import that is exported', "import { n, inc } from './inner.mjs'\nexport { n, inc }"],
  ] as const) {
    it(`keeps counting through ${how}`, async () => {
      const outcome = await both({
        files: { 'inner.mjs': counter, 'own.mjs': text },
        entries: [entryOf('./own.mjs', ['inc'])],
        imports: [
          ['* as own', './own.mjs'],
          ['{ n, inc }', './own.mjs'],
        ],
        body,
        env,
      })

      unsafe(
        outcome,
        /inc can't be hooked in a module with exports that change later: .+; name that file as the module/,
      )
    })
  }

  it('may fill its classes later, beneath an importer that extends them', async () => {
    const outcome = await both({
      files: {
        'own.mjs': `var __esm = (fn, res) => () => (fn && (res = (0, fn[Object.keys(fn)[0]])(fn = 0)), res)
          var n
          var init_n = __esm({ 'n.js'() { n = class Service { search(text) { return 'found ' + text } } } })
          export { n, init_n }`,
        'sub.mjs':
          "import { n, init_n } from './own.mjs'\ninit_n()\nexport class Sub extends n { again(text) { return super.search(text) + '!' } }",
      },
      entries: [entryOf('./own.mjs', ['n.prototype.search'])],
      imports: [['{ Sub }', './sub.mjs']],
      body: "print([new Sub().again('a'), new Sub().search('b')])",
      env,
    })

    unsafe(outcome, /n\.prototype\.search can't be hooked: it gets its value only after .+; mark its calls by hand/)
  })

  it('is still patched where the application requires it', async () => {
    const outcome = await both({
      format: 'cjs',
      files: {
        'own.cjs':
          'let n = 0\nexports.inc = () => ++n\nObject.defineProperty(exports, "n", { get: () => n, enumerable: true })',
      },
      entries: [entryOf('./own.cjs', ['inc'])],
      imports: [['* as own', './own.cjs']],
      body: 'print([own.n, own.inc(), own.n, Object.keys(own)])',
    })

    quiet(outcome)
    assert.deepEqual(scopes(outcome), ['inc'])
  })
})

// 13
describe('a form of export', () => {
  const forms: Readonly<
    Record<string, readonly [source: string, at: readonly string[], body: string, scopes: readonly string[]]>
  > = {
    'a function': [
      'export function search(a) { return a }',
      ['search'],
      'print([own.search(1), own.search.name])',
      ['search'],
    ],
    'a const arrow': [
      'export const search = async (a) => a',
      ['search'],
      'print([await own.search(1), own.search.name, own.search.length])',
      ['search'],
    ],
    'another name': [
      'function inner(a) { return a }\nexport { inner as search }',
      ['search'],
      'print([own.search(1), own.search.name])',
      ['search'],
    ],
    'a class': [
      'export class S { search() { return 1 } }',
      ['S.prototype.search'],
      'print([new own.S().search(), own.S.name])',
      ['search'],
    ],
    "esbuild's var of a class": [
      'var S = class { search() { return 1 } }\nexport { S }',
      ['S.prototype.search'],
      'print([new own.S().search(), own.S.name])',
      ['search'],
    ],
    'a decorated class': [
      'const dec = (C) => class extends C {}\nlet S = class S { search() { return 1 } }\nS = dec(S)\nexport { S }',
      ['S.prototype.search'],
      'print(new own.S().search())',
      ['search'],
    ],
    'one function under several names': [
      'const search = async (a) => [a]\nexport { search, search as other, search as default }\nexport const api = { search, find: search }',
      ['search'],
      'print([await own.search(1), await own.other(2), await own.default(3), own.search === own.other, own.search === own.default])',
      ['search', 'search', 'search'],
    ],
    'an enum beside': [
      'export var Color;\n(function (Color) { Color[Color["Red"] = 0] = "Red" })(Color || (Color = {}));\nexport function search() { return Color.Red }',
      ['search'],
      'print([own.search(), own.Color])',
      ['search'],
    ],
    'a named default function': [
      'export default function search(a) { return a }',
      ['default'],
      'print([own.default(1), own.default.name])',
      ['default'],
    ],
    'an anonymous default function': [
      'export default function (a) { return a }',
      ['default'],
      'print([own.default(1), own.default.name])',
      ['default'],
    ],
    'a default arrow': [
      'export default async (a) => a',
      ['default'],
      'print([await own.default(1), own.default.name])',
      ['default'],
    ],
    'a default class': [
      'export default class S { search() { return 1 } }',
      ['default.prototype.search'],
      'print([new own.default().search(), own.default.name])',
      ['search'],
    ],
    'an anonymous default class': [
      'export default class { search() { return 1 } }',
      ['default.prototype.search'],
      'print([new own.default().search(), own.default.name])',
      ['search'],
    ],
    'a default object': [
      'export default { search(a) { return [a, Object.keys(this)] } }',
      ['default.search'],
      'print(own.default.search(1))',
      ['search'],
    ],
    'a default object, without its name': [
      'export default { search: (a) => a }',
      ['search'],
      'print(own.default.search(1))',
      ['search'],
    ],
    'a frozen default object': [
      'export default Object.freeze({ search: (a) => a, other: 1 })',
      ['default.search'],
      'print([own.default.search(1), own.default.other, Object.keys(own.default)])',
      ['search'],
    ],
    'a let that stays': ['export let search = (a) => a', ['search'], 'print(own.search(1))', ['search']],
    'an object': [
      'export const api = { v1: { search: (a) => a } }',
      ['api.v1.search'],
      'print(own.api.v1.search(1))',
      ['search'],
    ],
    'an instance': [
      'class S { search() { return 1 } }\nexport const service = new S()',
      ['service.search'],
      'print([own.service.search(), Object.keys(own.service)])',
      ['search'],
    ],
    'a star re-export': [
      "export * from './inner.mjs'",
      ['search'],
      'print([own.search(1), Object.keys(own)])',
      ['search'],
    ],
    'a function with top-level await before it': [
      "const { x } = await import('./inner.mjs')\nexport const search = (a) => [a, x]",
      ['search'],
      'print(own.search(1))',
      ['search'],
    ],
  }
  together(
    'is patched as an import',
    'mjs',
    mapped(forms, ([source, at, body, expected]) => ({
      files: { 'own.mjs': source, 'inner.mjs': 'export const x = 7\nexport const search = (a) => a' },
      module: 'own.mjs',
      at,
      load: "import * as own from './own.mjs'",
      body,
      scopes: expected,
    })),
  )

  const required: Readonly<
    Record<string, readonly [source: string, at: readonly string[], body: string, scopes: readonly string[]]>
  > = {
    'module.exports = function': [
      'module.exports = function search(a) { return [a, this === undefined] }',
      ['default'],
      'const search = own; print([search(1).length, search.name])',
      ['default'],
    ],
    'module.exports = function with properties': [
      'module.exports = function search(a) { return a }\nmodule.exports.other = (a) => a + 1',
      ['default', 'other'],
      'print([own(1), own.other(1), Object.keys(own)])',
      ['default', 'other'],
    ],
    'module.exports = class': [
      'module.exports = class S { search() { return 1 } static make() { return new this() } }',
      ['prototype.search', 'make'],
      'print([own.make().search(), own.name])',
      ['make', 'search'],
    ],
    'module.exports = class, named as a default': [
      'module.exports = class S { search() { return 1 } }',
      ['default.prototype.search'],
      'print(new own().search())',
      ['search'],
    ],
    'exports.name': [
      'exports.search = (a) => a\nexports.again = (a) => exports.search(a)',
      ['search'],
      'print([own.search(1), own.again(2), Object.keys(own)])',
      ['search', 'search'],
    ],
    'getters only': [
      'const search = (a) => a\nlet n = 0\nObject.defineProperty(exports, "search", { enumerable: true, get: () => search })\nObject.defineProperty(exports, "n", { enumerable: true, get: () => n++ })',
      ['search'],
      'print([own.search(1), own.n, own.n, Object.keys(own)])',
      ['search'],
    ],
    'frozen exports': [
      'module.exports = Object.freeze({ search: (a) => a, b: 2 })',
      ['search'],
      'print([own.search(1), own.b, Object.keys(own)])',
      ['search'],
    ],
    'a function that is its own default and name': [
      'function search(a) { return [a] }\nexports = module.exports = search\nexports.default = search\nexports.search = search',
      ['default'],
      'print([own(1), own.default(2), own.search(3), own.default === own, own.search === own, own.name, Object.keys(own)])',
      ['default', 'default', 'default'],
    ],
    'a function with its own name on it': [
      'module.exports = function search(a) { return [a] }\nmodule.exports.search = module.exports',
      ['search'],
      'print([own(1), own.search(2), own.search === own, own.search.search === own])',
      ['search', 'search'],
    ],
    'a named function that has itself as a property': [
      'exports.run = function run(a) { return [a] }\nexports.run.default = exports.run.now = exports.run\nexports.again = exports.run',
      ['again'],
      'print([own.run(1), own.again(2), own.run.now(3), own.again === own.run, own.run.default === own.run])',
      ['again', 'again', 'again'],
    ],
    'a class that is its own default and name': [
      'module.exports = class S { search = () => [1] }\nmodule.exports.default = module.exports\nmodule.exports.S = module.exports',
      ['S.new.search'],
      'print([new own().search(), new own.S().search(), own.default === own, own.S === own, new own.S().constructor === own])',
      ['search', 'search'],
    ],
    'objects of a class, named as a default': [
      'module.exports = class S { search = () => [1] }',
      ['default.new.search'],
      'print([new own().search(), new own().constructor === own])',
      ['search'],
    ],
    'getters to one function': [
      'const search = (a) => a\nfor (const name of ["search", "other", "default"]) Object.defineProperty(exports, name, { enumerable: true, get: () => search })\nObject.defineProperty(exports, "__esModule", { value: true })',
      ['other'],
      'print([own.search(1), own.other(2), own.default(3), own.search === own.other, own.search === own.default, Object.keys(own)])',
      ['other', 'other', 'other'],
    ],
    'a getter that loads what nobody has asked for': [
      'exports.search = (a) => a\nObject.defineProperty(exports, "heavy", { enumerable: true, configurable: true, get: () => { throw new Error("loaded") } })',
      ['search'],
      'print([own.search(1), Object.keys(own)])',
      ['search'],
    ],
    'frozen exports with one function under two names': [
      'const search = (a) => a\nmodule.exports = Object.freeze({ search, other: search, b: 2 })',
      ['search'],
      'print([own.search(1), own.other(2), own.search === own.other, Object.isFrozen(own)])',
      ['search', 'search'],
    ],
    __esModule: [
      'Object.defineProperty(exports, "__esModule", { value: true })\nexports.default = { search: (a) => a }\nexports.other = 1',
      ['default.search'],
      'print([own.default.search(1), own.__esModule, own.other])',
      ['search'],
    ],
  }
  together(
    'is patched as required',
    'cjs',
    mapped(required, ([source, at, body, expected]) => ({
      files: { 'own.cjs': source },
      module: 'own.cjs',
      at,
      load: "const own = require('./own.cjs')",
      body: `${body}; print(require('./own.cjs') === own)`,
      scopes: expected,
    })),
  )
  // 16
  together(
    'is patched as an import of CommonJS',
    'mjs',
    mapped(required, ([source, at, body, expected]) => ({
      files: { 'own.cjs': source },
      module: 'own.cjs',
      at,
      load: '',
      body: `const all = await import('./own.cjs')
        const own = all.default
        ${body}
        print(Object.keys(all).filter((key) => key !== 'default' && all[key] !== own[key] && key !== 'module.exports' && key !== 'n'))
        print(['search', 'other', 'make', '__esModule'].map((key) => typeof all[key]))`,
      scopes: expected,
    })),
  )

  it('is reported where it is a class instead of a function', async () => {
    const outcome = await both({
      files: { 'own.mjs': 'export class S { static #x = 1; static read() { return this.#x } search() { return 1 } }' },
      entries: [entryOf('./own.mjs', ['S'])],
      imports: [['{ S }', './own.mjs']],
      body: 'print([S.read(), new S().search()])',
    })

    assert.match(outcome.stderr, /there is no function at S \(it is a class; name one of its methods\)/)
  })
})

describe('a module reached in several ways', () => {
  const service = `export class Service { async search(text) { return text } }
    export function search(text) { return text }
    export default search`

  // 14
  it('has one wrapper and one class for import and require', async () => {
    const outcome = await both({
      files: { 'own.mjs': service },
      entries: [entryOf('./own.mjs', ['search', 'Service.prototype.search'])],
      imports: [
        ['* as own', './own.mjs'],
        ['{ createRequire }', 'node:module'],
      ],
      body: `const required = createRequire(import.meta.url)('./own.mjs')
        print([own.Service === required.Service, own.search === required.search, own.default === required.default, Object.keys(required), Object.keys(own)])
        print([required.search(1), own.search(2), await new required.Service().search(3), await new own.Service().search(4)])`,
      env: { NODE_NO_WARNINGS: '1' },
    })

    quiet(outcome)
    assert.deepEqual(scopes(outcome), ['search', 'search', 'search', 'search'])
  })

  // 15
  it('is patched where a CommonJS entry requires an ES module, its dependencies loaded too', async () => {
    const outcome = await both({
      format: 'cjs',
      files: {
        'own.mjs': `import { base } from './inner.mjs'\nimport old from './old.cjs'\n${service}\nexport const all = [base, old.old]`,
        'inner.mjs': 'export const base = 1',
        'old.cjs': 'exports.old = 2',
      },
      entries: [entryOf('./own.mjs', ['search', 'Service.prototype.search'])],
      body: `const own = require('./own.mjs')
        const again = await import('./own.mjs')
        print([own.all, own.Service === again.Service, own.search === again.search, require('./own.mjs') === own])
        print([own.search(1), again.search(2), await new own.Service().search(3)])`,
      env: { NODE_NO_WARNINGS: '1' },
    })

    quiet(outcome)
    assert.deepEqual(scopes(outcome), ['search', 'search', 'search'])
  })

  it('is patched once for a require and an import of CommonJS', async () => {
    const outcome = await both({
      files: { 'own.cjs': 'exports.search = (a) => a\nexports.Service = class Service { search() { return 1 } }' },
      entries: [entryOf('./own.cjs', ['search', 'Service.prototype.search'])],
      imports: [
        ['own', './own.cjs'],
        ['{ search, Service }', './own.cjs'],
        ['{ createRequire }', 'node:module'],
      ],
      body: `const required = createRequire(import.meta.url)('./own.cjs')
        print([required === own, required.search === search, own.search === search, required.Service === Service])
        print([search(1), own.search(2), required.search(3), new Service().search()])`,
    })

    quiet(outcome)
    assert.deepEqual(scopes(outcome), ['search', 'search', 'search', 'search'])
  })

  // 17
  it('may be part of a circle of imports, with classes that extend across it', async () => {
    const outcome = await both({
      files: {
        'own.mjs': `import { Sub } from './sub.mjs'\nexport class Service { search() { return 'service' } static sub() { return new Sub() } }\nexport function search(a) { return a }`,
        'sub.mjs':
          "import { Service, search } from './own.mjs'\nlet made\nexport class Sub { search() { made ??= class extends Service {}; return 'sub ' + new made().search() + search(1) } }",
        'start.mjs': "export * from './own.mjs'\nexport * from './sub.mjs'",
      },
      entries: [entryOf('./own.mjs', ['search', 'Service.prototype.search'])],
      imports: [['{ Service, search }', './start.mjs']],
      body: 'print([Service.sub().search(), new Service().search(), search(2)])',
    })

    quiet(outcome)
    assert.ok(outcome.records.length >= 3)
  })

  it('may be part of a circle of requires, with classes that extend across it', async () => {
    const outcome = await both({
      format: 'cjs',
      files: {
        'base.cjs':
          "class Service { search() { return 'base' } }\nexports.Service = Service\nexports.make = () => new (require('./sub.cjs').Sub)()",
        'own.cjs':
          "exports.helper = () => 'helper'\nconst { Sub } = require('./sub.cjs')\nexports.Service = class extends Sub { search() { return 'own ' + super.search() } }",
        'sub.cjs':
          "const own = require('./own.cjs')\nconst { Service } = require('./base.cjs')\nexports.Sub = class extends Service { search() { return 'sub ' + super.search() + own.helper() } }",
      },
      entries: [entryOf('./own.cjs', ['helper', 'Service.prototype.search'])],
      imports: [['{ Service }', './own.cjs']],
      body: 'print(new Service().search())',
    })

    quiet(outcome)
    assert.ok(outcome.records.length >= 1)
  })

  it('may be beside json, and copies by query are patched each', async () => {
    const outcome = await both({
      files: {
        'own.mjs':
          "import data from './data.json' with { type: 'json' }\nlet n = 0\nexport const search = () => [++n, data.value, import.meta.url.split('?')[1] ?? 'none']",
        'data.json': '{ "value": 5 }',
      },
      entries: [entryOf('./own.mjs', ['search'])],
      body: `const copies = [await import('./own.mjs'), await import('./own.mjs?v=1'), await import('./own.mjs?v=2'), await import('./own.mjs?v=1')]
        print(copies.map((own) => own.search()))
        print([copies[1] === copies[3], copies[0] === copies[1], copies[1].search === copies[2].search])`,
      env: { NODE_NO_WARNINGS: '1' },
    })

    quiet(outcome)
    assert.deepEqual(scopes(outcome), ['search', 'search', 'search', 'search'])
  })

  it('throws from its own lines and columns', async () => {
    const outcome = await both({
      files: {
        'own.mjs': 'export function search() {\n\n      throw new Error("here")\n}\nexport const url = import.meta.url',
      },
      entries: [entryOf('./own.mjs', ['search'])],
      imports: [['{ search, url }', './own.mjs']],
      body: "try { search() } catch (error) { print([error.stack.split('\\n')[1].match(/own\\.mjs:\\d+:\\d+/)[0], url.endsWith('/own.mjs')]) }",
    })

    assert.deepEqual(outcome.printed, [['own.mjs:3:13', true]])
  })

  it('is patched as a class that a CommonJS package re-exports', async () => {
    const star = 'var __exportStar = function (m, exports) { for (const p in m) exports[p] = m[p] }'
    const outcome = await both({
      files: {
        'node_modules/finder/package.json': '{ "name": "finder", "version": "1.0.0", "main": "./index.js" }',
        'node_modules/finder/index.js': `${star}\n__exportStar(require("./finder"), exports)`,
        'node_modules/finder/finder.js': 'exports.Finder = class Finder { search(text) { return text } }',
      },
      entries: [entryOf('finder', ['Finder.prototype.search'], 'finder')],
      imports: [['{ Finder }', 'finder']],
      body: "print(new Finder().search('a'))",
    })

    quiet(outcome)
    assert.deepEqual(scopes(outcome), ['search'])
  })

  it('is patched where its own files require it in a circle, without a word', async () => {
    const outcome = await both({
      files: {
        'node_modules/finder/package.json': '{ "name": "finder", "version": "1.0.0", "main": "./index.js" }',
        'node_modules/finder/index.js':
          'require("./inner")\nexports.Finder = class Finder { search(text) { return text } }',
        'node_modules/finder/inner.js': 'const whole = require("finder")\nexports.made = () => new whole.Finder()',
      },
      entries: [entryOf('finder', ['Finder.prototype.search'], 'finder')],
      imports: [['{ Finder }', 'finder']],
      body: "print(new Finder().search('a'))",
    })

    quiet(outcome)
    assert.deepEqual(scopes(outcome), ['search'])
  })

  it('fails to load as it would', async () => {
    const outcome = await both({
      files: {
        'own.mjs': 'export const search = 1\nthrow new RangeError("load")',
        'bad.mjs': "import './missing.mjs'\nexport const search = 1",
      },
      entries: [entryOf('./own.mjs', ['search']), entryOf('./bad.mjs', ['search'], 'bad')],
      body: `for (const name of ['./own.mjs', './own.mjs', './bad.mjs', './none.mjs']) await import(name).catch((error) => print([error.constructor.name, error.code ?? error.message]))
        const { createRequire } = await import('node:module')
        for (const name of ['./own.mjs', './none.cjs']) try { createRequire(import.meta.url)(name) } catch (error) { print([error.constructor.name, error.code ?? error.message]) }`,
      env: { NODE_NO_WARNINGS: '1' },
    })

    assert.equal(outcome.printed.length, 6)
  })
})

describe('a package of the application', () => {
  const dual = (version: string, extra = '') => ({
    'package.json': JSON.stringify({
      name: 'finder',
      version,
      exports: {
        '.': { import: './index.mjs', require: './index.cjs' },
        './sub': { import: './sub.mjs', require: './sub.cjs' },
        './package.json': './package.json',
      },
    }),
    'index.mjs': `import { deep } from './lib/deep.mjs'\nexport class Finder { search(text) { return ['${version}', text] } deep(a) { return deep(a) } }${extra}`,
    'index.cjs': `const { deep } = require('./lib/deep.cjs')\nexports.Finder = class Finder { search(text) { return ['${version}', text] } deep(a) { return deep(a) } }`,
    'lib/deep.mjs': 'export class Inner { go(a) { return a } }\nexport const deep = (a) => new Inner().go(a)',
    'lib/deep.cjs':
      'class Inner { go(a) { return a } }\nexports.Inner = Inner\nexports.deep = (a) => new Inner().go(a)',
    'sub.mjs': 'export const search = (a) => a',
    'sub.cjs': 'exports.search = (a) => a',
  })
  const under = (folder: string, files: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]))
  const finder = entryOf('finder', ['Finder.prototype.search'], 'finder')
  const body = "print(new Finder().search('a')); print(new Finder().deep('b'))"

  for (const format of formats) {
    const imports = [['{ Finder }', 'finder']] as const

    it(`is patched by its name, ${format}`, async () => {
      const outcome = await both({
        format,
        files: under('node_modules/finder', dual('1.0.0')),
        entries: [finder],
        imports,
        body,
      })

      quiet(outcome)
      assert.deepEqual(scopes(outcome), ['search'])
    })

    it(`is patched by an internal file, ${format}`, async () => {
      const entry = { ...entryOf('finder', ['Inner.prototype.go'], 'inner'), file: 'lib/deep' }
      const outcome = await both({
        format,
        files: under('node_modules/finder', dual('1.0.0')),
        entries: [finder, entry],
        imports,
        body,
      })

      quiet(outcome)
      assert.deepEqual(scopes(outcome), ['search', 'go'])
    })

    it(`is patched by the index of an internal folder, not by a file of that name, ${format}`, async () => {
      const inner = {
        cjs: 'exports.Inner = class { go() { return 1 } }',
        mjs: 'export class Inner { go() { return 1 } }',
      }
      const main = {
        cjs: "exports.made = [require('./deep.js'), require('./deep/index.js')].map(({ Inner }) => new Inner())",
        mjs: "import { Inner } from './deep.js'; import * as b from './deep/index.js'; export const made = [new Inner(), new b.Inner()]",
      }
      const outcome = await both({
        format,
        files: under('node_modules/finder', {
          'package.json': `{ "name": "finder", "version": "1.0.0", "type": "${format === 'mjs' ? 'module' : 'commonjs'}", "exports": "./lib/main.js" }`,
          'lib/main.js': main[format],
          'lib/deep/index.js': inner[format],
          'lib/deep.js': inner[format],
        }),
        entries: [{ ...entryOf('finder', ['Inner.prototype.go'], 'inner'), file: 'lib/deep/index' }],
        imports: [['{ made }', 'finder']],
        body: 'print(made[0].go()); print(made[1].go())',
      })

      quiet(outcome)
      assert.deepEqual(scopes(outcome), ['go'])
    })

    it(`is patched by a sub-path, ${format}`, async () => {
      const outcome = await both({
        format,
        files: under('node_modules/finder', dual('1.0.0')),
        entries: [entryOf('finder/sub', ['search'])],
        imports: [['{ search }', 'finder/sub']],
        body: 'print(search(1))',
      })

      quiet(outcome)
      assert.deepEqual(scopes(outcome), ['search'])
    })

    it(`is patched in both of its versions, ${format}`, async () => {
      const user = { mjs: "export { Finder as Old } from 'finder'", cjs: "exports.Old = require('finder').Finder" }
      const outcome = await both({
        format,
        files: {
          ...under('node_modules/finder', dual('2.0.0')),
          ...under('node_modules/user/node_modules/finder', dual('1.0.0')),
          'node_modules/user/package.json': `{ "name": "user", "exports": "./index.${format}" }`,
          [`node_modules/user/index.${format}`]: user[format],
        },
        entries: [finder],
        imports: [...imports, ['{ Old }', 'user']],
        body: "print([new Finder().search('a'), new Old().search('b')])",
      })

      quiet(outcome)
      assert.deepEqual(scopes(outcome), ['search', 'search'])
    })

    it(`is patched where a workspace links it from outside of node_modules, ${format}`, async () => {
      const outcome = await both({
        format,
        files: under('packages/finder', dual('1.0.0')),
        links: [['node_modules/finder', 'packages/finder']],
        entries: [finder],
        imports,
        body,
      })

      quiet(outcome)
      assert.deepEqual(scopes(outcome), ['search'])
    })

    it(`is patched by an internal file where a workspace links it, ${format}`, async () => {
      const entry = { ...entryOf('finder', ['Inner.prototype.go'], 'inner'), file: 'lib/deep' }
      const outcome = await both({
        format,
        files: under('packages/finder', dual('1.0.0')),
        links: [['node_modules/finder', 'packages/finder']],
        entries: [entry],
        imports,
        body,
      })

      quiet(outcome)
      assert.deepEqual(scopes(outcome), ['go'])
    })

    it(`is patched by the path of a linked file, ${format}`, async () => {
      const outcome = await both({
        format,
        files: { 'real/own.mjs': 'export const search = (a) => a', 'real/own.cjs': 'exports.search = (a) => a' },
        links: [['src', 'real']],
        entries: [entryOf('./src/own.js', ['search'])],
        imports: [['{ search }', `./src/own.${format}`]],
        body: 'print(search(1))',
      })

      quiet(outcome)
      assert.deepEqual(scopes(outcome), ['search'])
    })

    it(`is patched in a pnpm store, its internal files too, ${format}`, async () => {
      const entry = { ...entryOf('finder', ['Inner.prototype.go'], 'inner'), file: 'lib/deep' }
      const outcome = await both({
        format,
        files: under('node_modules/.pnpm/finder@1.0.0/node_modules/finder', dual('1.0.0')),
        links: [['node_modules/finder', 'node_modules/.pnpm/finder@1.0.0/node_modules/finder']],
        entries: [finder, entry],
        imports,
        body,
      })

      quiet(outcome)
      assert.deepEqual(scopes(outcome), ['search', 'go'])
    })

    it(`is told with the nearest names where a path finds nothing, ${format}`, async () => {
      const outcome = await both({
        format,
        files: under('node_modules/finder', dual('1.2.3')),
        entries: [
          entryOf('finder', ['Finder.prototype.serch', 'Finder.prototype.deep', 'Finde.prototype.search'], 'finder'),
        ],
        imports,
        body,
        env: { CROSSBRIDGE_PROFILING_DEBUG: '1' },
      })

      assert.match(
        outcome.stderr,
        /finder: Finder\.prototype\.serch was not found in finder 1\.2\.3, there is no function at Finder\.prototype\.serch; near it: search; it is not profiled/,
      )
      assert.match(outcome.stderr, /finder: Finde\.prototype\.search was not found .* at Finde; near it: Finder;/)
      assert.match(outcome.stderr, /finder: shape_mismatch \(Finder\.prototype\.serch/)
      assert.deepEqual(scopes(outcome), ['deep'])
    })
  }

  it('takes a file of the application by its path below the configuration', async () => {
    const outcome = await run({
      files: { 'src/deep/own.mjs': 'export const search = (a) => a' },
      config: { ...everything, instrumentations: [entryOf('./src/deep/own.js', ['search'])] },
      imports: [['{ search }', './src/deep/own.mjs']],
      body: 'print(search(1))',
    })

    assert.equal(outcome.stderr, '')
    assert.deepEqual(scopes(outcome), ['search'])
  })
})
