import { dirname, resolve } from 'node:path'
import { childOf } from '../../../agent/config/node.ts'
import type { Terminal } from '../../command.ts'
import { type Asked, askedOf, loadsOf, topKeys, type Words } from './asked.ts'
import { loadOptions, options } from './options.ts'
import { entriesOf, openBench, read, type Told, tellUnknown } from './reader.ts'
import type { Section } from './section.ts'
import { readVariants } from './variants.ts'
import { checkNames } from './words-given.ts'
import { readDescription } from './workload.ts'

/** Reads a bench.yml. Throws a `UsageError` with all that is wrong with it, each with its place. */
export function readBench(path: string, words: Words, section: Section, { cwd, env }: Terminal): Asked {
  const file = resolve(cwd, path)
  const folder = dirname(file)
  const { root, end, ...told } = openBench(file, cwd, env)
  const entries = entriesOf(root, 'the file', 'options', told)
  tellUnknown(entries, topKeys, '', told)
  const given = valuesOf(options, entries, '', told)
  const loadEntries = entriesOf(childOf(root, 'load'), 'load', 'concurrency and rate', told)
  tellUnknown(loadEntries, Object.keys(loadOptions), 'load.', told)
  const loads = loadsOf(valuesOf(loadOptions, loadEntries, 'load.', told))
  const workload = readDescription(childOf(root, 'workload'), told)
  const variants = readVariants(childOf(root, 'variants'), folder, told)
  const node = childOf(root, 'variants')
  if (node === undefined || (variants.length === 0 && node.kind === 'map' && node.entries.length === 0))
    told.problem(`variants are missing (${told.at(root)}); name what is to be compared`)
  for (const one of variants)
    if (one.kind === 'adapter' && childOf(root, 'workload') === undefined)
      told.problem(`variants.${one.name} needs a workload (${one.location}); say workload: { documents, queries }`)
  const baseline = childOf(root, 'baseline')
  end()
  const asked = askedOf({ variants, given, loads, workload, folder }, words, section)
  checkNames(asked, variants, words, cwd, baseline && told.at(baseline))
  return asked
}

/** Those that are given, without defaults. */
function valuesOf<G extends typeof options | typeof loadOptions>(
  group: G,
  entries: ReturnType<typeof entriesOf>,
  prefix: string,
  told: Told,
): { [K in keyof G]?: G[K] extends { default: infer T } ? T : never } {
  const pairs = Object.entries(group).map(([key, option]) => [
    key,
    read<unknown>(option, entries.find((entry) => entry.key === key)?.value, prefix + key, told),
  ])
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined))
}
