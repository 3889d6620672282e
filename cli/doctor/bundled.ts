import { extname, join } from 'node:path'
import { bundledKey } from '../../agent/load/bundled.ts'
import { isFolder, jsonIn, namesIn, textIn } from '../files.ts'
import { firstLines } from './source-map.ts'

/** A package inside of a file that a bundler has written. */
export interface Copy {
  readonly name: string
  readonly file: string
  readonly line: number
  /** It hands itself to the agent, by the plugin. */
  readonly isHanded: boolean
}

/** Of a bundle, and of its source map. */
export const mostBytes = 64_000_000

/** The packages of which a bundle has a copy, by what bundlers write beside them, or by its source map. */
export function copiesIn(file: string, names: readonly string[]): Copy[] {
  const text = textIn(file, mostBytes)
  const lines = new Map([...mappedIn(file, text), ...commentedIn(text)])
  const isHanded = text.includes(bundledKey)
  return names.flatMap((name) => {
    const handed = isHanded && text.includes(`${name}@`)
    const line = lines.get(name) ?? (handed ? 1 : undefined)
    return line === undefined ? [] : [{ name, file, line, isHanded: handed }]
  })
}

/** The package's name behind the last `node_modules` of a path. */
const packageIn = (path: string) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(decoded(path))?.[1]

/** `// node_modules/openai/index.mjs`, `"./node_modules/openai/index.mjs":`: not a path in the code itself. */
function commentedIn(text: string): Map<string, number> {
  const found = new Map<string, number>()
  if (!text.includes('node_modules/')) return found
  for (const [i, line] of text.split('\n').entries()) {
    const [, path = ''] =
      /^\s*(?:\/\/|\/\*+|!\*\*\*|["'](?=\.))[^\n]*?((?:\.{0,2}\/)*node_modules\/[^\s"'*]+)/.exec(line) ?? []
    const name = packageIn(path)
    if (name !== undefined && !found.has(name)) found.set(name, i + 1)
  }
  return found
}

function mappedIn(file: string, text: string): Map<string, number> {
  const found = new Map<string, number>()
  const map = (jsonIn(`${file}.map`, mostBytes) ?? inlineIn(text)) as SourceMap | undefined
  const parts = [map, ...(map?.sections?.map(({ map }) => map) ?? [])]
  const offsets = [0, ...(map?.sections?.map(({ offset }) => offset?.line ?? 0) ?? [])]
  for (const [i, part] of parts.entries()) {
    if (!Array.isArray(part?.sources) || typeof part.mappings !== 'string') continue
    const lines = firstLines(part.mappings)
    for (const [source, path] of part.sources.entries()) {
      const name = typeof path === 'string' ? packageIn(path) : undefined
      const line = lines.get(source)
      if (name !== undefined && line !== undefined && !found.has(name)) found.set(name, line + (offsets[i] ?? 0))
    }
  }
  return found
}

interface SourceMap {
  readonly sources?: readonly unknown[]
  readonly mappings?: unknown
  readonly sections?: readonly { readonly offset?: { readonly line?: number }; readonly map?: SourceMap }[]
}

function inlineIn(text: string): unknown {
  const [, data] = /\/\/# sourceMappingURL=data:application\/json;(?:charset=utf-8;)?base64,(\S+)\s*$/.exec(text) ?? []
  try {
    return data === undefined ? undefined : JSON.parse(Buffer.from(data, 'base64').toString('utf8'))
  } catch {
    return undefined
  }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path).replaceAll('\\', '/')
  } catch {
    return path
  }
}

const mostFiles = 500

/** The code that a build has written to a folder, with what is below it. */
export function outputIn(folder: string): string[] {
  const files: string[] = []
  const queue = [folder]
  for (let at = queue.shift(); at !== undefined && files.length < mostFiles; at = queue.shift()) {
    for (const name of namesIn(at)) {
      if (name === 'node_modules' || name === 'cache') continue
      const path = join(at, name)
      if (/^\.[cm]?js$/.test(extname(name))) files.push(path)
      else if (extname(name) === '' && isFolder(path)) queue.push(path)
    }
  }
  return files.slice(0, mostFiles)
}
