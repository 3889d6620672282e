import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { everything, run } from '../support/application.ts'

const shop = {
  ...everything,
  targets: ['shop'],
  instrumentations: [
    { name: 'shop', module: './shop.cjs', target: 'store', methods: [{ at: 'search', scope: 'search' }] },
  ],
}
const application = {
  config: shop,
  files: { 'shop.cjs': 'exports.search = async (text) => [text]' },
  imports: [['shop', './shop.cjs']] as const,
}
const folders: string[] = []
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'crossbridge-ledger-'))
  folders.push(folder)
  return folder
}

/** Runs it with the variable; gives each ledger by its file's name. */
async function ledgersOf(body: string, folder = join(newFolder(), 'deep', 'er'), more: object = {}) {
  const outcome = await run({ ...application, ...more, body, env: { CROSSBRIDGE_PROFILING_LEDGER: folder } })
  const files = readdirSync(folder).sort()
  const ledgers = files.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))
  return { ...outcome, folder, files, ledgers }
}

const search = 'await shop.search("secret")'

describe('CROSSBRIDGE_PROFILING_LEDGER', { concurrency: 2 }, () => {
  it('keeps the whole ledger of a process in the folder, for its owner alone', async () => {
    const { folder, files, ledgers, stderr, code } = await ledgersOf(`print(process.pid)\n${search}`)

    const [{ ledger, ...head }] = ledgers
    assert.deepEqual([stderr, code, files.length], ['', 0, 1])
    assert.deepEqual(
      { ...head, pid: 0, hooks: '' },
      {
        v: 1,
        pid: 0,
        thread_id: 0,
        node: process.versions.node,
        ended: true,
        running: false,
        hooks: '',
      },
    )
    assert.match(head.hooks, /^(sync|thread)$/)
    assert.equal(files[0], `${head.pid}-0.json`)
    assert.equal(ledger.libraries.shop[0].state, 'patched')
    assert.equal(ledger.libraries.openai[0].state, 'disabled')
    assert.deepEqual(
      [ledger.scopes[0].library, ledger.scopes[0].scope, ledger.scopes[0].counts.seen, ledger.scopes[0].counts.emitted],
      ['shop', 'store.search', 1, 1],
    )
    assert.equal(ledger.faults, 0)
    assert.equal(statSync(join(folder, files[0] as string)).mode & 0o777, 0o600)
    assert.doesNotMatch(JSON.stringify(ledgers), /secret/)
  })

  for (const [how, end, code] of [
    ['process.exit()', 'process.exit(3)', 3],
    ['an uncaught error', 'setImmediate(() => { throw new Error("on purpose") })', 1],
  ] as const) {
    it(`is whole at the end by ${how}`, async () => {
      const outcome = await ledgersOf(`${search}\n${end}`)

      assert.equal(outcome.code, code)
      assert.deepEqual([outcome.ledgers[0].ended, outcome.ledgers[0].ledger.scopes[0].counts.emitted], [true, 1])
    })
  }

  it('has what was known before a process was killed, and does not keep it alive', async () => {
    const wait = `
      const { readdirSync, readFileSync } = await import('node:fs')
      const folder = process.env.CROSSBRIDGE_PROFILING_LEDGER
      const isThere = () => /"emitted":1/.test(readFileSync(folder + '/' + readdirSync(folder).find((name) => name.endsWith('.json')), 'utf8'))
      while (!isThere()) await new Promise((resolve) => setTimeout(resolve, 20))
      process.kill(process.pid, 'SIGKILL')`

    const { ledgers, signal } = await ledgersOf(`${search}\n${wait}`)

    assert.equal(signal, 'SIGKILL')
    assert.deepEqual([ledgers[0].ended, ledgers[0].ledger.scopes[0].counts.emitted], [false, 1])
  })

  it('has a file for each thread', async () => {
    const { ledgers, files } = await ledgersOf(
      `${search}
      const { Worker } = await import('node:worker_threads')
      await new Promise((resolve) => new Worker(new URL('worker.cjs', import.meta.url)).on('exit', resolve))`,
      undefined,
      { files: { ...application.files, 'worker.cjs': 'require("./shop.cjs").search()' } },
    )

    assert.equal(files.length, 2)
    assert.deepEqual(
      ledgers.map(({ thread_id, ended, ledger }) => [thread_id > 0, ended, ledger.scopes[0].counts.seen]).sort(),
      [
        [false, true, 1],
        [true, true, 1],
      ],
    )
  })

  it('has what the agent said', async () => {
    const { ledgers, stderr } = await ledgersOf('', undefined, { config: { ...shop, sample_rat: 1 } })

    assert.deepEqual(ledgers[0].problems, stderr.trimEnd().split('\n'))
    assert.match(ledgers[0].problems.join('\n'), /sample_rat is not an option[\s\S]*nothing was recorded/)
  })

  it('that can not be written is reported once, and the application runs', async () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'file'), '')

    const { stderr, records, code } = await run({
      ...application,
      body: search,
      env: { CROSSBRIDGE_PROFILING_LEDGER: join(folder, 'file', 'below') },
    })

    assert.match(stderr, /^crossbridge: CROSSBRIDGE_PROFILING_LEDGER: .* can't be written \(.*\)\n$/)
    assert.deepEqual([records.length, code], [1, 0])
  })

  it('leaves nothing where the agent is off', async () => {
    const folder = newFolder()

    const { ledgers } = await ledgersOf(search, folder, { config: { ...shop, enabled: false } })

    assert.deepEqual(ledgers, [])
  })
})
