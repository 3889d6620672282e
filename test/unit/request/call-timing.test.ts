import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  createCallNetwork,
  finish,
  leaveUntold,
  moveToPhase,
  timingOf,
  track,
} from '../../../agent/request/call-timing.ts'

describe('the requests of one call', () => {
  it('are split into connecting, waiting, reading and, after the last byte, decoding', () => {
    const network = createCallNetwork()
    const one = track([network], 10)
    moveToPhase(one, 'first_byte', 12)
    moveToPhase(one, 'read', 42)
    finish(one, false, 47)

    assert.deepEqual(timingOf(network, 48.006), {
      requests: 1,
      connect_ms: 2,
      first_byte_ms: 30,
      read_ms: 5,
      retry_ms: 0,
      decode_ms: 1.01,
    })
  })

  it('count the time once where they overlap', () => {
    const network = createCallNetwork()
    const all = [0, 1, 2].map((at) => track([network], at))
    for (const one of all) moveToPhase(one, 'first_byte', 5)
    for (const [i, one] of all.entries()) moveToPhase(one, 'read', 20 + i)
    for (const one of all) finish(one, false, 30)

    const { requests, connect_ms, first_byte_ms, read_ms, decode_ms } = timingOf(network, 30)
    assert.deepEqual([requests, connect_ms, first_byte_ms, read_ms, decode_ms], [3, 5, 17, 10, 0])
  })

  it('wait between tries only after one that failed or was refused', () => {
    for (const [status, failed, waited] of [
      [200, false, 0],
      [404, false, 0],
      [429, false, 50],
      [503, false, 50],
      [undefined, true, 50],
    ] as const) {
      const network = createCallNetwork()
      const first = track([network], 0)
      first.status = status
      finish(first, failed, 10)
      const second = track([network], 60)
      const third = track([network], 61)
      finish(second, false, 70)
      finish(third, false, 70)

      assert.equal(timingOf(network, 70).retry_ms, waited, String(status))
    }
  })

  it('are read until the end of the call where nothing tells the last byte', () => {
    const network = createCallNetwork()
    const one = track([network], 0)
    moveToPhase(one, 'read', 10)
    leaveUntold(one, { complete: true }, 10)

    assert.equal(timingOf(network, 25).read_ms, 15)
    assert.equal(timingOf(network, 25).decode_ms, 0)
  })

  it('show at the next request that the answer before was read, and that it was a refusal', () => {
    for (const [status, complete, read_ms, retry_ms] of [
      [200, true, 30, 0],
      [429, true, 0, 30],
      [429, false, 30 + 60, 0],
    ] as const) {
      const network = createCallNetwork()
      const first = track([network], 0)
      first.status = status
      moveToPhase(first, 'read', 10)
      leaveUntold(first, { complete }, 10)
      finish(track([network], 40), false, 100)

      const timing = timingOf(network, 100)
      assert.deepEqual([timing.read_ms, timing.retry_ms], [read_ms, retry_ms], `${status} ${complete}`)
    }
  })

  it('keep no more than 64 answers that are never read', () => {
    const network = createCallNetwork()
    for (let at = 0; at < 100; at++) leaveUntold(track([network], at), { complete: false }, at)

    assert.equal(network.untold.length, 64)
    assert.equal(network.open, 64)
    assert.equal(timingOf(network, 100).requests, 100)
  })
})
