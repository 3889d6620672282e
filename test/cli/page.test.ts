import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { htmlOf, profilePageOf } from '../../cli/report/html.ts'
import type { Report, RequestReport, ScopeReport } from '../../cli/report/model.ts'
import { createPages, executablePath, unclosed, violations } from '../support/pages.ts'
import { emptyReport, hostileReport, profileOf, reportOf, scopeOf } from '../support/report.ts'

describe('the page of a report', () => {
  it('asks for nothing from elsewhere, and lets nothing be asked for', () => {
    const page = htmlOf(reportOf())

    assert.doesNotMatch(page, /(?:https?:)?\/\/\w|@import|url\(|\bsrc=/)
    assert.match(page, /Content-Security-Policy" content="default-src 'none'; .*script-src 'sha256-[\w+/]{43}='/)
    assert.equal(page.match(/<script/g)?.length, 1)
  })

  it('shows every figure without its script', () => {
    const page = htmlOf(reportOf()).replace(/<script>.*<\/script>/s, '')

    assert.equal(page.match(/<section class="detail"/g)?.length, 6)
    assert.equal(page.match(/<figure/g)?.length, 12)
    assert.equal(page.match(/<details class="request"/g)?.length, 5)
    assert.match(page, /<h1>37,240 calls in 2 h<\/h1>/)
    assert.match(page, /<td data-value="1420">1.4 s<\/td><td data-value="3692">3.7 s<\/td>/)
    assert.match(page, /p50 1.9 s → about 1.5 s/)
    assert.match(page, /<th scope="row">weak<\/th><td>1,108 \(12 %\), with a best score below 0.5<\/td>/)
    assert.match(page, /p50 0.76 in the first third of the run, 0.61 in its last/)
  })

  it('is well-formed: each element is closed where it was opened, and no id is there twice', () => {
    for (const report of [reportOf(), emptyReport, hostileReport]) {
      const page = htmlOf(report)
      const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)

      assert.deepEqual(unclosed(page).slice(0, 3), [])
      assert.equal(new Set(ids).size, ids.length)
    }
  })

  it('escapes what comes from the records, wherever it stands', () => {
    const page = htmlOf(hostileReport)

    assert.ok(page.includes('&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;'))
    assert.equal(page.match(/<(?:script|img|b onclick)/g)?.length, 1)
    for (const char of ['\u2028', '\u202e', '\0', '\x1b']) assert.ok(!page.includes(char))
  })

  it('says in words what is not there', () => {
    const page = htmlOf(emptyReport)

    assert.match(page, /<h1>No calls<\/h1>/)
    assert.match(page, /These files hold no record of a call/)
    assert.match(page, /do not say which request they belong to/)
    assert.doesNotMatch(page, /NaN|Infinity|undefined/)
  })

  it('draws one call, durations of nothing, and scopes without a span or a band', () => {
    const one = scopeOf('vector_store.search', 'pg', { calls: 1, median: 12, share: 1, spans: 1 })
    const nothing = { p50_ms: 0, p95_ms: 0, p99_ms: 0, max_ms: 0, mean_ms: 0, total_ms: 0, self_ms: 0, share: 0 }
    const zero = { ...one, ...nothing, distribution: [{ from_ms: 0, to_ms: 0.1, calls: 1 }] }
    const bare = { ...one, ...nothing, distribution: [], timeline: [] }

    for (const scope of [one, zero, bare]) {
      const page = htmlOf(reportOf({ scopes: [scope], to: reportOf().from }))
      assert.doesNotMatch(page, /NaN|Infinity|undefined/)
    }
  })
})

describe('the page of CPU profiles alone', () => {
  it('asks for nothing from elsewhere, is well-formed, and shows every figure without its script', () => {
    const page = profilePageOf(profileOf())
    const still = page.replace(/<script>.*<\/script>/s, '')

    assert.doesNotMatch(page, /(?:https?:)?\/\/\w|@import|url\(|\bsrc=/)
    assert.deepEqual(unclosed(page), [])
    assert.match(still, /<h1>6\.4 s of work in 20 s<\/h1>/)
    assert.match(still, /The event loop waited for 68 % of it, which is not drawn/)
    assert.match(still, /class="key gc">garbage collection <b>17 %<\/b>/)
    assert.match(
      still,
      /<code>score<\/code> <span class="library">src\/rank\.js:4<\/span>.*?<td>2\.4 s<\/td><td>38 %<\/td>/s,
    )
    assert.match(still, /081513000Z-7-0-5\.cpuprofile is left out: its end is missing\./)
  })

  it('says so where nothing ran', () => {
    const { tree } = profileOf()
    const page = profilePageOf(profileOf({ hottest: [], tree: { ...tree, total_ms: 0, self_ms: 0, children: [] } }))

    assert.match(page, /Nothing ran in the time that was sampled/)
    assert.doesNotMatch(page, /NaN|Infinity|undefined/)
  })
})

describe('the page in a browser', { skip: executablePath ? false : 'there is no Chromium; set CHROMIUM_PATH' }, () => {
  const { start, end, openPage } = createPages()
  before(start)
  after(end)
  const open = (report: Report, options: BrowserContextOptions = {}) => openPage(htmlOf(report), options)

  const [first, second] = reportOf().scopes as [ScopeReport, ScopeReport]
  const [slow, ...others] = reportOf().slowest as [RequestReport, ...RequestReport[]]
  const small = reportOf({
    by: 'model',
    scopes: [
      {
        ...first,
        ttft_p50_ms: 410,
        ttft_p95_ms: 900,
        groups: [
          { ...first, value: 'a' },
          { ...first, value: 'b', errors: 900 },
        ],
      },
      second,
    ],
    slowest: [slow],
    cited: others.slice(0, 2),
    cost: { currency: 'USD', total: 3 },
  })
  const wide = { width: 1280, height: 800 }
  const narrow = { width: 360, height: 640 }
  for (const [name, report, options] of [
    ['light', small, { colorScheme: 'light', viewport: wide }],
    ['dark, narrow, unfolded', small, { colorScheme: 'dark', viewport: narrow }],
    ['without a record', emptyReport, { colorScheme: 'light', viewport: narrow }],
  ] as const)
    it(`has no error, and nothing that axe-core finds wrong: ${name}`, async () => {
      const { page, told, close } = await open(report, { ...options, bypassCSP: true })
      if (name.endsWith('unfolded'))
        await page.evaluate('document.querySelectorAll("details").forEach((it) => (it.open = true))')

      const wrong = await violations(page)
      const width = await page.evaluate('document.documentElement.scrollWidth')

      assert.deepEqual([wrong, told, width], [[], [], options.viewport.width])
      await close()
    })

  it('runs nothing that stands in a name, and keeps its width with long ones', async () => {
    const { page, told, close } = await open(hostileReport, { viewport: { width: 360, height: 800 } })

    const found = await page.evaluate('[document.images.length, document.documentElement.scrollWidth]')

    assert.deepEqual([found, told], [[0, 360], []])
    await close()
  })

  it('shows the scope that is chosen by keyboard, or by a link, and goes through a chart with arrow keys', async () => {
    const { page, told, close } = await open(reportOf())
    const shown = () => page.locator('.detail:visible h3').allInnerTexts()

    await tabTo(page, '#choice')
    await page.keyboard.press('ArrowDown')
    const chosen = await shown()
    await page.keyboard.press('Tab')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('End')
    const [tip, said] = [
      await page.locator('#tip').textContent(),
      await page.locator(':focus').getAttribute('aria-valuetext'),
    ]
    await page.keyboard.press('Escape')
    const hidden = await page.locator('#tip').isHidden()
    await page.locator('#table a').nth(3).press('Enter')
    // Chromium dispatches `hashchange` after the key is through.
    await page.locator('.detail:visible h3', { hasText: 'cohere' }).waitFor()

    assert.deepEqual(chosen, ['embedding_provider.embed openai'])
    assert.match(tip ?? '', /^2026-11-27 09:58:00 to 10:00:00Calls \d+Errors/)
    assert.match(said ?? '', /^2026-11-27 09:58:00 to 10:00:00, Calls \d+, .*Slowest \d+ ms$/)
    assert.equal(hidden, true)
    assert.deepEqual(await shown(), ['semantic_search.rerank cohere'])
    assert.deepEqual(told, [])
    await close()
  })

  it('sorts the table by keyboard: the highest first, then turned round', async () => {
    const { page, close } = await open(reportOf())
    const state = async () => [
      await page.locator('#table tbody a').first().textContent(),
      await page.locator('#table th[aria-sort]').evaluateAll((heads) => heads.map((head) => head.outerHTML)),
    ]

    await tabTo(page, '#table th:nth-child(2) button')
    await page.keyboard.press('Enter')
    const high = await state()
    await page.keyboard.press('Space')
    const low = await state()

    const head = (order: string) => [`<th scope="col" aria-sort="${order}"><button type="button">Calls</button></th>`]
    assert.deepEqual(high, ['embedding_provider.embed', head('descending')])
    assert.deepEqual(low, ['vector_store.upsert', head('ascending')])
    await close()
  })

  it('zooms the flame view with Enter, and out with Escape; one Tab goes past it', async () => {
    const { page, close } = await open(reportOf())
    const shown = () => page.locator('#flame .mark:visible').count()

    await page.locator('#request-4 > summary').focus()
    await tabTo(page, '#flame .mark')
    for (const key of ['ArrowDown', 'ArrowRight', 'Enter']) await page.keyboard.press(key)
    const zoomed = [await shown(), await page.locator('#flame .zoomed').textContent()]
    await page.keyboard.press('Escape')
    const whole = [await shown(), await page.locator('#flame .zoomed').textContent()]
    await page.keyboard.press('Tab')

    assert.deepEqual(zoomed, [6, 'Zoomed to semantic_search.retrieve (langchain): 37 min 20 s, 28 %'])
    assert.deepEqual(whole, [9, 'The whole is shown.'])
    assert.equal(await page.locator(':focus').textContent(), 'Figures of the flame view')
    await close()
  })

  it('searches a profile: what matches is marked, its share is said, Enter leads to the widest, Escape ends it', async () => {
    const { page, told, close } = await open(reportOf())
    const field = page.locator('#profile input')
    const state = async () => [
      await page.locator('#profile .mark.match').allInnerTexts(),
      await page.locator('#profile .found').textContent(),
    ]

    await field.fill('RANK.js')
    const found = await state()
    await field.press('Enter')
    const focused = await page.locator(':focus').getAttribute('aria-label')
    await field.fill('nowhere')
    const none = await state()
    await field.press('Escape')

    // `score` is called by `rank`: its time counts once.
    assert.deepEqual(found, [['rank 3.1 s', 'score 2.4 s'], '2 matches, 48 % of the time'])
    assert.equal(focused, 'rank (src/rank.js:12, application): 3.1 s, 48 %')
    assert.deepEqual(none, [[], 'Nothing matches.'])
    assert.deepEqual([await state(), await field.inputValue(), told], [[[], ''], '', []])
    await close()
  })

  it('has the shares of the hottest functions within the width of a phone', async () => {
    const { page, close } = await open(reportOf(), { viewport: narrow })
    const share = await page.locator('#profile > .scroll th', { hasText: 'Share' }).boundingBox()
    assert.ok(share && share.x + share.width <= narrow.width, JSON.stringify(share))
    await close()
  })

  it('zooms to what is found in a row that is too narrow for the whole, and back', async () => {
    const { page, close } = await open(reportOf())
    const names = () => page.locator('#profile .mark:visible').allInnerTexts()

    const before = await names()
    await page.locator('#profile input').fill('log.js')
    await page.locator('#profile input').press('Enter')
    const zoomed = await names()
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Escape')

    assert.deepEqual(before.includes('log 2 ms'), false)
    assert.deepEqual(zoomed.slice(-2), ['score 2.4 s', 'log 2 ms'])
    assert.deepEqual(await names(), before)
    assert.match((await page.locator(':focus').getAttribute('aria-label')) ?? '', /^score/)
    await close()
  })

  it('unfolds the request that a finding links to', async () => {
    const { page, close } = await open(
      reportOf({ findings: reportOf().findings.map((one) => ({ ...one, trace_id: fifth })) }),
    )

    const before = await page.locator('#request-4').getAttribute('open')
    await page.locator('.see a').first().press('Enter')
    await page.locator('#request-4[open]').waitFor()

    assert.equal(before, null)
    assert.equal(await page.locator(':focus').evaluate((element) => element.parentElement?.id), 'request-4')
    await close()
  })

  it('has the request that a finding cites below the slowest, and the finding leads to it', async () => {
    const [slow, cited] = reportOf().slowest
    const [finding] = reportOf().findings
    if (slow === undefined || cited === undefined || finding === undefined) assert.fail()
    const findings = [{ ...finding, trace_id: cited.trace_id }]
    const { page, told, close } = await open(reportOf({ slowest: [slow], findings, cited: [cited] }))

    await page.locator('.see a').press('Enter')
    await page.locator('#request-1[open]').waitFor()

    assert.match((await page.locator('.see a').textContent()) ?? '', /^See it in request 2: openai embeds/)
    assert.match((await page.locator('#request-1 .ids').textContent()) ?? '', new RegExp(cited.trace_id))
    assert.deepEqual([await page.locator('#request-1 li').count(), told], [cited.calls.length, []])
    await close()
  })

  it('shows 25 of many scopes until all are asked for', async () => {
    const scopes = Array.from({ length: 30 }, (_, i) =>
      scopeOf(`vector_store.search_${i}`, 'pg', { calls: 9, median: 5, share: 1 / 30, spans: 2 }),
    )
    const { page, close } = await open(reportOf({ scopes }))
    const rows = () => page.locator('#table tbody tr:visible').count()

    const few = await rows()
    await page.locator('#all').press('Enter')

    assert.deepEqual([few, await rows()], [25, 30])
    assert.equal(await page.locator(':focus').textContent(), 'vector_store.search_25')
    await close()
  })
})

const fifth = reportOf().slowest[4]?.trace_id ?? ''

async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab')
    if ((await page.locator(`${selector}:focus`).count()) > 0) return
  }
  assert.fail(`${selector} is not reached by Tab`)
}
