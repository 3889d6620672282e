import { realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { reasonOf } from '../diagnostics.ts'
import type { WarnOnce } from '../model.ts'

/**
 * Loads packages that the application has, and that an output needs: from where its main script is, else from the
 * configuration file's folder. Undefined, and told, when one is missing or can't be loaded.
 */
export function requirePeers(
  type: string,
  names: readonly string[],
  folder: string,
  warnOnce: WarnOnce,
): unknown[] | undefined {
  const missing: string[] = []
  const found: unknown[] = []
  for (const name of names) {
    const path = pathOf(name, folder)
    if (path === undefined) {
      missing.push(name)
      continue
    }
    try {
      found.push(createRequire(path)(path))
    } catch (error) {
      warnOnce(
        `peer ${type} ${name}`,
        `output.type ${type}: ${name} can't be loaded on Node ${process.versions.node} (${reasonOf(error)}); nothing is exported`,
      )
      return undefined
    }
  }
  if (missing.length === 0) return found
  warnOnce(
    `peers ${type}`,
    `output.type ${type} needs packages that the application doesn't have; nothing is exported: npm install ${missing.join(' ')}`,
  )
  return undefined
}

/** The file of a package that the application has. */
export function pathOf(name: string, folder: string): string | undefined {
  for (const base of [mainScript(), join(folder, 'crossbridge.yml')]) {
    try {
      if (base !== undefined) return createRequire(base).resolve(name)
    } catch {}
  }
  return undefined
}

/** The file that `node` was started with; it may be a link in a `bin` folder. */
function mainScript(): string | undefined {
  try {
    return process.argv[1] === undefined ? undefined : realpathSync(process.argv[1])
  } catch {
    return undefined
  }
}
