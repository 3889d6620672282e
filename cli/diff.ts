import { acceptedNow } from '../agent/config/accepted.ts'
import type { Costs } from '../agent/output/cost/cost.ts'
import { isResult } from './bench/report/result-file.ts'
import { type Command, readArgs, type Terminal, UsageError } from './command.ts'
import { costsHere, unpricedNote } from './costs.ts'
import { diffByTest } from './diff/by-test.ts'
import { compare, type Run } from './diff/compare.ts'
import { costChanges, costRows, costText } from './diff/cost.ts'
import { brokenBy, parseLimit, sentenceOf } from './diff/limit.ts'
import { pairOf } from './diff/runs.ts'
import { markdownOf, textOf } from './diff/text.ts'
import { findConfig } from './find-config.ts'
import { type Collected, collect } from './report/collect.ts'
import { createProgress } from './report/progress.ts'
import { nothingSelected, type Selection, selectionFrom, selectionHelp, selectionOptions } from './report/selection.ts'
import { createStyle } from './style.ts'
import { writeBeside } from './write-beside.ts'

export const diff: Command = {
  summary: 'two runs held against each other, with the noise of each; for CI too',
  help: `Usage: npx @crossbridge/agent diff BEFORE AFTER [--fail-on FIGURE:+LIMIT]… [--json | --md] [--html PAGE]
                                 [--no-rotated] [SELECTION]…
       npx @crossbridge/agent diff FILE [--run BEFORE --run AFTER] …
       npx @crossbridge/agent diff --by test BEFORE [AFTER] [--fail-on FIGURE:+LIMIT]… [--json | --md] [--no-rotated]

Compares the records of two runs, scope by scope of each library: of two files, or of one, such as a database that every
run writes to, where it takes the last two or those that --run names (PID-STARTED). A difference counts only where it is
more than either run could have come out with by chance: the 99 % intervals of the two figures are apart. Files are read
as by report.
Where calls have prices, it also shows what those of each model cost, in each run and for a thousand calls.
Of two results of \`crossbridge bench\` it compares each variant with that of the same name, at the same load.

  --fail-on       ends with 1 where a figure (p50, p95, p99, mean, errors) rose by more, and for certain:
                  p95:+20%, p50:+5ms, errors:+1% (of the calls), or of one target, scope or library
                  vector_store.search:p95:+20%; may be given more than once
  --json          as JSON
  --md            as Markdown, for a pull request
  --html PAGE     also writes PAGE, one file with charts that needs no network
  --no-rotated    only the files that are named
  --by test       the tests of a run (docs/tests.md): calls, tokens and status, and durations with their noise; of one
                  file its last run against all before; --fail-on takes p50, p95, p99, mean, calls and tokens then
  --run           of one file that has both: the run before, and given again the run after

Of both runs only the requests, each whole, that all of these select:

${selectionHelp}

Ends with 0; with 1 where a --fail-on is broken; with 2 where there is nothing to compare.

Examples: npx @crossbridge/agent diff main.jsonl branch.jsonl --fail-on p95:+20%
          npx @crossbridge/agent diff data/profiling/profile.db
          npx @crossbridge/agent diff before.json after.json --fail-on p50:+10%
`,
  async run(args, terminal) {
    const { values, positionals } = readArgs('diff', args, {
      'fail-on': { type: 'string', multiple: true },
      json: { type: 'boolean' },
      md: { type: 'boolean' },
      html: { type: 'string' },
      'no-rotated': { type: 'boolean' },
      by: { type: 'string' },
      ...selectionOptions,
      run: { type: 'string', multiple: true },
    })
    if (values.json && values.md) throw new UsageError('diff prints either --json or --md; leave one out')
    if (values.by !== undefined && values.by !== 'test')
      throw new UsageError(`--by takes test, not ${JSON.stringify(values.by)}`)
    if (values.by === 'test') return diffByTest(values, positionals, terminal)
    const [before, after = before, ...others] = positionals
    if (before === undefined || after === undefined || others.length > 0)
      throw new UsageError(
        `diff takes two files, the run before and the run after, or one with both; ${positionals.length} were given`,
      )
    const isBenchmark = positionals.length === 2 && (isResult(before, terminal.cwd) || isResult(after, terminal.cwd))
    if (isBenchmark) return (await import('./diff/bench.ts')).diffBenchmarks(values, before, after, terminal)
    const { run: named = [], ...words } = values
    const [run, ...more] = positionals.length === 2 ? named : []
    if (more.length > 0) throw new UsageError('two --run are for one file that has both runs')
    const rotated = !values['no-rotated']
    const [first, second] = positionals.length === 2 ? [] : await pairOf(before, named, terminal.cwd, rotated)
    const limits = (values['fail-on'] ?? []).map(parseLimit)
    const selection = selectionFrom({ ...words, run })

    const costs = costsHere(terminal)
    const [was, is] = [await read(before, first), await read(after, second)]
    const comparison = compare(runsOf(was), runsOf(is))
    const { pairs } = comparison
    if (pairs.length === 0)
      throw new UsageError(
        `${first ?? before} and ${second ?? after} have no scope in common; are they runs of one application?`,
      )
    const broken = brokenBy(limits, pairs)
    const paid = costChanges(was, is)
    const currency = costs?.currency ?? ''
    const notes = [...notesOf(was, is), ...unpricedNote(costs)]
    if (values.json)
      terminal.out(
        `${JSON.stringify({ version: 1, ...comparison, ...(paid.length > 0 && { currency, costs: paid }), notes, broken: broken.map(sentenceOf) }, undefined, 2)}\n`,
      )
    else {
      const style = createStyle(terminal.env, terminal.outIsTty)
      const lines = values.md
        ? markdownOf(comparison, costRows(paid, currency), notes, broken)
        : textOf(
            comparison,
            costText(paid, currency),
            notes,
            broken,
            style,
            terminal.outIsTty ? terminal.columns : Infinity,
          )
      terminal.out(`${lines.join('\n')}\n`)
    }
    if (values.html !== undefined) {
      const { diffPageOf } = await import('./diff/html.ts')
      const [one, other] = [
        { name: first ?? before, collected: was },
        { name: second ?? after, collected: is },
      ]
      writeBeside(
        values.html,
        diffPageOf({ before: one, after: other, comparison, costs: paid, currency, notes, broken }),
        terminal,
      )
    }
    return broken.length > 0 ? 1 : 0

    function read(file: string, run: string | undefined): Promise<Collected> {
      return readRun(file, rotated, run === undefined ? selection : { ...selection, run }, terminal, costs)
    }
  },
}

async function readRun(
  file: string,
  rotated: boolean,
  selection: Selection | undefined,
  terminal: Terminal,
  costs: Costs | undefined,
): Promise<Collected> {
  const { cwd } = terminal
  const collected = await collect([file], {
    ...{ cwd, rotated, slowest: 0, progress: createProgress(terminal), costs },
    ...(selection !== undefined && { selection }),
  })
  const { scopes, read } = collected
  if (scopes.length === 0 && selection !== undefined && read.records > 0)
    throw nothingSelected(file, read.records, selection)
  if (scopes.length === 0)
    throw new UsageError(
      `${file}: there is no record of a call in it; \`npx @crossbridge/agent report ${file}\` says more`,
    )
  const accepted = acceptedNow(findConfig(cwd, terminal.env).config.accepted, new Date())
  return { ...collected, findings: collected.findings.filter(({ signature }) => !accepted.has(signature)) }
}

const runsOf = ({ scopes }: Collected): Run[] =>
  scopes.map(({ name, library, cells }) => ({ name, library, blocks: [...cells.values()] }))

/** Differences of two runs that begin before their calls. */
function notesOf(before: Collected, after: Collected): string[] {
  const [was, is] = [before, after].map(({ lowestRate }) => lowestRate)
  const [slowBefore, slowAfter] = [before, after].map(({ slow }) => slow > 0)
  return [
    was !== is &&
      `The runs were sampled unlike: at the least ${was} before and ${is} after; counts are scaled to all calls.`,
    (slowBefore || slowAfter) &&
      'slow_call_ms was in force: fast calls are missing, so the figures are those of slow calls. Compare runs with slow_call_ms: 0.',
  ].filter((note) => typeof note === 'string')
}
