import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { environment, type NodeBinary, nodes, register, withFiles } from './folder.ts'
import { paired, quartiles, type Row, show, verdict } from './stats.ts'

const variants = ['empty', 'again', 'variable', 'none', 'off', 'on'] as const
type Variant = (typeof variants)[number]

/** What `node --import @crossbridge/agent` adds to an empty application over `--import` of an empty file. */
export function startUp(quick: boolean): Row[] {
  return withFiles(files, (folder) =>
    nodes.flatMap((node) => [...times(node, folder, quick), memory(node, folder, quick)]),
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
const files = {
  'empty.mjs': '',
  'none/app.mjs': '',
  'off/app.mjs': '',
  'off/crossbridge.yml': 'runtime:\n  profiling:\n    enabled: false\n',
  'on/app.mjs': '',
  'on/crossbridge.yml': on,
  'memory.mjs': 'process.stdout.write(String(process.memoryUsage.rss()))',
  'memory/memory.mjs': 'process.stdout.write(String(process.memoryUsage.rss()))',
  'memory/crossbridge.yml': on,
}

function times({ major, path }: NodeBinary, folder: string, quick: boolean): Row[] {
  const preload = join(folder, 'empty.mjs')
  const start = (variant: Variant): number => {
    const bare = variant === 'empty' || variant === 'again'
    const cwd = join(folder, variant === 'off' || variant === 'on' ? variant : 'none')
    const env = variant === 'variable' ? { ...environment, CROSSBRIDGE_PROFILING_ENABLED: 'false' } : environment
    const args = ['--import', bare ? preload : register, 'app.mjs']
    const began = process.hrtime.bigint()
    const { status } = spawnSync(path, args, { cwd, env, stdio: 'ignore' })
    const ms = Number(process.hrtime.bigint() - began) / 1e6
    if (status !== 0) throw new Error(`node ${args.join(' ')} in ${cwd} ended with ${status}`)
    return ms
  }

  for (const variant of variants) start(variant)
  const { differences, values } = paired(quick ? 3 : 41, variants, 'empty', start)
  const row = (what: string, variant: Variant, most: number, of: 'low' | 'median', next = ''): Row => {
    const spread = quartiles(differences[variant])
    return {
      what,
      node: `${major}`,
      reach: `${of === 'low' ? 'lower quartile ' : ''}≤ +${most} ms${next}`,
      measured: show(spread, 'ms'),
      verdict: verdict(spread[of], most, 'ms'),
    }
  }
  const [onMost, onNext] = major === 20 ? [110, 95] : [40, 25]
  return [
    {
      what: 'start: an empty preload against itself (what the pairs can tell)',
      node: `${major}`,
      reach: '',
      measured: show(quartiles(differences.again), `ms on ${quartiles(values.empty).median.toFixed(0)} ms`),
      verdict: '',
    },
    row('start: off by variable', 'variable', 1, 'low'),
    row('start: no configuration file', 'none', 1, 'low'),
    row('start: off by file', 'off', 18, 'median'),
    row('start: on, three targets, none loaded', 'on', onMost, 'median', ` (next: +${onNext})`),
  ]
}

function memory({ major, path }: NodeBinary, folder: string, quick: boolean): Row {
  const most = major === 20 ? 18 : 13
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
