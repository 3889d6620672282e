import assert from 'node:assert/strict'
import { type ChildProcess, type StdioOptions, spawn, spawnSync } from 'node:child_process'
import { closeSync, constants, openSync, readSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { api, everything, folderFor, formats, register, run } from '../support/application.ts'

const imports = [['{ profile }', api]] as const
const log = { ...everything, output: { type: 'log' } }

describe('the log output', () => {
  for (const format of formats) {
    it(`writes JSON lines to stderr, the record's fields at the top (${format})`, async () => {
      const { stdout, stderr } = await run({
        format,
        imports,
        config: { ...log, thresholds: { by_target: { shop: 0, slow: 1 }, slow_call_ms: 0 } },
        body: `profile('shop.search', { top_k: 3, label: 'a "b"\\n\\u001b[31m' }, () => 1)
          await profile('slow.search', () => new Promise((resolve) => setTimeout(resolve, 20)))`,
      })

      assert.equal(stdout, '')
      const lines = stderr.trimEnd().split('\n')
      assert.equal(lines.length, 2)
      for (const line of lines) assert.equal(line, JSON.stringify(JSON.parse(line)), 'no key stands twice')
      assert.match(lines[0] ?? '', /^\{"level":30,"time":\d{13},"name":"shop.search","duration_ms":[\d.]+,"timestamp":/)
      const [fast, slow] = lines.map((line) => JSON.parse(line))
      assert.deepEqual(Object.keys(fast), [
        'level',
        'time',
        'name',
        'duration_ms',
        'timestamp',
        'library',
        'concurrent',
        'pid',
        'thread_id',
        'metadata',
      ])
      assert.deepEqual(fast.metadata, { top_k: 3, label: 'a "b"\n\u001b[31m' })
      assert.deepEqual([slow.level, slow.exceeded], [40, ['slow_call_ms']])
    })
  }

  it('writes to stdout where it is told to', async () => {
    const { printed, stderr } = await run({
      imports,
      config: { ...everything, output: { type: 'log', destination: 'stdout' } },
      body: `profile('shop.search', () => 1)`,
    })

    assert.equal(stderr, '')
    assert.deepEqual(
      printed.map((line) => (line as { name: string }).name),
      ['shop.search'],
    )
  })

  it('leaves the links of modules as they resolve without the agent', async () => {
    for (const output of [{ type: 'log' }, { type: 'file', path: './profile.jsonl' }]) {
      const { printed } = await run({
        format: 'cjs',
        imports: [...imports, ['fs', 'node:fs']],
        config: { ...everything, output },
        files: { 'real/a.cjs': 'module.exports = __dirname', 'real/b.cjs': 'module.exports = __dirname' },
        body: `fs.symlinkSync('real', 'link')
          print(require('./link/a.cjs').endsWith('real'))
          profile('shop.search', () => 1)
          print(require('./link/b.cjs').endsWith('real'))`,
      })

      assert.deepEqual(printed, [true, true])
    }
  })

  it('is not led astray by an application that replaces its stderr, or its clock', async () => {
    const { stderr, printed } = await run({
      imports,
      config: log,
      body: `
        const before = Date.now()
        const taken = []
        process.stderr.write = (text) => taken.push(text)
        console.error = (text) => taken.push(text)
        Date.now = () => 5
        globalThis.setTimeout = () => { throw new Error('no timers') }
        performance.now = () => 7
        profile('shop.search', () => 1)
        print([before, taken])`,
    })

    const [[before, taken]] = printed as [[number, string[]]]
    const record = JSON.parse(stderr)
    assert.deepEqual(taken, [])
    assert.ok(record.time >= before)
    assert.ok(record.timestamp * 1000 >= before - 1)
  })

  it('is told of no reader: records are dropped, and the application ends as ever', async () => {
    const { code, printed, stderr } = await run({
      imports: [...imports, ['fs', 'node:fs']],
      config: { ...everything, output: { type: 'log', destination: 'stdout' } },
      env: { CROSSBRIDGE_PROFILING_DEBUG: '1' },
      body: `fs.closeSync(1); for (let i = 0; i < 5; i++) profile('shop.search', () => 1)`,
    })

    assert.deepEqual([code, printed], [0, []])
    assert.equal(stderr.match(/records can't be written to stdout \(it is closed\)/g)?.length, 1)
    assert.match(stderr, /app shop.search: 5 seen, 5 dropped\n/)
  })
})

/** Emits until both the kernel and the agent hold what they can, says so, and goes on when it is told to. */
const flooding = (end: string) => `
import { profile } from ${JSON.stringify(api)}
const pad = Object.fromEntries(Array.from({ length: 10 }, (_, i) => ['pad' + i, 'x'.repeat(128)]))
let ticks = 0
const timer = setInterval(() => ticks++, 1)
const tick = () => new Promise((resolve) => setTimeout(resolve, 1))
for (let n = 0; n < 4000; n++) {
  profile('shop.search', { n, ...pad }, () => n)
  if (n % 100 === 0) await tick()
}
process.stdout.write(JSON.stringify({ ticks }) + '\\n')
process.stdin.once('data', async () => {
  process.stdin.pause()
  clearInterval(timer)
  ${end}
})`

describe('a reader of the log that stops', () => {
  let folder: string
  let child: ChildProcess | undefined
  const start = (end: string, stderr: 'pipe' | number = 'pipe'): ChildProcess => {
    writeFileSync(join(folder, 'crossbridge.yml'), JSON.stringify({ runtime: { profiling: log } }))
    writeFileSync(join(folder, 'app.mjs'), flooding(end))
    const { NODE_OPTIONS: _, NODE_TEST_CONTEXT: __, ...inherited } = process.env
    const stdio: StdioOptions = ['pipe', 'pipe', stderr]
    child = spawn(process.execPath, ['--import', register, 'app.mjs'], {
      cwd: folder,
      env: { ...inherited, CROSSBRIDGE_PROFILING_DEBUG: '1' },
      stdio,
    })
    return child
  }
  beforeEach(() => {
    folder = folderFor('previous')
  })
  afterEach(() => {
    child?.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })

  const check = (text: string, more: number) => {
    const lines = text.trimEnd().split('\n')
    const records = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line))
    const [, seen, emitted, dropped] = /app shop.search: (\d+) seen, (\d+) emitted, (\d+) dropped/.exec(text) ?? []
    assert.equal(Number(seen), 4000 + more)
    assert.equal(Number(seen), Number(emitted) + Number(dropped))
    assert.equal(records.length, Number(emitted))
    assert.deepEqual(
      records.slice(0, 500).map(({ metadata }) => metadata.n),
      Array.from({ length: 500 }, (_, n) => n),
    )
    assert.equal(text.match(/records can't be written to stderr \(its reader is too slow\)/g)?.length, 1)
    return records
  }

  it('stalls no timer of the application; what is too much is dropped and counted, and it recovers', async () => {
    // It speaks on while the reader catches up, since only time makes place again.
    const app = start(`
      const reading = setInterval(() => profile('shop.search', { n: -1 }, () => 1), 20)
      setTimeout(() => clearInterval(reading), 1000)`)

    const [said] = await once(app.stdout, 'data')
    assert.ok(JSON.parse(String(said)).ticks >= 20)
    const text = textOf(app.stderr)
    app.stdin?.end('go\n')
    const [code] = await once(app, 'close')

    assert.equal(code, 0)
    const whole = await text
    const [, seen] = /app shop.search: (\d+) seen/.exec(whole) ?? []
    const records = check(whole, Number(seen) - 4000)
    assert.equal(records.at(-1)?.metadata.n, -1)
  })

  it('gets everything that waited when it comes back while the process exits', async () => {
    const app = start('process.exit(3)')

    await once(app.stdout, 'data')
    const text = textOf(app.stderr)
    app.stdin?.end('go\n')
    const [code] = await once(app, 'close')

    assert.equal(code, 3)
    check(await text, 0)
  })

  for (const [way, end, code] of [
    ['by itself', '', 0],
    ['with process.exit', 'process.exit(4)', 4],
  ] as const) {
    it(`and never comes back keeps no process from ending ${way}`, async () => {
      const app = start(end)

      await once(app.stdout, 'data')
      app.stdin?.end('go\n')

      assert.deepEqual(await once(app, 'exit'), [code, null])
    })
  }

  it('and goes away takes no application with it', async () => {
    const app = start('')

    await once(app.stdout, 'data')
    app.stderr?.destroy()
    app.stdin?.end('go\n')

    assert.deepEqual(await once(app, 'exit'), [0, null])
  })

  it('is no trouble at a named pipe either', {
    skip: process.platform !== 'linux',
  }, async () => {
    spawnSync('mkfifo', [join(folder, 'pipe')])
    const reader = openSync(join(folder, 'pipe'), constants.O_RDONLY | constants.O_NONBLOCK)
    const writer = openSync(join(folder, 'pipe'), 'w')
    try {
      const app = start('', writer)
      closeSync(writer)
      const output = lines(app)

      assert.ok(JSON.parse((await output()) ?? '').ticks >= 20)
      app.stdin?.end('go\n')

      let text = ''
      const ended = once(app, 'exit')
      let code: unknown
      ended.then(([found]) => {
        code = found
      })
      while (code === undefined) {
        text += readAll(reader)
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      text += readAll(reader)
      assert.equal(code, 0)
      check(text, 0)
    } finally {
      closeSync(reader)
    }
  })
})

// biome-ignore lint/suspicious/noExplicitAny: what events carry
function once(emitter: NodeJS.EventEmitter | null, event: string): Promise<any[]> {
  return new Promise((resolve) => emitter?.once(event, (...values) => resolve(values)))
}

function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = ''
  stream?.setEncoding('utf8').on('data', (part) => {
    text += part
  })
  return new Promise((resolve) => stream?.once('end', () => resolve(text)))
}

function lines(child: ChildProcess): () => Promise<string | undefined> {
  const said: string[] = []
  let rest = ''
  child.stdout?.setEncoding('utf8').on('data', (part: string) => {
    rest += part
    const parts = rest.split('\n')
    rest = parts.pop() ?? ''
    said.push(...parts)
  })
  return async () => {
    while (said.length === 0 && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5))
    return said.shift()
  }
}

function readAll(fd: number): string {
  const buffer = Buffer.alloc(1 << 16)
  let text = ''
  try {
    for (let size = readSync(fd, buffer); size > 0; size = readSync(fd, buffer))
      text += buffer.toString('utf8', 0, size)
  } catch {
    // Nothing there at the moment.
  }
  return text
}
