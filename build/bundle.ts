import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { manifestOf } from '../agent/manifest.ts'
import { wires } from '../instrumentations/wire/services.ts'
import { builtIns } from './libraries.ts'

const common = { bundle: true, format: 'cjs', target: 'node20', metafile: true } as const

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

const inputs: string[] = []
for (const [name, platform] of Object.entries(chunks)) {
  const entryPoints = [`build/vendor/${name}.ts`]
  const { metafile } = await build({ ...vendored, entryPoints, outfile: `dist/vendor/${name}.cjs`, platform })
  inputs.push(...Object.keys(metafile.inputs))
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
await build({ ...small, entryPoints: ['agent/config/load.ts'], define: { 'import.meta.url': '__filename' } })
await build({
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
await build({ ...common, platform: 'node', entryPoints: ['agent/api.ts'], outdir: 'dist/cjs' })
writeFileSync('dist/cjs/package.json', '{ "type": "commonjs" }\n')
joinTypes()
copyTypes('api.d.ts', new Set())

/** The nouns of the model in one file: each is read by a name of its own. */
function joinTypes(): void {
  const texts = readdirSync('dist/agent/model')
    .filter((name) => name.endsWith('.d.ts'))
    .map((name) => readFileSync(join('dist/agent/model', name), 'utf8').replace(/^import type .*\n/gm, ''))
  writeFileSync('dist/agent/model.d.ts', texts.join(''))
}

function copyTypes(file: string, copied: Set<string>): void {
  if (copied.has(file)) return
  copied.add(file)
  mkdirSync(join('dist/cjs', dirname(file)), { recursive: true })
  // TypeScript before 5 takes no `.ts` there.
  const text = readFileSync(join('dist/agent', file), 'utf8').replace(/(from '\.[^']+)\.ts'/g, "$1.js'")
  for (const folder of ['dist/agent', 'dist/cjs']) writeFileSync(join(folder, file), text)
  for (const [, from = ''] of text.matchAll(/from '(\.[^']+)\.js'/g))
    copyTypes(join(dirname(file), `${from}.d.ts`), copied)
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
await build({ ...small, define: { 'import.meta.url': '__filename' }, entryPoints: [...new Set(parts)] })

/** The command line: its commands are evaluated when they are called. */
await build({
  ...chunk,
  entryPoints: [{ in: 'cli/main.ts', out: 'cli' }],
  define: { 'import.meta.url': 'here_' },
  banner: { js: "#!/usr/bin/env node\n'use strict'\nconst here_ = require('node:url').pathToFileURL(__filename).href" },
})

/** `discover` loads a package with this, in a process of its own. */
await build({ ...chunk, entryPoints: ['cli/discover/reflect.ts'] })

/** `profile -- node app.js` puts this in front of the application. */
await build({ ...chunk, entryPoints: ['cli/profile/preload.ts'], define: { 'import.meta.url': '__filename' } })

/** `bench` runs a variant with the first, and puts the second in front of a command. */
await build({
  ...chunk,
  entryPoints: [
    { in: 'cli/bench/worker/main.ts', out: 'bench-worker' },
    { in: 'cli/bench/worker/command-preload.ts', out: 'bench-command' },
  ],
  define: { 'import.meta.url': 'here_' },
  banner: { js: "'use strict'\nconst here_ = require('node:url').pathToFileURL(__filename).href" },
})

/** Script and style inside of the page that `report --html` writes. */
await build({
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
await build({
  ...chunk,
  outdir: 'dist/chunk/library',
  entryPoints: builtIns.map(({ name }) => ({ in: `instrumentations/${name}.ts`, out: name })),
})
writeFileSync('dist/chunk/libraries.json', JSON.stringify(builtIns.map(manifestOf)))
writeFileSync('dist/chunk/wires.json', JSON.stringify(wireNames()))

// The folders of the packages that went in, for NOTICES.md.
const folders = inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [])
mkdirSync('dist/build', { recursive: true })
writeFileSync('dist/build/bundled.json', JSON.stringify([...new Set(folders)].sort()))

/** The names of services, and the scopes that they add to those of the libraries, for what `targets` may hold. */
function wireNames(): string[] {
  const scopes = wires.flatMap(({ calls }) =>
    Object.values(calls).flatMap((all) => [all].flat().map(({ target, scope }) => `${target}.${scope}`)),
  )
  return [...new Set([...wires.map(({ name }) => name), ...scopes])]
}

function sourcesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name))
}
