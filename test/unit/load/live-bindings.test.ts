import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import * as module from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { liveExports } from '../../../agent/load/live-bindings.ts'

let folder = ''
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'live-'))
})
after(() => rmSync(folder, { recursive: true }))

let made = 0
function liveIn(files: string | Readonly<Record<string, string>>, entry = 'a.mjs'): string[] {
  const place = join(folder, String(made++))
  for (const [name, text] of Object.entries(typeof files === 'string' ? { [entry]: files } : files)) {
    mkdirSync(dirname(join(place, name)), { recursive: true })
    writeFileSync(join(place, name), text)
  }
  return liveExports(join(place, entry)).sort()
}

const live: Readonly<Record<string, string>> = {
  'a counter': 'export let n = 0\nexport function inc() { n++ }',
  'a counter before its declaration': 'export function inc() { ++n }\nexport let n = 0',
  'export var': 'export var n\nexport const set = (v) => { n = v }',
  'a declaration apart from its export': 'let n = 0; function f() { n += 1 }\nexport { n }',
  'another name': 'let inner; const f = () => (inner = 1)\nexport { inner as n, f }',
  'a default': 'let inner; const f = () => { inner ??= 1 }\nexport { inner as default, f }',
  'a lazily filled class': 'export var n; var init = () => { n = class extends Base {} }',
  "esbuild's lazy initialiser":
    'var __esm = (fn, res) => () => (fn && (res = (0, fn[Object.keys(fn)[0]])(fn = 0)), res);\nvar n;\nvar init_n = __esm({ "n.js"() { "use strict"; n = class { go() {} }; } });\nexport { n, init_n };',
  "rolldown's lazy initialiser": 'var n, init_n = __esmMin((() => { n = class Svc {} }));\nexport { init_n, n };',
  'a function declaration that is replaced': 'export function n() { n = () => 2; return 1 }',
  'a default function that is replaced': 'export default function n() { n = () => 2; return 1 }',
  'a class that is replaced': 'export class n {}\nexport const reset = () => { n = class {} }',
  'a method': 'export let n = 0\nexport class C { go() { n = 1 } }',
  'a getter, a setter, a private and a static method':
    'let n; class C { set v(x) { n = x } get v() { return 1 } #p() {} static s() {} }\nexport { n }',
  'a field that is filled for each object': 'export let n = 0\nexport class C { id = (n = n + 1) }',
  'array destructuring': 'export let n\nexport const f = () => { [n] = [1] }',
  'array destructuring with a rest': 'export let n\nexport const f = () => { [a, ...n] = [1] }',
  'object destructuring': 'export let n\nexport const f = () => { ({ n } = { n: 1 }) }',
  'renamed object destructuring': 'export let n\nexport const f = (v) => { ({ a: n } = v) }',
  'object destructuring with a default': 'export let n\nexport const f = (v) => { ({ a: n = 1 } = v) }',
  'object destructuring with a rest': 'export let n\nexport const f = (v) => { ({ a, ...n } = v) }',
  'destructuring in a loop': 'export let n\nexport const f = (v) => { for ({ n } of v); }',
  'a loop over it': 'export let n\nexport const f = (list) => { for (n of list); }',
  'a loop over keys': 'export let n\nexport const f = (list) => { for (n in list); }',
  'an asynchronous loop': 'export let n\nexport const f = async (list) => { for await (n of list); }',
  parentheses: 'export let n\nexport const f = () => { (n) = 1 }',
  'a comment between': 'export let n\nexport const f = () => { n /* now */ = 1 }',
  'a line comment between': 'export let n\nexport const f = () => { n // now\n = 1 }',
  'all assignment operators': 'export let n = 1\nexport const f = () => { n **= 2; n >>>= 1; n ||= 3 }',
  'a callback at the top': 'export let n\nsetTimeout(() => { n = 1 }, 1)',
  'an asynchronous function that is called at once': 'export let n\n;(async () => { await 1; n = 1 })()',
  'a promise at the top': 'export let n\nimport("./b.mjs").then((m) => { n = m })',
  'several declarations': 'export let a = 1, n = 2\nexport const f = () => { n = a }',
  'a name with $': 'export let n$ = 0\nexport const f = () => { n$++ }',
  'a name that the inner function does not shadow, beside one that does':
    'export let n = 0\nexport function f(n) { n = 1 }\nexport function g() { n = 2 }',
  'a block that shadows it after the assignment': 'export let n\nexport function f() { n = 1; { let n = 2; n++ } }',
}

const fixed: Readonly<Record<string, string>> = {
  'functions and classes':
    'export function a() {}\nexport class B { go() { this.n = 1 } }\nexport async function* c() {}',
  'a const arrow': 'export const a = async () => 1',
  'a let that nobody assigns': 'export let a = 1\nexport const b = () => a === 1 && a == 1 && a >= 1 && a <= 2',
  'a let that the top level alone assigns': 'export let a\na = 1\nif (a) a = 2\nfor (a of [1]);',
  'top-level await': 'export let a = await import("node:fs")\na = await 1',
  'a TypeScript enum':
    'export var Color;\n(function (Color) {\n  Color[Color["Red"] = 0] = "Red";\n})(Color || (Color = {}));',
  "esbuild's enum":
    'export var Color = /* @__PURE__ */ ((Color2) => { Color2[Color2["Red"] = 0] = "Red"; return Color2; })(Color || {});',
  'a TypeScript namespace':
    'export var N;\n(function (N) { let x = 1; function f() { x++; } N.f = f; })(N || (N = {}));',
  'TypeScript decorators':
    'let Service = class Service { search() {} };\nService = __decorate([dec], Service);\nexport { Service };',
  'TypeScript decorators with a reference to itself':
    'var Service_1;\nlet Service = Service_1 = class Service { make() { return new Service_1() } };\nService = Service_1 = __decorate([dec], Service);\nexport { Service };',
  'standard decorators by TypeScript':
    'let Service = (() => {\n  let _classDecorators = [dec];\n  let _classThis;\n  var Service = class {\n    static { _classThis = this; }\n    static {\n      Service = _classThis = _d.value;\n    }\n  };\n  return Service = _classThis;\n})();\nexport { Service };',
  "esbuild's decorators":
    'var _dec, _init;\n_dec = [dec];\nclass Service { search() {} }\n_init = __decoratorStart(null);\nService = __decorateElement(_init, 0, "Service", _dec, Service);\n__runInitializers(_init, 1, Service);\nexport { Service };',
  "esbuild's classes":
    'var Service = class { search() {} };\nvar Sub = class extends Service {};\nexport { Service, Sub };',
  "Babel's classes":
    'export let Service = /*#__PURE__*/function () { function Service() {} Service.prototype.search = function () {}; return Service; }();',
  'a function that is called at once':
    'export let a\n;(function () { a = 1 })()\n;(() => { a = 2 })()\n!function () { a = 3 }()',
  'shadowing parameters':
    'export let a = 1\nexport const f = (a) => { a = 2 }\nexport const g = ({ a }, [b, ...c]) => { a++ }',
  'shadowing declarations': 'export let a = 1\nexport function f() { let a; a = 2; { a++ } }',
  'a shadowing var further down': 'export let a = 1\nexport function f() { a = 2; if (x) { var a } }',
  'a shadowing function name': 'export let a = 1\nexport function f() { function a() {} a = 2 }',
  'a shadowing catch and a shadowing loop':
    'export let a = 1\nexport function f() { try {} catch (a) { a = 2 } for (let a = 0; a < 1; a++); for (const a of []) a; for (let a of []) a = 1 }',
  'the name of a function expression': 'export let a = 1\nexport const f = function a() { a = 2 }',
  'properties of that name':
    'export let a = {}\nexport function f(o) { o.a = 1; o.a++; a.b = 2; a.c++; o = { a: 3, a }; o = class { a = 1 } }',
  'texts and comments': 'export let a = 1 // a = 2 later\nexport const f = () => "a = 2" + `a++` + /a=2/.source',
  'a namespace and json': 'import * as ns from "./b.mjs"\nexport { ns }\nexport * as all from "./b.mjs"',
  'a default expression': 'let a = 1; const f = () => { a = 2 }\nexport default a',
  nothing: '',
}

describe('exports that change later', () => {
  for (const [name, source] of Object.entries(live)) {
    it(`are found: ${name}`, () => {
      const expected = source.includes('n$')
        ? ['n$']
        : source.includes('inner as n') || source.includes('inner as default')
          ? ['inner']
          : ['n']

      assert.deepEqual(liveIn(source), expected)
    })
  }
  for (const [name, source] of Object.entries(fixed)) {
    it(`are not seen where there are none: ${name}`, () => {
      assert.deepEqual(liveIn({ 'a.mjs': source, 'b.mjs': 'export let n = 0\nexport const f = () => n++' }), [])
    })
  }

  it('are found through re-exports of the same package', () => {
    const counter = 'export let n = 0\nexport function inc() { n++ }'

    assert.deepEqual(liveIn({ 'a.mjs': "export * from './b.mjs'", 'b.mjs': counter }), ['n'])
    assert.deepEqual(liveIn({ 'a.mjs': "export { n } from './b.mjs'", 'b.mjs': counter }), ['n'])
    assert.deepEqual(liveIn({ 'a.mjs': "export { n as other } from './b.mjs'", 'b.mjs': counter }), ['n'])
    assert.deepEqual(
      liveIn({ 'a.mjs': "export * from './b.mjs'", 'b.mjs': "export * from './c/d.mjs'", 'c/d.mjs': counter }),
      ['n'],
    )
    assert.deepEqual(liveIn({ 'a.mjs': "import { n } from './b.mjs'\nexport { n }", 'b.mjs': counter }), ['n'])
    assert.deepEqual(
      liveIn({ 'a.mjs': "import { inc, n as m } from './b.mjs'\nexport { m as other }", 'b.mjs': counter }),
      ['n'],
    )
    assert.deepEqual(
      liveIn({
        'a.mjs': "import m from './b.mjs'\nexport { m }",
        'b.mjs': 'let n = 0\nexport { n as default }\nexport const f = () => n++',
      }),
      ['n'],
    )
    assert.deepEqual(
      liveIn({
        'a.mjs': "export * from 'other'",
        'node_modules/other/package.json': '{"type":"module","exports":"./index.js"}',
        'node_modules/other/index.js': counter,
      }),
      ['n'],
    )
  })

  it('are not seen in what is not re-exported', () => {
    const counter = 'export let n = 0\nexport function inc() { n++ }'

    assert.deepEqual(liveIn({ 'a.mjs': "export { inc } from './b.mjs'", 'b.mjs': counter }), [])
    assert.deepEqual(
      liveIn({
        'a.mjs': "import { n, inc } from './b.mjs'\nexport const get = () => n\nexport { inc }",
        'b.mjs': counter,
      }),
      [],
    )
    assert.deepEqual(
      liveIn({ 'a.mjs': "import { inc } from './b.mjs'\nexport { inc }\nexport const f = inc", 'b.mjs': counter }),
      [],
    )
  })

  it('end in circles of re-exports', () => {
    const files = {
      'a.mjs': "export * from './b.mjs'\nexport const a = 1",
      'b.mjs': "export * from './a.mjs'\nexport let n = 0\nexport const f = () => n++",
    }

    assert.deepEqual(liveIn(files), ['n'])
  })

  it('are suspected where a file cannot be parsed, and only by name', () => {
    assert.deepEqual(liveIn('export let n = 0\nexport const f = () => { n = 1 }\nconst x = <div/>', 'a.jsx'), ['n'])
    assert.deepEqual(liveIn('export const n = 0\nexport class C {}\nconst x = <div/>', 'a.jsx'), [])
  })

  it('are not suspected in types, parameters and enums of TypeScript that cannot be parsed', () => {
    const source = `
      export enum Kind { Cosine = 'cosine', Dot = 'dot' }
      export class Cosine { constructor(readonly limit: number = 3) {} }
      export class Service {
        private static instance: Service = new Service()
        constructor(private readonly other: Service = Service.instance, { kind }: { kind: Kind, service: Service } = defaults) {}
      }`

    assert.deepEqual(liveIn(source, 'a.ts'), [])
    assert.deepEqual(liveIn(`${source}\nexport let n: number = 0\nexport function inc(): void { n += 1 }`, 'a.ts'), [
      'n',
    ])
  })

  it('are found in TypeScript whose types are stripped', { skip: !('stripTypeScriptTypes' in module) }, () => {
    const counter = 'export let n: number = 0\nexport const inc = (): number => n++\n'

    assert.deepEqual(liveIn(counter, 'a.ts'), ['n'])
    assert.deepEqual(liveIn({ 'a.ts': "export * from './b.js'", 'b.ts': counter }, 'a.ts'), ['n'])
    assert.deepEqual(
      liveIn('export class S { static one: S = new S() }\nexport const f = (S: number) => { S = 1 }', 'a.ts'),
      [],
    )
  })

  it('are none in CommonJS', () => {
    assert.deepEqual(liveIn('let n = 0; exports.n = n; exports.f = () => { n++; exports.n = n }', 'a.cjs'), [])
  })
})
