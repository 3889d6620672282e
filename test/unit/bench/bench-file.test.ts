// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration's own syntax
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { eachOption } from '../../../agent/config/schema.ts'
import type { Asked, Words } from '../../../cli/bench/config/asked.ts'
import { readBench } from '../../../cli/bench/config/bench-file.ts'
import type { Section } from '../../../cli/bench/config/section.ts'
import { benchOfWords } from '../../../cli/bench/config/words-given.ts'
import { UsageError } from '../../../cli/command.ts'
import { root } from '../../support/application.ts'
import { makeProject } from '../../support/project.ts'

const section: Section = {
  ...{ enabled: true, iterations: 10, compare_baselines: true, baseline_adapters: [] },
  output: { type: 'file', path: 'out.json' },
}
const files = { 'bench/search.mjs': '', 'search.mjs': 'export const search = () => []', 'earlier.json': '{}' }

function read(text: string, words: Partial<Words> = {}, own: Partial<Section> = {}, env = {}): Asked {
  const cwd = makeProject({ agent: false, files: { ...files, 'bench.yml': text } })
  const nowhere = { out() {}, err() {}, outIsTty: false, errIsTty: false, columns: 80 }
  return readBench('bench.yml', { only: [], ...words }, { ...section, ...own }, { ...nowhere, cwd, env })
}

function told(text: string, words?: Partial<Words>): string[] {
  try {
    read(text, words)
  } catch (error) {
    if (error instanceof UsageError) return error.message.split('\ncrossbridge: ')
    throw error
  }
  return []
}

const two = 'variants: { a: { function: ./search.mjs#search }, b: { command: node b.mjs } }'

describe('a bench.yml', () => {
  it('is a plan, with the defaults of what it does not say', () => {
    const { plan, workload, timeoutMs } = read(two)

    assert.deepEqual(
      { ...plan, variants: plan.variants.map(({ kind, name, location }) => ({ kind, name, location })) },
      {
        variants: [
          { kind: 'function', name: 'a', location: 'bench.yml:1:13' },
          { kind: 'command', name: 'b', location: 'bench.yml:1:51' },
        ],
        loads: [{ kind: 'closed', concurrency: 1 }],
        ...{ iterations: 10, warmup: 20, operations: 500, seconds: 5, seed: 1, baseline: 'a', rank: 'p50_ms' },
      },
    )
    assert.equal(workload, undefined)
    assert.equal(timeoutMs, 85_000)
  })

  it('says loads, workload, settings and environment, with variables filled in', () => {
    const { plan, workload, timeoutMs } = read(
      `
iterations: 3
seconds: 2
timeout_s: 9
load: { concurrency: [1, 16], rate: 200 }
baseline: lance
workload:
  documents: { generated: { count: 100, dimensions: 8 } }
  queries: queries.jsonl
  metric: dot
variants:
  lance: { adapter: lancedb, settings: { index: hnsw_sq, ef: 64 } }
  own: { adapter: openai, settings: { base_url: "\${WHERE}" }, env: { NAME: 5, EMPTY: } }
  listed: { command: [node, "a b.mjs"] }
`,
      {},
      {},
      { WHERE: 'http://127.0.0.1:1/v1' },
    )

    assert.deepEqual(plan.loads, [
      { kind: 'closed', concurrency: 1 },
      { kind: 'closed', concurrency: 16 },
      { kind: 'open', rate: 200 },
    ])
    assert.deepEqual([plan.iterations, plan.seconds, timeoutMs, plan.baseline, plan.warmup], [3, 2, 9000, 'lance', 20])
    const generated = { count: 100, dimensions: 8, clusters: 50, queries: 200, seed: 1 }
    assert.deepEqual(workload?.documents, { generated })
    assert.deepEqual([workload?.queries, workload?.metric, workload?.k], ['queries.jsonl', 'dot', 10])
    const [lance, own, listed] = plan.variants
    assert.ok(lance?.kind === 'adapter' && own?.kind === 'adapter' && listed?.kind === 'command')
    assert.deepEqual([lance.settings.index, lance.settings.ef, lance.settings.table], ['hnsw_sq', 64, ''])
    assert.deepEqual([own.settings.base_url, own.settings.batch_size], ['http://127.0.0.1:1/v1', 1])
    assert.deepEqual(own.env, { NAME: '5', EMPTY: '' })
    assert.deepEqual(listed.command, ['node', 'a b.mjs'])
  })

  it('is what the documentation shows', () => {
    const page = readFileSync(join(root, 'docs/benchmarks.md'), 'utf8')
    const [, text = ''] = /```yaml\n(.*?)```/s.exec(page) ?? []

    const { plan } = read(text)

    assert.deepEqual(
      plan.variants.map(({ name }) => name),
      ['exact', 'hnsw', 'mine', 'script'],
    )
  })

  it('wins over the section, and the command line over both', () => {
    const own = { iterations: 4, baseline_adapters: ['lancedb', 'b'] }

    assert.deepEqual([read(two, {}, own).plan.iterations, read(two, {}, own).plan.baseline], [4, 'b'])
    assert.equal(read(`iterations: 5\n${two}`, {}, own).plan.iterations, 5)
    const { plan } = read(`iterations: 5\n${two}`, { iterations: 6, baseline: 'a', only: ['a'], seconds: 1 }, own)
    assert.deepEqual([plan.iterations, plan.baseline, plan.variants.length, plan.seconds], [6, 'a', 1, 1])
    assert.equal(read(`baseline: earlier.json\n${two}`).plan.baseline, 'earlier.json')
  })
})

describe('a mistake in a bench.yml is reported with its place', () => {
  for (const [why, text, ...messages] of [
    ['an unknown key', `itertions: 3\n${two}`, 'itertions is not an option (bench.yml:1:1); did you mean iterations?'],
    [
      'an unknown key that is like none',
      `load: { foo: 1 }\n${two}`,
      'load.foo is not an option (bench.yml:1:9); known are concurrency, rate',
    ],
    [
      'wrong values, all at once',
      `iterations: many\nseconds: 0\nrank: p51_ms\nload: { concurrency: [1, 0.5], rate: fast }\n${two}`,
      'iterations must be a whole number from 1 to 10000, not the text "many" (bench.yml:1:13)',
      'seconds must be a number from 0.01 to 86400, not 0 (bench.yml:2:10)',
      'rank must be one of p50_ms, p95_ms, p99_ms, mean_ms, throughput, errors, cpu_ms, peak_memory_mb, memory_mb, cost, tokens, recall, overlap, score_correlation, not the text "p51_ms"; did you mean p50_ms? (bench.yml:3:7)',
      'load.concurrency must be a whole number from 1 to 10000, or a list of such, not 0.5 (bench.yml:4:26)',
      'load.rate must be a number from 0.001 to 1000000, or a list of such, not the text "fast" (bench.yml:4:38)',
    ],
    ['no variant', 'iterations: 3', 'variants are missing (bench.yml:1:1); name what is to be compared'],
    ['variants that are a list', 'variants: [a]', 'variants must be a map of names to what runs (bench.yml:1:11)'],
    [
      'a variant that says nothing, or two things',
      'variants: { a: {}, b: { command: x, function: ./search.mjs#search } }',
      'variants.a says not what runs (bench.yml:1:13); it must have one of adapter, function, command',
      'variants.b has function and command (bench.yml:1:20); it must have one of adapter, function, command',
    ],
    [
      'an adapter that there is none of',
      'workload: { queries: q.jsonl }\nvariants: { a: { adapter: lanceb } }',
      'variants.a.adapter is the text "lanceb", which is no adapter (bench.yml:2:27); did you mean lancedb?',
    ],
    [
      'wrong settings',
      'workload: { queries: q.jsonl }\nvariants: { a: { adapter: lancedb, settings: { indx: none, ef: -1, index: hnsw } } }',
      'variants.a.settings.indx is not an option (bench.yml:2:48); did you mean index?',
      'variants.a.settings.index must be one of none, ivf_flat, ivf_pq, hnsw_sq, hnsw_pq, not the text "hnsw"; did you mean hnsw_sq? (bench.yml:2:75)',
      'variants.a.settings.ef must be a whole number from 0 to 1000000, not -1 (bench.yml:2:64)',
    ],
    [
      'settings of a function',
      'variants: { a: { function: ./search.mjs#search, settings: { ef: 1 } } }',
      'variants.a.settings are for an adapter (bench.yml:1:59); a function takes env',
    ],
    [
      'an adapter without a workload',
      'variants: { a: { adapter: lancedb } }',
      'variants.a needs a workload (bench.yml:1:13); say workload: { documents, queries }',
    ],
    [
      'a function that is nowhere',
      'variants: { a: { function: ./serch.mjs#search }, b: { function: "#x" } }',
      'variants.a.function: there is no file ./serch.mjs (bench.yml:1:28)',
      'variants.b.function must be a file and its export, as ./search.mjs#search (bench.yml:1:65)',
    ],
    [
      'a command that wants a shell',
      'variants: { a: { command: "node a.mjs | head" }, b: { command: 5 }, c: { command: [] } }',
      'variants.a.command is run without a shell, which | is for; write [sh, -c, …] where one is meant (bench.yml:1:27)',
      'variants.b.command must be a text, or a list of words (bench.yml:1:64)',
      'variants.c.command must be a text, or a list of words (bench.yml:1:83)',
    ],
    [
      'names and variables',
      'variants: { "a\\u001b[0m": { command: x }, b: { command: x, env: { A: [1], "B C": x } } }',
      'variants."a\\u001b[0m" is not a name (bench.yml:1:13); use letters, digits, _ . - / + @ and spaces, 60 at most',
      'variants.b.env.A must be a name with a text (bench.yml:1:67)',
      'variants.b.env."B C" must be a name with a text (bench.yml:1:75)',
    ],
    [
      'a workload without anything',
      `workload: { k: 5 }\n${two}`,
      'workload has neither documents nor queries (bench.yml:1:11); name a file, { hdf5: FILE }, { generated: { count: 10000, dimensions: 128 } } or { function: ./data.mjs#documents }',
    ],
    [
      'sources that are none',
      `workload: { documents: [a], queries: { generatd: {} } }\n${two}`,
      'workload.documents must be a file, { hdf5: FILE }, { generated: { count: 10000, dimensions: 128 } } or { function: ./data.mjs#documents } (bench.yml:1:24)',
      'workload.queries.generatd is not an option (bench.yml:1:40); did you mean generated?',
    ],
    [
      'generated vectors',
      `workload: { documents: { generated: { count: 0, dimension: 3 } } }\n${two}`,
      'workload.documents.generated.dimension is not an option (bench.yml:1:49); did you mean dimensions?',
      'workload.documents.generated.count must be a whole number from 1 to 100000000, not 0 (bench.yml:1:46)',
    ],
    [
      'a baseline that is nothing',
      `baseline: bb\n${two}`,
      "baseline bb (bench.yml:1:11) is neither a variant nor an earlier result's file; did you mean b?",
    ],
    ['a key that stands twice', `seed: 1\nseed: 2\n${two}`, 'seed is given more than once (bench.yml:2:1)'],
    ['no YAML', 'variants: [', /^the benchmark can't be read: .* \(bench\.yml:1:12\)$/],
    [
      'a substitution that is none',
      'variants: { a: { command: "${A B}" } }',
      'variants.a.command must be a text, or a list of words (bench.yml:1:27)',
    ],
  ] as const)
    it(why, () => {
      const all = told(text as string)
      const [first] = messages

      if (first instanceof RegExp) assert.match(all.join('\n'), first)
      else assert.deepEqual(all, messages)
    })

  it('on the command line', () => {
    assert.deepEqual(told(two, { only: ['c'] }), ['--only c is not a variant; did you mean a?'])
    assert.deepEqual(told(two, { baseline: 'no.json' }), [
      "--baseline no.json is neither a variant nor an earlier result's file; there are a, b",
    ])
    assert.deepEqual(told(two, { baseline: 'b', only: ['a'] }), [
      '--baseline b is left out by --only; name it there, too',
    ])
  })
})

describe('variants of one command', () => {
  const of = (...given: string[]) => benchOfWords(given, ['node', 'a.mjs'], { only: [] }, section, '/').plan

  it('differ by their environment, in which values may have commas and colons', () => {
    const { variants, baseline, operations } = of('a:STORE=a', 'pg 16:STORE=pg,URL=pg://h:1/x?a,1', 'bare')

    assert.deepEqual(
      variants.map(({ name, env }) => [name, env]),
      [
        ['a', { STORE: 'a' }],
        ['pg 16', { STORE: 'pg', URL: 'pg://h:1/x?a,1' }],
        ['bare', {}],
      ],
    )
    assert.deepEqual([baseline, operations], ['a', 5])
  })

  it('are reported where they can be none', () => {
    assert.throws(
      () => of('a:STORE'),
      /--variant must be NAME:ENV=VALUE\[,ENV=VALUE\], as qdrant:STORE=qdrant, not "a:STORE"/,
    )
    assert.throws(() => of('a:A=1', 'a:A=2'), /--variant a is given more than once; use two names/)
  })
})

describe('the section benchmarking', () => {
  it('has the names and defaults of the unified system', () => {
    const own = eachOption().filter(({ path }) => path.startsWith('benchmarking.'))

    assert.deepEqual(Object.fromEntries(own.map(({ path, option }) => [path, option.default])), {
      'benchmarking.enabled': false,
      'benchmarking.iterations': 10,
      'benchmarking.compare_baselines': true,
      'benchmarking.baseline_adapters': [],
      'benchmarking.output.type': 'file',
      'benchmarking.output.path': './data/profiling/benchmark_results.json',
    })
  })
})
