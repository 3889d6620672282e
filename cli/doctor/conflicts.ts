import { join, relative } from 'node:path'
import { packageOf } from '../../agent/load/match.ts'
import { near } from '../config.ts'
import { textIn } from '../files.ts'
import { copiesIn, mostBytes, outputIn } from './bundled.ts'
import { type Finding, listed, note, ok, problem, type Section } from './finding.ts'
import type { Library } from './libraries.ts'
import { checkNext } from './next.ts'
import { agents } from './preload.ts'
import { agentName, dependenciesOf, type Project } from './project.ts'

/** Looks for other things in the project that keep loaders from seeing libraries, or patch them too. */
export function checkConflicts(project: Project, libraries: readonly Library[]): Section {
  const dependencies = dependenciesOf(project)
  const findings = [
    ...Object.entries(agents).flatMap(([name, product]) =>
      dependencies[name] === undefined
        ? []
        : [note(`${name} (${product}) patches libraries too; both work, if ${agentName} is started first`)],
    ),
    ...project.entries.flatMap((entry) => ofBundle(entry, project, libraries)),
    ...ofChunks(project, libraries),
    ...checkNext(project, libraries),
    ...ofTests(project),
  ]
  return { title: 'Conflicts', findings: findings.length > 0 ? findings : [ok('none: no other agent, no bundle')] }
}

/** A file that holds copies of packages, which no loader sees. */
export function ofBundle(entry: string, { cwd }: Pick<Project, 'cwd'>, libraries: readonly Library[]): Finding[] {
  const text = textIn(entry, mostBytes)
  const names = libraries.filter(({ scopes }) => scopes.length > 0).map(({ manifest }) => packageOf(manifest.module))
  const copies = copiesIn(entry, names)
  const bundler = bundlerOf(text) ?? (copies.length > 0 ? 'minified' : undefined)
  if (bundler === undefined) return []
  const file = near(entry, cwd)
  const handed = copies.filter(({ isHanded }) => isHanded).map(({ name }) => name)
  const inside = copies.filter(({ isHanded }) => !isHanded)
  const loaded = names.filter((name) => loads(text, name))
  if (inside.length === 0 && handed.length > 0)
    return [ok(`${file} is a bundle in which ${listed(handed)} ${handed.length > 1 ? 'are' : 'is'} patched`)]
  if (inside.length === 0 && loaded.length > 0)
    return [note(`${file} is a bundle (${bundler}) that loads ${listed(loaded)} from node_modules, which is profiled`)]
  const first = inside[0]?.name ?? names[0] ?? 'openai'
  const where = inside[0] === undefined ? file : `${file}:${inside[0].line}`
  const copy = inside.length > 0 ? ` with a copy of ${listed(inside.map(({ name }) => name))} in it` : ''
  return [
    problem(
      `${where} is a bundle (${bundler})${copy}, which no module hook sees`,
      `leave ${first} out of the bundle ${where}: ${externalOf(bundler, first)}${pluginOf(bundler)}`,
    ),
  ]
}

/** The first of them with a copy in it. */
function ofChunks(project: Project, libraries: readonly Library[]): Finding[] {
  const names = libraries.filter(({ scopes }) => scopes.length > 0).map(({ manifest }) => packageOf(manifest.module))
  const found = builtWith(project).find((file) => copiesIn(file, names).some(({ isHanded }) => !isHanded))
  return found === undefined ? [] : ofBundle(found, project, libraries)
}

/** ncc takes no plugins. */
function pluginOf(bundler: string): string {
  if (bundler === 'ncc') return ''
  return `; or bundle it with the plugin${bundler === 'minified' ? '' : ` ${agentName}/${bundler}`} (docs/bundlers.md)`
}

/** What was built beside the file that is started: the chunks of a bundle. */
function builtWith({ entries, root }: Project): string[] {
  const folders = entries.flatMap((entry) => {
    const [, folder] = /^((?:dist|build|out|\.output)[\\/])/.exec(relative(root, entry)) ?? []
    return folder === undefined ? [] : [join(root, folder)]
  })
  return [...new Set(folders)].flatMap(outputIn).filter((file) => !entries.includes(file))
}

const loads = (text: string, name: string) =>
  new RegExp(`(require\\(|from|import\\(|import)\\s*["']${name}(/[^"']*)?["']`).test(text)

function bundlerOf(text: string): string | undefined {
  if (/__nccwpck_require__/.test(text)) return 'ncc'
  if (/__webpack_require__|webpackChunk/.test(text)) return 'webpack'
  if (/^\/\/ (\.\.\/)*node_modules\//m.test(text) || /\b__toESM\b|\b__commonJS\b/.test(text)) return 'esbuild'
  return /\bgetDefaultExportFromCjs\b|\bcommonjsGlobal\b/.test(text) ? 'rollup' : undefined
}

function externalOf(bundler: string, name: string): string {
  switch (bundler) {
    case 'ncc':
      return `ncc build --external ${name}`
    case 'webpack':
      return `externals: { '${name}': 'commonjs ${name}' }`
    case 'minified':
      return `name it in the bundler's option external`
    case 'rollup':
      return `external: ['${name}']`
    default:
      return `esbuild --external:${name} (or --packages=external)`
  }
}

function ofTests({ packageJson }: Project): Finding[] {
  const tests = Object.entries(packageJson?.scripts ?? {}).find(([, script]) => /\bjest\b/.test(script))
  if (tests === undefined) return []
  return [note(`the script ${tests[0]} loads modules past Node's loaders: nothing is seen in its tests`)]
}
