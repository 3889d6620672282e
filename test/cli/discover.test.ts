import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, describe, it } from 'node:test'
import { load } from '../../agent/config/load.ts'
import { everything, folderFor, root, runIn } from '../support/application.ts'
import { cli } from '../support/cli.ts'

const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'crossbridge-discover-')))
after(() => rmSync(cwd, { recursive: true, force: true }))
const write = (files: Readonly<Record<string, string>>, folder = cwd) => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}
const settings = Object.entries({ ...everything, output: { type: 'file', path: './profile.jsonl' } })
/** A configuration with the section that discover printed pasted into it. */
const pasted = (section: string) =>
  `runtime:\n  profiling:\n${settings.map(([key, value]) => `    ${key}: ${JSON.stringify(value)}\n`).join('')}${section}`
const problemsOf = (yaml: string, folder = cwd) => {
  const file = join(folder, 'crossbridge.yml')
  writeFileSync(file, yaml)
  const { problems, instrumentations } = load(file, {}, folder)
  rmSync(file)
  return { problems, instrumentations }
}

const store = `import { Base } from './base.js'
export class VectorStore extends Base {
  static async open(path) { return [await path] }
  async search(vector, { limit = 10 } = {}) { await null; return vector.slice(0, limit) }
  async upsert(points) { await null; return points.length }
  async delete(ids) { await null; return ids }
  get size() { return 1 }
  count() { return this.n }
  _touch() { return Date.now() }
  embed = async (texts) => texts.map(() => [1])
  'odd-name'() { return Date.now() }
  new() { return Date.now() }
  #score() { return Date.now() }
}
export async function rerank(query, documents, options) {
  const { model, top_k } = options
  return documents.slice(0, top_k ?? model.length)
}
export const createClient = (url) => ({
  async ask(prompt) { return prompt.trim() },
  nested: { async run(k) { return String(k) } },
})
export const api = { users: { async findUsers(query, limit) { return query.split(limit) } } }
class Impl { async generate(prompt) { return prompt.trim() } }
export const llm = new Impl()
export default async function (text) { return text.trim() }
export async function größe(größen) { return größen.map(String) }
export function readRow(row, callback) { setTimeout(callback, 1, null, row) }
export const wrapped = debounce(() => {})
function debounce(fn) { return fn.bind(null) }
export { renamed as other } from './more.js'
export * from './more.js'
`
const beside = {
  'src/base.js': `export class Parent { async query(text) { return text.split('') } }
export class Base { async refresh() { await null } }
`,
  'src/more.js': `export * from './store.js'
export async function renamed(input = '') { return input.trim() }
`,
  'package.json': '{ "name": "shop", "type": "module" }',
}

describe('discover of a file', () => {
  it('lists what can be reached as YAML, and what can not with the reason', async () => {
    write({ 'src/store.js': store, ...beside })

    const { code, stdout, stderr } = await cli(['discover', './src/store.js'], { cwd })

    assert.equal(
      stdout,
      `    # ./src/store.js, read and not run
    # left out: 3 small or general, or with _ before the name; --all lists them
    instrumentations:
      - name: my-store
        module: ./src/store.js
        target: store
        methods:
          - { at: VectorStore.open, scope: open } # src/store.js:3
          - { at: VectorStore.prototype.search, scope: search, target: vector_store, metadata: { dimensions: args.0.length, top_k: args.1.limit, results: result.length } } # src/store.js:4
          - { at: VectorStore.prototype.upsert, scope: upsert, target: vector_store, metadata: { batch_size: count(args.0) } } # src/store.js:5
          - { at: VectorStore.prototype.delete, scope: delete, target: vector_store, metadata: { batch_size: count(args.0) } } # src/store.js:6
          - { at: VectorStore.new.embed, scope: embed, target: embedding_provider, metadata: { batch_size: count(args.0), results: result.length } } # src/store.js:10
          - { at: VectorStore.prototype^.refresh, scope: refresh } # src/base.js:2
          - { at: rerank, scope: rerank, target: semantic_search, metadata: { model: args.2.model, batch_size: count(args.1), query_len: args.0.length, top_k: args.2.top_k, results: result.length } } # src/store.js:15
          - { at: createClient().ask, scope: ask, metadata: { query_len: args.0.length } } # src/store.js:20
          - { at: createClient().nested.run, scope: run } # src/store.js:21
          - { at: api.users.findUsers, scope: find_users, metadata: { query_len: args.0.length } } # src/store.js:23
          - { at: llm.generate, scope: generate, target: llm, metadata: { query_len: args.0.length } } # src/store.js:24
          - { at: default, scope: store, metadata: { query_len: args.0.length } } # src/store.js:26
          - { at: "größe", scope: grosse } # src/store.js:27
          - { at: readRow, scope: read_row, ends: { kind: callback } } # src/store.js:28
          - { at: other, scope: other, metadata: { query_len: args.0.length } } # src/more.js:2
          - { at: renamed, scope: renamed, metadata: { query_len: args.0.length } } # src/more.js:2
    # Out of reach:
    #   VectorStore.prototype.odd-name (src/store.js:11): a name that is no word can't be written in \`at\`
    #   VectorStore.prototype.new (src/store.js:12): \`new\` is a word of \`at\` itself
    #   VectorStore.#score (src/store.js:13): private
    #   wrapped (src/store.js:29): what it is shows only when the file runs
    #   debounce (src/store.js:30): it is not exported
`,
    )
    assert.deepEqual([code, stderr], [0, ''])
  })

  it('gives an entry that records a call of each method that it lists, in every form of module', async () => {
    const typed = `export interface Options { limit?: number; model: string }
type Row = { id: string }
export abstract class Repository<T extends Row> {
  private readonly rows: T[] = []
  abstract open(): Promise<void>
  async find(query: string): Promise<T[]>
  async find(query: string | RegExp): Promise<T[]> { return this.rows.filter(({ id }) => id.match(query)) }
  async embedAll(texts: readonly string[], options: Options): Promise<number[][]> { return texts.map(() => [options.model.length]) }
}
export class Rows extends Repository<Row> { async open() { await null } }
export const answer = async ({ prompt, model = 'small' }: { prompt: string; model?: string }): Promise<string> => prompt.trim() + model
`
    const common = `class Index {
  async addDocuments(documents) { await null; return documents.length }
  static from(list) { return list.map(() => new Index()) }
}
function Old() {}
Old.prototype.search = async function (text, k) { await null; return text.slice(k) }
module.exports = { Index, Old, create: () => ({ async load(ids) { return ids.map(String) } }), $: { $$fetch(url) { return url.trim() } } }
exports = module.exports
module.exports.later = async (queries) => queries.map(String)
`
    const forms = [
      {
        name: 'store.mjs',
        text: store,
        imports: '* as m',
        calls: `
        const s = new m.VectorStore(); await m.VectorStore.open('p'); await s.search([1], {}); await s.upsert([1]); await s.delete([1])
        s.count(); s._touch(); await s.embed(['a']); await s.refresh(); await m.rerank('q', ['d'], { model: 'm' })
        const c = m.createClient('u'); await c.ask('p'); await c.nested.run(1); await m.api.users.findUsers('q', 1)
        await m.llm.generate('p'); await m.default('t'); await m.größe([1]); await new Promise((done) => m.readRow(1, done))
        await m.other('i'); await m.renamed('i')`,
      },
      {
        name: 'index.cjs',
        text: common,
        imports: 'm',
        calls: `
        await new m.Index().addDocuments([1]); m.Index.from([1]); await new m.Old().search('q', 2)
        await m.create().load([1]); m.$.$$fetch('u'); await m.later(['q'])`,
      },
      {
        name: 'rows.ts',
        text: typed,
        imports: '* as m',
        calls: `
        const r = new m.Rows(); await r.open(); await r.find('a'); await r.embedAll(['a'], { model: 'm' }); await m.answer({ prompt: 'p' })`,
      },
    ] as const
    const strips = process.features.typescript !== undefined && process.features.typescript !== false
    const args = strips ? [] : ['--import', join(root, 'node_modules/tsx/dist/esm/index.mjs')]

    for (const { name, text, imports, calls } of forms) {
      const folder = folderFor('previous')
      try {
        write(
          { [`src/${name}`]: text, ...beside, 'src/more.js': beside['src/more.js'].replace('store.js', 'store.mjs') },
          folder,
        )
        const { stdout: section } = await cli(['discover', `./src/${name}`, '--all'], { cwd: folder })
        const { problems, instrumentations } = problemsOf(pasted(section), folder)
        const outcome = await runIn(folder, {
          format: name.endsWith('.cjs') ? 'cjs' : 'mjs',
          imports: [[imports, `./src/${name}`]],
          body: calls,
          yaml: pasted(section),
          ...(name.endsWith('.ts') && { args }),
        })

        const [{ target = '', methods = [] } = {}] = instrumentations
        const listed = methods.map((method) => `${method.target ?? target}.${method.scope}`)
        // The factories are called once more for what they make; `find` and the like are one call each.
        const told = outcome.stderr.split('\n').filter((line) => line.startsWith('crossbridge'))
        assert.deepEqual([problems, told, outcome.code], [[], [], 0], outcome.stderr)
        assert.deepEqual(outcome.records.map((record) => record.name).sort(), listed.sort(), section)
        assert.ok(listed.length >= 4)
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    }
  })

  it('keeps no path to a text, key, vector or row, and metadata of the known words alone', async () => {
    write({
      'src/paths.ts': `export async function embed(texts: string[], model: string) { return texts.map(() => [1]) }
export async function embedOne(text: string) { return [text.length].map(Number) }
export async function search(vector: Float32Array, k: number, key: string) { return [...vector].map(String) }
export async function searchByKey(query: string, k: string, model: { name: string }) { return query.split(k) }
export async function lookup(k, key, model, row, vector) { return await k }
export async function complete({ messages, model }: { messages: string[]; model: string }) { return messages.join() }
`,
    })

    const { stdout } = await cli(['discover', './src/paths.ts', '--json'], { cwd })

    const { entry } = JSON.parse(stdout)
    assert.deepEqual(
      entry.methods.map(({ scope, metadata }: { scope: string; metadata: object }) => [scope, metadata]),
      [
        ['embed', { model: 'args.1', batch_size: 'count(args.0)', results: 'result.length' }],
        ['embed', { query_len: 'args.0.length', dimensions: 'result.length' }],
        ['search', { dimensions: 'args.0.length', top_k: 'args.1', results: 'result.length' }],
        ['search', { query_len: 'args.0.length', results: 'result.length' }],
        ['lookup', {}],
        ['generate', { model: 'args.0.model', batch_size: 'count(args.0.messages)' }],
      ],
    )
  })

  it('runs nothing of the file, whatever stands in it, and says where it is wrong', async () => {
    const harm = join(cwd, 'harm')
    const lines = Array.from({ length: 3000 }, (_, i) => `export async function call${i}(query) { await query }\n`)
    write({
      'harm.js': `require('node:fs').writeFileSync(${JSON.stringify(harm)}, '')\nexports.run = async () => { await 1 }\nprocess.exit(3)\n`,
      'wrong.mjs': 'export const a = 1\nexport function (b\n',
      'empty.js': '',
      'curry.mjs': `import './data.json/index.js'\nexport { x } from './data.json/x.js'\nexport const curry = () => async (query) => { await query }\n`,
      'circle.mjs': `export * from './circle.mjs'\nimport { b } from './circle.mjs'\nexport { b, b as c }\nexport { d } from './round.mjs'\n`,
      'round.mjs': `export { d } from './circle.mjs'\n`,
      'names.cjs': `module.exports = { 'a"b': async () => { await 1 }, ['__proto__']: async () => { await 1 }, 'x\\n      - y': async () => { await 1 }, async __proto__() { await 1 }, ok: async (query) => { await query } }\n`,
      'large.mjs': lines.join(''),
      'huge.js': `exports.a = '${'x'.repeat(5_000_001)}'\n`,
      'live.mjs':
        'export const search = async (query) => { await query }\nexport let n = 0\nexport async function find(query) { n++; await query }\n',
      'factory.cjs': 'module.exports = function create() { return { async search(query) { await query } } }\n',
      'data.json': '{}',
    })
    const run = (name: string, ...more: string[]) => cli(['discover', `./${name}`, ...more], { cwd })

    const [bad, wrong, empty, circle, names, large, huge, live, factory, data, none, curry] = await Promise.all([
      run('harm.js'),
      run('wrong.mjs'),
      run('empty.js'),
      run('circle.mjs'),
      run('names.cjs'),
      run('large.mjs'),
      run('huge.js'),
      run('live.mjs'),
      run('factory.cjs'),
      run('data.json'),
      run('harms.js'),
      run('curry.mjs'),
    ])

    assert.match(bad.stdout, /- \{ at: run, scope: run \} # harm.js:2\n/)
    assert.equal(existsSync(harm), false)
    assert.deepEqual(
      [wrong.code, wrong.stderr],
      [2, 'crossbridge: wrong.mjs:2:17: Unexpected token; nothing was read of it\n'],
    )
    assert.deepEqual(
      [empty.code, empty.stderr],
      [
        1,
        'crossbridge: nothing that can be profiled was found in ./empty.js: it exports no function, class or object with methods\n',
      ],
    )
    assert.equal(circle.code, 1)
    assert.deepEqual([curry.code, curry.stderr], [0, ''])
    assert.deepEqual(
      names.stdout.split('\n').filter((line) => /- \{|:\d+\):/.test(line)),
      [
        '          - { at: ok, scope: ok, metadata: { query_len: args.0.length } } # names.cjs:1',
        ...['a"b', '__proto__', String.raw`x\n      - y`].map(
          (name) =>
            `    #   ${name} (names.cjs:1): ${name === '__proto__' ? "the name is the prototype's own" : "a name that is no word can't be written in `at`"}`,
        ),
        "    #   __proto__ (names.cjs:1): the name is the prototype's own",
      ],
    )
    assert.match(large.stdout, /# 2800 more are left out; --match TEXT narrows it down, --all lists them\n/)
    assert.deepEqual(
      [huge.code, huge.stderr],
      [2, 'crossbridge: huge.js has 5.0 MB, and discover reads files up to 5 MB; name a source file, not a bundle\n'],
    )
    assert.equal(live.code, 0)
    assert.match(live.stdout, /- \{ at: find, scope: find, .+ # live.mjs:3/)
    assert.match(
      live.stdout,
      /# {3}search \(live.mjs:1\): n changes after the file was loaded \(export let\), and this can't be set in it/,
    )
    assert.match(factory.stdout, /# {3}default\(\) \(factory.cjs:1\): module.exports is its function itself/)
    assert.equal(data.stderr, 'crossbridge: ./data.json is not a JavaScript or TypeScript file\n')
    assert.equal(none.stderr, 'crossbridge: there is no file ./harms.js; near it are harm.js\n')
  })

  it('takes names that no library, target or entry has, and paths from the configuration that is there', async () => {
    const folder = join(cwd, 'named')
    write(
      {
        'app/openai.js':
          'export async function run(query) { await query }\nexport async function embed(texts) { await texts }\n',
        'crossbridge.yml': pasted(
          `    instrumentations:\n      - { name: my-openai, module: x, target: openai_calls, methods: [{ at: a, scope: b }] }\n`,
        ),
      },
      folder,
    )

    const { stdout } = await cli(['discover', './openai.js', '--json'], { cwd: join(folder, 'app') })

    const { name, module, target, methods } = JSON.parse(stdout).entry
    assert.deepEqual(
      [name, module, target, methods[0].target],
      ['my-openai-2', './app/openai.js', 'openai_calls_2', 'openai_calls_2'],
    )
  })

  it('prints a whole configuration, filters, and says so where nothing fits', async () => {
    write({ 'src/store.js': store, ...beside })

    const [whole, none, plain] = await Promise.all([
      cli(['discover', './src/store.js', '--match', 'VECTORSTORE', '--whole'], { cwd }),
      cli(['discover', './src/store.js', '--match', 'nothing'], { cwd }),
      cli(['discover', 'src/store.js'], { cwd }),
    ])

    const { problems, instrumentations } = problemsOf(whole.stdout)
    assert.deepEqual([problems, instrumentations[0]?.methods?.length], [[], 6])
    assert.equal(none.code, 1)
    assert.match(
      none.stderr,
      /^crossbridge: nothing in .\/src\/store.js has "nothing" in its way; leave --match out to see all\n$/,
    )
    assert.match(plain.stderr, /for the file write .\/src\/store.js\n$/)
  })
})

describe('discover of a package', () => {
  const folder = folderFor('previous')
  after(() => rmSync(folder, { recursive: true, force: true }))
  const kit = `const { EventEmitter } = require('node:events')
console.log('noise'); console.error('noise')
class Hidden extends EventEmitter { async refresh() { await null } }
class Client extends Hidden {
  static async connect(url) { await url; return new Client() }
  async searchVectors(vector, options) { await options.limit; return [] }
  get lazy() { throw new Error('called') }
}
module.exports = { Client, helpers: { async read(query) { await query; return [] } }, version: '1' }
Object.defineProperty(module.exports.helpers, 'lazy', { enumerable: true, get() { throw new Error('called') } })
`
  write(
    {
      'node_modules/vector-kit/package.json': '{ "name": "vector-kit", "version": "1.4.2", "main": "index.js" }',
      'node_modules/vector-kit/index.js': kit,
      'node_modules/hangs/package.json': '{ "name": "hangs", "version": "0.3.1" }',
      'node_modules/hangs/index.js': 'exports.run = async (query) => { await query }\nfor (;;) ;\n',
      'node_modules/exits/package.json': '{ "name": "exits", "version": "2.0.0" }',
      'node_modules/exits/index.js': 'exports.run = async (query) => { await query }\nprocess.exit(0)\n',
      'node_modules/breaks/package.json': '{ "name": "breaks", "version": "2.0.0" }',
      'node_modules/breaks/index.js':
        'exports.run = async (query) => { await query }\nthrow new Error("no\\nenvironment")\n',
    },
    folder,
  )

  it('lists what its exports lead to with the versions, and the entry records a call of each', async () => {
    const { stdout: section, code, stderr } = await cli(['discover', 'vector-kit'], { cwd: folder })

    assert.equal(
      section,
      `    # vector-kit 1.4.2, as it is installed
    instrumentations:
      - name: vector-kit
        module: vector-kit
        versions: ">=1.4 <2"
        target: vector_kit
        methods:
          - { at: Client.prototype.searchVectors, scope: search, target: vector_store, metadata: { dimensions: args.0.length, top_k: args.1.limit, results: result.length } }
          - { at: Client.prototype^.refresh, scope: refresh }
          - { at: Client.connect, scope: connect }
          - { at: helpers.read, scope: read, metadata: { query_len: args.0.length } }
`,
    )
    assert.deepEqual([code, stderr], [0, ''])
    for (const format of ['cjs', 'mjs'] as const) {
      const { records } = await runIn(folder, {
        format,
        imports: [['kit', 'vector-kit']],
        body: `const client = await kit.Client.connect('u'); await client.searchVectors([1], { limit: 3 }); await client.refresh(); await kit.helpers.read('q')`,
        yaml: pasted(section),
      })
      rmSync(join(folder, 'profile.jsonl'))
      assert.deepEqual(records.map(({ name }) => name).sort(), [
        'vector_kit.connect',
        'vector_kit.read',
        'vector_kit.refresh',
        'vector_store.search',
      ])
    }
  })

  it('leaves out what a built-in profiles already', async () => {
    const { code, stdout } = await cli(['discover', '@qdrant/js-client-rest', '--match', 'scroll'], { cwd: folder })

    assert.match(
      stdout,
      /^ {4}# the built-in qdrant profiles already: (QdrantClient.prototype.\w+, ){5}QdrantClient.prototype.\w+ and \d+ more$/m,
    )
    assert.doesNotMatch(stdout, /- \{/)
    assert.equal(code, 0)
  })

  it('that does not load by itself is read instead', async () => {
    const [hangs, exits, breaks] = await Promise.all([
      cli(['discover', 'hangs', '--seconds', '1'], { cwd: folder }),
      cli(['discover', 'exits'], { cwd: folder }),
      cli(['discover', 'breaks'], { cwd: folder }),
    ])

    assert.match(
      hangs.stdout,
      /# hangs could not be loaded by itself: it had not ended after 1 s\n {4}# what follows was read from its entry file\n/,
    )
    assert.match(hangs.stdout, /versions: ">=0.3 <0.4"\n/)
    assert.match(exits.stdout, /# exits could not be loaded by itself: it ended the process with 0\n/)
    assert.match(breaks.stdout, /# breaks could not be loaded by itself: Error: no\n/)
    for (const { stdout } of [hangs, exits, breaks])
      assert.match(stdout, /- \{ at: run, scope: run, metadata: \{ query_len: args.0.length \} \} # /)
  })

  it('that is not there, or is of Node itself, is told with what to do', async () => {
    const outcomes = await Promise.all([
      cli(['discover', 'vector-kot'], { cwd: folder }),
      cli(['discover', 'node:fs'], { cwd: folder }),
      cli(['discover'], { cwd: folder }),
    ])

    assert.deepEqual(
      outcomes.map(({ code, stderr }) => [code, stderr]),
      [
        [2, 'crossbridge: there is no package "vector-kot" in node_modules here or above; did you mean vector-kit?\n'],
        [
          2,
          "crossbridge: node:fs is a module of Node itself, whose functions are every package's; name the package or file that calls it\n",
        ],
        [
          2,
          'crossbridge: discover takes one package or file, such as ./src/search.js; see `npx @crossbridge/agent discover --help`\n',
        ],
      ],
    )
  })
})
