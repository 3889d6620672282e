// `npm start`: installs and builds what is missing, runs the example service with the agent, and shows what was recorded.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import { build, install, say } from './install.mjs'

const root = join(import.meta.dirname, '..')
const example = join(import.meta.dirname, 'search-service')
const profile = join(example, 'data', 'profiling', 'profile.jsonl')
const running = new Set()
let interrupted = false
for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143 })) {
  process.once(signal, async () => {
    interrupted = true
    await stop()
    process.exit(code)
  })
}

install(root, "the agent's packages")
install(example, "the example's packages (LanceDB, PGlite and others, about 300 MB)")
rmSync(join(example, 'data'), { recursive: true, force: true })

const { ask } = await import('./search-service/queries.mjs')

try {
  say('starting a loopback embeddings API and a Postgres with pgvector (PGlite)')
  const standIns = run(['stand-ins/run.mjs'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const [addresses] = await Promise.all([once(standIns, 'message'), build(root)])

  const real = process.env.OPENAI_BASE_URL
  const env = {
    ...process.env,
    ...addresses,
    ...(real ? { OPENAI_BASE_URL: real } : { OPENAI_API_KEY: 'none-is-needed' }),
  }
  if (real) say('embeddings come from the API at OPENAI_BASE_URL')

  const command = ['--import', '../../register.mjs', 'service.mjs']
  say(`starting the service in examples/search-service: node ${command.join(' ')}`)
  const service = run(command, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const url = await listening(service)

  say('asking it')
  const asked = await ask(url)
  say(`${asked} questions are answered`)
} catch (error) {
  if (!interrupted) console.error(error)
  process.exitCode = 1
}
await stop()
if (interrupted) await new Promise(() => {})
if (process.exitCode) process.exit()

if (existsSync(profile)) {
  const file = relative(example, profile)
  const page = join('data', 'report.html')
  say(`what the agent recorded: npx @crossbridge/agent report ${file} --slowest 2 --html ${page}`)
  console.log()
  const cli = join(root, 'dist/chunk/cli.cjs')
  spawnSync(process.execPath, [cli, 'report', file, '--slowest', '2', '--html', page], {
    cwd: example,
    stdio: 'inherit',
  })
  console.log(`\nThe same with charts: ${relative(process.cwd(), join(example, page))}`)
  console.log(`The records, as JSON lines: ${relative(process.cwd(), profile)}`)
} else {
  say('nothing was recorded: profiling is off, or it writes elsewhere')
}
console.log(
  'To switch it off: `enabled: false` in examples/search-service/crossbridge.yml, or CROSSBRIDGE_PROFILING_ENABLED=false',
)

function run(args, options) {
  const child = spawn(process.execPath, args, { cwd: example, ...options })
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

/** The address that the service prints; what it prints besides is shown. */
async function listening(service) {
  const lines = createInterface({ input: service.stdout })
  return new Promise((resolve, reject) => {
    service.once('exit', (code) => reject(new Error(`the service ended with code ${code}`)))
    lines.on('line', (line) => {
      console.log(`  ${line}`)
      const found = /^listening on (.+)$/.exec(line)
      if (found) resolve(found[1])
    })
  })
}

function once(child, event) {
  return new Promise((resolve, reject) => {
    child.once(event, resolve)
    child.once('exit', (code) => reject(new Error(`${child.spawnargs.join(' ')} ended with code ${code}`)))
  })
}

/** Ends the service first, then what it depends on. */
async function stop() {
  for (const child of [...running].reverse()) {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), 5_000)
    await ended
    clearTimeout(late)
  }
}
