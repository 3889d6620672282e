import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { isWhole, root } from '../../support/application.ts'
import { type Loopback, openaiServer } from '../../support/openai-server.ts'
import { casesOf, printed, runTests } from '../../support/test-project.ts'

const shop = `
const { default: OpenAI } = require('openai')
const { profile } = require(${JSON.stringify(join(root, 'dist/cjs/api.js'))})
const client = new OpenAI({ apiKey: 'k', baseURL: process.env.STAND_IN, maxRetries: 0, dangerouslyAllowBrowser: true, fetch: globalThis.nodeFetch })
exports.embed = (...input) => client.embeddings.create({ model: 'text-embedding-3-small', input })
exports.call = (name) => profile('shop.' + name, async () => {})
`
const tests = `
const { embed, call } = require('../shop.cjs')
describe('search', () => {
  beforeEach(() => call('before-each'))
  it('embeds', () => embed('a secret'))
  it('fails', async () => { await call('failing'); throw new TypeError('a secret message') })
})
`
// jsdom has no fetch, which the client asks its services by.
const environment = `
const { default: Jsdom } = require('jest-environment-jsdom')
module.exports = class extends Jsdom {
  async setup() {
    await super.setup()
    Object.assign(this.global, { nodeFetch: fetch, AbortController, AbortSignal, Headers, Request, Response, ReadableStream, TextEncoder, TextDecoder, FormData, Blob, File })
  }
}
`
const inPage = `
it('has a page', () => {
  document.body.innerHTML = '<p>a secret</p>'
  expect(document.querySelector('p').textContent).toBe('a secret')
})
`
const args = ['../../node_modules/jest/bin/jest.js', '--testMatch=**/spec/*', '--maxWorkers=2']
const configured = (more: string) => `module.exports = { cacheDirectory: '<rootDir>/cache', transform: {}, ${more} }`

for (const framework of isWhole ? ['jest-29', 'jest-30'] : ['jest-30']) {
  describe(`tests of ${framework}`, () => {
    let standIn: Loopback
    let env: Record<string, string>
    before(async () => {
      standIn = await openaiServer()
      env = { STAND_IN: standIn.url }
    })
    after(() => standIn.close())
    const ran = async (files: Readonly<Record<string, string>>) => {
      const project = { framework, args, env, files: { 'shop.cjs': shop, 'spec/a.test.cjs': tests, ...files } }
      const bare = await runTests({ ...project, bare: true })
      const outcome = await runTests(project)
      assert.equal(outcome.code, bare.code)
      assert.equal(printed(outcome.stdout), printed(bare.stdout))
      return { ...outcome, bare }
    }

    it('have their calls in the environment of a page, and run there as without the agent', async () => {
      const { code, stderr, bare, records } = await ran({
        'jest.config.cjs': configured(`testEnvironment: './environment.cjs'`),
        'environment.cjs': environment,
        'spec/a.test.cjs': `${tests}${inPage}`,
      })

      assert.equal(code, 1)
      assert.equal(printed(stderr), printed(bare.stderr))
      assert.deepEqual(casesOf(records), [
        { title: 'has a page', status: 'passed', calls: [] },
        { title: 'search > embeds', status: 'passed', calls: ['embedding_provider.embed 1', 'shop.before-each 1'] },
        {
          title: 'search > fails',
          status: 'failed',
          error: 'TypeError',
          calls: ['shop.before-each 1', 'shop.failing 1'],
        },
      ])
    })

    it('are not recorded with the runner jasmine2, which is reported once, and run as without the agent', async () => {
      const { code, stderr, bare, records } = await ran({
        'jest.config.cjs': configured(`testRunner: 'jest-jasmine2', testEnvironment: 'node'`),
        'spec/b.test.cjs': `it('passes', () => {})`,
        'spec/c.test.cjs': `it('passes', () => {})`,
      })
      const [told, others] = [true, false].map((ours) =>
        printed(stderr)
          .split('\n')
          .filter((line) => line.startsWith('crossbridge: ') === ours)
          // Of the first process, which has loaded none of the libraries.
          .filter((line) => !line.startsWith('crossbridge: nothing was recorded')),
      )
      // On a busy machine a worker may take longer to exit than jest waits.
      const isTold = (line: string) => line !== '' && !line.startsWith('A worker process has failed to exit')
      const lines = (text: string[] | undefined) => text?.filter(isTold).sort()

      assert.equal(code, 1)
      assert.deepEqual(lines(others), lines(printed(bare.stderr).split('\n')))
      assert.deepEqual(casesOf(records), [])
      assert.equal(told?.length, 1)
      assert.match(told?.[0] ?? '', /jest-jasmine2 tells of no test: none is recorded, .*use jest-circus/)
    })
  })
}
