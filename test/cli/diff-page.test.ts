import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { cli } from '../support/cli.ts'
import { createPages, executablePath, unclosed, violations } from '../support/pages.ts'
import { linesOf, recordOf, serviceRun } from '../support/records.ts'

const cwd = mkdtempSync(join(tmpdir(), 'crossbridge-diff-page-'))
after(() => rmSync(cwd, { recursive: true, force: true }))

const nasty = '</script><img src=x onerror=alert(1)>\u202e'
/** A run whose embeddings take `pace` times as long, with calls that are too few to be judged and named as no name is. */
function runOf(pace: number, others: Parameters<typeof recordOf>[0] = {}): string {
  const records = serviceRun().map((record) =>
    record.name === 'embedding_provider.embed' ? { ...record, duration_ms: record.duration_ms * pace } : record,
  )
  return linesOf([...records, recordOf({ name: nasty, library: nasty, duration_ms: 0, ...others })])
}
writeFileSync(join(cwd, 'main.jsonl'), runOf(1))
writeFileSync(join(cwd, 'branch.jsonl'), runOf(3, { error: nasty }))

const pay = (calls: number, tokens: number, model: string) => [
  ...Array.from({ length: calls }, () => embedding(nasty, tokens)),
  ...Array.from({ length: calls }, () => embedding(model, 1e6)),
]
const embedding = (model: string, tokens: number) =>
  recordOf({ name: 'embedding_provider.embed', library: 'openai', metadata: { model, input_tokens: tokens } })
writeFileSync(join(cwd, 'paid.jsonl'), linesOf(pay(20, 1e6, 'old')))
writeFileSync(join(cwd, 'paid-more.jsonl'), linesOf(pay(40, 2e6, 'new')))
function writePrices(): void {
  const prices = { currency: 'EUR', models: { '</*': { input: 1 }, new: { input: 5 }, old: { input: 5 } } }
  writeFileSync(join(cwd, 'crossbridge.yml'), JSON.stringify({ runtime: { profiling: { prices } } }))
}

async function pageOf(...args: string[]): Promise<string> {
  const { code, stderr } = await cli(['diff', ...args, '--html', 'diff.html'], { cwd })
  assert.deepEqual([code === 0 || code === 1, stderr], [true, 'crossbridge: wrote diff.html\n'])
  return readFileSync(join(cwd, 'diff.html'), 'utf8')
}

describe('the page of a comparison', () => {
  it('is one file that asks for nothing from elsewhere, well-formed, with every figure of it without its script', async () => {
    const page = await pageOf('main.jsonl', 'branch.jsonl', '--fail-on', 'p95:+20%')
    const still = page.replace(/<script>.*<\/script>/s, '')
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)

    assert.doesNotMatch(page, /(?:https?:)?\/\/\w|@import|url\(|\bsrc=x>/)
    assert.deepEqual([unclosed(page).slice(0, 3), new Set(ids).size], [[], ids.length])
    assert.doesNotMatch(page, /NaN|Infinity|undefined/)
    assert.match(still, /<h1>1 of 7 scopes slower<\/h1>/)
    assert.match(still, /<td data-value="[\d.]+">[\d.]+ → [\d.]+ <span class="failed">\+\d+ %<\/span><\/td>/)
    assert.match(still, /class="failed">embedding_provider\.embed \(openai\): p95 rose by/)
    assert.equal(still.match(/<section class="detail"/g)?.length, 7)
    assert.equal(still.match(/<figure/g)?.length, 14)
  })

  it('says what became of the recommendations: new, gone, still there', async () => {
    const forth = await pageOf('main.jsonl', 'branch.jsonl')
    const same = await pageOf('main.jsonl', 'main.jsonl')
    const rowsOf = (page: string) =>
      [...page.matchAll(/class="library">(\w+)-[0-9a-f]{8}<.*?<\/td>.*?<\/td><td>(?:<span[^>]*>)?([a-z ]+)</g)].map(
        ([, kind, word]) => `${kind} ${word}`,
      )

    assert.deepEqual(new Set(rowsOf(same).map((row) => row.replace(/^\w+ /, ''))), new Set(['still there']))
    assert.ok(rowsOf(forth).includes('single_embeddings still there'))
    assert.match(same, /<h1>No difference that is more than chance<\/h1>/)

    const [, signature] = /class="library">(single_embeddings-[0-9a-f]{8})</.exec(same) ?? []
    writeFileSync(
      join(cwd, 'crossbridge.yml'),
      `runtime: { profiling: { enabled: true, accepted: [{ signature: ${signature}, reason: until there is a batch }] } }\n`,
    )
    const accepted = await pageOf('main.jsonl', 'branch.jsonl')
    rmSync(join(cwd, 'crossbridge.yml'))
    assert.ok(!accepted.includes('single_embeddings'))
  })

  it('has what the calls of each model cost in both runs, and nothing of costs where there are no prices', async () => {
    const unpriced = await pageOf('paid.jsonl', 'paid.jsonl')
    writePrices()
    const page = await pageOf('paid.jsonl', 'paid-more.jsonl')
    rmSync(join(cwd, 'crossbridge.yml'))
    const [, section = ''] = /<section id="costs">(.*?)<\/section>/s.exec(page) ?? []
    const cells = [...section.matchAll(/<td data-value="([^"]*)">(.*?)<\/td>/g)].map(([, , text]) => text)

    assert.doesNotMatch(unpriced, /id="costs"|href="#costs"/)
    assert.match(page, /<li><a href="#costs">Costs<\/a><\/li>/)
    assert.deepEqual(cells, [
      ...['0.00 EUR → 200 EUR', '0.00 EUR → 5,000 EUR', ''],
      ...['100 EUR → 0.00 EUR', '5,000 EUR → 0.00 EUR', ''],
      ...['20.00 EUR → 80.00 EUR', '1,000 EUR → 2,000 EUR', '<span class="failed">+100 %</span>'],
    ])
  })

  it('escapes what comes from the records', async () => {
    const page = await pageOf('main.jsonl', 'branch.jsonl')

    assert.ok(page.includes('&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;'))
    assert.equal(page.match(/<(?:script|img)/g)?.length, 1)
    assert.ok(!page.includes('\u202e'))
  })

  it('is written in a folder that is there alone', async () => {
    const { code, stderr } = await cli(['diff', 'main.jsonl', 'branch.jsonl', '--html', 'gone/diff.html'], { cwd })

    assert.equal(code, 2)
    assert.match(stderr, /gone\/diff\.html can't be written \(.*\); name a file in a folder that is there/)
  })
})

describe('the page of a comparison in a browser', {
  skip: executablePath ? false : 'there is no Chromium; set CHROMIUM_PATH',
}, () => {
  const { start, end, openPage } = createPages()
  before(start)
  after(end)

  for (const [name, colorScheme, width] of [
    ['light', 'light', 1280],
    ['dark, narrow, unfolded', 'dark', 360],
    ['with costs', 'light', 1280],
    ['with costs, narrow', 'dark', 360],
  ] as const)
    it(`has no error, and nothing that axe-core finds wrong: ${name}`, async () => {
      const isPaid = name.startsWith('with costs')
      if (isPaid) writePrices()
      const html = await (isPaid
        ? pageOf('paid.jsonl', 'paid-more.jsonl')
        : pageOf('main.jsonl', 'branch.jsonl', '--fail-on', 'p95:+20%'))
      if (isPaid) rmSync(join(cwd, 'crossbridge.yml'))
      const viewport = { width, height: 800 }
      const { page, told, close } = await openPage(html, { colorScheme, viewport, bypassCSP: true })
      if (name.endsWith('unfolded'))
        await page.evaluate('document.querySelectorAll("details").forEach((it) => (it.open = true))')

      const wrong = await violations(page)
      const found = await page.evaluate('[document.images.length, document.documentElement.scrollWidth]')

      assert.deepEqual([wrong, told, found], [[], [], [0, width]])
      await close()
    })

  it('shows the scope that a link leads to, and goes through its figures with arrow keys', async () => {
    const { page, told, close } = await openPage(await pageOf('main.jsonl', 'branch.jsonl'), {})

    await page.locator('#table a').nth(1).press('Enter')
    const shown = await page.locator('.detail:visible').evaluateAll((all) => all.map(({ id }) => id))
    await page.locator('#scope-1 .noise .slider').press('ArrowRight')
    const said = await page.locator(':focus').getAttribute('aria-valuetext')

    assert.deepEqual([shown, told], [['scope-1'], []])
    assert.match(said ?? '', /^p50, Before \d+ ms, Its interval .* to .*, After /)
    await close()
  })
})
