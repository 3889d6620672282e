import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Registry } from 'prom-client'
import { reasonOf } from '../../diagnostics.ts'
import type { WarnOnce } from '../../model.ts'
import type { Client } from './registry.ts'

interface PushParts {
  readonly client: Client
  readonly text: () => string
  /** The configuration file's folder, which names the job. */
  readonly folder: string
  /** `host:port` of what the agent itself calls. */
  readonly agentOrigins: Set<string>
  readonly warnOnce: WarnOnce
}

/**
 * Pushes to a Pushgateway, under the name of the package, or as the URL says
 * (`http://127.0.0.1:9091/metrics/job/NAME/instance/1`). With `last` the process waits for it, else never.
 */
export function createPush(url: string, parts: PushParts): ((last: boolean) => Promise<void>) | undefined {
  const { client, text, folder, agentOrigins, warnOnce } = parts
  const location = locationOf(url, folder)
  if (location === undefined) {
    warnOnce(`push ${url}`, 'output.pushgateway: it is not a URL of http or https; nothing is pushed')
    return undefined
  }
  const { base, shown, origin, jobName, groupings } = location
  agentOrigins.add(shown).add(origin)
  let under: Promise<void> | undefined

  const push = async (last: boolean) => {
    const { Agent } = process.getBuiltinModule(base.startsWith('https:') ? 'node:https' : 'node:http')
    const agent = new Agent()
    if (!last) {
      const connect = agent.createConnection
      agent.createConnection = function (this: unknown, ...args: Parameters<typeof connect>) {
        const socket = connect.apply(this as typeof agent, args)
        if (socket && 'unref' in socket) (socket as import('node:net').Socket).unref()
        return socket
      } as typeof connect
    }
    try {
      // All that it asks of a registry.
      const registry = { metrics: async () => text() } as Registry
      const gateway = new (client().Pushgateway)(base, { timeout: last ? 3000 : 10_000, agent }, registry)
      await gateway.push({ jobName, groupings })
    } catch (error) {
      warnOnce(`push ${shown}`, `metrics can't be pushed to ${shown} (${whyNot(error)}); it is tried again every 15 s`)
    } finally {
      agent.destroy()
    }
  }

  return async (last) => {
    // A Pushgateway that answers slowly is not asked twice at a time; the last push does not wait for such a one.
    if (under !== undefined && !last) return
    const mine = push(last)
    under = mine
    await mine
    if (under === mine) under = undefined
  }
}

/** prom-client's errors have the other side's answer in their words. */
function whyNot(error: unknown): string {
  const [, status] = /^push failed with status (\d{3}),/.exec(`${(error as Error).message}`) ?? []
  if (status !== undefined) return `it answered ${status}`
  return (error as Error).message === 'Pushgateway request timed out' ? 'it did not answer' : reasonOf(error)
}

function locationOf(url: string, folder: string) {
  if (!URL.canParse(url)) return undefined
  const parsed = new URL(url)
  if (!/^https?:$/.test(parsed.protocol)) return undefined
  const [before = '', after] = parsed.pathname.split('/metrics/job/')
  const [job, ...rest] = (after ?? '')
    .split('/')
    .filter((word) => word !== '')
    .map(decodeURIComponent)
  parsed.pathname = before
  const groupings: Record<string, string> = {}
  for (let i = 0; i + 1 < rest.length; i += 2) groupings[rest[i] as string] = rest[i + 1] as string
  return {
    base: parsed.href.replace(/\/$/, ''),
    /** Without the password. */
    shown: parsed.host,
    origin: `${parsed.hostname}:${parsed.port || (parsed.protocol === 'https:' ? 443 : 80)}`,
    jobName: job ?? packageOf(folder),
    groupings,
  }
}

function packageOf(folder: string): string {
  try {
    const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    if (typeof name === 'string' && name !== '') return name
  } catch {
    // The folder's own name does.
  }
  return basename(folder) || 'node'
}
