import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { environment, type NodeBinary, register, root, runNode } from './folder.ts'
import type { Row } from './stats.ts'

interface Profile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string }
    readonly children?: readonly number[]
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

/** The share of each part in a start that is on, by profiles of the main thread; a part's own work only. */
export function startParts({ major, path }: NodeBinary, folder: string, quick: boolean): Row {
  const profiles = mkdtempSync(join(folder, 'profiles-'))
  const args = ['--cpu-prof', '--cpu-prof-interval', '100', '--cpu-prof-dir', profiles, '--import', register, 'app.mjs']
  for (let i = quick ? 1 : 7; i > 0; i--) runNode(path, args, join(folder, 'on'), environment)
  const sums = new Map<string, number>()
  for (const name of readdirSync(profiles))
    addShares(JSON.parse(readFileSync(join(profiles, name), 'utf8')), (part, us) =>
      sums.set(part, (sums.get(part) ?? 0) + us),
    )
  const all = [...sums.values()].reduce((sum, us) => sum + us, 0)
  const shares = [...sums]
    .sort(([, a], [, b]) => b - a)
    .map(([part, us]) => `${part} ${Math.round((us / all) * 100)} %`)
  return { what: 'start: its parts, on', node: `${major}`, reach: '', measured: shares.join(', '), verdict: '' }
}

function addShares({ nodes, samples, timeDeltas }: Profile, add: (part: string, us: number) => void): void {
  const known = new Map(nodes.map((node) => [node.id, node]))
  const callers = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)))
  const parts = new Map<number, string | undefined>()
  const partOf = (id: number): string | undefined => {
    let part: string | undefined
    for (let at: number | undefined = id; at !== undefined; at = callers.get(at)) {
      const { url = '', functionName = '' } = known.get(at)?.callFrame ?? {}
      if (functionName === 'wrapSafe') part ??= 'compiling'
      else if (functionName === 'compileForInternalLoader') part ??= "Node's modules"
      else if (functionName === 'wrapResolveFilename' || functionName === 'Module._resolveFilename')
        part ??= 'resolving'
      else if (functionName === 'createRequire') part ??= 'createRequire'
      if (url.includes(root)) return part ?? basename(url)
    }
    return undefined
  }
  samples.forEach((id, i) => {
    if (!parts.has(id)) parts.set(id, partOf(id))
    const part = parts.get(id)
    if (part !== undefined) add(part, timeDeltas[i] ?? 0)
  })
}
