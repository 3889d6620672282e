import { join } from 'node:path'
import { packageOf } from '../../agent/load/match.ts'
import { near } from '../config.ts'
import { isFolder } from '../files.ts'
import { externalsLine, nextExternals } from '../next.ts'
import { copiesIn, outputIn } from './bundled.ts'
import { type Finding, listed, note, problem } from './finding.ts'
import type { Library } from './libraries.ts'
import { dependenciesOf, type Project } from './project.ts'

/** Tells of libraries that Next.js has bundled, or would. */
export function checkNext(project: Project, libraries: readonly Library[]): Finding[] {
  const { root, cwd, starts } = project
  const dependencies = dependenciesOf(project)
  if (dependencies.next === undefined && starts.every(({ program }) => program !== 'next')) return []
  const targeted = libraries.filter(({ scopes }) => scopes.length > 0).map(({ manifest }) => packageOf(manifest.module))
  const names = targeted.filter((name) => dependencies[name] !== undefined)
  const externals = nextExternals(root, names)
  const file = externals.file ?? 'next.config.mjs'
  const line = externalsLine(externals)
  const built = join(root, '.next/server')
  if (isFolder(built)) {
    const found = new Map(outputIn(built).flatMap((path) => copiesIn(path, names).map((copy) => [copy.name, copy])))
    const inside = [...found.values()].filter(({ isHanded }) => !isHanded)
    if (inside.length === 0) return []
    return [
      problem(
        `Next.js has bundled ${listed(inside.map(({ name, file, line }) => `${name} (${near(file, cwd)}:${line})`))}, which no module hook sees`,
        externals.missing.length > 0
          ? `leave ${inside[0]?.name} out of the bundle: ${line} in ${file}, then build again`
          : `build again: ${file} leaves ${inside[0]?.name} out of the bundle, and ${near(built, cwd)} was built before`,
      ),
    ]
  }
  if (externals.missing.length === 0) return []
  return [
    note(
      `Next.js bundles ${listed(externals.missing)}, which no module hook sees then`,
      `leave what is to be profiled out of the bundle: ${line} in ${file}`,
    ),
  ]
}
