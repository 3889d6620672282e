import { basename, dirname, isAbsolute } from 'node:path'
import { meaningOf } from '../../agent/config/unified.ts'
import { drives } from '../../agent/drivers.ts'
import { isTargeted, unknownTargets } from '../../agent/filter/targets.ts'
import { manifests, wireNames } from '../../agent/library.ts'
import { kindOf } from '../../agent/load/kind.ts'
import { packageOf, realPath, stem } from '../../agent/load/match.ts'
import { fitOf } from '../../agent/load/versions.ts'
import { type Manifest, manifestOf, targetNames } from '../../agent/manifest.ts'
import type { Instrumentation } from '../../agent/model.ts'
import { near } from '../config.ts'
import { namesIn, resolveFrom } from '../files.ts'
import { type Finding, listed, note, ok, problem, type Section } from './finding.ts'
import { findInstalled, type Installed } from './installed.ts'
import { agentName, dependenciesOf, type Project } from './project.ts'
import { mentions } from './sources.ts'

/** An installed library that the agent knows. */
export interface Library {
  readonly manifest: Manifest
  readonly copies: readonly Installed[]
  /** The scopes that are targeted. */
  readonly scopes: readonly string[]
}

/** The libraries that are installed where the application finds them, in the order of their names. */
export function librariesOf({ cwd, found }: Project): Library[] {
  const known = manifests().filter(({ name }) => !found.instrumentations.some((entry) => entry.name === name))
  const installed = findInstalled(
    cwd,
    known.map(({ module }) => packageOf(module)),
  )
  return known.flatMap((manifest) => {
    const copies = installed.filter(({ name }) => name === packageOf(manifest.module))
    const scopes = manifest.scopes.filter((scope) =>
      isTargeted(found.config.targets, scope, manifest.name, drives(found.config)),
    )
    return copies.length === 0 ? [] : [{ manifest, copies, scopes }]
  })
}

/** Checks that installed libraries would be patched. */
export function checkLibraries(project: Project, libraries: readonly Library[]): Section {
  const { found } = project
  const findings = [
    ...wrongTargets(project),
    ...libraries.flatMap((library) => ofLibrary(library, project)),
    ...found.instrumentations.map((entry) => ofEntry(entry, project)),
  ]
  const targeted = libraries.filter(({ scopes }) => scopes.length > 0)
  const others = libraries.filter(({ scopes }) => scopes.length === 0).map(({ manifest }) => manifest.name)
  const isUnnamed = found.config.targets.length === 0
  if (isUnnamed && others.length > 0)
    findings.push(note(`profiled in test runs alone, unless targets names them: ${listed(others, 12)}`))
  else if (targeted.length > 0 && others.length > 0)
    findings.push(
      note(`installed and not in targets (${found.where('targets')}), so not patched: ${listed(others, 12)}`),
    )
  const userEntries = found.instrumentations
  const isAny = targeted.length > 0 || userEntries.some((entry) => isWanted(entry, project))
  if ((isUnnamed ? targeted : libraries).length === 0 && userEntries.length === 0) findings.push(nothing(project))
  else if (!isAny && !isMarked(project)) findings.push(untargeted(project, libraries))
  return { title: 'Libraries', findings }
}

/** Names among `targets` that are nothing known: a hand-marked scope may be meant, which only its call tells. */
export function wrongTargets({ found, root }: Project): Finding[] {
  const { config, instrumentations, where } = found
  const known = [...targetNames([...manifests(), ...instrumentations.map(manifestOf)]), ...wireNames()]
  const given = [
    ['targets', config.targets],
    ['thresholds.by_target', Object.keys(config.thresholds.by_target)],
  ] as const
  return given.flatMap(([option, names]) => {
    const meant = names.filter((name) => meaningOf(name) !== undefined)
    return unknownTargets(names, known, meant).flatMap(({ name, hint }) => {
      if (mentions(root, '@crossbridge/agent/api') && mentions(root, name)) return []
      const mend = hint ? `; did you mean ${hint}?` : ''
      const message = `${option}: ${name} is not a target, scope, library or entry (${where(option)})${mend}`
      return [problem(message, `correct the configuration: ${message}`)]
    })
  })
}

function ofLibrary({ manifest, copies, scopes }: Library, project: Project): Finding[] {
  const { name, module, versions } = manifest
  // A library that a dependency brought along is that dependency's concern.
  const isDependency = project.packageJson === undefined || dependenciesOf(project)[packageOf(module)] !== undefined
  if (scopes.length === 0) return []
  return copies.map(({ version, folder, direct }) => {
    const label = `${name === module ? name : `${name}: ${module}`} ${version}${direct ? '' : `, the copy in ${shortly(folder)}`}`
    const fit = fitOf(version, versions)
    if (fit === 'unsupported') {
      const text = `${label} is not supported: ${versions} is`
      return direct && isDependency
        ? problem(text, `install a version of ${packageOf(module)} that is supported: ${versions}`)
        : note(text)
    }
    const there = scopesIn(manifest, version, scopes)
    if (there.length === 0) return note(`${label} has nothing of what is in targets`)
    const text = `${label}: ${fit === 'untested' ? `newer than what is tested (${versions})` : 'supported'}; ${listed(there, 8)}`
    return fit === 'untested' ? note(text) : ok(text)
  })
}

/** From the first `node_modules` on. */
const shortly = (folder: string) => folder.slice(Math.max(0, folder.indexOf('node_modules')))

/** The targeted scopes that this version has. */
function scopesIn(manifest: Manifest, version: string, scopes: readonly string[]): string[] {
  const fits = [
    ...manifest.files.flatMap(({ methods }) => methods.filter((one) => fitOf(version, one.versions) === 'tested')),
    ...manifest.channels,
  ].map(({ scope }) => manifest.scopes[scope])
  return scopes.filter((scope) => fits.includes(scope))
}

function ofEntry(entry: Instrumentation, project: Project): Finding {
  const { name, module } = entry
  const { found, cwd, entries, root } = project
  const location = found.where(`instrumentations.${name}`)
  const { scopes } = manifestOf(entry)
  const label = `your own ${name} (${location})`
  const what = scopes.length > 0 ? listed(scopes) : 'work that waits there'
  if (scopes.length > 0 && !isWanted(entry, project))
    return note(
      `${label} is not in targets (${found.where('targets')}), so it is not profiled`,
      `add ${name} to targets (${found.where('targets')})`,
    )
  if (!isAbsolute(module)) {
    const isThere = resolveFrom(root, module) !== undefined || findInstalled(cwd, [packageOf(module)]).length > 0
    if (isThere || module.startsWith('node:')) return ok(`${label}: ${module}; ${what}`)
    return problem(`${label}: ${module} is not installed`, `install ${module}, or correct module (${location})`)
  }
  const entryFile = entries.find((entry) => stem(realPath(entry)) === stem(realPath(module)))
  if (entryFile !== undefined && kindOf(realPath(entryFile)) !== 'module')
    return problem(
      `${label}: ${near(module, cwd)} is the application's entry file, which can't be hooked where it is CommonJS`,
      `move the functions of ${near(module, cwd)} to a module that it loads, and name that one (${location})`,
    )
  const isThere = namesIn(dirname(module)).some((file) => stem(file) === stem(basename(module)))
  // The advice has been given with the configuration.
  return isThere ? ok(`${label}: ${near(module, cwd)}; ${what}`) : note(`${label}: its file is not there`)
}

const isWanted = (entry: Instrumentation, { found }: Project) =>
  manifestOf(entry).scopes.some((scope) => isTargeted(found.config.targets, scope, entry.name, true))

/** Installed, and none of it named. */
export function untargeted({ found }: Project, libraries: readonly Library[]): Finding {
  const names = [...found.instrumentations, ...libraries.map(({ manifest }) => manifest)].map(({ name }) => name)
  return problem(
    `nothing that is there is in targets (${found.where('targets')}): ${listed(names)}`,
    `add ${names[0]} to targets (${found.where('targets')}), or leave targets empty for all`,
  )
}

function nothing(project: Project): Finding {
  const { root } = project
  if (mentions(root, 'node:sqlite')) return ok('node:sqlite is used')
  if (isMarked(project)) return ok(`scopes are marked by hand, with ${agentName}/api`)
  return problem(
    'none of the libraries that the agent knows is installed, and there is no entry of your own',
    'describe what you want to profile under instrumentations, or mark it by hand: docs/configuration.md, "Your own code"',
  )
}

const isMarked = ({ root }: Project) => mentions(root, `${agentName}/api`)
