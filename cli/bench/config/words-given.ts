import { resolve } from 'node:path'
import { suggest } from '../../../agent/suggest.ts'
import { UsageError } from '../../command.ts'
import { isFile } from '../../files.ts'
import type { Variant } from '../model.ts'
import { type Asked, askedOf, type Words } from './asked.ts'
import type { Section } from './section.ts'

/** Processes of one run of a command, unless `--operations` or `--seconds` say it. */
const commandOperations = 5

/**
 * A benchmark that the command line alone describes: one command, and variants of its environment, each as
 * `NAME:ENV=VALUE[,ENV=VALUE]`. Throws a `UsageError`.
 */
export function benchOfWords(
  given: readonly string[],
  command: readonly string[],
  words: Words,
  section: Section,
  cwd: string,
): Asked {
  const variants = given.map((text) => variantOf(text, command))
  const twice = variants.find(({ name }, i) => variants.some((one, j) => j < i && one.name === name))
  if (twice !== undefined) throw new UsageError(`--variant ${twice.name} is given more than once; use two names`)
  const defaults = words.seconds === undefined ? { operations: commandOperations } : {}
  const parts = { variants, given: { ...defaults, warmup: 1 }, loads: [], workload: undefined, folder: cwd }
  const asked = askedOf(parts, words, section)
  checkNames(asked, variants, words, cwd)
  return asked
}

function variantOf(text: string, command: readonly string[]): Variant {
  const cut = text.indexOf(':')
  const [name, rest] = cut < 0 ? [text, ''] : [text.slice(0, cut), text.slice(cut + 1)]
  // A comma in a value is one that no NAME= follows.
  const pairs = rest === '' ? [] : rest.split(/,(?=[A-Za-z_]\w*=)/)
  const wrong = pairs.find((pair) => !/^[A-Za-z_]\w*=/.test(pair))
  if (!/^[\w.@ +/-]{1,60}$/.test(name) || wrong !== undefined)
    throw new UsageError(
      `--variant must be NAME:ENV=VALUE[,ENV=VALUE], as qdrant:STORE=qdrant, not ${JSON.stringify(text)}`,
    )
  const env = pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])
  return { kind: 'command', name, command, env: Object.fromEntries(env), location: `--variant ${name}` }
}

/** Names that the command line or the file say of variants: each must be there. */
export function checkNames(
  { plan }: Asked,
  all: readonly Variant[],
  { only, baseline: said }: Words,
  cwd: string,
  location?: string,
): void {
  const names = all.map(({ name }) => name)
  const help = (name: string) => {
    const [hint] = suggest(name, names)
    return hint === undefined ? `there are ${names.join(', ')}` : `did you mean ${hint}?`
  }
  for (const name of only)
    if (!names.includes(name)) throw new UsageError(`--only ${name} is not a variant; ${help(name)}`)
  const { baseline } = plan
  if (baseline === undefined || plan.variants.some(({ name }) => name === baseline)) return
  const from = said === undefined ? `baseline ${baseline} (${location})` : `--baseline ${baseline}`
  if (names.includes(baseline)) throw new UsageError(`${from} is left out by --only; name it there, too`)
  if (!isFile(resolve(cwd, baseline)))
    throw new UsageError(`${from} is neither a variant nor an earlier result's file; ${help(baseline)}`)
}
