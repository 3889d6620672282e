import { textOf } from './exposition.ts'
import type { Metric } from './metrics.ts'
import type { Options, PrometheusParts } from './prometheus.ts'
import { createPush } from './push.ts'
import { type Client, registryOf } from './registry.ts'
import { type ContentType, plain, serve } from './scrape.ts'
import type { Snapshot } from './series.ts'

interface PublishParts extends PrometheusParts {
  readonly options: Options
  readonly metrics: readonly Metric[]
  /** All of the family; throws where a total would go down. */
  readonly merged: () => Snapshot
  readonly client: Client
  readonly writeText: ((text: () => string) => void) | undefined
  readonly every: (ms: number, run: () => void) => void
  /** What is to be done when a reload has no more use of it. */
  readonly stops: (() => void)[]
}

const pushMs = 15_000

/** What one process of a family does for all: it serves, pushes, and writes the text file. */
export function publish(parts: PublishParts): void {
  const { options, metrics, merged, client, writeText, every, stops, folder, ledger, meter, ownOrigins, warnOnce } =
    parts
  const { host, port, registry, pushgateway } = options
  const { spent } = meter
  const inFormat = (type: ContentType) => registryOf(client, metrics, merged(), type)

  if (registry === 'own' && port > 0)
    stops.push(serve({ host, port, text: (type) => inFormat(type).metrics(), spent, warnOnce }).close)
  if (writeText) every(pushMs, () => writeText(() => textOf(metrics, merged())))
  if (pushgateway === '') return
  const push = createPush(pushgateway, { client, registry: () => inFormat(plain), folder, ownOrigins, warnOnce })
  if (push === undefined) return
  every(pushMs, () => void push(false))
  let pushed = ''
  // With process.exit() there is no such event: what was counted since the last push is not pushed then.
  const last = () => {
    const counted = JSON.stringify(ledger.totals())
    if (counted !== pushed) void push(true)
    pushed = counted
  }
  process.on('beforeExit', last)
  stops.push(() => process.off('beforeExit', last))
}
