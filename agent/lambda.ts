import { reasonOf } from './diagnostics.ts'
import type { WarnOnce } from './model.ts'
import { imitate } from './replace/imitate.ts'

interface LambdaParts {
  /** Writes and sends what the outputs hold back, and calls back when that is done or given up. */
  readonly drain: (done: () => void) => void
  readonly warnOnce: WarnOnce
  readonly fault: (error: unknown) => void
}

type Next = (...args: unknown[]) => unknown

// The application's tests may put fakes in their places.
const { setImmediate: soon, setTimeout, clearTimeout } = globalThis
const { now } = Date
/** Milliseconds that are left to the runtime for asking, of an invocation's time: after that Lambda ends the process. */
const spareMs = 500
/** A collector has its own patience, which is shorter. */
const mostMs = 10_000

/**
 * Lambda freezes the process once its runtime asks for the next invocation, and may never thaw it. So what the outputs hold
 * back is sent before: the answer is out by then, and nobody waits for it but the bill.
 *
 * The runtime (aws-lambda-ric) asks by `next` of an addon, which it loads by `require`; its answer has the deadline.
 */
export function followInvocations({ drain, warnOnce, fault }: LambdaParts): void {
  const { dlopen } = process
  const shell = {
    dlopen(this: unknown, module: { readonly exports?: unknown }, file: unknown) {
      Reflect.apply(dlopen, this, arguments)
      if (!/[\\/]rapid-client\.node$/.test(`${file}`)) return
      if (process.dlopen === shell.dlopen) process.dlopen = dlopen
      try {
        if (!replaceNext(module.exports, holding(drain, fault)))
          warnOnce(
            'lambda',
            "this Lambda runtime is not known: what the outputs hold back at an invocation's end waits for the next one; take output.type: log",
          )
      } catch (error) {
        warnOnce('lambda', `invocations can't be followed (${reasonOf(error)}); take output.type: log`)
      }
    },
  }
  imitate(shell.dlopen as Next, dlopen as Next)
  process.dlopen = shell.dlopen as typeof process.dlopen
}

/** False where the addon is not as it was when this was written. */
function replaceNext(client: unknown, before: (ask: () => unknown) => Promise<unknown>): boolean {
  const found = Object.getOwnPropertyDescriptor(client, 'next')
  if (typeof found?.value !== 'function' || found.writable !== true) return false
  const original: Next = found.value
  const shell = {
    next(this: unknown) {
      return before(() => Reflect.apply(original, this, arguments))
    },
  }
  imitate(shell.next, original)
  ;(client as { next: Next }).next = shell.next
  return true
}

/** Asks for the next invocation after the outputs have sent what they had, but in time for this one's deadline. */
function holding(drain: LambdaParts['drain'], fault: LambdaParts['fault']) {
  let deadline: number | undefined
  const sent = (byMs: number) =>
    new Promise<void>((resolve) => {
      // Nothing else keeps the process: without this it would end here.
      const timer = setTimeout(resolve, byMs)
      const done = () => {
        clearTimeout(timer)
        resolve()
      }
      // Calls that ended with the answer become records in this turn of the event loop.
      soon(() => {
        try {
          drain(done)
        } catch (error) {
          fault(error)
          done()
        }
      })
    })

  return async (ask: () => unknown) => {
    const byMs = deadline === undefined ? mostMs : Math.min(mostMs, deadline - now() - spareMs)
    if (byMs > 0) await sent(byMs)
    const invocation = await ask()
    const said = Number((invocation as { headers?: Record<string, unknown> })?.headers?.['lambda-runtime-deadline-ms'])
    deadline = said > 0 ? said : undefined
    return invocation
  }
}
