import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/** A third party's code out of dist/vendor, where `build/bundle.ts` puts it. */
export const vendor = (name: 'babel' | 'charts' | 'sketch' | 'yaml'): unknown =>
  createRequire(import.meta.url)(`../../vendor/${name}.cjs`)

/** The text of a file that `build/bundle.ts` puts next to the command line's own chunk. */
export const chunkText = (name: 'page.js' | 'page.css'): string =>
  readFileSync(new URL(`../chunk/${name}`, import.meta.url), 'utf8').trimEnd()
