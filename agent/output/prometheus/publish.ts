import { dirname, resolve } from 'node:path'
import type { AgentWork } from '../../call.ts'
import type { Config } from '../../config/schema.ts'
import type { OutputOf } from '../../config/unions.ts'
import { reasonOf } from '../../diagnostics.ts'
import type { Ledger } from '../../ledger.ts'
import type { WarnOnce } from '../../model.ts'
import { makeFolder } from '../make-folder.ts'
import { replaceFile } from '../private-file.ts'
import { type ContentType, textOf } from './exposition.ts'
import type { Metric } from './metric-names.ts'
import { createPush } from './push.ts'
import { clientOf } from './registry.ts'
import { serve } from './scrape.ts'
import type { Snapshot } from './series.ts'

export interface PrometheusParts {
  readonly warnOnce: WarnOnce
  readonly folder: string
  readonly config: () => Pick<Config, 'labels' | 'prices'>
  readonly ledger: Ledger
  readonly meter: AgentWork
  readonly agentOrigins: Set<string>
}

export type Options = Omit<OutputOf<'prometheus'>, 'type'>

interface PublishParts extends PrometheusParts {
  readonly options: Options
  readonly metrics: readonly Metric[]
  /** All of the family; throws where a total would go down. */
  readonly merged: () => Snapshot
  readonly writeText: ((text: () => string) => void) | undefined
  readonly every: (ms: number, run: () => void) => void
  /** Run when a reload needs it no more. */
  readonly stops: (() => void)[]
}

const pushMs = 15_000

/** Starts the work that one process of a family does for all: it serves, pushes, and writes the text file. */
export function publish(parts: PublishParts): void {
  const { options, metrics, merged, writeText, every, stops, folder, ledger, meter, agentOrigins, warnOnce } = parts
  const { host, port, registry, pushgateway } = options
  const { spent } = meter
  const text = (type?: ContentType) => textOf(metrics, merged(), type)

  if (registry === 'own' && port > 0) stops.push(serve({ host, port, text, spent, warnOnce }).close)
  if (writeText) every(pushMs, () => writeText(text))
  if (pushgateway === '') return
  const client = clientOf('output.pushgateway', 'nothing is pushed', folder, warnOnce)
  const push = client && createPush(pushgateway, { client, text, folder, agentOrigins, warnOnce })
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

/** Writes the whole file anew, so that its reader sees the old one or the new one; others may read it. */
export function createTextfile(path: string, warnOnce: WarnOnce): (text: () => string) => void {
  const file = resolve(path)
  return (text) => {
    try {
      makeFolder(dirname(file), 0o755)
      replaceFile(file, text(), 0o644)
    } catch (error) {
      warnOnce(
        `textfile ${file}`,
        `output.textfile: ${file} can't be written (${reasonOf(error)}); it is tried again every 15 s`,
      )
    }
  }
}
