import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

export function say(text) {
  console.log(`— ${text}`)
}

/** Installs a folder's packages where they are not those of its lock file. */
export function install(folder, what) {
  const read = (name) => {
    const file = join(folder, name)
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : {}
  }
  const installed = read('node_modules/.package-lock.json')
  const missing = Object.entries(read('package-lock.json')).some(
    ([path, { version, optional }]) => path !== '' && !optional && installed[path]?.version !== version,
  )
  if (!missing) return
  say(`installing ${what}`)
  npm(folder, ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
}

/** Builds the agent where a source is newer than what was built of it. That its types are right is for `npm run build` to say. */
export async function build(root) {
  const sources = ['agent', 'cli', 'instrumentations', 'build'].flatMap((folder) => [
    folder,
    ...readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, name)),
  ])
  const changedAt = (name) => statSync(join(root, name)).mtimeMs
  // What the build writes last.
  const built = 'dist/sbom.cdx.json'
  const files = [...sources, 'package.json', 'package-lock.json', 'tsconfig.json']
  if (existsSync(join(root, built)) && files.every((name) => changedAt(name) <= changedAt(built))) return
  say('building the agent')
  const options = { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' }
  const [code] = await once(spawn('npm', ['run', '--silent', 'build:unchecked'], options), 'exit')
  if (code !== 0) throw new Error(`the build ended with ${code}`)
}

function npm(cwd, args) {
  const { status } = spawnSync('npm', args, { cwd, stdio: 'inherit', shell: process.platform === 'win32' })
  if (status !== 0) process.exit(status ?? 1)
}
