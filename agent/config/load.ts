import { dirname } from 'node:path'
import type { Instrumentation } from '../model.ts'
import { nearest } from '../nearest.ts'
import { readInstrumentations } from './custom.ts'
import type { Entry, Node } from './document.ts'
import { speaksOf, unknownVariables } from './environment.ts'
import { openFile, shownKey } from './file.ts'
import { createResolve, isEmpty } from './resolve.ts'
import { type AlertConfig, type Config, type OutputConfig, schema, type Values } from './schema.ts'

/** The configuration in force, and what was wrong with what the user wrote. */
export interface Loaded {
  readonly config: Config
  readonly instrumentations: readonly Instrumentation[]
  /** One message each, ready to be told. */
  readonly problems: readonly string[]
  /** Where an option's or entry's value came from: `crossbridge.yml:3:14`, a variable, or undefined for the default. */
  readonly where: (path: string) => string | undefined
}

/** More than these are only counted: a file of another kind should not flood stderr. */
const mostProblems = 20

/** What a type of output or alert can't do without. */
const needs = { module: 'path', webhook: 'url' } as const

/** Defaults, then the file, then the environment. Never throws. */
export function load(file: string | undefined, env: NodeJS.ProcessEnv, cwd: string): Loaded {
  const problems: string[] = []
  const places = new Map<string, string>()
  const problem = (message: string) => void problems.push(message)
  const found = (path: string, place: string) => void places.set(path, place)
  const document = file === undefined ? undefined : openFile(file, env, cwd, problem)
  const at = (node: { at: number }) => `${document?.name}:${document?.place(node.at)}`
  const resolve = createResolve({ env, at, problem, found })

  const root = nested(document?.section, (key, offset, hint) =>
    problem(`${key} is not an option (${at({ at: offset })}), it is ignored; did you mean ${hint}?`),
  )
  const childOf = (key: string) =>
    root?.kind === 'map' ? root.entries.find((entry) => entry.key === key)?.value : undefined
  /** A group that may be a list of itself: `output`, `alerts`. */
  const several = <G extends 'output' | 'alerts'>(group: G): Values<(typeof schema)[G]>[] => {
    const node = childOf(group)
    const one = (single: Node | undefined, prefix: string, variables = true) =>
      resolve(schema[group], single, { prefix, variables }) as Values<(typeof schema)[G]>
    if (node?.kind !== 'list') return [one(node, `${group}.`)]
    if (speaksOf(env, group)) return [one(undefined, `${group}.`)]
    if (node.items.length > 0) return node.items.map((item, i) => one(item, `${group}.${i}.`, false))
    problem(`${group} must be a map or a list of maps, not an empty list (${at(node)}); using the default ${group}`)
    return [one(undefined, `${group}.`)]
  }

  /** An output or alert whose type wants what is not there has the default type. */
  const needing = <T extends OutputConfig | AlertConfig>(one: T, group: 'output' | 'alerts', i: number): T => {
    const needed = Object.hasOwn(needs, one.type) ? needs[one.type as keyof typeof needs] : undefined
    const prefix = places.has(`${group}.${i}.type`) ? `${group}.${i}.` : `${group}.`
    if (needed === undefined || places.has(prefix + needed)) return one
    const initial = schema[group].type.default
    problem(
      `${prefix}type: ${one.type} needs ${prefix}${needed}, which is not given (${places.get(`${prefix}type`)}); using ${JSON.stringify(initial)}`,
    )
    return { ...one, type: initial }
  }

  const { output: _, alerts: __, ...plain } = schema
  const others = ['output', 'alerts', 'instrumentations']
  const values = resolve(plain, root, { prefix: '', others }) as Omit<Config, 'output' | 'alerts'>
  const config = {
    ...values,
    output: several('output').map((one, i) => needing(one, 'output', i)),
    alerts: several('alerts').map((one, i) => needing(one, 'alerts', i)),
  }
  const entries = childOf('instrumentations')
  const instrumentations =
    entries === undefined || isEmpty(entries)
      ? []
      : readInstrumentations({ node: entries, folder: dirname(file ?? cwd), at, problem, found })
  for (const message of unknownVariables(env)) problem(message)
  const more = problems.length - mostProblems
  if (more > 0) problems.splice(mostProblems, more, `${more} more mistakes in the configuration are not shown`)

  return { config, instrumentations, problems, where: (path) => places.get(path) }
}

/**
 * The unified system's form keeps the options one level deeper, in `runtime.profiling.runtime`, whose values win over
 * those beside it. Other keys beside it belong to other parts of that system; only a misspelt option is told.
 */
function nested(root: Node | undefined, misspelt: (key: string, at: number, hint: string) => void): Node | undefined {
  const inner = root?.kind === 'map' ? root.entries.find(({ key }) => key === 'runtime') : undefined
  if (root?.kind !== 'map' || inner === undefined) return root
  if (inner.value.kind !== 'map' && !isEmpty(inner.value)) return { ...inner.value }
  const own: readonly Entry[] = inner.value.kind === 'map' ? inner.value.entries : []
  const known = [...Object.keys(schema), 'instrumentations']
  const outer = root.entries.filter(({ key, at }) => {
    if (known.includes(key)) return !own.some((entry) => entry.key === key)
    const [hint] = key === 'runtime' ? [] : nearest(key, known)
    if (hint !== undefined) misspelt(shownKey(key), at, hint)
    return false
  })
  return { kind: 'map', at: inner.value.at, entries: [...outer, ...own] }
}
