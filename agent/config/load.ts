import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { chunk } from '../chunk.ts'
import type { Instrumentation } from '../model.ts'
import { unknownVariables } from './environment.ts'
import { type ConfigFile, nameOf, openFile } from './file.ts'
import { guesses } from './guesses.ts'
import { idleLabels } from './labels.ts'
import { createLists } from './lists.ts'
import { lockOf } from './lock.ts'
import type { Entry, Node } from './node.ts'
import { isEmpty } from './node.ts'
import { createResolve } from './resolve.ts'
import { type Config, schema } from './schema.ts'
import { shownKey } from './shown.ts'
import { whyRefused } from './trust.ts'
import { withoutWords } from './unified.ts'
import type { AlertConfig, OutputConfig } from './unions.ts'

/** The configuration in force, and what was wrong with what the user wrote. */
export interface Loaded {
  /** The file that was read. */
  readonly file: string | undefined
  /** One that was not taken. */
  readonly refused?: string
  readonly config: Config
  readonly instrumentations: readonly Instrumentation[]
  /** One message each, ready to be reported. */
  readonly problems: readonly string[]
  /** Those of them that are no mistakes. */
  readonly notes: readonly string[]
  /** The source of an option's or entry's value: `crossbridge.yml:3:14`, a variable, or undefined for the default. */
  readonly where: (path: string) => string | undefined
}

/** More than these are only counted: a file of another kind should not flood stderr. */
const mostProblems = 20

/**
 * Reads the configuration, without a file that is somebody else's and wants more than such a one may. Never throws.
 */
export function load(named: string | undefined, env: NodeJS.ProcessEnv, cwd: string, home?: string): Loaded {
  const loaded = read(named, env, cwd, home)
  const { file, config, where } = loaded
  if (file === undefined) return loaded
  const name = nameOf(file, cwd)
  const isNamed = Boolean(env.CROSSBRIDGE_CONFIG) && file === named
  const why = whyRefused({ file, name, config, where, cwd, isNamed })
  if (why === undefined) return loaded
  const left = file === named ? read(undefined, env, cwd) : read(named, env, cwd)
  const instead =
    left.file === undefined && !left.config.enabled ? 'using the defaults, profiling is off' : 'using the rest'
  return { ...left, problems: [`${why}; ${instead}`, ...left.problems], refused: file }
}

/**
 * Defaults, then the file, then the environment. `home` is the file that there would be without CROSSBRIDGE_CONFIG: one
 * that is locked stays in force.
 */
function read(named: string | undefined, env: NodeJS.ProcessEnv, cwd: string, home?: string): Loaded {
  const problems: string[] = []
  const locations = new Map<string, string>()
  const problem = (message: string) => void problems.push(message)
  const found = (path: string, location: string) => void locations.set(path, location)
  const locked = home === undefined || home === named ? undefined : openLocked(home, env, cwd, problem)
  const file = locked === undefined ? named : home
  const document = locked ?? (file === undefined ? undefined : openFile(file, env, cwd, problem))
  const at = locationIn(document)
  const variables = document === undefined && file !== undefined && existsSync(file) ? optionsSet(env) : []
  if (variables.length > 0)
    problem(
      `a lock that ${file} may have is not in force, since the file can't be read: ${variables.slice(0, 3).join(', ')} ${variables.length > 1 ? 'are' : 'is'} used as given`,
    )

  const notes: string[] = []
  const misplaced = (message: string) => {
    notes.push(message)
    problem(message)
  }
  const root = nested(document?.section, {
    agentEntries: (entries) => withoutWords(entries, at, misplaced),
    stray: (entry, help) => problem(`${shownKey(entry.key)} is not an option (${at(entry)}), it is ignored; ${help}`),
  })
  const lock = lockOf(root, at)
  const parts = { env, at, problem, found, lock }
  const where = (path: string) => locations.get(path)
  const resolve = createResolve(parts)
  const readList = createLists({ ...parts, resolve, where })
  const childOf = (key: string) =>
    root?.kind === 'map' ? root.entries.find((entry) => entry.key === key)?.value : undefined

  const { output: _, alerts: __, ...plain } = schema
  const others = ['output', 'alerts', 'instrumentations']
  const values = resolve(plain, root, { prefix: '', others }) as Omit<Config, 'output' | 'alerts'>
  const config = {
    ...values,
    output: readList<OutputConfig>('output', childOf('output')),
    alerts: readList<AlertConfig>('alerts', childOf('alerts')),
  }
  const entries = childOf('instrumentations')
  const instrumentations =
    entries === undefined || isEmpty(entries)
      ? []
      : readEntries({ node: entries, folder: dirname(file ?? cwd), at, problem, found })
  for (const message of idleLabels(config, where)) problem(message)
  for (const message of unknownVariables(env)) problem(message)
  const more = problems.length - mostProblems
  if (more > 0) problems.splice(mostProblems, more, `${more} more mistakes in the configuration are not shown`)

  return { file, config, instrumentations, problems, notes, where }
}

/** The file, if it locks itself; what is wrong with it is reported then alone. */
function openLocked(file: string, env: NodeJS.ProcessEnv, cwd: string, problem: (message: string) => void) {
  const problems: string[] = []
  const document = openFile(file, env, cwd, (message) => problems.push(message))
  if (document === undefined) {
    if (!existsSync(file)) return undefined
    const [, why = ''] = /can't be read: (.*?) \(/.exec(problems[0] ?? '') ?? []
    problem(
      `a lock that ${file} may have is not in force, since the file can't be read (${why}): CROSSBRIDGE_CONFIG is used`,
    )
    return undefined
  }
  const lock = lockOf(
    nested(document.section, { agentEntries: (entries) => entries, stray: () => {} }),
    locationIn(document),
  )
  if (lock === undefined) return undefined
  for (const message of problems) problem(message)
  problem(`CROSSBRIDGE_CONFIG is ignored: ${document.name} is locked (lock, ${lock}); that file is used`)
  return document
}

/** The user's entries, by what is loaded where there are some. */
const readEntries: typeof import('./custom.ts').readInstrumentations = (source) =>
  chunk<typeof import('./custom.ts')>('custom').readInstrumentations(source)

/** The variables that would be held to a lock. */
const optionsSet = (env: NodeJS.ProcessEnv) =>
  Object.keys(env).filter((name) => /^CROSSBRIDGE_PROFILING_(?!(DEBUG|LEDGER)$)/.test(name) && env[name]?.trim() !== '')

const locationIn = (document: ConfigFile | undefined) => (node: { at: number }) =>
  `${document?.name}:${document?.location(node.at)}`

interface NestedParts {
  /** The agent's own keys among those of the section. */
  readonly agentEntries: (entries: readonly Entry[]) => readonly Entry[]
  readonly stray: (entry: Entry, help: string) => void
}

/**
 * The unified system's form keeps the options one level deeper, in `runtime.profiling.runtime`, whose values win over
 * those beside it. Other keys beside it belong to other parts of that system; only what seems to be an option is reported.
 */
function nested(root: Node | undefined, { agentEntries, stray }: NestedParts): Node | undefined {
  if (root?.kind !== 'map') return root
  const entries = agentEntries(root.entries)
  const inner = entries.find(({ key }) => key === 'runtime')
  if (inner === undefined) return { ...root, entries }
  if (inner.value.kind !== 'map' && !isEmpty(inner.value)) return { ...inner.value }
  const deeper = inner.value.kind === 'map' ? agentEntries(inner.value.entries) : []
  const known = [...Object.keys(schema), 'instrumentations']
  const outer = entries.filter((entry) => {
    if (known.includes(entry.key)) return !deeper.some(({ key }) => key === entry.key)
    const help = entry === inner ? undefined : guesses().meantBy(entry.key, entry.value, '', known)
    if (help !== undefined) stray(entry, help)
    return false
  })
  return { kind: 'map', at: inner.value.at, entries: [...outer, ...deeper] }
}
