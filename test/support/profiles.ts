import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './application.ts'

/** The Node that runs this, and those of test/packages that are installed, by their majors. */
export const nodes: readonly (readonly [major: string, path: string])[] = [
  [String(Number.parseInt(process.versions.node, 10)), process.execPath] as const,
  ...['20', '22', '24', '26'].map(
    (major) => [major, join(root, `test/packages/nodes/node_modules/node-${major}/bin/node`)] as const,
  ),
].filter(([major, path], i, all) => existsSync(path) && all.findIndex(([one]) => one === major) === i)

/** Runs a file under `node --cpu-prof` in its folder, and gives the profile's path. */
export function profiledBy(node: string, cwd: string, file: string, name: string): string {
  execFileSync(node, ['--cpu-prof', '--cpu-prof-interval', '2000', `--cpu-prof-name=${name}`, file], {
    cwd,
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  return join(cwd, readdirSync(cwd).find((one) => one === name) ?? 'none was written')
}

interface MadeNode {
  readonly id: number
  readonly name?: string
  readonly url?: string
  readonly line?: number
  readonly children?: readonly number[]
}

/** A `.cpuprofile` of these nodes; each sample is a node's id and the microseconds since the one before. */
export function cpuprofile(
  nodes: readonly MadeNode[],
  samples: readonly (readonly [id: number, deltaUs: number])[],
  more: Readonly<Record<string, unknown>> = {},
): string {
  const sum = samples.reduce((all, [, delta]) => all + delta, 0)
  return JSON.stringify({
    nodes: nodes.map(({ id, name = '', url = '', line = url === '' ? -1 : 0, children }) => ({
      id,
      callFrame: { functionName: name, scriptId: '0', url, lineNumber: line, columnNumber: 0 },
      hitCount: 0,
      ...(children !== undefined && { children }),
    })),
    startTime: 0,
    endTime: sum,
    samples: samples.map(([id]) => id),
    timeDeltas: samples.map(([, delta]) => delta),
    ...more,
  })
}
