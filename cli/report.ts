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
import { withoutAccepted } from './report/accepted.ts'
import { type Collected, collect } from './report/collect.ts'
import { markdownOf } from './report/markdown.ts'
import type { Report } from './report/model.ts'
import { profilesOf } from './report/profiles.ts'
import { createProgress } from './report/progress.ts'
import { type Selection, selectionFrom, selectionOptions } from './report/selection.ts'
import { reportOf } from './report/summary.ts'
import { textOf } from './report/text.ts'
import { brokenIn, parseVerdict } from './report/verdict.ts'

const mostSlowest = 100

export const report: Command = {
  summary: 'what recorded calls say: what takes the time of requests and what to change, figures, the slowest requests',
  help: `Usage: npx @crossbridge/agent report [FILE…] [--json | --md] [--html PAGE] [--slowest N]
                                   [--profiles DIR] [--no-rotated] [--fail-on VERDICT]… [SELECTION]…

Reads JSONL files of records, also lines of \`output.type: log\` between others, and shows recommendations, each with its
evidence, its share of the time of requests, the change and the gain; for each scope and library calls, errors,
percentiles, share of the time and tokens; the slowest requests; and of the CPU profiles that records name, which
functions took the time. Files that were rotated away from FILE (FILE.1, FILE.2.gz) are read too. Without FILE it takes
\`output.path\` of the configuration, and \`system.output.path\` where it is; - is stdin.

  --json         as JSON
  --md           as Markdown, for a pull request
  --html PAGE    also writes PAGE, one file with charts that needs no network
  --slowest N    how many requests to show (5)
  --profiles DIR the folder of the CPU profiles that records name (cpu_profile.path; profiles, beside FILE)
  --no-rotated   only the files that are named
  --fail-on      ends with 1 for a finding (finding:n_plus_one, finding:any), or where a scope, target or library has
                 more of the time of requests (share:vector_store.search:60%); may be given more than once

Only the requests, each whole, that all of these select:

  --since, --until MOMENT, --last 10m        that began then; --last counts back from when the file was written to
  --scope, --library, --collection, --model  that hold a call with all of these names
  --route ROUTE, --trace ID                  of /search/:id or GET /search/:id; of the trace that begins so
  --service, --run, --pid                    of this service, of this run (PID-STARTED), of this process

Ends with 0; with 1 where a --fail-on is broken; with 2 where there is nothing to read.

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
      'fail-on': { type: 'string', multiple: true },
      ...selectionOptions,
    })
    if (values.json && values.md) throw new UsageError('report prints either --json or --md; leave one out')
    const slowest = slowestFrom(values.slowest)
    const verdicts = (values['fail-on'] ?? []).map(parseVerdict)
    if (values.profiles !== undefined && !isFolder(resolve(terminal.cwd, values.profiles)))
      throw new UsageError(`--profiles ${values.profiles}: there is no such folder`)
    const selection = selectionFrom(values)
    const named = positionals.length > 0 ? positionals : configuredFiles(terminal)
    const { cwd } = terminal
    const costs = costsHere(terminal)
    const progress = createProgress(terminal)
    const { accepted, thresholds } = findConfig(cwd, terminal.env).config
    const collected = await collect(named, {
      ...{ cwd, rotated: !values['no-rotated'], slowest, progress, costs, weakScores: thresholds.weak_score },
      ...(selection !== undefined && { selection }),
    })
    checkSome(collected, named, selection)
    const configured = collected.profiles.length > 0 ? profilesPath(terminal) : undefined
    const where = { cwd, folder: values.profiles, configured, files: named, progress }
    const whole = withProfiles(reportOf(collected, costs), await profilesOf(collected.profiles, where))
    const made = withoutAccepted(whole, accepted, new Date())
    const broken = brokenIn(made, verdicts)
    if (values.json)
      terminal.out(`${JSON.stringify({ ...made, ...(verdicts.length > 0 && { broken }) }, undefined, 2)}\n`)
    else terminal.out(values.md ? markdownOf(made) : textOf(made, terminal))
    if (values.html !== undefined) await writePage(values.html, made, terminal)
    for (const sentence of broken) terminal.err(`crossbridge: --fail-on ${sentence}\n`)
    return broken.length > 0 ? 1 : 0
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

function checkSome(collected: Collected, named: readonly string[], selection: Selection | undefined): void {
  const { scopes, files, read, probes, processes } = collected
  if (scopes.length > 0 || processes.length > 0) return
  const what = named.join(', ')
  if (selection !== undefined && read.records > 0) {
    const words = Object.keys(selection).map((word) => `--${word}`)
    throw new UsageError(
      `${what}: none of its ${count(read.records)} records is of a request that ${words.join(' and ')} ${words.length > 1 ? 'select' : 'selects'}`,
    )
  }
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
