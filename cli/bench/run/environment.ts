import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { filePathIn } from '../../../agent/config/custom.ts'
import { parse } from '../../../agent/config/document.ts'
import { childOf, type Node } from '../../../agent/config/node.ts'

interface Parts {
  /** The folder of one run's files. */
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
  readonly own: Readonly<Record<string, string>>
  /** The project's configuration, whose entries of `instrumentations` count here, too. */
  readonly config: string | undefined
}

export const recordsIn = (folder: string): string => join(folder, 'records.jsonl')

/**
 * The environment of a run: the agent records every call, into a file of the run. Of the project's configuration it has the
 * entries of `instrumentations` alone: its alerts and outputs are not for a benchmark.
 */
export function environmentOf({ folder, env, own, config }: Parts): NodeJS.ProcessEnv {
  const file = join(folder, 'crossbridge.yml')
  writeFileSync(file, JSON.stringify({ runtime: { profiling: profilingOf(folder, config, env) } }), { mode: 0o600 })
  const inherited = Object.entries(env).filter(([name]) => !name.startsWith('CROSSBRIDGE_'))
  return { ...Object.fromEntries(inherited), CROSSBRIDGE_CONFIG: file, ...own }
}

function profilingOf(folder: string, config: string | undefined, env: NodeJS.ProcessEnv): object {
  const instrumentations = config === undefined ? undefined : entriesIn(config, env)
  return {
    ...{ enabled: true, mode: 'full', thresholds: { slow_call_ms: 0 }, limits: { self_cpu_percent: 0 } },
    max_records_per_minute: 1e9,
    output: { type: 'file', path: recordsIn(folder), buffer_ms: 200 },
    ...(instrumentations !== undefined && { instrumentations }),
  }
}

/** The user's own entries, whose files are named as seen from there; undefined without any. */
function entriesIn(config: string, env: NodeJS.ProcessEnv): unknown {
  try {
    const { section } = parse(readFileSync(config, 'utf8'), env)
    const inner = section && childOf(section, 'runtime')
    const node = (inner && childOf(inner, 'instrumentations')) ?? (section && childOf(section, 'instrumentations'))
    if (node?.kind !== 'list') return undefined
    return node.items.map((item) => {
      const entry = plainOf(item) as { readonly module?: unknown }
      const { module } = entry
      const path = typeof module === 'string' ? filePathIn(module) : undefined
      return path === undefined ? entry : { ...entry, module: resolve(dirname(config), path) }
    })
  } catch {
    // The benchmark's own figures need none of it; `findConfig` has told what is wrong.
    return undefined
  }
}

function plainOf(node: Node): unknown {
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'list') return node.items.map(plainOf)
  return Object.fromEntries(node.entries.map(({ key, value }) => [key, plainOf(value)]))
}
