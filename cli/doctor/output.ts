import { accessSync, constants, existsSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { OutputConfig } from '../../agent/config/unions.ts'
import { findEngine } from '../../agent/output/database/peer.ts'
import { near } from '../config.ts'
import { isFolder, resolveFrom } from '../files.ts'
import { type Finding, note, ok, problem } from './finding.ts'
import type { Project } from './project.ts'

const otlp = ['api', 'resources', 'sdk-metrics', 'exporter-trace-otlp-proto', 'exporter-metrics-otlp-proto'].map(
  (name) => `@opentelemetry/${name}`,
)

/** Checks that records get to the destination. */
export function checkOutput(output: OutputConfig, location: (option: string) => string, project: Project): Finding[] {
  const { type } = output
  switch (type) {
    case 'none':
      if (project.found.config.alerts.some((alert) => alert.type !== 'none'))
        return [note(`output.type is none (${location('type')}): alerts are all that is sent`)]
      if (project.found.config.test_execution.enabled)
        return [note(`output.type is none (${location('type')}): calls outside of tests are not recorded`)]
      return [
        problem(
          `output.type is none (${location('type')}), so records go nowhere`,
          `set output.type to file or log (${location('type')})`,
        ),
      ]
    case 'log':
      return [ok(`records go to ${output.destination} as lines of JSON (${location('type')})`)]
    case 'file':
      return [ofFile('path', output.path, location('path'), project.cwd)]
    case 'database':
      return [
        ...ofEngine(location('type'), project),
        ofFile('database_path', output.database_path, location('database_path'), project.cwd),
      ]
    case 'module':
      return [ofModule(output.path, location('path'), project)]
    case 'prometheus': {
      const isJoining = output.registry === 'application' || output.pushgateway !== ''
      return ofPeers(type, isJoining ? ['prom-client'] : [], location('type'), project)
    }
    case 'otlp':
      return ofPeers(type, otlp, location('type'), project)
    case 'opentelemetry':
      return ofPeers(type, ['@opentelemetry/api'], location('type'), project)
  }
}

/** A file whose folders are made when it is opened: the nearest that is there must let it. */
function ofFile(option: string, path: string, location: string, cwd: string): Finding {
  const file = resolve(cwd, path)
  const shown = near(file, cwd)
  const wrong = (why: string) =>
    problem(
      `records can't be written to ${shown} (${location}): ${why}`,
      `give output.${option} a file that can be written (${location})`,
    )
  if (isFolder(file)) return wrong('it is a folder')
  let there = file
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there)
  if (there !== file && !isFolder(there)) return wrong(`${near(there, cwd)} is not a folder`)
  try {
    accessSync(there, constants.W_OK)
  } catch {
    return wrong(`the permission to write ${there === file ? 'it' : `into ${near(there, cwd) || there}`} is missing`)
  }
  return ok(`records go to ${shown} (${location})`)
}

/** What opens databases, where this Node has it or the application. */
function ofEngine(location: string, { found, entries, root }: Project): Finding[] {
  const folders = [...entries.map((entry) => dirname(entry)), root, dirname(found.file ?? join(root, 'x'))]
  const engine = findEngine((name) => folders.map((folder) => resolveFrom(folder, name)).find((path) => path))
  if (typeof engine !== 'string') return []
  const [why = '', install = ''] = engine.split(': ')
  return [problem(`output.type database (${location}): ${why}`, `${install}, or use Node 22.13 or later`)]
}

function ofModule(path: string, location: string, { found, cwd }: Project): Finding {
  const file = resolve(found.file === undefined ? cwd : dirname(found.file), path)
  if (existsSync(file)) return ok(`records go to the module ${near(file, cwd)} (${location})`)
  return problem(
    `output.path: there is no module ${near(file, cwd)} (${location})`,
    `correct output.path (${location}); it is relative to the configuration file`,
  )
}

function ofPeers(
  type: string,
  peers: readonly string[],
  location: string,
  { found, entries, root }: Project,
): Finding[] {
  const folders = [...entries.map((entry) => dirname(entry)), root, dirname(found.file ?? join(root, 'x'))]
  const missing = peers.filter((name) => folders.every((folder) => !isAbsolute(resolveFrom(folder, name) ?? '')))
  if (missing.length === 0) return [ok(`output.type is ${type} (${location}), and what it needs is installed`)]
  return [
    problem(
      `output.type ${type} (${location}) needs packages that the application doesn't have: ${missing.join(', ')}`,
      `npm install ${missing.join(' ')}`,
    ),
  ]
}
