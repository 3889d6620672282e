import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { now } from '../../../agent/clock.ts'
import type { Config } from '../../../agent/config/schema.ts'
import type { ProfileRecord } from '../../../agent/model.ts'
import { createRecorder } from '../../../agent/process/recorder.ts'

type Options = Config['cpu_profile']

function open(options: Partial<Options> = {}, write: (name: string) => string | undefined = (name) => `/p/${name}`) {
  const released: { record: ProfileRecord; context: unknown }[] = []
  const written: string[] = []
  const told: string[] = []
  let named = 0
  const recorder = createRecorder({
    options: {
      ...{ on: 'slow', interval_ms: 5, window_s: 10, keep: 5, path: 'p', stall_ms: 60_000 },
      ...{ burst_s: 0, burst_interval_ms: 5, burst_cooldown_s: 300, workers: false, ...options },
    },
    files: {
      nameOf: (kind) => `${kind}-${named++}`,
      write(name) {
        written.push(name)
        return write(name)
      },
    },
    own: '/agent/',
    now,
    release: (record, context) => released.push({ record, context }),
    spent() {},
    warnOnce: (_, message) => told.push(message),
    fault: (error) => told.push(`fault: ${error}`),
  })
  return { recorder, released, written, told }
}
function busy(ms: number): void {
  const spent = () => process.cpuUsage().user / 1000
  for (const end = spent() + ms; spent() < end; ) for (let i = 0; i < 1e6; i++) Math.sqrt(i)
}
const recordOf = (durationMs: number, more: Partial<ProfileRecord> = {}): ProfileRecord => ({
  ...{ name: 'shop.rank', library: 'app', duration_ms: durationMs, timestamp: (Date.now() - durationMs) / 1000 },
  ...{ concurrent: 0, pid: 1, thread_id: 0, exceeded: ['slow_call_ms'], ...more },
})
/** A call of 150 ms of work, at its end. */
function slow(more: Partial<ProfileRecord> = {}): ProfileRecord {
  const since = now()
  busy(150)
  return recordOf(now() - since, more)
}

describe('the recorder', () => {
  it('holds a slow record until its window is over, and releases it once, with its context', () => {
    const { recorder, released, written, told } = open()
    const context = {}
    const record = slow()

    assert.equal(recorder.hold(record, context), true)
    assert.deepEqual([released.length, record.profile, record.hot], [0, 'cpu-0', undefined])
    recorder.close()
    recorder.close()

    assert.equal(released.length, 1)
    assert.ok(released[0]?.record === record && released[0].context === context)
    assert.ok((record.hot?.samples ?? 0) > 1, JSON.stringify(record.hot))
    assert.deepEqual([written, told], [['cpu-0'], []])
    assert.equal(recorder.hold(slow(), context), false)
  })

  it('lets pass at once what passed no threshold, what passed that of memory, and what only waited', () => {
    const { recorder, released, written } = open()
    const { exceeded: _, ...none } = slow()
    const bulky = slow({ exceeded: ['memory_mb'] })
    const waited = slow({ timing: { blocked_ms: 4.9 } })

    for (const record of [none, bulky, waited]) assert.equal(recorder.hold(record, undefined), false)
    recorder.close()

    assert.deepEqual(
      [none, bulky, waited].map((one: Partial<ProfileRecord>) => one.profile),
      [undefined, 'cpu-0', 'cpu-0'],
    )
    assert.deepEqual([released, written], [[], ['cpu-0']])
  })

  it('takes the stall that it is told of for the time to look at', () => {
    const { recorder, released } = open({ stall_ms: 20 })
    const since = now()
    const other = function other() {
      busy(150)
    }
    other()
    const from = now()
    busy(150)
    recorder.stalled(from, now())
    recorder.hold(recordOf(now() - since), undefined)
    recorder.close()

    const { record } = released[0] ?? {}
    assert.ok((record?.hot?.samples ?? 0) > 1)
    assert.ok(!JSON.stringify(record?.hot).includes('other'), JSON.stringify(record?.hot))
  })

  it('holds nothing while it is paused, releases what it held, and goes on after', () => {
    const { recorder, released, written } = open()
    recorder.hold(slow(), 1)

    recorder.pause(true)
    assert.equal(released.length, 1)
    assert.equal(recorder.hold(slow(), 2), false)
    recorder.pause(false)
    assert.equal(recorder.hold(slow(), 3), true)
    recorder.close()

    assert.deepEqual(
      released.map(({ context }) => context),
      [1, 3],
    )
    assert.equal(written.length, 2)
  })

  it('loses no record where its file can not be written', () => {
    const { recorder, released, told } = open({}, () => {
      throw new Error('no')
    })
    recorder.hold(slow(), undefined)
    recorder.close()

    assert.equal(released.length, 1)
    assert.deepEqual(told, ['fault: Error: no'])
  })

  it('with `signal` does nothing of its own, and answers who asks', async () => {
    const { recorder, written } = open({ on: 'signal' })
    assert.equal(recorder.hold(slow(), undefined), false)

    const answer = await new Promise((resolve) => {
      recorder.take(60, (...told) => resolve(told))
      busy(20)
      recorder.close()
    })

    assert.deepEqual(answer, ['/p/hand-0', undefined])
    assert.deepEqual(written, ['hand-0'])
  })
})
