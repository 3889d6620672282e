import { mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Asked } from './bench/config/asked.ts'
import { askedIn, type Given, wordsIn } from './bench/config/command-line.ts'
import { type Section, sectionHere } from './bench/config/section.ts'
import { parseSlower, slowerThan } from './bench/fail-on.ts'
import { type Earlier, reportOf } from './bench/figures/report.ts'
import { type BenchReport, type BenchResult, figures } from './bench/model.ts'
import { benchPageOf } from './bench/report/html.ts'
import { markdownOf } from './bench/report/markdown.ts'
import { readResult, writeResult } from './bench/report/result-file.ts'
import { textOf } from './bench/report/text.ts'
import { runBench } from './bench/run/bench-run.ts'
import { listen } from './bench/run/interrupt.ts'
import { notesOn } from './bench/run/notes.ts'
import { type Command, readArgs, type Terminal, UsageError } from './command.ts'
import { costsHere } from './costs.ts'
import { findConfig } from './find-config.ts'
import { createStyle } from './style.ts'
import { writeBeside } from './write-beside.ts'

export const bench: Command = {
  summary: 'compares providers, stores, models and settings, with your own data',
  help: `Usage: npx @crossbridge/agent bench [BENCH.YML] [--only NAME]… [--fail-on slower:PERCENT%] [OPTION]…
       npx @crossbridge/agent bench --variant NAME:ENV=VALUE[,ENV=VALUE]… [OPTION]… -- node queries.mjs

Runs variants of one thing in turns, each run in a process of its own, and ranks them: latencies, throughput, errors,
processor time and memory of the client, tokens, cost, and what searches find, with intervals, and against a baseline.
A variant is a built-in adapter of a store or an embedding provider, a function of yours, or a command;
docs/benchmarks.md says what bench.yml may have. With --variant it is a command, each time in another environment.
Without a name, ./bench.yml is read.

  --iterations N  rounds; 3 at the least tell a difference from chance
  --operations N  of one run, and
  --seconds N     how long it goes on, whichever comes first
  --seed N        of the order in which variants run
  --only NAME     only this variant; may be given more than once
  --baseline NAME the variant, or an earlier result's file, that the others are compared with
  --rank FIGURE   what the table is ranked by (p50_ms): ${figures.slice(0, 6).join(', ')}, …
  --out FILE      where the result goes (benchmarking.output.path), for a later --baseline and for diff
  --json          prints the report as JSON
  --md            as Markdown, for a pull request
  --html PAGE     also writes PAGE, one file with charts that needs no network
  --fail-on       slower:10% ends with 1 where a variant is slower than the baseline by more, for certain

Ends with 0; with 1 where a variant failed in every run, or --fail-on is broken; with 2 for a mistake in what was given.
Ctrl-C ends the run, and shows and keeps what is done (130); once more leaves at once.

Examples: npx @crossbridge/agent bench bench.yml --html bench.html
          npx @crossbridge/agent bench --variant qdrant:STORE=qdrant --variant pg:STORE=pg -- node queries.mjs
`,
  async run(args, terminal) {
    const end = args.indexOf('--')
    const command = end < 0 ? undefined : args.slice(end + 1)
    const { values, positionals } = readArgs('bench', end < 0 ? args : args.slice(0, end), {
      variant: { type: 'string', multiple: true },
      iterations: { type: 'string' },
      operations: { type: 'string' },
      seconds: { type: 'string' },
      seed: { type: 'string' },
      only: { type: 'string', multiple: true },
      baseline: { type: 'string' },
      rank: { type: 'string' },
      out: { type: 'string' },
      json: { type: 'boolean' },
      md: { type: 'boolean' },
      html: { type: 'string' },
      'fail-on': { type: 'string' },
    })
    if (values.json && values.md) throw new UsageError('bench prints either --json or --md; leave one out')
    const slower = values['fail-on'] === undefined ? undefined : parseSlower(values['fail-on'])
    const words = wordsIn(values)
    const section = sectionHere(terminal)
    const asked = askedIn(positionals, values.variant ?? [], command, words, section, terminal)
    const earlier = earlierIn(asked, terminal)

    const interrupt = listen((text) => terminal.err(`${lineStart(terminal)}crossbridge: ${text}\n`))
    try {
      const result = await runBench(asked, {
        ...{ cwd: terminal.cwd, env: terminal.env, costs: costsHere(terminal), interrupted: interrupt.signal },
        config: findConfig(terminal.cwd, terminal.env).file,
        progress: (text) => void (terminal.errIsTty && terminal.err(`${lineStart(terminal)}${text}`)),
        tell: (text) => terminal.err(`${lineStart(terminal)}crossbridge: ${text}\n`),
      })
      terminal.err(lineStart(terminal))
      if (result.runs.length === 0 && interrupt.code() !== undefined) return interrupt.code() as number
      const report = readAs(result, earlier, section)
      write(report, section, values, terminal)
      print(report, values, terminal)
      const broken = slower === undefined ? [] : slowerThan(slower, report)
      for (const sentence of broken) terminal.err(`crossbridge: ${sentence}\n`)
      return interrupt.code() ?? (broken.length > 0 || hasFailed(result) ? 1 : 0)
    } finally {
      interrupt.off()
    }
  },
}

/** What is shown of the progress stands on the line until something else does. */
const lineStart = ({ errIsTty }: Terminal) => (errIsTty ? '\r\x1b[K' : '')

/** The earlier result, where the baseline is none of the variants. */
function earlierIn({ plan: { baseline, variants } }: Asked, { cwd }: Terminal): Earlier | undefined {
  if (baseline === undefined || variants.some(({ name }) => name === baseline)) return undefined
  return { name: baseline, result: readResult(baseline, cwd) }
}

function readAs(result: BenchResult, earlier: Earlier | undefined, { compare_baselines }: Section): BenchReport {
  const report = reportOf(
    compare_baselines ? result : { ...result, plan: { ...result.plan, baseline: undefined } },
    earlier,
  )
  return { ...report, notes: [...report.notes, ...notesOn(result)] }
}

function write({ result }: BenchReport, { output }: Section, { out }: Given, terminal: Terminal): void {
  const path = typeof out === 'string' ? out : output.type === 'file' ? output.path : undefined
  if (path === undefined) return
  if (out === undefined) mkdirSync(dirname(resolve(terminal.cwd, path)), { recursive: true })
  writeResult(path, result, terminal.cwd)
  terminal.err(`crossbridge: wrote ${path}\n`)
}

function print(report: BenchReport, { json, md, html }: Given, terminal: Terminal): void {
  const { outIsTty, columns, env } = terminal
  if (typeof html === 'string') writeBeside(html, benchPageOf(report), terminal)
  if (json) terminal.out(`${JSON.stringify(report, undefined, 2)}\n`)
  else if (md) terminal.out(markdownOf(report))
  else terminal.out(textOf(report, createStyle(env, outIsTty), outIsTty ? columns : Infinity))
}

/** True where a variant went well in no run. */
const hasFailed = ({ plan, runs }: BenchResult) =>
  plan.variants.some(({ name }) => {
    const own = runs.filter(({ variant }) => variant === name)
    return own.length > 0 && own.every(({ broken }) => broken !== undefined)
  })
