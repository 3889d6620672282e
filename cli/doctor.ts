import { type Command, readArgs, type Terminal, UsageError } from './command.ts'
import { diagnoseSocket } from './doctor/attach.ts'
import { checkConfiguration } from './doctor/configuration.ts'
import { checkConflicts } from './doctor/conflicts.ts'
import { type Diagnosis, hasProblem, nextOf } from './doctor/finding.ts'
import { checkLibraries, librariesOf } from './doctor/libraries.ts'
import { checkNode } from './doctor/node.ts'
import { print } from './doctor/print.ts'
import { type Project, readProject } from './doctor/project.ts'
import { diagnoseRun } from './doctor/run.ts'
import { checkStart } from './doctor/start-line.ts'

export const doctor: Command = {
  summary: 'why something is recorded, or is not: of this project, or of a command that it starts',
  help: `Usage: npx @crossbridge/agent doctor [--json]
       npx @crossbridge/agent doctor [--seconds N] [--json] -- node app.js
       npx @crossbridge/agent doctor --attach SOCKET [--json]

Alone it looks at the project in this folder: Node, configuration, how the application is started, the installed
libraries, and what stands in the way. With a command it starts that under the agent, passes on to stderr what it
prints, and then tells what became of every library and call. The last line says the one thing to do next.

  --seconds N      how long the command may run, default 15; then it is ended by SIGTERM, and 5 s later by SIGKILL
  --attach SOCKET  asks a running process instead, by its cli.socket
  --json           as JSON

Ends with 0 when calls are recorded (or would be), 1 when something keeps them from it, 2 for a mistake in these words.

Example: npx @crossbridge/agent doctor -- npm start
`,
  async run(args, terminal) {
    const end = args.indexOf('--')
    const command = end < 0 ? undefined : args.slice(end + 1)
    const { values, positionals } = readArgs('doctor', end < 0 ? args : args.slice(0, end), {
      seconds: { type: 'string' },
      attach: { type: 'string' },
      json: { type: 'boolean' },
    })
    if (positionals[0] !== undefined)
      throw new UsageError(`doctor takes a command after --, as in: doctor -- ${positionals.join(' ')}`)
    if (command?.length === 0) throw new UsageError('doctor -- is followed by a command, as in: doctor -- node app.js')
    if (command !== undefined && values.attach !== undefined)
      throw new UsageError('doctor either starts a command or attaches to a socket, not both')
    const diagnosis = await diagnose(terminal, { command, attach: values.attach, seconds: secondsOf(values.seconds) })
    if (values.json) terminal.out(`${JSON.stringify(diagnosis, undefined, 2)}\n`)
    else print(diagnosis, terminal)
    return diagnosis.well ? 0 : 1
  },
}

interface Asked {
  readonly command: readonly string[] | undefined
  readonly attach: string | undefined
  readonly seconds: number
}

async function diagnose(terminal: Terminal, { command, attach, seconds }: Asked): Promise<Diagnosis> {
  const project = readProject(terminal.cwd, terminal.env)
  if (attach !== undefined) return diagnoseSocket(attach, project)
  if (command !== undefined) return diagnoseRun(command, seconds, project, terminal)
  const libraries = librariesOf(project)
  const sections = [
    checkNode(project),
    checkConfiguration(project),
    checkStart(project),
    checkLibraries(project, libraries),
    checkConflicts(project, libraries),
  ]
  return {
    sections,
    next: nextOf(sections, `all is well; see it at work: npx @crossbridge/agent doctor -- ${startOf(project)}`),
    well: !hasProblem(sections),
  }
}

function startOf({ packageJson, starts }: Project): string {
  if (packageJson?.scripts?.start !== undefined) return 'npm start'
  return `node ${starts.find(({ entry }) => entry !== undefined)?.entry ?? 'app.js'}`
}

function secondsOf(given = '15'): number {
  const seconds = Number(given)
  if (given.trim() !== '' && seconds > 0 && seconds <= 86_400) return seconds
  throw new UsageError(`--seconds must be a number above 0 and up to 86400, not ${JSON.stringify(given)}`)
}
