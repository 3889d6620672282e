import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { reportOf } from '../../cli/bench/figures/report.ts'
import { benchPageOf } from '../../cli/bench/report/html.ts'
import { benchVariants, type MadeVariant, nasty, resultOf } from '../support/bench.ts'
import { createPages, executablePath, unclosed, violations } from '../support/pages.ts'

const loads = [{ kind: 'closed', concurrency: 16 } as const, { kind: 'open', rate: 200 } as const]
const pageOf = (variants: Readonly<Record<string, MadeVariant>>, more: object = {}) =>
  benchPageOf(reportOf(resultOf({ variants, loads, ...more })))
const whole = () => pageOf(benchVariants, { baseline: 'pgvector' })
const hostile = () =>
  pageOf({ [nasty]: { p50: 1, recall: 1 }, b: { p50: 2, recall: 0.9, errors: 0.1, what: nasty, cost: 1 } })
const empty = () => pageOf({ a: { p50: 1, broken: [0] } }, { rounds: 1 })

describe('the page of a benchmark', () => {
  it('is one file that asks for nothing from elsewhere, well-formed, whatever is in it', () => {
    const one = pageOf({ a: { p50: 0.00001, recall: 1 }, b: { p50: 100_000, recall: 1 } }, { rounds: 1 })
    for (const page of [whole(), hostile(), empty(), one]) {
      const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)

      assert.doesNotMatch(page, /(?:https?:)?\/\/\w|@import|url\(|\bsrc=x>/)
      assert.match(page, /Content-Security-Policy" content="default-src 'none'; .*script-src 'sha256-[\w+/]{43}='/)
      assert.deepEqual([unclosed(page).slice(0, 3), new Set(ids).size], [[], ids.length])
      assert.doesNotMatch(page, /NaN|Infinity|undefined/)
      assert.equal(page.match(/<(?:script|img)/g)?.length, 1)
      assert.ok(!page.includes('\u202e'))
    }
  })

  it('shows every figure without its script', () => {
    const page = whole().replace(/<script>.*<\/script>/s, '')

    assert.match(page, /<h1>usearch, with p50 1\.6 ms, is first of 8<\/h1>/)
    assert.match(
      page,
      /<th scope="row">4\. lancedb<\/th><td class="words">no difference<\/td><td>[\d.]+ \([\d.]+ to [\d.]+\)<\/td>/,
    )
    assert.match(page, /<th scope="row">gone<\/th><td class="words"><span class="failed">each run failed<\/span>/)
    assert.equal(page.match(/<figure class="tradeoff"/g)?.length, 1)
    assert.equal(page.match(/<figure class="ecdf"/g)?.length, 2)
    assert.equal(page.match(/<figure class="amounts"/g)?.length, 3)
    // A line through the settings of one store.
    assert.equal(page.match(/<path class="curve"/g)?.length, 1)
    assert.equal(page.match(/<path class="series series-/g)?.length, 14)
  })

  it('draws the overlap where there is no recall, and leaves a chart out that has no figures', () => {
    const overlapping = pageOf({ a: { p50: 1 }, b: { p50: 2, overlap: 0.8 }, c: { p50: 3, overlap: 0.7 } })
    const bare = pageOf({ a: { p50: 1 } }, { loads: [{ kind: 'open', rate: 10 }] })

    assert.match(overlapping, /Operations a second over overlap, concurrency 16/)
    assert.match(overlapping, /<desc[^>]*>a: 1\.000 at [\d.,]+ operations a second; b: 0\.800/)
    assert.doesNotMatch(bare, /id="tradeoff"/)
    assert.match(bare, /id="latency"/)
    assert.match(empty(), /<h1>No run was well<\/h1>/)
  })
})

describe('the page of a benchmark in a browser', {
  skip: executablePath ? false : 'there is no Chromium; set CHROMIUM_PATH',
}, () => {
  const { start, end, openPage } = createPages()
  before(start)
  after(end)

  for (const [name, made, colorScheme, width] of [
    ['light', whole, 'light', 1280],
    ['dark, narrow, unfolded', whole, 'dark', 360],
    ['with names that are none', hostile, 'light', 360],
    ['without a figure', empty, 'dark', 1280],
  ] as const)
    it(`has no error, and nothing that axe-core finds wrong: ${name}`, async () => {
      const viewport = { width, height: 800 }
      const { page, told, close } = await openPage(made(), { colorScheme, viewport, bypassCSP: true })
      if (name.endsWith('unfolded'))
        await page.evaluate('document.querySelectorAll("details").forEach((it) => (it.open = true))')

      const wrong = await violations(page)
      const found = await page.evaluate('[document.images.length, document.documentElement.scrollWidth]')

      assert.deepEqual([wrong, told, found], [[], [], [0, width]])
      await close()
    })

  it('goes through the points of a chart with arrow keys', async () => {
    const { page, told, close } = await openPage(whole(), {})
    const said = async (chart: string, key: string) => {
      await page.locator(`${chart} .slider`).first().press(key)
      return page.locator(':focus').getAttribute('aria-valuetext')
    }

    assert.match((await said('.tradeoff', 'Home')) ?? '', /^qdrant, Recall 0\.910, Operations a second [\d,]+$/)
    assert.match((await said('.tradeoff', 'End')) ?? '', /^slow, Recall 1\.000/)
    assert.match((await said('.ecdf', 'Home')) ?? '', /^100 %, pgvector ef 32 \d+ ms, /)
    assert.match((await said('.amounts', 'Home')) ?? '', /^qdrant, Figure \$0\.20, Its interval \$0\.20 to \$0\.20$/)
    assert.deepEqual(told, [])
    await close()
  })
})
