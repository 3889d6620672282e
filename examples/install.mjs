import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
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

export function npm(cwd, args) {
  const { status } = spawnSync('npm', args, { cwd, stdio: 'inherit', shell: process.platform === 'win32' })
  if (status !== 0) process.exit(status ?? 1)
}
