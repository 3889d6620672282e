import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseTraceparent } from '../../../agent/request/traceparent.ts'

const trace = '0af7651916cd43dd8448eb211c80319c'
const parent = 'b7ad6b7169203331'
const zeros = (digits: number) => '0'.repeat(digits)

describe('traceparent', () => {
  const valid = [
    `00-${trace}-${parent}-01`,
    `00-${trace}-${parent}-00`,
    `00-${trace}-${parent}-ff`,
    // Versions yet to come, by their first four fields.
    `01-${trace}-${parent}-01`,
    `cc-${trace}-${parent}-01-what-the-future-will-be-like`,
    `fe-${trace}-${parent}-01-`,
  ]
  for (const header of valid)
    it(`takes ${header}`, () => assert.deepEqual(parseTraceparent(header), { traceId: trace, parentId: parent }))

  const invalid = {
    'version ff': `ff-${trace}-${parent}-01`,
    'more than four fields in version 00': `00-${trace}-${parent}-01-more`,
    'a dash at the end of version 00': `00-${trace}-${parent}-01-`,
    'a longer last field in a higher version': `cc-${trace}-${parent}-01.more`,
    'a trace id of zeros': `00-${zeros(32)}-${parent}-01`,
    'a parent id of zeros': `00-${trace}-${zeros(16)}-01`,
    'upper case in the trace id': `00-${trace.toUpperCase()}-${parent}-01`,
    'upper case in the parent id': `00-${trace}-${parent.toUpperCase()}-01`,
    'upper case in the flags': `00-${trace}-${parent}-0A`,
    'upper case in the version': `0A-${trace}-${parent}-01`,
    'a short trace id': `00-${trace.slice(1)}-${parent}-01`,
    'a long parent id': `00-${trace}-${parent}0-01`,
    'no flags': `00-${trace}-${parent}`,
    'letters beyond f': `00-${trace.replace('a', 'g')}-${parent}-01`,
    'a space before it': ` 00-${trace}-${parent}-01`,
    'a line break after it': `00-${trace}-${parent}-01\n`,
    'two of them': `00-${trace}-${parent}-01, 00-${trace}-${parent}-01`,
    'nothing in it': '',
  }
  for (const [what, header] of Object.entries(invalid))
    it(`refuses ${what}`, () => assert.equal(parseTraceparent(header), undefined))

  it('refuses what is not a text', () => {
    assert.equal(parseTraceparent(undefined), undefined)
    assert.equal(parseTraceparent([valid[0]]), undefined)
  })
})
