import { existsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Command, readArgs, type Terminal, UsageError } from './command.ts'
import { near } from './config.ts'
import { bundlerLinesOf } from './init/bundlers.ts'
import { fileFor, stateOf } from './init/file.ts'
import { type Project, readProject } from './init/project.ts'
import { startsOf } from './init/start.ts'
import { testLinesOf } from './init/tests.ts'
import { plain } from './style.ts'

export const init: Command = {
  summary: 'a first crossbridge.yml for this project, and how to start it',
  help: `Usage: npx @crossbridge/agent init [--print]

Looks at the nearest package.json and at what is installed, writes a commented crossbridge.yml beside it, and says how
the project is started with the agent. A file that is there is never touched, and no other file is changed.

  --print   prints the file instead of writing it

Example: npx @crossbridge/agent init
`,
  async run(args, terminal) {
    const { values, positionals } = readArgs('init', args, { print: { type: 'boolean' } })
    if (positionals[0] !== undefined)
      throw new UsageError(`init takes no folder; it writes beside the package.json nearest to where it is called`)
    const project = readProject(terminal.cwd)
    const text = fileFor(project)
    if (values.print) {
      terminal.out(text)
      return 0
    }
    const { cwd, out, err, env } = terminal
    const there = existing(project.folder)
    if (there !== undefined) {
      err(
        `crossbridge: ${near(there, cwd)} is there already and stays as it is; \`npx @crossbridge/agent doctor\` looks at it\n`,
      )
      return 1
    }
    const file = join(project.folder, 'crossbridge.yml')
    try {
      writeFileSync(file, text, { flag: 'wx' })
    } catch (error) {
      err(
        `crossbridge: ${near(file, cwd)} can't be written: ${(error as NodeJS.ErrnoException).code}; \`npx @crossbridge/agent init --print\` prints it\n`,
      )
      return 1
    }
    out(report(project, file, terminal))
    const above = existing(dirname(project.folder), true)
    if (above !== undefined)
      err(`crossbridge: ${near(above, cwd)} is hidden by the new file, for what is started here\n`)
    if (env.CROSSBRIDGE_CONFIG)
      err(`crossbridge: CROSSBRIDGE_CONFIG is set: ${env.CROSSBRIDGE_CONFIG} is read, not the new file\n`)
    return 0
  },
}

/** The configuration in a folder, or with `above` in the nearest one up from it. */
function existing(folder: string, above = false): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    for (const name of ['crossbridge.yml', 'crossbridge.yaml']) if (existsSync(join(at, name))) return join(at, name)
    if (!above || at === dirname(at)) return undefined
  }
}

const install = {
  npm: 'npm install',
  pnpm: 'pnpm add',
  yarn: 'yarn add',
  bun: 'bun add',
} as const

function report(project: Project, file: string, { cwd }: Terminal): string {
  const { libraries, agent, manager, hasPackage } = project
  const starts = startsOf(project)
  const command = starts.find((start) => start.command !== undefined)?.command ?? 'node app.js'
  const isMove = agent === 'development'
  const why = isMove ? ' (it is a development dependency, which production installs leave out)' : ''
  // A plain `install` of these leaves it among the development dependencies.
  const option = isMove && (manager === 'npm' || manager === 'pnpm') ? ' --save-prod' : ''
  const parts = [
    `Wrote ${near(file, cwd)}${hasPackage ? '' : ', though no package.json is here or above'}.`,
    libraries.length > 0
      ? [
          'It profiles:',
          ...libraries.filter(({ fit }) => fit !== 'unsupported').map((one) => `  ${plain(stateOf(one))}`),
          ...unsupported(project),
        ].join('\n')
      : [
          'No library that the agent knows is among the dependencies. For code of your own:',
          '  npx @crossbridge/agent discover ./src/file.js',
        ].join('\n'),
    ...(agent === 'dependency' ? [] : [`Install it${why}:\n  ${install[manager]}${option} @crossbridge/agent`]),
    ...starts.map(({ location, lines }) =>
      [`Start it, ${location}:`, ...lines.map((line) => `  ${plain(line)}`)].join('\n'),
    ),
    ...bundlersOf(project),
    ...testsOf(project),
    `Then see whether it records:\n  npx @crossbridge/agent doctor -- ${plain(command)}`,
  ]
  return `${parts.join('\n\n')}\n`
}

function bundlersOf(project: Project): string[] {
  return bundlerLinesOf(project).map(({ title, lines }) =>
    [`${title}:`, ...lines.map((line) => `  ${plain(line)}`)].join('\n'),
  )
}

function testsOf({ scripts, dependencies }: Project): string[] {
  const found = testLinesOf(scripts, dependencies)
  if (found === undefined) return []
  const { location, lines } = found
  const how = `To see what each test costs, test_execution: { enabled: true } in crossbridge.yml, and ${location}:`
  return [[how, ...lines.map((line) => `  ${plain(line)}`)].join('\n')]
}

function unsupported({ libraries }: Project): string[] {
  const old = libraries.filter(({ fit }) => fit === 'unsupported')
  return old.length === 0 ? [] : ['It leaves alone:', ...old.map((one) => `  ${plain(stateOf(one))}`)]
}
