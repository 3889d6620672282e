import { readFileSync, statSync } from 'node:fs'
import { relative } from 'node:path'
import { DocumentError, parse } from './document.ts'
import { fromEnvironment } from './environment.ts'
import { guesses } from './guesses.ts'
import type { Document } from './node.ts'
import { shownKey } from './shown.ts'

/** Bytes; a larger file is refused unread. */
export const mostBytes = 1_000_000

export interface ConfigFile extends Document {
  /** As messages show it. */
  readonly name: string
}

/** Reads the configuration's file; what is wrong with it as a whole is one problem. Never throws. */
export function openFile(
  file: string,
  env: NodeJS.ProcessEnv,
  cwd: string,
  problem: (message: string) => void,
): ConfigFile | undefined {
  const name = nameOf(file, cwd)
  const set = fromEnvironment(env, 'enabled')
  const on = /^(true|1)$/i.test(set?.raw ?? '')
  const instead = on ? 'using the defaults' : 'using the defaults, profiling is off'
  try {
    const document = parse(readText(file), env)
    const at = (node: { at: number }) => `${name}:${document.location(node.at)}`
    for (const one of document.repeated)
      problem(`${shownKey(one.key)} is given more than once (${at(one)}); using the last`)
    if (document.missing === undefined) {
      if (document.outside.length > 0) guesses().besideSection(document.section, document.outside, at).forEach(problem)
    } else {
      const { hint } = document.missing
      const misspelt = hint ? `is it misspelt as ${shownKey(hint)}?` : undefined
      const help = guesses().sectionMeantBy(document.outside, at) ?? misspelt
      // None is needed if a variable has switched profiling on.
      if (help !== undefined || set === undefined)
        problem(`there is no section runtime.profiling (${at(document.missing)})${help ? `; ${help}` : ''}; ${instead}`)
    }
    return { name, ...document }
  } catch (error) {
    const location = error instanceof DocumentError ? `:${error.location}` : ''
    const from = env.CROSSBRIDGE_CONFIG ? ', named by CROSSBRIDGE_CONFIG' : ''
    problem(`the configuration can't be read: ${reasonOf(error)} (${name}${location}${from}); ${instead}`)
    return undefined
  }
}

/** A file as messages show it. */
export function nameOf(file: string, cwd: string): string {
  const near = relative(cwd, file)
  return near === '' || near.startsWith('..') ? file : near
}

/** A file's text. Throws where it is none, too large, or not UTF-8. */
export function readText(file: string): string {
  // With `bigint`: without it the stats of a pipe or socket mislead Node 20's module loader afterwards, see stream.ts.
  const stats = statSync(file, { bigint: true })
  // A pipe or a device would hang the application, or never end.
  if (!stats.isFile()) throw new Error(stats.isDirectory() ? 'it is a folder' : 'it is not a regular file')
  if (stats.size > mostBytes) throw new Error(`it has ${stats.size} bytes, more than ${mostBytes}`)
  const bytes = readFileSync(file)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    const lines = new TextDecoder().decode(bytes).split('\uFFFD', 1)[0]?.split('\n') ?? []
    throw new DocumentError('it is not UTF-8, save it as that', `${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`)
  }
}

/** What is wrong with a file that can't be read. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (/call stack/.test(message)) return 'it is nested too deeply'
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EACCES' || code === 'EPERM') return 'the permission to read it is missing'
  return message.split('\n', 1)[0] ?? 'it is malformed'
}
