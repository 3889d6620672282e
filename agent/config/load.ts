import { readFileSync, statSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import type { Instrumentation } from '../model.ts'
import { nearest } from '../nearest.ts'
import { readInstrumentations } from './custom.ts'
import { DocumentError, type Entry, mostText, type Node, parse } from './document.ts'
import type { Option } from './option.ts'
import { type Config, eachOption, type Group, isOption, type OutputConfig, schema, variable } from './schema.ts'

/** The configuration in force, and what was wrong with what the user wrote. */
export interface Loaded {
  readonly config: Config
  readonly instrumentations: readonly Instrumentation[]
  /** One message each, ready to be told. */
  readonly problems: readonly string[]
  /** Where an option's or entry's value came from: `crossbridge.yml:3:14`, a variable, or undefined for the default. */
  readonly where: (path: string) => string | undefined
}

/** Variables of ours that are no options. */
const switches = ['CROSSBRIDGE_PROFILING_DEBUG']

/** Defaults, then the file, then the environment. Never throws. */
export function load(file: string | undefined, env: NodeJS.ProcessEnv, cwd: string): Loaded {
  const problems: string[] = []
  const places = new Map<string, string>()
  const document = file === undefined ? undefined : open(file, env, cwd, problems)
  const at = (node: { at: number }) => `${document?.name}:${document?.place(node.at)}`

  const readOption = (path: string, option: Option<unknown>, node: Node | undefined): unknown => {
    let value = option.default
    if (node !== undefined && !isEmpty(node)) {
      const found = option.read(node)
      if (found === undefined) {
        problems.push(`${path} ${mistake(option, node)} (${at(node)}); using ${JSON.stringify(value)}`)
      } else {
        value = found
        places.set(path, at(node))
      }
    }
    return readVariable(path, option, value)
  }
  const readVariable = (path: string, option: Option<unknown>, value: unknown): unknown => {
    const name = variable(path)
    const raw = env[name]
    if (!raw || option.parse === undefined) return value
    const node = option.parse(raw)
    const found = option.read(node)
    if (found === undefined) {
      problems.push(`${path} ${mistake(option, node)} (${name}); using ${JSON.stringify(value)}`)
      return value
    }
    places.set(path, name)
    return found
  }
  const readGroup = (group: Group, node: Node | undefined, prefix: string, others: readonly string[] = []): object => {
    const entries = node === undefined || isEmpty(node) ? [] : entriesOf(node, prefix.slice(0, -1))
    const known = [...Object.keys(group), ...others]
    for (const { key, at: offset } of entries) {
      if (known.includes(key)) continue
      const [hint] = nearest(key, known)
      const help = hint ? `; did you mean ${hint}?` : `; known are ${known.join(', ')}`
      problems.push(`${prefix}${key} is not an option (${at({ at: offset })}), it is ignored${help}`)
    }
    return Object.fromEntries(
      Object.entries(group).map(([key, entry]) => {
        const value = lastOf(entries, key, prefix)
        return [
          key,
          isOption(entry) ? readOption(prefix + key, entry, value) : readGroup(entry, value, `${prefix}${key}.`),
        ]
      }),
    )
  }
  const entriesOf = (node: Node, path: string): readonly Entry[] => {
    if (node.kind === 'map') return node.entries
    problems.push(`${path || 'runtime.profiling'} must be a map of options (${at(node)}); using the defaults`)
    return []
  }
  const lastOf = (entries: readonly Entry[], key: string, prefix: string): Node | undefined => {
    const found = entries.filter((entry) => entry.key === key)
    const last = found.at(-1)
    if (last && found.length > 1) problems.push(`${prefix}${key} is given more than once (${at(last)}); using the last`)
    return last?.value
  }
  const readOutput = (node: Node | undefined): readonly OutputConfig[] => {
    const fromEnv = eachOption(schema.output, 'output.').some(({ path }) => env[variable(path)])
    if (node?.kind !== 'list' || fromEnv) {
      return [readGroup(schema.output, node?.kind === 'list' ? undefined : node, 'output.') as OutputConfig]
    }
    return node.items.map((item, i) => readGroup(schema.output, item, `output.${i}.`) as OutputConfig)
  }

  const { output: _, ...plain } = schema
  const root = nested(document?.root)
  const entries = root?.kind === 'map' ? root.entries : []
  const values = readGroup(plain, root, '', ['output', 'instrumentations']) as Omit<Config, 'output'>
  const config = { ...values, output: readOutput(lastOf(entries, 'output', '')) }
  const instrumentations = readInstrumentations({
    node: lastOf(entries, 'instrumentations', ''),
    folder: file === undefined ? cwd : dirname(file),
    at,
    problem: (message) => problems.push(message),
    found: (name, place) => places.set(`instrumentations.${name}`, place),
  })
  problems.push(...unknownVariables(env))

  return { config, instrumentations, problems, where: (path) => places.get(path) }
}

function open(file: string, env: NodeJS.ProcessEnv, cwd: string, problems: string[]) {
  const near = relative(cwd, file)
  const name = near.startsWith('..') ? file : near
  try {
    const size = statSync(file).size
    if (size > mostText) throw new Error(`it has ${size} bytes, more than ${mostText}`)
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file))
    return { name, ...parse(text, env) }
  } catch (error) {
    const place = error instanceof DocumentError ? `:${error.place}` : ''
    const reason = (error as Error).message.split('\n')[0]
    problems.push(`the configuration can't be read: ${reason} (${name}${place}); using the defaults`)
    return undefined
  }
}

/** The unified system's form keeps the options one level deeper, in `runtime.profiling.runtime`. */
function nested(root: Node | undefined): Node | undefined {
  if (root?.kind !== 'map') return root
  const inner = root.entries.findLast(({ key }) => key === 'runtime')?.value
  if (inner?.kind !== 'map') return root
  const own = new Set(inner.entries.map(({ key }) => key))
  const known = new Set([...Object.keys(schema), 'instrumentations'])
  const outer = root.entries.filter(({ key }) => known.has(key) && !own.has(key))
  return { ...inner, entries: [...outer, ...inner.entries] }
}

function mistake(option: Option<unknown>, node: Node): string {
  if (node.kind === 'scalar' && node.problem) return `can't be used: ${node.problem}`
  // A text that came from a variable may be a secret: what is shown is what stands in the file.
  const given = node.kind === 'scalar' ? JSON.stringify(node.text.slice(0, 40)) : `a ${node.kind}`
  return `must be ${option.expected}, not ${given}`
}

function unknownVariables(env: NodeJS.ProcessEnv): string[] {
  const known = [...eachOption().map(({ path }) => variable(path)), ...switches]
  return Object.keys(env)
    .filter((name) => name.startsWith('CROSSBRIDGE_PROFILING_') && !known.includes(name))
    .map((name) => {
      const [hint] = nearest(name, known)
      return `${name} is not an option, it is ignored${hint ? `; did you mean ${hint}?` : '; see docs/options.md'}`
    })
}

const isEmpty = (node: Node) => node.kind === 'scalar' && node.value === null && node.problem === undefined
