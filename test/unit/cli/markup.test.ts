import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { html, nameOf, prose, raw } from '../../../cli/report/page/markup.ts'

describe('the markup of the page', () => {
  it('escapes text in content and in attributes, joins lists, leaves out what is not there', () => {
    const name = `<a href='x'>"&"</a>\u202e\u2028`

    const made = html`<i title="${name}">${[name, raw('<br>'), 1.23456]}</i>${false}${undefined}`

    const text = '&lt;a href=&#39;x&#39;&gt;&quot;&amp;&quot;&lt;/a&gt;\\u202e\\u2028'
    assert.equal(made.markup, `<i title="${text}">${text}<br>1.23</i>`)
  })

  it('shows what stands between backticks as code, still escaped', () => {
    assert.equal(html`${prose('Ask for `<20>`, ` not more')}`.markup, 'Ask for <code>&lt;20&gt;</code>, &#96; not more')
  })

  it('breaks a name where its words end', () => {
    assert.equal(html`${nameOf('vector_store.<b>')}`.markup, 'vector_<wbr>store.<wbr>&lt;b&gt;')
  })
})
