import { dirname, join, resolve } from 'node:path'
import { isFile, isFolder, namesIn } from '../files.ts'
import { collectProfiles } from '../flame/collect.ts'
import type { ProfileReport } from '../flame/model.ts'
import { counted } from '../format.ts'
import type { Progress } from './progress.ts'

interface Where {
  readonly cwd: string
  /** The folder that was given; else it is looked for beside the files of records. */
  readonly folder: string | undefined
  readonly configured: string | undefined
  readonly files: readonly string[]
  readonly progress: Progress
}

/** Of a folder of somebody's, the newest by their names. */
const mostFiles = 100

/** The CPU profiles that records name, or, where they name none, those of the folder that was given. */
export async function profilesOf(
  names: readonly string[],
  { cwd, folder, configured, files, progress }: Where,
): Promise<{ profile?: ProfileReport; notes: readonly string[] }> {
  const folders = folder === undefined ? foldersOf(files, configured, cwd) : [resolve(cwd, folder)]
  const wanted = names.length > 0 || folder === undefined ? names : allIn(resolve(cwd, folder))
  const found = wanted.flatMap((name) => folders.map((one) => join(one, name)).find(isFile) ?? [])
  const missing = wanted.length - found.length
  const notes =
    missing > 0
      ? [
          `Not found: ${counted(missing, 'CPU profile')} that records name. \`cpu_profile.keep\` says how many stay; --profiles says in which folder they are.`,
        ]
      : []
  if (found.length === 0) return { notes }
  const { report, leftOut } = await collectProfiles(found, { cwd, progress })
  if (report !== undefined) return { profile: report, notes }
  return { notes: [...notes, ...leftOut.map(({ file, why }) => `${file} is left out: ${why}.`)] }
}

/** `profiles` beside the records, as the defaults of both paths have it; the records' own folder; what the configuration says. */
const foldersOf = (files: readonly string[], configured: string | undefined, cwd: string): string[] => [
  ...new Set([
    ...files
      .filter((file) => file !== '-')
      .map((file) => dirname(resolve(cwd, file)))
      .flatMap((beside) => [join(beside, 'profiles'), beside]),
    resolve(cwd, configured ?? 'data/profiling/profiles'),
  ]),
]

const allIn = (folder: string): string[] =>
  isFolder(folder)
    ? namesIn(folder)
        .filter((name) => name.endsWith('.cpuprofile'))
        .sort()
        .slice(-mostFiles)
    : []
