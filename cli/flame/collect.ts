import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, isAbsolute, relative, resolve } from 'node:path'
import { reasonOf } from '../../agent/diagnostics.ts'
import type { Progress } from '../report/progress.ts'
import { plain } from '../style.ts'
import { createMerge } from './merge.ts'
import type { ProfileReport } from './model.ts'
import { NoProfile } from './no-profile.ts'
import { createPlaces } from './places.ts'
import { type Profile, readProfile } from './read.ts'
import { summaryOf } from './summary.ts'

interface Options {
  readonly cwd: string
  /** True to draw the time in which the event loop waited, too. */
  readonly withIdle?: boolean
  readonly progress?: Progress
}

/** Reads CPU profiles into one report. A file that is none is left out, and said; undefined where none is left. */
export async function collectProfiles(named: readonly string[], { cwd, withIdle = false, progress }: Options) {
  const merge = createMerge(createPlaces(cwd), withIdle)
  const covered = createCovered()
  const files: string[] = []
  const leftOut: { file: string; why: string }[] = []
  const paths = inOrder([...new Set(named.map((name) => (name === '-' ? name : resolve(cwd, name))))])
  const sizes = await Promise.all(paths.map(sizeOf))
  progress?.begin(sizes.includes(0) ? 0 : sizes.reduce((sum, size) => sum + size, 0))
  let before = 0
  for (const [i, path] of paths.entries()) {
    const file = shortOf(path, cwd)
    try {
      const from = path === '-' ? process.stdin : createReadStream(path)
      const profile = await readProfile(from, (bytes) => progress?.at(before + bytes))
      merge.add(profile, covered(path, profile))
      files.push(file)
    } catch (error) {
      leftOut.push({ file, why: error instanceof NoProfile ? error.message : whyOf(error) })
    }
    before += sizes[i] ?? 0
  }
  progress?.end()
  const report: ProfileReport | undefined =
    files.length === 0
      ? undefined
      : {
          files,
          left_out: leftOut,
          ...summaryOf({ all: merge.all(), samples: merge.samples(), idleUs: merge.idleUs() }),
        }
  return { report, leftOut }
}

const sizeOf = (path: string) =>
  path === '-'
    ? 0
    : stat(path).then(
        ({ size }) => size,
        () => 0,
      )

/** Without the path, which may tell whose file it is. */
const whyOf = (error: unknown) => {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EISDIR') return 'it is a folder; name the files in it'
  if (code === 'EACCES') return 'this user may not read it'
  return reasonOf(error)
}

function shortOf(path: string, cwd: string): string {
  if (path === '-') return 'stdin'
  const fromHere = relative(cwd, path)
  return plain(isAbsolute(fromHere) || fromHere.startsWith('..') ? basename(path) : fromHere)
}

/** `cpu-20260701T100000000Z-<pid>-<thread>-<n>.cpuprofile`, as the agent names them. */
const byAgent = /^[a-z]+-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-(\d+-\d+)-\d+\.cpuprofile$/
/** Windows of one process have begun at the moment that their name says by one clock. */
const sameClockMs = 2000

/** Those that the agent named by the moment of their begin, which their kind stands in front of. */
const inOrder = (paths: readonly string[]): string[] => {
  const keyOf = (path: string) => (byAgent.test(basename(path)) ? basename(path).replace(/^[a-z]+-/, '') : '')
  return [...paths].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : Number(keyOf(one) > keyOf(other))))
}

/** Tells from when on a profile is news: the windows of the agent's recorder overlap. They must come in their order. */
function createCovered() {
  const threads = new Map<string, { zeroMs: number; toUs: number }>()

  return (path: string, { startUs, endUs }: Profile): number => {
    const [, year, month, day, hour, minute, second, millis, thread] = byAgent.exec(basename(path)) ?? []
    if (thread === undefined) return -Infinity
    const zeroMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${millis}Z`) - startUs / 1000
    const last = threads.get(thread)
    const isSame = last !== undefined && Math.abs(last.zeroMs - zeroMs) < sameClockMs
    threads.set(thread, { zeroMs, toUs: isSame ? Math.max(last.toUs, endUs) : endUs })
    return isSame ? last.toUs : -Infinity
  }
}
