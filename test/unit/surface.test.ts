import assert from 'node:assert/strict'
import { join } from 'node:path'
import { it } from 'node:test'
import { builtIns } from '../../build/libraries.ts'
import { differences, surfaceOf } from '../../build/surface.ts'
import { root } from '../support/application.ts'

it('names the public methods beside those of a library, and which of them are new or vanished', async () => {
  const qdrant = builtIns.find(({ name }) => name === 'qdrant')
  assert.ok(qdrant)

  const now = await surfaceOf(qdrant, join(root, 'test/packages/previous'))

  const [place = '', ...others] = Object.keys(now)
  assert.deepEqual(others, [])
  assert.match(now[place] ?? '', /\bquery queryBatch queryGroups recommend\b/)
  const before = { [place]: `${now[place]?.replace(' queryBatch', '')} vectorise`, 'gone.prototype': 'search' }
  assert.deepEqual(differences('qdrant', before, now), [
    `qdrant: ${place}: new: queryBatch`,
    `qdrant: ${place}: vanished: vectorise`,
    'qdrant: gone.prototype: vanished: search',
  ])
  assert.deepEqual(differences('qdrant', {}, { 'a.b': 'c d' }), ['qdrant: a.b: new, with 2 methods'])
})
