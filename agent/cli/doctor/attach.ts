import { createConnection } from 'node:net'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { LedgerSnapshot } from '../../ledger.ts'
import { UsageError } from '../command.ts'
import { becameOf } from './became.ts'
import { callsOf } from './calls.ts'
import { type Diagnosis, nextOf, ok, plural, type Section } from './finding.ts'
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
    next: nextOf(sections, `all is well: ${plural(records, 'record')}; watch it: npx @crossbridge/agent top ${socket}`),
    well: records > 0,
  }
}

/** The first line that has a ledger; what is said before is a greeting. */
function snapshotFrom(path: string, shown: string): Promise<LedgerSnapshot> {
  return new Promise((done, failed) => {
    const connection = createConnection(path)
    const end = (message: string) => {
      connection.destroy()
      failed(new UsageError(`--attach: ${shown} ${message}`))
    }
    const timer = setTimeout(() => end('does not answer; is it the cli.socket of a running process?'), patienceMs)
    connection.on('error', (error) => {
      clearTimeout(timer)
      end(`can't be reached (${error.message}); cli.socket in crossbridge.yml makes one, while the process runs`)
    })
    connection.on('close', () => {
      clearTimeout(timer)
      end('closed before it told anything')
    })
    createInterface({ input: connection }).on('line', (line) => {
      const ledger = ledgerIn(line)
      if (ledger === undefined) return
      clearTimeout(timer)
      done(ledger)
      connection.destroy()
    })
  })
}

function ledgerIn(line: string): LedgerSnapshot | undefined {
  try {
    const { ledger } = JSON.parse(line) as { ledger?: LedgerSnapshot }
    return ledger?.libraries === undefined || ledger.scopes === undefined ? undefined : ledger
  } catch {
    return undefined
  }
}
