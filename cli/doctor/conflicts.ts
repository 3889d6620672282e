import { packageOf } from '../../agent/load/match.ts'
import { near } from '../config.ts'
import { textIn } from '../files.ts'
import { type Finding, listed, note, ok, problem, type Section } from './finding.ts'
import type { Library } from './libraries.ts'
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
    ...ofFrameworks(project, dependencies),
  ]
  return { title: 'Conflicts', findings: findings.length > 0 ? findings : [ok('none: no other agent, no bundle')] }
}

/** A file that holds copies of packages, which no loader sees. */
export function ofBundle(entry: string, { cwd }: Pick<Project, 'cwd'>, libraries: readonly Library[]): Finding[] {
  const text = textIn(entry)
  const bundler = bundlerOf(text)
  if (bundler === undefined) return []
  const file = near(entry, cwd)
  const names = libraries.filter(({ scopes }) => scopes.length > 0).map(({ manifest }) => packageOf(manifest.module))
  const inside = names.filter((name) =>
    new RegExp(`node_modules/(\\.pnpm/[^\\s"']+/node_modules/)?${name}/`).test(text),
  )
  const loaded = names.filter((name) => loads(text, name))
  if (loaded.length > 0 && inside.length === 0)
    return [note(`${file} is a bundle (${bundler}) that loads ${listed(loaded)} from node_modules, which is profiled`)]
  const [first = inside[0] ?? names[0] ?? 'openai'] = inside
  return [
    problem(
      `${file} is a bundle (${bundler})${inside.length > 0 ? ` with a copy of ${listed(inside)} in it` : ''}, which no module hook sees`,
      `leave ${first} out of the bundle ${file}: ${externalOf(bundler, first)}`,
    ),
  ]
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
    case 'rollup':
      return `external: ['${name}']`
    default:
      return `esbuild --external:${name} (or --packages=external)`
  }
}

function ofFrameworks({ packageJson, starts }: Project, dependencies: Readonly<Record<string, string>>): Finding[] {
  const findings: Finding[] = []
  if (dependencies.next !== undefined || starts.some(({ program }) => program === 'next'))
    findings.push(
      note(
        'Next.js bundles what its server uses: name the libraries in serverExternalPackages of next.config, or none is seen',
      ),
    )
  const tests = Object.entries(packageJson?.scripts ?? {}).find(([, script]) => /\bjest\b/.test(script))
  if (tests !== undefined)
    findings.push(note(`the script ${tests[0]} loads modules past Node's loaders: nothing is seen in its tests`))
  return findings
}
