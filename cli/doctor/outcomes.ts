import type { LedgerSnapshot, Noted } from '../../agent/ledger.ts'
import { packageOf } from '../../agent/load/match.ts'
import type { LibraryState } from '../../agent/model.ts'
import { ofBundle } from './conflicts.ts'
import { type Finding, listed, note, ok, problem } from './finding.ts'
import { isLoaded, isPatched } from './ledgers.ts'
import { type Library, untargeted } from './libraries.ts'
import { checkNext } from './next.ts'
import type { Project } from './project.ts'

/** Those that keep calls from being seen, what is nearest to the root of it first. */
const order: readonly LibraryState[] = [
  'loaded_before_agent',
  'unsupported_version',
  'shape_mismatch',
  'unsafe_exports',
  'wrap_failed',
  'untested_version',
  'patched',
]

interface Said {
  readonly whole: LedgerSnapshot
  readonly problems: readonly string[]
}

/** The outcome of each library. */
export function outcomesOf({ whole, problems }: Said, project: Project, installed: readonly Library[]): Finding[] {
  const states = Object.entries(whole.libraries)
  const loaded = states.flatMap(([library, notes]) => notes.filter(isLoaded).map((noted) => ({ library, noted })))
  const idle = states.filter(([, notes]) => notes.every(({ state }) => state === 'never_loaded')).map(([name]) => name)
  const off = states.filter(([, notes]) => notes.some(({ state }) => state === 'disabled'))
  const findings = loaded
    .sort((a, b) => order.indexOf(a.noted.state) - order.indexOf(b.noted.state))
    .map(({ library, noted }) => ofState(library, noted, { whole, problems }, installed))
  if (loaded.length === 0 && !isCalled(whole) && !off.some(([, [noted]]) => noted?.detail.startsWith('enabled is')))
    findings.push(...nothingLoaded(idle, project, problems, installed))
  const there = idle.filter((name) => installed.some(({ manifest }) => manifest.name === name))
  if (there.length > 0) findings.push(note(`installed, but not loaded: ${listed(there)}`))
  const why = off[0]?.[1].find(({ state }) => state === 'disabled')?.detail
  if (off.length > 0) findings.push(note(`${off.length} others are off (${why})`))
  return findings
}

/** Marked by hand, no library need be loaded. */
const isCalled = ({ scopes }: LedgerSnapshot) => scopes.some(({ counts }) => counts.seen > 0)

function ofState(library: string, { state, detail }: Noted, said: Said, installed: readonly Library[]): Finding {
  const { scopes, libraries } = said.whole
  const seen = scopes.some((one) => one.library === library && one.counts.seen > 0)
  // A method that is missing in one file or version was patched in another.
  const mark = seen ? note : problem
  const manifest = installed.find((one) => one.manifest.name === library)?.manifest
  switch (state) {
    case 'patched':
      return ok(`${library}: loaded, patched (${detail || 'your own'})`)
    case 'untested_version':
      return note(`${library}: loaded, patched (${detail}), newer than what is tested`)
    case 'loaded_before_agent':
      return mark(
        `${library}: loaded before the agent (${detail})`,
        seen
          ? undefined
          : `start the agent before what loads ${library}: as the first --import, or with -r where that is loaded by -r`,
      )
    case 'unsupported_version': {
      const name = manifest === undefined ? library : packageOf(manifest.module)
      const range = manifest?.versions ?? detail.replace(/^.* than /, '')
      return mark(
        `${library}: ${detail}; it is not profiled`,
        `install a version of ${name} that is supported: ${range}`,
      )
    }
    case 'shape_mismatch': {
      const [at = ''] = detail.split(':', 1)
      const told = said.problems.find((text) => text.startsWith(`${library}: ${at} `)) ?? `${library}: ${detail}`
      const isOnlyThis = !(libraries[library] ?? []).some(isPatched)
      return (isOnlyThis || manifest === undefined ? problem : note)(
        told,
        manifest === undefined
          ? `correct the entry ${told.replace(/; it is not profiled$/, '')}`
          : `install a version of ${packageOf(manifest.module)} that is tested: ${manifest.versions}`,
      )
    }
    case 'wrap_failed':
      return mark(
        `${library}: could not be hooked, so it runs as it is (${detail})`,
        `mark the calls of ${library} by hand: docs/configuration.md, "Your own code"`,
      )
    default: {
      const told = said.problems.find((text) => text.startsWith(`${library}: `) && text.includes("can't be hooked"))
      return mark(
        told?.replace(/; it is not profiled$/, '') ??
          `${library}: its exports change later, so they are not touched (${detail})`,
        `mark the calls of ${library} by hand: docs/configuration.md, "Your own code"`,
      )
    }
  }
}

/** Says why no wanted library was loaded. */
function nothingLoaded(
  idle: readonly string[],
  project: Project,
  problems: readonly string[],
  installed: readonly Library[],
): Finding[] {
  const entryFile = problems.find((text) => text.includes("the application's entry file can't be hooked"))
  if (entryFile !== undefined) return [problem(entryFile, entryFile.replace(/^instrumentations: /, 'mend the entry '))]
  const bundles = [
    ...project.entries.flatMap((entry) => ofBundle(entry, project, installed)),
    ...checkNext(project, installed),
  ]
  if (bundles.some(({ mark }) => mark === 'problem')) return bundles
  const wanted = installed.filter(({ manifest }) => idle.includes(manifest.name)).map(({ manifest }) => manifest.name)
  const userEntries = project.found.instrumentations.filter(({ name }) => idle.includes(name)).map(({ name }) => name)
  const there = [...userEntries, ...wanted]
  if (there.length > 0)
    return [
      problem(
        `none of what is to be profiled was loaded, though it is there: ${listed(there)}`,
        `let the application load ${there[0]}${userEntries.length > 0 ? ', or correct its module' : ''}: in this run it never did`,
      ),
    ]
  if (installed.length > 0) return [untargeted(project, installed)]
  return [
    problem(
      'none of the libraries that the agent knows is installed here, and none was loaded',
      'describe what you want to profile under instrumentations, or mark it by hand: docs/configuration.md, "Your own code"',
    ),
  ]
}
