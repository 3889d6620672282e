import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Metadata } from '../../../agent/model.ts'
import { isEmptyBook, openBook } from '../../../agent/output/cost/book.ts'
import { createCosts, money } from '../../../agent/output/cost/cost.ts'
import { root } from '../../support/application.ts'
import { recordOf } from '../../support/records.ts'

const of = (models: Parameters<typeof openBook>[0]['models'] = {}, currency = 'USD') =>
  createCosts(openBook({ currency, models }, root))
const call = (library: string, metadata: Metadata) => recordOf({ library, metadata })
/** To a millionth of a cent: sums of fractions are not exact. */
const near = (cost: number, wanted: number) => assert.ok(Math.abs(cost - wanted) < 1e-8, `${cost} is not ${wanted}`)

describe('the cost of a call', () => {
  it('is that of its tokens by the published price of its provider and model', () => {
    near(of().of(call('openai', { model: 'text-embedding-3-small', input_tokens: 50_000 })), 0.001)
    near(
      of().of(call('openai', { model: 'gpt-5-mini', input_tokens: 1000, cached_tokens: 400, output_tokens: 100 })),
      0.00036,
    )
  })

  it('counts what was read from a cache at its own price, also where the price goes by tiers', () => {
    const metadata = { model: 'claude-sonnet-4-5', input_tokens: 32_012, cached_tokens: 32_000, output_tokens: 500 }

    near(of().of(call('anthropic', metadata)), (12 * 3 + 32_000 * 0.3 + 500 * 15) / 1e6)
    near(
      of().of(call('anthropic', { ...metadata, input_tokens: 300_012, cached_tokens: 300_000 })),
      (12 * 6 + 300_000 * 0.6 + 500 * 22.5) / 1e6,
    )
  })

  it('goes by the provider that the call says, and by the model that answered', () => {
    const azure = { model: 'my-deployment', response_model: 'gpt-4o', provider: 'azure.ai.openai', input_tokens: 1000 }

    near(of().of(call('openai', azure)), 0.0025)
  })

  it('is by contract first: of the model, the longest name that fits, else of the library', () => {
    const models = {
      'gpt-5*': { input: 1, output: 2 },
      'gpt-5-mini': { input: 3 },
      pinecone: { unit: 0.5 },
      mine: { input: 10, cached_input: 1, cache_write: 20 },
    }

    near(of(models).of(call('openai', { model: 'gpt-5-nano', input_tokens: 1e6, output_tokens: 1e6 })), 3)
    near(of(models).of(call('openai', { model: 'gpt-5-mini', input_tokens: 1e6, output_tokens: 1e6 })), 3)
    near(of(models).of(call('pinecone', { collection: 'docs', billed_units: 4 })), 2)
    const cached = { input_tokens: 1e6, cached_tokens: 0.5e6, cache_write_tokens: 0.25e6 }
    near(of(models).of(call('mine', { model: 'x', ...cached })), 2.5 + 0.5 + 5)
  })

  it('is nothing where nothing is paid: on the machine itself, without tokens or units, without metadata', () => {
    const costs = of()

    const free = [
      call('ollama', { model: 'nomic-embed-text', input_tokens: 10 }),
      call('fastembed', { model: 'bge', input_tokens: 10 }),
      call('qdrant', { collection: 'docs', results: 10 }),
      recordOf({ library: 'openai' }),
    ]
    assert.deepEqual([free.map(costs.of), costs.unpriced()], [[0, 0, 0, 0], []])
  })

  it('is in no sum without a price, and the model is reported with its calls', () => {
    const costs = of()
    costs.of(call('openai', { model: 'my-finetune', input_tokens: 10 }))
    costs.of(call('openai', { model: 'my-finetune', input_tokens: 10 }))
    costs.of(call('turbopuffer', { billed_units: 3 }))

    assert.deepEqual(costs.unpriced(), [
      { model: 'my-finetune', library: 'openai', calls: 2 },
      { model: 'billed units', library: 'turbopuffer', calls: 1 },
    ])
  })

  it('is in another currency by own prices alone: published ones are in USD', () => {
    const euros = of({ 'gpt-5-mini': { input: 1 } }, 'EUR')

    near(euros.of(call('openai', { model: 'gpt-5-mini', input_tokens: 1e6 })), 1)
    assert.equal(euros.of(call('openai', { model: 'gpt-4o', input_tokens: 1e6 })), 0)
    assert.equal(isEmptyBook(openBook({ currency: 'EUR', models: {} }, root), {}), true)
  })

  it('survives a usage that can not be', () => {
    const metadata = { model: 'claude-sonnet-4-5', input_tokens: 10, cached_tokens: 20, output_tokens: 1 }

    assert.equal(of().of(call('anthropic', metadata)), 0)
  })
})

it('shows two digits that count', () => {
  const shown = [0, 0.000012, 0.0041, 0.5, 1.234, 41, 1234.5].map((amount) => money(amount, 'USD'))

  assert.deepEqual(shown, ['$0.00', '$0.000012', '$0.0041', '$0.50', '$1.23', '$41.00', '$1,235'])
  assert.equal(money(2, 'EUR'), '2.00 EUR')
})
