import { fromEnvironment } from './environment.ts'
import { type Group, isOption } from './group.ts'
import { guesses } from './guesses.ts'
import { isTight, lockedBy } from './lock.ts'
import type { Node } from './node.ts'
import { isEmpty } from './node.ts'
import type { Option } from './option.ts'
import { mistake, shownKey, shownValue } from './shown.ts'

export interface ResolveParts {
  readonly env: NodeJS.ProcessEnv
  /** `crossbridge.yml:3:14`. */
  readonly at: (node: { at: number }) => string
  readonly problem: (message: string) => void
  readonly found: (path: string, location: string) => void
  /** The location of `lock`, if the file locks itself. */
  readonly lock?: string | undefined
}

interface GroupParts {
  /** `output.`; empty for the section itself. */
  readonly prefix: string
  /** Keys that are read elsewhere. */
  readonly others?: readonly string[]
  /** False if variables do not count here. */
  readonly variables?: boolean
}

/** Gives a group of options its values: the default, then the file's, then the variable's. */
export function createResolve({ env, at, problem, found, lock }: ResolveParts) {
  /** The file's values, or the defaults. */
  const said = new Map<string, unknown>()
  return resolveGroup

  function resolveGroup(
    group: Group,
    node: Node | undefined,
    { prefix, others = [], variables = true }: GroupParts,
  ): object {
    const path = prefix.slice(0, -1)
    const entries = node === undefined || isEmpty(node) ? [] : entriesOf(node, path, group)
    const known = [...Object.keys(group), ...others]
    for (const entry of entries) {
      if (known.includes(entry.key)) continue
      const help = guesses().meantBy(entry.key, entry.value, path, known) ?? `known are ${listed(known)}`
      problem(`${prefix}${shownKey(entry.key)} is not an option (${at(entry)}), it is ignored; ${help}`)
    }
    return Object.fromEntries(
      Object.entries(group).map(([key, entry]) => {
        const value = entries.find((one) => one.key === key)?.value
        const optionPath = prefix + key
        if (!isOption(entry)) return [key, resolveGroup(entry, value, { prefix: `${optionPath}.`, variables })]
        tellSiblings(optionPath, entry, value, group, path)
        return [key, resolveOption(optionPath, entry, value, variables)]
      }),
    )
  }

  /** Options that stand one level too low: in a map of names they pass for one of these. Labels may have any. */
  function tellSiblings(
    optionPath: string,
    option: Option<unknown>,
    node: Node | undefined,
    group: Group,
    path: string,
  ): void {
    if (node?.kind !== 'map' || option.schema.type !== 'object' || option.schema.patternProperties !== undefined) return
    for (const entry of node.entries)
      if (Object.hasOwn(group, entry.key))
        problem(`${optionPath}.${entry.key} is taken for a target (${at(entry)}); the option belongs under ${path}`)
  }

  function resolveOption(path: string, option: Option<unknown>, node: Node | undefined, variables: boolean): unknown {
    let value = option.default
    const take = (given: Node, location: (node: Node) => string) => {
      const reading = option.read(given)
      if ('value' in reading) return reading
      if (option.instead !== undefined) value = option.instead
      const using = `using ${shownValue(option, value)}`
      problem(`${path} ${mistake(option, reading)} (${location(reading.wrong)}); ${using}${strayIn(reading.wrong)}`)
      return undefined
    }
    const inFile = node === undefined || isEmpty(node) ? undefined : take(node, at)
    if (inFile !== undefined && node !== undefined) {
      value = inFile.value
      foundAll(path, option, node, at)
    }
    said.set(path, value)
    const set = variables ? fromEnvironment(env, path) : undefined
    const parsed = set && option.parse(set.raw)
    const given = set && parsed && take(parsed, () => set.name)
    if (set === undefined || parsed === undefined || given === undefined) return value
    if (lock !== undefined && !isTight(option, value, given.value, (other) => said.get(other))) {
      const location = inFile === undefined || node === undefined ? 'the default' : at(node)
      problem(`${set.name} is ignored: ${path} is ${shownValue(option, value)} (${location}), ${lockedBy(lock)}`)
      return value
    }
    foundAll(path, option, parsed, () => set.name)
    return given.value
  }

  function foundAll(path: string, { partsOf }: Option<unknown>, node: Node, location: (node: Node) => string): void {
    found(path, location(node))
    for (const [i, part] of (partsOf?.(node) ?? []).entries()) found(`${path}.${i}`, location(part))
  }

  function entriesOf(node: Node, path: string, group: Group) {
    if (node.kind === 'map') return node.entries
    const meant = guesses().groupMeantBy(node, group)
    const help = meant === undefined ? '' : `; ${meant}`
    problem(`${path || 'runtime.profiling'} must be a map of options (${at(node)}); using the defaults${help}`)
    return []
  }

  /** An option below another one, where a value should be. */
  function strayIn(wrong: Node): string {
    const [first] = wrong.kind === 'map' ? wrong.entries : []
    const meant = first && guesses().homeOf(first.key, first.value)
    return meant === undefined ? '' : `; ${first?.key} (${at(first as { at: number })}) ${meant}`
  }
}

/** The first names, since a message is one line. */
function listed(known: readonly string[]): string {
  const shown = known.length > 12 ? known.slice(0, 6) : known
  return (
    shown.join(', ') + (shown.length < known.length ? ` and ${known.length - shown.length} more (docs/options.md)` : '')
  )
}
