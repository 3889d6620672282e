import { readFileSync } from 'node:fs'
import { lexed } from '../agent/load/lexed.ts'
import { fileOf } from '../agent/load/live-bindings.ts'

export interface Exports {
  /** What each name is bound to: two names of one binding have the same text. */
  readonly names: ReadonlyMap<string, string>
  readonly hasDefault: boolean
  /** There are others, of files that can't be read here. */
  readonly isOpen: boolean
}

/** The names that an ES module exports, those of the files that it passes on too. Throws where the file can't be lexed. */
export function exportsIn(path: string, above: readonly string[] = []): Exports {
  const names = new Map<string, string>()
  let isOpen = false
  const { exports } = lexed(readFileSync(path, 'utf8'))
  for (const { type, name, localName, importName, from = '' } of exports) {
    if (type === 'reexport-all') continue
    if (name !== undefined)
      names.set(name, `${path} ${type === 'direct' ? (localName ?? ` ${name}`) : `${from} ${importName ?? name}`}`)
  }
  for (const { type, name, from = '' } of exports) {
    if (type !== 'reexport-all' || name !== undefined) continue
    const file = fileOf(from, path)
    const inner = file === undefined || above.includes(file) ? undefined : tryExports(file, [...above, path])
    if (inner === undefined) isOpen ||= file === undefined || !above.includes(file)
    else {
      isOpen ||= inner.isOpen
      for (const [name, binding] of inner.names) if (name !== 'default' && !names.has(name)) names.set(name, binding)
    }
  }
  return { names, hasDefault: names.has('default'), isOpen }
}

function tryExports(path: string, above: readonly string[]): Exports | undefined {
  try {
    return exportsIn(path, above)
  } catch {
    return undefined
  }
}
