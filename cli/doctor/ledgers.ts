import { join } from 'node:path'
import { type LedgerSnapshot, type Noted, zero } from '../../agent/ledger.ts'
import type { Counts } from '../../agent/model.ts'
import type { LedgerFile } from '../../agent/output/ledger-file.ts'
import { jsonIn, namesIn } from '../files.ts'
import { countsIn, isObject, listIn, nameIn, notesIn, numberIn, textIn } from '../top/messages.ts'

/** The ledgers of all threads of all processes. */
export interface Ledgers {
  readonly files: readonly LedgerFile[]
  readonly processes: number
  readonly workers: number
  /** The agent's messages, each once. */
  readonly problems: readonly string[]
  readonly whole: LedgerSnapshot
}

export function readLedgers(folder: string): Ledgers {
  const files = namesIn(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => fileIn(jsonIn(join(folder, name))) ?? [])
  return {
    files,
    processes: new Set(files.map(({ pid }) => pid)).size,
    workers: files.filter(({ thread_id }) => thread_id > 0).length,
    problems: [
      ...new Set(files.flatMap(({ problems }) => problems ?? []).map((line) => line.replace(/^crossbridge: /, ''))),
    ],
    whole: merged(files.map(({ ledger }) => ledger)),
  }
}

/** Reads a file of the application's processes, which may have put anything there. */
function fileIn(value: unknown): LedgerFile | undefined {
  if (!isObject(value) || !isObject(value.ledger)) return undefined
  const { pid, thread_id, node, ended, running, hooks, problems, ledger } = value
  const { libraries, scopes, faults, restraint } = ledger
  return {
    ...{ v: 1, pid: numberIn(pid), thread_id: numberIn(thread_id), node: textIn(node) },
    ...{ ended: ended === true, running: running === true, hooks: hooks === 'thread' ? 'thread' : 'sync' },
    problems: listIn(problems, 300).flatMap((one) =>
      typeof one === 'string' ? one.split('\n').map(lineIn).join('\n') : [],
    ),
    ledger: {
      libraries: Object.fromEntries(
        Object.entries(isObject(libraries) ? libraries : {})
          .slice(0, mostNames)
          .flatMap(([key, notes]) => {
            const name = nameIn(key)
            return name === undefined ? [] : [[name, notesIn(notes)]]
          }),
      ),
      scopes: listIn(scopes, mostNames).flatMap((one) => {
        const { library, scope, counts } = isObject(one) ? one : {}
        const [of, name] = [nameIn(library), nameIn(scope)]
        return of === undefined || name === undefined ? [] : [{ library: of, scope: name, counts: countsIn(counts) }]
      }),
      faults: numberIn(faults),
      restraint: typeof restraint === 'string' ? textIn(restraint) : undefined,
    },
  }
}

const mostNames = 2000
const lineIn = (line: string) => textIn(line, 5000)

/** Several ledgers as one: counts added up, the states of a library each once. */
export function merged(ledgers: readonly LedgerSnapshot[]): LedgerSnapshot {
  const libraries: Record<string, Noted[]> = {}
  const scopes = new Map<string, { library: string; scope: string; counts: Counts }>()
  for (const ledger of ledgers) {
    for (const [name, notes] of Object.entries(ledger.libraries)) {
      const known = libraries[name] ?? []
      libraries[name] = known
      for (const noted of notes)
        if (!known.some(({ state, detail }) => state === noted.state && detail === noted.detail)) known.push(noted)
    }
    for (const { library, scope, counts } of ledger.scopes) {
      const key = `${library} ${scope}`
      const sum = scopes.get(key) ?? { library, scope, counts: zero() }
      scopes.set(key, sum)
      for (const name of Object.keys(sum.counts) as (keyof Counts)[]) sum.counts[name] += counts[name] ?? 0
    }
  }
  // Loaded in one of them is loaded.
  for (const [name, notes] of Object.entries(libraries))
    if (notes.some(isLoaded)) libraries[name] = notes.filter(isLoaded)
  return {
    libraries,
    scopes: [...scopes.values()],
    faults: ledgers.reduce((sum, { faults }) => sum + faults, 0),
    restraint: ledgers.map(({ restraint }) => restraint).find((text) => text !== undefined),
  }
}

/** True if a note says that the library's module was loaded. */
export const isLoaded = ({ state }: Noted) => state !== 'never_loaded' && state !== 'disabled'

export const isPatched = ({ state }: Noted) => state === 'patched' || state === 'untested_version'

/** The calls of all scopes. */
export function totalOf({ scopes }: LedgerSnapshot): Counts {
  const sum = zero()
  for (const { counts } of scopes) for (const name of Object.keys(sum) as (keyof Counts)[]) sum[name] += counts[name]
  return sum
}
