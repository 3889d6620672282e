import { AsyncLocalStorage } from 'node:async_hooks'
import type { WarnOnce } from '../../model.ts'
import { type Answer, createPost } from './post.ts'

interface WebhookParts {
  readonly url: string
  readonly timeout_ms: number
  /** The location of `url` in the configuration. */
  readonly location: string
  readonly agentOrigins: Set<string>
  readonly warnOnce: WarnOnce
  readonly fault: (error: unknown) => void
  /** Milliseconds before the second and the third try. */
  readonly waits?: readonly number[]
}

/** Posts one body after another, each up to three times. Nothing of it keeps the process alive. */
export interface Webhook {
  send(body: string): void
  /** At exit: says what was not sent. */
  exit(): void
}

const { setTimeout, setImmediate } = globalThis
const mostWaiting = 100
const longestWaitMs = 60_000

/** Undefined, and told, where the URL is none. A URL may be a secret as a whole: only its origin is ever told. */
export function createWebhook(parts: WebhookParts): Webhook | undefined {
  const { timeout_ms, location, agentOrigins, warnOnce, fault, waits = [1000, 5000] } = parts
  const url = URL.canParse(parts.url) ? new URL(parts.url) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    warnOnce(`webhook ${location}`, `alerts.url must be an http or https URL (${location}); no alerts are sent there`)
    return undefined
  }
  agentOrigins.add(url.host).add(`${url.hostname}:${url.port || (url.protocol === 'https:' ? 443 : 80)}`)
  const post = createPost(url, timeout_ms)
  const waiting: string[] = []
  const lost = { dropped: 0, failed: 0 }
  let current: string | undefined
  // A request's context is not to be that of the call that caused the alert.
  const outside = AsyncLocalStorage.snapshot()

  const next = () => {
    current = waiting.shift()
    if (current !== undefined) attempt(current, 0)
  }
  const attempt = (body: string, tries: number) => {
    try {
      post(body, (answer) => heed(answer, body, tries))
    } catch (error) {
      lost.failed++
      fault(error)
      next()
    }
  }
  const heed = (answer: Answer, body: string, tries: number) => {
    const reason = reasonOf(answer)
    if (reason === undefined) return next()
    const wait = answer.again ? waits[tries] : undefined
    if (wait !== undefined) {
      const ms = Math.max(wait, Math.min(answer.retryAfterMs ?? 0, longestWaitMs))
      setTimeout(attempt, ms, body, tries + 1).unref()
      return
    }
    lost.failed++
    warnOnce(
      `webhook ${url.origin} ${reason}`,
      `an alert was not sent to ${url.origin}: ${reason} (${location}); it is lost`,
    )
    next()
  }

  return {
    send(body) {
      waiting.push(body)
      if (waiting.length > mostWaiting) {
        waiting.shift()
        lost.dropped++
        warnOnce(
          `webhook ${url.origin} full`,
          `more than ${mostWaiting} alerts wait for ${url.origin} (${location}); the oldest are dropped`,
        )
      }
      if (current !== undefined) return
      current = ''
      outside(() => setImmediate(next).unref())
    },
    exit() {
      const left = waiting.length + (current ? 1 : 0)
      const { failed, dropped } = lost
      const counts = Object.entries({ failed, dropped, 'still waited': left }).filter(([, count]) => count > 0)
      const list = counts.map(([what, count]) => `${count} ${what}`).join(', ')
      if (list !== '') warnOnce(`webhook ${url.origin} exit`, `alerts that were not sent to ${url.origin}: ${list}`)
    },
  }
}

/** The reason why an alert did not arrive; undefined when it did. */
function reasonOf({ status, error }: Answer): string | undefined {
  if (status === undefined) return error
  if (status >= 200 && status < 300) return undefined
  return `it answered ${status}${status >= 300 && status < 400 ? ', and redirects are not followed' : ''}`
}
