import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { channel } from 'node:diagnostics_channel'
import { EventEmitter, once } from 'node:events'
import http from 'node:http'

import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { Timing } from '../../../agent/model.ts'
import { timingOf } from '../../../agent/request/call-timing.ts'
import { followOutgoing, type Networked } from '../../../agent/request/outgoing.ts'
import { createScopes } from '../../../agent/scope/wrap.ts'
import { root } from '../../support/application.ts'
import { openaiServer } from '../../support/openai-server.ts'
import { plain } from '../../support/pipeline.ts'

const from = (set: string) => createRequire(join(root, 'test/packages', set, 'package.json'))
const major = Number.parseInt(process.versions.node, 10)
const now = performance.now.bind(performance)
const calls = new AsyncLocalStorage<Networked>()
const faults: unknown[] = []
const agentOrigins = new Set<string>()
followOutgoing({
  current: () => calls.getStore(),
  now,
  agentOrigins,
  points: {},
  scopes: createScopes(plain),
  fault: (error) => void faults.push(error),
})

/** What a call's record would say, and how long the call took. */
async function timed(work: () => Promise<unknown>): Promise<Omit<Timing, 'blocked_ms'> & { duration: number }> {
  const call: Networked = {}
  const start = now()
  await calls.run(call, work).catch(() => {})
  const end = now()
  assert.deepEqual(faults, [])
  assert.ok(call.network, 'no request was seen')
  return { ...timingOf(call.network, end), duration: end - start }
}

/** `?head=30&hold=1&status=500`: waits so long before the head, and with the rest of the body until it is let go. */
const server = http.createServer(async (request, response) => {
  const asked = new URL(request.url ?? '', 'http://x').searchParams
  request.resume()
  await once(request, 'end')
  await wait(Number(asked.get('head')), undefined, { ref: false })
  response.writeHead(Number(asked.get('status') ?? 200))
  response.write('begin')
  if (asked.has('hold')) await once(held, String(request.url))
  response.end('end')
})
const held = new EventEmitter().setMaxListeners(0)
/** Called when a client has the head: the rest comes 30 ms later. */
const release = (url: string) => setTimeout(() => held.emit(new URL(url).pathname + new URL(url).search), 30)
let base = ''

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
const get = (url: string, options: http.RequestOptions = {}) =>
  new Promise<string>((resolve, reject) => {
    const request = http.get(url, options, (response) => {
      release(url)
      let text = ''
      response.setEncoding('utf8').on('data', (part) => (text += part))
      response.on('end', () => resolve(text)).on('error', reject)
    })
    request.on('error', reject)
  })
const clients: Record<string, (url: string) => Promise<string>> = {
  fetch: async (url) => {
    const answer = await fetch(url)
    release(url)
    return answer.text()
  },
  http: (url) => get(url),
}
for (const set of ['older', 'previous', 'current'] as const) {
  if (set === 'current' && major < 22) continue
  const undici = from(set)('undici') as {
    Agent: new () => { destroy(): unknown }
    request(url: string, options: object): Promise<{ body: { text(): Promise<string> } }>
  }
  const dispatcher = new undici.Agent()
  after(() => dispatcher.destroy())
  clients[`undici-${set}`] = async (url) => {
    const { body } = await undici.request(url, { dispatcher })
    release(url)
    return body.text()
  }
}

describe('outgoing requests', () => {
  before(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret`
  })
  after(() => {
    agent.destroy()
    server.closeAllConnections()
    server.close()
  })

  for (const [name, client] of Object.entries(clients)) {
    it(`${name}: the server's waits show where it had them`, async () => {
      const head = await timed(() => client(`${base}?head=30`))
      const body = await timed(() => client(`${base}?hold=alone-${name}`))

      assert.deepEqual([head.requests, body.requests], [1, 1])
      assert.ok((head.first_byte_ms ?? 0) >= 25, JSON.stringify(head))
      assert.ok((body.read_ms ?? 0) >= 25, JSON.stringify(body))
      for (const { duration, connect_ms = 0, first_byte_ms = 0, read_ms = 0, decode_ms = 0 } of [head, body])
        assert.ok(connect_ms + first_byte_ms + read_ms + decode_ms <= duration + 0.05)
    })

    it(`${name}: of requests at once the time counts once, and what the call did after them is decoding`, async () => {
      const all = await timed(async () => {
        await Promise.all(Array.from({ length: 5 }, () => client(`${base}?head=30&hold=${name}`)))
        if (name !== 'http') await wait(30)
      })

      assert.equal(all.requests, 5)
      assert.ok((all.first_byte_ms ?? 0) >= 25 && (all.first_byte_ms ?? 0) <= all.duration)
      assert.ok((all.read_ms ?? 0) >= 25 && (all.read_ms ?? 0) <= all.duration)
      if (name !== 'http') assert.ok((all.decode_ms ?? 0) >= 25, JSON.stringify(all))
    })

    it(`${name}: what comes after a 500 or a refused connection is another try, after a 200 it is not`, async () => {
      const sequence = (first: string) => async () => {
        await client(first).catch(() => {})
        await wait(30)
        await client(base)
      }
      const refused = await timed(sequence('http://127.0.0.1:2/'))
      const failed = await timed(sequence(`${base}?status=500`))
      const fine = await timed(sequence(base))

      assert.deepEqual([refused.requests, failed.requests, fine.requests], [2, 2, 2])
      assert.ok((refused.retry_ms ?? 0) >= 25, JSON.stringify(refused))
      assert.ok((failed.retry_ms ?? 0) >= 25, JSON.stringify(failed))
      assert.equal(fine.retry_ms, 0)
    })
  }

  it('are told of when they are aborted, before the answer and in it', async () => {
    const unanswered = (ask: (signal: AbortSignal) => Promise<unknown>) => async () => {
      const stop = new AbortController()
      const asked = ask(stop.signal)
      await once(server, 'request')
      stop.abort()
      await asked
    }
    const head = await timed(unanswered((signal) => fetch(`${base}?head=60000`, { signal })))
    const bare = await timed(unanswered((signal) => get(`${base}?head=60000`, { signal })))
    const body = await timed(async () => {
      const stop = new AbortController()
      const answer = await fetch(`${base}?hold=1`, { signal: stop.signal })
      stop.abort()
      await answer.text()
    })

    assert.ok((head.first_byte_ms ?? 0) > 0 && head.read_ms === 0, JSON.stringify(head))
    assert.ok((body.read_ms ?? 0) > 0, JSON.stringify(body))
    assert.ok((bare.first_byte_ms ?? 0) > 0 && bare.read_ms === 0, JSON.stringify(bare))
  })

  it('wait for a connection where all are in use, as far as Node tells their making', async () => {
    const busy = get(`${base}?head=60`, { agent })
    const { connect_ms = 0, requests } = await timed(() => get(base, { agent }))
    await busy

    assert.equal(requests, 1)
    if (major < 22) assert.equal(connect_ms, 0)
    else assert.ok(connect_ms >= 30, String(connect_ms))
  })

  it('do not count where they are the agent’s own', async () => {
    const call: Networked = {}
    agentOrigins.add(new URL(base).host)
    await calls.run(call, () => Promise.all([fetch(base).then((answer) => answer.text()), get(base)]))
    agentOrigins.clear()

    assert.equal(call.network, undefined)
  })

  it('are tried again by clients of the OpenAI API, over either transport', async () => {
    const loopback = await openaiServer()
    try {
      for (const set of ['previous', 'oldest']) {
        const { OpenAI } = from(set)('openai')
        const client = new OpenAI({ apiKey: 'sk-none', baseURL: loopback.url, maxRetries: 2 })
        const { requests, retry_ms = 0 } = await timed(() => client.embeddings.create({ model: 'retry', input: 'a' }))

        assert.equal(requests, 2, set)
        assert.ok(retry_ms > 0, set)
      }
    } finally {
      await loopback.close()
    }
  })

  it('are not listened to part by part where none is a record of its own', () => {
    const heard = (name: string) => channel(`undici:request:${name}`).hasSubscribers

    assert.deepEqual([heard('headers'), heard('bodyChunkReceived')], [true, false])
  })

  it('have nobody listening to them, and nothing on them that was not there', async () => {
    const shape = (call: Networked | undefined) =>
      calls.run(
        call as Networked,
        () =>
          new Promise<unknown>((resolve, reject) => {
            const request = http.get(base, (response) => {
              const count = (one: NodeJS.EventEmitter) =>
                one.eventNames().map((name) => [name, one.listenerCount(name)])
              resolve([Reflect.ownKeys(request), Reflect.ownKeys(response), count(request), count(response)])
              response.resume()
            })
            request.on('error', reject)
          }),
      )

    assert.deepEqual(await shape({}), await shape(undefined))
  })
})
