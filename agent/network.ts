import type { Scopes } from './call.ts'
import { chunk } from './chunk.ts'
import { now } from './clock.ts'
import type { Config } from './config/schema.ts'
import { textOf } from './diagnostics.ts'
import { covers } from './filter/targets.ts'
import { thresholdOf } from './filter/threshold.ts'
import type { Ledger } from './ledger.ts'
import { networkScope } from './manifest.ts'
import type { Point, WarnOnce } from './model.ts'
import type { Client, OutgoingParts } from './request/outgoing.ts'

type NetworkConfig = Pick<Config, 'enabled' | 'targets' | 'thresholds' | 'requests'> &
  Partial<Pick<Config, 'test_execution'>>

interface Parts {
  readonly config: NetworkConfig
  readonly scopes: Scopes
  readonly ledger: Ledger
  /** Hosts that the agent itself speaks to. */
  readonly agentOrigins: ReadonlySet<string>
  readonly current: OutgoingParts['current']
  readonly warnOnce: WarnOnce
  readonly fault: (error: unknown) => void
}

const target = 'network'
const scope = networkScope
const clients: readonly Client[] = ['undici', 'http']

/**
 * Follows outgoing requests where `network` is a target or requests are on. An empty list of targets does not include
 * it: it would record most calls twice.
 */
export function followNetwork(parts: Parts): { refresh(config: NetworkConfig): void } {
  const { scopes, ledger, agentOrigins, current, warnOnce, fault } = parts
  const points: Partial<Record<Client, Point>> = {}
  let read: Point['read']
  let state: 'off' | 'subscribed' | 'failed' = 'off'

  const subscribe = () => {
    if (state !== 'off') return
    try {
      const { followOutgoing, metadataOf } = chunk<typeof import('./request/outgoing.ts')>('outgoing')
      read = ({ args }) => metadataOf(args[0])
      followOutgoing({ current, now, agentOrigins, points, scopes, fault })
      state = 'subscribed'
    } catch (error) {
      state = 'failed'
      warnOnce('network', `outgoing requests can't be followed (${textOf(error)}); records lack them`)
    }
  }
  const pointOf = (library: Client): Point => ({
    name: scope,
    library,
    target,
    read,
    when: undefined,
    counts: ledger.counts(library, scope),
    slow_call_ms: 0,
    on: false,
  })
  const refresh = ({ enabled, targets, thresholds, requests, test_execution }: NetworkConfig) => {
    const on = enabled && targets.some((name) => covers(name, scope))
    // Never unsubscribed: requests under way are to end.
    const counts = test_execution?.enabled && test_execution.capture.http
    if (on || (enabled && (requests || counts))) subscribe()
    for (const library of clients) {
      if (on) points[library] ??= pointOf(library)
      const point = points[library]
      if (point === undefined) continue
      point.on = on
      point.slow_call_ms = thresholdOf(thresholds, scope, target, target)
    }
    if (on && state === 'subscribed') ledger.note(target, 'patched', 'channels of undici and node:http')
  }
  refresh(parts.config)

  return { refresh }
}
