import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { binariesOf, environment, type NodeBinary, register, root, withFiles, yaml } from './folder.ts'
import { paired, quartiles, type Row, type Spread, show, verdict } from './stats.ts'

const count = 1000
const most = 3
const counts = { one: 1, all: count } as const
const variants = ['bare', 'again', 'profiled', 'bare one', 'profiled one'] as const
type Variant = (typeof variants)[number]

/** Tests that do nothing; the last says the processor time from the first line of the file on, in microseconds. */
const suite = (head: string) => `${head}
const since = process.cpuUsage()
for (let i = 1; i < Number(process.env.COUNT); i++) it('does nothing ' + i, () => {})
it('tells', () => {
  const { user, system } = process.cpuUsage(since)
  process.getBuiltinModule('node:fs').writeFileSync(process.env.TOOK, String(user + system))
})
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

const esm = (library: string) => ({ 'a.test.mjs': suite(`import { it } from '${library}'`) })
const installed = (folder: string, script: string, args: readonly string[], files: Runner['files']): Runner => {
  const at = join(root, 'test/frameworks', folder)
  const of = join(at, 'node_modules', script)
  return { what: folder.replace('-', ' '), args: [of, ...args], files, parent: join(at, 'tmp') }
}
const runners: readonly Runner[] = [
  { what: 'node:test', args: ['a.test.mjs'], files: esm('node:test') },
  installed('vitest-3', 'vitest/vitest.mjs', ['run'], esm('vitest')),
  installed('vitest-4', 'vitest/vitest.mjs', ['run'], esm('vitest')),
  installed('jest-30', 'jest/bin/jest.js', ['--runInBand'], { 'jest.config.js': '', 'a.test.js': suite('') }),
  installed('mocha-11', 'mocha/bin/mocha.js', ['a.test.cjs'], { 'a.test.cjs': suite('') }),
]

/** What test_execution adds to a suite of 1,000 tests that do nothing, as a share of the same suite without the agent. */
export function tests(quick: boolean): Row[] {
  return runners
    .filter(({ args: [script = ''] }) => !script.includes('node_modules') || existsSync(script))
    .flatMap((runner) => binariesOf([20, 24, 26]).flatMap((node) => rowsOf(runner, node, quick)))
}

function rowsOf({ what, args, files, parent }: Runner, { major, path }: NodeBinary, quick: boolean): Row[] {
  const all = Object.fromEntries(
    ['bare', 'profiled'].flatMap((folder) =>
      Object.entries({ ...files, ...(folder === 'profiled' && { 'crossbridge.yml': config }) }).map(
        ([name, text]) => [`${folder}/${name}`, text] as const,
      ),
    ),
  )
  return withFiles(
    all,
    (folder) => {
      const took = Object.fromEntries(variants.map((variant) => [variant, [] as number[]])) as Record<Variant, number[]>
      const { values } = paired(quick ? 3 : 21, variants, 'bare', (variant) => {
        const isProfiled = variant.startsWith('profiled')
        const cwd = join(folder, isProfiled ? 'profiled' : 'bare')
        const { ms, us } = run(path, args, cwd, isProfiled, variant.endsWith('one') ? counts.one : counts.all)
        took[variant].push(us)
        return ms
      })
      const spread = (of: (i: number) => number) => quartiles(values.bare.map((_, i) => of(i)))
      const at = (of: Record<Variant, number[]>, variant: Variant, i: number) => of[variant][i] ?? Number.NaN
      const share = (variant: Variant) => spread((i) => (at(values, variant, i) / at(values, 'bare', i) - 1) * 100)
      const row = (name: string, measured: string, whole?: Spread): Row => ({
        what: `tests: ${count.toLocaleString('en')} empty ones, ${what}, ${name}`,
        node: `${major}`,
        reach: whole === undefined ? '' : `≤ +${most} %`,
        measured,
        verdict: whole === undefined ? '' : verdict(whole.median, most, '%'),
      })
      const ofBare = (spread: Spread) => `${show(spread, '%')} of ${quartiles(values.bare).median.toFixed(0)} ms`
      const start = spread((i) => at(values, 'profiled one', i) - at(values, 'bare one', i))
      // Less what the first of them has loaded.
      const processor = spread((i) => {
        const more = at(took, 'profiled', i) - at(took, 'bare', i)
        return (more - (at(took, 'profiled one', i) - at(took, 'bare one', i))) / count
      })
      const bare = quartiles(took.bare).median / count
      return [
        row('bare against itself (what the pairs can tell)', ofBare(share('again'))),
        row('the whole process, start included', ofBare(share('profiled')), share('profiled')),
        row('a suite of one test: the start alone', show(start, 'ms')),
        row('processor time of each test', `${show(processor, 'µs')} of ${bare.toFixed(0)} µs`),
      ]
    },
    parent,
  )
}

function run(node: string, args: readonly string[], cwd: string, profiled: boolean, tests: number) {
  const took = join(cwd, 'took')
  const options = profiled ? { NODE_OPTIONS: `--import ${register}` } : {}
  const env = { ...environment, CI: '1', NO_COLOR: '1', COUNT: `${tests}`, TOOK: took, ...options }
  const since = performance.now()
  const { status, stderr } = spawnSync(node, args, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' })
  const ms = performance.now() - since
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`)
  const us = Number(readFileSync(took, 'utf8'))
  rmSync(took)
  return { ms, us }
}
