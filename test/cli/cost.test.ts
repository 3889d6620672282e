import assert from 'node:assert/strict'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import type { Metadata, ProfileRecord } from '../../agent/model.ts'
import { cli } from '../support/cli.ts'
import { loadText } from '../support/config.ts'
import { linesOf, recordOf } from '../support/records.ts'
import { embed, requests, row } from '../support/requests.ts'

const embedding = (model: string, input_tokens: number, timestamp = 1_782_900_000) =>
  recordOf({ name: 'embedding_provider.embed', library: 'openai', metadata: { model, input_tokens }, timestamp })

describe('what calls cost', () => {
  let cwd: string
  beforeEach(() => {
    cwd = realpathSync(mkdtempSync(join(tmpdir(), 'crossbridge-cost-')))
    const records = [
      embedding('text-embedding-3-small', 1e6),
      embedding('own-model', 2e6),
      { ...embedding('text-embedding-3-small', 1e6, 1_782_903_600), sample_rate: 0.5 },
    ]
    writeFileSync(join(cwd, 'run.jsonl'), linesOf(records))
  })
  afterEach(() => rmSync(cwd, { recursive: true, force: true }))

  it('is shown for the run, for each scope, and a month at its rate; a model without a price is named', async () => {
    const { stdout, stderr, code } = await cli(['report', 'run.jsonl'], { cwd })

    assert.deepEqual([code, stderr], [0, ''])
    // Of the sampled call there are two.
    assert.match(stdout, /, for\s+\$0\.060\s+\(\$43\.20\s+a\s+month\s+at\s+this\s+rate\)/)
    assert.match(stdout, /embedding_provider\.embed .* \$0\.060\n/)
    assert.match(stdout, /Without a price, so in no cost: own-model of openai \(1 record\)/)
  })

  it('is by the prices of crossbridge.yml first', async () => {
    const prices = { currency: 'EUR', models: { 'own-*': { input: 3 } } }
    writeFileSync(join(cwd, 'crossbridge.yml'), JSON.stringify({ runtime: { profiling: { prices } } }))

    const { stdout } = await cli(['report', 'run.jsonl', '--json'], { cwd })

    const { cost, scopes, notes } = JSON.parse(stdout)
    assert.deepEqual([cost.currency, cost.total, scopes[0].model_costs], ['EUR', 6, { 'own-model': 6 }])
    assert.ok(notes.some((note: string) => note.includes('text-embedding-3-small of openai (2 records)')))
  })
})

describe('what a finding saves', () => {
  let cwd: string
  beforeEach(() => {
    cwd = realpathSync(mkdtempSync(join(tmpdir(), 'crossbridge-saves-')))
    const prices = { currency: 'EUR', models: { m: { input: 2 }, rerank: { unit: 0.5 } } }
    writeFileSync(join(cwd, 'crossbridge.yml'), JSON.stringify({ runtime: { profiling: { prices } } }))
  })
  afterEach(() => rmSync(cwd, { recursive: true, force: true }))
  const findingsIn = async (records: readonly object[]) => {
    writeFileSync(join(cwd, 'run.jsonl'), linesOf(records))
    const { findings } = JSON.parse((await cli(['report', 'run.jsonl', '--json'], { cwd })).stdout)
    return findings.map(({ kind, saved_cost, saved_cost_month, saves }: Record<string, unknown>) => [
      ...[kind, saved_cost, saved_cost_month],
      String(saves).replace(/^.*?, and (?=[^,]*EUR)/, ''),
    ])
  }
  /** Inputs half of which were embedded before, of a million tokens in each request. */
  const repeats = { model: 'm', batch_size: 4, repeats: 2, input_tokens: 1e6 }
  const embeds = (metadata: Metadata) => [{ name: embed, library: 'openai', ms: 80, metadata }]
  const every = (seconds: number, records: ProfileRecord[]) =>
    records.map((record, i) => ({ ...record, timestamp: 1_782_900_000 + Math.floor(i / 2) * seconds }))

  it('is what the calls cost that need not be made, and a month of it where the run has ten minutes', async () => {
    const run = requests(10, 100, () => embeds(repeats))

    // 10 requests within 900.1 s save a million tokens in two.
    const month = 10 / (900.1 / (30 * 24 * 3600))
    const [[kind, saved, monthly, text]] = await findingsIn(every(100, run))
    assert.deepEqual([kind, saved], ['repeated_inputs', 10])
    assert.ok(Math.abs(monthly / month - 1) < 1e-3)
    assert.match(text, /^10\.00 EUR \(28,79\d EUR a month at this rate\)$/)
    assert.deepEqual(await findingsIn(every(60, run)), [['repeated_inputs', 10, undefined, '10.00 EUR']])
  })

  it('is not told of a model without a price, nor where the same is billed in fewer calls', async () => {
    const [[, ...unpriced]] = await findingsIn(requests(10, 100, () => embeds({ ...repeats, model: 'other' })))
    const single = await findingsIn(
      requests(10, 400, () =>
        row(4, 80, () => ({ name: embed, library: 'openai', metadata: { model: 'm', input_tokens: 1e6 } })),
      ),
    )

    assert.deepEqual(unpriced.slice(0, 2), [undefined, undefined])
    assert.deepEqual([single[0][0], single[0][1]], ['single_embeddings', undefined])
  })

  it('is the whole of a reranking that keeps the order, by its billed units', async () => {
    const idle = { model: 'rerank', order_kept: true, billed_units: 2 }
    const [[kind, saved]] = await findingsIn(
      requests(10, 100, () => [{ name: 'semantic_search.rerank', library: 'cohere', ms: 80, metadata: idle }]),
    )

    assert.deepEqual([kind, saved], ['idle_reranking', 10])
  })

  it('is of growing prompts what their growth costs', async () => {
    const chat = (i: number) => [
      { name: 'llm.generate', library: 'openai', ms: 80, metadata: { model: 'm', input_tokens: 1e6 * (1 + i) } },
    ]
    const [[kind, saved]] = await findingsIn(requests(10, 100, chat))

    // From 1 to 10 million: 45 more than ten times the first.
    assert.equal(kind, 'growing_prompts')
    assert.ok(Math.abs(saved - 90) < 1e-6, `${saved}`)
  })
})

describe('what two runs cost', () => {
  it('is compared with each other by scope and model, for a thousand calls too; what has no price is said once', async () => {
    const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'crossbridge-diff-')))
    const runOf = (calls: number, tokens: number, model: string) =>
      linesOf([
        ...Array.from({ length: calls }, () => embedding('m|1', tokens)),
        ...Array.from({ length: calls }, () => embedding(model, 1e6)),
        embedding('nowhere', 5),
      ])
    const prices = { currency: 'EUR', models: { 'm*': { input: 1 }, new: { input: 5 }, old: { input: 5 } } }
    writeFileSync(join(cwd, 'crossbridge.yml'), JSON.stringify({ runtime: { profiling: { prices } } }))
    writeFileSync(join(cwd, 'a.jsonl'), runOf(20, 1e6, 'old'))
    writeFileSync(join(cwd, 'b.jsonl'), runOf(40, 2e6, 'new'))

    const [text, md, json] = await Promise.all(
      [[], ['--md'], ['--json']].map((more) => cli(['diff', 'a.jsonl', 'b.jsonl', ...more], { cwd })),
    )
    rmSync(cwd, { recursive: true, force: true })

    const { currency, costs } = JSON.parse(json?.stdout ?? '')
    assert.equal(currency, 'EUR')
    const scope = { name: embed, library: 'openai' }
    assert.deepEqual(costs, [
      { ...scope, model: 'new', before: { cost: 0, for_1000: 0 }, after: { cost: 200, for_1000: 5000 } },
      { ...scope, model: 'old', before: { cost: 100, for_1000: 5000 }, after: { cost: 0, for_1000: 0 } },
      { ...scope, model: 'm|1', before: { cost: 20, for_1000: 1000 }, after: { cost: 80, for_1000: 2000 }, change: 1 },
    ])
    assert.match(text?.stdout ?? '', /^embedding_provider\.embed +openai +m\|1 +20\.00 EUR → 80\.00 EUR .* \+100 %$/m)
    assert.equal(text?.stdout.match(/nowhere of openai/g)?.length, 1)
    assert.match(md?.stdout ?? '', /^\| `embedding_provider\.embed` \| openai \| m\\\|1 \| 20\.00 EUR → 80\.00 EUR \|/m)
  })
})

it('a price that is none is reported at its place, and all of them are left out', () => {
  const told = (text: string) => loadText(`runtime:\n  profiling:\n    prices: { models: ${text} }\n`).problems

  assert.deepEqual(told('{ a: { inputs: 1 } }'), [
    'prices.models of a: inputs is not known; known are input, cached_input, cache_write, output, unit (crossbridge.yml:3:38); using {}',
  ])
  assert.deepEqual(told('{ a: { input: -1 } }'), [
    'prices.models of a: input must be a number, 0 or more, not -1 (crossbridge.yml:3:37); using {}',
  ])
  assert.deepEqual(loadText('runtime:\n  profiling:\n    prices: { currency: euros }\n').problems, [
    'prices.currency must be three capital letters, such as EUR, not the text "euros" (crossbridge.yml:3:25); using "USD"',
  ])
  const strays = loadText('runtime:\n  profiling:\n    prices: { gpt: 3, "gpt-5*": { input: 1 } }\n').problems
  assert.deepEqual(strays, [
    'prices.gpt is not an option (crossbridge.yml:3:15), it is ignored; a model belongs under prices.models',
    'prices."gpt-5*" is not an option (crossbridge.yml:3:23), it is ignored; a model belongs under prices.models',
  ])
  assert.deepEqual(told('{ a: 3 }'), [
    'prices.models has no price for a: one of input, cached_input, cache_write, output, unit (crossbridge.yml:3:28); using {}',
  ])
})
