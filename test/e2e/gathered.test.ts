import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { api, everything, folderFor, recordsOf, runIn } from '../support/application.ts'

const imports = [
  ['{ profile }', api],
  ['fs', 'node:fs'],
] as const
const call = (n: number | string) => `profile('shop.search', { n: ${n} }, () => ${n})`
const calls = [1, 2, 3].map(call).join('\n')
const linux = process.platform === 'linux'

describe('the file output with buffer_ms', () => {
  let folder: string
  const start = (buffer_ms: number, body: string, output: object = {}) =>
    runIn(folder, {
      imports,
      config: { ...everything, output: { ...everything.output, buffer_ms, ...output } },
      env: { CROSSBRIDGE_PROFILING_DEBUG: '1' },
      body: `// But the first line, which says whose they are.
             const written = () => fs.existsSync('profile.jsonl') ? fs.readFileSync('profile.jsonl', 'utf8').split('\\n').length - 2 : 0
             const turn = (ms = 1) => new Promise((resolve) => setTimeout(resolve, ms))
             ${body}`,
    })
  const numbers = () => {
    const file = join(folder, 'profile.jsonl')
    return recordsOf(existsSync(file) ? readFileSync(file, 'utf8') : '').map(({ metadata }) => metadata.n)
  }

  beforeEach(() => {
    folder = folderFor('previous')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('writes what it gathered together, and goes on', async () => {
    const { printed } = await start(
      20,
      `${calls}
       print(written())
       while (written() === 0) await turn()
       print(written())
       ${call(4)}
       print(written())
       while (written() === 3) await turn()
       print(written())`,
    )

    assert.deepEqual(printed, [0, 3, 3, 4])
    assert.deepEqual(numbers(), [1, 2, 3, 4])
  })

  it('writes once there is more than is to wait', async () => {
    const { printed } = await start(
      10_000,
      `const pad = Object.fromEntries(Array.from({ length: 20 }, (_, i) => ['k' + i, 'x'.repeat(128)]))
       let n = 0
       while (written() === 0 && n < 100) profile('shop.search', { n: n++, ...pad }, () => n)
       print(n > 20 && n < 30 && written() === n - 1)`,
    )

    assert.deepEqual(printed, [true])
  })

  const ends: Readonly<Record<string, readonly [body: string, how: number | NodeJS.Signals]>> = {
    'by itself': ['', 0],
    'by process.exit()': ['process.exit(3)', 3],
    'by an exception': [`throw new Error('theirs')`, 1],
    'by a rejection': [`Promise.reject(new Error('theirs')); await turn(1000)`, 1],
    'by a handler of SIGTERM': [
      `process.on('SIGTERM', () => process.exit(4)); process.kill(process.pid, 'SIGTERM'); await turn(1000)`,
      4,
    ],
    'by the same signal in its handler': [
      `process.once('SIGTERM', () => process.kill(process.pid, 'SIGTERM')); process.kill(process.pid, 'SIGTERM'); await turn(60_000)`,
      'SIGTERM',
    ],
    'by SIGKILL in the handler of another': [
      `process.on('SIGINT', () => process.kill(process.pid, 'SIGKILL')); process.kill(process.pid, 'SIGINT'); await turn(60_000)`,
      'SIGKILL',
    ],
  }
  for (const [name, [body, how]] of Object.entries(ends))
    it(`loses nothing where the process ends ${name}`, { skip: !linux && typeof how === 'string' }, async () => {
      const { code, signal } = await start(10_000, `${calls}\n${body}`)

      assert.equal(signal ?? code, how)
      assert.deepEqual(numbers(), [1, 2, 3])
    })

  it('leaves a signal that nobody handles to end the process, and adds no listener', { skip: !linux }, async () => {
    const { printed, signal } = await start(
      10_000,
      `${calls}
       print(process.eventNames().filter((name) => String(name).startsWith('SIG')))
       print([process.emit.name, process.emit.length, Object.keys(process).includes('emit')])
       process.kill(process.pid, 'SIGTERM'); await turn(60_000)`,
    )

    assert.deepEqual(printed, [[], ['emit', 1, false]])
    assert.equal(signal, 'SIGTERM')
  })

  it('keeps what is recorded in the last moment of the process', async () => {
    await start(10_000, `process.on('exit', () => { ${call(2)} }); ${call(1)}`)

    assert.deepEqual(numbers(), [1, 2])
  })

  it('counts as dropped what was gathered and could not be written', { skip: !linux }, async () => {
    const { stderr } = await start(10_000, calls, { path: '/dev/full' })

    assert.equal(stderr.match(/records can't be written to \/dev\/full \(ENOSPC[^)]*\)/g)?.length, 1)
    assert.match(stderr, /app shop.search: 3 seen, 3 dropped\n/)
  })

  it('is off by default: nothing that was emitted is lost to SIGKILL', { skip: !linux }, async () => {
    const { signal } = await start(0, `${calls}\nprocess.kill(process.pid, 'SIGKILL'); for (;;);`)

    assert.equal(signal, 'SIGKILL')
    assert.deepEqual(numbers(), [1, 2, 3])
  })
})
