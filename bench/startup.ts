import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { environment, type NodeBinary, nodes, register, root, withFiles } from './folder.ts'
import { startParts } from './start-parts.ts'
import { paired, quartiles, type Row, show, verdict } from './stats.ts'

const variants = ['empty', 'again', 'thread', 'variable', 'none', 'off', 'on'] as const
type Variant = (typeof variants)[number]

/** Measures what `node --import @crossbridge/agent` adds to an empty application over `--import` of an empty file. */
export function startUp(quick: boolean): Row[] {
  return withFiles(files, (folder) =>
    nodes.flatMap((node) => [
      ...times(node, folder, quick),
      withLibrary(node, folder, quick),
      memory(node, folder, quick),
      startParts(node, folder, quick),
    ]),
  )
}

/** As a team would write it. */
const on = `
runtime:
  profiling:
    enabled: true
    mode: sampling
    sample_rate: 0.1
    targets: [embedding_provider, vector_store, semantic_search]
    thresholds:
      slow_call_ms: 500
    output:
      type: file
      path: ./profile.jsonl
`
/** Of the processor, in ms, for all threads. */
const lastWords = `process.on('exit', () => {
  const { user, system } = process.cpuUsage()
  process.getBuiltinModule('node:fs').writeSync(1, String((user + system) / 1000))
})`
const library = join(root, 'test', 'packages', 'current', 'node_modules', 'openai', 'index.mjs')
const files = {
  'empty.mjs': '',
  // The cost of Node's own hooks in a thread.
  'thread.mjs': `process.getBuiltinModule('node:module').register('data:text/javascript,')`,
  'none/app.mjs': lastWords,
  'off/app.mjs': lastWords,
  'off/crossbridge.yml': 'runtime:\n  profiling:\n    enabled: false\n',
  'on/app.mjs': lastWords,
  'on/library.mjs': `import ${JSON.stringify(library)}\n${lastWords}`,
  'on/crossbridge.yml': on,
  'memory.mjs': 'process.stdout.write(String(process.memoryUsage.rss()))',
  'memory/memory.mjs': 'process.stdout.write(String(process.memoryUsage.rss()))',
  'memory/crossbridge.yml': on,
}

function times({ major, path }: NodeBinary, folder: string, quick: boolean): Row[] {
  const spent = Object.fromEntries(variants.map((variant) => [variant, Infinity])) as Record<Variant, number>
  const start = (variant: Variant): number => {
    const bare = variant === 'empty' || variant === 'again' || variant === 'thread'
    const preload = join(folder, variant === 'thread' ? 'thread.mjs' : 'empty.mjs')
    const cwd = join(folder, variant === 'off' || variant === 'on' ? variant : 'none')
    const env = variant === 'variable' ? { ...environment, CROSSBRIDGE_PROFILING_ENABLED: 'false' } : environment
    const args = ['--import', bare ? preload : register, 'app.mjs']
    const { ms, cpu } = timed(path, args, cwd, env)
    spent[variant] = Math.min(spent[variant], cpu)
    return ms
  }

  for (const variant of variants) start(variant)
  const { differences, values } = paired(quick ? 3 : 41, variants, 'empty', start)
  const row = (what: string, variant: Variant, most: number, of: 'low' | 'median'): Row => {
    const spread = quartiles(differences[variant])
    return {
      what,
      node: `${major}`,
      reach: `${of === 'low' ? 'lower quartile ' : ''}≤ +${most} ms`,
      measured: `${show(spread, 'ms')}; processor, minima: +${(spent[variant] - spent.empty).toFixed(1)} ms`,
      verdict: verdict(spread[of], most, 'ms'),
    }
  }
  return [
    {
      what: 'start: an empty preload against itself (what the pairs can tell)',
      node: `${major}`,
      reach: '',
      measured: show(quartiles(differences.again), `ms on ${quartiles(values.empty).median.toFixed(0)} ms`),
      verdict: '',
    },
    {
      what: 'start: of that a thread for hooks, where Node has no others',
      node: `${major}`,
      reach: '',
      measured: show(quartiles(differences.thread), 'ms'),
      verdict: '',
    },
    row('start: off by variable', 'variable', 1, 'low'),
    row('start: no configuration file', 'none', 1, 'low'),
    row('start: off by file', 'off', 4, 'median'),
    row('start: on, three targets, none loaded', 'on', major === 20 ? 75 : 28, 'median'),
  ]
}

function timed(path: string, args: readonly string[], cwd: string, env = environment) {
  const began = process.hrtime.bigint()
  const { status, stdout } = spawnSync(path, args, { cwd, env, stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' })
  const ms = Number(process.hrtime.bigint() - began) / 1e6
  if (status !== 0) throw new Error(`node ${args.join(' ')} in ${cwd} ended with ${status}`)
  return { ms, cpu: Number(stdout) }
}

/** Over the same application without the agent. */
function withLibrary({ major, path }: NodeBinary, folder: string, quick: boolean): Row {
  const { differences } = paired(quick ? 3 : 21, ['bare', 'on'], 'bare', (variant) => {
    const preload = variant === 'bare' ? join(folder, 'empty.mjs') : register
    return timed(path, ['--import', preload, 'library.mjs'], join(folder, 'on')).ms
  })
  return {
    what: 'start: on, with openai loaded',
    node: `${major}`,
    reach: '',
    measured: show(quartiles(differences.on), 'ms'),
    verdict: '',
  }
}

function memory({ major, path }: NodeBinary, folder: string, quick: boolean): Row {
  const most = 8
  const { differences } = paired(quick ? 3 : 21, ['empty', 'on'], 'empty', (variant) => {
    const preload = variant === 'empty' ? join(folder, 'empty.mjs') : register
    const cwd = variant === 'empty' ? folder : join(folder, 'memory')
    const { stdout } = spawnSync(path, ['--import', preload, 'memory.mjs'], { cwd, env: environment, encoding: 'utf8' })
    return Number(stdout) / 1e6
  })
  const spread = quartiles(differences.on)
  return {
    what: 'start: resident memory, on',
    node: `${major}`,
    reach: `≤ +${most} MB`,
    measured: show(spread, 'MB'),
    verdict: verdict(spread.median, most, 'MB'),
  }
}
