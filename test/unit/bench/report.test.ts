import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { reportOf } from '../../../cli/bench/figures/report.ts'
import type { BenchResult, Run } from '../../../cli/bench/model.ts'
import { redacted } from '../../../cli/bench/report/redacted.ts'
import { isResult, readResult, writeResult } from '../../../cli/bench/report/result-file.ts'
import { UsageError } from '../../../cli/command.ts'
import { type MadeVariant, resultOf } from '../../support/bench.ts'

type Made = Parameters<typeof resultOf>[0]

const still = { chance: () => 1 }
const insightsOf = (variants: Readonly<Record<string, MadeVariant>>, more: Partial<Made> = {}) =>
  reportOf(resultOf({ variants, ...still, ...more })).insights

describe('the standings', () => {
  it('are ranked by the figure that is asked for, at each load; what has no run is last', () => {
    const variants = {
      a: { p50: 4, recall: 0.9 },
      b: { p50: 2, recall: 0.8 },
      c: { p50: 1, broken: [0, 1, 2] },
      d: { p50: 9 },
    }
    const loads = [{ kind: 'closed', concurrency: 1 } as const, { kind: 'open', rate: 100 } as const]
    const ranks = (rank: Made['rank'] & string) =>
      reportOf(resultOf({ variants, loads, rounds: 3, rank, ...still })).standings.map(
        ({ variant, load, rank: place }) => `${load} ${place} ${variant}`,
      )

    assert.deepEqual(ranks('p50_ms'), ['0 1 b', '0 2 a', '0 3 d', '0 4 c', '1 1 b', '1 2 a', '1 3 d', '1 4 c'])
    assert.deepEqual(ranks('throughput').slice(0, 4), ['0 1 b', '0 2 a', '0 3 d', '0 4 c'])
    assert.deepEqual(ranks('recall').slice(0, 4), ['0 1 a', '0 2 b', '0 3 d', '0 4 c'])
  })

  it('have the scopes of all runs, the longest first', () => {
    const made = resultOf({ variants: { a: { p50: 10 } }, rounds: 3, ...still })
    const more = { name: 'llm.generate', library: 'x', calls: 1, errors: 1, p50_ms: 1, p95_ms: 1, total_ms: 1e6 }
    const [first] = made.runs as [Run]
    const { standings } = reportOf({
      ...made,
      runs: [{ ...first, scopes: [...first.scopes, more] }, ...made.runs.slice(1)],
    })

    assert.deepEqual(
      standings[0]?.scopes.map(({ name, calls, errors, p50_ms }) => [name, calls, errors, p50_ms]),
      [
        ['llm.generate', 1, 1, 1],
        ['vector_store.search', 1500, 0, 9],
      ],
    )
  })

  it('compare nothing where there is no baseline, or one that is not a variant', () => {
    for (const baseline of [undefined, 'gone']) {
      const made = resultOf({ variants: { a: { p50: 1 }, b: { p50: 2 } }, ...still })
      const { standings, baseline: shown } = reportOf({ ...made, plan: { ...made.plan, baseline } })

      assert.equal(shown, undefined)
      assert.deepEqual(
        standings.map(({ verdict, speedup }) => [verdict, speedup]),
        [
          ['unknown', undefined],
          ['unknown', undefined],
        ],
      )
    }
  })
})

describe('the insights', () => {
  it('say what recall was lost, or won, for the speed', () => {
    assert.deepEqual(insightsOf({ pgvector: { p50: 6.2, recall: 1 }, qdrant: { p50: 2, recall: 0.92 } }), [
      'qdrant is 3.10 times as fast as pgvector, and finds 8 % fewer of the true neighbours (recall 0.920, not 1.000).',
    ])
    assert.deepEqual(insightsOf({ small: { p50: 1, recall: 0.9 }, large: { p50: 1.8, recall: 0.99 } }), [
      'large is 1.80 times as slow as small, and finds 10 % more of the true neighbours (recall 0.990, not 0.900).',
    ])
    assert.deepEqual(insightsOf({ a: { p50: 2, recall: 0.95 }, b: { p50: 1, recall: 0.951 } }), [
      'b is 2.00 times as fast as a, and finds as many of the true neighbours (recall 0.951).',
    ])
    assert.deepEqual(insightsOf({ a: { p50: 2 }, b: { p50: 1, overlap: 0.7 } }), [
      'b is 2.00 times as fast as a, and 30 % of its results are others.',
    ])
    assert.deepEqual(insightsOf({ a: { p50: 2 }, b: { p50: 1 } }), [])
    assert.deepEqual(insightsOf({ a: { p50: 2, recall: 1 }, b: { p50: 2, recall: 0.5 } }), [])
  })

  it('say each thing once for all loads, and at which where it is not all of them', () => {
    const loads = [1, 16].map((concurrency) => ({ kind: 'closed', concurrency }) as const)
    const made = resultOf({ variants: { a: { p50: 4, recall: 1 }, b: { p50: 2, recall: 1 } }, loads, ...still })
    const equal = made.runs.map((run) =>
      run.load === 1 && run.variant === 'b' ? { ...run, figures: { ...run.figures, p50_ms: 16 } } : run,
    )

    assert.deepEqual(reportOf(made).insights, [
      'b is 2.00 times as fast as a, and finds as many of the true neighbours (recall 1.000).',
    ])
    assert.deepEqual(reportOf({ ...made, runs: equal }).insights, [
      'b is 2.00 times as fast as a at concurrency 1, and finds as many of the true neighbours (recall 1.000).',
    ])
  })

  it('name what is slower than twice the mean of all, just above it', () => {
    const slow = (p50: number) => insightsOf({ a: { p50: 1 }, b: { p50: 1 }, c: { p50: 1 }, d: { p50 } })

    assert.deepEqual(slow(3), [])
    assert.deepEqual(slow(3.1), ['d is slower than twice the mean of all: p50 3.1 ms (mean 1.5 ms).'])
  })

  it('name memory of more than 100 MB above the leanest, and a cost that is higher', () => {
    const memory = (more: number) => insightsOf({ a: { p50: 1, memory: 80 }, b: { p50: 1, memory: 80 + more } })

    assert.deepEqual(memory(99.9), [])
    assert.deepEqual(memory(100.1), ['The client process of b takes 181 MB of memory, 100 MB more than that of a.'])
    assert.deepEqual(insightsOf({ a: { p50: 1, cost: 0.6 }, b: { p50: 1, cost: 0.2 }, c: { p50: 1, cost: 0.205 } }), [
      'A thousand operations of a cost $0.60, 3.00 times as much as those of b ($0.20).',
    ])
  })

  it('name what failed, what ended badly, and what could not keep up with a rate', () => {
    const rate = { loads: [{ kind: 'open', rate: 200 } as const], rounds: 4 }

    assert.deepEqual(insightsOf({ a: { p50: 1, errors: 0.02 }, b: { p50: 1, broken: [2] } }, rate), [
      '2 % of the operations of a failed (TimeoutError, 40 times).',
      '1 of 4 runs of b ended badly: ECONNREFUSED.',
    ])
    assert.deepEqual(insightsOf({ a: { p50: 1 }, b: { p50: 1, broken: [0, 1, 2, 3] } }, rate), [
      'Each run of b ended badly: ECONNREFUSED.',
    ])
    assert.deepEqual(insightsOf({ a: { p50: 1000 / 189 } }, rate), [
      'a could not keep up with 200 operations a second: it did 189.',
    ])
    assert.deepEqual(insightsOf({ a: { p50: 1000 / 191 } }, rate), [])
  })

  it('say that a variant has no run at all, as after an early end', () => {
    const made = resultOf({ variants: { a: { p50: 1 }, b: { p50: 1 } }, rounds: 1, ...still })
    const { insights, notes } = reportOf({
      ...made,
      complete: false,
      runs: made.runs.slice(0, 1),
      plan: { ...made.plan, iterations: 9 },
    })

    assert.deepEqual(insights, ['b has no run.'])
    assert.deepEqual(notes, [
      'It was ended early, after 1 round of 9.',
      '1 round can show no difference; iterations of 3 and more do.',
    ])
  })
})

describe('an earlier result as the baseline', () => {
  const variants = { a: { p50: 4 }, b: { p50: 4 } }

  it('is compared variant by variant at the same load, unpaired', () => {
    const result = resultOf({ variants: { ...variants, b: { p50: 8 }, c: { p50: 1 } }, seed: 5 })
    const { standings, baseline, notes } = reportOf(result, {
      name: 'main.json',
      result: resultOf({ variants, rounds: 7 }),
    })

    assert.equal(baseline, 'main.json')
    assert.deepEqual(standings.map(({ variant, verdict }) => `${variant} ${verdict}`).sort(), [
      'a same',
      'b slower',
      'c unknown',
    ])
    assert.deepEqual(notes, ['c is not in main.json.'])
  })

  it('says what differs besides: the machine, the workload, the versions, the loads', () => {
    const earlier = resultOf({ variants })
    const result: BenchResult = {
      ...resultOf({ variants, loads: [{ kind: 'open', rate: 50 }] }),
      machine: { ...earlier.machine, cpu: 'EPYC', node: 'v26.0.0' },
      versions: { ...earlier.versions, pg: '9.0.0' },
      workload: { name: 'other.jsonl', documents: 1, queries: 1, k: 5, metric: 'dot' },
    }
    const { notes, standings } = reportOf(result, { name: 'main.json', result: earlier })

    assert.deepEqual(notes, [
      'The machines differ (cpu Xeon, now EPYC; node v24.1.0, now v26.0.0): so may every figure.',
      'The workloads differ: main.json has docs.jsonl, 10,000 documents and 200 queries with 384 dimensions, k 10, cosine.',
      'pg: 8.16.0 in main.json, 9.0.0 now.',
      'main.json has no runs at 50 operations a second.',
    ])
    assert.deepEqual(new Set(standings.map(({ verdict }) => verdict)), new Set(['unknown']))
  })
})

describe('secrets', () => {
  const hiddenIn = (settings: object, env: Record<string, string> = {}, what = 'x') => {
    const made = resultOf({ variants: { a: { p50: 1 } } })
    const [one] = made.plan.variants as [BenchResult['plan']['variants'][number]]
    const plan = { ...made.plan, variants: [{ ...one, what, settings: { ...settings }, env }] }
    return redacted({ ...made, plan }).plan.variants[0]
  }

  it('are hidden by their names, wherever they stand', () => {
    const names = [
      'password',
      'PGPASSWORD',
      'api_key',
      'apiKey',
      'OPENAI_API_KEY',
      'token',
      'authToken',
      'clientSecret',
      'auth',
      'connection_string',
    ]
    const found = hiddenIn(
      { nested: [{ headers: Object.fromEntries(names.map((name) => [name, 'hush'])) }] },
      { DB_PWD: 'hush' },
    )

    assert.ok(!JSON.stringify(found).includes('hush'))
    assert.equal(JSON.stringify(found).match(/\*\*\*/g)?.length, names.length + 1)
  })

  it('are hidden within URLs, connection strings and the words of a command', () => {
    const found = hiddenIn(
      {
        url: 'postgres://me:hush@db:5432/x?sslmode=require&password=hush',
        dsn: 'host=db password=hush user=me',
        at: 'https://hush@host/x',
      },
      { PG_URL: 'redis://:hu:sh@host' },
      `PGPASSWORD='hu sh' node a.mjs --api-key=hush --token "hu sh" --k 10`,
    )

    assert.deepEqual(found?.settings, {
      url: 'postgres://me:***@db:5432/x?sslmode=require&password=***',
      dsn: 'host=db password=*** user=me',
      at: 'https://***@host/x',
    })
    assert.deepEqual(found?.env, { PG_URL: 'redis://:***@host' })
    assert.equal(found?.what, 'PGPASSWORD=*** node a.mjs --api-key=*** --token *** --k 10')
  })

  it('are not what only sounds so', () => {
    const settings = {
      max_tokens: 512,
      partition_key: 'tenant',
      tokenizer: 'bert',
      table: 'docs',
      ef: 64,
      author: 'x',
      url: 'http://localhost:6333',
    }

    assert.deepEqual(hiddenIn(settings)?.settings, settings)
  })
})

describe('the file of a result', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'crossbridge-bench-result-'))
  after(() => rmSync(cwd, { recursive: true, force: true }))
  const made = resultOf({ variants: { a: { p50: 1 }, b: { p50: 2 } }, rounds: 3 })
  const wrongWith = (text: string) => {
    writeFileSync(join(cwd, 'bad.json'), text)
    try {
      readResult('bad.json', cwd)
    } catch (error) {
      assert.ok(error instanceof UsageError)
      return error.message
    }
    return ''
  }

  it('is read as it was written, for its owner alone, and leaves nothing else behind', () => {
    writeResult('result.json', made, cwd)
    writeResult('result.json', made, cwd)

    assert.deepEqual(readResult('result.json', cwd), made)
    assert.deepEqual(reportOf(readResult('result.json', cwd)), reportOf(made))
    assert.deepEqual(readdirSync(cwd), ['result.json'])
    if (process.platform !== 'win32') assert.equal(statSync(join(cwd, 'result.json')).mode & 0o77, 0)
    assert.ok(isResult('result.json', cwd))
    assert.match(readFileSync(join(cwd, 'result.json'), 'utf8'), /^\{"version":1,"type":"benchmark",/)
  })

  it('has no secret in it', () => {
    const [one] = made.plan.variants as [BenchResult['plan']['variants'][number]]
    writeResult(
      'secret.json',
      { ...made, plan: { ...made.plan, variants: [{ ...one, env: { API_KEY: 'hush' } }] } },
      cwd,
    )

    assert.ok(!readFileSync(join(cwd, 'secret.json'), 'utf8').includes('hush'))
  })

  it('that can not be written is said to be so', () => {
    assert.throws(
      () => writeResult('gone/result.json', made, cwd),
      /gone\/result\.json can't be written \(.*\); name a file in a folder/,
    )
    assert.ok(!existsSync(join(cwd, 'gone')))
  })

  it('is told from other files, and what is wrong with it is located', () => {
    const text = JSON.stringify(made)
    const [run] = made.runs

    assert.match(
      wrongWith('{"name":"vector_store.search"}\n{"name":"x"}\n'),
      /^bad\.json is not a result of `crossbridge bench`: it is not JSON/,
    )
    assert.ok(!isResult('bad.json', cwd))
    assert.ok(!isResult('gone.json', cwd))
    assert.match(wrongWith(text.slice(0, -1)), /it is not JSON, or its end is missing$/)
    assert.match(wrongWith('{"version":1}'), /its `type` is not "benchmark"$/)
    assert.match(wrongWith('null'), /its `type` is not "benchmark"$/)
    assert.match(
      wrongWith(text.replace('"version":1', '"version":2')),
      /^bad\.json is of version 2, and this agent reads version 1; /,
    )
    assert.match(
      wrongWith(JSON.stringify({ ...made, runs: [run, { ...run, round: 'x' }] })),
      /^bad\.json: runs\[1\]\.round must be a number; /,
    )
    assert.match(
      wrongWith(JSON.stringify({ ...made, plan: { ...made.plan, rank: 'p50' } })),
      /^bad\.json: plan\.rank must be a figure; /,
    )
    assert.match(
      wrongWith(JSON.stringify({ ...made, runs: [{ ...run, scopes: [{ name: 7 }] }] })),
      /^bad\.json: runs\[0\]\.scopes\[0\]\.name must be a text; /,
    )
    assert.match(
      wrongWith(JSON.stringify({ ...made, workload: { name: 'x', metric: 'dot' } })),
      /^bad\.json: workload\.documents must be a number; /,
    )
    assert.match(wrongWith(JSON.stringify({ ...made, plan: undefined })), /^bad\.json: plan must be an object; /)
    assert.match(
      wrongWith(JSON.stringify({ ...made, runs: [{ ...run, figures: { p50_ms: 'x' } }] })),
      /^bad\.json: runs\[0\]\.figures\.p50_ms must be a number/,
    )
    assert.throws(() => readResult('gone.json', cwd), /^UsageError|gone\.json can't be read \(/)
  })

  it('with a figure that is none, NaN being null in JSON, is read and the figure left out', () => {
    const runs = made.runs.map((run) => ({ ...run, figures: { ...run.figures, cost: Number.NaN, p99_ms: Number.NaN } }))
    writeResult('nan.json', { ...made, runs }, cwd)
    const [first] = reportOf(readResult('nan.json', cwd)).standings

    assert.deepEqual([first?.figures.cost, first?.figures.p99_ms], [undefined, undefined])
    assert.equal(first?.successful_runs, 3)
  })
})
