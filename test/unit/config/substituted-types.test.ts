import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { load } from '../../../agent/config/load.ts'

test('a plain value gets its type after its variables are filled in', (t) => {
  const { config, problems } = loaded(t, { ON: 'true', RATE: '0.5' })

  assert.deepEqual(problems, [])
  assert.equal(config.enabled, true)
  assert.equal(config.include_metadata, false)
  assert.equal(config.sample_rate, 0.5)
})

test('a plain value of an empty variable is as if it were not there', (t) => {
  const { config, problems } = loaded(t, { ON: 'null' })

  assert.deepEqual(problems, [])
  assert.equal(config.enabled, false)
  assert.equal(config.sample_rate, 0.1)
})

function loaded(t: { after(end: () => void): void }, env: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'crossbridge-types-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'crossbridge.yml')
  const variable = (text: string) => `\${${text}}`
  writeFileSync(
    file,
    `runtime:
  profiling:
    enabled: ${variable('ON')}
    include_metadata: ${variable('META:-false')}
    sample_rate: ${variable('RATE')}
`,
  )
  return load(file, env, folder)
}
