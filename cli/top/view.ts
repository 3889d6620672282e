import { type Frame, keyOf, type Row } from './frame.ts'

/** One scope of one library, as the table shows it. */
export interface Line extends Row {
  /** Calls per second of the latest intervals. */
  readonly rates: readonly number[]
  /** Since this began to look. */
  readonly seenCalls: number
  readonly seenErrors: number
}

interface Shown {
  readonly frame: Frame | undefined
  readonly lines: ReadonlyMap<string, Line>
}

export type Order = 'calls' | 'time' | 'errors' | 'name'

/** All that decides what is on the screen. */
export interface View {
  readonly shown: Shown
  /** Goes on while what is shown stands still. */
  readonly latest: Shown
  readonly order: Order
  readonly reverse: boolean
  readonly paused: boolean
  readonly help: boolean
  /** The first line of the table that is shown. */
  readonly top: number
}

const nothing: Shown = { frame: undefined, lines: new Map() }
export const firstView: View = {
  ...{ shown: nothing, latest: nothing },
  ...{ order: 'calls', reverse: false, paused: false, help: false, top: 0 },
}
const mostRates = 30
const mostLines = 1000

/** The view after one more interval. */
export function withFrame(view: View, frame: Frame): View {
  const before = view.latest.lines
  const rows = new Map(frame.rows.map((row) => [keyOf(row), row]))
  const lines = new Map<string, Line>()
  for (const key of new Set([...before.keys(), ...rows.keys()])) lines.set(key, lineOf(rows.get(key), before.get(key)))
  // The longest idle ones go first, where names are made up at run time.
  for (const [key, { calls, open = 0 }] of lines)
    if (lines.size > mostLines && calls === 0 && open === 0) lines.delete(key)
  const latest = { frame, lines }
  return { ...view, latest, shown: view.paused ? view.shown : latest }
}

/** A scope that was not called keeps the durations that it had. */
function lineOf(row: Row | undefined, before: Line | undefined): Line {
  const now = row ?? {
    ...(before as Line),
    calls: 0,
    calls_per_s: 0,
    errors: 0,
    open: before?.open && 0,
    ...idleCost(before),
  }
  const { p50_ms, p95_ms, max_ms } = now.calls > 0 || before === undefined ? now : before
  return {
    ...now,
    ...{ p50_ms, p95_ms, max_ms },
    rates: [...(before?.rates ?? []), now.calls_per_s].slice(-mostRates),
    seenCalls: (before?.seenCalls ?? 0) + now.calls,
    seenErrors: (before?.seenErrors ?? 0) + now.errors,
  }
}

const idleCost = (before: Line | undefined) => (before?.cost_per_h === undefined ? {} : { cost_per_h: 0 })

/** The lines in their order. */
export function sorted({ shown, order, reverse }: View): Line[] {
  const byName = (one: Line, other: Line) => (keyed(one) < keyed(other) ? -1 : 1)
  const most = (of: (line: Line) => number) => (one: Line, other: Line) => of(other) - of(one)
  const orders: Readonly<Record<Order, (one: Line, other: Line) => number>> = {
    calls: most(({ calls_per_s }) => calls_per_s),
    time: most(({ p95_ms }) => p95_ms),
    errors: most(({ seenErrors }) => seenErrors),
    name: byName,
  }
  const lines = [...shown.lines.values()].sort(
    (one, other) => orders[order](one, other) || other.seenCalls - one.seenCalls || byName(one, other),
  )
  return reverse ? lines.reverse() : lines
}

const keyed = ({ name, library }: Row) => `${name} ${library}`

/** A key, as `emitKeypressEvents` names it. */
export interface Key {
  readonly name?: string | undefined
  readonly sequence?: string | undefined
  readonly ctrl?: boolean
}

/** The view after a key, with so many lines of the table on the screen; `quit` after one that ends it. */
export function withKey(view: View, { name, sequence, ctrl }: Key, page: number): View | 'quit' {
  if (ctrl) return name === 'c' ? 'quit' : view
  if (view.help) return name === 'q' ? 'quit' : { ...view, help: false }
  if (sequence === '?') return { ...view, help: true }
  const order = orderKeys[name ?? '']
  if (order !== undefined) return { ...view, order, reverse: false, top: 0 }
  const last = Math.max(view.shown.lines.size - page, 0)
  const scrolled = (to: number): View => ({ ...view, top: Math.min(Math.max(to, 0), last) })
  switch (name) {
    case 'q':
      return 'quit'
    case 'r':
      return { ...view, reverse: !view.reverse, top: 0 }
    case 'space':
      return { ...view, paused: !view.paused, shown: view.latest }
    case 'up':
      return scrolled(view.top - 1)
    case 'down':
      return scrolled(view.top + 1)
    case 'pageup':
      return scrolled(view.top - page)
    case 'pagedown':
      return scrolled(view.top + page)
    case 'home':
      return scrolled(0)
    case 'end':
      return scrolled(last)
    default:
      return view
  }
}

const orderKeys: Readonly<Record<string, Order>> = { c: 'calls', t: 'time', e: 'errors', n: 'name' }
