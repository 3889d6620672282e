import { drivers } from '../drivers.ts'
import type { Node } from './node.ts'
import { isEmpty } from './node.ts'
import type { Option, Tighter } from './option.ts'
import { schema } from './schema.ts'

/** One way to tighten: what a variable may do, in a sentence, and whether a value is at least as tight as the file's. */
interface Tightening {
  readonly may: string
  readonly isTight: (inFile: unknown, given: unknown, said: (path: string) => unknown) => boolean
}

const tightening = <T>(
  may: string,
  isTight: (inFile: T, given: T, said: (path: string) => unknown) => boolean,
): Tightening => ({
  may,
  isTight: (inFile, given, said) => isTight(inFile as T, given as T, said),
})

const tightenings: Readonly<Record<Extract<Tighter, string>, Tightening>> = {
  off: tightening('set `false`', (_, given) => given === false),
  lower: tightening<number>('lower it', (inFile, given) => given <= inFile),
  'lower, not to 0': tightening<number>(
    'lower it, but not to 0',
    (inFile, given) => given > 0 && (inFile === 0 || given <= inFile),
  ),
  higher: tightening<number>('raise it', (inFile, given) => given >= inFile),
  'each higher': tightening<Readonly<Record<string, number>>>(
    "give each of the file's names its number or a higher one, and other names one that is as high as the highest of the file's numbers, `slow_call_ms` included",
    (inFile, given, said) => {
      // Another name lowers nothing only at the highest, whatever it takes precedence of.
      const highest = Math.max(said('thresholds.slow_call_ms') as number, ...Object.values(inFile))
      const names = new Set([...Object.keys(inFile), ...Object.keys(given)])
      return [...names].every((name) => {
        const least = Object.hasOwn(inFile, name) ? (inFile[name] as number) : highest
        return Object.hasOwn(given, name) && (given[name] as number) >= least
      })
    },
  ),
  fewer: tightening<Readonly<Record<string, unknown>>>(
    "keep some of the file's, each with its value",
    (inFile, given) =>
      Object.entries(given).every(([name, value]) => JSON.stringify(inFile[name]) === JSON.stringify(value)),
  ),
  // No name at all means every one there is.
  narrower: tightening<readonly string[]>(
    'name what a name of the file takes in: the same, or a scope below it. Anything but `network` and what drives browsers, where the file names none',
    (inFile, given) =>
      inFile.length === 0
        ? !given.some(isOptIn)
        : given.length > 0 && given.every((name) => inFile.some((one) => name === one || name.startsWith(`${one}.`))),
  ),
}

/** What an empty list of targets has not in it. */
const isOptIn = (name: string) => /^(network|driver)(\.|$)/.test(name) || drivers.includes(name)

/** The way in which a variable may still set an option of a locked file; undefined if there is none. */
export function tighteningOf({ tighter }: Option<unknown>): Tightening | undefined {
  if (typeof tighter !== 'object') return tighter && tightenings[tighter]
  return tightening(`set \`${tighter.only}\``, (_, given) => given === tighter.only)
}

/** True if a variable's value may replace the file's; `said` gives the file's values of other options. */
export function isTight(
  option: Option<unknown>,
  inFile: unknown,
  given: unknown,
  said: (path: string) => unknown,
): boolean {
  return JSON.stringify(inFile) === JSON.stringify(given) || tighteningOf(option)?.isTight(inFile, given, said) === true
}

/** The reason that a message gives for an ignored variable. */
export const lockedBy = (location: string | undefined) =>
  `and variables may only tighten what the file says (lock, ${location})`

/** The location of `lock` in a file that locks itself. One that can't be read counts as locking. */
export function lockOf(root: Node | undefined, at: (node: { at: number }) => string): string | undefined {
  const node = root?.kind === 'map' ? root.entries.find(({ key }) => key === 'lock')?.value : undefined
  if (node === undefined || isEmpty(node)) return undefined
  const reading = schema.lock.read(node)
  return 'value' in reading && !reading.value ? undefined : at(node)
}
