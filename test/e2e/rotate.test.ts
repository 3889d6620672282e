import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { api, everything, folderFor, recordsOf, runIn } from '../support/application.ts'

const imports = [
  ['{ profile }', api],
  ['fs', 'node:fs'],
] as const
const debug = { CROSSBRIDGE_PROFILING_DEBUG: '1' }
const to = (path: string, rotate: object, more: object = {}) => ({
  ...everything,
  limits: { self_cpu_percent: 0 },
  output: { type: 'file', path, rotate, ...more },
})
const call = (n: number | string) => `profile('shop.search', { n: ${n} }, () => ${n})`
const linux = process.platform === 'linux'

describe('the file output with rotation', () => {
  let folder: string
  const files = () => readdirSync(folder).sort()
  const linesOf = (path: string) => {
    const text = readFileSync(join(folder, path), 'utf8')
    assert.ok(text.endsWith('\n'), `${path} ends within a line`)
    return text.slice(0, -1).split('\n')
  }
  const numbers = (path: string): number[] => recordsOf(linesOf(path).join('\n')).map(({ metadata }) => metadata.n)

  beforeEach(() => {
    folder = folderFor('previous')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const four =
    'loses, doubles and tears none of 20,000 records of four processes and their threads, moved by others too'
  for (const buffer_ms of [0, 5])
    it(`${four}${buffer_ms > 0 ? ', gathered' : ''}`, async () => {
      const share = `
      import { profile } from ${JSON.stringify(api)}
      import { isMainThread, Worker } from 'node:worker_threads'
      if (isMainThread && process.argv[2] === 'both') new Worker(new URL(import.meta.url))
      for (let n = 0; n < 2500; n++) {
        profile('shop.search', { n, pad: 'x'.repeat(n % 128) }, () => n)
        if (n % 100 === 0) await new Promise(setImmediate)
      }`

      const { code, stderr } = await runIn(folder, {
        imports: [
          ['{ Worker }', 'node:worker_threads'],
          ['{ fork }', 'node:child_process'],
          ['fs', 'node:fs'],
        ],
        config: to('./profile.jsonl', { size_mb: 0.1, keep: 1000 }, { buffer_ms }),
        files: { 'share.mjs': share },
        body: `
        const ended = (one) => new Promise((resolve) => one.on('exit', resolve))
        const children = Array.from({ length: 3 }, () => ended(fork('./share.mjs', ['both'])))
        const workers = Array.from({ length: 2 }, () => ended(new Worker(new URL('share.mjs', import.meta.url))))
        let moves = 0
        const logrotate = setInterval(() => {
          if (!fs.existsSync('profile.jsonl.' + 3 * (moves + 1))) return
          try { fs.renameSync('profile.jsonl', 'moved-' + moves); moves++ } catch {}
        }, 2)
        await Promise.all([...children, ...workers])
        clearInterval(logrotate)`,
      })

      assert.equal(code, 0)
      assert.doesNotMatch(stderr, /can't|fault/)
      const writers = new Map<string, number[]>()
      for (const name of files().filter((one) => /^(profile\.jsonl|moved)/.test(one)))
        for (const line of linesOf(name)) {
          assert.match(line, /^\{.*\}$/, name)
          const { library, pid, thread_id, metadata } = JSON.parse(line)
          if (library === 'agent') continue
          const own = writers.get(`${pid} ${thread_id}`) ?? []
          writers.set(`${pid} ${thread_id}`, own)
          own.push(metadata.n)
        }
      assert.equal(writers.size, 8)
      const all = Array.from({ length: 2500 }, (_, n) => n)
      for (const own of writers.values())
        assert.deepEqual(
          own.sort((a, b) => a - b),
          all,
        )
      assert.ok(existsSync(join(folder, 'profile.jsonl.3')))
      assert.ok(existsSync(join(folder, 'moved-0')))
      assert.deepEqual(
        files().filter((name) => name.includes('.lock')),
        [],
      )
    })

  it('goes on after the process that rotated was killed at it', async () => {
    const config = to('./profile.jsonl', { size_mb: 0.000001, keep: 3 })
    const crash = 'fs.renameSync = () => process.kill(process.pid, "SIGKILL")'

    const { signal } = await runIn(folder, { imports, config, body: `${call(1)}; ${call(2)}; ${crash}; ${call(3)}` })
    assert.equal(signal, 'SIGKILL')
    assert.equal(files().filter((name) => name.includes('.lock.')).length, 1)

    const { stderr } = await runIn(folder, {
      imports,
      config,
      body: `${call(4)}; ${call(5)}`,
    })

    assert.equal(stderr, '')
    assert.deepEqual(
      files().filter((name) => name.startsWith('profile.')),
      ['profile.jsonl', 'profile.jsonl.1', 'profile.jsonl.2', 'profile.jsonl.3'],
    )
    assert.deepEqual(
      ['', '.1', '.2', '.3'].map((end) => numbers(`profile.jsonl${end}`)),
      // The last has only what became of the calls.
      [[], [5], [4], [2]],
    )
  })

  it('has files of its own for each process and day, and keeps as many of each as it is said', async () => {
    const config = to('./{pid}/{date}.jsonl', { size_mb: 0.000001, keep: 1 })
    const today = () => new Date().toISOString().slice(0, 10)
    const before = today()

    const { printed } = await runIn(folder, {
      imports,
      config,
      body: `${call(1)}; ${call(2)}; ${call(3)}; print(process.pid)`,
    })

    // At midnight the last of them may be the next day's.
    if (today() === before)
      assert.deepEqual(readdirSync(join(folder, `${printed[0]}`)).sort(), [`${before}.jsonl`, `${before}.jsonl.1`])
    else assert.ok(existsSync(join(folder, `${printed[0]}`)))
  })

  it('takes no harm from paths of any kind', { skip: !linux }, async () => {
    mkdirSync(join(folder, 'folder'))
    mkdirSync(join(folder, 'a\u001b[2J'))
    symlinkSync('target.jsonl', join(folder, 'link'))
    symlinkSync('loop', join(folder, 'loop'))
    const good = ['link', `../${basename(folder)}/up.jsonl`]
    const bad = ['folder', 'loop', 'a\u001b[2J', 'x'.repeat(300), '/proc/none', 'app.mjs/x']
    const output = [...good, ...bad].map((path) => ({ type: 'file', path, rotate: { size_mb: 0.000001 } }))

    const { code, printed, stderr } = await runIn(folder, {
      imports,
      config: { ...everything, output },
      body: `for (let n = 0; n < 3; n++) ${call('n')}\nprint('done')`,
    })

    assert.deepEqual([code, printed], [0, ['done']])
    for (const name of ['target.jsonl', 'up.jsonl'])
      assert.deepEqual([`${name}.3`, `${name}.2`, `${name}.1`, name].map(numbers), [[0], [1], [2], []])
    const told = stderr.trimEnd().split('\n')
    assert.deepEqual(
      told.map((line) => /^crossbridge: records can't be written to \P{Cc}* \((E[A-Z]+):/u.exec(line)?.[1]),
      ['EISDIR', 'ELOOP', 'EISDIR', 'ENAMETOOLONG', 'ENOENT', 'ENOTDIR'],
    )
  })

  it('grows, and tells it, where it may write the file but not the folder; and drops nothing', {
    skip: !linux || process.getuid?.() !== 0,
  }, async () => {
    const closed = mkdtempSync(join(tmpdir(), 'closed-'))
    const file = join(closed, 'profile.jsonl')
    writeFileSync(file, '')
    chmodSync(file, 0o666)
    chmodSync(closed, 0o555)
    try {
      const { code, stderr } = await runIn(folder, {
        imports,
        config: to(file, { size_mb: 0.000001 }),
        body: `process.setgid(65534); process.setuid(65534); for (let n = 0; n < 5; n++) ${call('n')}`,
        env: debug,
      })

      assert.equal(code, 0)
      assert.equal(
        stderr.match(/profile\.jsonl can't be rotated \(EACCES: [^)]*\); it grows until it can be/g)?.length,
        1,
      )
      assert.match(stderr, /5 seen, 5 emitted\n/)
      assert.equal(recordsOf(readFileSync(file, 'utf8')).length, 5)
    } finally {
      rmSync(closed, { recursive: true, force: true })
    }
  })

  it('leaves the application its files where there are too few, and comes back when there are enough', {
    skip: !linux,
  }, async () => {
    const few = join(folder, 'few.sh')
    writeFileSync(few, `#!/bin/sh\nulimit -n 60\nexec ${process.execPath} "$@"\n`, { mode: 0o755 })

    const { code, stderr } = await runIn(folder, {
      imports,
      config: to('./profile.jsonl', { size_mb: 0.000001 }),
      body: `
        const open = []
        const fill = () => { try { for (;;) open.push(fs.openSync('/dev/null')) } catch {} }
        const free = () => { while (open.length > 0) fs.closeSync(open.pop()) }
        fill()
        ${call(1)}
        free()
        ${call(2)}
        fill()
        ${call(3)}
        free()`,
      node: few,
      env: debug,
    })

    assert.equal(code, 0)
    assert.equal(stderr.match(/records can't be written to .* \(EMFILE: /g)?.length, 1)
    assert.equal(stderr.match(/can't be rotated \(EMFILE: /g)?.length, 1)
    assert.match(stderr, /3 seen, 2 emitted, 1 dropped\n/)
    assert.deepEqual(numbers('profile.jsonl'), [2, 3])
  })
})
