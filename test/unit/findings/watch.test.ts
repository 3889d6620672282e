import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { createWatch } from '../../../agent/findings/watch.ts'
import type { ProfileRecord } from '../../../agent/model.ts'
import { healthy, sick } from '../../sick/cases.ts'
import { findingsIn } from '../../sick/judge.ts'
import { root } from '../../support/application.ts'
import { embed, requests, row } from '../../support/requests.ts'

const folder = join(root, 'test', 'sick', 'records')
const recordsIn = (text: string): ProfileRecord[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

describe('a watch of a process that runs', () => {
  for (const file of readdirSync(folder))
    it(`finds what the report finds but for cold starts, though it has looked before: ${file}`, () => {
      const text = gunzipSync(readFileSync(join(folder, file))).toString()
      const records = recordsIn(text)
      const one = { ...sick, ...healthy }[file.replace('.jsonl.gz', '')] ?? {}
      const watch = createWatch(one)
      const half = records.slice(0, records.length / 2)
      for (const record of half) watch.add(record)
      watch.found()
      for (const record of records.slice(half.length)) watch.add(record)

      const [first] = watch.found()
      const [expected] = findingsIn(text, one).filter(({ kind }) => kind !== 'cold_start')
      assert.deepEqual([first?.kind, first?.signature], [expected?.kind, expected?.signature])
    })

  it('has looked at no request of which records may still come, until it is asked', () => {
    const watch = createWatch()
    const [record] = requests(1, 100, () => row(3, 20, () => ({ name: embed })))
    if (record !== undefined) watch.add(record)

    const steps = [watch.requests(), watch.finishOldest(), watch.requests(), watch.finishOldest()]
    assert.deepEqual(steps, [0, true, 1, false])
  })

  it('looks at so many calls of a request as it is told, and what the agent says of itself is none', () => {
    const watch = createWatch({ mostCalls: 4 })
    const long = requests(8, 1000, () => row(9, 100, () => ({ name: embed })))
    for (const record of long) watch.add(record)
    for (const record of long) watch.add({ ...record, library: 'agent', name: 'agent.finding' })

    const [finding] = watch.found()
    assert.deepEqual([finding?.kind, finding?.calls, watch.requests()], ['single_embeddings', 24, 8])
  })
})
