import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Metadata } from '../model.ts'
import type { Place } from './framework.ts'

const longest = 128
const longestPath = 256

/** Knows tests again: the same in each run, whatever runs beside them. */
export function createIdentity(folder: string, withTitles: boolean) {
  const counts = new Map<string, number>()
  const known = new WeakMap<object, string>()
  const files = new Map<string | undefined, string>([[undefined, '']])

  const fileOf = (file: string | undefined) => {
    const found = files.get(file)
    if (found !== undefined || file === undefined) return found ?? ''
    const path = file.startsWith('file:') ? fileURLToPath(file) : file
    const made = relative(folder, path).split(sep).join('/').slice(-longestPath)
    files.set(file, made)
    return made
  }
  const idOf = ({ file, suites, title }: Place, count = 1) =>
    hashOf([fileOf(file), ...suites, title ?? '', ...(count > 1 ? [`${count}`] : [])])

  return {
    idOf,
    fileOf,
    /** Of a test, which may have the title of another beside it: then they are counted. */
    testIdOf(subject: object, place: Place): string {
      const found = known.get(subject)
      if (found !== undefined) return found
      const plain = idOf(place)
      const count = (counts.get(plain) ?? 0) + 1
      counts.set(plain, count)
      const id = idOf(place, count)
      known.set(subject, id)
      return id
    },
    /** Where it stands, for its record. */
    metadataOf({ file, line, suites, title }: Place): Metadata {
      const suite = suites.join(' > ')
      const path = fileOf(file)
      const titles = withTitles
        ? { ...(suite !== '' && { suite: cut(suite) }), ...(title !== undefined && { title: cut(title) }) }
        : {
            ...(suite !== '' && { suite_hash: hashOf(suites) }),
            ...(title !== undefined && { title_hash: hashOf([title]) }),
          }
      return { ...(path !== '' && { file: path }), ...(line !== undefined && { line }), ...titles }
    },
  }
}

/** Of the process that runs the tests, or that has started those which do: its number alone may come again. */
export function runIdOf(pid: number): string {
  let begun = ''
  try {
    // The begin of the process, after its name, which may hold anything.
    begun = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ')[19] ?? ''
  } catch {
    // There is none but on Linux.
  }
  return hashOf([`${pid}`, begun])
}

export const hashOf = (parts: readonly string[]) =>
  createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16)

const cut = (text: string) => text.slice(0, longest)
