import { threadId } from 'node:worker_threads'
import { chunk } from '../../chunk.ts'
import { now } from '../../clock.ts'
import type { AlertConfig } from '../../config/unions.ts'
import type { Finding } from '../../findings/model.ts'
import { shareText } from '../../findings/share-text.ts'
import type { ProfileRecord } from '../../model.ts'
import type { AlertParts, Alerts } from './alert-parts.ts'
import { createNews } from './news.ts'
import { createWebhook } from './webhook.ts'

/** A finding as it is reported, in the shape of a record: whoever reads the lines of a log finds it among them. */
export type FindingRecord = ProfileRecord & { readonly finding: Finding }

/** The names of the machine's state come and go with its neighbours; a person that is called for it can change nothing. */
const isOutside = ({ kind }: Finding) => kind === 'starved'
/** As many as the report shows. */
const mostFindings = 5
const { now: dateNow } = Date

/** Tells each finding of the alerts with `on: findings` once. Never throws. */
export function createFindingAlerts(options: readonly AlertConfig[], parts: AlertParts): Alerts {
  const targets = options.flatMap((option, i) => {
    if (option.type === 'none' || option.on !== 'findings') return []
    const target = openTarget(option, i, parts)
    return target === undefined ? [] : [{ ...target, live: follow(option, target.send, parts) }]
  })

  return {
    write(record) {
      for (const { live } of targets) live.write(record)
    },
    flush() {
      for (const { flush } of targets) flush?.()
    },
    exit() {
      for (const { exit } of targets) exit?.()
    },
    close() {
      for (const { live } of targets) live.close()
    },
  }
}

type Wanted = Exclude<AlertConfig, { type: 'none' }>
type Send = (finding: Finding) => void

function follow({ window_s, again_after_s }: Wanted, send: Send, { config, meter, fault }: AlertParts) {
  const news = createNews(again_after_s * 1000, now)
  const told = (findings: readonly Finding[]) => {
    const wanted = findings.filter((one) => !isOutside(one)).slice(0, mostFindings)
    // A path of the application's leaves it in no alert.
    for (const { caller: _, ...finding } of news(wanted)) send(finding)
  }
  return chunk<typeof import('../live-findings.ts')>('live-findings').createLiveFindings({
    lookMs: window_s * 1000,
    windowMs: window_s * 1000,
    config,
    told,
    meter,
    fault,
  })
}

interface Target {
  readonly send: Send
  readonly flush?: () => void
  readonly exit?: () => void
}

function openTarget(option: Wanted, i: number, parts: AlertParts): Target | undefined {
  const { location, openLog, warnOnce, agentOrigins, fault } = parts
  if (option.type === 'log') {
    const { write, flush } = openLog(option.destination, () => true)
    return { send: (finding) => void write(recordOf(finding)), flush }
  }
  const webhook = createWebhook({ ...option, location: location(i, 'url'), agentOrigins, warnOnce, fault })
  if (webhook === undefined) return undefined
  return {
    send: (finding) => webhook.send(JSON.stringify({ text: sentence(finding), pid: process.pid, finding })),
    exit: webhook.exit,
  }
}

const recordOf = (finding: Finding): FindingRecord => ({
  ...{ name: 'agent.finding', library: 'agent', duration_ms: 0, timestamp: dateNow() / 1000, concurrent: 0 },
  ...{ pid: process.pid, thread_id: threadId, finding },
})

function sentence(finding: Finding): string {
  const { title, evidence, advice } = finding
  const text = `${title} ${shareText(finding)}; ${evidence.join('; ')}. ${advice}`
  // Chat systems read these as mentions and links.
  return text.replace(/[<>&@\s]+/g, ' ').trim()
}
