import { fileURLToPath } from 'node:url'
import { agentVersion, codeFolder } from '../agent/chunk.ts'
import { faultOf } from '../agent/diagnostics.ts'
import { suggest } from '../agent/suggest.ts'
import { type Command, type Terminal, UsageError } from './command.ts'
import { leaving } from './style.ts'

/** Each is loaded only when it is called. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  demo: async () => (await import('./demo.ts')).demo,
  init: async () => (await import('./init.ts')).init,
  doctor: async () => (await import('./doctor.ts')).doctor,
  config: async () => (await import('./config.ts')).config,
  report: async () => (await import('./report.ts')).report,
  flame: async () => (await import('./flame.ts')).flame,
  top: async () => (await import('./top.ts')).top,
  profile: async () => (await import('./profile.ts')).profile,
  discover: async () => (await import('./discover.ts')).discover,
  budget: async () => (await import('./budget.ts')).budget,
  diff: async () => (await import('./diff.ts')).diff,
  bench: async () => (await import('./bench.ts')).bench,
}

/** `npx @crossbridge/agent <command>`. Gives the exit code. */
async function main([name = '', ...args]: readonly string[], terminal: Terminal): Promise<number> {
  if (/^(-v|--version|version)$/.test(name)) {
    terminal.out(`${agentVersion()}\n`)
    return 0
  }
  if (/^(|-h|--help|help)$/.test(name) && !Object.hasOwn(commands, args[0] ?? '')) {
    terminal.out(await overview())
    return name === '' ? 2 : 0
  }
  const called = name === 'help' || name === '--help' || name === '-h' ? (args[0] ?? '') : name
  const load = Object.hasOwn(commands, called) ? commands[called] : undefined
  if (load === undefined) {
    const [hint] = suggest(called, Object.keys(commands))
    const help = hint ? `did you mean ${hint}?` : `known are ${Object.keys(commands).join(', ')}`
    throw new UsageError(`${JSON.stringify(called)} is not a command; ${help}`)
  }
  const command = await load()
  const end = args.indexOf('--')
  const before = end < 0 ? args : args.slice(0, end)
  if (called !== name || before.includes('--help') || before.includes('-h')) {
    terminal.out(command.help)
    return 0
  }
  return command.run(args, terminal)
}

async function overview(): Promise<string> {
  const entries = await Promise.all(Object.entries(commands).map(async ([name, load]) => [name, await load()] as const))
  const lines = entries.map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`)
  return `Usage: npx @crossbridge/agent <command> [options]

${lines.join('\n')}

\`npx @crossbridge/agent <command> --help\` tells more, with an example.
The agent itself is not a command: node --import @crossbridge/agent app.js
`
}

/** The agent's own files. */
const home = fileURLToPath(codeFolder())

// A reader that has seen enough (`| head`) is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})
const terminal: Terminal = {
  out: (text) => void process.stdout.write(leaving(text)),
  err: (text) => void process.stderr.write(leaving(text)),
  cwd: process.cwd(),
  env: process.env,
  outIsTty: process.stdout.isTTY === true,
  errIsTty: process.stderr.isTTY === true,
  // A pseudo-terminal that nobody gave a size has 0.
  columns: process.stdout.columns || Number(process.env.COLUMNS) || 80,
}
main(process.argv.slice(2), terminal).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    const known = error instanceof UsageError
    terminal.err(
      `crossbridge: ${known ? error.message : `a fault of the agent, please report it: ${faultOf(error, home)}`}\n`,
    )
    process.exitCode = 2
  },
)
