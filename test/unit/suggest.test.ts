import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { suggest } from '../../agent/suggest.ts'

describe('nearest', () => {
  it('finds the name that was meant', () => {
    assert.deepEqual(suggest('sampel_rate', ['enabled', 'sample_rate', 'mode']), ['sample_rate'])
    assert.deepEqual(suggest('SAMPLE_RATE', ['sample_rate']), ['sample_rate'])
    assert.deepEqual(suggest('verison', ['versions', 'name']), ['versions'])
  })

  it('finds nothing where nothing is near', () => {
    assert.deepEqual(suggest('colour', ['enabled', 'mode']), [])
    assert.deepEqual(suggest('x', []), [])
    assert.deepEqual(suggest('a'.repeat(201), ['a'.repeat(201)]), [])
  })

  it('goes as far as a third of the word, at least two letters', () => {
    assert.deepEqual(suggest('ab', ['cd']), ['cd'])
    assert.deepEqual(suggest('abcdefghi', ['xyzdefghi']), ['xyzdefghi'])
    assert.deepEqual(suggest('abcdefghi', ['wxyzefghi']), [])
  })

  it('finds a longer name that contains the word, from four letters on', () => {
    assert.deepEqual(suggest('rate', ['max_records_per_rate_minute']), ['max_records_per_rate_minute'])
    assert.deepEqual(suggest('rat', ['max_records_per_rate_minute']), [])
  })

  it('gives the best first, each once, and no more than asked for', () => {
    assert.deepEqual(suggest('mode', ['modes', 'mode', 'mode', 'model', 'node'], 3), ['mode', 'modes', 'model'])
  })
})
