import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import type { ProfileRecord } from '../../../../agent/model.ts'
import { createAlerts } from '../../../../agent/output/alert/alert.ts'
import { loadSection } from '../../../support/config.ts'

const slow: ProfileRecord = {
  ...{ name: 'vector_store.search', duration_ms: 812.5, timestamp: 2, library: 'qdrant', exceeded: ['slow_call_ms'] },
  ...{ concurrent: 0, pid: 3, thread_id: 0 },
}
const cooling = {
  ...({ on: 'thresholds', destination: 'stderr' } as const),
  ...{ url: '', timeout_ms: 5000, cooldown_s: 60, window_s: 300, again_after_s: 3600 },
} as const

const unused = { config: () => loadSection([]).config, meter: { spent() {} } }
const fault = (error: unknown) => assert.fail(error as Error)

describe('an alert', { timeout: 60_000 }, () => {
  it('is a sentence for people, the record, and how many were held back', async () => {
    const bodies: { text: string; record: ProfileRecord; suppressed: number }[] = []
    const server = createServer((request, response) => {
      let body = ''
      request.on('data', (text) => (body += text))
      request.on('end', () => response.end(String(bodies.push(JSON.parse(body)))))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
      const alerts = createAlerts([{ ...cooling, type: 'webhook', url, cooldown_s: 0.5 }], {
        ...{ location: () => 'crossbridge.yml:9:12', agentOrigins: new Set(), warnOnce: assert.fail, fault, ...unused },
        openLog: () => assert.fail(),
      })
      const exceeded = ['slow_call_ms', 'memory_mb']

      alerts.write({ ...slow, exceeded, peak_memory_mb: 82, error: 'TimeoutError' })
      alerts.write(slow)
      alerts.write(slow)
      alerts.write({ ...slow, name: '<!channel>\n& @here' })
      alerts.write({
        ...{ ...slow, name: 'system.snapshot', library: 'system', duration_ms: 0 },
        exceeded: ['cpu_percent', 'memory_mb', 'heap_percent'],
        metadata: { cpu_percent: 91.5, memory_mb: 812, memory_growth_mb: 611.5, heap_percent: 93 },
      })
      await new Promise((resolve) => setTimeout(resolve, 520))
      alerts.write(slow)
      while (bodies.length < 4) await new Promise((resolve) => setTimeout(resolve, 5))

      assert.deepEqual(
        bodies.map(({ text }) => text),
        [
          'vector_store.search (qdrant) took 812.5 ms, with a peak of 82 MB, more than slow_call_ms and memory_mb; it failed with TimeoutError',
          '!channel here (qdrant) took 812.5 ms, more than slow_call_ms',
          'process 3 passed a threshold: cpu_percent 91.5, memory_mb 812 (611.5 more than at its start), heap_percent 93 of the limit',
          'vector_store.search (qdrant) took 812.5 ms, more than slow_call_ms; 2 more were held back since the last alert',
        ],
      )
      assert.deepEqual([bodies[3]?.record, bodies[3]?.suppressed], [slow, 2])
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })

  it('cools down for each scope of each library, and for each place where alerts go', () => {
    const logged: [string, string][] = []
    const alerts = createAlerts(
      [
        { ...cooling, type: 'log' },
        { ...cooling, type: 'log', destination: 'stdout', cooldown_s: 0 },
      ],
      {
        ...{ location: () => '', agentOrigins: new Set(), warnOnce: assert.fail, fault, ...unused },
        openLog: (destination) => ({ write: ({ library }) => logged.push([destination, library]) > 0, flush() {} }),
      },
    )

    for (const library of ['qdrant', 'qdrant', 'chromadb']) alerts.write({ ...slow, library })

    const at = (stream: string) => logged.flatMap(([destination, library]) => (destination === stream ? [library] : []))
    assert.deepEqual(at('stderr'), ['qdrant', 'chromadb'])
    assert.deepEqual(at('stdout'), ['qdrant', 'qdrant', 'chromadb'])
  })
})
