import { fromEnvironment, variablesOf } from './environment.ts'
import { lockedBy } from './lock.ts'
import type { Node } from './node.ts'
import { isEmpty } from './node.ts'
import type { createResolve, ResolveParts } from './resolve.ts'
import { eachOption, schema } from './schema.ts'
import { type AlertConfig, mayWait, type OutputConfig, type Union, unions } from './unions.ts'

type ListName = 'output' | 'alerts'

/** The options of all types, of which those of its own become the configuration. */
interface Given {
  readonly type: string
  readonly [option: string]: unknown
}

interface ListParts extends ResolveParts {
  readonly resolve: ReturnType<typeof createResolve>
  readonly where: (path: string) => string | undefined
}

/** Reads a group that may be a list of itself: `output`, `alerts`. */
export function createLists({ env, at, problem, found, lock, resolve, where }: ListParts) {
  return <One extends OutputConfig | AlertConfig>(group: ListName, node: Node | undefined): One[] => {
    const one = (single: Node | undefined, key: string, variables: boolean) => {
      const given = resolve(schema[group], single, { prefix: `${key}.`, variables }) as Given
      tellOthers(given, group, key, single)
      const type = usable(given.type, group, key)
      const ofType = Object.keys(casesOf(group)[type] ?? {}).map((option) => [option, given[option]])
      return { type, ...Object.fromEntries(ofType) } as One
    }
    if (node?.kind !== 'list') return [one(node, group, true)]
    if (node.items.length === 0)
      problem(`${group} must be a map or a list of maps, not an empty list (${at(node)}); using the default ${group}`)
    const set = variablesOf(env, group)
    if (node.items.length === 0 || (lock === undefined && set.length > 0)) return [one(undefined, group, true)]

    // A locked list: a variable can only take its place by nothing.
    const off = set.find(({ path, raw }) => path === `${group}.type` && raw === 'none')
    for (const { name } of set) {
      if (name !== off?.name) problem(`${name} is ignored: ${group} is a list (${at(node)}), ${lockedBy(lock)}`)
    }
    if (off === undefined) return node.items.map((item, i) => one(item, `${group}.${i}`, false))
    found(off.path, off.name)
    return [{ type: 'none' } as One]
  }

  /** Options that belong to other types than it has. With `none` they wait for another day. */
  function tellOthers({ type, ...options }: Given, group: ListName, key: string, node?: Node): void {
    const ofType = where(`${key}.type`)
    const isGiven = fromEnvironment(env, `${group}.type`) ?? childOf(node, 'type')
    // A wrong type has been told already.
    if (type === 'none' || (ofType === undefined && isGiven !== undefined)) return
    for (const { path, option } of eachOption(schema[group])) {
      const location = where(`${key}.${path}`)
      if (location === undefined || option.types === undefined || option.types.includes(type)) continue
      const isWaiting = mayWait(type, path) && ofType !== undefined && !isVariable(location)
      // A variable has taken the place of the file's type, and what the file says belongs to that.
      const isReplaced = ofType !== undefined && isVariable(ofType) && !isVariable(location)
      if (options[path] === '' || isWaiting || isReplaced) continue
      const types = option.types.join(' or ')
      problem(
        `${key}.${path} is for type: ${types} (${location}), it is ignored; ${key}.type is "${type}" (${ofType ?? 'the default'}), correct one of the two`,
      )
    }
  }

  /** The default type in the place of one that wants what is not there. */
  function usable(type: string, group: ListName, key: string): string {
    const needed = Object.entries(casesOf(group)[type] ?? {}).find(([, entry]) => entry.required)?.[0]
    if (needed === undefined || where(`${key}.${needed}`) !== undefined) return type
    const initial = schema[group].type.default
    const location = where(`${key}.type`)
    problem(`${key}.type: ${type} needs ${key}.${needed}, which is not given (${location}); using "${initial}"`)
    return initial
  }
}

const casesOf = (group: ListName) => unions[group].cases as Union['cases']
const isVariable = (location: string) => !location.includes(':')

const childOf = (node: Node | undefined, name: string) =>
  node?.kind === 'map' ? node.entries.find(({ key, value }) => key === name && !isEmpty(value)) : undefined
