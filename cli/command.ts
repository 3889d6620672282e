import { type ParseArgsConfig, parseArgs } from 'node:util'
import { suggest } from '../agent/suggest.ts'

/** One command of the command line. */
export interface Command {
  /** A line for the list of commands. */
  readonly summary: string
  /** The text of `--help`: usage, purpose, options, an example. */
  readonly help: string
  /** Gives the exit code: 0 is well, 1 is what the command is there to find, 2 a mistake in what it was given. */
  run(args: readonly string[], terminal: Terminal): Promise<number>
}

/** The surroundings of a command, and where it prints to. */
export interface Terminal {
  /** Result: what a pipe or a file takes. */
  out(text: string): void
  /** Progress and mistakes. */
  err(text: string): void
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** True if somebody looks at stdout, and at stderr. */
  readonly outIsTty: boolean
  readonly errIsTty: boolean
  /** Characters that fit on a line of stdout; 80 where nobody says. */
  readonly columns: number
}

/** A mistake in what the user gave; its message says what to do instead. */
export class UsageError extends Error {}

type Options = NonNullable<ParseArgsConfig['options']>

/** Reads a command's words. Throws a `UsageError` on one that is not known, with the option that may have been meant. */
export function readArgs<const T extends Options>(name: string, args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const help = `see \`npx @crossbridge/agent ${name} --help\``
    if (code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION')
      throw new UsageError(`${(message.split('. ', 1)[0] ?? message).replace(/\.$/, '')}; ${help}`)
    const unknown = /'(--?[^' ]+)/.exec(message)?.[1] ?? ''
    const [hint] = suggest(unknown.replace(/^-+/, ''), Object.keys(options))
    throw new UsageError(`${unknown} is not an option of ${name}; ${hint ? `did you mean --${hint}?` : help}`)
  }
}
