import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, describe, it } from 'node:test'
import { createInstrumented } from '../../../bundlers/instrumented.ts'
import { facadeOf, lineOf } from '../../../bundlers/source.ts'

const home = realpathSync(mkdtempSync(join(tmpdir(), 'crossbridge-bundlers-')))
after(() => rmSync(home, { recursive: true, force: true }))
let folders = 0

/** A project of these files, and what is found of one of them. */
function inProject(files: Readonly<Record<string, string>>) {
  const folder = join(home, String(folders++))
  for (const [name, text] of Object.entries({ 'package.json': '{}', ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const warnings: string[] = []
  const { find } = createInstrumented((text) => warnings.push(text.replaceAll(folder, '')), folder, {})
  return { find: (name: string, specifier?: string) => find(join(folder, name), specifier), warnings }
}
const manifest = (name: string, version: string, more = {}) =>
  JSON.stringify({ name, version, type: 'module', exports: './index.js', ...more })
const own = (at: string, module = './src/own.js') =>
  JSON.stringify({
    runtime: {
      profiling: {
        enabled: true,
        instrumentations: [{ name: 'mine', module, target: 'store', methods: [{ at, scope: 'find' }] }],
      },
    },
  })

describe('what is instrumented of the modules of a bundle', () => {
  it('is an ES module with the exports at which paths begin, and all names of those that are set', () => {
    const { find, warnings } = inProject({
      'node_modules/@orama/orama/package.json': manifest('@orama/orama', '3.1.18'),
      'node_modules/@orama/orama/index.js': `export * from './methods.js'
        export { search as find } from './methods.js'
        export default {}`,
      'node_modules/@orama/orama/methods.js':
        'export function search() {}; export { search as seek }; export const other = 1',
    })

    const { bundled, kind, names, set } = find('node_modules/@orama/orama/index.js') ?? assert.fail()

    assert.deepEqual(bundled, {
      path: '@orama/orama@3.1.18/index.js',
      version: '3.1.18',
      keys: ['orama @orama/orama'],
    })
    assert.equal(kind, 'module')
    assert.deepEqual([...set], ['search', 'seek'])
    assert.deepEqual([...(names ?? [])].sort(), ['default', 'search', 'seek'])
    assert.deepEqual(warnings, [])
  })

  it('is a CommonJS module by its syntax, and an inner file by its path, in any format', () => {
    const { find } = inProject({
      'node_modules/@zilliz/milvus2-sdk-node/package.json': JSON.stringify({
        name: '@zilliz/milvus2-sdk-node',
        version: '3.0.6',
        main: 'dist/index.js',
      }),
      'node_modules/@zilliz/milvus2-sdk-node/dist/milvus/grpc/Data.js': 'exports.Data = class Data {}',
      'node_modules/@zilliz/milvus2-sdk-node/dist/other.js': 'exports.other = 1',
    })

    const found = find('node_modules/@zilliz/milvus2-sdk-node/dist/milvus/grpc/Data.js') ?? assert.fail()

    assert.equal(found.kind, 'commonjs')
    assert.deepEqual(found.bundled.keys, ['milvus @zilliz/milvus2-sdk-node dist/milvus/grpc/Data'])
    assert.match(
      lineOf(found),
      /^\n;globalThis\[Symbol\.for\("crossbridge\.bundled"\)\]\?\.commonjs\(module,\{.*\}\);$/,
    )
    assert.equal(find('node_modules/@zilliz/milvus2-sdk-node/dist/other.js'), undefined)
  })

  it('is by the entry that only bundlers know, but not for the files of the package itself', () => {
    const { find } = inProject({
      'node_modules/openai/package.json': JSON.stringify({
        name: 'openai',
        version: '7.0.0',
        main: 'index.js',
        exports: { module: './esm.js', default: './index.js' },
      }),
      'node_modules/openai/esm.js': 'export class OpenAI {}',
      'node_modules/openai/index.js': 'exports.OpenAI = class {}',
    })

    assert.equal(find('node_modules/openai/esm.js', 'openai')?.kind, 'module')
    assert.equal(find('node_modules/openai/index.js', 'openai')?.kind, 'commonjs')
    assert.equal(find('node_modules/openai/esm.js', './esm.js'), undefined)
  })

  it('is no version that is too old', () => {
    const { find } = inProject({
      'node_modules/openai/package.json': manifest('openai', '3.3.0'),
      'node_modules/openai/index.js': 'export class OpenAI {}',
    })

    assert.equal(find('node_modules/openai/index.js', 'openai'), undefined)
  })

  it('is a module of the user, but for functions that change later, which is a warning', () => {
    const one = inProject({ 'crossbridge.yml': own('find'), 'src/own.ts': 'export const find = (a: string) => [a]' })
    const two = inProject({
      'crossbridge.yml': own('find'),
      'src/own.js': 'export let find = () => 1; export const set = (a) => { find = a }',
    })

    const { bundled, set } = one.find('src/own.ts') ?? assert.fail()
    assert.deepEqual(bundled.keys, ['mine ./src/own'])
    assert.deepEqual([...set], ['find'])
    assert.deepEqual([...(two.find('src/own.js')?.set ?? ['none'])], [])
    assert.deepEqual(two.warnings, [
      "/src/own.js: find can't be profiled in the bundle: find may change after it was evaluated",
    ])
  })

  it('is nothing of a file that can not be read, which is a warning', () => {
    const { find, warnings } = inProject({
      'node_modules/openai/package.json': manifest('openai', '7.0.0'),
      'node_modules/openai/index.js': 'export {',
    })

    assert.equal(find('node_modules/openai/index.js', 'openai'), undefined)
    assert.equal(find('node_modules/openai/index.js', 'openai'), undefined)
    assert.match(
      warnings[0] ?? '',
      /^\/node_modules\/openai\/index\.js can't be instrumented, and is bundled as it is: /,
    )
  })
})

describe('the module in front of an ES module', () => {
  const instrumented = {
    bundled: { path: 'a@1.0.0/index.js', version: '1.0.0', keys: ['a a'] },
    kind: 'module',
    hasDefault: true,
    set: new Set(['find']),
    names: new Set(['default', 'find', 'Client']),
  } as const

  it('names what is needed alone, and has a binding of its own for what is set', () => {
    assert.equal(
      facadeOf(instrumented, './index.js'),
      `import*as $ from "./index.js";
export*from "./index.js";
export{default}from "./index.js";
var $0=$.find;
export{$0 as find};
globalThis[Symbol.for("crossbridge.bundled")]?.({find:[()=>$0,v=>{$0=v}],default:[()=>$.default],Client:[()=>$.Client]},{"path":"a@1.0.0/index.js","version":"1.0.0","keys":["a a"]});
`,
    )
  })

  it('hands over the whole where any export may be the begin of a path', () => {
    const text = facadeOf({ ...instrumented, names: undefined, set: new Set(['default']) }, './index.js')

    assert.match(text, /export\{\$0 as default\};/)
    assert.match(text, /,\$\);\n$/)
    assert.doesNotMatch(text, /export\{default\}from/)
  })
})
