import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { type BuildOptions, build } from 'esbuild'
import { manifestOf } from '../agent/manifest.ts'
import { builtIns } from './libraries.ts'
import { sbom } from './sbom.ts'

const common = { bundle: true, format: 'cjs', target: 'node20' } as const

/**
 * Bundles the third parties that would be slow to load file by file, each into a chunk of its own in dist/vendor.
 * import-in-the-middle's lib/register.js stays outside: there must be one registry.
 */
const vendored = {
  ...common,
  minify: true,
  legalComments: 'none',
  alias: { debug: './build/vendor/debug.cjs', 'module-details-from-path': './build/vendor/no-details.cjs' },
  // Of sketches that are sent over a network, which ours are not.
  external: ['protobufjs'] as string[],
  // import-in-the-middle asks createRequire for a resolver with it, where a CommonJS module exports all of another.
  define: { 'import.meta.url': '__filename' },
} as const
const chunks = {
  yaml: 'browser',
  iitm: 'node',
  ritm: 'node',
  live: 'node',
  semver: 'node',
  // Of the command line alone:
  sketch: 'node',
  charts: 'node',
  babel: 'node',
  spawn: 'node',
} as const

/** The folders of the packages that went in, each with the files that have them. */
const bundled: Record<string, string[]> = {}
for (const [name, platform] of Object.entries(chunks)) {
  const entryPoints = [`build/vendor/${name}.ts`]
  await bundle({ ...vendored, entryPoints, outfile: `dist/vendor/${name}.cjs`, platform })
}

/**
 * The agent itself as CommonJS, for `register.mjs` and the loader thread: an `import` of a built-in module evaluates
 * all its lazy exports (`node:fs` its promises and streams), which costs a third of the start. As deep as agent/chunk.ts, so
 * that its paths hold in both forms.
 */
const chunk = {
  ...common,
  entryNames: '[name]',
  outdir: 'dist/chunk',
  outExtension: { '.js': '.cjs' },
  platform: 'node',
  packages: 'external',
} as const
/** Of what every start compiles, half of that time goes by its length. The lines stay, so that a fault has its place. */
const small = { ...chunk, minify: true, lineLimit: 120 } as const
// The configuration needs no URL, only something that createRequire takes.
await bundle({ ...small, entryPoints: ['agent/config/load.ts'], define: { 'import.meta.url': '__filename' } })
await bundle({
  ...small,
  entryPoints: ['agent/start.ts', 'agent/load/loader-thread.ts'],
  define: { 'import.meta.url': 'here_' },
  // Each source requires the built-ins that it imports for itself: 64 times in all, which Node's own `require` is slow at.
  banner: {
    js: `'use strict'
require = (name) => process.getBuiltinModule(name)
const here_ = require('node:url').pathToFileURL(__filename).href`,
  },
})

/** The api for `require`; its types are CommonJS by the package.json beside them. None of its state is in its module. */
await bundle({ ...common, platform: 'node', entryPoints: ['agent/api.ts'], outdir: 'dist/cjs' })
writeFileSync('dist/cjs/package.json', '{ "type": "commonjs" }\n')
writeTypes()

/** The api's types for both formats, and the nouns that they name, in one file: each file of the package is loaded by somebody. */
function writeTypes(): void {
  const textOf = (file: string) => readFileSync(join('dist/agent', file), 'utf8').replace(/^import type .*\n/gm, '')
  const models = readdirSync('dist/agent/model').filter((name) => name.endsWith('.d.ts'))
  // TypeScript before 5 takes no `.ts` there.
  const nouns = [...models.map((name) => join('model', name)), 'call.d.ts'].map(textOf).join('')
  writeFileSync('dist/cjs/model.d.ts', nouns.replace(/(from '\.[^']+)\.ts'/g, "$1.js'"))
  const extensions = textOf('extensions.d.ts').replace(
    /(\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?export declare function .*\n/g,
    '',
  )
  const own = textOf('api.d.ts').replace(/^export type \{.*\} from '\.\/extensions.*\n/m, '')
  for (const [folder, path] of [
    ['dist/agent', '../cjs/model.js'],
    ['dist/cjs', './model.js'],
  ] as const)
    writeFileSync(
      join(folder, 'api.d.ts'),
      `import type { LabelSet, Metadata, ProfileRecord, Scope } from '${path}';\n${own.replace(/'\.\/model\.[jt]s'/, `'${path}'`)}${extensions}`,
    )
}

/** In front of the loader thread's: of an imported CommonJS file Node would lex the whole text, which takes 0.1 s there. */
writeFileSync(
  'dist/chunk/loader-thread.mjs',
  `const { createRequire } = process.getBuiltinModule('node:module')
export const { initialize, resolve, load } = createRequire(import.meta.url)('./loader-thread.cjs')
`,
)

/** The optional parts, each a chunk of its own; none may hold state that start.ts shares. The floors test checks their names. */
const parts = sourcesIn('agent').flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/\bchunk<typeof import\('([^']+)'\)>/g)].map(([, path = '']) =>
    join(dirname(file), path),
  ),
)
await bundle({ ...small, define: { 'import.meta.url': '__filename' }, entryPoints: [...new Set(parts)] })

/** The command line: its commands are evaluated when they are called. */
await bundle({
  ...chunk,
  entryPoints: [{ in: 'cli/main.ts', out: 'cli' }],
  define: { 'import.meta.url': 'here_' },
  banner: { js: "#!/usr/bin/env node\n'use strict'\nconst here_ = require('node:url').pathToFileURL(__filename).href" },
})

/** The plugins of bundlers; each file is its plugin's function. */
await build({
  ...chunk,
  entryPoints: [
    { in: 'bundlers/esbuild.ts', out: 'esbuild-plugin' },
    { in: 'bundlers/plugin.ts', out: 'bundler-plugin' },
  ],
  define: { 'import.meta.url': 'here_' },
  banner: { js: "'use strict'\nconst here_ = require('node:url').pathToFileURL(__filename).href" },
  footer: { js: 'module.exports = Object.assign(module.exports.plugin, module.exports)' },
})
// By the file alone webpack knows a loader.
writeFileSync(
  'dist/chunk/webpack-loader.cjs',
  "const { line, pitch } = require('./bundler-plugin.cjs')\nmodule.exports = Object.assign(line, { pitch })\n",
)
for (const name of ['esbuild', 'bundler'])
  copyFileSync(`bundlers/${name}-plugin.d.cts`, `dist/chunk/${name}-plugin.d.cts`)

/** `discover` loads a package with this, in a process of its own. */
await bundle({ ...chunk, entryPoints: ['cli/discover/reflect.ts'] })

/** `profile -- node app.js` puts this in front of the application. */
await bundle({ ...chunk, entryPoints: ['cli/profile/preload.ts'], define: { 'import.meta.url': '__filename' } })

/** `bench` runs a variant with the first, and puts the second in front of a command. */
await bundle({
  ...chunk,
  entryPoints: [
    { in: 'cli/bench/worker/main.ts', out: 'bench-worker' },
    { in: 'cli/bench/worker/command-preload.ts', out: 'bench-command' },
  ],
  define: { 'import.meta.url': 'here_' },
  banner: { js: "'use strict'\nconst here_ = require('node:url').pathToFileURL(__filename).href" },
})

/** What `demo` runs and shows, in one file. */
const demo = 'cli/demo/service'
const demoFiles = Object.fromEntries(readdirSync(demo).map((name) => [name, readFileSync(join(demo, name), 'utf8')]))
const recorded = gunzipSync(readFileSync('cli/demo/recorded.jsonl.gz')).toString()
writeFileSync(
  'dist/chunk/demo.json.gz',
  gzipSync(JSON.stringify({ ...demoFiles, 'recorded.jsonl': recorded }), { level: 9 }),
)

/** Script and style inside of the page that `report --html` writes. */
await bundle({
  bundle: true,
  minify: true,
  legalComments: 'none',
  charset: 'ascii',
  format: 'iife',
  target: ['es2022', 'chrome109', 'firefox115', 'safari16'],
  entryPoints: [
    { in: 'cli/report/page/client/client.ts', out: 'page' },
    { in: 'cli/report/page/page.css', out: 'page' },
  ],
  outdir: 'dist/chunk',
})

/** A library's file is a chunk of its own, loaded with its module; libraries.json says what must be known before. */
await bundle({
  ...chunk,
  outdir: 'dist/chunk/library',
  entryPoints: builtIns.map(({ name }) => ({ in: `instrumentations/${name}.ts`, out: name })),
})
writeFileSync('dist/chunk/libraries.json', JSON.stringify(builtIns.map(manifestOf)))

// For NOTICES.md and the SBOM.
mkdirSync('dist/build', { recursive: true })
writeFileSync('dist/build/bundled.json', JSON.stringify(bundled))
writeFileSync('dist/sbom.cdx.json', `${JSON.stringify(sbom('.'), undefined, 2)}\n`)

async function bundle(options: BuildOptions): Promise<void> {
  const { metafile } = await build({ ...options, metafile: true })
  for (const [file, { inputs }] of Object.entries(metafile.outputs))
    for (const path of Object.keys(inputs)) {
      const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []
      if (folder === undefined) continue
      bundled[folder] = [...new Set([...(bundled[folder] ?? []), file])]
    }
}

function sourcesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name))
}
