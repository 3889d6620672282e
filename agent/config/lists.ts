import type { Node } from './document.ts'
import { fromEnvironment, variablesOf } from './environment.ts'
import { lockedBy } from './lock.ts'
import { isEmpty } from './option.ts'
import type { createResolve, ResolveParts } from './resolve.ts'
import { type AlertConfig, eachOption, type OutputConfig, schema } from './schema.ts'

type Several = 'output' | 'alerts'

/** What a type of output or alert can't do without. */
const needs: Readonly<Record<string, string>> = { module: 'path', webhook: 'url' }

interface SeveralParts extends ResolveParts {
  readonly resolve: ReturnType<typeof createResolve>
  readonly where: (path: string) => string | undefined
}

/** Reads a group that may be a list of itself: `output`, `alerts`. */
export function createLists({ env, at, problem, found, lock, resolve, where }: SeveralParts) {
  return <One extends OutputConfig | AlertConfig>(group: Several, node: Node | undefined): One[] => {
    const one = (single: Node | undefined, key: string, variables: boolean) => {
      const values = resolve(schema[group], single, { prefix: `${key}.`, variables }) as One
      tellOthers(values, group, key, single)
      return needing(values, group, key)
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
    return [{ ...one(undefined, group, false), type: 'none' }]
  }

  /** Options that belong to other types than it has. With `none` they wait for another day. */
  function tellOthers({ type, ...one }: OutputConfig | AlertConfig, group: Several, key: string, node?: Node): void {
    const ofType = where(`${key}.type`)
    const isGiven = fromEnvironment(env, `${group}.type`) ?? childOf(node, 'type')
    // What is wrong with the type has been told.
    if (type === 'none' || (ofType === undefined && isGiven !== undefined)) return
    for (const { path, option } of eachOption(schema[group])) {
      const location = where(`${key}.${path}`)
      if (location === undefined || option.types === undefined || option.types.includes(type)) continue
      const isEmptied = (one as Readonly<Record<string, unknown>>)[path] === ''
      // The specification's own examples have a path ready beside `type: log`.
      const isReady = path === 'path' && type === 'log' && ofType !== undefined && !isVariable(location)
      // A variable has taken the place of the file's type, and what the file says belongs to that.
      const isReplaced = ofType !== undefined && isVariable(ofType) && !isVariable(location)
      if (isEmptied || isReady || isReplaced) continue
      const types = option.types.join(' or ')
      problem(
        `${key}.${path} is for type: ${types} (${location}), it is ignored; ${key}.type is "${type}" (${ofType ?? 'the default'})`,
      )
    }
  }

  /** One whose type wants what is not there has the default type. */
  function needing<T extends OutputConfig | AlertConfig>(one: T, group: Several, key: string): T {
    const needed = needs[one.type]
    if (needed === undefined || where(`${key}.${needed}`) !== undefined) return one
    const initial = schema[group].type.default
    const location = where(`${key}.type`)
    problem(`${key}.type: ${one.type} needs ${key}.${needed}, which is not given (${location}); using "${initial}"`)
    return { ...one, type: initial }
  }
}

const isVariable = (location: string) => !location.includes(':')

const childOf = (node: Node | undefined, name: string) =>
  node?.kind === 'map' ? node.entries.find(({ key, value }) => key === name && !isEmpty(value)) : undefined
