import { DocumentError, parseWhole } from '../../../agent/config/document.ts'
import { nameOf, readText, reasonOf } from '../../../agent/config/file.ts'
import type { Values } from '../../../agent/config/group.ts'
import type { Entry, Node } from '../../../agent/config/node.ts'
import { isEmpty } from '../../../agent/config/node.ts'
import type { Field, Option } from '../../../agent/config/option.ts'
import { mistake, shownKey } from '../../../agent/config/shown.ts'
import { suggest } from '../../../agent/suggest.ts'
import { UsageError } from '../../command.ts'

/** What reads a part of the file: `problem` gathers, so that all mistakes are reported at once. */
export interface Told {
  /** `bench.yml:12:5`. */
  readonly at: (node: { readonly at: number }) => string
  readonly problem: (message: string) => void
}

/** Opens a bench.yml. Throws a `UsageError` where it can't be read as a whole. */
export function openBench(file: string, cwd: string, env: NodeJS.ProcessEnv): Told & { root: Node; end(): void } {
  const name = nameOf(file, cwd)
  const problems: string[] = []
  const problem = (message: string) => void problems.push(message)
  try {
    const document = parseWhole(readText(file), env, [])
    const at = (node: { readonly at: number }) => `${name}:${document.location(node.at)}`
    for (const one of document.repeated) problem(`${shownKey(one.key)} is given more than once (${at(one)})`)
    const root = document.section ?? { kind: 'scalar', at: 0, value: null, text: '' }
    return { root, at, problem, end: () => throwAll(problems) }
  } catch (error) {
    const location = error instanceof DocumentError ? `:${error.location}` : ''
    throw new UsageError(`the benchmark can't be read: ${reasonOf(error)} (${name}${location})`)
  }
}

const mostProblems = 20

/** Throws them as one error, if there are any. */
function throwAll(problems: readonly string[]): void {
  if (problems.length === 0) return
  const more = problems.length - mostProblems
  const shown = problems.slice(0, mostProblems)
  throw new UsageError([...shown, ...(more > 0 ? [`${more} more mistakes are not shown`] : [])].join('\ncrossbridge: '))
}

/** The entries of a map; a value that is none is reported. */
export function entriesOf(node: Node | undefined, path: string, what: string, told: Told): readonly Entry[] {
  if (node === undefined || isEmpty(node)) return []
  if (node.kind === 'map') return node.entries
  told.problem(`${path} must be a map of ${what} (${told.at(node)})`)
  return []
}

/** Tells of keys that nobody knows. `prefix` is `load.`, or empty. */
export function tellUnknown(entries: readonly Entry[], known: readonly string[], prefix: string, told: Told): void {
  for (const entry of entries) {
    if (known.includes(entry.key)) continue
    const [hint] = suggest(entry.key, known)
    const help = hint === undefined ? `known are ${known.join(', ')}` : `did you mean ${hint}?`
    told.problem(`${prefix}${shownKey(entry.key)} is not an option (${told.at(entry)}); ${help}`)
  }
}

/** A field's value; undefined where nothing is given, and where it is wrong, which is reported. */
export function read<T>(field: Field<T>, node: Node | undefined, path: string, told: Told): T | undefined {
  if (node === undefined || isEmpty(node)) return undefined
  const reading = field.read(node)
  if ('value' in reading) return reading.value
  told.problem(`${path} ${mistake(field, reading)} (${told.at(reading.wrong)})`)
  return undefined
}

type Options = Readonly<Record<string, Option<unknown>>>

/** The options among a map's entries, with their defaults. */
export function readOptions<G extends Options>(
  options: G,
  entries: readonly Entry[],
  prefix: string,
  told: Told,
): Values<G> {
  const valueFor = (key: string, option: Option<unknown>) => {
    const node = entries.find((entry) => entry.key === key)?.value
    return read(option, node, prefix + key, told) ?? option.default
  }
  return Object.fromEntries(
    Object.entries(options).map(([key, option]) => [key, valueFor(key, option)]),
  ) as unknown as Values<G>
}
