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
  alias: { debug: './build/vendor/debug.cjs' },
} as const
const chunk = (name: string) => ({ entryPoints: [`build/vendor/${name}.ts`], outfile: `dist/vendor/${name}.cjs` })

await build({ ...common, ...chunk('yaml'), platform: 'browser' })
for (const name of ['iitm', 'ritm', 'live']) await build({ ...common, ...chunk(name), platform: 'node' })
