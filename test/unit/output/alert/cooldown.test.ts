import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createCooldown } from '../../../../agent/output/alert/cooldown.ts'

describe('the cool-down of alerts', () => {
  it('lets one pass, then none until its time is over, and says how many those were', () => {
    let now = 0
    const cooldown = createCooldown(1000, () => now)
    const at = (time: number, scope: string) => {
      now = time
      return cooldown(scope)
    }

    assert.deepEqual([at(0, 'a'), at(0, 'b')], [0, 0])
    assert.deepEqual([at(1, 'a'), at(999, 'a')], [undefined, undefined])
    assert.deepEqual([at(1000, 'a'), at(1000, 'b')], [2, 0])
    assert.deepEqual([at(1999, 'a'), at(2000, 'a')], [undefined, 1])
  })

  it('lets all pass where it is 0', () => {
    const cooldown = createCooldown(0, () => 5)

    assert.deepEqual([cooldown('a'), cooldown('a')], [0, 0])
  })

  it('holds 1,000 scopes, and forgets the one that has been quiet longest', () => {
    const cooldown = createCooldown(1000, () => 0)
    for (let i = 0; i < 1000; i++) cooldown(`scope ${i}`)

    assert.equal(cooldown('scope 0'), undefined)
    assert.equal(cooldown('one more'), 0)
    assert.equal(cooldown('scope 1'), undefined)
    assert.equal(cooldown('scope 0'), 0)
  })
})
