import { createRequire } from 'node:module'

/** A third party's code out of dist/vendor, where `build/bundle.ts` puts it. */
export const vendor = (name: 'babel' | 'charts' | 'sketch' | 'yaml'): unknown =>
  createRequire(import.meta.url)(`../../vendor/${name}.cjs`)
