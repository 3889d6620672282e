import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { reasonOf } from '../agent/diagnostics.ts'
import { writePrivate } from '../agent/output/private-file.ts'
import { type Command, readArgs, type Terminal, UsageError } from './command.ts'
import { near } from './config.ts'
import { isEmptyBook, openBook } from './cost/book.ts'
import { createCosts } from './cost/cost.ts'
import { isFolder } from './files.ts'
import { findConfig } from './find-config.ts'
import { count } from './format.ts'
import { type Collected, collect } from './report/collect.ts'
import { markdownOf } from './report/markdown.ts'
import type { Report } from './report/model.ts'
import { profilesOf } from './report/profiles.ts'
import { createProgress } from './report/progress.ts'
import { reportOf } from './report/summary.ts'
import { textOf } from './report/text.ts'

const mostSlowest = 100

export const report: Command = {
  summary: 'what recorded calls say: where the time went, what could be better, the slowest requests',
  help: `Usage: npx @crossbridge/agent report [FILE…] [--json | --md] [--html PAGE] [--slowest N]
                                   [--profiles DIR] [--no-rotated]

Reads JSONL files of records, also lines of \`output.type: log\` between others, and shows for each scope and library
calls, errors, percentiles, share of the time and tokens; what could be better, each with its evidence and what it would
save; the slowest requests; and of the CPU profiles that records name, which functions took the time. Files that were
rotated away from FILE (FILE.1, FILE.2.gz) are read too. Without FILE it takes \`output.path\` of the configuration, and
\`system.output.path\` where it is; - is stdin.

  --json         as JSON
  --md           as Markdown, for a pull request
  --html PAGE    also writes PAGE, one file with charts that needs no network
  --slowest N    how many requests to show (5)
  --profiles DIR the folder of the CPU profiles that records name (cpu_profile.path; profiles, beside FILE)
  --no-rotated   only the files that are named

Examples: npx @crossbridge/agent report data/profiling/profile.jsonl
          kubectl logs my-pod | npx @crossbridge/agent report -
`,
  async run(args, terminal) {
    const { values, positionals } = readArgs('report', args, {
      json: { type: 'boolean' },
      md: { type: 'boolean' },
      html: { type: 'string' },
      slowest: { type: 'string' },
      profiles: { type: 'string' },
      'no-rotated': { type: 'boolean' },
    })
    if (values.json && values.md) throw new UsageError('report prints either --json or --md; leave one out')
    const slowest = slowestFrom(values.slowest)
    if (values.profiles !== undefined && !isFolder(resolve(terminal.cwd, values.profiles)))
      throw new UsageError(`--profiles ${values.profiles}: there is no such folder`)
    const named = positionals.length > 0 ? positionals : configuredFiles(terminal)
    const { cwd } = terminal
    const costs = costsHere(terminal)
    const progress = createProgress(terminal)
    const collected = await collect(named, { cwd, rotated: !values['no-rotated'], slowest, progress, costs })
    checkSome(collected, named)
    const configured = collected.profiles.length > 0 ? profilesPath(terminal) : undefined
    const where = { cwd, folder: values.profiles, configured, files: named, progress }
    const made = withProfiles(reportOf(collected, costs), await profilesOf(collected.profiles, where))
    if (values.json) terminal.out(`${JSON.stringify(made, undefined, 2)}\n`)
    else terminal.out(values.md ? markdownOf(made) : textOf(made, terminal))
    if (values.html !== undefined) await writePage(values.html, made, terminal)
    return 0
  },
}

const withProfiles = (report: Report, { profile, notes }: Awaited<ReturnType<typeof profilesOf>>): Report => ({
  ...report,
  notes: [...report.notes, ...notes],
  ...(profile !== undefined && { profile }),
})

/** By the prices of the configuration here, and the published ones. */
function costsHere({ cwd, env }: Terminal) {
  const { prices } = findConfig(cwd, env).config
  const book = openBook(prices, cwd)
  return isEmptyBook(book, prices.models) ? undefined : createCosts(book)
}

function slowestFrom(given = '5'): number {
  const slowest = Number(given)
  if (/^\d+$/.test(given) && slowest <= mostSlowest) return slowest
  throw new UsageError(`--slowest takes a number from 0 to ${mostSlowest}, not ${JSON.stringify(given)}`)
}

/** The file that the configuration here sends records to, and that of the process's snapshots where there is one. */
function configuredFiles({ cwd, env, err }: Terminal): string[] {
  const { file, config } = findConfig(cwd, env)
  const output = config.output.find((one) => one.type === 'file')
  if (output === undefined)
    throw new UsageError(
      `report needs a FILE: ${file === undefined ? 'there is no crossbridge.yml here' : `${near(file, cwd)} has no output of type file; pipe what the application logs into \`report -\`, or name a file`}; see \`npx @crossbridge/agent report --help\``,
    )
  err(`crossbridge: reading ${output.path}${file === undefined ? '' : ` (output.path in ${near(file, cwd)})`}\n`)
  const { enabled, output: own } = config.system
  const hasOwn = enabled && own.type === 'file' && own.path !== output.path && existsSync(resolve(cwd, own.path))
  return hasOwn ? [output.path, own.path] : [output.path]
}

/** The folder that the configuration here sends profiles to. */
const profilesPath = ({ cwd, env }: Terminal): string => findConfig(cwd, env).config.cpu_profile.path

function checkSome({ scopes, files, read, probes, processes }: Collected, named: readonly string[]): void {
  if (scopes.length > 0 || processes.length > 0) return
  const what = named.join(', ')
  if (files.length === 0)
    throw new UsageError(
      `${what}: nothing in it. Was the application called, and slowly enough (slow_call_ms, 500 by default)? slow_call_ms: 0 and mode: full record every call`,
    )
  if (probes > 0) throw new UsageError(`${what}: only records of probes; no call was recorded`)
  throw new UsageError(
    `${what}: no records in ${count(read.foreign + read.torn + read.tooLong)} lines; a record is a line of JSON with name, library, duration_ms and timestamp, as output.type file and log write them`,
  )
}

async function writePage(path: string, made: Report, { cwd, err }: Terminal): Promise<void> {
  const { htmlOf } = await import('./report/html.ts')
  try {
    writePrivate(resolve(cwd, path), htmlOf(made))
  } catch (error) {
    throw new UsageError(`${path} can't be written (${reasonOf(error)}); name a file in a folder that is there`)
  }
  err(`crossbridge: wrote ${path}\n`)
}
