import { hotWords } from '../../agent/findings/hot.ts'
import { ms } from '../format.ts'
import { type Style, widthOf } from '../style.ts'
import { tableOf } from '../table.ts'
import type { RequestCall, RequestReport } from './model.ts'
import { meanwhile, phases } from './phases.ts'
import { item } from './wrap.ts'

const leastBar = 16
const mostBar = 60
const longestName = 24

/** A request's calls, each a line with a bar where it was under way. */
export function waterfallOf(request: RequestReport, columns: number, style: Style): string[] {
  const { calls, duration_ms } = request
  const labels = tableOf(
    calls.map(({ name, label, library, depth }) => [
      `${'  '.repeat(Math.min(depth, 8))}${label === undefined ? shortOf(name) : cut(label)}`,
      cut(library),
    ]),
    [0, 1],
  )
  const times = tableOf(
    calls.map(({ duration_ms: took, error }) => [ms(took), error === undefined ? '' : style('red', cut(error))]),
    [1],
  )
  const widest = (lines: readonly string[]) => Math.max(0, ...lines.map(widthOf))
  const width = Math.min(mostBar, Math.max(leastBar, columns - widest(labels) - widest(times) - 7))
  return calls.flatMap((call, i) => {
    const bar = barOf(call, duration_ms, width)
    const label = (labels[i] ?? '').padEnd(widest(labels))
    const color = call.error === undefined ? 'cyan' : 'red'
    const ran = call.hot === undefined ? [] : item('     ran:', hotWords(call.hot), columns, 7)
    return [`   ${label}  ${style(color, bar)}  ${times[i] ?? ''}`.trimEnd(), ...ran]
  })
}

/** `search` of `vector_store.search`: the library beside it tells the rest. */
const shortOf = (name: string) => cut(name.slice(name.lastIndexOf('.') + 1) || name)

const cut = (text: string) => (text.length > longestName ? `${text.slice(0, longestName - 1)}…` : text)

function barOf({ start_ms, duration_ms }: RequestCall, wholeMs: number, width: number): string {
  const scale = wholeMs === 0 ? 0 : width / wholeMs
  const from = Math.min(width - 1, Math.floor(start_ms * scale))
  const cells = Math.min(width - from, Math.round((start_ms + duration_ms) * scale) - from)
  const isShort = cells < 1 || duration_ms * scale < 0.5
  return `${' '.repeat(from)}${isShort ? '▏' : '█'.repeat(cells)}`.padEnd(width)
}

/** Says where the time of the longest call with a timing went, of calls that hold no others; undefined without one. */
export function longestOf({ calls }: RequestReport): string | undefined {
  const parents = new Set(calls.map(({ parent_id }) => parent_id))
  const [longest] = calls
    .filter(({ span_id, timing }) => timing !== undefined && !parents.has(span_id))
    .sort((one, other) => other.duration_ms - one.duration_ms)
  if (longest === undefined) return undefined
  const { name, library, duration_ms, timing } = longest
  const parts = [...phases, ...meanwhile].flatMap(([key, words]) => {
    const value = timing?.[key]
    return typeof value === 'number' && value >= Math.max(0.5, duration_ms / 100) ? [`${ms(value)} ${words}`] : []
  })
  if (parts.length === 0) return undefined
  return `${name} of ${library}, ${ms(duration_ms)}: ${parts.join(', ')}`
}
