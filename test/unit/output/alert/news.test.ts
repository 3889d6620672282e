import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import type { Finding } from '../../../../agent/findings/model.ts'
import { createNews } from '../../../../agent/output/alert/news.ts'

describe('a finding', () => {
  let at: number
  let look: (...signatures: readonly string[]) => string[]
  beforeEach(() => {
    at = 0
    const news = createNews(1000, () => at)
    look = (...signatures) => {
      at += 100
      return news(signatures.map((signature) => ({ signature }) as Finding)).map(({ signature }) => signature)
    }
  })

  it('is news once two looks, one after the other, have it, and never again while it stays', () => {
    assert.deepEqual([look('a'), look('a', 'b'), look('a', 'b'), look('a', 'b')], [[], ['a'], ['b'], []])
  })

  it('that a look in between has not is no news', () => {
    assert.deepEqual([look('a'), look(), look('a'), look()], [[], [], [], []])
  })

  it('is news again when it was away for so long, and not a moment before', () => {
    look('a')
    look('a')
    at += 899

    assert.deepEqual([look('a'), look('a')], [[], []])
    at += 900
    assert.deepEqual([look('a'), look('a')], [[], ['a']])
  })

  it('is forgotten when more than a thousand others came after it', () => {
    const others = Array.from({ length: 999 }, (_, i) => `other ${i}`)
    look('a')
    look('a')
    look(...others)
    assert.deepEqual(look('a'), [])
    look(...others, 'one more')
    look('a')

    assert.deepEqual(look('a'), ['a'])
  })
})
