import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after } from 'node:test'
import type { BenchReport, Standing } from '../../cli/bench/model.ts'
import { type PackageSet, root, sets } from './application.ts'
import { cli } from './cli.ts'
import { makeProject } from './project.ts'

/** A package, of the set that this Node has, or of that one. */
export type Link = string | readonly [name: string, set: PackageSet]

/** Runs a `bench.yml` in a project with these packages, and gives its report. */
export async function benchIn(
  yaml: string,
  links: readonly Link[],
  env: Readonly<Record<string, string>> = {},
  more = {},
) {
  const folder = makeProject({ agent: false, files: { 'package.json': '{}', 'bench.yml': yaml, ...more } })
  for (const one of links) {
    const [name, set] = typeof one === 'string' ? [one, sets[0] ?? 'current'] : one
    const link = join(folder, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(root, 'test', 'packages', set, 'node_modules', name), link)
  }
  const temp = mkdtempSync(join(tmpdir(), 'crossbridge-bench-tests-'))
  after(() => rmSync(temp, { recursive: true, force: true }))
  const { code, stdout, stderr } = await cli(['bench', 'bench.yml', '--json'], {
    cwd: folder,
    env: { TMPDIR: temp, ...env },
    timeoutMs: 300_000,
  })
  const report = (stdout === '' ? undefined : JSON.parse(stdout)) as BenchReport
  const broken = report?.result.runs.flatMap(({ variant, broken }) => (broken ? [`${variant}: ${broken}`] : [])) ?? []
  return {
    ...{ code, stdout, stderr, report, folder },
    said: [stderr, ...new Set(broken), ...(report?.notes ?? [])].join('\n'),
    of: (variant: string) => report.standings.find((one) => one.variant === variant) as Standing,
  }
}
