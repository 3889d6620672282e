import { readFileSync } from 'node:fs'
import { isAbsolute, relative } from 'node:path'
import { packageFolder } from '../agent/chunk.ts'
import { isOption } from '../agent/config/group.ts'
import type { Option } from '../agent/config/option.ts'
import { eachOption, schema } from '../agent/config/schema.ts'
import { shownValue } from '../agent/config/shown.ts'
import { type Command, readArgs, type Terminal, UsageError } from './command.ts'
import { type Found, findConfig } from './find-config.ts'
import { createStyle, plain } from './style.ts'
import { tableOf } from './table.ts'

/** One option in force. */
export interface Setting {
  readonly path: string
  /** Undefined for a secret that is set: no command shows it. */
  readonly value: unknown
  readonly shown: string
  /** `crossbridge.yml:3:14`, a variable, or `default`. */
  readonly from: string
}

export const config: Command = {
  summary: 'the configuration in force, each value with where it comes from',
  help: `Usage: npx @crossbridge/agent config [--changed] [--json] [--schema]

Prints every option with its value in force and where that comes from: file:line:column, an environment variable, or the
default. Mistakes are reported on stderr, and end it with 1. Secrets are not shown.

  --changed   only what is not the default
  --json      as JSON
  --schema    the JSON Schema of crossbridge.yml, for editors

Example: npx @crossbridge/agent config --changed
`,
  async run(args, terminal) {
    const { values, positionals } = readArgs('config', args, {
      changed: { type: 'boolean' },
      json: { type: 'boolean' },
      schema: { type: 'boolean' },
    })
    if (positionals[0] !== undefined)
      throw new UsageError(`config takes no file; CROSSBRIDGE_CONFIG=${positionals[0]} reads another one`)
    if (values.schema) {
      terminal.out(readFileSync(new URL('schema.json', packageFolder()), 'utf8'))
      return 0
    }
    const found = findConfig(terminal.cwd, terminal.env)
    const settings = settingsOf(found, terminal.cwd).filter(({ from }) => !values.changed || from !== 'default')
    if (values.json) terminal.out(`${JSON.stringify(jsonOf(found, settings), undefined, 2)}\n`)
    else print(found, settings, terminal)
    return found.problems.length > found.notes.length ? 1 : 0
  },
}

/** Every option in force, in the schema's order; of several outputs or alerts each by itself. */
function settingsOf({ config, where, instrumentations }: Found, cwd: string): Setting[] {
  const settings = Object.entries(schema).flatMap(([group, entry]) => {
    const inGroup = isOption(entry) ? [{ path: group, option: entry }] : eachOption(entry, `${group}.`)
    const given = group === 'output' || group === 'alerts' ? config[group] : []
    if (given.length === 0)
      return inGroup.map(({ path, option }) => settingOf(path, option, valueAt(config, path), where(path)))
    return given.flatMap((one, i) => {
      const isListed = inGroup.some(({ path }) => where(path.replace('.', `.${i}.`)) !== undefined)
      return inGroup.flatMap(({ path, option }) => {
        if (option.types?.includes(one.type) === false) return []
        const optionPath = isListed || given.length > 1 ? path.replace('.', `.${i}.`) : path
        return settingOf(optionPath, option, valueAt(one, path.slice(group.length + 1)), where(optionPath))
      })
    })
  })
  const entries = instrumentations.map(({ name, module, methods = [] }) => ({
    path: `instrumentations.${name}`,
    value: module,
    shown: `${methods.length} method${methods.length === 1 ? '' : 's'} of ${near(module, cwd)}`,
    from: where(`instrumentations.${name}`) ?? 'default',
  }))
  return [...settings, ...entries]
}

function settingOf(path: string, option: Option<unknown>, value: unknown, from = 'default'): Setting {
  const hidden = option.secret && value !== option.default
  return {
    path,
    value: hidden ? undefined : value,
    shown: hidden ? '(set, not shown)' : shownValue(option, value),
    from,
  }
}

const valueAt = (config: object, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], config)

/** A path as messages show it. */
export function near(path: string, cwd: string): string {
  const fromHere = relative(cwd, path)
  return !isAbsolute(path) || fromHere === '' || fromHere.startsWith('..') ? path : fromHere
}

function jsonOf({ file, problems }: Found, settings: readonly Setting[]) {
  const options = settings.map(({ path, value, from }) => [path, { ...(value !== undefined && { value }), from }])
  return { file: file ?? null, options: Object.fromEntries(options), problems }
}

function headOf({ file, because, above, refused, config }: Found, cwd: string): string {
  if (file !== undefined) return near(file, cwd) + (because === undefined ? '' : `, ${because}`)
  const off = config.enabled ? '' : ': the agent is off'
  if (refused !== undefined) return `${near(refused, cwd)} is not taken${off}`
  if (above !== undefined) return `${above} is above the project and not read${off}`
  return `no crossbridge.yml here or in a folder above${off}`
}

function print(found: Found, settings: readonly Setting[], { out, err, env, cwd, outIsTty }: Terminal): void {
  const style = createStyle(env, outIsTty)
  out(`${headOf(found, cwd)}\n`)
  for (const line of tableOf(
    settings.map(({ path, shown, from }) => {
      const row = [path, plain(shown), from]
      return from === 'default' ? row.map((cell) => style('dim', cell)) : row
    }),
    [0, 1, 2],
  ))
    out(`${line}\n`)
  for (const problem of found.problems) err(`crossbridge: ${problem}\n`)
}
