import { nearest } from '../nearest.ts'
import type { Node } from './document.ts'
import { fromEnvironment } from './environment.ts'
import { shownKey } from './file.ts'
import { isTight, lockedBy } from './lock.ts'
import { isEmpty, mistake, type Option, shownValue } from './option.ts'
import { type Group, isOption } from './schema.ts'

export interface ResolveParts {
  readonly env: NodeJS.ProcessEnv
  /** `crossbridge.yml:3:14`. */
  readonly at: (node: { at: number }) => string
  readonly problem: (message: string) => void
  readonly found: (path: string, place: string) => void
  /** Where the file locks itself. */
  readonly lock?: string | undefined
}

interface Place {
  /** `output.`; empty for the section itself. */
  readonly prefix: string
  /** Keys that are read elsewhere. */
  readonly others?: readonly string[]
  /** Whether variables count here. */
  readonly variables?: boolean
}

/** Gives a group of options its values: the default, then the file's, then the variable's. */
export function createResolve({ env, at, problem, found, lock }: ResolveParts) {
  /** What the file says, or the default. */
  const said = new Map<string, unknown>()
  return resolveGroup

  function resolveGroup(
    group: Group,
    node: Node | undefined,
    { prefix, others = [], variables = true }: Place,
  ): object {
    const entries = node === undefined || isEmpty(node) ? [] : entriesOf(node, prefix.slice(0, -1))
    const known = [...Object.keys(group), ...others]
    for (const { key, at: offset } of entries) {
      if (known.includes(key)) continue
      const [hint] = nearest(key, known)
      const help = hint ? `did you mean ${hint}?` : `known are ${listed(known)}`
      problem(`${prefix}${shownKey(key)} is not an option (${at({ at: offset })}), it is ignored; ${help}`)
    }
    return Object.fromEntries(
      Object.entries(group).map(([key, entry]) => {
        const value = entries.find((one) => one.key === key)?.value
        const path = prefix + key
        if (isOption(entry)) return [key, resolveOption(path, entry, value, variables)]
        return [key, resolveGroup(entry, value, { prefix: `${path}.`, variables })]
      }),
    )
  }

  function resolveOption(path: string, option: Option<unknown>, node: Node | undefined, variables: boolean): unknown {
    let value = option.default
    const take = (given: Node, place: (node: Node) => string) => {
      const reading = option.read(given)
      if ('value' in reading) return reading
      if (option.instead !== undefined) value = option.instead
      problem(`${path} ${mistake(option, reading)} (${place(reading.wrong)}); using ${shownValue(option, value)}`)
      return undefined
    }
    const inFile = node === undefined || isEmpty(node) ? undefined : take(node, at)
    if (inFile !== undefined && node !== undefined) {
      value = inFile.value
      found(path, at(node))
    }
    said.set(path, value)
    const set = variables ? fromEnvironment(env, path) : undefined
    const given = set && take(option.parse(set.raw), () => set.name)
    if (set === undefined || given === undefined) return value
    if (lock !== undefined && !isTight(path, value, given.value, (other) => said.get(other))) {
      const place = inFile === undefined || node === undefined ? 'the default' : at(node)
      problem(`${set.name} is ignored: ${path} is ${shownValue(option, value)} (${place}), ${lockedBy(lock)}`)
      return value
    }
    found(path, set.name)
    return given.value
  }

  function entriesOf(node: Node, path: string) {
    if (node.kind === 'map') return node.entries
    problem(`${path || 'runtime.profiling'} must be a map of options (${at(node)}); using the defaults`)
    return []
  }
}

/** The first names, since a message is one line. */
function listed(known: readonly string[]): string {
  const shown = known.length > 12 ? known.slice(0, 6) : known
  return (
    shown.join(', ') + (shown.length < known.length ? ` and ${known.length - shown.length} more (docs/options.md)` : '')
  )
}
