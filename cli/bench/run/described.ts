import { readFileSync } from 'node:fs'
import { arch, cpus, platform, totalmem } from 'node:os'
import { join, relative } from 'node:path'
import { agentVersion } from '../../../agent/chunk.ts'
import { installedFolder } from '../../files.ts'
import { adapters } from '../adapters/names.ts'
import type { BenchResult, Machine, Variant, Workload } from '../model.ts'

export function machineHere(): Machine {
  const all = cpus()
  return {
    ...{ platform: platform(), arch: arch(), cpu: all[0]?.model.trim() ?? 'unknown', cores: all.length },
    memory_mb: Math.round(totalmem() / 1e6),
    node: process.versions.node,
  }
}

/** Of the agent, and of the adapters' clients as they are installed in the project. */
export function versionsHere(variants: readonly Variant[], cwd: string): Record<string, string> {
  const names = variants.flatMap((variant) =>
    variant.kind === 'adapter' ? (adapters[variant.adapter]?.packages(variant.settings as never) ?? []) : [],
  )
  const found = [...new Set(names)].sort().flatMap((name) => {
    const folder = installedFolder(name, cwd)
    return folder === undefined ? [] : [[name, versionIn(folder)] as const]
  })
  return { '@crossbridge/agent': agentVersion(), ...Object.fromEntries(found) }
}

function versionIn(folder: string): string {
  try {
    return `${JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version}`
  } catch {
    return 'unknown'
  }
}

/** A variant as the result has it; paths are relative to the working directory. */
export function shownVariant(variant: Variant, cwd: string): BenchResult['plan']['variants'][number] {
  const { name, kind, env } = variant
  if (kind === 'command') return { name, kind, env, what: variant.command.join(' ') }
  if (kind === 'function')
    return { name, kind, env, what: `${relative(cwd, variant.module).replaceAll('\\', '/')}#${variant.export}` }
  const options = adapters[variant.adapter]?.settings ?? {}
  const settings = Object.entries(variant.settings).flatMap(([key, value]) => {
    if (value === options[key]?.default) return []
    return [[key, options[key]?.secret ? '***' : value] as const]
  })
  return { name, kind, env, what: variant.adapter, settings: Object.fromEntries(settings) }
}

export function shownWorkload({ name, documents, queries, k, metric }: Workload): NonNullable<BenchResult['workload']> {
  const dimensions = dimensionsOf({ documents, queries })
  return {
    ...{ name, documents: documents.length, queries: queries.length, k, metric },
    ...(dimensions > 0 && { dimensions }),
  }
}

export const dimensionsOf = ({ documents, queries }: Pick<Workload, 'documents' | 'queries'>): number =>
  (documents[0]?.vector ?? queries[0]?.vector)?.length ?? 0
