import { nearest } from '../nearest.ts'
import type { Node } from './document.ts'
import { fromEnvironment } from './environment.ts'
import { shownKey } from './file.ts'
import { mistake, type Option, shownValue } from './option.ts'
import { type Group, isOption } from './schema.ts'

interface ResolveParts {
  readonly env: NodeJS.ProcessEnv
  /** `crossbridge.yml:3:14`. */
  readonly at: (node: { at: number }) => string
  readonly problem: (message: string) => void
  readonly found: (path: string, place: string) => void
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
export function createResolve({ env, at, problem, found }: ResolveParts) {
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
    const set = variables ? fromEnvironment(env, path) : undefined
    const inFile = node === undefined || isEmpty(node) ? undefined : { node, place: at }
    const inEnv = set && { node: option.parse(set.raw), place: () => set.name }
    let value = option.default
    for (const given of [inFile, inEnv]) {
      if (given === undefined) continue
      const reading = option.read(given.node)
      if ('wrong' in reading) {
        const place = given.place(reading.wrong)
        problem(`${path} ${mistake(option, reading)} (${place}); using ${shownValue(option, value)}`)
      } else {
        value = reading.value
        found(path, given.place(given.node))
      }
    }
    return value
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

/** Whether a node is there without a value: `targets:`, or a variable that is not set. */
export function isEmpty(node: Node): boolean {
  return node.kind === 'scalar' && node.value === null && node.problem === undefined
}
