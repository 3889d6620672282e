import { type Command, readArgs, UsageError } from './command.ts'
import { findConfig } from './find-config.ts'
import { askForProfile } from './profile/ask.ts'
import { runProfiled } from './profile/run.ts'
import { locationOf, noSocket } from './top/location.ts'

export const profile: Command = {
  summary: 'which functions run, or allocate: of a running process, or of a command that it starts',
  help: `Usage: npx @crossbridge/agent profile [SOCKET] [--pid N] [--seconds N] [--heap]
       npx @crossbridge/agent profile [--interval MS] [--out FOLDER] [--heap] -- node app.js

Takes a CPU profile and says where the file is, which DevTools, VS Code and speedscope open. A running process is asked
at SOCKET, or at cli.socket of the configuration here; its cpu_profile.on must be slow, always or signal
(heap_profile.on: threshold or signal). A command is profiled from its start to its end, with or without the agent in
it.

  --pid N         the process, where several listen
  --seconds N     how long a running process is profiled; 10 if not said, at most 600
  --heap          which functions allocated what is still alive, instead
  --interval MS   between two samples of a command; 1 if not said
  --out FOLDER    where the profile of a command goes; cpu_profile.path if not said

Ends with 0, or with the command's own exit code; with 1 if there is no profile.

Examples: npx @crossbridge/agent profile --pid 4711 --seconds 30
          npx @crossbridge/agent profile -- node app.js
`,
  async run(args, terminal) {
    const end = args.indexOf('--')
    const command = end < 0 ? undefined : args.slice(end + 1)
    const { values, positionals } = readArgs('profile', end < 0 ? args : args.slice(0, end), {
      pid: { type: 'string' },
      seconds: { type: 'string' },
      heap: { type: 'boolean' },
      interval: { type: 'string' },
      out: { type: 'string' },
    })
    const kind = values.heap ? 'heap' : 'cpu'
    if (command !== undefined) {
      const wrong = values.pid ?? values.seconds ?? positionals[0]
      if (wrong !== undefined) throw new UsageError('--pid, --seconds and SOCKET are for a running process')
      if (command.length === 0) throw new UsageError('no command follows --; as in: profile -- node app.js')
      const { config } = findConfig(terminal.cwd, terminal.env)
      const folder = values.out ?? config[`${kind}_profile`].path
      return runProfiled(
        command,
        { kind, folder, intervalMs: numberIn('interval', values.interval, 1, 1000) },
        terminal,
      )
    }
    if (values.interval !== undefined || values.out !== undefined)
      throw new UsageError('--interval and --out are for a command: profile -- node app.js')
    if (positionals.length > 1) throw new UsageError('profile looks at one socket; --pid names the process')
    const location = locationOf(positionals[0], terminal)
    if (location.kind === 'file')
      throw new UsageError(
        process.platform === 'win32'
          ? noSocket
          : 'there is no socket to ask at: set cli.socket and cpu_profile.on: signal in crossbridge.yml, and start the application again',
      )
    const pid = values.pid === undefined ? undefined : numberIn('pid', values.pid, 0, 2 ** 31)
    const seconds = numberIn('seconds', values.seconds, 10, 600)
    return askForProfile({ path: location.path, pid, kind, seconds }, terminal)
  },
}

function numberIn(name: string, text: string | undefined, initial: number, most: number): number {
  if (text === undefined) return initial
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (value > 0 && value <= most) return value
  throw new UsageError(`--${name} must be a number above 0, at most ${most}, not ${JSON.stringify(text)}`)
}
