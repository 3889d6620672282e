import { mkdirSync, writeFileSync } from 'node:fs'
import { build } from 'esbuild'

/**
 * Bundles the third parties that would be slow to load file by file, each into a chunk of its own in dist/vendor.
 * import-in-the-middle's lib/register.js stays outside: there must be one registry.
 */
const common = {
  bundle: true,
  format: 'cjs',
  target: 'node20',
  minifyWhitespace: true,
  legalComments: 'none',
  metafile: true,
} as const
const chunks = { yaml: 'browser', iitm: 'node', ritm: 'node', live: 'node' } as const

const inputs: string[] = []
for (const [name, platform] of Object.entries(chunks)) {
  const entryPoints = [`build/vendor/${name}.ts`]
  const { metafile } = await build({ ...common, entryPoints, outfile: `dist/vendor/${name}.cjs`, platform })
  inputs.push(...Object.keys(metafile.inputs))
}

// The folders of the packages that went in, for NOTICES.md.
const folders = inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [])
mkdirSync('dist/build', { recursive: true })
writeFileSync('dist/build/bundled.json', JSON.stringify([...new Set(folders)].sort()))
