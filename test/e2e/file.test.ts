import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { api, everything, folderFor, recordsOf, register, run, runIn, spawnNode } from '../support/application.ts'

const imports = [
  ['{ profile }', api],
  ['fs', 'node:fs'],
] as const
const to = (path: string) => ({ ...everything, output: { type: 'file', path } })
const call = (n: number | string) => `profile('shop.search', { n: ${n} }, () => ${n})`
/** It is asked at most every 100 ms whether the file at the path is still the same. */
const noticed = 'await new Promise((resolve) => setTimeout(resolve, 150))'
const linux = process.platform === 'linux'

describe('the file output', () => {
  let folder: string
  const start = (path: string, body: string, more: object = {}) =>
    runIn(folder, { imports, config: to(path), body, ...more })
  const text = (path = 'profile.jsonl') => readFileSync(join(folder, path), 'utf8')
  const numbers = (path?: string) => recordsOf(text(path)).map(({ metadata }) => metadata.n)

  beforeEach(() => {
    folder = folderFor('previous')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('makes the parent folders, and a file for the owner alone whatever the umask', async () => {
    for (const umask of ['0o000', '0o022', '0o277']) {
      await start(`a/${umask}/profile.jsonl`, `process.umask(${umask}); ${call(1)}; process.umask(0o022)`, {
        // The folders themselves keep to the umask, which for the last of these would keep anyone but root out.
        files: { [`a/${umask}/there`]: '' },
      })

      assert.equal(statSync(join(folder, `a/${umask}/profile.jsonl`)).mode & 0o777, 0o600)
    }
    await start('new/deep/er/profile.jsonl', call(1))

    assert.equal(statSync(join(folder, 'new/deep/er/profile.jsonl')).mode & 0o777, 0o600)
    assert.equal(statSync(join(folder, 'new/deep')).mode & 0o777, 0o700)
  })

  it('appends to what is there, and begins a new line after one that a killed process left torn', async () => {
    writeFileSync(join(folder, 'profile.jsonl'), '{"name":"whole"}\n{"name":"to')
    utimesSync(join(folder, 'profile.jsonl'), 1, 1)

    await start('profile.jsonl', call(1))
    await start('profile.jsonl', call(2))

    const [whole, torn, ...records] = recordsOf(text())
    assert.deepEqual([whole, torn], [{ name: 'whole' }, '{"name":"to'])
    assert.deepEqual(
      records.map(({ metadata }) => metadata.n),
      [1, 2],
    )
  })

  it('has each record in the file when the call returns', async () => {
    const { printed } = await start(
      'profile.jsonl',
      `for (let n = 0; n < 3; n++) { ${call('n')}; print(fs.readFileSync('profile.jsonl', 'utf8').split('\\n').length - 1) }`,
    )

    // The first line says whose they are.
    assert.deepEqual(printed, [2, 3, 4])
  })

  it('stays where it was when the application changes its directory', async () => {
    await start('profile.jsonl', `process.chdir('/'); ${call(1)}`)

    assert.deepEqual(numbers(), [1])
  })

  it('tells a full disk once, counts what is dropped, and keeps the application going', { skip: !linux }, async () => {
    const { code, printed, stderr } = await start(
      '/dev/full',
      `for (let n = 0; n < 5; n++) ${call('n')}\nprint('done')`,
      {
        env: { CROSSBRIDGE_PROFILING_DEBUG: '1' },
      },
    )

    assert.deepEqual([code, printed], [0, ['done']])
    assert.equal(stderr.match(/records can't be written to \/dev\/full \(ENOSPC[^)]*\)/g)?.length, 1)
    assert.match(stderr, /app shop.search: 5 seen, 5 dropped\n/)
  })

  it('does not wait for a folder that can never be made', { skip: !linux }, async () => {
    const { code, printed, stderr } = await start('/proc/nowhere/x/profile.jsonl', `${call(1)}\nprint('done')`)

    assert.deepEqual([code, printed], [0, ['done']])
    assert.match(stderr, /records can't be written to \/proc\/nowhere\/x\/profile.jsonl \(.*can't be made\)/)
  })

  it('makes the file anew when its folder is removed while the application runs', async () => {
    const { stderr } = await start(
      'data/profile.jsonl',
      `${call(1)}; fs.rmSync('data', { recursive: true }); ${noticed}; ${call(2)}; ${call(3)}`,
    )

    assert.equal(stderr, '')
    assert.deepEqual(numbers('data/profile.jsonl'), [2, 3])
  })

  it('follows a rotated file', async () => {
    await start(
      'profile.jsonl',
      `${call(1)}
       fs.renameSync('profile.jsonl', 'old.jsonl')
       ${noticed}
       ${call(2)}`,
    )

    assert.deepEqual([numbers('old.jsonl'), numbers()], [[1], [2]])
  })

  it('tells once where it may not write, drops and counts, and writes again when it may', async () => {
    const { stderr, printed } = await start(
      'data/profile.jsonl',
      // A file where the folder should be refuses root as well.
      `fs.writeFileSync('data', '')
       ${call(1)}; ${call(2)}
       fs.rmSync('data')
       ${call(3)}
       fs.rmSync('data', { recursive: true }); fs.writeFileSync('data', '')
       ${noticed}
       ${call(4)}
       fs.rmSync('data')
       ${call(5)}
       print('done')`,
      { env: { CROSSBRIDGE_PROFILING_DEBUG: '1' } },
    )

    assert.deepEqual(printed, ['done'])
    assert.equal(stderr.match(/records can't be written/g)?.length, 1)
    assert.match(stderr, /app shop.search: 5 seen, 2 emitted, 3 dropped\n/)
    assert.deepEqual(numbers('data/profile.jsonl'), [5])
  })

  it('tells that it has no permission, as another user than root', {
    skip: !linux || process.getuid?.() !== 0,
  }, async () => {
    const closed = mkdtempSync(join(tmpdir(), 'closed-'))
    try {
      const { code, printed, stderr } = await start(
        join(closed, 'profile.jsonl'),
        `fs.chmodSync(${JSON.stringify(closed)}, 0o700); process.setgid(65534); process.setuid(65534); ${call(1)}; print('done')`,
      )

      assert.deepEqual([code, printed], [0, ['done']])
      assert.match(stderr, /records can't be written to .* \(EACCES: /)
    } finally {
      rmSync(closed, { recursive: true, force: true })
    }
  })

  it('does not wait at a FIFO that nobody reads, and writes to it when somebody does', { skip: !linux }, async () => {
    spawnSync('mkfifo', [join(folder, 'pipe')])

    const { code, printed, stderr } = await start(
      'pipe',
      `${call(1)}
       print('not stuck')
       const open = () => fs.openSync('pipe', fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
       const buffer = Buffer.alloc(4096)
       const read = (reader) => print(buffer.toString('utf8', 0, fs.readSync(reader, buffer)).trimEnd().split('\\n')
         .map((line) => JSON.parse(line)).map(({ name, metadata }) => metadata?.n ?? name))
       const first = open()
       ${call(2)}
       read(first)
       fs.closeSync(first)
       ${call(3)}
       const second = open()
       ${call(4)}
       read(second)`,
    )

    assert.deepEqual([code, printed], [0, ['not stuck', ['agent.start', 2], ['agent.start', 4]]])
    assert.equal(stderr.match(/records can't be written/g)?.length, 1)
  })

  it('writes into nobody else’s file when the application closes its descriptor, and loses nothing by it', {
    skip: !linux,
  }, async () => {
    const { stderr } = await start(
      'profile.jsonl',
      `${call(1)}
       const { ino } = fs.statSync('profile.jsonl')
       const fdOf = () => fs.readdirSync('/proc/self/fd').map(Number).find((fd) => { try { return fs.fstatSync(fd).ino === ino } catch { return false } })
       fs.closeSync(fdOf())
       ${call(2)}
       const fd = fdOf()
       fs.closeSync(fd)
       const mine = fs.openSync('mine.txt', 'w')
       print(mine === fd)
       ${noticed}
       ${call(3)}
       fs.writeSync(mine, 'mine')`,
    )

    assert.equal(stderr, '')
    assert.equal(readFileSync(join(folder, 'mine.txt'), 'utf8'), 'mine')
    assert.deepEqual(numbers(), [1, 2, 3])
  })

  it('begins a new line after a write that stopped short', { skip: !linux }, async () => {
    spawnSync('mkfifo', [join(folder, 'pipe')])

    const { printed, stderr } = await start(
      'pipe',
      // Records of about 13,000 bytes do not fill a pipe evenly, so that one of them goes in as a part.
      `const long = Object.fromEntries(Array.from({ length: 90 }, (_, i) => ['k' + i, 'x'.repeat(128)]))
       const reader = fs.openSync('pipe', fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
       const read = () => {
         const buffer = Buffer.alloc(1 << 20)
         return buffer.toString('utf8', 0, fs.readSync(reader, buffer))
       }
       for (let n = 0; n < 20; n++) profile('shop.search', { n, ...long }, () => n)
       const before = read()
       ${call(100)}
       const after = read()
       print(before.endsWith('\\n'))
       print([after[0], JSON.parse(after.trimEnd().split('\\n').at(-1)).metadata.n])`,
    )

    assert.deepEqual(printed, [false, ['\n', 100]])
    assert.match(stderr, /only \d+ of \d+ bytes could be written/)
  })

  it('takes records of eight processes and eight worker threads without tearing a line', async () => {
    const each = 400
    const source = `
      import { profile } from ${JSON.stringify(api)}
      import { threadId } from 'node:worker_threads'
      for (let n = 0; n < ${each}; n++) profile('shop.search', { n, pad: 'x'.repeat(n % 128), a: 'y'.repeat(128), b: 'z'.repeat(128) }, () => n)`

    const { code, records, stderr } = await run({
      imports: [
        ['{ Worker }', 'node:worker_threads'],
        ['{ fork }', 'node:child_process'],
      ],
      config: everything,
      files: { 'load.mjs': source },
      body: `
        const ended = (one) => new Promise((resolve) => one.on('exit', resolve))
        const children = Array.from({ length: 8 }, () => ended(fork('./load.mjs')))
        const workers = Array.from({ length: 8 }, () => ended(new Worker(new URL('load.mjs', import.meta.url))))
        print(await Promise.all([...children, ...workers]))`,
    })

    assert.deepEqual([code, stderr], [0, ''])
    assert.ok(records.every((record) => typeof record === 'object'))
    assert.equal(records.length, 16 * each)
    const writers = new Map<string, number[]>()
    for (const { pid, thread_id, metadata } of records) {
      const key = `${pid} ${thread_id}`
      writers.set(key, [...(writers.get(key) ?? []), metadata.n])
    }
    assert.equal(writers.size, 16)
    for (const own of writers.values())
      assert.deepEqual(
        own,
        Array.from({ length: each }, (_, n) => n),
      )
  })

  it('is one of several outputs, and what one refuses another may take', async () => {
    const config = {
      ...everything,
      output: [
        { type: 'file', path: './no/such.jsonl/x' },
        { type: 'file', path: './profile.jsonl' },
        { type: 'log', destination: 'stdout' },
      ],
    }
    mkdirSync(join(folder, 'no'))
    writeFileSync(join(folder, 'no/such.jsonl'), '')

    const { printed, stderr } = await runIn(folder, {
      imports,
      config,
      body: call(1),
      env: { CROSSBRIDGE_PROFILING_DEBUG: '1' },
    })

    assert.deepEqual(numbers(), [1])
    assert.deepEqual(
      printed.map((line) => (line as { metadata: { n: number } }).metadata.n),
      [1],
    )
    assert.match(stderr, /app shop.search: 1 seen, 1 emitted\n/)
  })

  it('is not there with output none, which takes every record', async () => {
    const { stderr } = await runIn(folder, {
      imports,
      config: { ...everything, output: { type: 'none' } },
      body: call(1),
    })

    assert.equal(stderr, '')
    assert.equal(existsSync(join(folder, 'profile.jsonl')), false)
    assert.equal(existsSync(join(folder, 'data')), false)
  })

  it('has its default place below the working directory', async () => {
    writeFileSync(
      join(folder, 'crossbridge.yml'),
      'runtime: { profiling: { enabled: true, mode: full, output: { type: file } } }',
    )
    writeFileSync(join(folder, 'app.mjs'), `import { profile } from ${JSON.stringify(api)}\n${call(1)}`)

    await spawnNode(['--import', register, 'app.mjs'], {
      cwd: folder,
      env: { CROSSBRIDGE_PROFILING_THRESHOLDS_SLOW_CALL_MS: '0' },
    })

    assert.deepEqual(numbers('data/profiling/profile.jsonl'), [1])
  })

  it('is opened when a library is there, not by the first call; that is no call to those under way', async () => {
    const { printed, records, stderr } = await runIn(folder, {
      files: { 'shop.cjs': 'exports.search = async (wait) => await wait' },
      imports: [
        ['shop', './shop.cjs'],
        ['fs', 'node:fs'],
      ],
      config: {
        ...everything,
        instrumentations: [
          { name: 'shop', module: './shop.cjs', target: 'store', methods: [{ at: 'search', scope: 'search' }] },
        ],
      },
      body: `
        let end
        const first = shop.search(new Promise((resolve) => (end = resolve)))
        for (let n = 0; n < 5; n++) await new Promise(setImmediate)
        print(fs.statSync('profile.jsonl').size)
        end()
        await first`,
    })

    assert.deepEqual([printed, stderr], [[0], ''])
    assert.deepEqual(
      records.map(({ name, concurrent }) => [name, concurrent]),
      [['store.search', 0]],
    )
  })
})
