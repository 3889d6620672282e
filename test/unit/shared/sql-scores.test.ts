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
      'SELECT id, e <#> $1 AS d FROM t ORDER BY e <#> $1 LIMIT 3',
      'SELECT id, VEC_DISTANCE_COSINE(e, VEC_FromText(?)) AS `d` FROM t ORDER BY d LIMIT 3',
      'SELECT VEC_DISTANCE(e, ?) AS d, id FROM t ORDER BY VEC_DISTANCE(e, ?)',
      "SELECT id, DISTANCE(e, STRING_TO_VECTOR(?), '') AS d FROM t ORDER BY d LIMIT 3",
      'SELECT id, vec_distance_cosine(e, vec_f32(?)) AS d FROM t ORDER BY vec_distance_cosine(e, vec_f32(?)) ASC',
      "SELECT vector_distance_cos(e, vector32('[]')) AS d FROM t ORDER BY d",
      'SELECT id, array_cosine_distance(e, $1::FLOAT[3]) AS d FROM t ORDER BY d LIMIT 3',
      'SELECT array_distance(e, [1, 2, 3]::FLOAT[3]) AS d FROM t ORDER BY array_distance(e, [1, 2, 3]::FLOAT[3])',
      'SELECT list_negative_inner_product(e, ?) AS d FROM t ORDER BY d',
      'SELECT rowid, distance AS d FROM t WHERE e MATCH ? AND k = 5 ORDER BY distance',
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

  it('is a similarity where it is one, or the sign of a distance is turned', () => {
    for (const text of [
      'SELECT (e <#> $1) * -1 AS s FROM t ORDER BY e <#> $1',
      'SELECT -1 * (e <#> $1) AS s FROM t ORDER BY s DESC',
      'SELECT -(e <#> $1) AS s FROM t ORDER BY s DESC',
      'SELECT array_cosine_similarity(e, ?) AS s FROM t ORDER BY array_cosine_similarity(e, ?) DESC LIMIT 3',
      'SELECT id, list_inner_product(e, ?) AS s FROM t ORDER BY s DESC',
      'SELECT 1 - VEC_DISTANCE_COSINE(e, ?) AS s FROM t ORDER BY VEC_DISTANCE_COSINE(e, ?)',
    ])
      assert.deepEqual(scoreColumn(text), similarity, text)
  })

  it('is what sqlite-vec gives by the name distance, nearest first unless the statement says otherwise', () => {
    for (const text of [
      'SELECT rowid, distance FROM t WHERE e MATCH ? AND k = 5',
      'SELECT t.distance, rowid FROM t WHERE e MATCH ? ORDER BY t.distance LIMIT 5',
      'SELECT d.id, distance FROM t JOIN docs d ON d.id = t.rowid WHERE e MATCH ? AND k = 5 ORDER BY distance',
    ])
      assert.deepEqual(scoreColumn(text), { name: 'distance', kind: 'distance' }, text)
  })

  it('is none where the rows come in another order, or the column is reckoned of it', () => {
    for (const text of [
      'SELECT id FROM t ORDER BY e <=> $1 LIMIT 3',
      'SELECT e <=> $1 AS d FROM t WHERE e <=> $1 < 1',
      'SELECT e <=> $1 AS d FROM t ORDER BY title',
      'SELECT e <=> $1 AS d FROM t ORDER BY d DESC',
      'SELECT 1 - (e <=> $1) AS s FROM t ORDER BY s',
      'SELECT 2 * (e <=> $1) AS d FROM t ORDER BY e <=> $1',
      'SELECT (e <#> $1) * -2 AS d FROM t ORDER BY e <#> $1',
      'SELECT -1 * (e <#> $1) * -1 AS s FROM t ORDER BY s DESC',
      'SELECT vec_distance_cosine(e, ?) + 1 AS d FROM t ORDER BY d',
      'SELECT st_distance(place, ?) AS d FROM t ORDER BY d',
      'SELECT array_cosine_similarity(e, ?) AS s FROM t ORDER BY array_cosine_similarity(e, ?)',
      'SELECT array_distance(e, ?) AS d FROM t ORDER BY array_distance(e, ?) DESC',
      "SELECT DISTANCE(e, ?, '') AS d FROM t ORDER BY d DESC",
      'SELECT vec_distance_l2(e, ?) AS d FROM t ORDER BY d - rank',
      'SELECT rowid, distance FROM t WHERE e MATCH ? AND k = 5 ORDER BY title',
      'SELECT rowid, distance FROM t WHERE e MATCH ? AND k = 5 ORDER BY distance DESC',
      'SELECT d.id, distance FROM t JOIN docs d ON d.id = t.rowid WHERE e MATCH ? AND k = 5',
      'SELECT id, distance FROM runs ORDER BY distance',
    ])
      assert.equal(scoreColumn(text), undefined, text)
  })
})
