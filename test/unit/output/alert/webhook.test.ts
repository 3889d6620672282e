import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, it } from 'node:test'
import { createWebhook } from '../../../../agent/output/alert/webhook.ts'

type Respond = (response: ServerResponse, times: number) => void

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A receiver, a webhook to it, and what both have seen. */
async function start(respond: Respond, { path = '/secret', timeout_ms = 5000, user = '', scheme = 'http' } = {}) {
  const requests: { request: IncomingMessage; body: string; at: number }[] = []
  const told: string[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (text) => (body += text))
    request.on('end', () => {
      requests.push({ request, body, at: performance.now() })
      respond(response, requests.length)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const agentOrigins = new Set<string>()
  const webhook = createWebhook({
    url: `${scheme}://${user}127.0.0.1:${port}${path}`,
    timeout_ms,
    location: 'crossbridge.yml:9:12',
    agentOrigins,
    warnOnce: (_, message) => void told.push(message.replaceAll(String(port), 'PORT')),
    fault: (error) => assert.fail(error as Error),
    waits: [5, 60],
  })
  assert.ok(webhook)
  return { ...webhook, requests, told, agentOrigins, port }
}

async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 5))
}

const answer =
  (status: number, headers = {}) =>
  (response: ServerResponse) =>
    void response.writeHead(status, headers).end()

describe('the webhook', { timeout: 60_000 }, () => {
  it('posts JSON, one after another, with the credentials of its URL', async () => {
    let open = 0
    const opened: number[] = []
    const { send, exit, requests, told, agentOrigins, port } = await start(
      (response) => {
        opened.push(++open)
        setTimeout(() => {
          open--
          response.end('ok')
        }, 10)
      },
      { user: 'me:p%40ss@', path: '/hook?channel=1' },
    )

    for (const n of [1, 2, 3]) send(JSON.stringify({ n }))
    await until(() => requests.length === 3)
    await until(() => open === 0)

    assert.deepEqual(opened, [1, 1, 1])
    assert.deepEqual(
      requests.map(({ body }) => body),
      ['{"n":1}', '{"n":2}', '{"n":3}'],
    )
    const { method, url, headers } = (requests[0] as { request: IncomingMessage }).request
    assert.deepEqual([method, url, headers['content-type']], ['POST', '/hook?channel=1', 'application/json'])
    assert.equal(headers.authorization, `Basic ${Buffer.from('me:p@ss').toString('base64')}`)
    assert.deepEqual([...agentOrigins], [`127.0.0.1:${port}`])
    // The third answer is on its way.
    await until(() => {
      told.length = 0
      exit()
      return told.length === 0
    })
  })

  it('tries again after a 429, a 500 and a broken connection, three times in all, with growing waits', async () => {
    const { send, requests, told } = await start((response, times) => {
      if (times === 1 || times > 5) answer(429)(response)
      else if (times === 2) response.socket?.destroy()
      else answer(times === 4 ? 503 : 200)(response)
    })

    send('{"n":1}')
    await until(() => requests.length === 3)
    const [first, second, third] = requests.map(({ at }) => at) as [number, number, number]
    assert.ok(second - first >= 4, `${second - first}`)
    assert.ok(third - second >= 59, `${third - second}`)
    assert.deepEqual(told, [])

    send('{"n":2}')
    await until(() => requests.length === 5)
    send('{"n":3}')
    await until(() => told.length > 0)

    assert.equal(requests.length, 8)
    assert.deepEqual(told, [
      'an alert was not sent to http://127.0.0.1:PORT: it answered 429 (crossbridge.yml:9:12); it is lost',
    ])
  })

  it('waits as long as Retry-After says', async () => {
    const { send, requests } = await start((response, times) =>
      times === 1 ? answer(429, { 'retry-after': '1' })(response) : answer(200)(response),
    )

    send('{}')
    await until(() => requests.length === 2)

    assert.ok((requests[1]?.at ?? 0) - (requests[0]?.at ?? 0) >= 990)
  })

  it('gives up at once where trying again does not help, follows no redirect, and goes on with the next', async () => {
    const { send, exit, requests, told } = await start((response, times) =>
      answer([404, 302, 200][times - 1] ?? 200, { location: '/elsewhere' })(response),
    )

    for (const n of [1, 2, 3]) send(JSON.stringify({ n }))
    await until(() => requests.length === 3)
    exit()

    assert.deepEqual(
      requests.map(({ request }) => request.url),
      ['/secret', '/secret', '/secret'],
    )
    assert.deepEqual(told.slice(0, 2), [
      'an alert was not sent to http://127.0.0.1:PORT: it answered 404 (crossbridge.yml:9:12); it is lost',
      'an alert was not sent to http://127.0.0.1:PORT: it answered 302, and redirects are not followed (crossbridge.yml:9:12); it is lost',
    ])
    assert.match(told[2] ?? '', /^alerts that were not sent to http:\/\/127.0.0.1:PORT: 2 failed/)
  })

  it('ends a try whose answer does not come in time', async () => {
    const { send, told } = await start(() => {}, { timeout_ms: 30 })

    send('{}')
    await until(() => told.length > 0)

    assert.match(told[0] ?? '', /no answer within 30 ms/)
  })

  it('holds 100, drops the oldest, and says at exit what was not sent', async () => {
    const { send, exit, requests, told } = await start(() => {})

    send('"under way"')
    await until(() => requests.length === 1)
    for (let n = 0; n < 102; n++) send(`${n}`)
    exit()

    assert.deepEqual(
      [...new Set(told)],
      [
        'more than 100 alerts wait for http://127.0.0.1:PORT (crossbridge.yml:9:12); the oldest are dropped',
        'alerts that were not sent to http://127.0.0.1:PORT: 2 dropped, 101 still waited',
      ],
    )
  })

  it('tells a URL that is none, and not what it is', () => {
    for (const url of ['', 'hooks.example/secret', 'ftp://me:secret@example.com/']) {
      const told: string[] = []
      const made = createWebhook({
        ...{ url, timeout_ms: 1, location: 'crossbridge.yml:9:12', agentOrigins: new Set() },
        warnOnce: (_, message) => void told.push(message),
        fault: (error) => assert.fail(error as Error),
      })

      assert.equal(made, undefined)
      assert.equal(told.length, 1)
      assert.match(told[0] ?? '', /^alerts.url must be an http or https URL \(crossbridge.yml:9:12\); no alerts/)
      assert.doesNotMatch(told.join(), /secret/)
    }
  })

  it('speaks TLS where the URL says https', async () => {
    const { send, requests, told } = await start(answer(200), { scheme: 'https' })

    send('{}')
    await until(() => told.length > 0)

    assert.equal(requests.length, 0)
    assert.match(told[0] ?? '', /^an alert was not sent to https:\/\/127.0.0.1:PORT: (EPROTO|ERR_SSL_\w+) /)
  })

  it('takes credentials that are not well encoded as they are', async () => {
    const { send, requests } = await start(answer(200), { user: 'me:50%off@' })

    send('{}')
    await until(() => requests.length === 1)

    assert.equal(requests[0]?.request.headers.authorization, `Basic ${Buffer.from('me:50%off').toString('base64')}`)
  })
})
