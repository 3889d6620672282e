import { chunk } from '../../chunk.ts'
import type { AlertConfig } from '../../config/unions.ts'
import type { ProfileRecord } from '../../model.ts'
import type { AlertParts, Alerts } from './alert-parts.ts'
import { createCooldown } from './cooldown.ts'
import { createWebhook } from './webhook.ts'

/** A record that passed a threshold, and how many of its scope were held back before it. */
export type Alert = ProfileRecord & { readonly suppressed: number }

/** Never throws; what becomes of an alert counts nowhere as a record. */
export function createAlerts(options: readonly AlertConfig[], parts: AlertParts): Alerts {
  const now = performance.now.bind(performance)
  const targets = options.flatMap((option, i) => {
    if (option.type === 'none' || option.on === 'findings') return []
    const target = openTarget(option, i, parts)
    return target === undefined ? [] : [{ ...target, cooldown: createCooldown(option.cooldown_s * 1000, now) }]
  })

  const findings = options.some((one) => one.type !== 'none' && one.on === 'findings')
    ? chunk<typeof import('./finding-alerts.ts')>('finding-alerts').createFindingAlerts(options, parts)
    : undefined

  return {
    write(record) {
      try {
        findings?.write(record)
        if (record.exceeded === undefined) return
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
      findings?.flush()
    },
    exit() {
      for (const { exit } of targets) exit?.()
      findings?.exit()
    },
    close: () => findings?.close(),
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
