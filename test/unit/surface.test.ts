import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { builtIns } from '../../build/libraries.ts'
import { differences, placesOf, type Surface, sets, surfaceOf, unexplained } from '../../build/surface.ts'
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

it('names what embeds, searches, writes, reranks or generates and is in no file, unless test/left-out.json says why', () => {
  const read = (name: string) => JSON.parse(readFileSync(join(root, 'test', name), 'utf8'))
  const [surface, leftOut] = [read('surface.json'), read('left-out.json')]
  const { openai: _, ...others } = leftOut
  const more = { ...surface, 'openai current': { 'openai OpenAI.prototype': 'embedAll request' } }

  assert.deepEqual(unexplained(surface, leftOut), [])
  assert.ok(unexplained(more, others).includes('openai: embedAll is in no file, and has no reason'))
  assert.deepEqual(unexplained(surface, { ...leftOut, qdrant: { ...leftOut.qdrant, none: 'query' } }), [
    'qdrant: query has a reason, and is not left out',
  ])
})

it('was looked at where the methods of today stand, in each version', () => {
  const looked: Record<string, Surface> = JSON.parse(readFileSync(join(root, 'test/surface.json'), 'utf8'))
  const folders = sets().map((set) => [set, join(root, 'test/packages', set)] as const)

  const stale = builtIns.flatMap((library) =>
    folders.flatMap(([set, folder]) => {
      const [places, key] = [placesOf(library, folder), `${library.name} ${set}`]
      const before = Object.keys(looked[key] ?? {}).sort()
      return places === undefined || places.sort().join() === before.join() ? [] : [key]
    }),
  )

  // `npm run surface` tells what is new there.
  assert.deepEqual(stale, [])
})
