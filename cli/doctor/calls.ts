import type { LedgerSnapshot } from '../../agent/ledger.ts'
import type { Counts } from '../../agent/model.ts'
import { tableOf } from '../table.ts'
import { thresholdLocation } from './configuration.ts'
import { type Finding, listed, note, ok, plural, problem } from './finding.ts'
import { isPatched, totalOf } from './ledgers.ts'
import type { Project } from './project.ts'

/** As people call them; those of no call are left out. */
const columns: readonly (readonly [keyof Counts, string])[] = [
  ['seen', 'called'],
  ['sampled_out', 'sampled out'],
  ['under_threshold', 'under threshold'],
  ['limited', 'limited'],
  ['held', 'held'],
  ['emitted', 'recorded'],
  ['dropped', 'dropped'],
  ['unobserved', 'unobserved'],
  ['open', 'open'],
  ['errors', 'errors'],
]

/** The outcomes of calls, and why none was recorded. */
export function callsOf(ledger: LedgerSnapshot, said: readonly string[], project: Project): Finding[] {
  const called = ledger.scopes.filter(({ counts }) => counts.seen > 0)
  const isThere = (library: string) => ledger.libraries[library]?.some(isPatched) === true
  const idle = ledger.scopes
    .filter(({ library, counts }) => counts.seen === 0 && isThere(library))
    .map(({ scope }) => scope)
  const total = totalOf(ledger)
  const findings: Finding[] = []
  if (called.length > 0) findings.push((total.emitted > 0 ? ok : note)(tableIn(called).join('\n')))
  findings.push(...causesOf(total, ledger, said, project))
  if (idle.length > 0) findings.push(note(`never called: ${listed([...new Set(idle)])}`))
  if (ledger.restraint !== undefined) findings.push(note(`CPU budget: ${ledger.restraint}`))
  if (ledger.faults > 0)
    findings.push(note(`${plural(ledger.faults, 'fault')} of the agent itself, reported above: please report it`))
  return findings
}

function tableIn(scopes: LedgerSnapshot['scopes']): string[] {
  const shown = columns.filter(
    ([key]) => key === 'seen' || key === 'emitted' || scopes.some(({ counts }) => counts[key] > 0),
  )
  const head = ['library', 'scope', ...shown.map(([, name]) => name)]
  const rows = scopes.map(({ library, scope, counts }) => [library, scope, ...shown.map(([key]) => `${counts[key]}`)])
  return tableOf([head, ...rows], [0, 1])
}

/** The station that the calls which came furthest did not pass. */
function causesOf(total: Counts, ledger: LedgerSnapshot, said: readonly string[], { found }: Project): Finding[] {
  const location = (path: string) => `${path} (${found.where(path) ?? 'the default'})`
  const { seen, emitted, dropped, limited, held, under_threshold, sampled_out } = total
  const mark = emitted > 0 ? note : problem
  if (dropped > 0) {
    const why = said.find((text) => /can't be (written|loaded)|dropped|nothing is exported|switched off/.test(text))
    return [
      problem(
        `${plural(dropped, 'record')} could not be written`,
        `mend the output: ${why ?? 'the agent says above why'}`,
      ),
    ]
  }
  if (limited > 0)
    return [
      mark(
        `${plural(limited, 'record')} of ${limited + emitted} left out by ${location('max_records_per_minute')}`,
        `raise ${location('max_records_per_minute')}, or record less: it is ${found.config.max_records_per_minute}`,
      ),
    ]
  if (emitted > 0) return []
  if (seen === 0) return uncalled(ledger)
  if (held > 0)
    return [
      problem(
        `${plural(held, 'call')} waited for the end of the request`,
        'let the requests end before the application does',
      ),
    ]
  if (under_threshold > 0) {
    const slowest = ledger.scopes.find(({ counts }) => counts.under_threshold > 0)
    const where = thresholdLocation(found, slowest?.scope ?? '', slowest?.library ?? '')
    return [problem(`${plural(under_threshold, 'call')} faster than ${where}`, `lower ${where}; 0 records all calls`)]
  }
  if (sampled_out > 0)
    return [
      problem(
        `${plural(sampled_out, 'call')}, all sampled out: ${location('sample_rate')} is ${found.config.sample_rate}`,
        `raise ${location('sample_rate')}, or set mode: full`,
      ),
    ]
  return [
    problem(
      `${plural(seen, 'call')}, of which no end was seen: the results were never awaited or read, or are still open`,
      'await the result of the call, or give the run more time: --seconds 60',
    ),
  ]
}

function uncalled({ libraries }: LedgerSnapshot): Finding[] {
  const patched = Object.entries(libraries).flatMap(([name, notes]) => (notes.some(isPatched) ? [name] : []))
  if (patched.length === 0) return []
  return [
    problem(
      `${listed(patched)} is patched, but no profiled method was called`,
      `let the application call ${patched[0]} while it runs (send it a request, give it --seconds 60); the profiled methods are in docs/libraries.md`,
    ),
  ]
}
