import { requestScope } from '../../agent/manifest.ts'
import type { ProfileRecord } from '../../agent/model.ts'
import type { StartRecord, SummaryRecord } from '../../agent/output/identity.ts'
import { count, counted } from '../format.ts'
import { plain } from '../style.ts'

/** True for a line in which the agent says whose records follow, or what became of the calls. */
export const isOwn = ({ library, name }: Pick<ProfileRecord, 'library' | 'name'>): boolean =>
  library === 'agent' && name.startsWith('agent.')

/** More processes than a file has; names and numbers that somebody made up are not to fill the memory. */
const mostRuns = 10_000
const longestService = 120

const fates = [
  ['sampled_out', 'sampled out'],
  ['under_threshold', 'faster than slow_call_ms'],
  ['limited', 'beyond max_records_per_minute'],
  ['dropped', 'dropped'],
  ['unobserved', 'never awaited'],
] as const

/** What became of all calls, recorded or not, as the processes say it at their ends. */
export function createRuns() {
  const begun = new Set<string>()
  /** The last word of each thread. */
  const ended = new Map<string, SummaryRecord['scopes']>()
  /** By process and thread: of one after another that have the same ids, the last. */
  const services = new Map<string, string>()

  return {
    /** True when it was one of the agent's own lines. */
    take(record: ProfileRecord): boolean {
      if (!isOwn(record)) return false
      const { pid, thread_id, started, scopes, name, service } = record as ProfileRecord &
        Partial<SummaryRecord & Pick<StartRecord, 'service'>>
      const thread = `${pid} ${started} ${thread_id}`
      // What else it says, such as a finding in a log, begins no run.
      if (!/^agent\.(start|summary)$/.test(name)) return true
      if (begun.size < mostRuns) begun.add(thread)
      if (typeof service === 'string' && services.size < mostRuns)
        services.set(`${pid} ${thread_id}`, plain(service.slice(0, longestService)))
      if (name === 'agent.summary' && Array.isArray(scopes) && (ended.has(thread) || ended.size < mostRuns))
        ended.set(thread, scopes)
      return true
    },
    /** Whose record it is, as the thread said at its start. */
    serviceOf: ({ pid, thread_id }: { readonly pid?: number; readonly thread_id?: number }): string | undefined =>
      services.get(`${pid} ${thread_id}`),
    note(): string | false {
      const calls = [...ended.values()].flat().filter(({ scope }) => scope !== requestScope)
      const sum = (key: string) => calls.reduce((all, one) => all + numberOf(one[key]), 0)
      const seen = sum('seen')
      if (seen === 0) return false
      const left = fates.flatMap(([key, words]) => (sum(key) > 0 ? [`${count(sum(key))} ${words}`] : []))
      const open = begun.size - ended.size
      const others =
        open > 0
          ? `; ${counted(open, 'process or thread', 'processes or threads')} ended without a word, or still run`
          : ''
      return `Of ${counted(seen, 'call')} ${count(sum('emitted'))} left a record${left.length > 0 ? ` (${left.join(', ')})` : ''}${others}.`
    },
  }
}

const numberOf = (value: unknown) => (typeof value === 'number' && value > 0 && value < 1e15 ? value : 0)
