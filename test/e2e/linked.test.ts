import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { root, spawnNode } from '../support/application.ts'

it('an agent whose dependencies are linked records, where stderr is a pipe or socket', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'crossbridge-'))
  try {
    for (const path of [
      'register.mjs',
      'package.json',
      'dist/agent',
      'dist/chunk',
      'dist/instrumentations',
      'dist/vendor',
    ])
      cpSync(join(root, path), join(folder, 'agent', path), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(folder, 'agent/node_modules'), 'junction')
    writeFileSync(join(folder, 'search.mjs'), 'export function search() {}\n')
    writeFileSync(join(folder, 'app.mjs'), "import { search } from './search.mjs'\nsearch()\n")
    const entry = {
      name: 'own',
      module: './search.mjs',
      target: 'semantic_search',
      methods: [{ at: 'search', scope: 'search' }],
    }
    const profiling = { enabled: true, mode: 'full', thresholds: { slow_call_ms: 0 }, instrumentations: [entry] }
    writeFileSync(join(folder, 'crossbridge.yml'), JSON.stringify({ runtime: { profiling } }))

    const { stderr } = await spawnNode(
      ['--import', pathToFileURL(join(folder, 'agent/register.mjs')).href, 'app.mjs'],
      {
        cwd: folder,
      },
    )

    assert.match(stderr, /^\{"level":30,"time":\d+,"name":"semantic_search\.search",[^\n]*\}\n$/)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
