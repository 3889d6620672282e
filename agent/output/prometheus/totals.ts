import type { Ledger } from '../../ledger.ts'
import type { Observed, Point, ProcessReading } from '../../model.ts'
import type { CallCosts } from '../cost/call-costs.ts'
import { createLabelled } from './labelled.ts'
import { faults, ledgerCounters, type Naming, open, selfCpu } from './metric-names.ts'
import { processValues } from './process-metrics.ts'
import { createRecorders, type Recorder } from './recorders.ts'
import { addTo, createStore, type Snapshot } from './series.ts'

/** Plain counters in this thread; nothing of a metrics library is called where a call ends. */
export interface Totals {
  observe(call: Observed): void
  /** Keeps the last reading of the process. */
  process(reading: ProcessReading): void
  snapshot(): Snapshot
  /** True if anything has changed since the last question, or a call is under way. */
  changed(): boolean
}

interface TotalsParts {
  readonly naming: Naming
  readonly ledger: Pick<Ledger, 'each' | 'faults' | 'totals'>
  readonly meter: { total(): number }
  readonly costs?: CallCosts | undefined
  /** The user's own that calls differ by. */
  readonly labels?: readonly string[]
}

export function createTotals({ naming, ledger, meter, costs, labels = [] }: TotalsParts): Totals {
  const store = createStore()
  const recorderOf = createRecorders(store, naming, costs)
  const labelled = labels.length > 0 ? createLabelled(labels, store, recorderOf) : undefined
  const recorders = new Map<Point, Recorder>()
  let last = ''
  let reading: ProcessReading | undefined

  const made = (point: Point): Recorder => {
    const record = recorderOf(point)
    recorders.set(point, record)
    return record
  }

  return {
    observe(call) {
      const record = labelled?.(call) ?? recorders.get(call.point) ?? made(call.point)
      record(call)
    },
    process(next) {
      reading = next
    },
    snapshot: () => ({ ...store.snapshot(), ...agentOf(ledger, meter), ...processOf(reading) }),
    changed() {
      const counts = ledger.totals()
      const now = [...Object.values(counts), ledger.faults, reading?.at].join()
      const is = now !== last || counts.open > 0
      last = now
      return is
    },
  }
}

/** The ledger, and what the agent's own work costs. */
function agentOf(ledger: TotalsParts['ledger'], meter: TotalsParts['meter']): Snapshot {
  const store = createStore()
  addTo(store.cell(faults, []), ledger.faults)
  addTo(store.cell(selfCpu, []), meter.total() / 1000)
  for (const { library, scope, counts } of ledger.each()) {
    if (counts.seen === 0) continue
    for (const [key, metric] of Object.entries(ledgerCounters))
      addTo(store.cell(metric, [library, scope]), counts[key as keyof typeof ledgerCounters])
    addTo(store.cell(open, [library, scope]), counts.open)
  }
  return store.snapshot()
}

function processOf(reading: ProcessReading | undefined): Snapshot {
  const store = createStore()
  if (reading !== undefined)
    for (const [metric, labels, value] of processValues(reading)) addTo(store.cell(metric, labels), value)
  return store.snapshot()
}
