import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createRuns } from '../../../../cli/report/runs.ts'
import { recordOf } from '../../../support/records.ts'

it('a finding in a log is no call, and begins no run that would be missed at the end', () => {
  const runs = createRuns()
  const own = { library: 'agent', duration_ms: 0 }
  const scopes = [{ library: 'qdrant', scope: 'vector_store.search', seen: 3, emitted: 3 }]

  assert.equal(runs.take(recordOf({ ...own, name: 'agent.finding', pid: 8 })), true)
  runs.take({ ...recordOf({ ...own, name: 'agent.summary' }), ...{ scopes, started: 1 } })
  assert.equal(runs.note(), 'Of 3 calls 3 left a record.')
})
