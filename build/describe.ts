import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { benchmarksPage } from './benchmarks-page.ts'
import { comparisonPage } from './comparison-page.ts'
import { findingsPage } from './findings-page.ts'
import { jsonSchema } from './json-schema.ts'
import { librariesPage } from './libraries-page.ts'
import { notices } from './notices.ts'
import { optionsPage } from './options-page.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Every file that is generated, by its path. `npm run describe` writes them. */
export function generated(): Readonly<Record<string, string>> {
  return {
    'schema.json': `${JSON.stringify(jsonSchema(), undefined, 2)}\n`,
    'docs/options.md': optionsPage(root),
    'docs/benchmarks.md': benchmarksPage(root),
    'docs/comparison.md': comparisonPage(root),
    'docs/findings.md': findingsPage(root),
    'docs/libraries.md': librariesPage(root),
    'NOTICES.md': notices(root),
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of Object.entries(generated())) {
    mkdirSync(dirname(resolve(root, path)), { recursive: true })
    writeFileSync(resolve(root, path), text)
  }
}
