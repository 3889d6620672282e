import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { nearest } from '../../agent/suggest.ts'

describe('nearest', () => {
  it('finds the name that was meant', () => {
    assert.deepEqual(nearest('sampel_rate', ['enabled', 'sample_rate', 'mode']), ['sample_rate'])
    assert.deepEqual(nearest('SAMPLE_RATE', ['sample_rate']), ['sample_rate'])
    assert.deepEqual(nearest('verison', ['versions', 'name']), ['versions'])
  })

  it('finds nothing where nothing is near', () => {
    assert.deepEqual(nearest('colour', ['enabled', 'mode']), [])
    assert.deepEqual(nearest('x', []), [])
    assert.deepEqual(nearest('a'.repeat(201), ['a'.repeat(201)]), [])
  })

  it('goes as far as a third of the word, at least two letters', () => {
    assert.deepEqual(nearest('ab', ['cd']), ['cd'])
    assert.deepEqual(nearest('abcdefghi', ['xyzdefghi']), ['xyzdefghi'])
    assert.deepEqual(nearest('abcdefghi', ['wxyzefghi']), [])
  })

  it('finds a longer name that contains the word, from four letters on', () => {
    assert.deepEqual(nearest('rate', ['max_records_per_rate_minute']), ['max_records_per_rate_minute'])
    assert.deepEqual(nearest('rat', ['max_records_per_rate_minute']), [])
  })

  it('gives the best first, each once, and no more than asked for', () => {
    assert.deepEqual(nearest('mode', ['modes', 'mode', 'mode', 'model', 'node'], 3), ['mode', 'modes', 'model'])
  })
})
