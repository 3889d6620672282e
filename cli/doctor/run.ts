import type { Terminal } from '../command.ts'
import { hasGroups } from '../spawn.ts'
import { callsOf } from './calls.ts'
import { type Outcome, runCommand } from './command.ts'
import { checkConfiguration, checkOutputs } from './configuration.ts'
import { type Diagnosis, type Finding, nextOf, note, ok, plural, problem, type Section, unknown } from './finding.ts'
import { type Ledgers, totalOf } from './ledgers.ts'
import { librariesOf, wrongTargets } from './libraries.ts'
import { outcomesOf } from './outcomes.ts'
import { entriesOf, type Project } from './project.ts'
import { advised, commandOf, optionsFor, startsByItself, startsIn } from './started.ts'

/** Starts the command under the agent, and tells what became of its libraries and calls. */
export async function diagnoseRun(
  words: readonly string[],
  seconds: number,
  project: Project,
  terminal: Terminal,
): Promise<Diagnosis> {
  const starts = startsIn(words, project)
  const byItself = startsByItself(starts, project)
  const options = byItself ? undefined : [optionsFor(starts), project.env.NODE_OPTIONS ?? ''].join(' ').trim()
  const outcome = await runCommand(words, options, seconds, terminal)

  const { ledgers } = outcome
  const commandProject = { ...project, starts, entries: entriesOf(starts, project.cwd) }
  const libraries = librariesOf(commandProject)
  const sections: Section[] = [
    { title: 'Command', findings: commandOf(words, starts, byItself, outcome, commandProject) },
    { title: 'Configuration', findings: configurationOf(commandProject, ledgers) },
    { title: 'Application', findings: [applicationOf(outcome, seconds)] },
    ...(ledgers.files.length === 0 || isStarting(outcome)
      ? []
      : [
          {
            title: 'Libraries',
            findings: outcomesOf(ledgers, commandProject, libraries).map((one) => unless(outcome, one, seconds)),
          },
          { title: 'Calls', findings: callsOf(ledgers.whole, ledgers.problems, commandProject) },
        ]),
  ]
  const records = totalOf(ledgers.whole).emitted
  const start = byItself ? '' : `; to start it so yourself: ${advised(words, starts)}`
  const failed = outcome.code !== 0 && outcome.endedBy === undefined
  const said = `${failed ? '' : 'all is well: '}${plural(records, 'record')} ${destinationsOf(commandProject)}${start}`
  return {
    sections: [...sections, ...othersSaid(ledgers.problems, sections)].filter(({ findings }) => findings.length > 0),
    ledger: ledgers.whole,
    next: nextOf(sections, records > 0 ? said : unknown),
    well: records > 0 && checkOutputs(commandProject).every(({ mark }) => mark !== 'problem'),
  }
}

/** The agent's messages that no finding has. */
function othersSaid(problems: readonly string[], sections: readonly Section[]): Section[] {
  const told = JSON.stringify(sections)
  const left = problems.filter(
    (text) =>
      !/^(nothing was recorded|(thread \d+: )?what became)/.test(text) &&
      !told.includes(JSON.stringify(text).slice(1, -1)),
  )
  return left.length === 0 ? [] : [{ title: 'The agent said', findings: left.map((text) => note(text)) }]
}

/** The configuration's name and its mistakes. */
function configurationOf(project: Project, { files }: Ledgers): Finding[] {
  const { config, file } = project.found
  if (files.length > 0 && !config.enabled && !config.reload)
    return [note(`the application has read another configuration than ${file ?? 'this folder has'}`)]
  const { findings } = checkConfiguration(project)
  // That it could be switched on while it runs is of no use to a run in which it was off.
  if (!config.enabled) return findings.map((one) => (one.next === undefined ? one : { ...one, mark: 'problem' }))
  const notes = new Set(project.found.notes)
  return [
    ...findings.filter(({ mark, text }, i) => i === 0 || mark === 'problem' || notes.has(text)),
    ...wrongTargets(project),
  ]
}

/** True if its time was over before it ran: no process had the agent, or none had come to its event loop. */
const isStarting = ({ endedBy, ledgers }: Outcome) =>
  endedBy === 'time' && ledgers.files.every(({ ended, running }) => !ended && !running) && !hasCalls(ledgers)

const hasCalls = ({ whole }: Ledgers) => totalOf(whole).seen > 0

const moreTime = (seconds: number) => `give it more time: --seconds ${Math.max(60, Math.ceil(seconds * 4))}`

/** An application that waits before it loads anything can't be told from one that loads nothing. */
function unless({ endedBy, ledgers }: Outcome, one: Finding, seconds: number): Finding {
  if (endedBy !== 'time' || hasCalls(ledgers) || one.mark !== 'problem' || one.next === undefined) return one
  return { ...one, next: `${one.next}; if it was still starting, ${moreTime(seconds)}` }
}

function applicationOf(outcome: Outcome, given: number): Finding {
  const { code, signal, endedBy, seconds, stderr, ledgers } = outcome
  const time = `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`
  if (isStarting(outcome)) return problem(`doctor ended it after ${time}, while it was still starting`, moreTime(given))
  if (endedBy === 'time') {
    const how = signal === 'SIGKILL' ? 'SIGKILL, since it stayed on after SIGTERM' : hasGroups ? 'SIGTERM' : 'taskkill'
    return ok(`it ran for ${time} and was ended by ${how}; --seconds gives it more`)
  }
  if (endedBy === 'signal') return ok(`it was ended by a signal after ${time}`)
  if (code === 0) return ok(`it ended by itself after ${time}`)
  const how = code === null ? `ended by ${signal}` : `ended with exit code ${code}`
  const lines = stderr.filter((line) => !line.startsWith('crossbridge: '))
  const at = lines.findLastIndex((line) => /^(Uncaught )?([A-Z]\w*)?(Error|Exception)\b/.test(line))
  const last = at < 0 ? lines.slice(-5) : lines.slice(at, at + 5)
  const error = at < 0 ? lines.at(-1) : lines[at]
  const text = `it ${how} after ${time}${last.length > 0 ? `; the last that it said:\n${last.join('\n')}` : ''}`
  if (totalOf(ledgers.whole).emitted > 0) return note(text)
  return problem(
    text,
    `mend the application, which ${how}${error === undefined ? '' : `: ${error.trim().slice(0, 200)}`}`,
  )
}

function destinationsOf({ found }: Project): string {
  const destinations = found.config.output.map((one) => {
    if (one.type === 'database')
      return `went to ${one.database_path}; then: npx @crossbridge/agent report ${one.database_path.replace(/\{\w+\}/g, '*')}`
    if (one.type !== 'file') return one.type === 'log' ? `went to ${one.destination}` : `given to ${one.type}`
    return `went to ${one.path}; then: npx @crossbridge/agent report ${one.path.replace(/\{\w+\}/g, '*')}`
  })
  return destinations.join(', ')
}
