import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, describe, it } from 'node:test'
import { threadId } from 'node:worker_threads'
import { createLedger } from '../../../agent/ledger.ts'
import type { Point } from '../../../agent/model.ts'
import { createSocketOutput } from '../../../agent/output/socket/socket.ts'
import { loadSection } from '../../support/config.ts'
import { until } from '../../support/watched.ts'

const folder = mkdtempSync(join(tmpdir(), 'cb-socket-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function open(path: string) {
  const ledger = createLedger()
  const told: string[] = []
  const changes: boolean[] = []
  const asked: unknown[] = []
  const output = createSocketOutput(path, {
    config: () => loadSection([]).config,
    ledger,
    meter: { begin: () => 0, end() {}, done() {}, spent() {}, total: () => 0 },
    warnOnce: (_, message) => told.push(message),
    fault: (error) => told.push(`fault: ${error}`),
    where: () => 'crossbridge.yml:3:5',
    changed: () => changes.push(output.observe !== undefined),
    takeProfile: (kind, seconds, answer) => {
      asked.push([kind, seconds])
      answer(kind === 'cpu' ? '/tmp/a.cpuprofile' : undefined, kind === 'cpu' ? undefined : 'no')
      return () => asked.push('left')
    },
    version: '1.2.3',
  })
  return { output, ledger, told, changes, asked }
}

async function client(path: string) {
  const socket = connect({ path })
  await once(socket, 'connect')
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]()
  return { socket, next: async () => JSON.parse((await lines.next()).value) }
}

describe('the socket of cli.socket', { timeout: 30_000 }, () => {
  it('observes only while somebody looks, and says who it is, then counts, then figures of each second', async () => {
    const path = join(folder, 'a.sock')
    const { output, ledger, changes } = open(path)
    const counts = ledger.counts('pg', 'vector_store.search')
    counts.seen = 3
    ledger.note('pg', 'patched', '8.0.0')
    await until(() => existsSync(path))

    assert.ok(!('observe' in output && output.observe))
    assert.equal(statSync(path).mode & 0o777, 0o600)
    const { socket, next } = await client(path)
    const { v, hello } = await next()
    const first = await next()
    const call = { memoryMb: undefined, metadata: undefined, labels: undefined, traceId: undefined, spanId: undefined }
    const point = { counts } as Point
    const { observe } = output
    for (const durationMs of [1, 2, 3, 400]) observe?.({ ...call, point, durationMs, error: undefined })
    observe?.({ ...call, point, durationMs: 0, error: 'RangeError' })
    const second = await next()
    const third = await next()
    socket.destroy()
    await until(() => changes.length === 2)

    assert.deepEqual([v, hello.agent, hello.pid, hello.thread_id], [1, '1.2.3', process.pid, threadId])
    assert.deepEqual(
      [first.interval_ms, first.libraries, first.faults],
      [0, [{ name: 'pg', states: [{ state: 'patched', detail: '8.0.0' }] }], 0],
    )
    const [{ counts: told, ...scope }] = second.scopes
    assert.equal(told.seen, 3)
    assert.deepEqual(
      { ...scope, p50_ms: Math.round(scope.p50_ms * 10) / 10 },
      {
        ...{ name: 'vector_store.search', library: 'pg', calls: 5, errors: 1, open: 0 },
        ...{ p50_ms: 2, p95_ms: 400, max_ms: 400 },
      },
    )
    assert.deepEqual([third.scopes[0].calls, third.scopes[0].max_ms], [0, 0])
    assert.deepEqual(changes, [true, false])
    output.close?.()
    assert.deepEqual(readdirSync(folder), [])
  })

  it('takes a path that nobody listens at any more, and listens beside one that somebody does', async () => {
    const path = join(folder, 'b.sock')
    const beside = `${path}.${process.pid}-${threadId}`
    const first = open(path)
    await until(() => existsSync(path))
    const second = open(path)
    await until(() => existsSync(beside))

    assert.equal((await (await client(beside)).next()).hello.pid, process.pid)
    second.output.close?.()
    first.output.close?.()
    assert.deepEqual([readdirSync(folder), first.told, second.told], [[], [], []])
  })

  it('leaves alone what is not a socket, and a socket that took its place, and reports a path that is too long', async () => {
    const path = join(folder, 'c.sock')
    const wrong = open(import.meta.filename ?? folder)
    const long = open(join(folder, 'x'.repeat(108)))
    const moved = open(path)
    await until(() => existsSync(path))
    rmSync(path)
    const other = createServer().listen(path)
    await once(other, 'listening')
    moved.output.close?.()
    await until(() => wrong.told.length + long.told.length === 2)

    assert.match(
      wrong.told[0] ?? '',
      /^cli\.socket: .* is there and is not a socket; it is left as it is \(crossbridge\.yml:3:5\); nobody can look at this process$/,
    )
    assert.match(long.told[0] ?? '', /is too long for a socket: \d+ bytes, and 10[37] fit; choose a shorter one/)
    assert.ok(existsSync(path))
    other.close()
  })

  it('takes eight clients, and tells the ninth why it does not', async () => {
    const path = join(folder, 'd.sock')
    const { output } = open(path)
    await until(() => existsSync(path))
    const clients = await Promise.all(Array.from({ length: 8 }, () => client(path)))
    await Promise.all(clients.map(({ next }) => next()))

    const ninth = await client(path)

    assert.deepEqual(await ninth.next(), { v: 1, refused: '8 others look already' })
    for (const { socket } of [...clients, ninth]) socket.destroy()
    output.close?.()
  })

  it('is gone when it was closed before it listened', async () => {
    const path = join(folder, 'e.sock')
    const { output } = open(path)
    output.close?.()
    const { output: next } = open(path)

    next.close?.()
    await until(() => readdirSync(folder).length === 0)
  })

  it('takes a profile for who asks, once, and reads nothing that is no question', async () => {
    const path = join(folder, 'ask.sock')
    const { output, told, asked } = open(path)
    await until(() => existsSync(path))
    const ask = (profile: unknown, seconds: unknown, v = 1) => `${JSON.stringify({ v, profile, seconds })}\n`
    const wrong = [ask('cpu', 0), ask('cpu', 601), ask('all', 1), ask('cpu', 1, 2), 'null\n', '{\n', 'x'.repeat(5000)]
    for (const line of wrong) {
      const { socket, next } = await client(path)
      socket.write(line + ask('cpu', 1))
      await next()
      await next()
      socket.destroy()
    }
    assert.deepEqual(asked, [])

    for (const [kind, answer] of [
      ['cpu', { file: '/tmp/a.cpuprofile' }],
      ['heap', { why: 'no' }],
    ] as const) {
      const { socket, next } = await client(path)
      const question = ask(kind, 600)
      socket.write(question.slice(0, 9))
      socket.write(question.slice(9))
      const answers: unknown[] = []
      while (answers.length < 2) {
        const line = await next()
        if (!('hello' in line || 'scopes' in line)) answers.push(line)
      }
      assert.deepEqual(answers, [{ profiling: kind }, { profiled: answer }])
      socket.destroy()
    }
    await until(() => asked.length === 4)
    assert.deepEqual(
      asked.filter((one) => one !== 'left'),
      [
        ['cpu', 600],
        ['heap', 600],
      ],
    )
    output.close?.()
    assert.deepEqual(told, [])
  })
})
