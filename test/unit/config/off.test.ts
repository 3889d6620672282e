import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { load } from '../../../agent/config/load.ts'
import { root } from '../../support/application.ts'
import { fuzz, randomFrom } from '../../support/random.ts'
import { createTexts } from '../../support/yaml-text.ts'

const [, source = ''] = /(function saysOff.+?\n\})/s.exec(readFileSync(join(root, 'register.mjs'), 'utf8')) ?? []
const saysOff = new Function(`${source}; return saysOff`)() as (text: string) => boolean
const section = (...lines: string[]) => `runtime:\n  profiling:\n${lines.map((line) => `    ${line}\n`).join('')}`

describe('a file that says off plainly', () => {
  const folder = mkdtempSync(join(tmpdir(), 'crossbridge-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  /** Whether anything of the agent would run. */
  const runs = (text: string) => {
    const file = join(folder, 'crossbridge.yml')
    writeFileSync(file, text)
    const { config } = load(file, { ON: 'true', O: 'false' }, folder)
    return config.enabled || config.reload || config.reload_signal !== 'none'
  }

  for (const text of [
    section('enabled: false'),
    section('enabled: false').replaceAll('\n', '\r\n'),
    `\uFEFF${section('enabled: false')}`,
    section(
      'enabled: false   # for now',
      'mode: full',
      'targets: [openai]',
      "output: { type: file, path: './a b.jsonl' }",
    ),
    section('"enabled" : false', 'output:', '  - type: log'),
    'runtime: {profiling: {"enabled": false,mode: full}}',
    'runtime: { profiling: { mode: full, enabled: false} }\nlogging:\n  enabled:\tfalse',
  ])
    it(`is known without a parser: ${JSON.stringify(text)}`, () => {
      assert.equal(saysOff(text), true)
      assert.equal(runs(text), false)
    })

  for (const text of [
    section('enabled: true'),
    section('mode: full'),
    section('enabled: false', 'reload: true'),
    section('enabled: false', 'reload_signal: SIGUSR2'),
    section('enabled: "false"'),
    section('enabled:', '  false'),
    section('enabled: false', '# enabled: true'),
    section('enabled: false # enabled: true'),
    section('enabled: falsehood'),
    section('enabled: false', '"\\u0065nabled": true'),
    section('enabled: false', '<<: { mode: full }'),
    section('enabled: false', '? mode', ': full'),
    section(`enabled: \${OFF}`),
    section('enabled: false', `output: { path: "\${HOME}/a" }`),
    section('Enabled: true', 'enabled: false'),
    section('enabled: !!bool false'),
    section('enabled: &a false'),
    section('not-enabled: false'),
    section('enabled: false\0'),
  ])
    it(`is not this one: ${JSON.stringify(text)}`, () => {
      assert.equal(saysOff(text), false)
    })

  it('is none that enables profiling, however that is spelt', () => {
    const { most, seed } = fuzz(5000)
    const texts = createTexts(randomFrom(seed))
    let [on, looked] = [0, 0]
    for (let i = 0; i < most; i++) {
      const text = texts.enabled()
      const isOff = saysOff(text)
      // The others are read now and then, to see that most of them do enable it.
      if (!isOff && i % 20 > 0) continue
      const isOn = runs(text)
      assert.ok(!(isOff && isOn), JSON.stringify(text))
      looked += isOff ? 0 : 1
      on += isOn ? 1 : 0
    }
    assert.ok(on > looked / 4, `${on} of ${looked}`)
  })
})
