import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { lexed } from './lexed.ts'

/** The module system by which Node loads a file; undefined for a file that is no code. */
export type Kind = 'module' | 'commonjs'

/** By the format that a loader gives, else as Node decides: extension, package.json, the syntax itself. */
export function kindOf(path: string, format?: string | null): Kind | undefined {
  if (format) return /^(module|commonjs)(-typescript)?$/.exec(format)?.[1] as Kind | undefined
  if (/\.m[jt]s$/.test(path)) return 'module'
  if (/\.c[jt]s$/.test(path)) return 'commonjs'
  if (/\.(json|node|wasm)$/.test(path)) return undefined
  return typeOf(path) ?? (hasModuleSyntax(path) ? 'module' : 'commonjs')
}

function typeOf(path: string): Kind | undefined {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    try {
      const { type } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
      return type === 'module' || type === 'commonjs' ? type : undefined
    } catch {
      // No package.json here: the next folder up may have it.
    }
    if (folder === dirname(folder) || folder.endsWith('node_modules')) return undefined
  }
}

function hasModuleSyntax(path: string): boolean {
  try {
    const source = readFileSync(path, 'utf8')
    return /\b(?:import|export)\b/.test(source) && lexed(source).isModule
  } catch {
    return false
  }
}
