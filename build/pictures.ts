import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { AnsiUp } from 'ansi_up'
import { type Browser, chromium } from 'playwright-core'

/**
 * `npm run pictures`: what the commands print for the example service, as the pictures of docs/cli.md. `npm start` before
 * it installs the example's packages; it needs Chromium (CHROMIUM_PATH, else Debian's) and tmux.
 */
const root = fileURLToPath(new URL('../..', import.meta.url))
const pictures = join(root, 'docs', 'pictures')
const cli = join(root, 'dist', 'chunk', 'cli.cjs')
const columns = 112
/** A machine that is busy with making them is not to be seen in them. */
const calm = { CROSSBRIDGE_PROFILING_LIMITS_SELF_CPU_PERCENT: '0' }
const env = { ...process.env, FORCE_COLOR: '1', COLUMNS: `${columns}`, OPENAI_API_KEY: 'none-is-needed', ...calm }

/** A copy of the example with the package in it, as a user has it. */
function copyExample(parent: string): string {
  const example = join(root, 'examples', 'search-service')
  const folder = join(parent, 'search-service')
  cpSync(example, folder, { recursive: true, filter: (path) => !/search-service[\\/](node_modules|data)/.test(path) })
  cpSync(join(example, 'node_modules'), join(folder, 'node_modules'), { recursive: true, verbatimSymlinks: true })
  // Beside the example, whose corpus is what stands in its node_modules.
  const npm = (...words: string[]) => execFileSync('npm', words, { cwd: parent, encoding: 'utf8' })
  const [packed] = Object.values(JSON.parse(npm('pack', root, '--json'))) as { filename: string }[]
  npm('install', '--prefer-offline', '--no-audit', '--no-fund', `./${packed?.filename}`)
  startWith(folder, 'node --import @crossbridge/agent service.mjs')
  return folder
}

function startWith(folder: string, start: string): void {
  const file = join(folder, 'package.json')
  const manifest = JSON.parse(readFileSync(file, 'utf8'))
  manifest.scripts = { start }
  manifest.dependencies['@crossbridge/agent'] = '^1.0.0-rc.1'
  writeFileSync(file, JSON.stringify(manifest, undefined, 2))
}

/** The output of a command, with its colours, below the line that was typed. */
function typed(args: readonly string[], cwd: string, more: object = {}): string {
  const { stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    cwd,
    env: { ...env, ...more },
    encoding: 'utf8',
  })
  const messages = stderr.split('\n').filter((line) => line.startsWith('crossbridge: '))
  return [`\u001b[2m$\u001b[22m npx @crossbridge/agent ${args.join(' ')}`, stdout, ...messages].join('\n')
}

interface Service {
  readonly addresses: Readonly<Record<string, string>>
  ask(rounds: number): Promise<void>
  stop(): Promise<void>
}

/** The service with its stand-ins, under the agent; `args` are Node's. */
async function serve(cwd: string, more: object = {}, args: readonly string[] = []): Promise<Service> {
  const standIns = spawn(process.execPath, ['stand-ins/run.mjs'], {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const [addresses] = (await once(standIns, 'message')) as [Record<string, string>]
  const service = spawn(process.execPath, [...args, '--import', '@crossbridge/agent', 'service.mjs'], {
    cwd,
    env: { ...env, ...addresses, ...more },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await listening(service)
  const { ask } = await import(pathToFileURL(join(cwd, 'queries.mjs')).href)
  return {
    addresses,
    async ask(rounds) {
      for (let i = 0; i < rounds; i++) await ask(url)
    },
    async stop() {
      service.kill('SIGTERM')
      await once(service, 'exit')
      standIns.kill()
    },
  }
}

function listening(service: ChildProcess): Promise<string> {
  let printed = ''
  return new Promise((resolve, reject) => {
    service.stdout?.on('data', (text) => {
      printed += text
      const found = /listening on (http:\S+)/.exec(printed)
      if (found?.[1] !== undefined) resolve(found[1])
    })
    service.once('exit', () => reject(new Error(`the service does not listen: ${printed}`)))
  })
}

/** `top` in a real terminal, after some seconds. */
async function screenOf(args: readonly string[], cwd: string): Promise<string> {
  const name = `crossbridge-${process.pid}`
  const tmux = (...words: string[]) => execFileSync('tmux', words, { cwd, encoding: 'utf8', env })
  tmux('new-session', '-d', '-s', name, '-x', `${columns}`, '-y', '14', process.execPath, cli, ...args)
  await setTimeout(12_000)
  const screen = tmux('capture-pane', '-t', name, '-e', '-p')
  tmux('kill-session', '-t', name)
  return screen
}

function createCamera(browser: Browser) {
  const style = `body { margin: 0; background: #1b1d23; color: #d7dae0; font: 14px/1.45 'DejaVu Sans Mono', monospace }
    pre { display: inline-block; margin: 0; padding: 18px 22px; white-space: pre }`
  return {
    async terminal(name: string, text: string) {
      const page = await browser.newPage({ deviceScaleFactor: 1.5 })
      const ansi = new AnsiUp()
      await page.setContent(`<style>${style}</style><pre>${ansi.ansi_to_html(text.trimEnd())}</pre>`)
      await page.locator('pre').screenshot({ path: join(pictures, `${name}.png`) })
      await page.close()
    },
    async page(name: string, file: string, height = 1500) {
      const page = await browser.newPage({ viewport: { width: 1280, height } })
      await page.goto(pathToFileURL(file).href)
      await page.screenshot({ path: join(pictures, `${name}.png`) })
      await page.close()
    },
  }
}

const parent = mkdtempSync(join(tmpdir(), 'crossbridge-pictures-'))
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
})
try {
  mkdirSync(pictures, { recursive: true })
  const cwd = copyExample(parent)
  const { terminal, page } = createCamera(browser)
  const file = 'data/profiling/profile.jsonl'
  const socket = { CROSSBRIDGE_PROFILING_CLI_SOCKET: 'data/agent.sock' }

  const before = await serve(cwd, socket)
  const asking = before.ask(40)
  await terminal('top', await screenOf(['top', 'data/agent.sock'], cwd))
  await asking
  const { addresses } = before
  await terminal('doctor-run', typed(['doctor', '--seconds', '8', '--', 'npm', 'start'], cwd, addresses))
  await before.stop()
  cpSync(join(cwd, file), join(cwd, 'before.jsonl'))
  rmSync(join(cwd, file))
  const after = await serve(cwd)
  await after.ask(4)
  await after.stop()
  await terminal('report', typed(['report', file, '--slowest', '1', '--html', 'report.html'], cwd))
  await page('page', join(cwd, 'report.html'))
  // Not by NODE_OPTIONS, where Node 20 takes none of these.
  const profiled = await serve(cwd, {}, ['--cpu-prof', '--cpu-prof-dir=profiles'])
  await profiled.ask(20)
  await profiled.stop()
  const profiles = readdirSync(join(cwd, 'profiles')).map((name) => join('profiles', name))
  typed(['flame', ...profiles, '--output', 'flame.html'], cwd)
  await page('flame', join(cwd, 'flame.html'), 1000)
  await terminal('diff', typed(['diff', 'before.jsonl', file], cwd))
  await terminal('config', typed(['config', '--changed'], cwd))
  cpSync(join(parent, 'node_modules'), join(cwd, 'node_modules'), { recursive: true, verbatimSymlinks: true })
  rmSync(join(parent, 'node_modules'), { recursive: true })
  await terminal('doctor', typed(['doctor'], cwd))
  await terminal('discover', typed(['discover', './search.mjs'], cwd))
  rmSync(join(cwd, 'crossbridge.yml'))
  startWith(cwd, 'node service.mjs')
  const shown = `\u001b[2m$\u001b[22m cat crossbridge.yml`
  await terminal('init', [typed(['init'], cwd), shown, readFileSync(join(cwd, 'crossbridge.yml'), 'utf8')].join('\n'))
} finally {
  await browser.close()
  rmSync(parent, { recursive: true, force: true })
}
