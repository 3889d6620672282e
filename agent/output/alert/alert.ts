import type { AlertConfig } from '../../config/unions.ts'
import type { Output, ProfileRecord, WarnOnce } from '../../model.ts'
import { createCooldown } from './cooldown.ts'
import { createWebhook } from './webhook.ts'

/** The parts of the agent that alerts use. */
export interface AlertParts {
  /** The location of an option of the alert with this number. */
  readonly location: (alert: number, option: string) => string
  readonly openLog: (
    destination: Extract<AlertConfig, { type: 'log' }>['destination'],
    isWarning?: (record: ProfileRecord) => boolean,
  ) => Output
  /** `host:port` of what the agent itself calls. */
  readonly agentOrigins: Set<string>
  readonly warnOnce: WarnOnce
  readonly fault: (error: unknown) => void
}

/** A record that passed a threshold, and how many of its scope were held back before it. */
export type Alert = ProfileRecord & { readonly suppressed: number }

/** The further destinations of records, or of what they show. */
export interface Alerts {
  write(record: ProfileRecord): void
  flush(): void
  /** At exit: says what was not sent. */
  exit(): void
  /** When a reload has no more use of them. */
  close?(): void
}

/** Never throws; what becomes of an alert counts nowhere as a record. */
export function createAlerts(options: readonly AlertConfig[], parts: AlertParts): Alerts {
  const now = performance.now.bind(performance)
  const targets = options.flatMap((option, i) => {
    if (option.type === 'none' || option.on === 'findings') return []
    const target = openTarget(option, i, parts)
    return target === undefined ? [] : [{ ...target, cooldown: createCooldown(option.cooldown_s * 1000, now) }]
  })

  return {
    write(record) {
      try {
        for (const { cooldown, send } of targets) {
          const suppressed = cooldown(`${record.library} ${record.name}`)
          if (suppressed !== undefined) send({ ...record, suppressed })
        }
      } catch (error) {
        parts.fault(error)
      }
    },
    flush() {
      for (const { flush } of targets) flush?.()
    },
    exit() {
      for (const { exit } of targets) exit?.()
    },
  }
}

interface Target {
  readonly send: (alert: Alert) => void
  readonly flush?: () => void
  readonly exit?: () => void
}

function openTarget(option: Exclude<AlertConfig, { type: 'none' }>, i: number, parts: AlertParts): Target | undefined {
  const { location, openLog, warnOnce, agentOrigins, fault } = parts
  if (option.type === 'log') {
    const { write, flush } = openLog(option.destination)
    return { send: write, flush }
  }
  const webhook = createWebhook({ ...option, location: location(i, 'url'), agentOrigins, warnOnce, fault })
  if (webhook === undefined) return undefined
  const send = ({ suppressed, ...record }: Alert) =>
    webhook.send(JSON.stringify({ text: sentence(record, suppressed), record, suppressed }))
  return { send, exit: webhook.exit }
}

function sentence(record: ProfileRecord, suppressed: number): string {
  const { name, library, duration_ms, exceeded = [], peak_memory_mb, error } = record
  if (name === 'system.snapshot') return sentenceOfProcess(record, suppressed)
  const memory = exceeded.includes('memory_mb') ? `, with a peak of ${peak_memory_mb} MB` : ''
  const failed = error === undefined ? '' : `; it failed with ${error}`
  const more = heldBack(suppressed)
  const text = `${name} (${library}) took ${duration_ms} ms${memory}, more than ${exceeded.join(' and ')}${failed}${more}`
  // Chat systems read these as mentions and links.
  return text.replace(/[<>&@\s]+/g, ' ').trim()
}

const heldBack = (suppressed: number) =>
  suppressed > 0 ? `; ${suppressed} more were held back since the last alert` : ''

/** Of a snapshot of the process. */
function sentenceOfProcess({ pid, exceeded = [], metadata = {} }: ProfileRecord, suppressed: number): string {
  const { cpu_percent, memory_mb, memory_growth_mb, heap_percent } = metadata
  const figures = {
    cpu_percent: `cpu_percent ${cpu_percent}`,
    memory_mb: `memory_mb ${memory_mb} (${memory_growth_mb} more than at its start)`,
    heap_percent: `heap_percent ${heap_percent} of the limit`,
  }
  const passed = exceeded.map((name) => figures[name as keyof typeof figures] ?? name)
  return `process ${pid} passed a threshold: ${passed.join(', ')}${heldBack(suppressed)}`
}
