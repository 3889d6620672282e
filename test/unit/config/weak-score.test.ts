import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { loadSection } from '../../support/config.ts'

const read = (text: string) => {
  const { config, problems } = loadSection([`thresholds: { weak_score: ${text} }`])
  return [config.thresholds.weak_score, problems]
}

describe('thresholds.weak_score', () => {
  it('is a number, one on a side, or such by name', () => {
    assert.deepEqual(read('0.5'), [{ '': { at: 0.5 } }, []])
    assert.deepEqual(read('{ below: 0.5 }'), [{ '': { at: 0.5, is: 'below' } }, []])
    assert.deepEqual(read('{ docs: -1, faq: { above: 12 } }'), [{ docs: { at: -1 }, faq: { at: 12, is: 'above' } }, []])
    assert.deepEqual(read('{}'), [{}, []])
  })

  it('is nothing else, and the message says of which name, and where', () => {
    const told = (text: string) => read(text)[1]
    const rest = 'number, below or above one, or a map of names to such, not'

    assert.deepEqual(told('much'), [
      `thresholds.weak_score must be a ${rest} the text "much" (crossbridge.yml:3:31); using {}`,
    ])
    assert.deepEqual(told('{ docs: much }'), [
      'thresholds.weak_score of docs must be a number, or below or above one, not the text "much" (crossbridge.yml:3:39); using {}',
    ])
    for (const wrong of [
      '[0.5]',
      '{ docs: [1] }',
      '{ below: much }',
      '{ docs: { below: 1, above: 2 } }',
      '.nan',
      '.inf',
    ])
      assert.equal((told(wrong) as readonly string[]).length, 1, wrong)
  })
})
