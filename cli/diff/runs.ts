import type { ProfileRecord } from '../../agent/model.ts'
import type { StartRecord } from '../../agent/output/identity.ts'
import { UsageError } from '../command.ts'
import { counted } from '../format.ts'
import { close, openInputs } from '../report/files.ts'
import { isSnapshot } from '../report/process.ts'
import { readRecords } from '../report/read.ts'
import { isOwn } from '../report/runs.ts'
import { plain } from '../style.ts'

/** A run in a file that has several. */
interface Run {
  /** PID-STARTED, as `--run` takes it. */
  readonly id: string
  readonly service: string
  readonly started: number
  records: number
}

const mostRuns = 10_000
const mostShown = 10

/** The two runs of a file to compare: those that are named, else the last two with calls. Throws a `UsageError`. */
export async function pairOf(file: string, named: readonly string[], cwd: string, rotated: boolean) {
  const runs = (await runsIn(file, cwd, rotated)).filter(({ records }) => records > 0)
  const missing = named.find((id) => runs.every((run) => run.id !== id))
  if (missing !== undefined) throw new UsageError(`${file} has no run ${plain(missing)}; ${listed(runs)}`)
  if (named.length === 1 || named.length > 2)
    throw new UsageError(`diff takes two --run, the run before and the run after; ${named.length} were given`)
  const [before, after] = named.length === 2 ? named : runs.slice(-2).map(({ id }) => id)
  if (before !== undefined && after !== undefined) return [before, after] as const
  throw new UsageError(`diff takes two files, or one with two runs; of ${file}: ${listed(runs)}`)
}

function listed(runs: readonly Run[]): string {
  if (runs.length === 0) return 'it has none with calls'
  const shown = runs.slice(-mostShown).map(({ id, service, started, records }) => {
    const at = new Date(started * 1000).toISOString().slice(0, 19)
    return `  ${plain(id)}  ${at}Z  ${service}  ${counted(records, 'record')}`
  })
  return `it has${runs.length > mostShown ? `, as the last of ${runs.length}` : ''}:\n${shown.join('\n')}`
}

/** The runs of a file, in the order in which they began. */
async function runsIn(file: string, cwd: string, rotated: boolean): Promise<Run[]> {
  const inputs = openInputs([file], cwd, rotated)
  const runs = new Map<string, Run>()
  const current = new Map<string, Run>()
  try {
    await readRecords(inputs, (record) => {
      const thread = `${record.pid} ${record.thread_id}`
      if (isStart(record) && runs.size < mostRuns) {
        const { pid, started, service } = record
        const id = `${pid}-${started}`
        const run = runs.get(id) ?? { id, service: plain(`${service}`), started, records: 0 }
        runs.set(id, run)
        current.set(thread, run)
      }
      const run = current.get(thread)
      if (run !== undefined && !isOwn(record) && !isSnapshot(record)) run.records++
    })
  } finally {
    close(inputs)
  }
  return [...runs.values()].sort((a, b) => a.started - b.started)
}

const isStart = (record: ProfileRecord): record is ProfileRecord & StartRecord =>
  isOwn(record) && record.name === 'agent.start' && typeof (record as unknown as StartRecord).started === 'number'
