import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compileEnds } from '../../../../agent/scope/ending/kinds.ts'
import { watch } from '../../../../agent/scope/ending/watch.ts'

const turns = async (times: number) => {
  for (let i = 0; i < times; i++) await null
}

/** Fails while its chunks may still be queued: what is queued then is lost, so it tells how fast its consumer is. */
const failing = (between: number) =>
  new ReadableStream<number>({
    async start(queue) {
      await turns(4)
      for (const chunk of [0, 1, 2]) {
        queue.enqueue(chunk)
        await turns(between)
      }
      queue.error(new RangeError('broken'))
    },
  })

type Got = (number | string)[]
const told = (got: Got) => (error: Error) => void got.push(error.message)

async function byReader(stream: ReadableStream<number>): Promise<Got> {
  const got: Got = []
  const reader = stream.getReader()
  const all = async () => {
    for (let step = await reader.read(); !step.done; step = await reader.read()) got.push(step.value)
  }
  await all().catch(told(got))
  return got
}
async function byIteration(stream: ReadableStream<number>): Promise<Got> {
  const got: Got = []
  const all = async () => {
    for await (const chunk of stream) got.push(chunk)
  }
  await all().catch(told(got))
  return got
}
async function byPipe(stream: ReadableStream<number>): Promise<Got> {
  const got: Got = []
  await stream.pipeTo(new WritableStream({ write: (chunk) => void got.push(chunk) })).catch(told(got))
  return got
}
const ways: Record<string, (stream: ReadableStream<number>) => Promise<unknown>> = {
  'a reader': byReader,
  'a reader that asks ahead': async (stream) => {
    const reader = stream.getReader()
    const steps = await Promise.allSettled([0, 1, 2, 3, 4].map(() => reader.read()))
    return steps.map((step) => (step.status === 'fulfilled' ? step.value.value : step.reason.message))
  },
  iteration: byIteration,
  'a pipe': byPipe,
  'a pipe through another': (stream) => byIteration(stream.pipeThrough(new TransformStream())),
  'two branches': (stream) => Promise.all(stream.tee().map(byReader)),
}

const watcher = () => ({ park() {}, look() {}, end() {}, fail() {}, chunk() {} })
const watched = (stream: ReadableStream<number>) => {
  watch(stream, watcher(), undefined)
  return stream
}
const heldOf = (stream: ReadableStream<number>) => {
  const result = { stream }
  watch(result, watcher(), compileEnds({ kind: 'stream', at: 'stream' }))
  return result.stream
}

describe('a web stream that fails with chunks in its queue', () => {
  for (const [name, read] of Object.entries(ways)) {
    it(`hands ${name} as many chunks as without us`, async () => {
      for (let between = 0; between < 8; between++)
        assert.deepEqual(await read(watched(failing(between))), await read(failing(between)), `${between} turns`)
    })
  }

  it('hands a pipe whose consumer is slow no chunk ahead, and fails at once, where we see the chunks', async () => {
    const read = async (make: (stream: ReadableStream<number>) => ReadableStream<number>) => {
      const log: Got = []
      let broken = (_: Error) => {}
      const stream = new ReadableStream<number>({
        start(queue) {
          for (const chunk of [0, 1, 2]) queue.enqueue(chunk)
          broken = (error) => queue.error(error)
        },
      })
      const writable = new WritableStream<number>({
        async write(chunk) {
          log.push(chunk)
          await new Promise((resolve) => setImmediate(resolve))
          broken(new RangeError('broken'))
          await new Promise((resolve) => setImmediate(resolve))
          log.push('written')
        },
        abort: told(log),
      })
      await make(stream).pipeTo(writable).catch(told(log))
      return log
    }

    assert.deepEqual(await read(heldOf), [0, 'written', 'broken', 'broken'])
    assert.deepEqual(await read((stream) => stream), [0, 'written', 'broken', 'broken'])
  })
})
