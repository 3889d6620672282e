import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { api, everything, folderFor, root, runIn } from '../support/application.ts'
import { cli } from '../support/cli.ts'

const imports = [['{ profile }', api]] as const

describe('the lines of a file that say whose records they are', () => {
  let folder: string
  const lines = (name = 'profile.jsonl') =>
    readFileSync(join(folder, name), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))

  beforeEach(() => {
    folder = folderFor('previous')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('are first the agent, its options and the service, and last what became of every call', async () => {
    const { stderr } = await runIn(folder, {
      imports,
      files: { 'package.json': JSON.stringify({ name: 'shop', version: '1.2.3' }) },
      config: { ...everything, thresholds: { slow_call_ms: 0, by_target: { 'shop.quick': 1e6 } }, targets: ['shop'] },
      body: `for (let n = 0; n < 3; n++) profile('shop.search', () => n)
             for (let n = 0; n < 2; n++) profile('shop.quick', () => n)
             try { profile('shop.search', () => { throw new TypeError('secret') }) } catch {}`,
    })

    const all = lines()
    const [first, last] = [all[0], all.at(-1)]
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    assert.equal(stderr, '')
    assert.deepEqual(
      all.map(({ name }) => name),
      ['agent.start', ...Array(4).fill('shop.search'), 'agent.summary'],
    )
    assert.deepEqual(
      [first.schema_version, first.agent_version, first.service, first.service_version, first.node, first.host],
      [1, version, 'shop', '1.2.3', process.versions.node, hostname()],
    )
    assert.deepEqual(
      [first.options.mode, first.options.targets, first.options.thresholds.by_target, first.options.requests],
      ['full', ['shop'], { 'shop.quick': 1e6 }, false],
    )
    assert.deepEqual(last.scopes, [
      { library: 'app', scope: 'shop.search', seen: 4, emitted: 4, errors: 1 },
      { library: 'app', scope: 'shop.quick', seen: 2, under_threshold: 2 },
    ])
    assert.deepEqual([last.pid, last.thread_id, last.started, last.faults], [first.pid, 0, first.started, 0])
    assert.doesNotMatch(JSON.stringify(all), /secret/)
  })

  it('are not written where nothing is recorded, and tell the runs of one file apart', async () => {
    const config = { ...everything, thresholds: { slow_call_ms: 1e6 } }
    await runIn(folder, { imports, config, body: `profile('shop.search', () => 1)` })
    assert.equal(readFileSync(join(folder, 'profile.jsonl'), { encoding: 'utf8', flag: 'a+' }), '')

    const env = { OTEL_SERVICE_NAME: 'named', OTEL_RESOURCE_ATTRIBUTES: 'service.version=9,x=y' }
    await runIn(folder, { imports, config: everything, body: `profile('shop.search', () => 1)`, env })
    await runIn(folder, {
      imports,
      config: everything,
      body: `profile('shop.search', () => 1); process.kill(process.pid, 'SIGKILL'); for (;;);`,
    })

    const all = lines()
    assert.deepEqual(
      all.map(({ name }) => name),
      ['agent.start', 'shop.search', 'agent.summary', 'agent.start', 'shop.search'],
    )
    assert.deepEqual([all[0].service, all[0].service_version], ['named', '9'])
    assert.notEqual(`${all[0].pid} ${all[0].started}`, `${all[3].pid} ${all[3].started}`)
    const { stdout } = await cli(['report', 'profile.jsonl'], { cwd: folder })
    assert.match(stdout, /Of 1 call 1 left a record; 1 process or thread ended without a word, or still\s+run\./)
    assert.match(stdout, /2 calls/)
  })

  it('begin every file that the records are rotated into, and come again when a reload changes the options', async () => {
    const on = (slow_call_ms: number) => ({ ...everything, reload: true, thresholds: { slow_call_ms } })
    const yaml = (config: object) => JSON.stringify({ runtime: { profiling: config } })
    writeFileSync(join(folder, 'next.yml'), yaml(on(0.001)))
    await runIn(folder, {
      imports: [...imports, ['fs', 'node:fs'], ['{ scheduler }', 'node:timers/promises']],
      config: on(0),
      body: `profile('shop.search', () => 1)
             fs.renameSync('profile.jsonl', 'old.jsonl')
             await scheduler.wait(200)
             profile('shop.search', () => 1)
             fs.copyFileSync('next.yml', 'crossbridge.yml')
             const slow = () => { for (const end = Date.now() + 5; Date.now() < end; ); }
             const written = () => fs.readFileSync('profile.jsonl', 'utf8')
             for (let n = 0; n < 200 && !written().includes('0.001'); n++) {
               await scheduler.wait(50)
               profile('shop.search', slow)
             }`,
    })

    assert.equal(lines('old.jsonl')[0].name, 'agent.start')
    const starts = lines().filter(({ name }) => name === 'agent.start')
    assert.deepEqual(
      starts.map(({ options }) => options.thresholds.slow_call_ms),
      [0, 0.001],
    )
    assert.equal(lines()[0].name, 'agent.start')
  })
})
