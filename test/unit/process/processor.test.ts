import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createByClocks, openProcessor } from '../../../agent/process/processor.ts'

function byClocks() {
  let [at, idle, cpu] = [0, 0, 0]
  const processor = createByClocks({ idle: () => idle, cpu: () => cpu })
  processor.look(at, 0)
  const pass = (idleMs: number, cpuMs: number, elseMs = 0) => {
    at += idleMs + cpuMs + elseMs
    idle += idleMs
    cpu += cpuMs
    processor.look(at, 0)
  }
  return { processor, pass, at: () => at }
}

describe('the processor, by the clocks of the thread', () => {
  it('was waited for where the loop was active and the thread did not run', () => {
    const { processor, pass } = byClocks()

    pass(100, 50)
    assert.equal(processor.waited, 0)
    pass(100, 50, 150)
    pass(0, 10, 30)

    assert.deepEqual([processor.waited, processor.ran], [180, 110])
  })

  it('was not waited for, as far as is known, while a profiler samples, which makes the loop seem active', () => {
    const { processor, pass } = byClocks()

    processor.sampled = true
    pass(0, 10, 500)
    processor.sampled = false
    pass(100, 50, 20)

    assert.deepEqual([processor.waited, processor.ran], [20, 60])
  })

  it('was not waited for where the kernel only counts late', () => {
    const { processor, pass } = byClocks()
    // It counts in ticks of 4 ms.
    for (let ms = 1; ms <= 4000; ms++) pass(0, ms % 4 === 0 ? 4 : 0, ms % 4 === 0 ? -3 : 1)

    assert.ok(processor.waited <= 4, String(processor.waited))
  })

  it('is looked at again only when the last look is too old', () => {
    const { processor, pass, at } = byClocks()
    pass(0, 0, 10)
    assert.equal(processor.waited, 10)

    processor.look(at() + 4, 5)
    assert.equal(processor.waited, 10)
    processor.look(at() + 5, 5)

    assert.equal(processor.waited, 15)
  })

  it('is known on this machine, and goes on only upward', () => {
    const processor = openProcessor()
    processor.look(performance.now(), 0)
    const { ran, waited } = processor
    for (let i = 0; i < 1e7; i++) Math.sqrt(i)
    processor.look(performance.now() + 1, 0)

    assert.ok(processor.ran >= ran && processor.waited >= waited)
    processor.close()
    processor.look(performance.now() + 2, 0)
    assert.ok(processor.ran > 0)
  })
})
