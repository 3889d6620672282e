import assert from 'node:assert/strict'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { cli } from '../support/cli.ts'
import { loadText } from '../support/config.ts'
import { linesOf, recordOf } from '../support/records.ts'

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

it('a price that is none is told at its place, and all of them are left out', () => {
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
