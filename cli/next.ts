import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { installedFolder, textIn } from './files.ts'

/** What Next.js leaves out of its bundles of a project. */
export interface NextExternals {
  /** `next.config.mjs`; undefined where the project has none. */
  readonly file: string | undefined
  /** Named in `serverExternalPackages`. */
  readonly named: readonly string[]
  /** Those of the names that it would bundle. */
  readonly missing: readonly string[]
}

/** Looks into next.config, which is read and not run, and into Next.js' own list. */
export function nextExternals(root: string, names: readonly string[]): NextExternals {
  const file = ['js', 'mjs', 'ts', 'mts']
    .map((end) => `next.config.${end}`)
    .find((name) => existsSync(join(root, name)))
  const text = file === undefined ? '' : textIn(join(root, file)).replace(/^\s*\/\/.*$/gm, '')
  const [, list = ''] = /\bserverExternalPackages["']?\s*:\s*\[([^\]]*)\]/.exec(text) ?? []
  const named = Array.from(list.matchAll(/["'`]([^"'`]+)["'`]/g), ([, name = '']) => name)
  const next = installedFolder('next', root)
  const own = next === undefined ? '' : textIn(join(next, 'dist/lib/server-external-packages.jsonc'))
  const known = new Set([...named, ...Array.from(own.matchAll(/^\s*"([^"]+)"/gm), ([, name = '']) => name)])
  return { file, named, missing: [...new Set(names)].filter((name) => !known.has(name)).sort() }
}

/** The whole list, as it is to stand in next.config. */
export const externalsLine = ({ named, missing }: NextExternals): string =>
  `serverExternalPackages: [${[...named, ...missing].map((name) => `'${name}'`).join(', ')}]`
