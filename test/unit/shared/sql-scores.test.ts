import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { scoreColumn } from '../../../instrumentations/shared/sql-scores.ts'

const [distance, similarity] = [
  { name: 'd', kind: 'distance' },
  { name: 's', kind: 'similarity' },
]

describe('the column of a score', () => {
  it('is a distance by its name, where the rows are ordered by that', () => {
    for (const text of [
      'SELECT id, e <=> $1 AS d FROM t ORDER BY e <=> $1 LIMIT 3',
      'SELECT e <-> $1::vector(3) AS "d" FROM t ORDER BY d LIMIT 3',
      'select id, (t.e <+> $1::vector) as d from t order by d asc, id',
    ])
      assert.deepEqual(scoreColumn(text), distance, text)
  })

  it('is a similarity where the distance is taken from one', () => {
    for (const text of [
      'SELECT id, 1 - (e <=> $1) AS s FROM t ORDER BY e <=> $1 LIMIT 3',
      'SELECT 1 - (e <=> $1::vector) AS s, id FROM t ORDER BY s DESC LIMIT 3',
    ])
      assert.deepEqual(scoreColumn(text), similarity, text)
  })

  it('is none where the rows come in another order, or the column is reckoned of it', () => {
    for (const text of [
      'SELECT id FROM t ORDER BY e <=> $1 LIMIT 3',
      'SELECT e <=> $1 AS d FROM t WHERE e <=> $1 < 1',
      'SELECT e <=> $1 AS d FROM t ORDER BY title',
      'SELECT e <=> $1 AS d FROM t ORDER BY d DESC',
      'SELECT 1 - (e <=> $1) AS s FROM t ORDER BY s',
      'SELECT 2 * (e <=> $1) AS d FROM t ORDER BY e <=> $1',
      'SELECT (e <#> $1) * -1 AS d FROM t ORDER BY e <#> $1',
    ])
      assert.equal(scoreColumn(text), undefined, text)
  })
})
