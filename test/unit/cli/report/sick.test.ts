import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { healthy, sick } from '../../../sick/cases.ts'
import { faultsOf, findingsIn } from '../../../sick/judge.ts'
import { root } from '../../../support/application.ts'

const folder = join(root, 'test', 'sick', 'records')
const textOf = (name: string) => gunzipSync(readFileSync(join(folder, `${name}.jsonl.gz`))).toString()

describe('the records of a sick service', () => {
  for (const [name, one] of Object.entries(sick))
    it(`show first what it is sick of, with the share that its servers' sleeps come to: ${name}`, () => {
      assert.deepEqual(faultsOf(one, findingsIn(textOf(name), one)), [])
    })
})

describe('the records of a healthy service', () => {
  for (const [name, one] of Object.entries(healthy))
    it(`show nothing: ${name}`, () => {
      assert.deepEqual(faultsOf(one, findingsIn(textOf(name), one)), [])
    })
})

it('each record file is of a service', () => {
  const names = Object.keys({ ...sick, ...healthy }).map((name) => `${name}.jsonl.gz`)

  assert.deepEqual(readdirSync(folder).sort(), names.sort())
})
