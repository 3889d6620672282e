import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { isLabelName } from '../agent/config/labels.ts'
import { type Command, readArgs, type Terminal, UsageError } from './command.ts'
import { near } from './config.ts'
import { costsHere } from './costs.ts'
import { isFolder } from './files.ts'
import { findConfig } from './find-config.ts'
import { count } from './format.ts'
import { kept } from './kept.ts'
import { withoutAccepted } from './report/accepted.ts'
import { reportByTest } from './report/by-test.ts'
import { type Collected, collect } from './report/collect.ts'
import { markdownOf } from './report/markdown.ts'
import { groupings, type Report } from './report/model.ts'
import { withPlaces } from './report/places.ts'
import { profilesOf } from './report/profiles.ts'
import { createProgress } from './report/progress.ts'
import { sarifOf } from './report/sarif.ts'
import { nothingSelected, type Selection, selectionFrom, selectionHelp, selectionOptions } from './report/selection.ts'
import { reportOf } from './report/summary.ts'
import { textOf } from './report/text.ts'
import { traceEventsOf } from './report/trace-events.ts'
import { brokenIn, parseVerdict } from './report/verdict.ts'
import { writeBeside } from './write-beside.ts'

const mostSlowest = 100

export const report: Command = {
  summary: 'what recorded calls say: what takes the time of requests and what to change, figures, the slowest requests',
  help: `Usage: npx @crossbridge/agent report [FILE…] [--json | --md | --sarif] [--html PAGE] [--slowest N] [--by NAME]
                                   [--trace-events FILE] [--profiles DIR] [--no-rotated] [--fail-on VERDICT]…
                                   [SELECTION]…

Reads JSONL files of records, also lines of \`output.type: log\` between others, and databases, and shows
recommendations, each with its evidence, its share of the time of requests, the change and the gain; for each scope and
library calls, errors, percentiles, share of the time and tokens; the slowest requests; and of the CPU profiles that
records name, which functions took the time. Files that were rotated away from FILE (FILE.1, FILE.2.gz) are read too.
Without FILE it takes \`output.path\` or \`output.database_path\` of the configuration, and that of \`system.output\`
where it is; - is stdin.

  --json         as JSON
  --md           as Markdown, for a pull request
  --sarif        the recommendations as SARIF 2.1.0, for code scanning
  --html PAGE    also writes PAGE, one file with charts that needs no network
  --trace-events FILE
                 also writes FILE, the requests that are shown as Chrome's trace events, which Perfetto opens
  --slowest N    how many requests to show (5)
  --by NAME      splits the tables by collection, model, route or service, or by a label of your own (tenant, where
                 labels in crossbridge.yml has it), where a scope has more than one; of a label also all its values;
                 by test shows the tests of a run: the slowest, those with most calls, tokens and costs (docs/tests.md)
  --profiles DIR the folder of the CPU profiles that records name (cpu_profile.path; profiles, beside FILE)
  --no-rotated   only the files that are named
  --fail-on      ends with 1 for a finding (finding:n_plus_one, finding:any), or where a scope, target or library has
                 more of the time of requests (share:vector_store.search:60%); may be given more than once

Only the requests, each whole, that all of these select:

${selectionHelp}

Ends with 0; with 1 where a --fail-on is broken; with 2 where there is nothing to read.

Examples: npx @crossbridge/agent report data/profiling/profile.jsonl
          kubectl logs my-pod | npx @crossbridge/agent report -
`,
  async run(args, terminal) {
    const { values, positionals } = readArgs('report', args, {
      json: { type: 'boolean' },
      md: { type: 'boolean' },
      sarif: { type: 'boolean' },
      html: { type: 'string' },
      'trace-events': { type: 'string' },
      slowest: { type: 'string' },
      by: { type: 'string' },
      profiles: { type: 'string' },
      'no-rotated': { type: 'boolean' },
      'fail-on': { type: 'string', multiple: true },
      ...selectionOptions,
    })
    if ([values.json, values.md, values.sarif].filter(Boolean).length > 1)
      throw new UsageError('report prints one of --json, --md and --sarif; leave the others out')
    const slowest = slowestFrom(values.slowest)
    const isByTest = values.by === 'test'
    const by = isByTest ? undefined : byFrom(values.by)
    if (isByTest) checkByTest(values)
    const verdicts = (values['fail-on'] ?? []).map(parseVerdict)
    if (values.profiles !== undefined && !isFolder(resolve(terminal.cwd, values.profiles)))
      throw new UsageError(`--profiles ${values.profiles}: there is no such folder`)
    const selection = selectionFrom(values)
    const named = positionals.length > 0 ? positionals : configuredFiles(terminal, isByTest)
    if (isByTest) {
      const as = values.json ? 'json' : values.md ? 'markdown' : 'text'
      const rotated = !values['no-rotated']
      return reportByTest({ named, rotated, costs: costsHere(terminal), most: slowest, as }, terminal)
    }
    const { cwd } = terminal
    const costs = costsHere(terminal)
    const progress = createProgress(terminal)
    const { file, config } = findConfig(cwd, terminal.env)
    const collected = await collect(named, {
      ...{
        cwd,
        rotated: !values['no-rotated'],
        slowest,
        progress,
        costs,
        by,
        weakScores: config.thresholds.weak_score,
      },
      ...(selection !== undefined && { selection }),
    })
    checkSome(collected, named, selection)
    const configured = collected.profiles.length > 0 ? profilesPath(terminal) : undefined
    const where = { cwd, folder: values.profiles, configured, files: named, progress }
    const whole = withProfiles(reportOf(collected, costs), await profilesOf(collected.profiles, where))
    const made = withPlaces(withoutAccepted(whole, config.accepted, new Date()), cwd)
    const broken = brokenIn(made, verdicts)
    if (values.sarif) terminal.out(`${JSON.stringify(sarifOf(made, cwd, file ?? 'package.json'), undefined, 2)}\n`)
    else if (values.json)
      terminal.out(`${JSON.stringify({ ...made, ...(verdicts.length > 0 && { broken }) }, undefined, 2)}\n`)
    else terminal.out(values.md ? markdownOf(made) : textOf(made, terminal))
    const { html, 'trace-events': events } = values
    if (html !== undefined) writeBeside(html, (await import('./report/html.ts')).htmlOf(made), terminal)
    if (events !== undefined) writeBeside(events, `${JSON.stringify(traceEventsOf(made))}\n`, terminal)
    for (const sentence of broken) terminal.err(`crossbridge: --fail-on ${sentence}\n`)
    return broken.length > 0 ? 1 : 0
  },
}

const withProfiles = (report: Report, { profile, notes }: Awaited<ReturnType<typeof profilesOf>>): Report => ({
  ...report,
  notes: [...report.notes, ...notes],
  ...(profile !== undefined && { profile }),
})

function slowestFrom(given = '5'): number {
  const slowest = Number(given)
  if (/^\d+$/.test(given) && slowest <= mostSlowest) return slowest
  throw new UsageError(`--slowest takes a number from 0 to ${mostSlowest}, not ${JSON.stringify(given)}`)
}

function byFrom(given: string | undefined): string | undefined {
  if (given === undefined || groupings.some((one) => one === given) || isLabelName(given)) return given
  throw new UsageError(`--by takes one of ${groupings.join(', ')}, test, or a label, not ${JSON.stringify(given)}`)
}

/** It has tables of its own. */
function checkByTest(values: Readonly<Record<string, unknown>>): void {
  const taken = ['by', 'json', 'md', 'slowest', 'no-rotated']
  const others = Object.keys(values).filter((key) => values[key] !== undefined && !taken.includes(key))
  if (others.length === 0) return
  const words = others.map((key) => `--${key}`).join(' and ')
  throw new UsageError(`--by test takes --json, --md, --slowest and --no-rotated; leave ${words} out`)
}

/** The file that the configuration here sends records to, and that of the process's snapshots where there is one. */
function configuredFiles({ cwd, env, err }: Terminal, ofTests: boolean): string[] {
  const { file, config } = findConfig(cwd, env)
  const tests = ofTests && config.test_execution.enabled ? kept(config.test_execution.output, cwd) : undefined
  if (tests !== undefined) {
    err(`crossbridge: reading ${tests.path} (test_execution.output.${tests.option} in ${near(file ?? '', cwd)})\n`)
    return [tests.path]
  }
  const output = config.output.map((one) => kept(one, cwd)).find((one) => one !== undefined)
  if (output === undefined)
    throw new UsageError(
      `report needs a FILE: ${file === undefined ? 'there is no crossbridge.yml here' : `${near(file, cwd)} has no output of type file or database; pipe what the application logs into \`report -\`, or name a file`}; see \`npx @crossbridge/agent report --help\``,
    )
  err(
    `crossbridge: reading ${output.path}${file === undefined ? '' : ` (output.${output.option} in ${near(file, cwd)})`}\n`,
  )
  const own = config.system.enabled ? kept(config.system.output, cwd) : undefined
  const hasOwn = own !== undefined && own.path !== output.path && existsSync(resolve(cwd, own.path))
  return hasOwn ? [output.path, own.path] : [output.path]
}

/** The folder that the configuration here sends profiles to. */
const profilesPath = ({ cwd, env }: Terminal): string => findConfig(cwd, env).config.cpu_profile.path

function checkSome(collected: Collected, named: readonly string[], selection: Selection | undefined): void {
  const { scopes, files, read, probes, processes } = collected
  if (scopes.length > 0 || processes.length > 0) return
  const what = named.join(', ')
  if (selection !== undefined && read.records > 0) throw nothingSelected(what, read.records, selection)
  if (files.length === 0)
    throw new UsageError(
      `${what}: nothing in it. Was the application called, and slowly enough (slow_call_ms, 500 by default)? slow_call_ms: 0 and mode: full record every call`,
    )
  if (probes > 0) throw new UsageError(`${what}: only records of probes; no call was recorded`)
  throw new UsageError(
    `${what}: no records in ${count(read.foreign + read.torn + read.tooLong)} lines; a record is a line of JSON with name, library, duration_ms and timestamp, as output.type file and log write them`,
  )
}
