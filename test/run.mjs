// `npm test`: installs what is missing, builds, and runs the tests as `table` says, on this Node and on the others that
// npm has here. `npm run test:all`: every suite on every Node, with the libraries that are large, or compiled when they
// are installed (test/packages/heavy, compiled).
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
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
 * types, keeps contexts, streams, sends requests, makes threads and runs what is bundled. `loading` are the commands that load the project's
 * modules; the others read and write files. The libraries are required on 22 and imported on 26, and 24 would show
 * nothing that neither of them does. What a unit computes is the same between the oldest and the newest.
 *
 * The suites run in the order in which they have failed: of the fixes so far half are of hooks and scopes, which e2e and
 * libraries show.
 */
const [every, none] = [/./, /$^/]
const smoke =
  /e2e.((start|linked|requests|network|workers|recorder)|transparency.(modules|streams|typescript)|frameworks.node-test|apps.next)\.test/
const loading = /cli.(doctor|discover|top|bench)\.test/
const table = {
  //        20     22     24     26
  e2e: [every, smoke, smoke, every],
  library: [every, every, none, every],
  cli: [every, none, none, loading],
  unit: [every, none, none, every],
  // Services whose sleeps the report must find: a minute or two on a machine at rest, so only `--all` has them, in the end.
  sick: [none, none, none, none],
}
const majors = [20, 22, 24, 26]
/** Files at a time: they wait for nearly half of their time, for a window to end, a timer, an answer. */
const atATime = Math.min(2 * availableParallelism(), 8)
// A file that is asked for by its name, or all are, run everywhere.
const runsOn = (major, suite) => (isAll || words.length > 0 ? every : table[suite][majors.indexOf(major)])

await install()
if (!(await run('npm', ['run', '--silent', 'build']))) process.exit(1)
const files = readdirSync(join(root, 'dist/test'), { recursive: true })
  .filter((name) => name.endsWith('.test.js'))
  .filter((name) => words.length === 0 || words.some((word) => name.replaceAll(sep, '/').includes(word)))
  .sort()
const folder = mkdtempSync(join(tmpdir(), 'crossbridge-test-'))
const present = nodes().filter(({ path }) => existsSync(path))
// All suites and Nodes are one queue, so that no core waits for the last file of one; the short ones come last.
const queue = Object.keys(table).flatMap((suite) =>
  present.flatMap(({ major, path }) =>
    files
      .filter((name) => suiteOf(name) === suite && runsOn(major, suite).test(name))
      .map((name) => ({ title: `Node ${major}, ${suite}`, major, path, name })),
  ),
)
const results = []
const isSick = ({ name }) => suiteOf(name) === 'sick'
await runAll(
  queue.filter((file) => !isSick(file)),
  atATime,
)
await runAll(queue.filter(isSick), 1)
for (const { major } of nodes().filter((node) => !present.some(({ major }) => major === node.major)))
  console.log(
    `Node ${major}: skipped, the tests bring it for linux-x64 alone; this is ${process.platform}-${process.arch}`,
  )
for (const title of new Set(queue.map(({ title }) => title))) console.log(summaryOf(title))
for (const { passed, failures } of results) if (!passed) console.log(failures)
if (results.some(({ passed }) => !passed)) process.exitCode = 1
rmSync(folder, { recursive: true })

async function runAll(files, atATime) {
  const left = files.values()
  const next = async () => {
    for (const file of left) results.push(await runFile(file))
  }
  await Promise.all(Array.from({ length: atATime }, next))
}

/** As Node's runner does, in a process of its own; what it said is shown where it failed, or was asked for by its name. */
async function runFile({ title, major, path, name }) {
  const destination = join(folder, `${major}-${name.replaceAll(sep, '-')}`)
  const reporters = Object.entries({ spec: 'stdout', './test/failed.mjs': destination }).flatMap(([reporter, to]) => [
    `--test-reporter=${reporter}`,
    `--test-reporter-destination=${to}`,
  ])
  const start = performance.now()
  const child = spawn(path, [...reporters, join('dist/test', name)], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text))
  const [code, signal] = await once(child, 'close')
  const passed = code === 0
  const seconds = (performance.now() - start) / 1000
  console.log(`${passed ? '✔' : '✖'} Node ${major} ${name} (${seconds.toFixed(1)} s)`)
  if (!passed || words.length > 0) console.log(said)
  const told = existsSync(destination) ? readFileSync(destination, 'utf8') : ''
  const failures = told || `${title}: ${name} ended with ${signal ?? code}\n${said}`
  const countOf = (what) => Number(new RegExp(`^ℹ ${what} (\\d+)$`, 'm').exec(said)?.[1] ?? 0)
  return { title, passed, failures, tests: countOf('pass'), skipped: countOf('skipped') }
}

function summaryOf(title) {
  const own = results.filter((one) => one.title === title)
  const failed = own.filter(({ passed }) => !passed).length
  const sum = (what) => own.reduce((sum, one) => sum + one[what], 0)
  const files = `${own.length} files ${failed === 0 ? 'passed' : `ran, ${failed} FAILED`}`
  return `${title}: ${files}, ${sum('tests')} tests passed, ${sum('skipped')} skipped`
}

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
  const large = ['heavy', 'compiled', 'lambda']
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
  const args = ['ci', '--no-audit', '--no-fund', '--prefer-offline', '--engine-strict=false', '--loglevel=error']
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
