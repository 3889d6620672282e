import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { environment, type NodeBinary, nodes, register, root, withFiles, yaml } from './folder.ts'
import { paired, quartiles, type Row, type Spread, show, verdict } from './stats.ts'

const count = 1000
const most = 3
const variants = ['bare', 'again', 'profiled'] as const
type Variant = (typeof variants)[number]

/** Says the processor time from the first line of the file to the end of the process, in ms, which others take less of. */
const timed = `const since = process.cpuUsage()
process.on('exit', () => {
  const { user, system } = process.cpuUsage(since)
  process.getBuiltinModule('node:fs').writeSync(2, 'TOOK ' + (user + system) / 1000 + '\\n')
})`
const suite = (library: string) => `import { it } from '${library}'
${library === 'node:test' ? timed : ''}
for (let i = 0; i < ${count}; i++) it('does nothing ' + i, () => {})
`
const config = yaml({
  enabled: true,
  output: { type: 'none' },
  test_execution: { enabled: true, output: { type: 'file' } },
})

interface Runner {
  readonly what: string
  readonly args: readonly string[]
  readonly files: Readonly<Record<string, string>>
  /** Where the framework is installed. */
  readonly parent?: string
}

const vitest = join(root, 'test/frameworks/vitest-3')
const runners: readonly Runner[] = [
  { what: 'node:test', args: ['a.test.mjs'], files: { 'a.test.mjs': suite('node:test') } },
  {
    what: 'vitest 3',
    args: [join(vitest, 'node_modules/vitest/vitest.mjs'), 'run'],
    files: { 'a.test.mjs': suite('vitest') },
    parent: join(vitest, 'tmp'),
  },
]

/** What test_execution adds to a suite of 1,000 tests that do nothing, as a share of the same suite without the agent. */
export function tests(quick: boolean): Row[] {
  return runners
    .filter(({ args: [script = ''] }) => !script.includes('node_modules') || existsSync(script))
    .flatMap((runner) => nodes.flatMap((node) => rowsOf(runner, node, quick)))
}

function rowsOf({ what, args, files, parent }: Runner, { major, path }: NodeBinary, quick: boolean): Row[] {
  const all = Object.fromEntries(
    variants.flatMap((variant) =>
      Object.entries({ ...files, ...(variant === 'profiled' && { 'crossbridge.yml': config }) }).map(
        ([name, text]) => [`${variant}/${name}`, text] as const,
      ),
    ),
  )
  return withFiles(
    all,
    (folder) => {
      const inside = new Map<Variant, number[]>(variants.map((variant) => [variant, []]))
      const { values } = paired(quick ? 3 : 21, variants, 'bare', (variant) => {
        const { ms, took } = run(path, args, join(folder, variant), variant === 'profiled')
        inside.get(variant)?.push(took)
        return ms
      })
      const share = (of: Readonly<Record<Variant, readonly number[]>>, variant: Variant) =>
        quartiles(of[variant].map((value, i) => (value / (of.bare[i] ?? Number.NaN) - 1) * 100))
      const row = (name: string, spread: Spread, isBound: boolean, base = values.bare): Row => ({
        what: `tests: ${count.toLocaleString('en')} empty ones, ${what}, ${name}`,
        node: `${major}`,
        reach: isBound ? `≤ +${most} %` : '',
        measured: `${show(spread, '%')} of ${quartiles(base).median.toFixed(0)} ms`,
        verdict: isBound ? verdict(spread.median, most, '%') : '',
      })
      const took = Object.fromEntries(inside) as Record<Variant, number[]>
      return [
        row('bare against itself (what the pairs can tell)', share(values, 'again'), false),
        row('the whole process, start included', share(values, 'profiled'), true),
        ...(what === 'node:test'
          ? [row('processor, without the start', share(took, 'profiled'), false, took.bare)]
          : []),
      ]
    },
    parent,
  )
}

function run(node: string, args: readonly string[], cwd: string, profiled: boolean) {
  const env = { ...environment, CI: '1', NO_COLOR: '1', ...(profiled && { NODE_OPTIONS: `--import ${register}` }) }
  const since = performance.now()
  const { status, stderr } = spawnSync(node, args, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' })
  const ms = performance.now() - since
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`)
  return { ms, took: Number(/TOOK (\S+)/.exec(stderr)?.[1]) }
}
