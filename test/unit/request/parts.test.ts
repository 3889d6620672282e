import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { current } from '../../../agent/request/context.ts'
import { createForced } from '../../../agent/request/forced.ts'
import { newSpanId, newTraceId } from '../../../agent/request/ids.ts'
import { cleaned } from '../../../agent/request/incoming.ts'
import { createSpan } from '../../../agent/request/span.ts'

const now = () => performance.now()

describe('the secret that forces', () => {
  const secret = 'sixteen letters!'

  it('is told from all others', () => {
    const isForced = createForced(secret)

    assert.equal(isForced(secret), true)
    for (const other of ['', `${secret} `, secret.slice(1), secret.toUpperCase(), undefined, [secret]])
      assert.equal(isForced(other), false)
  })

  it('is none when it is short or empty', () => {
    for (const short of ['', secret.slice(1)]) assert.equal(createForced(short)(short), false)
  })
})

describe('ids', () => {
  it('are lower case hex of their lengths, each another', () => {
    const spans = Array.from({ length: 3000 }, newSpanId)

    for (const id of spans) assert.match(id, /^[0-9a-f]{16}$/)
    assert.match(newTraceId(), /^[0-9a-f]{32}$/)
    assert.equal(new Set(spans).size, spans.length)
  })

  it('of requests are cut at 128 characters, without control characters', () => {
    assert.equal(cleaned(`a\u0000b\r\n\u001b[1m\u007f\u009fé`), 'ab[1mé')
    assert.equal(cleaned('x'.repeat(128)), 'x'.repeat(128))
    assert.equal(cleaned('x'.repeat(129)), 'x'.repeat(128))
    for (const nothing of ['', '\t', undefined, ['a']]) assert.equal(cleaned(nothing), undefined)
  })
})

describe('a span', () => {
  const spanOf = (at = current()) => createSpan(at, now)

  it('is in the call that is under way, and in the one around that when it has ended', async () => {
    const outer = spanOf(undefined)
    await outer.run(
      async () => {
        const inner = spanOf()
        assert.deepEqual([inner.parentId, inner.traceId], [outer.spanId, outer.traceId])
        await inner.run(
          async () => {
            await sleep(1)
            assert.equal(current(), inner)
            inner.end(1)
            assert.equal(current(), outer)
            assert.equal(spanOf().parentId, outer.spanId)
          },
          undefined,
          [],
        )
      },
      undefined,
      [],
    )

    assert.equal(current(), undefined)
    assert.equal(outer.parentId, undefined)
  })

  it('tells time in which the loop was busy from time in which it waited, and from its own begin', async () => {
    const busy = (ms: number) => {
      for (const until = now() + ms; now() < until; );
    }
    await sleep(1)
    const begun = now()
    const [waiting, blocked] = [spanOf(undefined), spanOf(undefined)]
    waiting.run(() => busy(60), undefined, [])
    await sleep(60)
    const duration = now() - begun
    waiting.end(duration)

    const from = now()
    blocked.restart()
    await sleep(1)
    busy(60)
    await sleep(60)
    blocked.end(now() - from)

    // What the machine takes from this process is busy time to it, so the bounds are wide.
    assert.ok(waiting.timing.blocked_ms < duration - 60 - 30, `${waiting.timing.blocked_ms} of ${duration}`)
    assert.ok(blocked.timing.blocked_ms >= 59, String(blocked.timing.blocked_ms))
  })

  it('that is looked at now and then is under way then, for the call around it', async () => {
    let at = 0
    const outer = createSpan(undefined, () => at)
    const inner = createSpan(outer, () => at)
    inner.span = inner

    at = 10
    inner.pause(0)
    at = 100
    inner.resume()
    at = 115
    inner.end(25)
    at = 120
    outer.end(120)

    assert.deepEqual([inner.selfMs, outer.selfMs], [25, 95])
  })

  it('gives back what the original throws, and is left then', () => {
    const span = spanOf(undefined)
    const error = new Error('no')

    assert.throws(
      () =>
        span.run(
          () => {
            throw error
          },
          undefined,
          [],
        ),
      (thrown) => thrown === error,
    )
    assert.equal(current(), undefined)
  })
})
