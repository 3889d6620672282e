import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { it } from 'node:test'
import { createLedger } from '../../agent/ledger.ts'
import { followNetwork } from '../../agent/network.ts'
import { createScopes } from '../../agent/scope/wrap.ts'
import { plain } from '../support/pipeline.ts'

it('network is on where it is named, with a threshold of its own, and its own record has its own timing', async () => {
  const server = http.createServer((_request, response) => response.end('x')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const ledger = createLedger()
  const timings: unknown[] = []
  const span = { network: undefined, end() {} }
  const scopes = createScopes({
    ...plain,
    prepares: true,
    requests: { begin: () => span as never, buffer: () => false },
    emit: () => timings.push(span.network) > 0,
  })
  const config = {
    enabled: true,
    requests: false,
    thresholds: { slow_call_ms: 0, memory_mb: 0, by_target: {}, weak_score: {} },
  }
  const agentOrigins = new Set<string>()
  const { refresh } = followNetwork({
    config: { ...config, targets: [] },
    scopes,
    ledger,
    agentOrigins,
    current: () => undefined,
    warnOnce: (_cause, message) => assert.fail(message),
    fault: (error) => assert.fail(String(error)),
  })
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const emitted = async () => {
    await (await fetch(`http://${host}/`)).text()
    return ledger.totals().emitted
  }

  assert.equal(await emitted(), 0)
  assert.deepEqual(ledger.states('network'), [{ state: 'never_loaded', detail: '' }])
  refresh({ ...config, targets: ['network'] })
  assert.equal(await emitted(), 1)
  assert.equal(ledger.states('network')[0]?.state, 'patched')
  agentOrigins.add(host)
  assert.equal(await emitted(), 1)
  agentOrigins.clear()
  refresh({ ...config, targets: ['network.request'] })
  assert.equal(await emitted(), 2)
  const slow = { ...config.thresholds, by_target: { network: 60_000 } }
  refresh({ ...config, targets: ['network'], thresholds: slow })
  assert.equal(await emitted(), 2)
  assert.equal(ledger.totals().under_threshold, 1)
  for (const off of [
    { targets: [] },
    { targets: ['llm', 'network.requests'] },
    { targets: ['network'], enabled: false },
  ]) {
    refresh({ ...config, ...off })
    assert.equal(await emitted(), 2)
  }
  assert.equal(ledger.totals().seen, 3)
  assert.deepEqual(
    timings.map((network) => (network as { requests: number }).requests),
    [1, 1],
  )

  server.closeAllConnections()
  server.close()
})
