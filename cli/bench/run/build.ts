import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { adapters } from '../adapters/names.ts'
import type { Build, Variant } from '../model.ts'
import type { Job } from '../worker/protocol.ts'
import { environmentOf } from './environment.ts'
import { type Limit, perform } from './process.ts'
import type { Bench } from './run.ts'

/** True for a variant that is to be filled before it can be asked. */
export function isBuilt(variant: Variant): variant is Variant & { kind: 'adapter' } {
  const adapter = variant.kind === 'adapter' ? adapters[variant.adapter] : undefined
  return adapter?.kind === 'store' && variant.kind === 'adapter' && !adapter.isThere(variant.settings as never)
}

/** Fills a store, or says why it can't be. */
export async function build(
  bench: Bench,
  variant: Variant & { kind: 'adapter' },
  documents: number,
): Promise<Build | { readonly failed: string }> {
  const reply = await performAlone(
    bench,
    variant,
    'build',
    { ms: bench.asked.buildTimeoutMs, from: 'build_timeout_s' },
    bench.interrupted,
  )
  if (reply.kind !== 'built') return { failed: reply.kind === 'failed' ? bench.hide(reply.error) : reply.kind }
  const { build_ms, bytes } = reply
  return { variant: variant.name, documents, build_ms, ...(bytes !== undefined && { bytes }) }
}

/** Time for what is removed at the end, also after a Ctrl-C. */
const removing = { ms: 30_000, from: 'to remove it' }

/** Removes what was built from a server; gives what went wrong. */
export async function remove(bench: Bench, variant: Variant & { kind: 'adapter' }): Promise<string | undefined> {
  const adapter = adapters[variant.adapter]
  if (adapter?.kind !== 'store' || adapter.remove === undefined) return undefined
  const reply = await performAlone(bench, variant, 'remove', removing, new AbortController().signal)
  return reply.kind === 'failed' ? bench.hide(reply.error) : undefined
}

async function performAlone(
  { folder: home, env, config, cwd, jobOf }: Bench,
  variant: Variant & { kind: 'adapter' },
  kind: 'build' | 'remove',
  limit: Limit,
  interrupted: AbortSignal,
) {
  const folder = mkdtempSync(join(home, `${kind}-`))
  try {
    const own = environmentOf({ folder, env, own: variant.env, config })
    const job = { ...jobOf(variant), kind } as Job
    return (await perform(job, { cwd, env: own, limit, interrupted })).reply
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}
