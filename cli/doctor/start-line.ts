import { join } from 'node:path'
import { near } from '../config.ts'
import { textIn } from '../files.ts'
import { checkCopies } from './copies.ts'
import { type Finding, note, ok, problem, type Section } from './finding.ts'
import { byUrl, checkNodeOptions, checkOrder, checkPaths, checkPosition } from './preload.ts'
import { agentName, isAgent, type Project } from './project.ts'
import { readNodeOptions, runsTsNode, type Start } from './words.ts'

interface Judged {
  readonly start: Start
  /** True if it starts the agent; undefined if it tries so in a wrong way. */
  readonly starts: boolean | undefined
  readonly findings: readonly Finding[]
}

/** Checks that the agent is on the lines that start the application, and in its right place there. */
export function checkStart(project: Project): Section {
  const { env, root, starts, cwd } = project
  const options = env.NODE_OPTIONS ?? ''
  const ofEnv = checkNodeOptions(options, 'NODE_OPTIONS', project)
  const byEnv = startsAgent(options, root) && !ofEnv.some(({ mark }) => mark === 'problem')
  const judged = starts
    .filter(({ program }) => program !== 'jest' && program !== 'vitest')
    .map((one) => judge(one, project))
  const isStarted = byEnv || judged.some(({ starts }) => starts === true)
  const findings = [
    ...checkCopies(project),
    ...ofEnv,
    ...(byEnv ? [ok('NODE_OPTIONS starts the agent in every Node process')] : []),
    ...judged.flatMap((one) => findingsOf(one, isStarted, byEnv)),
    ...ofEnvFile(project),
    ...ofEntries(project, isStarted),
  ]
  if (judged.length === 0 && !byEnv && !ofEnv.some(({ mark }) => mark === 'problem'))
    findings.push(
      note(
        `no line that starts the application was found below ${near(root, cwd) || root}; it is: node --import ${agentName} app.js`,
      ),
    )
  return { title: 'Start', findings }
}

const startsAgent = (options: string, root: string) =>
  readNodeOptions(options).preloads.some(({ module }) => isAgent(module, root))

function judge(start: Start, project: Project): Judged {
  const { root } = project
  const { location, preloads, nodeOptions = '' } = start
  const ofOptions = checkNodeOptions(nodeOptions, `NODE_OPTIONS of ${location}`, project)
  const all = [...readNodeOptions(nodeOptions).preloads, ...preloads]
  const at = all.findIndex(({ module }) => isAgent(module, root))
  if (ofOptions.some(({ mark }) => mark === 'problem')) return { start, starts: undefined, findings: ofOptions }
  const misplaced = at < 0 ? checkPosition(start, root) : []
  if (misplaced.length > 0) return { start, starts: undefined, findings: misplaced }
  const mistakes = [...ofOptions, ...checkPaths(preloads, location, root), ...checkOrder(all, location, root)]
  return { start, starts: at >= 0 && !mistakes.some(({ mark }) => mark === 'problem'), findings: mistakes }
}

function findingsOf({ start, starts, findings }: Judged, isStarted: boolean, byEnv: boolean): Finding[] {
  const { location, program, entry } = start
  if (starts === true) return [ok(`${location} starts the agent`), ...findings]
  // Another line starts it: what is wrong here keeps nothing of that one from being recorded.
  if (findings.length > 0) return findings.map((one) => (isStarted ? { ...one, mark: 'note' as const } : one))
  if (byEnv) return []
  const inProduction = !location.startsWith('package.json')
  const advice = adviceFor(location, program, entry)
  if (isStarted) return [note(`${location} does not start the agent`, inProduction ? advice : undefined)]
  return [problem(`${location} does not start the agent`, advice)]
}

function adviceFor(location: string, program: string | undefined, entry = 'app.js'): string {
  const how = `start the agent with the application (${location}):`
  if (location.startsWith('ecosystem')) return `add node_args: '--import ${agentName}' (${location})`
  if (program === 'nodemon' && runsTsNode({ program, entry })) return `${how} NODE_OPTIONS="-r ${agentName}"`
  // These hand options on to Node.
  if (/^(node|nodejs|tsx|nodemon)$/.test(program ?? '')) return `${how} ${program} --import ${agentName} ${entry}`
  if (program?.startsWith('ts-node')) return `${how} node -r ${agentName} -r ts-node/register ${entry}`
  return `${how} NODE_OPTIONS="${byUrl}"`
}

/** `.env` takes effect in processes that are started with it, not in the one that reads it. */
function ofEnvFile({ root, starts }: Project): Finding[] {
  const [, , options] = /^\s*(export\s+)?NODE_OPTIONS\s*=\s*(.*)$/m.exec(textIn(join(root, '.env'))) ?? []
  if (options === undefined || !/crossbridge|register\.mjs/.test(options)) return []
  if (starts.some(({ envFiles }) => envFiles.some((file) => /(^|[\\/])\.env$/.test(file))))
    return [ok('.env starts the agent, by --env-file')]
  return [
    note(
      '.env has NODE_OPTIONS with the agent, which Node reads with --env-file=.env alone; dotenv is too late for it',
      `put the agent on the start line instead of .env: node --import ${agentName} app.js`,
    ),
  ]
}

/** An import inside of the application comes after those that stand before it, and in ES modules after all. */
function ofEntries({ entries, cwd }: Project, isStarted: boolean): Finding[] {
  return entries
    .filter((entry) => /(import|require\s*\()\s*['"]@crossbridge\/agent['"]/.test(textIn(entry)))
    .map((entry) => {
      const file = near(entry, cwd)
      const text = `${file} imports ${agentName} itself, which is too late for what it has loaded`
      if (isStarted) return note(text)
      return problem(text, `take the import out of ${file} and start with: node --import ${agentName} ${file}`)
    })
}
