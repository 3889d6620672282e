import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Metadata } from '../model.ts'
import type { Place, Status, Step } from './framework.ts'

const longest = 128
const longestPath = 256

/** A test, however often it is tried. */
export interface Known {
  readonly id: string
  /** What became of it the last time. */
  status: Status | undefined
}

/** Knows tests again: the same in each run, whatever runs beside them. */
export function createIdentity(folder: string, withTitles: boolean) {
  const counts = new Map<string, number>()
  const known = new WeakMap<object, Known>()
  const files = new Map<string | undefined, string>([[undefined, '']])
  /** Of the suites that stood around the latest test: those of the next are most often the same. */
  let [suite, suiteHash] = ['', '']

  const fileOf = (file: string | undefined) => {
    const found = files.get(file)
    if (found !== undefined || file === undefined) return found ?? ''
    const path = file.startsWith('file:') ? fileURLToPath(file) : file
    const made = relative(folder, path).split(sep).join('/').slice(-longestPath)
    files.set(file, made)
    return made
  }
  const idOf = ({ file, suites, title = '' }: Place, count = 1) => {
    const around = suites.length > 0 ? `${suites.join('\0')}\0` : ''
    return digestOf(`${fileOf(file)}\0${around}${title}${count > 1 ? `\0${count}` : ''}`)
  }
  const suiteHashOf = (suites: readonly string[]) => {
    const all = suites.join('\0')
    if (all !== suite) {
      suite = all
      suiteHash = digestOf(all)
    }
    return suiteHash
  }

  return {
    idOf,
    fileOf,
    /** A test by its subject. It may have the title of another beside it: then they are counted. */
    testOf(subject: object, place: Place): Known {
      const found = known.get(subject)
      if (found !== undefined) return found
      const plain = idOf(place)
      const count = (counts.get(plain) ?? 0) + 1
      counts.set(plain, count)
      const made: Known = { id: count > 1 ? idOf(place, count) : plain, status: undefined }
      known.set(subject, made)
      return made
    },
    /** Where it stands, for its record. */
    metadataOf({ file, line, suites, title }: Place): Metadata {
      const metadata: Metadata = {}
      const path = fileOf(file)
      if (path !== '') metadata.file = path
      if (line !== undefined) metadata.line = line
      if (suites.some((one) => one !== '') || suites.length > 1) {
        if (withTitles) metadata.suite = cut(suites.join(' > '))
        else metadata.suite_hash = suiteHashOf(suites)
      }
      if (title !== undefined) {
        if (withTitles) metadata.title = cut(title)
        else metadata.title_hash = digestOf(title)
      }
      return metadata
    },
    /** Which step of a test it is: its `test_id` says where the test stands. */
    stepOf({ kind, title, file, line }: Step): Metadata {
      const path = fileOf(file)
      const named = title === undefined ? {} : withTitles ? { step_title: cut(title) } : { step_hash: digestOf(title) }
      return { step: kind, ...(path !== '' && { file: path }), ...(line !== undefined && { line }), ...named }
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
  return digestOf(`${pid}\0${begun}`)
}

export type Identity = ReturnType<typeof createIdentity>

export const digestOf = (text: string): string => hash('sha256', text).slice(0, 16)

const cut = (text: string) => text.slice(0, longest)
