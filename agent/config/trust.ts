import { accessSync, constants, lstatSync, realpathSync, type Stats, statSync } from 'node:fs'
import { dirname, resolve, sep } from 'node:path'
import type { Config } from './schema.ts'

interface Asked {
  readonly file: string
  /** As messages show it. */
  readonly name: string
  readonly config: Config
  readonly where: (path: string) => string | undefined
  readonly cwd: string
  /** True if the user named the file by CROSSBRIDGE_CONFIG: then only code in it needs more trust. */
  readonly isNamed: boolean
}

/**
 * The reason to refuse a file: it wants what only root and the process's own user may, and is not theirs. As ssh and
 * sudo have it, one that others can write is not theirs either: whoever writes it runs code as this user.
 */
export function whyRefused({ file, name, config, where, cwd, isNamed }: Asked): string | undefined {
  const me = process.geteuid?.()
  // Windows has no such owners.
  if (me === undefined) return undefined
  const code = codeIn(config, where)
  const more = code === undefined && !isNamed ? reachIn(config, where, cwd) : undefined
  const wish = code ?? more
  if (wish === undefined) return undefined
  const owner = ownerProblem(file, me)
  const problem = owner ?? (code === undefined ? undefined : writersProblem(file, me))
  if (problem === undefined) return undefined
  const otherwise = code === undefined ? ', or name the file by CROSSBRIDGE_CONFIG' : ''
  return `${name} is not taken, since it ${wish} and ${problem}${otherwise}`
}

type Where = Asked['where']

function codeIn({ probes, output }: Config, where: Where): string | undefined {
  const module = output.findIndex(({ type }) => type === 'module')
  // Also where a variable names it: what is relative is looked for beside the file.
  if (probes.length > 0) return `names code to run (probes, ${where('probes')})`
  return module < 0
    ? undefined
    : `names code to run (output.type: module, ${locationOf('output', module, 'type', where)})`
}

/** The first option of the file, not of a variable, that reaches out of the working directory; else undefined. */
function reachIn({ output, alerts, cli, system, ...config }: Config, where: Where, cwd: string): string | undefined {
  const isInside = (path: string) => resolve(cwd, path).startsWith(cwd.endsWith(sep) ? cwd : cwd + sep)
  const writes = (what: string, path: string, location: string | undefined) =>
    isOfFile(location) && path !== '' && !isInside(path)
      ? `writes outside of the working directory (${what}, ${location})`
      : undefined
  const sends = (what: string, url: string, location: string | undefined) =>
    isOfFile(location) && url !== '' ? `sends what is recorded away (${what}, ${location})` : undefined
  const ofOutput = output.map((one, i) => {
    const at = (option: string) => locationOf('output', i, option, where)
    if (one.type === 'file') return writes('output.path', one.path, at('path'))
    if (one.type === 'database') return writes('output.database_path', one.database_path, at('database_path'))
    if (one.type === 'otlp') return sends('output.endpoint', one.endpoint, at('endpoint'))
    if (one.type !== 'prometheus') return undefined
    return (
      writes('output.textfile', one.textfile, at('textfile')) ??
      sends('output.pushgateway', one.pushgateway, at('pushgateway'))
    )
  })
  const ofAlerts = alerts.map((one, i) =>
    one.type === 'webhook' ? sends('alerts.url', one.url, locationOf('alerts', i, 'url', where)) : undefined,
  )
  const own = { file: 'path', database: 'database_path', log: undefined, none: undefined } as const
  const option = own[system.output.type]
  const ofSystem = option && writes(`system.output.${option}`, system.output[option], where(`system.output.${option}`))
  const ofProfiles = (['cpu_profile', 'heap_profile'] as const).map((group) =>
    writes(`${group}.path`, config[group].path, where(`${group}.path`)),
  )
  const ofSocket = writes('cli.socket', cli.socket, where('cli.socket'))
  return [...ofOutput, ...ofAlerts, ofSystem, ...ofProfiles, ofSocket].find((one) => one !== undefined)
}

const isOfFile = (location: string | undefined) => location?.includes(':') === true

const locationOf = (group: string, i: number, option: string, where: Where) =>
  where(`${group}.${i}.${option}`) ?? where(`${group}.${option}`)

/** Tells of an owner who is neither root nor this user, a link's included: whoever made the link chose the file. */
function ownerProblem(file: string, me: number): string | undefined {
  const stranger = [lstatSync(file), statSync(file)].find(({ uid }) => uid !== 0 && uid !== me)
  if (stranger === undefined) return undefined
  return `belongs to user ${stranger.uid}, not to root or to user ${me}, who runs this; chown it to one of these`
}

/** Tells of others who can write the file or replace it. Of folders further up the file's owner tells enough. */
function writersProblem(file: string, me: number): string | undefined {
  const real = realpathSync(file)
  const stats = statSync(real)
  if (isWritableByOthers(stats)) return `others can write it (mode ${octal(stats)}); chmod go-w ${file}`
  for (const folder of new Set([dirname(file), dirname(real)])) {
    const there = statSync(folder)
    if (there.uid !== 0 && there.uid !== me)
      return `its folder ${folder} belongs to user ${there.uid}, not to root or to user ${me}, who runs this; chown that too`
    const isSticky = (there.mode & 0o1000) !== 0
    if (!isSticky && isWritableByOthers(there) && !isReadOnly(folder))
      return `others can write its folder ${folder} (mode ${octal(there)}); chmod go-w ${folder}`
  }
  return undefined
}

/** The group of root, and that of the owner alone (of the same number), are no others. */
const isWritableByOthers = ({ mode, uid, gid }: Stats) =>
  (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid !== 0 && gid !== uid)

/** A mount that nobody can write, whatever its modes say: Kubernetes' configuration maps. */
function isReadOnly(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EROFS'
  }
}

const octal = ({ mode }: Stats) => (mode & 0o7777).toString(8).padStart(4, '0')
