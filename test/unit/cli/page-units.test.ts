import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { html, prose, raw } from '../../../agent/cli/report/page/markup.ts'
import { durationOf, momentOf, percentOf, roundDurationOf, some } from '../../../agent/cli/report/page/units.ts'

describe('the units of the page', () => {
  it('shows durations in three digits: milliseconds below one second, seconds to two minutes, then minutes and hours', () => {
    const shown = [
      0, 0.004, 0.42, 9.994, 9.996, 99.97, 999.4, 999.6, 59_960, 119_400, 119_600, 3_599_000, 3_600_000, 172_800_000,
    ]

    assert.deepEqual(shown.map(durationOf), [
      '0 ms',
      '<0.01 ms',
      '0.42 ms',
      '9.99 ms',
      '10.0 ms',
      '100 ms',
      '999 ms',
      '1.00 s',
      '60.0 s',
      '119 s',
      '2 min',
      '59 min 59 s',
      '1 h',
      '2 d',
    ])
    assert.deepEqual([1000, 2500, 0.5, 30].map(roundDurationOf), ['1 s', '2.5 s', '0.5 ms', '30 ms'])
  })

  it('shows a small share as not nothing, and one that cannot be told as nothing', () => {
    assert.deepEqual([0, 0.0001, 0.0042, 0.0996, 1, Number.NaN].map(percentOf), [
      '0 %',
      '<0.1 %',
      '0.4 %',
      '10 %',
      '100 %',
      '0 %',
    ])
    assert.deepEqual([some(1, 'call'), some(1284.4, 'call')], ['1 call', '1,284 calls'])
    assert.deepEqual([momentOf(1_795_766_400), momentOf(Number.NaN)], ['2026-11-27 08:00:00', '?'])
  })
})

describe('the markup of the page', () => {
  it('escapes text in content and in attributes, joins lists, leaves out what is not there', () => {
    const name = `<a href='x'>"&"</a>\u202e\u2028`

    const made = html`<i title="${name}">${[name, raw('<br>'), 1.23456]}</i>${false}${undefined}`

    const text = '&lt;a href=&#39;x&#39;&gt;&quot;&amp;&quot;&lt;/a&gt;??'
    assert.equal(made.markup, `<i title="${text}">${text}<br>1.23</i>`)
  })

  it('shows what stands between backticks as code, still escaped', () => {
    assert.equal(html`${prose('Ask for `<20>`, ` not more')}`.markup, 'Ask for <code>&lt;20&gt;</code>, &#96; not more')
  })
})
