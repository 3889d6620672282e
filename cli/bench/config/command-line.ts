import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Terminal, UsageError } from '../../command.ts'
import { type Figure, figures } from '../model.ts'
import type { Asked, Words } from './asked.ts'
import { readBench } from './bench-file.ts'
import type { Section } from './section.ts'
import { benchOfWords } from './words-given.ts'

/** The one that is read where none is named. */
const homes = ['bench.yml', 'bench.yaml']

/** The file that is named, or the variants of a command. Throws a `UsageError`. */
export function askedIn(
  [file, ...more]: readonly string[],
  variants: readonly string[],
  command: readonly string[] | undefined,
  words: Words,
  section: Section,
  terminal: Terminal,
): Asked {
  if (more.length > 0) throw new UsageError(`bench takes one file; ${more.length + 1} were given`)
  if (command === undefined && variants.length === 0) {
    const named = file ?? homes.find((name) => existsSync(join(terminal.cwd, name)))
    if (named === undefined)
      throw new UsageError(
        'bench takes a bench.yml, of which there is none here, or --variant and a command; see `npx @crossbridge/agent bench --help`',
      )
    if (file === undefined) terminal.err(`crossbridge: reading ./${named}\n`)
    return readBench(named, words, section, terminal)
  }
  if (file !== undefined) throw new UsageError(`--variant and a command stand instead of ${file}; leave one out`)
  if (command === undefined || command.length === 0)
    throw new UsageError(
      'no command follows --; as in: bench --variant a:STORE=a --variant b:STORE=b -- node queries.mjs',
    )
  if (variants.length === 0)
    throw new UsageError('there is no variant of the command; name them as --variant NAME:ENV=VALUE')
  return benchOfWords(variants, command, words, section, terminal.cwd)
}

/** The options of the command line. */
export interface Given {
  readonly [name: string]: string | boolean | readonly string[] | undefined
}

/** Those of them that win over the file. Throws a `UsageError`. */
export function wordsIn(values: Given): Words {
  const numberIn = (name: string, least: number, isWhole: boolean) => {
    const text = values[name]
    if (typeof text !== 'string') return {}
    const value = text.trim() === '' ? Number.NaN : Number(text)
    if (value >= least && value <= 1e8 && (!isWhole || Number.isInteger(value))) return { [name]: value }
    throw new UsageError(
      `--${name} must be a ${isWhole ? 'whole ' : ''}number from ${least} to 100000000, not ${JSON.stringify(text)}`,
    )
  }
  const { rank, baseline, only = [] } = values
  if (rank !== undefined && !figures.includes(rank as Figure))
    throw new UsageError(`--rank must be one of ${figures.join(', ')}, not ${JSON.stringify(rank)}`)
  return {
    ...numberIn('iterations', 1, true),
    ...numberIn('operations', 1, true),
    ...numberIn('seconds', 0.01, false),
    ...numberIn('seed', 0, true),
    ...(rank !== undefined && { rank: rank as Figure }),
    ...(typeof baseline === 'string' && { baseline }),
    only: only as readonly string[],
  }
}
