import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, beforeEach, describe, it } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { load } from '../../agent/config/load.ts'
import { recordsOf, register, root } from '../support/application.ts'
import { bin, cli } from '../support/cli.ts'

const home = mkdtempSync(join(tmpdir(), 'crossbridge-demo-test-'))
after(() => rmSync(home, { recursive: true, force: true }))
let number = 0
/** Where it is run, and where its temporary folders are. */
let cwd: string
let temporary: string
let env: Readonly<Record<string, string>>
beforeEach(() => {
  cwd = join(home, `${++number}`, 'project')
  temporary = join(home, `${number}`, 'temporary')
  mkdirSync(cwd, { recursive: true })
  mkdirSync(temporary)
  env = { TMPDIR: temporary, TEMP: temporary, TMP: temporary }
})

const service = readFileSync(join(root, 'cli/demo/service/service.mjs'), 'utf8')
const faultyLine = 1 + service.split('\n').findIndex((line) => line.includes('/v1/embeddings'))
const planted = new RegExp(
  `openai embeds texts one by one where one call could take them together\\.\\n.+\\d %[\\s\\S]+called by embed service\\.mjs:${faultyLine}\\n[\\s\\S]+Gain: `,
)

describe('demo', () => {
  it('prints the report of the recorded run and of the live one, whose cause it names, and leaves nothing', async () => {
    const { code, stdout, stderr } = await cli(['demo'], { cwd, env })

    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    const [recorded = '', live = ''] = stdout.split('\nA live run: ')
    assert.match(
      recorded,
      /^A recorded run: [\s\S]+\nrecorded\.jsonl: \d+ calls of 40 requests [\s\S]+\nThe slowest requests\n/,
    )
    assert.match(live, planted)
    for (const words of ['embed +openai', 'search +qdrant', 'rank +demo']) assert.match(live, new RegExp(words))
    assert.match(live, /npx @crossbridge\/agent init\n$/)
    assert.deepEqual([readdirSync(temporary), readdirSync(cwd)], [[], []])
  })

  it('is the same whatever the project and the environment say', async () => {
    const text =
      'runtime: { profiling: { enabled: false, lock: true, wrong: 5, output: { type: file, path: own.jsonl } } }'
    writeFileSync(join(cwd, 'crossbridge.yml'), text)
    chmodSync(cwd, 0o555)

    const { code, stdout, stderr } = await cli(['demo'], {
      cwd,
      env: {
        ...env,
        NODE_OPTIONS: `--import ${register}`,
        NODE_USE_ENV_PROXY: '1',
        // Node 22 says that this is new.
        NODE_NO_WARNINGS: '1',
        HTTP_PROXY: 'http://127.0.0.1:1',
        http_proxy: 'http://127.0.0.1:1',
        CROSSBRIDGE_CONFIG: join(cwd, 'nowhere.yml'),
        CROSSBRIDGE_PROFILING_ENABLED: 'false',
        CROSSBRIDGE_PROFILING_OUTPUT_PATH: join(home, 'elsewhere.jsonl'),
        CROSSBRIDGE_PROFILING_THRESHOLDS_WEAK_SCORE: '0.9',
        EMBEDDINGS_URL: 'http://127.0.0.1:1',
      },
    })
    chmodSync(cwd, 0o755)

    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    assert.match(stdout, planted)
    assert.doesNotMatch(stdout, /below 0\.9/)
    assert.deepEqual(readdirSync(cwd), ['crossbridge.yml'])
    assert.deepEqual([readdirSync(temporary), existsSync(join(home, 'elsewhere.jsonl'))], [[], false])
  })

  it('keeps its files and writes the page where that is asked for', async () => {
    const { code, stdout } = await cli(['demo', '--out', 'kept', '--html', 'page.html'], { cwd, env })

    assert.equal(code, 0)
    assert.match(stdout, /are in kept\.\nWith charts: open page\.html in a browser\.\n/)
    assert.match(readFileSync(join(cwd, 'page.html'), 'utf8'), /^<!doctype html>[\s\S]+embeds texts one by one/)
    assert.deepEqual(readdirSync(join(cwd, 'kept')).sort(), [
      ...['crossbridge.yml', 'notes.mjs', 'profile.jsonl', 'ranking.mjs', 'recorded.jsonl', 'service.mjs'],
    ])
    const records = recordsOf(readFileSync(join(cwd, 'kept/profile.jsonl'), 'utf8'))
    const requests = records.filter(({ name }) => name === 'request.http').length
    const embeddings = records.filter(({ name, seen }) => name === 'embedding_provider.embed' && seen === 'wire')
    assert.deepEqual([requests >= 20, embeddings.length], [true, 5 * requests])
  })

  it('overwrites nothing, and says what to do where it can write nowhere', async () => {
    writeFileSync(join(cwd, 'mine.txt'), 'mine')
    const nowhere = join(cwd, 'mine.txt')

    const full = await cli(['demo', '--out', '.'], { cwd, env })
    const none = await cli(['demo'], { cwd, env: { TMPDIR: nowhere, TEMP: nowhere, TMP: nowhere } })
    const word = await cli(['demo', 'now'], { cwd, env })

    assert.deepEqual([full.code, none.code, word.code], [2, 2, 2])
    assert.match(
      full.stderr,
      /^crossbridge: .+ is not empty, and nothing in it is overwritten; name a new folder by --out\n$/,
    )
    assert.match(none.stderr, /^crossbridge: no temporary folder can be made in .+; name a folder by --out/)
    assert.match(word.stderr, /^crossbridge: demo takes no "now"; see npx /)
    assert.deepEqual(readdirSync(cwd), ['mine.txt'])
  })

  const isWindows = process.platform === 'win32'
  for (const [signal, expected] of [['SIGINT', 130] as const, ['SIGTERM', 143] as const])
    it(`leaves nothing behind at ${signal}`, { skip: isWindows }, async () => {
      const child = spawn(process.execPath, [bin, 'demo'], { cwd, env: { PATH: process.env.PATH, ...env } })
      child.stdout.resume()
      const closed = new Promise((done) => child.once('close', (code) => done(code)))
      const pid = await servicePid()

      child.kill(signal)

      assert.equal(await closed, expected)
      assert.deepEqual([readdirSync(temporary), isRunning(pid)], [[], false])
    })

  it('says so where its service is killed', { skip: isWindows }, async () => {
    const run = cli(['demo'], { cwd, env })
    process.kill(await servicePid(), 'SIGKILL')

    const { code, stderr } = await run
    assert.equal(code, 2)
    assert.match(stderr, /^crossbridge: the demo's service ended with SIGKILL; please report it, with what it said: /)
    assert.deepEqual(readdirSync(temporary), [])
  })

  it('leaves nothing behind where its reader has seen enough', { skip: isWindows }, async () => {
    const child = spawn(process.execPath, [bin, 'demo'], { cwd, env: { PATH: process.env.PATH, ...env } })
    const closed = new Promise((done) => child.once('close', done))
    child.stdout.once('data', () => child.stdout.destroy())

    assert.equal(await closed, 0)
    assert.deepEqual(readdirSync(temporary), [])
  })
})

describe('the parts of the demo', () => {
  it('have a crossbridge.yml without a mistake', () => {
    const variables = { EMBEDDINGS_HOST: '127.0.0.1:1', QDRANT_HOST: '127.0.0.1:2' }
    const { problems, config } = load(join(root, 'cli/demo/service/crossbridge.yml'), variables, root)

    assert.deepEqual(problems, [])
    assert.deepEqual(config.wire_hosts, { openai: ['127.0.0.1:1'], qdrant: ['127.0.0.1:2'] })
  })

  it('have a recorded run without texts, vectors, and names of a machine', () => {
    const packed = readFileSync(join(root, 'cli/demo/recorded.jsonl.gz'))
    const lines = gunzipSync(packed).toString().trimEnd().split('\n')
    const values = lines.flatMap((line) => leavesOf(JSON.parse(line)))

    assert.ok(packed.length < 100_000)
    assert.deepEqual([...new Set(lines.flatMap((line) => JSON.parse(line).host ?? []))], ['example'])
    const odd = values.filter((value) => typeof value === 'string' && (value.length > 32 || /[\s\\]|^\/./.test(value)))
    assert.deepEqual(odd, [])
  })
})

/** Of the service, once it has written a record. */
async function servicePid(): Promise<number> {
  for (;;) {
    const [folder = ''] = readdirSync(temporary)
    const file = join(temporary, folder, 'profile.jsonl')
    const [line = ''] = folder !== '' && existsSync(file) ? readFileSync(file, 'utf8').split('\n', 1) : []
    if (line !== '') return JSON.parse(line).pid
    await new Promise((done) => setTimeout(done, 20))
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const leavesOf = (value: unknown): unknown[] =>
  typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : [value]
