import type { Terminal } from '../command.ts'
import { becameOf } from './became.ts'
import { callsOf } from './calls.ts'
import { type Outcome, runCommand } from './command.ts'
import { checkConfiguration, checkOutputs } from './configuration.ts'
import { type Diagnosis, type Finding, nextOf, note, ok, plural, problem, type Section } from './finding.ts'
import { type Ledgers, totalOf } from './ledgers.ts'
import { librariesOf, wrongTargets } from './libraries.ts'
import { byUrl, checkNodeOptions } from './preload.ts'
import { agentName, entriesOf, isAgent, type Project, register } from './project.ts'
import { ofScripts, through } from './starts.ts'
import { readNodeOptions, type Start, startOf, startsOf } from './words.ts'

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
  const own = { ...project, starts, entries: entriesOf(starts, project.cwd) }
  const libraries = librariesOf(own)
  const sections: Section[] = [
    { title: 'Command', findings: commandOf(words, starts, byItself, outcome, own) },
    { title: 'Configuration', findings: configurationOf(own, ledgers) },
    { title: 'Application', findings: [applicationOf(outcome)] },
    ...(ledgers.files.length === 0
      ? []
      : [
          { title: 'Libraries', findings: becameOf(ledgers, own, libraries) },
          { title: 'Calls', findings: callsOf(ledgers.whole, ledgers.problems, own) },
        ]),
  ]
  const records = totalOf(ledgers.whole).emitted
  const start = byItself ? '' : `; to start it so yourself: ${advised(words, starts)}`
  const failed = outcome.code !== 0 && outcome.endedBy === undefined
  const said = `${failed ? '' : 'all is well: '}${plural(records, 'record')} ${placesOf(own)}${start}`
  return {
    sections: [...sections, ...othersSaid(ledgers.problems, sections)],
    ledger: ledgers.whole,
    next: nextOf(sections, said),
    well: records > 0 && checkOutputs(own).every(({ mark }) => mark !== 'problem'),
  }
}

/** What the agent has told that no finding has. */
function othersSaid(problems: readonly string[], sections: readonly Section[]): Section[] {
  const told = JSON.stringify(sections)
  const left = problems.filter(
    (text) =>
      !/^(nothing was recorded|(thread \d+: )?what became)/.test(text) &&
      !told.includes(JSON.stringify(text).slice(1, -1)),
  )
  return left.length === 0 ? [] : [{ title: 'The agent said', findings: left.map((text) => note(text)) }]
}

/** What the words start, through the scripts that they run. */
function startsIn(words: readonly string[], { packageJson }: Project): Start[] {
  const [program = '', flag = '', line = ''] = words
  const isShell = /^(.*\/)?(ba|da|z)?sh$/.test(program) && /^-\w*c$/.test(flag)
  const starts = isShell ? startsOf(line, 'the command') : [startOf(words, 'the command')]
  return starts.flatMap((start) => (start === undefined ? [] : through(start, ofScripts(packageJson), 3)))
}

function startsByItself(starts: readonly Start[], { env, root }: Project): boolean {
  const has = (modules: readonly { readonly module: string }[]) => modules.some(({ module }) => isAgent(module, root))
  return (
    has(readNodeOptions(env.NODE_OPTIONS ?? '').preloads) ||
    starts.some(({ preloads, nodeOptions = '' }) => has(preloads) || has(readNodeOptions(nodeOptions).preloads))
  )
}

/** -r ts-node can't stand beside an --import on Node 20 and 22. */
function optionsFor(starts: readonly Start[]): string {
  const isTsNode = starts.some(({ preloads }) =>
    preloads.some(({ flag, module }) => flag === '--require' && /^ts-node\b/.test(module)),
  )
  return isTsNode ? `"--require=${register.replaceAll('\\', '\\\\')}"` : byUrl
}

function advised(words: readonly string[], starts: readonly Start[]): string {
  const start = starts.find(({ entry }) => entry !== undefined)
  if (words[0] === 'node') return shellLine(['node', '--import', agentName, ...words.slice(1)])
  if (start?.program === 'node') return shellLine(['node', '--import', agentName, start.entry ?? '', ...start.rest])
  return `NODE_OPTIONS="${byUrl}" ${shellLine(words)}`
}

const shellLine = (words: readonly string[]) =>
  words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ')

function commandOf(
  words: readonly string[],
  starts: readonly Start[],
  byItself: boolean,
  { ledgers, stderr, code }: Outcome,
  project: Project,
): Finding[] {
  const line = shellLine(words)
  const started = byItself
    ? ok(`${line} starts the agent by itself`)
    : note(`${line} does not start the agent by itself; doctor did, by NODE_OPTIONS`)
  const mistakes = [
    ...checkNodeOptions(project.env.NODE_OPTIONS ?? '', 'NODE_OPTIONS', project),
    ...starts.flatMap(({ nodeOptions = '', place }) =>
      checkNodeOptions(nodeOptions, `NODE_OPTIONS of ${place}`, project),
    ),
  ]
  const { processes, workers, files } = ledgers
  if (processes > 0) {
    const threads = workers > 0 ? ` and ${plural(workers, 'worker thread')}` : ''
    const hooks = files[0]?.hooks === 'sync' ? 'in the thread itself' : 'by a loader thread'
    return [
      started,
      ...mistakes,
      ok(
        `the agent ran in ${processes === 1 ? '1 process' : `${processes} processes`}${threads}, on Node ${files[0]?.node}; imports were hooked ${hooks}`,
      ),
    ]
  }
  const said = stderr.findLast((text) => /^crossbridge: .*(not supported|no module hooks|could not start)/.test(text))
  const text = 'the agent was not started in any process of it'
  if (said !== undefined) return [started, ...mistakes, problem(text, said.replace(/^crossbridge: /, ''))]
  // The configuration, or the application's own failure, tells why.
  if (!project.found.config.enabled || code !== 0) return [started, ...mistakes, problem(text)]
  return [started, ...mistakes, problem(text, whyNot(starts))]
}

function whyNot(starts: readonly Start[]): string {
  const cleared = starts.find(({ nodeOptions }) => nodeOptions !== undefined)
  if (cleared !== undefined)
    return `put the agent on the application's own line: ${cleared.place} sets NODE_OPTIONS itself, to ${JSON.stringify(cleared.nodeOptions)}`
  return `start the application's own line with the agent, node --import ${agentName} app.js: the command clears NODE_OPTIONS, runs a package manager only, or is not Node`
}

/** What is wrong in the configuration, and which one it is. */
function configurationOf(project: Project, { files }: Ledgers): Finding[] {
  const { config, file } = project.found
  if (files.length > 0 && !config.enabled && !config.reload)
    return [note(`the application has read another configuration than ${file ?? 'this folder has'}`)]
  const { findings } = checkConfiguration(project)
  const wrong = config.enabled ? wrongTargets(project) : []
  return [...findings.filter(({ mark }, i) => i === 0 || mark === 'problem'), ...wrong]
}

function applicationOf({ code, signal, endedBy, seconds, stderr, ledgers }: Outcome): Finding {
  const time = `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`
  if (endedBy === 'time') {
    const how = signal === 'SIGKILL' ? 'SIGKILL, since it stayed on after SIGTERM' : 'SIGTERM'
    return ok(`it ran for ${time} and was ended by ${how}; --seconds gives it more`)
  }
  if (endedBy === 'signal') return ok(`it was ended by a signal after ${time}`)
  if (code === 0) return ok(`it ended by itself after ${time}`)
  const how = code === null ? `ended by ${signal}` : `ended with exit code ${code}`
  const own = stderr.filter((line) => !line.startsWith('crossbridge: '))
  const at = own.findLastIndex((line) => /^(Uncaught )?([A-Z]\w*)?(Error|Exception)\b/.test(line))
  const last = at < 0 ? own.slice(-5) : own.slice(at, at + 5)
  const error = at < 0 ? own.at(-1) : own[at]
  const text = `it ${how} after ${time}${last.length > 0 ? `; the last that it said:\n${last.join('\n')}` : ''}`
  if (totalOf(ledgers.whole).emitted > 0) return note(text)
  return problem(
    text,
    `mend the application, which ${how}${error === undefined ? '' : `: ${error.trim().slice(0, 200)}`}`,
  )
}

function placesOf({ found }: Project): string {
  const places = found.config.output.map(({ type, path, destination }) => {
    if (type === 'file') return `went to ${path}; then: npx @crossbridge/agent report ${path.replace(/\{\w+\}/g, '*')}`
    return type === 'log' ? `went to ${destination}` : `went to ${type}`
  })
  return places.join(', ')
}
