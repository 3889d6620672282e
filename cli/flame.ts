import { basename, resolve } from 'node:path'
import { reasonOf } from '../agent/diagnostics.ts'
import { writePrivate } from '../agent/output/private-file.ts'
import { type Command, readArgs, type Terminal, UsageError } from './command.ts'
import { statsOf } from './files.ts'
import { collectProfiles } from './flame/collect.ts'
import type { ProfileReport } from './flame/model.ts'
import { sentenceOf, treeText } from './flame/text.ts'
import { createProgress } from './report/progress.ts'
import { createStyle, plain } from './style.ts'

export const flame: Command = {
  summary: 'CPU profiles as a flame graph: which functions took the time',
  help: `Usage: npx @crossbridge/agent flame FILE… [--output PAGE] [--text] [--idle]

Reads .cpuprofile files (of \`cpu_profile\`, of \`node --cpu-prof\`, of DevTools) and writes PAGE, one file with a flame
graph that needs no network: functions as wide as the time they took, below those that called them. Several files are
laid on top of each other. The time in which the event loop waited is not drawn. - is stdin.

  --output PAGE  the page; else it is named after FILE and written here, where nothing has that name yet
  --text         no page: the functions with most time as a tree
  --idle         with the time in which the event loop waited

Example: npx @crossbridge/agent flame data/profiling/profiles/*.cpuprofile --output flame.html
`,
  async run(args, terminal) {
    const { values, positionals } = readArgs('flame', args, {
      output: { type: 'string' },
      text: { type: 'boolean' },
      idle: { type: 'boolean' },
    })
    const [first] = positionals
    if (first === undefined)
      throw new UsageError('flame needs a FILE: a .cpuprofile; see `npx @crossbridge/agent flame --help`')
    if (values.text && values.output !== undefined)
      throw new UsageError('flame prints --text or writes a page to --output; leave one out')
    const page = values.text ? undefined : (values.output ?? freePage(first, terminal))
    const { report, leftOut } = await collectProfiles(positionals, {
      cwd: terminal.cwd,
      withIdle: values.idle === true,
      progress: createProgress(terminal),
    })
    for (const { file, why } of leftOut) terminal.err(`crossbridge: ${file} is left out: ${why}\n`)
    if (report === undefined)
      throw new UsageError(`no CPU profile is in ${positionals.map((name) => plain(basename(name))).join(', ')}`)
    if (page === undefined) print(report, terminal)
    else await writePage(page, report, terminal)
    return 0
  },
}

/** The name of the page where none is given. What is there may be somebody's work. */
function freePage(first: string, { cwd }: Terminal): string {
  const page = `${first === '-' ? 'flame' : basename(first).replace(/\.cpuprofile$/, '')}.html`
  if (statsOf(resolve(cwd, page)) === undefined) return page
  throw new UsageError(`${plain(page)} is there already; --output ${plain(page)} writes over it`)
}

function print(report: ProfileReport, { out, env, outIsTty, columns }: Terminal): void {
  const style = createStyle(env, outIsTty)
  const lines = [sentenceOf(report), '', ...treeText(report, style, outIsTty ? columns : Infinity)]
  out(`${lines.join('\n')}\n`)
}

async function writePage(page: string, report: ProfileReport, { cwd, err }: Terminal): Promise<void> {
  const { profilePageOf } = await import('./report/html.ts')
  try {
    writePrivate(resolve(cwd, page), profilePageOf(report))
  } catch (error) {
    throw new UsageError(`${plain(page)} can't be written (${reasonOf(error)}); name a file in a folder that is there`)
  }
  err(`crossbridge: wrote ${plain(page)}\n`)
}
