import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, relative, resolve } from 'node:path'
import { filePathIn } from '../agent/config/custom.ts'
import { suggest } from '../agent/suggest.ts'
import { type Command, readArgs, type Terminal, UsageError } from './command.ts'
import { stemOf, surveyFile } from './discover/file.ts'
import { type Guess, guessAll } from './discover/guess.ts'
import type { Candidate } from './discover/model.ts'
import { namesFor } from './discover/names.ts'
import { type Package, rangeOf, surveyPackage } from './discover/package.ts'
import { type Listing, yamlOf } from './discover/yaml.ts'
import { findConfig } from './find-config.ts'

export const discover: Command = {
  summary: 'what can be profiled in a package or in a file of your own, as YAML',
  help: `Usage: npx @crossbridge/agent discover PACKAGE|FILE [--all] [--match TEXT] [--whole] [--json] [--seconds N]

Lists the functions that an entry of \`instrumentations\` can reach, as YAML to paste below \`runtime.profiling\`, with the
scope and metadata that their names suggest: sizes and counts, never texts. Look it over before it is used.

A file (it begins with ./ or ../) is read, and nothing of it is run. A package is loaded in a process of its own.

  --all         also what begins with _, calls nothing, or is of every object
  --match TEXT  only what has this in its way, in upper or lower case
  --whole       a complete crossbridge.yml
  --json        as JSON
  --seconds N   how long a package may take to load; 10 unless it is said

Examples:
  npx @crossbridge/agent discover ./src/semantic-search.js
  npx @crossbridge/agent discover @acme/vectors --match search
`,
  async run(args, terminal) {
    const { values, positionals } = readArgs('discover', args, {
      all: { type: 'boolean' },
      match: { type: 'string' },
      whole: { type: 'boolean' },
      json: { type: 'boolean' },
      seconds: { type: 'string' },
    })
    const [what, ...others] = positionals
    if (what === undefined || others.length > 0)
      throw new UsageError(
        'discover takes one package or file, such as ./src/search.js; see `npx @crossbridge/agent discover --help`',
      )
    const seconds = Number(values.seconds ?? 10)
    if (!(seconds > 0 && seconds <= 600)) throw new UsageError('--seconds must be a number from above 0 to 600')
    const listing = await listingOf(what, { all: values.all ?? false, match: values.match, seconds }, terminal)
    if (values.json) terminal.out(`${JSON.stringify(jsonOf(listing), undefined, 2)}\n`)
    else terminal.out(yamlOf(listing, values.whole ?? false))
    if (listing.methods.length > 0 || listing.isCovered) return 0
    terminal.err(`crossbridge: ${nothing(what, listing, values.match)}\n`)
    return 1
  },
}

interface Asked {
  readonly all: boolean
  readonly match: string | undefined
  readonly seconds: number
}
interface Found extends Listing {
  /** Functions before any were left out. */
  readonly count: number
  /** A built-in profiles all that there is. */
  readonly isCovered: boolean
}

const mostMethods = 200

async function listingOf(what: string, asked: Asked, terminal: Terminal): Promise<Found> {
  const { cwd, env } = terminal
  const config = findConfig(cwd, env)
  const path = filePathIn(what)
  const file = path === undefined ? undefined : existing(resolve(cwd, path), what)
  const stem = file === undefined ? (what.split('/').at(-1) ?? what) : stemOf(file)
  const surveyed: Package =
    file === undefined
      ? await surveyPackage(what, terminal, asked.seconds * 1000)
      : { ...surveyFile(file, cwd), version: undefined, covered: [] }
  const { version, covered } = surveyed
  const { target: newTarget, nameBeside } = namesFor(stem, config.instrumentations)

  const { taken, left } = choose(surveyed.candidates, asked)
  const methods = guessAll(taken, stem, newTarget)
  const target = mostUsed(methods) ?? newTarget
  const folder = dirname(config.file ?? resolve(cwd, 'crossbridge.yml'))
  const notes = [
    file === undefined ? `${what}${version ? ` ${version}` : ''}, as it is installed` : `${what}, read and not run`,
    ...(file !== undefined && /\.[cm]?tsx?$/.test(file) ? [compiled(what)] : []),
    ...surveyed.notes,
    ...covered.map(({ library, ats }) => coveredNote(library, ats)),
    ...left,
  ]
  return {
    name: nameBeside([target, ...methods.map((method) => method.target)]),
    module: file === undefined ? what : modulePath(relative(folder, file)),
    versions: rangeOf(version),
    target,
    methods,
    unreachable: matching(surveyed.unreachable, asked.match),
    notes,
    count: surveyed.candidates.length,
    isCovered: covered.some(
      ({ ats }) =>
        matching(
          ats.map((name) => ({ name })),
          asked.match,
        ).length > 0,
    ),
  }
}

const compiled = (what: string) =>
  `for an application that loads ${what} itself (tsx, type stripping); where it loads compiled code, discover that file`

function coveredNote(library: string, ats: readonly string[]): string {
  const shown = ats.slice(0, 6).join(', ')
  const rest = ats.length > 6 ? ` and ${ats.length - 6} more` : ''
  return ats.length > 0
    ? `the built-in ${library} profiles already: ${shown}${rest}`
    : `the built-in ${library} profiles calls of it already, at places that its exports do not lead to`
}

function choose(candidates: readonly Candidate[], { all, match }: Asked): { taken: Candidate[]; left: string[] } {
  const fitting = matching(candidates, match)
  const major = all ? fitting : fitting.filter(({ minor }) => minor === undefined)
  const taken = all ? major : major.slice(0, mostMethods)
  const minor = fitting.length - major.length
  return {
    taken,
    left: [
      ...(minor > 0 ? [`left out: ${minor} small or general, or with _ before the name; --all lists them`] : []),
      ...(major.length > taken.length
        ? [`${major.length - taken.length} more are left out; --match TEXT narrows it down, --all lists them`]
        : []),
    ],
  }
}

function matching<T extends { readonly at?: string; readonly name: string }>(all: readonly T[], match?: string): T[] {
  const wanted = match?.toLowerCase() ?? ''
  return all.filter(({ at, name }) => (at ?? name).toLowerCase().includes(wanted))
}

/** The target that most methods have, so that only the others need to name theirs. */
function mostUsed(methods: readonly Guess[]): string | undefined {
  const counts = new Map<string, number>()
  for (const { target } of methods) counts.set(target, (counts.get(target) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0]
}

/** The file itself; throws with the names near it. */
function existing(file: string, what: string): string {
  const stat = existsSync(file) ? statSync(file) : undefined
  if (stat?.isFile() && /\.[cm]?[jt]sx?$/.test(file)) return file
  const isFolder = stat?.isDirectory() ?? false
  if (stat?.isFile()) throw new UsageError(`${what} is not a JavaScript or TypeScript file`)
  const folder = isFolder ? file : dirname(file)
  const names =
    existsSync(folder) && statSync(folder).isDirectory()
      ? readdirSync(folder).filter((name) => /\.[cm]?[jt]sx?$/.test(name))
      : []
  const near = isFolder ? names.slice(0, 3) : suggest(basename(file), names, 3)
  const help = near.length > 0 ? `; ${isFolder ? 'in it are' : 'near it are'} ${near.join(', ')}` : ''
  throw new UsageError(
    isFolder ? `${what} is a folder, name one of its files${help}` : `there is no file ${what}${help}`,
  )
}

const modulePath = (path: string) => (path.startsWith('.') ? path : `./${path}`).replaceAll('\\', '/')

function nothing(what: string, { count, unreachable, notes }: Found, match: string | undefined): string {
  if (match !== undefined && count > 0)
    return `nothing in ${what} has ${JSON.stringify(match)} in its way; leave --match out to see all`
  if (count > 0) return `${what} has only small functions; --all lists them`
  if (unreachable.length > 0) return `nothing in ${what} can be reached: the comments say why of each`
  return `nothing that can be profiled was found in ${what}${notes.length > 1 ? ', see the comments' : ': it exports no function, class or object with methods'}`
}

function jsonOf({ name, module, versions, target, methods, unreachable, notes }: Found) {
  return { entry: { name, module, ...(versions && { versions }), target, methods }, unreachable, notes }
}
