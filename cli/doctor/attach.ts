import { resolve } from 'node:path'
import type { LedgerSnapshot } from '../../agent/ledger.ts'
import type { Snapshot } from '../../agent/output/socket/protocol.ts'
import { askProcesses } from '../top/processes.ts'
import { callsOf } from './calls.ts'
import { type Diagnosis, nextOf, ok, plural, type Section, unknown } from './finding.ts'
import { merged, totalOf } from './ledgers.ts'
import { librariesOf } from './libraries.ts'
import { outcomesOf } from './outcomes.ts'
import type { Project } from './project.ts'

/** Asks a running process and its threads, by `cli.socket`. Throws a `UsageError` where none answers. */
export async function diagnoseSocket(socket: string, project: Project): Promise<Diagnosis> {
  const whole = merged((await askProcesses(resolve(project.cwd, socket))).map(ledgerOf))
  const libraries = librariesOf(project)
  const records = totalOf(whole).emitted
  const sections: Section[] = [
    { title: 'Process', findings: [ok(`the agent answers on ${socket}`)] },
    { title: 'Libraries', findings: outcomesOf({ whole, problems: [] }, project, libraries) },
    { title: 'Calls', findings: callsOf(whole, [], project) },
  ].filter(({ findings }) => findings.length > 0)
  return {
    sections,
    ledger: whole,
    next: nextOf(
      sections,
      records > 0
        ? `all is well: ${plural(records, 'record')}; watch it: npx @crossbridge/agent top ${socket}`
        : unknown,
    ),
    well: records > 0,
  }
}

function ledgerOf({ libraries, scopes, faults, restraint }: Snapshot): LedgerSnapshot {
  return {
    libraries: Object.fromEntries(libraries.map(({ name, states }) => [name, states])),
    scopes: scopes.map(({ library, name, counts }) => ({ library, scope: name, counts })),
    faults,
    restraint,
  }
}
