import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { type Application, everything, folderFor, type Outcome, root, runIn } from './application.ts'

const folderOfProfiles = 'data/profiling/profiles'

/** A file in the folder of the profiles. */
export interface ProfileFile {
  readonly name: string
  readonly mode: number
  // biome-ignore lint/suspicious/noExplicitAny: tests read profiles as JSON
  readonly profile: any
}

export interface Profiled extends Outcome {
  readonly files: readonly ProfileFile[]
}

export interface ProfiledApplication extends Omit<Application, 'config' | 'imports'> {
  readonly cpu?: Readonly<Record<string, unknown>>
  readonly more?: Readonly<Record<string, unknown>>
}

/**
 * Loops by processor time, so that a busy machine takes no samples from it, which they seldom ask for: a thread that is put
 * aside in the question has its samples there. Each has a line of its own.
 */
const files = {
  'rank.cjs': `
exports.rank = function rank(ms) {
  let sum = 0
  for (const end = spent() + ms; spent() < end; ) for (let i = 0; i < 1e7; i++) sum += Math.sqrt(i)
  return sum
}
function spent() { const { user, system } = process.cpuUsage(); return (user + system) / 1000 }`,
  'neighbour.cjs': `
exports.neighbour = function neighbour(ms) {
  let sum = 0
  for (const end = spent() + ms; spent() < end; ) for (let i = 0; i < 1e7; i++) sum += Math.sqrt(i)
  return sum
}
function spent() { const { user, system } = process.cpuUsage(); return (user + system) / 1000 }`,
  'storm.cjs': `
exports.storm = function storm(ms) {
  const model = Array.from({ length: 64 }, (_, i) => ({ i }))
  const kept = new Array(1 << 14).fill(undefined)
  let at = 0
  for (const end = spent() + ms; spent() < end; )
    for (let i = 0; i < 5e3; i++) kept[(at = (at * 5 + 1) & 0x3fff)] = model.slice()
  return kept.length
}
function spent() { const { user, system } = process.cpuUsage(); return (user + system) / 1000 }`,
}

const imports = [
  ['{ profile }', '@crossbridge/agent/api'],
  ['{ rank }', './rank.cjs'],
  ['{ neighbour }', './neighbour.cjs'],
  ['{ storm }', './storm.cjs'],
] as const

/**
 * Runs an application with the recorder; `profile`, `rank`, `neighbour` and `storm` are there. All of it falls into one
 * window, however slow the machine is.
 */
export async function runProfiled({ cpu, more, ...application }: ProfiledApplication): Promise<Profiled> {
  const folder = folderFor('previous')
  try {
    mkdirSync(join(folder, 'node_modules/@crossbridge'), { recursive: true })
    symlinkSync(root, join(folder, 'node_modules/@crossbridge/agent'))
    const cpu_profile = { on: 'slow', window_s: 60, ...cpu }
    const config = { ...everything, thresholds: { slow_call_ms: 100 }, cpu_profile, ...more }
    const outcome = await runIn(folder, {
      ...application,
      ...{ imports, config, files: { ...files, ...application.files } },
    })
    return { ...outcome, files: profilesIn(join(folder, folderOfProfiles)) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function profilesIn(folder: string): ProfileFile[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .sort()
    .map((name) => ({
      name,
      mode: statSync(join(folder, name)).mode & 0o777,
      profile: JSON.parse(readFileSync(join(folder, name), 'utf8')),
    }))
}
