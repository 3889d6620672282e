import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { everything, folderFor, isOldest, recordsOf, register, root, spawnNode } from '../support/application.ts'
import { type Loopback, openaiServer } from '../support/openai-server.ts'

const isAlone = process.env.CROSSBRIDGE_TEST_NODES === 'this'
/** The bundles are made once, and run on each Node from here. */
const nodes = [
  process.execPath,
  ...(isAlone
    ? []
    : [22, 24, 26].map((major) => join(root, `test/packages/nodes/node_modules/node-${major}/bin/node`))),
].filter((path) => existsSync(path))
const skip = isOldest || isAlone ? false : 'the bundles are made on the oldest Node, and run on all'

/** A library whose functions are replaced (with `sideEffects: false`), one of CommonJS, and a file of one's own. */
const small = `
  import { create, insert, search } from '@orama/orama'
  import pg from 'pg'
  import { Ranked, rank } from './rank.ts'
  export async function shared(print) {
    const db = create({ schema: { title: 'string' } })
    await insert(db, { title: 'one' })
    print((await search(db, { term: 'one', limit: 2 })).count)
    const client = new pg.Client({ host: '127.0.0.1', port: 1 })
    await client.connect().catch(({ code }) => print(code))
    print(rank([3, 1]))
    print(new Ranked().first([3, 1]))
    print([create.name, search.length, rank.name, Object.keys(pg).includes('Client')])
    print(/shared\\.mjs:\\d+/.exec(new Error('here').stack)?.[0] ?? 'unmapped')
  }`
const files = {
  'package.json': '{ "name": "application", "type": "module", "sideEffects": false }',
  'src/rank.ts': `export function rank(list: readonly number[]): readonly number[] { return [...list].sort() }
export class Ranked { first(list: readonly number[]): number | undefined { return list[0] } }`,
  'src/shared.mjs': small,
  'src/small.mjs': `import { shared } from './shared.mjs'
shared((value) => process.stdout.write(JSON.stringify(value) + '\\n'))`,
  'src/app.mjs': `
import OpenAI from 'openai'
import { shared } from './shared.mjs'
const print = (value) => process.stdout.write(JSON.stringify(value) + '\\n')
async function main() {
  const openai = new OpenAI({ apiKey: 'key', baseURL: process.env.OPENAI_URL, maxRetries: 0 })
  print((await openai.embeddings.create({ model: 'text-embedding-3-small', input: ['one', 'two'] })).data.length)
  const failed = await openai.chat.completions.create({ model: 'fail', messages: [] }).catch((error) => error)
  print([failed instanceof OpenAI.APIError, failed.status])
  await shared(print)
}
main()`,
}

const require = "import { createRequire as made } from 'node:module';const require=made(import.meta.url);"
/** Each bundler as it is set up for a server; it prints its warnings. */
const builds = {
  esbuild: `
    import { build } from 'esbuild'
    import crossbridge from '@crossbridge/agent/esbuild'
    const by = { bundle: true, platform: 'node', external: ['pg-native'], sourcemap: true, logLevel: 'silent' }
    const one = { entryPoints: ['src/app.mjs'], ...by, plugins: [crossbridge()] }
    const made = [
      await build({ ...one, format: 'esm', minify: true, outfile: 'out/esbuild.mjs', banner: { js: ${JSON.stringify(require)} } }),
      await build({ ...one, format: 'cjs', outfile: 'out/esbuild.cjs' }),
      await build({ ...one, plugins: [], format: 'cjs', outfile: 'out/plain.cjs' }),
    ]
    for (const { warnings } of made) for (const { text } of warnings) console.log(text)`,
  vite: `
    import { build } from 'vite'
    import crossbridge from '@crossbridge/agent/vite'
    await build({
      logLevel: 'warn',
      build: { ssr: 'src/app.mjs', outDir: 'out', emptyOutDir: false, minify: true, rollupOptions: { external: ['pg-native'], output: { entryFileNames: 'vite.mjs' } } },
      ssr: { noExternal: true },
      plugins: [crossbridge()],
    })`,
  rollup: `
    import { rollup } from 'rollup'
    import commonjs from '@rollup/plugin-commonjs'
    import json from '@rollup/plugin-json'
    import resolve from '@rollup/plugin-node-resolve'
    import crossbridge from '@crossbridge/agent/rollup'
    const types = { name: 'types', transform: (code, id) => (id.endsWith('.ts') ? { code: code.replace(/: (readonly number\\[\\]|number \\| undefined)/g, ''), map: null } : null) }
    const bundle = await rollup({
      input: 'src/small.mjs',
      external: ['pg-native'],
      plugins: [crossbridge(), types, resolve({ preferBuiltins: true, exportConditions: ['node'] }), commonjs(), json()],
      onwarn: ({ code, message }) => code !== 'CIRCULAR_DEPENDENCY' && console.log(message),
    })
    await bundle.write({ file: 'out/rollup.mjs', format: 'es' })`,
  webpack: `
    import webpack from 'webpack'
    import crossbridge from '@crossbridge/agent/webpack'
    ${packed('webpack', 'src/small.mjs', false)}`,
  rspack: `
    import { rspack } from '@rspack/core'
    import crossbridge from '@crossbridge/agent/rspack'
    ${packed('rspack', 'src/app.mjs', true)}`,
}

function packed(tool: string, entry: string, minimize: boolean): string {
  const types =
    tool === 'rspack'
      ? `{ test: /\\.ts$/, loader: 'builtin:swc-loader', options: { jsc: { parser: { syntax: 'typescript' } } } }`
      : `{ test: /\\.ts$/, loader: import.meta.dirname + '/types.cjs' }`
  return `
    const stats = await new Promise((done, failed) => ${tool}({
      mode: 'production', target: 'node20', entry: './${entry}', devtool: false, optimization: { minimize: ${minimize} },
      module: { rules: [${types}] },
      externals: { 'pg-native': 'commonjs pg-native' },
      output: { path: import.meta.dirname + '/out', filename: '${tool}.cjs' },
      plugins: [crossbridge()],
    }, (error, stats) => error ? failed(error) : done(stats)))
    const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true })
    for (const { message } of [...errors, ...warnings]) console.log(message)`
}

const bundles = {
  whole: ['esbuild.mjs', 'esbuild.cjs', 'vite.mjs', 'rspack.cjs'],
  small: ['rollup.mjs', 'webpack.cjs'],
}
const embed = { model: 'text-embedding-3-small', batch_size: 2 }
const shared = [
  ['vector_store.manage', 'orama', { operation: 'create' }],
  ['vector_store.upsert', 'orama', { batch_size: 1 }],
  ['database.query', 'orama', { operation: 'search', top_k: 2, filtered: false, results: 1 }],
  ['database.connect', 'pg', { operation: 'connect' }],
  ['semantic_search.rank', 'mine', { candidates: 2 }],
  ['semantic_search.first', 'mine', { candidates: 2 }],
]

describe('a bundle that is made with the plugin', { skip }, () => {
  let folder: string
  let server: Loopback
  const said: Record<string, string> = {}

  before(async () => {
    folder = folderFor('bundlers')
    server = await openaiServer()
    await mkdir(join(folder, 'src'))
    await mkdir(join(folder, 'node_modules/@crossbridge'), { recursive: true })
    // By its name, as an application has it.
    symlinkSync(root, join(folder, 'node_modules/@crossbridge/agent'), 'junction')
    const methods = [
      { at: 'rank', scope: 'rank', metadata: { candidates: 'args.0.length' } },
      { at: 'Ranked.prototype.first', scope: 'first', metadata: { candidates: 'args.0.length' } },
    ]
    const profiling = {
      ...everything,
      // The stand-in would be counted by its requests, where no library tells of them.
      wire_hosts: { openai: [new URL(server.url).host] },
      instrumentations: [{ name: 'mine', module: './src/rank.ts', target: 'semantic_search', methods }],
    }
    const more = {
      'crossbridge.yml': JSON.stringify({ runtime: { profiling } }),
      'types.cjs': `module.exports = (code) => code.replace(/: (readonly number\\[\\]|number \\| undefined)/g, '')`,
      ...Object.fromEntries(Object.entries(builds).map(([name, text]) => [`${name}.build.mjs`, text])),
    }
    for (const [name, text] of Object.entries({ ...files, ...more })) writeFileSync(join(folder, name), text)
    for (const name of Object.keys(builds)) {
      const { code, stdout, stderr } = await spawnNode([`${name}.build.mjs`], { cwd: folder })
      said[name] = `${code} ${stdout}${stderr}`
    }
  })
  after(async () => {
    rmSync(folder, { recursive: true, force: true })
    await server.close()
  })

  /** Runs a bundle in its folder; the agent has the configuration, and is preloaded. */
  async function go(bundle: string, node: string, agent: boolean, args: readonly string[] = []) {
    const profile = `profile-${bundle}-${agent ? 'agent' : 'bare'}-${nodes.indexOf(node)}.jsonl`
    const env = { OPENAI_URL: server.url, CROSSBRIDGE_PROFILING_OUTPUT_PATH: `./${profile}` }
    const words = [...(agent ? ['--import', register] : []), ...args, join('out', bundle)]
    const { code, stdout, stderr } = await spawnNode(words, { cwd: folder, node, env })
    const path = join(folder, profile)
    const records = existsSync(path) ? recordsOf(readFileSync(path, 'utf8')) : []
    return { told: { code, stdout, stderr }, records }
  }

  it('is made without a warning by each bundler', () => {
    for (const [name, text] of Object.entries(said)) assert.equal(text, '0 ', name)
  })

  for (const [kind, names] of Object.entries(bundles))
    for (const bundle of names)
      it(`${bundle} says what it says without the agent, and each call is recorded once, on each Node`, async () => {
        const outcomes = await Promise.all(
          nodes.map(async (node) => {
            const bare = await go(bundle, node, false)
            return { node, bare, profiled: await go(bundle, node, true) }
          }),
        )

        for (const { node, bare, profiled } of outcomes) {
          assert.deepEqual(bare.records, [], node)
          assert.equal(bare.told.code, 0, bare.told.stderr)
          assert.deepEqual(profiled.told, bare.told, node)
          assert.deepEqual(
            profiled.records.filter(({ seen }) => seen !== undefined),
            [],
          )
          const openai = profiled.records.filter(({ library }) => library === 'openai')
          assert.deepEqual(
            openai.map(({ name, status, metadata }) => [name, status, metadata.model, metadata.batch_size]),
            kind === 'small'
              ? []
              : [
                  ['embedding_provider.embed', undefined, embed.model, embed.batch_size],
                  ['llm.generate', 400, 'fail', undefined],
                ],
            node,
          )
          assert.deepEqual(
            profiled.records
              .filter(({ library }) => library !== 'openai')
              .map(({ name, library, metadata }) => [name, library, metadata]),
            shared,
            node,
          )
        }
      })

  it('without the plugin only the requests are seen', async () => {
    const { records } = await go('plain.cjs', process.execPath, true)

    assert.deepEqual(
      records.map(({ name, library, seen }) => [name, library, seen]),
      [
        ['embedding_provider.embed', 'openai', 'wire'],
        ['llm.generate', 'openai', 'wire'],
      ],
    )
  })

  it('keeps its source map', async () => {
    const { told } = await go('esbuild.mjs', process.execPath, true, ['--enable-source-maps'])

    assert.match(told.stdout, /shared\.mjs:\d+/)
  })
})
