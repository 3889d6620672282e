import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, describe, it } from 'node:test'
import type { BenchReport, BenchResult, Standing } from '../../cli/bench/model.ts'
import { root, sets } from '../support/application.ts'
import { bin, cli } from '../support/cli.ts'
import { openaiServer } from '../support/openai-server.ts'
import { makeProject } from '../support/project.ts'

const major = Number.parseInt(process.versions.node, 10)

/** A project with a space in its path, and with real packages. */
function project(files: Readonly<Record<string, string>>, packages: readonly string[] = [], config?: string): string {
  const home = makeProject({
    agent: false,
    files: Object.fromEntries(
      Object.entries({
        'package.json': '{}',
        ...files,
        ...(config !== undefined && { 'crossbridge.yml': config }),
      }).map(([name, text]) => [`a b/${name}`, text]),
    ),
  })
  const folder = join(home, 'a b')
  for (const name of packages) {
    const link = join(folder, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(root, 'test', 'packages', sets[0] ?? 'current', 'node_modules', name), link)
  }
  return folder
}

/** Where the command keeps its files, of these tests alone. */
const temp = mkdtempSync(join(tmpdir(), 'crossbridge-bench-tests-'))
after(() => rmSync(temp, { recursive: true, force: true }))
/** A client may leave files of its own. */
const left = () => readdirSync(temp).filter((name) => name.startsWith('crossbridge'))

async function bench(cwd: string, words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { code, stdout, stderr } = await cli(['bench', ...words], { cwd, env: { TMPDIR: temp, ...env } })
  return { code, stdout, stderr, report: () => JSON.parse(stdout) as BenchReport }
}
const of = ({ standings }: BenchReport, variant: string, load = 0) =>
  standings.find((one) => one.variant === variant && one.load === load) as Standing
const resultIn = (folder: string): BenchResult =>
  JSON.parse(readFileSync(join(folder, 'data/profiling/benchmark_results.json'), 'utf8'))

const small = 'iterations: 3\nwarmup: 2\noperations: 10\nseconds: 5\n'
/** A search by hand over the documents, that may lose every tenth neighbour, or fail. */
const search = `
let documents = []
export function setup(workload) {
  documents = workload.documents
  if (workload.queries.some((one) => 'relevant' in one)) throw new Error('told')
}
const nearest = ({ vector }, k) => documents
  .map(({ id, vector: other }) => ({ id, score: other.reduce((sum, one, i) => sum + one * vector[i], 0) }))
  .sort((a, b) => b.score - a.score).slice(0, k)
export const exact = async (query, { k }) => nearest(query, k)
export const loses = (query, { k }) => nearest(query, k + 1).filter((_, i) => i !== 3)
export const ids = (query, { k }) => nearest(query, k).map(({ id }) => id)
let calls = 0
export const sometimes = (query, { k }) => {
  if (calls++ % 2 === 0) throw Object.assign(new RangeError('a row of the user'), { code: 'E_LIMIT' })
  return nearest(query, k)
}
export const never = () => { throw new Error('the password is ' + process.env.DB_PASSWORD) }
`
const dotted =
  'workload: { documents: { generated: { count: 200, dimensions: 8, clusters: 5, queries: 12 } }, metric: dot }\n'

describe('functions against each other', { timeout: 300_000 }, () => {
  it('have all figures, recall against an exact search, and overlap with the baseline', async () => {
    const folder = project({
      'search.mjs': search,
      'bench.yml': `${small}${dotted}load: { concurrency: [1, 4], rate: 200 }
variants:
  exact: { function: ./search.mjs#exact }
  loses: { function: ./search.mjs#loses }
  ids: { function: ./search.mjs#ids }
`,
    })

    const { code, stderr, report } = await bench(folder, ['bench.yml', '--json'])

    assert.equal(stderr, 'crossbridge: wrote ./data/profiling/benchmark_results.json\n')
    assert.equal(code, 0)
    const { standings, result, baseline, notes } = report()
    assert.equal(baseline, 'exact')
    assert.equal(standings.length, 9)
    for (const { figures, successful_runs, failed_runs, variant } of standings) {
      assert.deepEqual([successful_runs, failed_runs], [3, 0])
      for (const name of ['p50_ms', 'p99_ms', 'throughput', 'cpu_ms', 'peak_memory_mb', 'memory_mb'] as const)
        assert.ok((figures[name]?.value ?? 0) > 0, `${variant} ${name}`)
      assert.equal(figures.errors?.value, 0)
    }
    const [exact, loses, ids] = ['exact', 'loses', 'ids'].map((name) => of(report(), name))
    const rounded = (name: 'recall' | 'overlap') =>
      [exact, loses, ids].map((one) => one?.figures[name]?.value.toFixed(6) ?? 'none')
    assert.deepEqual(rounded('recall'), ['1.000000', '0.900000', '1.000000'])
    assert.deepEqual(rounded('overlap'), ['none', '0.900000', '1.000000'])
    assert.ok(Math.abs((loses?.figures.score_correlation?.value ?? 0) - 1) < 1e-9)
    assert.equal(ids?.figures.score_correlation, undefined)
    assert.deepEqual(result.workload, {
      name: result.workload?.name as string,
      ...{ documents: 200, queries: 12, k: 10, metric: 'dot', dimensions: 8 },
    })
    // The agent knows none of these functions: that costs no figure, and is said.
    assert.ok(
      notes.includes(
        'exact, loses and ids have no scopes, tokens and costs: nothing was recorded: none of the libraries to profile was loaded.',
      ),
      notes.join('\n'),
    )
    assert.deepEqual(left(), [])
  })

  it('of which one fails at times, and one always: the others are shown, and no secret is', async () => {
    const folder = project({
      'search.mjs': search,
      'bench.yml': `${small}${dotted}
variants:
  exact: { function: ./search.mjs#exact }
  sometimes: { function: ./search.mjs#sometimes }
  never: { function: ./search.mjs#never }
  missing: { function: ./search.mjs#exat }
`,
    })

    const { code, report, stdout } = await bench(folder, ['bench.yml', '--json'], { DB_PASSWORD: 'hunter2hunter2' })

    assert.equal(code, 1)
    const { runs } = report().result
    const own = (name: string) => runs.filter(({ variant }) => variant === name)
    assert.equal(of(report(), 'sometimes').figures.errors?.value, 0.5)
    assert.deepEqual(own('sometimes')[0]?.failures, [{ error: 'RangeError E_LIMIT', count: 5 }])
    assert.deepEqual(
      own('never').map(({ broken }) => broken),
      ['the password is ***', 'the password is ***'],
    )
    assert.equal(own('missing')[0]?.broken, 'its module exports no function exat; did you mean #exact?')
    assert.equal(of(report(), 'exact').failed_runs, 0)
    assert.doesNotMatch(stdout + JSON.stringify(resultIn(folder)), /hunter2|a row of the user/)
  })

  it('of which one ends its process, and one hangs', async () => {
    const folder = project({
      'bad.mjs': `
export const crashes = () => process.abort()
export const exits = () => { console.log('noise'); console.error('Error: no such table'); process.exit(3) }
export const hangs = () => { for (;;); }
export const well = () => 1`,
      'bench.yml': `${small}timeout_s: 3
variants:
  well: { function: ./bad.mjs#well }
  crashes: { function: ./bad.mjs#crashes }
  exits: { function: ./bad.mjs#exits }
  hangs: { function: ./bad.mjs#hangs }
  command: { command: [node, -e, 'for (;;);'] }
`,
    })

    const { code, stdout } = await bench(folder, ['bench.yml', '--json'])

    assert.equal(code, 1)
    const { result, standings } = JSON.parse(stdout) as BenchReport
    const broken = (name: string) => result.runs.find(({ variant }) => variant === name)?.broken
    assert.match(broken('crashes') ?? '', /^it was ended by SIG(ABRT|ILL|TRAP)/)
    assert.equal(broken('exits'), 'it ended with exit code 3; it said: Error: no such table')
    assert.equal(broken('hangs'), 'it took more than 3 s (timeout_s)')
    assert.equal(broken('command'), 'it took more than 3 s (timeout_s)')
    assert.equal(standings.find(({ variant }) => variant === 'well')?.successful_runs, 3)
  })
})

describe('the agent in a run', { timeout: 300_000 }, () => {
  const entry = `runtime:
  profiling:
    enabled: false
    output: { type: file, path: own.jsonl }
    alerts: { type: log }
    instrumentations:
      - { name: mine, module: ./search.mjs, target: vector_store, methods: [{ at: find, scope: search }] }
`
  const files = {
    'search.mjs': 'export const find = async () => 1',
    'variant.mjs': "import { find } from './search.mjs'\nexport const run = () => find()",
    'bench.yml': `${small}variants: { mine: { function: ./variant.mjs#run } }\n`,
  }

  it("records the project's own functions too, and goes to none of its outputs", async () => {
    const folder = project(files, [], entry)

    const { code, report, stderr } = await bench(folder, ['bench.yml', '--json'])

    assert.equal(code, 0, stderr)
    assert.deepEqual(
      of(report(), 'mine').scopes.map(({ name, library, calls }) => [name, library, calls]),
      // Without the warm-up's.
      [['vector_store.search', 'mine', 30]],
    )
    assert.ok(!existsSync(join(folder, 'own.jsonl')))
  })

  it('that may not be told anything by others has no scopes, which is said, and all other figures', async () => {
    const folder = project(files, [], entry.replace('enabled: false', 'enabled: false\n    lock: true'))

    const { code, report, stderr } = await bench(folder, ['bench.yml', '--json'])

    assert.equal(code, 0, stderr)
    assert.ok((of(report(), 'mine').figures.throughput?.value ?? 0) > 0)
    assert.match(
      report().notes.join('\n'),
      /^mine has no scopes, tokens and costs: CROSSBRIDGE_CONFIG is ignored: .* is locked/m,
    )
  })
})

describe('a function that stalls for 200 ms once a second', { timeout: 120_000 }, () => {
  it('is seen to do so in an open loop', async () => {
    const folder = project({
      'stalls.mjs': `
import { setTimeout as sleep } from 'node:timers/promises'
export async function stalls() {
  const into = Date.now() % 1000
  if (into < 200) await sleep(200 - into)
}`,
      'bench.yml':
        'iterations: 1\nwarmup: 0\nseconds: 2\nload: { rate: 100 }\nvariants: { stalls: { function: ./stalls.mjs#stalls } }\n',
    })

    const { code, report, stderr } = await bench(folder, ['bench.yml', '--json'])

    assert.equal(code, 0, stderr)
    const [run] = report().result.runs
    assert.equal(run?.operations, 200)
    // A fifth of all begins in the stall, a half of these in its first half.
    assert.ok((run?.figures.p95_ms ?? 0) > 90, `${run?.figures.p95_ms} ms`)
    assert.ok(run?.late_ms !== undefined)
  })
})

describe('a command in several environments', { timeout: 300_000 }, () => {
  const app = `
console.log('a result of ' + process.env.STORE)
if (process.env.STORE === 'bad') { console.error('Error: no store of that name'); process.exit(4) }
`

  it('is compared without any file, each process an operation', async () => {
    const folder = project({ 'queries.mjs': app })
    const variants = ['--variant', 'a:STORE=a', '--variant', 'b:STORE=b,MORE=1']

    const { code, report, stderr } = await bench(folder, [
      ...variants,
      ...['--iterations', '3', '--operations', '2', '--json', '--', process.execPath, 'queries.mjs'],
    ])

    assert.equal(code, 0, stderr)
    const { result, standings } = report()
    assert.deepEqual(
      result.plan.variants.map(({ name, kind, env }) => ({ name, kind, env })),
      [
        { name: 'a', kind: 'command', env: { STORE: 'a' } },
        { name: 'b', kind: 'command', env: { STORE: 'b', MORE: '1' } },
      ],
    )
    for (const { figures } of standings)
      for (const name of ['p50_ms', 'cpu_ms', 'peak_memory_mb'] as const)
        assert.ok((figures[name]?.value ?? 0) > 1, name)
    assert.deepEqual(
      result.runs.map(({ operations }) => operations),
      Array(6).fill(2),
    )
  })

  it('that fails in one of them, or is no program, is told with what it said last', async () => {
    const folder = project({ 'queries.mjs': app })
    const words = ['--iterations', '1', '--operations', '1', '--', process.execPath, 'queries.mjs']

    const { code, stdout } = await bench(folder, ['--variant', 'a:STORE=a', '--variant', 'bad:STORE=bad', ...words])
    const none = await bench(folder, ['--variant', 'a:STORE=a', '--iterations', '1', '--', 'no-such-program'])

    assert.equal(code, 1)
    assert.match(
      stdout.replace(/\s+/g, ' '),
      /of bad ended badly: it ended with exit code 4; it said: Error: no store of that name/,
    )
    assert.doesNotMatch(stdout, /a result of/)
    assert.equal(none.code, 1)
    assert.match(none.stdout.replace(/\s+/g, ' '), /can't be started: spawn no-such-program ENOENT/)
  })
})

describe('built-in adapters', { timeout: 300_000 }, () => {
  const isWhole = major >= 22
  const skip = isWhole ? false : 'the pinned better-sqlite3 needs Node 22'
  const stores = `${small}
workload: { documents: { generated: { count: 300, dimensions: 16, clusters: 5, queries: 20 } }, k: 5 }
variants:
  lance: { adapter: lancedb }
  sqlite: { adapter: sqlite-vec }
`

  it('fill two embedded stores and search them, with the records of the agent', { skip }, async () => {
    const packages = ['@lancedb/lancedb', 'better-sqlite3', 'sqlite-vec']
    const folder = project({ 'bench.yml': stores }, packages)

    const { code, report, stderr } = await bench(folder, ['bench.yml', '--json'])

    assert.equal(code, 0, stderr)
    const { result, notes } = report()
    for (const name of ['lance', 'sqlite']) assert.equal(of(report(), name).figures.recall?.value, 1)
    assert.equal(of(report(), 'sqlite').figures.overlap?.value, 1)
    assert.ok((of(report(), 'sqlite').figures.score_correlation?.value ?? 0) > 0.999)
    assert.deepEqual(
      result.builds.map(({ variant, documents }) => [variant, documents]),
      [
        ['lance', 300],
        ['sqlite', 300],
      ],
    )
    for (const { bytes = 0, build_ms } of result.builds) assert.ok(bytes > 300 * 16 * 4 && build_ms > 0)
    const scopes = of(report(), 'lance').scopes
    assert.deepEqual(
      scopes.map(({ name, library, calls, errors }) => ({ name, library, calls, errors })),
      [{ name: 'vector_store.search', library: 'lancedb', calls: 30, errors: 0 }],
    )
    assert.deepEqual(Object.keys(result.versions), ['@crossbridge/agent', ...packages])
    assert.deepEqual(
      notes.filter((note) => note.includes('scopes')),
      [],
    )
    assert.deepEqual(left(), [])
  })

  it('say what is to be installed, and the others go on', async () => {
    const folder = project({ 'bench.yml': stores }, ['@lancedb/lancedb'])

    const { code, report } = await bench(folder, ['bench.yml', '--json', '--iterations', '1'])

    assert.equal(code, 1)
    assert.equal(
      report().result.runs.find(({ variant }) => variant === 'sqlite')?.broken,
      "it can't be filled: sqlite-vec is not installed where this runs; npm install sqlite-vec",
    )
    assert.equal(of(report(), 'lance').successful_runs, 1)
  })

  it('search a table that is there, and leave it', async () => {
    const made = `
import { connect } from '@lancedb/lancedb'
const table = await (await connect('data/lance')).createTable('docs', [{ key: 'a', vector: [1, 0] }, { key: 'b', vector: [0, 1] }])
`
    const folder = project(
      {
        'make.mjs': made,
        'queries.jsonl': '{"id":"q","vector":[1,0.1],"relevant":["a"]}\n',
        'bench.yml': `${small}workload: { queries: queries.jsonl, k: 1 }
variants: { there: { adapter: lancedb, settings: { uri: data/lance, table: docs, id: key } } }
`,
      },
      ['@lancedb/lancedb'],
    )
    await new Promise((done) => spawn(process.execPath, ['make.mjs'], { cwd: folder }).on('close', done))

    const { code, report, stderr } = await bench(folder, ['bench.yml', '--json', '--iterations', '1'])

    assert.equal(code, 0, stderr)
    assert.equal(of(report(), 'there').figures.recall?.value, 1)
    assert.deepEqual(report().result.builds, [])
    assert.ok(existsSync(join(folder, 'data/lance/docs.lance')))
  })

  it('embed by a provider, with tokens and what they cost', async () => {
    const server = await openaiServer()
    after(() => server.close())
    const lines = (kind: string, count: number) =>
      Array.from({ length: count }, (_, i) => `{"id":"${kind}${i}","text":"${kind} number ${i}"}\n`).join('')
    const folder = project(
      {
        'docs.jsonl': lines('d', 20),
        'queries.jsonl': lines('q', 5),
        'bench.yml': `${small}workload: { documents: docs.jsonl, queries: queries.jsonl, k: 3 }
variants:
  one: { adapter: openai, settings: { base_url: "${server.url}", model: text-embedding-3-small } }
  four: { adapter: openai, settings: { base_url: "${server.url}", model: text-embedding-3-small, batch_size: 4 } }
  again: { adapter: openai, settings: { base_url: "${server.url}", model: text-embedding-3-small } }
  fails: { adapter: openai, settings: { base_url: "${server.url}", model: fail } }
`,
      },
      ['openai'],
      'runtime: { profiling: { enabled: true, prices: { models: { "text-embedding-3-*": { input: 1000 } } } } }',
    )

    const { code, report, stdout, stderr } = await bench(folder, ['bench.yml', '--json'], {
      OPENAI_API_KEY: 'sk-loopback-0123456789',
    })

    assert.equal(code, 1, stderr)
    const [one, four] = [of(report(), 'one').figures, of(report(), 'four').figures]
    const tokens = one.tokens?.value ?? 0
    assert.ok(tokens > 0)
    assert.ok(Math.abs((one.cost?.value ?? 0) - tokens) < 1e-9)
    assert.ok((four.tokens?.value ?? 0) > 0)
    assert.equal(of(report(), 'again').figures.overlap?.value, 1)
    assert.match(report().result.runs.find(({ variant }) => variant === 'fails')?.broken ?? '', /^BadRequestError/)
    assert.equal(of(report(), 'one').scopes[0]?.name, 'embedding_provider.embed')
    assert.doesNotMatch(stdout + JSON.stringify(resultIn(folder)), /0123456789|number 1/)
  })
})

describe('the command line of bench', { timeout: 300_000 }, () => {
  const files = {
    'fast.mjs': 'export const fast = () => 1',
    'bench.yml': `${small}variants: { a: { function: ./fast.mjs#fast }, b: { function: ./fast.mjs#fast } }\n`,
  }

  it('writes what a later run takes as its baseline, and tells of no difference to itself', async () => {
    const folder = project(files)

    const first = await bench(folder, ['bench.yml', '--out', 'first.json'])
    const later = await bench(folder, ['bench.yml', '--baseline', 'first.json', '--json', '--only', 'a'])
    const pages = await bench(folder, ['bench.yml', '--iterations', '1', '--md', '--html', 'page.html'])

    assert.equal(first.code, 0, first.stderr)
    assert.match(first.stdout, /compared with a/)
    assert.equal(first.stderr, 'crossbridge: wrote first.json\n')
    assert.equal(later.code, 0, later.stderr)
    assert.equal(later.report().baseline, 'first.json')
    assert.equal(later.report().standings.length, 1)
    assert.match(pages.stdout, /^\| \\# \| variant \| p50 ms \|/m)
    assert.match(readFileSync(join(folder, 'page.html'), 'utf8'), /^<!doctype html>/i)
  })

  it('ends with 1 where --fail-on is broken, and 0 where it is not', async () => {
    const folder = project({
      'pace.mjs': `
export const fast = () => 1
export const slow = () => new Promise((resolve) => setTimeout(resolve, 30))`,
      'bench.yml': `${small}variants: { fast: { function: ./pace.mjs#fast }, slow: { function: ./pace.mjs#slow } }\n`,
    })

    // What takes nothing takes a hundred times nothing now and then: three rounds may be too few to be certain.
    const more = ['--iterations', '6']
    const broken = await bench(folder, ['bench.yml', '--fail-on', 'slower:10%', '--rank', 'mean_ms', ...more])
    const kept = await bench(folder, ['bench.yml', '--fail-on', 'slower:10%', '--baseline', 'slow'])

    assert.equal(broken.code, 1)
    assert.match(broken.stderr, /^crossbridge: slow is slower than fast by more than 10 %: [\d.]+ times as long\n$/m)
    assert.equal(kept.code, 0, kept.stderr)
  })

  it('reads the bench.yml that is there, and says so; where there is none, it says what it takes', async () => {
    const file = `variants: { a: { function: ./f.mjs#one } }\niterations: 1\noperations: 2\n`
    const there = project({ 'bench.yml': file, 'f.mjs': 'export const one = () => []' })
    const [read, none] = await Promise.all([bench(there, []), bench(project({}), [])])

    assert.equal(read.code, 0, read.stderr)
    assert.match(read.stderr, /^crossbridge: reading .\/bench.yml$/m)
    assert.deepEqual(
      [none.code, none.stderr.slice(0, 61)],
      [2, 'crossbridge: bench takes a bench.yml, of which there is none '],
    )
  })

  it('shows no speed-up with compare_baselines: false, and writes nothing with output.type: none', async () => {
    const folder = project(
      files,
      [],
      'runtime: { profiling: { benchmarking: { enabled: true, iterations: 1, compare_baselines: false, output: { type: none } } } }',
    )

    const { code, stdout, stderr } = await bench(folder, ['bench.yml'])

    assert.equal(code, 0, stderr)
    assert.doesNotMatch(stdout, /speed-up/)
    assert.ok(!existsSync(join(folder, 'data')))
  })

  it('does not run where the section says enabled: false', async () => {
    const folder = project(files, [], 'runtime:\n  profiling:\n    benchmarking:\n      enabled: false\n')

    const { code, stderr } = await bench(folder, ['bench.yml'])

    assert.equal(code, 2)
    assert.match(
      stderr,
      /^crossbridge: benchmarking\.enabled is false \(.*crossbridge\.yml:4:16\), so no benchmark runs here; set it to true, or leave it out\n$/,
    )
  })

  it('says what is wrong with its words', async () => {
    const folder = project(files)
    for (const [words, says] of [
      [['nowhere.yml'], /^crossbridge: the benchmark can't be read: there is no such file \(nowhere\.yml\)\n$/],
      [['bench.yml', 'other.yml'], /bench takes one file; 2 were given/],
      [['bench.yml', '--', 'node', 'x.mjs'], /stand instead of bench\.yml; leave one out/],
      [['--variant', 'a:A=1'], /no command follows --/],
      [['--', 'node', 'x.mjs'], /there is no variant of the command/],
      [['bench.yml', '--iterations', '0'], /--iterations must be a whole number from 1 to 100000000, not "0"/],
      [['bench.yml', '--rank', 'p51'], /--rank must be one of p50_ms, /],
      [['bench.yml', '--fail-on', 'faster:1%'], /--fail-on takes slower:10%, not "faster:1%"/],
      [['bench.yml', '--iteration', '3'], /--iteration is not an option of bench; did you mean --iterations\?/],
      [['bench.yml', '--json', '--md'], /prints either --json or --md/],
    ] as const) {
      const { code, stderr } = await bench(folder, words)
      assert.equal(code, 2, stderr)
      assert.match(stderr, says)
    }
  })

  it('says what of a workload does not fit', async () => {
    const of = (workload: string, variant: string) => `workload: ${workload}\nvariants: { v: ${variant} }\n`
    const folder = project({
      'texts.jsonl': '{"id":"1","text":"a"}\n',
      '1.yml': of('{ queries: texts.jsonl }', '{ adapter: lancedb }'),
      '2.yml': of('{ documents: { generated: { count: 9 } } }', '{ adapter: openai }'),
      '3.yml': of('{ documents: { generated: { count: 9 } }, metric: dot }', '{ adapter: sqlite-vec }'),
    })
    for (const [file, says] of [
      ['1.yml', 'variants.v searches by vectors, and not each query has one (1.yml:2:13)'],
      ['2.yml', 'variants.v embeds texts, and neither documents nor queries have some (2.yml:2:13)'],
      ['3.yml', 'variants.v has no dot (workload.metric); sqlite-vec has cosine and euclidean (3.yml:2:13)'],
    ] as const) {
      const { code, stderr } = await bench(folder, [file])
      assert.deepEqual([code, stderr], [2, `crossbridge: ${says}\n`])
    }
  })
})

describe('Ctrl-C', { timeout: 120_000, skip: process.platform === 'win32' }, () => {
  /** The first run is done when the second begins, which never ends. */
  const files = {
    'waits.mjs': `
import { appendFileSync } from 'node:fs'
export const setup = () => appendFileSync('begun.txt', process.pid + '\\n')
export const well = () => 1
export const waits = () => new Promise((resolve) => setTimeout(resolve, 60_000))
`,
    'parent.mjs': `
import { spawn } from 'node:child_process'
import { appendFileSync } from 'node:fs'
const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'])
appendFileSync('begun.txt', process.pid + '\\n' + child.pid + '\\n')
`,
    'bench.yml':
      'iterations: 3\nwarmup: 0\noperations: 1\nvariants: { well: { function: ./waits.mjs#well }, waits: { function: ./waits.mjs#waits } }\n',
  }
  const begun = (folder: string) => {
    const file = join(folder, 'begun.txt')
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(Number) : []
  }
  /** One that has ended stays in the table where the first process of a container fetches nobody's end. */
  const isAlive = (pid: number) => {
    try {
      process.kill(pid, 0)
      const stat = `/proc/${pid}/stat`
      return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, 'utf8'))
    } catch {
      return false
    }
  }

  async function interrupt(times: number, words = ['bench.yml', '--seed', '1'], runs = 2) {
    const folder = project(files)
    const child = spawn(process.execPath, [bin, 'bench', '--json', ...words], {
      cwd: folder,
      env: { ...process.env, TMPDIR: temp, NODE_OPTIONS: '' },
    })
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
    while (begun(folder).length < runs) await new Promise((resolve) => setTimeout(resolve, 20))
    for (let i = 0; i < times; i++) child.kill('SIGINT')
    return { folder, code: await ended, stdout, stderr }
  }

  it('ends the process that runs, and keeps and shows what is done', async () => {
    const { folder, code, stdout, stderr } = await interrupt(1)

    assert.equal(code, 130, stderr)
    assert.match(stderr, /^crossbridge: interrupted: what is done is kept and shown; once more leaves at once\n/)
    const { result } = JSON.parse(stdout) as BenchReport
    assert.equal(result.complete, false)
    assert.deepEqual(
      result.runs.map(({ variant, round }) => [variant, round]),
      [['well', 0]],
    )
    assert.equal(resultIn(folder).complete, false)
    for (const pid of begun(folder)) assert.ok(!isAlive(pid))
    assert.deepEqual(left(), [])
  })

  it('ends a command with the processes that it has started', async () => {
    const words = ['--variant', 'a:A=1', '--', process.execPath, 'parent.mjs']
    const { folder, code, stdout } = await interrupt(1, words)

    assert.deepEqual([code, stdout], [130, ''])
    assert.equal(begun(folder).length, 2)
    for (const pid of begun(folder)) assert.ok(!isAlive(pid))
    assert.deepEqual(left(), [])
  })

  it('leaves at once the second time', async () => {
    const { folder, code, stdout } = await interrupt(2)

    assert.equal(code, 130)
    // The first may have been enough.
    if (stdout === '') assert.ok(!existsSync(join(folder, 'data')))
    for (const pid of begun(folder)) assert.ok(!isAlive(pid))
    assert.deepEqual(left(), [])
  })
})
