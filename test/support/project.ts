import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after } from 'node:test'
import { root } from './application.ts'

export interface Project {
  /** Below `runtime.profiling`, as YAML; absent means no file. */
  readonly config?: string
  readonly packageJson?: object
  /** Tiny packages of a name and version; their code is `exports.call = () => 1`, where it is not in `files`. */
  readonly packages?: Readonly<Record<string, string>>
  /** Real ones, linked to where the tests' own are. */
  readonly links?: readonly string[]
  readonly files?: Readonly<Record<string, string>>
  /** Whether the agent is installed; it is by default. */
  readonly agent?: boolean
}

/** Makes a project in a folder of its own, which is gone after the tests. Gives that folder. */
export function makeProject({
  config,
  packageJson,
  packages = {},
  links = [],
  files = {},
  agent = true,
}: Project): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'crossbridge-project-')))
  after(() => rmSync(folder, { recursive: true, force: true }))
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const link = (name: string, target: string) => {
    mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true })
    symlinkSync(target, join(folder, 'node_modules', name))
  }

  if (config !== undefined) write('crossbridge.yml', config)
  if (packageJson !== undefined) write('package.json', JSON.stringify(packageJson))
  for (const [name, version] of Object.entries(packages)) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version, main: 'index.js' }))
    write(`node_modules/${name}/index.js`, 'exports.call = () => 1')
  }
  for (const name of links) link(name, join(root, 'test', 'packages', 'previous', 'node_modules', name))
  if (agent) link('@crossbridge/agent', root)
  for (const [name, text] of Object.entries(files)) write(name, text)
  return folder
}
