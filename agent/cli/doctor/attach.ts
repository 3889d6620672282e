import { createConnection } from 'node:net'
import { resolve } from 'node:path'
import type { LedgerSnapshot } from '../../ledger.ts'
import { UsageError } from '../command.ts'
import { becameOf } from './became.ts'
import { callsOf } from './calls.ts'
import { type Diagnosis, nextOf, ok, plural, type Section, unknown } from './finding.ts'
import { totalOf } from './ledgers.ts'
import { librariesOf } from './libraries.ts'
import type { Project } from './project.ts'

const patienceMs = 10_000

/** Asks a running process, by its `cli.socket`. Throws a `UsageError` where none answers. */
export async function diagnoseSocket(socket: string, project: Project): Promise<Diagnosis> {
  const whole = await snapshotFrom(resolve(project.cwd, socket), socket)
  const libraries = librariesOf(project)
  const records = totalOf(whole).emitted
  const sections: Section[] = [
    { title: 'Process', findings: [ok(`the agent answers on ${socket}`)] },
    { title: 'Libraries', findings: becameOf({ whole, problems: [] }, project, libraries) },
    { title: 'Calls', findings: callsOf(whole, [], project) },
  ]
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

/** The first line that has a ledger; what is said before is a greeting. */
async function snapshotFrom(path: string, shown: string): Promise<LedgerSnapshot> {
  const connection = createConnection(path).setEncoding('utf8')
  const wrong = (why: string) => new UsageError(`--attach: ${shown} ${why}`)
  connection.setTimeout(patienceMs, () => {
    connection.destroy(wrong('does not answer; is it the cli.socket of a running process?'))
  })
  let text = ''
  try {
    for await (const more of connection) {
      const lines = (text + more).split('\n')
      text = lines.pop() ?? ''
      const ledger = lines.map(ledgerIn).find((one) => one !== undefined)
      if (ledger !== undefined) return ledger
    }
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw wrong(
      `can't be reached (${(error as Error).message}); a process has it while it runs, with cli.socket in crossbridge.yml`,
    )
  } finally {
    connection.destroy()
  }
  throw wrong('closed before it told anything')
}

function ledgerIn(line: string): LedgerSnapshot | undefined {
  try {
    const { ledger } = JSON.parse(line) as { ledger?: LedgerSnapshot }
    return ledger?.libraries === undefined || ledger.scopes === undefined ? undefined : ledger
  } catch {
    return undefined
  }
}
