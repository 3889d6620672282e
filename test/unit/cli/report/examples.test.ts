import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createShown, type Example } from '../../../../agent/findings/detectors/evidence.ts'
import { treeOf } from '../../../../agent/findings/tree.ts'
import { createScopes } from '../../../../cli/report/scopes.ts'
import { request, row } from '../../../support/requests.ts'

/** The request of so many calls, itself among them. */
function requestWith(calls: number) {
  const { add } = createScopes()
  const records = request(1, 1000, row(calls - 1, 2))
  return treeOf(
    records.flatMap((record) => {
      const scope = add(record, 1, 0)
      return scope === undefined ? [] : [{ record, scope, weight: 1, cost: 0 }]
    }),
    0,
  )
}

const exampleOf = (): Example => ({
  ...{ amount: 1, seconds: 1, traceId: 'trace-1', requestId: undefined, caller: undefined, kept: 0 },
})

describe('the calls of examples', () => {
  it('are kept up to 1,000 of a detector, and what takes the place of another has its room', () => {
    const shown = createShown()
    const examples = Array.from({ length: 26 }, () => exampleOf())
    const tree = requestWith(40)
    for (const example of examples) shown.replace(undefined, example, tree)

    const later = exampleOf()
    shown.replace(examples[0], later, tree)

    assert.deepEqual(
      examples.map(({ show }) => show !== undefined),
      examples.map((_, i) => i < 25),
    )
    assert.equal(later.show?.().calls.length, 40)
  })

  it('are of a long request the 60 that are shown, and of none that has no trace', () => {
    const shown = createShown()
    const [long, loose] = [exampleOf(), { ...exampleOf(), traceId: undefined }]
    shown.replace(undefined, long, requestWith(100))
    shown.replace(undefined, loose, requestWith(2))

    assert.deepEqual([long.kept, long.show?.().calls.length, long.show?.().left_out], [60, 60, 40])
    assert.equal(loose.show, undefined)
  })
})
