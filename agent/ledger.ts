import { requestScope } from './manifest.ts'
import type { Counts, LibraryState } from './model.ts'

/** Counts the outcomes of every library and every call; the answer to "why was nothing recorded?". */
export interface Ledger {
  /** The counts of one scope of one library, made at the first asking. */
  counts(library: string, scope: string): Counts
  /** Notes a state of a library; `detail` says the version, the missing path, or what switched it off. */
  note(library: string, state: LibraryState, detail?: string): void
  /** The library's notes in the order in which they came; never_loaded when there is none. */
  states(library: string): readonly Noted[]
  /** Of all calls; incoming requests themselves are none. */
  totals(): Counts
  /** True when no library was loaded and no call was seen. `network` does not count: it is on without any library. */
  isIdle(): boolean
  /** The counts of every scope that was asked for. */
  each(): readonly { readonly library: string; readonly scope: string; readonly counts: Counts }[]
  /** Faults of the agent until now. */
  faults: number
  /** How many values each label has had, and how many requests had a further one, which counts as `other`. */
  labels: () => LabelCounts | undefined
  /** The governor's text, where it has lowered the sampling. */
  restraint: () => string | undefined
  /** The whole ledger as it is now, for machines. */
  snapshot(): LedgerSnapshot
  /** The whole ledger, for people, line by line. */
  lines(): readonly string[]
  /** One short line that says why nothing was emitted. */
  reason(): string
}

/** The ledger for machines: counts, names, versions and paths. */
export interface LedgerSnapshot {
  readonly libraries: Readonly<Record<string, readonly Noted[]>>
  readonly scopes: readonly { readonly library: string; readonly scope: string; readonly counts: Readonly<Counts> }[]
  readonly faults: number
  readonly restraint: string | undefined
  /** Of labels that are read off headers, where there are some. */
  readonly labels?: LabelCounts
}

export type LabelCounts = Readonly<Record<string, { readonly values: number; readonly other: number }>>

export interface Noted {
  readonly state: LibraryState
  readonly detail: string
}

export function createLedger(): Ledger {
  const libraries = new Map<string, Noted[]>()
  const scopes = new Map<string, { library: string; scope: string; counts: Counts }>()

  const counts = (library: string, scope: string) => {
    const key = `${library} ${scope}`
    const found = scopes.get(key) ?? { library, scope, counts: zero() }
    scopes.set(key, found)
    return found.counts
  }
  const note = (library: string, state: LibraryState, detail = '') => {
    const notes = libraries.get(library) ?? []
    // Wanted again: a reload has switched it on.
    if (state === 'never_loaded')
      libraries.set(
        library,
        notes.filter((noted) => noted.state !== 'disabled'),
      )
    else libraries.set(library, notes)
    if (state === 'never_loaded' || notes.some((noted) => noted.state === state && noted.detail === detail)) return
    notes.push({ state, detail })
  }
  const states = (library: string) => {
    const notes = libraries.get(library) ?? []
    return notes.length > 0 ? notes : [{ state: 'never_loaded' as const, detail: '' }]
  }
  const totals = () => {
    const sum = zero()
    for (const { scope, counts } of scopes.values())
      if (scope !== requestScope) for (const key of keys) sum[key] += counts[key]
    return sum
  }
  const lines = () => {
    const lines = ['what became of each library:']
    const idle = new Map<string, string[]>()
    for (const name of libraries.keys()) {
      for (const { state, detail } of states(name)) {
        const what = `${state}${detail && ` (${detail})`}`
        if (state !== 'never_loaded' && state !== 'disabled') lines.push(`  ${name}: ${what}`)
        else idle.set(what, [...(idle.get(what) ?? []), name])
      }
    }
    for (const [what, those] of idle) lines.push(`  ${what}: ${those.join(', ')}`)
    lines.push('what became of each call:')
    for (const [key, one] of scopes) lines.push(`  ${key}: ${list(one.counts)}`)
    if (scopes.size === 0) lines.push('  none was seen')
    const restrained = ledger.restraint()
    if (restrained !== undefined) lines.push(`CPU budget: ${restrained}`)
    for (const [name, { values, other }] of Object.entries(ledger.labels() ?? {}))
      if (other > 0)
        lines.push(`label ${name}: ${values} different values were kept, ${other} requests with others count as other`)
    return lines
  }
  const reason = () => {
    const sum = totals()
    const restrained = ledger.restraint()
    if (sum.seen > 0)
      return `${sum.seen} calls were seen, none was recorded: ${list({ ...sum, seen: 0 })}${restrained ? `; ${restrained}` : ''}`
    const told = [...libraries.keys()].map((name) => ({ name, notes: states(name) }))
    const wanted = told.filter(({ notes }) => notes.some(({ state }) => state !== 'disabled'))
    const patched = wanted.filter(({ notes }) =>
      notes.some(({ state }) => state === 'patched' || state === 'untested_version'),
    )
    const troubles = wanted.flatMap(({ name, notes }) =>
      notes.flatMap(({ state, detail }) =>
        untroubled.has(state) ? [] : [`${name}: ${state}${detail && ` (${detail})`}`],
      ),
    )
    const idle = patched.length > 0 ? [`${names(patched)} is patched, but no profiled method was called`] : []
    if (idle.length + troubles.length > 0) return [...idle, ...troubles.slice(0, 3)].join('; ')
    return wanted.length > 0
      ? `none of the libraries to profile was loaded (${names(wanted)})`
      : 'no library or entry is among the targets'
  }

  const ledger: Ledger = {
    counts,
    note,
    states,
    totals,
    isIdle: () =>
      totals().seen === 0 &&
      [...libraries].every(([name, notes]) => name === 'network' || notes.every(({ state }) => state === 'disabled')),
    each: () => [...scopes.values()],
    faults: 0,
    labels: () => undefined,
    restraint: () => undefined,
    snapshot: () => ({
      ...labelsOf(ledger),
      libraries: Object.fromEntries([...libraries.keys()].map((name) => [name, states(name)])),
      scopes: ledger.each(),
      faults: ledger.faults,
      restraint: ledger.restraint(),
    }),
    lines,
    reason,
  }
  return ledger
}

function labelsOf(ledger: Pick<Ledger, 'labels'>): Pick<LedgerSnapshot, 'labels'> {
  const labels = ledger.labels()
  return labels === undefined ? {} : { labels }
}

const untroubled: ReadonlySet<LibraryState> = new Set(['never_loaded', 'patched', 'untested_version', 'disabled'])

/** The first names, since the line at exit is to be short. */
function names(some: readonly { readonly name: string }[]): string {
  const shown = some.slice(0, 6).map(({ name }) => name)
  return shown.join(', ') + (some.length > shown.length ? ` and ${some.length - shown.length} more` : '')
}

/** The counts of a scope that was not called yet. */
export const zero = (): Counts => ({
  seen: 0,
  sampled_out: 0,
  under_threshold: 0,
  limited: 0,
  held: 0,
  emitted: 0,
  dropped: 0,
  unobserved: 0,
  open: 0,
  errors: 0,
})
const keys = Object.keys(zero()) as (keyof Counts)[]

const list = (counts: Counts) =>
  keys.flatMap((key) => (counts[key] > 0 ? [`${counts[key]} ${key.replaceAll('_', ' ')}`] : [])).join(', ') ||
  'not called'
