import type { Outcome } from './command.ts'
import { type Finding, note, ok, plural, problem } from './finding.ts'
import { byUrl, checkNodeOptions, checkPosition, withOptions } from './preload.ts'
import { agentName, isAgent, type Project, register } from './project.ts'
import { ofScripts, through } from './starts.ts'
import { readNodeOptions, runsTsNode, type Start, startOf, startsOf } from './words.ts'

/** The starts that the words make, through the scripts that they run. */
export function startsIn(words: readonly string[], { packageJson }: Project): Start[] {
  const [program = '', flag = '', line = ''] = words
  const isShell = /^(.*\/)?(ba|da|z)?sh$/.test(program) && /^-\w*c$/.test(flag)
  const starts = isShell ? startsOf(line, 'the command') : [startOf(words, 'the command')]
  return starts.flatMap((start) => (start === undefined ? [] : through(start, ofScripts(packageJson), 3)))
}

/** True if the agent is on the lines themselves, or in NODE_OPTIONS. */
export function startsByItself(starts: readonly Start[], { env, root }: Project): boolean {
  const has = (modules: readonly { readonly module: string }[]) => modules.some(({ module }) => isAgent(module, root))
  const given = env.NODE_OPTIONS ?? ''
  const isThere = starts.some(
    ({ preloads, nodeOptions = given }) => has(preloads) || has(readNodeOptions(nodeOptions).preloads),
  )
  return isThere || (starts.length === 0 && has(readNodeOptions(given).preloads))
}

/** The NODE_OPTIONS that start the agent: -r ts-node can't stand beside an --import on Node 20 and 22. */
export function optionsFor(starts: readonly Start[]): string {
  const isTsNode = starts.some(
    (start) =>
      runsTsNode(start) || start.preloads.some(({ flag, module }) => flag === '--require' && /^ts-node\b/.test(module)),
  )
  return isTsNode ? `"--require=${register.replaceAll('\\', '\\\\')}"` : byUrl
}

/** The command with the agent in it. */
export function advised(words: readonly string[], starts: readonly Start[]): string {
  const start = starts.find(({ entry }) => entry !== undefined)
  if (words[0] === 'node') return shellLine(['node', '--import', agentName, ...words.slice(1)])
  if (start?.program === 'node') return shellLine(['node', '--import', agentName, start.entry ?? '', ...start.rest])
  return withOptions(byUrl, shellLine(words))
}

const shellLine = (words: readonly string[]) =>
  words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : quoted(word))).join(' ')

const quoted = (word: string) =>
  process.platform === 'win32' ? `"${word.replaceAll('"', '\\"')}"` : `'${word.replaceAll("'", "'\\''")}'`

/** Says how the agent got into the command, or why it did not. */
export function commandOf(
  words: readonly string[],
  starts: readonly Start[],
  byItself: boolean,
  { ledgers, stderr, code, endedBy }: Outcome,
  project: Project,
): Finding[] {
  const line = shellLine(words)
  const started = byItself
    ? ok(`${line} starts the agent by itself`)
    : note(`${line} does not start the agent by itself; doctor has added it, by NODE_OPTIONS`)
  const mistakes = [
    // Doctor has started it in spite of these.
    ...starts.flatMap((start) => checkPosition(start, project.root)).map((one) => ({ ...one, mark: 'note' as const })),
    ...checkNodeOptions(project.env.NODE_OPTIONS ?? '', 'NODE_OPTIONS', project),
    ...starts.flatMap(({ nodeOptions = '', location }) =>
      checkNodeOptions(nodeOptions, `NODE_OPTIONS of ${location}`, project),
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
  // The configuration, the application's own failure, or that it had no time, tells why.
  if (!project.found.config.enabled || (code !== 0 && endedBy === undefined) || endedBy === 'time')
    return [started, ...mistakes, problem(text)]
  return [started, ...mistakes, problem(text, whyNot(starts))]
}

function whyNot(starts: readonly Start[]): string {
  const cleared = starts.find(({ nodeOptions }) => nodeOptions !== undefined)
  if (cleared !== undefined)
    return `put the agent on the application's own line: ${cleared.location} sets NODE_OPTIONS itself, to ${JSON.stringify(cleared.nodeOptions)}`
  return `start the application's own line with the agent, node --import ${agentName} app.js: the command clears NODE_OPTIONS, runs a package manager only, or is not Node`
}
