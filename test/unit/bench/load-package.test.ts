import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { loadPackage } from '../../../cli/bench/worker/load-package.ts'
import { makeProject } from '../../support/project.ts'

const packageOf = (name: string, more: object) => JSON.stringify({ name, version: '1.0.0', ...more })

describe("a client of the user's project", () => {
  const folder = makeProject({
    agent: false,
    files: {
      'node_modules/common/package.json': packageOf('common', { main: 'index.js' }),
      'node_modules/common/index.js': 'exports.of = () => "common"',
      'node_modules/@scope/modern/package.json': packageOf('@scope/modern', {
        type: 'module',
        exports: { '.': { import: './index.js' } },
      }),
      'node_modules/@scope/modern/index.js': 'await null\nexport const of = () => "modern"',
      'node_modules/broken/package.json': packageOf('broken', { main: 'index.js' }),
      'node_modules/broken/index.js': 'require("what-it-needs")',
    },
  })

  it('is loaded by require, or by import where it has only that', async () => {
    assert.equal((await loadPackage<{ of(): string }>('common', folder)).of(), 'common')
    assert.equal((await loadPackage<{ of(): string }>('@scope/modern', folder)).of(), 'modern')
  })

  it('that is not there is to be installed; one that is broken says what it lacks', async () => {
    await assert.rejects(loadPackage('@scope/none', folder), {
      message: '@scope/none is not installed where this runs; npm install @scope/none',
    })
    await assert.rejects(loadPackage('broken', folder), /Cannot find module 'what-it-needs'/)
  })
})
