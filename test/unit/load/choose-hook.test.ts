import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { createChooseHook, type Refusal } from '../../../agent/load/choose-hook.ts'
import { compileMatch } from '../../../agent/load/match.ts'

describe('which ES modules are wrapped', () => {
  let folder = ''
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'choose-hook-'))
    mkdirSync(join(folder, 'node_modules/lib'), { recursive: true })
    writeFileSync(join(folder, 'node_modules/lib/package.json'), '{"name":"lib","version":"7.1.0"}')
    writeFileSync(join(folder, 'node_modules/lib/index.js'), 'export function embed() {}')
  })
  after(() => rmSync(folder, { recursive: true, force: true }))
  const choose = (ranges: (string | undefined)[] | undefined) => {
    const watched = [{ module: 'lib', versions: '>=6 <8', ranges }]
    const refusals: Refusal[] = []
    const refuse = (refusal: Refusal) => refusals.push(refusal)
    const decide = createChooseHook({ watched, match: compileMatch(watched), refuse })
    const url = pathToFileURL(join(folder, 'node_modules/lib/index.js')).href
    const engine = decide({ url, specifier: 'lib', format: 'module', isEntry: false, isRequired: false })
    return { kind: engine?.kind, states: refusals.map(({ state }) => state) }
  }

  it('are those of which some method fits the version', () => {
    assert.deepEqual(choose(undefined), { kind: 'facade', states: [] })
    assert.deepEqual(choose(['<7', undefined]), { kind: 'facade', states: [] })
    assert.deepEqual(choose(['<7', '>=7']), { kind: 'facade', states: [] })
  })

  it('are not those whose methods are all for other versions', () => {
    assert.deepEqual(choose(['<7', '<7.1']), { kind: undefined, states: ['unneeded'] })
  })
})
