import type { ReadableSpan } from '@opentelemetry/sdk-trace'

const { setTimeout, setInterval, clearTimeout, clearInterval } = globalThis

export interface BatchExporterParts {
  /** Spans that wait at most. */
  readonly most: number
  /** Spans of one export at most. */
  readonly batch: number
  readonly everyMs: number
  readonly totalsEveryMs: number
  /** The longest time that the end of the process waits for the last export, in milliseconds. */
  readonly patience: number
  /** Runs it outside of whatever call is under way. */
  readonly detached: (work: () => void) => void
  readonly send: (spans: ReadableSpan[], done: (problem?: unknown) => void) => void
  readonly sendTotals: (done: (problem?: unknown) => void) => void
  readonly failed: (problem: unknown) => void
  /** What was to be sent at once was not, within that time. */
  readonly late: () => void
  /** One that never arrived. */
  readonly lost: (parcel: Parcel) => void
  /** At exit: how many spans were refused, and how many were still waiting or under way. */
  readonly left: (refused: number, pending: number) => void
  /** All is sent, or given up. */
  readonly closed: () => void
  readonly fault: (error: unknown) => void
}

/** A span, and what the ledger counts it under. */
interface Parcel {
  readonly span: ReadableSpan
  readonly library: string
  readonly name: string
}

/** Spans on their way to the collector, and when totals go there. */
export interface BatchExporter {
  /** Takes what is made, unless too many wait: false then. */
  add(make: () => Parcel): boolean
  /** Totals have changed. */
  touch(): void
  /** Sends what waits, and calls back when that has arrived, was refused, or took too long. */
  drain(done: () => void): void
  /** After the last record: says what is lost. */
  exit(): void
  /** Sends what waits, takes no more. */
  close(): void
}

export function createBatchExporter(parts: BatchExporterParts): BatchExporter {
  const { most, batch, patience, fault } = parts
  // It runs in timers, where what throws is an uncaught exception of the application.
  const detached = (work: () => void) => {
    try {
      parts.detached(work)
    } catch (error) {
      fault(error)
    }
  }
  let waiting: Parcel[] = []
  let underWay: readonly Parcel[] = []
  let refused = 0
  let touched = false
  let sendingTotals = false
  let closing = false
  let gaveUp = false
  /** The process is at its end, and what is lost was reported. */
  let over = false
  let whenIdle: (() => void) | undefined

  const isIdle = () => waiting.length === 0 && underWay.length === 0 && !sendingTotals && !touched
  const settled = () => {
    if (whenIdle === undefined || !isIdle()) return
    const idle = whenIdle
    whenIdle = undefined
    idle()
  }
  const guarded = (work: (done: (problem?: unknown) => void) => void, done: (problem?: unknown) => void) => {
    let once = false
    const finish = (problem?: unknown) => {
      if (once) return
      once = true
      if (problem !== undefined) parts.failed(problem)
      done(problem)
    }
    try {
      work(finish)
    } catch (error) {
      fault(error)
      finish(error)
    }
  }
  const drain = (least: number) => {
    if (underWay.length > 0 || waiting.length < least || waiting.length === 0) return settled()
    const parcels = waiting.slice(0, batch)
    waiting = waiting.slice(batch)
    underWay = parcels
    const spans = parcels.map(({ span }) => span)
    guarded(
      (done) => parts.send(spans, done),
      (problem) => {
        underWay = []
        if (problem !== undefined && !over) {
          refused += spans.length
          for (const parcel of parcels) parts.lost(parcel)
        }
        // One batch after another; what is no whole one waits for the next turn, as all does where the collector fails.
        if (whenIdle !== undefined) drain(1)
        else if (problem === undefined) drain(batch)
      },
    )
  }
  const sendTotals = () => {
    if (sendingTotals || !touched) return settled()
    sendingTotals = true
    touched = false
    guarded(parts.sendTotals, () => {
      sendingTotals = false
      if (whenIdle !== undefined && touched) sendTotals()
      else settled()
    })
  }
  const finish = (then: () => void) => {
    const before = whenIdle
    whenIdle = () => {
      before?.()
      then()
    }
    detached(() => {
      drain(1)
      sendTotals()
    })
  }

  /** The event loop is empty: it is held open for the last export, for a while. */
  const atEnd = () => {
    if (gaveUp || isIdle()) return
    const hold = setTimeout(() => {
      gaveUp = true
      whenIdle = undefined
    }, patience)
    finish(() => clearTimeout(hold))
  }
  const exit = () => {
    if (over) return
    over = true
    const pending = [...waiting, ...underWay]
    for (const parcel of pending) parts.lost(parcel)
    parts.left(refused, pending.length)
  }
  process.on('beforeExit', atEnd)
  const turns = setInterval(() => detached(() => drain(1)), parts.everyMs).unref()
  const totals = setInterval(() => detached(sendTotals), parts.totalsEveryMs).unref()

  return {
    add(make) {
      if (closing || waiting.length >= most) return false
      waiting.push(make())
      if (waiting.length === batch && underWay.length === 0) detached(() => drain(batch))
      return true
    },
    touch() {
      touched = true
    },
    drain(done) {
      if (isIdle()) return done()
      // It holds the process too, in which nothing else may be under way.
      const hold = setTimeout(() => {
        whenIdle = undefined
        parts.late()
        done()
      }, patience)
      finish(() => {
        clearTimeout(hold)
        done()
      })
    },
    exit,
    close() {
      closing = true
      process.on('exit', exit)
      clearInterval(turns)
      clearInterval(totals)
      finish(() => {
        process.off('beforeExit', atEnd)
        process.off('exit', exit)
        parts.closed()
      })
    },
  }
}
