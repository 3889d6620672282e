import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { api } from '../support/application.ts'
import { bin, cli } from '../support/cli.ts'
import { endAll, makeFolder, startWatched, until, writeConfig } from '../support/watched.ts'

const home = makeFolder()
after(() => endAll(home))
const tmux = spawnSync('tmux', ['-V']).error === undefined
const socket = { cli: { socket: './top.sock' } }
let folders = 0
/** A folder with a configuration, for one test. */
function folderWith(config: Readonly<Record<string, unknown>>): string {
  const folder = join(home, `${folders++}`)
  mkdirSync(folder)
  writeConfig(folder, config)
  return folder
}
const jsonOf = (stdout: string) =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
/** What `top --json` says, line by line, until it is ended. */
function following(cwd: string, ...args: readonly string[]) {
  const child = spawn(process.execPath, [bin, 'top', '--json', ...args], { cwd })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
  const rows: { name: string; library: string; calls: number; errors: number; p95_ms: number }[] = []
  createInterface({ input: child.stdout }).on('line', (line) => rows.push(JSON.parse(line)))
  const end = async () => {
    child.kill('SIGTERM')
    await once(child, 'close')
  }
  return { rows, stderr: () => stderr, end }
}
/** Two lines of what a socket says, then silence: this never reads again. */
const stuckClient = async (path: string) => {
  const client = connect({ path })
  await once(client, 'connect')
  return client.pause()
}

// They wait more than they work.
describe('top', { timeout: 120_000, concurrency: true }, () => {
  describe('of a running process', { concurrency: true }, () => {
    it('prints a line for each scope and second through the socket of the configuration, for this user alone', async () => {
      const cwd = folderWith({ ...socket, mode: 'sampling', sample_rate: 0.5, output: { type: 'none' } })
      const app = await startWatched(cwd)
      const path = join(cwd, 'top.sock')
      await until(() => existsSync(path))

      const [json, lines] = await Promise.all([
        cli(['top', '--json', '--count', '2'], { cwd }),
        cli(['top', './top.sock', '--count', '1'], { cwd, env: { TERM: 'dumb' } }),
      ])

      const rows = jsonOf(json.stdout)
      assert.deepEqual([json.code, json.stderr, lines.code, lines.stderr], [0, '', 0, ''])
      assert.deepEqual(
        rows.map(({ name, library }) => [name, library]),
        Array(2).fill(['shop.find', 'app']),
      )
      for (const { calls, errors, p50_ms, p95_ms, max_ms, open } of rows) {
        assert.ok(calls > 5 && errors >= 1 && errors < calls / 2)
        assert.ok(4 <= p50_ms && p50_ms <= p95_ms && p95_ms <= max_ms && open >= 0)
      }
      assert.match(
        lines.stdout,
        /^\d\d:\d\d:\d\d {2}shop\.find {2}app {2}[\d.]+\/s {2}p50 [\d.]+ms {2}p95 [\d.]+ms {2}max [\d.]+ms {2}errors \d+ {2}in flight \d+\n$/,
      )
      assert.equal(statSync(path).mode & 0o777, 0o600)
      assert.equal(await app.end(), 0)
      assert.deepEqual(
        readdirSync(cwd).filter((name) => /sock|^\./.test(name)),
        [],
      )
      assert.equal(app.stderr(), '')
    })

    it('adds up processes and threads of one path, and goes on when one of them ends', async () => {
      const cwd = folderWith(socket)
      const worker = `
const { Worker } = await import('node:worker_threads')
const source = 'import { profile } from ' + JSON.stringify(${JSON.stringify(pathToFileURL(api).href)}) + '; setInterval(() => profile("shop.worker", {}, () => 1), 20)'
const worker = new Worker(new URL('data:text/javascript,' + encodeURIComponent(source)))
process.stdin.on('end', () => worker.terminate())`
      const first = await startWatched(cwd)
      await until(() => existsSync(join(cwd, 'top.sock')))
      const second = await startWatched(cwd, worker)
      await until(() => readdirSync(cwd).filter((name) => name.startsWith('top.sock')).length === 3)
      const top = following(cwd)

      await until(() => top.rows.some(({ name }) => name === 'shop.worker'))
      await first.end()
      const before = top.rows.length
      await until(() => top.rows.slice(before).some(({ name }) => name === 'shop.find'))

      assert.deepEqual(
        readdirSync(cwd).filter((name) => name === `top.sock.${second.pid}-0` || name === 'top.sock'),
        [`top.sock.${second.pid}-0`],
      )
      await second.end()
      await until(() => top.stderr() !== '')
      assert.equal(top.stderr(), 'the process has ended; waiting for the next one at the same path\n')
      const third = await startWatched(cwd)
      const seen = top.rows.length
      await until(() => top.rows.length > seen)
      await top.end()
      assert.equal(await third.end(), 0)
      // The thread was terminated, and could not remove its own; the next start has done it.
      assert.deepEqual(
        readdirSync(cwd).filter((name) => name.startsWith('top.sock')),
        [],
      )
    })

    it('shows what calls cost an hour with --cost, by the prices of the configuration, and what has no price', async () => {
      const prices = { currency: 'EUR', models: { m: { input: 2 } } }
      const cwd = folderWith({ ...socket, prices, mode: 'sampling', sample_rate: 0, output: { type: 'none' } })
      const app = await startWatched(
        cwd,
        `setInterval(() => {
          profile('llm.generate', { model: 'm', input_tokens: 1000 }, () => 1)
          profile('llm.generate', { model: 'nowhere', output_tokens: 1000 }, () => 1)
        }, 20).unref()`,
      )
      await until(() => existsSync(join(cwd, 'top.sock')))

      const { stdout, stderr } = await cli(['top', '--cost', '--json', '--count', '2'], { cwd })

      const rows = jsonOf(stdout)
      // Of every second call 0.002 EUR.
      for (const { name, calls_per_s, cost_per_h, currency } of rows)
        if (name === 'shop.find') assert.deepEqual([cost_per_h, currency], [0, 'EUR'])
        else assert.ok(Math.abs(cost_per_h / (calls_per_s * 3.6) - 1) < 0.2, `${cost_per_h} of ${calls_per_s}`)
      assert.deepEqual([...new Set(rows.map(({ name }) => name))].sort(), ['llm.generate', 'shop.find'])
      assert.equal(
        stderr,
        'Without a price, so in no cost: nowhere of app. `prices.models` in crossbridge.yml gives one.\n',
      )
      assert.equal(await app.end(), 0)
    })

    it('says that a killed process left its socket, which the next start replaces', async () => {
      const cwd = folderWith(socket)
      const killed = await startWatched(cwd)
      await until(() => existsSync(join(cwd, 'top.sock')))
      killed.child.kill('SIGKILL')
      await once(killed.child, 'close')

      const stale = await cli(['top'], { cwd })
      const next = await startWatched(cwd)
      await until(async () => (await cli(['top', '--count', '1'], { cwd })).code === 0)

      assert.deepEqual(
        [stale.code, stale.stderr],
        [
          2,
          `crossbridge: ${join(cwd, 'top.sock')} is left over from a process that was killed; start the application again, which replaces it\n`,
        ],
      )
      assert.equal(await next.end(), 0)
      assert.deepEqual([next.stderr(), existsSync(join(cwd, 'top.sock'))], ['', false])
    })

    it('does not hold a process: not by looking, nor by never reading, and what is not read is given up', async () => {
      const cwd = folderWith(socket)
      // So much that a second of it is more than a socket takes in.
      const app = await startWatched(
        cwd,
        `for (let i = 0; i < 500; i++) profile('shop.' + i + '.' + 'x'.repeat(100), {}, () => i)`,
      )
      const path = join(cwd, 'top.sock')
      await until(() => existsSync(path))
      const stuck = await stuckClient(path)
      const top = following(cwd)
      await until(() => top.rows.filter(({ name }) => name === 'shop.find').length > 3)

      let bytes = 0
      stuck.on('data', (data) => (bytes += data.length)).resume()
      await once(stuck, 'close')
      assert.ok(bytes < 1e6, `${bytes}`)
      const other = await stuckClient(path)
      assert.equal(await app.end(), 0)
      await top.end()
      other.destroy()
      assert.equal(app.stderr(), '')
    })

    it('finds a socket that a reload opens, and none after one that closes it', async () => {
      const cwd = folderWith({ reload: true })
      const app = await startWatched(cwd)
      const path = join(cwd, 'other.sock')

      const without = await cli(['top', path], { cwd })
      writeConfig(cwd, { reload: true, cli: { socket: './other.sock' } })
      await until(() => existsSync(path))
      const found = await cli(['top', '--count', '1', '--json'], { cwd })
      writeConfig(cwd, { reload: true })
      await until(() => !existsSync(path))

      assert.deepEqual([without.code, found.code, jsonOf(found.stdout).length], [2, 0, 1])
      assert.equal(await app.end(), 0)
    })

    it('leaves alone what stands in the way of its socket, and tells', async () => {
      const cwd = folderWith(socket)
      writeFileSync(join(cwd, 'top.sock'), 'mine')
      const app = await startWatched(cwd)
      await until(() => app.stderr() !== '')

      const { code, stderr } = await cli(['top'], { cwd })

      assert.equal(
        app.stderr(),
        `crossbridge: cli.socket: ${cwd}/top.sock is there and is not a socket; it is left as it is (crossbridge.yml:1:242); nobody can look at this process\n`.replace(
          /:1:\d+/,
          /:1:\d+/.exec(app.stderr())?.[0] ?? '',
        ),
      )
      assert.deepEqual(
        [code, stderr],
        [2, `crossbridge: ${cwd}/top.sock is not a socket; remove it, and start the application again\n`],
      )
      await app.end()
    })
  })

  describe('of a file', () => {
    const record = (duration_ms: number, more: object = {}) =>
      `${JSON.stringify({ name: 'vector_store.search', library: 'pg', duration_ms, timestamp: 1_780_000_000, ...more })}\n`

    it('follows it from its end through a rotation, and counts by sample_rate', async () => {
      const cwd = folderWith({})
      const path = join(cwd, 'profile.jsonl')
      writeFileSync(path, record(1))
      const top = following(cwd, '--interval', '0.2')
      const rowsOf = (name: string) => top.rows.filter((row) => row.name === name)
      const sum = (of: 'calls' | 'errors') => rowsOf('vector_store.search').reduce((all, row) => all + row[of], 0)

      // Until it has begun; what it has seen of these may come late, and has a name of its own.
      await until(() => {
        appendFileSync(path, record(2, { name: 'app.begun' }))
        return rowsOf('app.begun').length > 0
      })
      appendFileSync(path, record(10, { sample_rate: 0.1 }))
      renameSync(path, `${path}.1`)
      writeFileSync(path, record(20, { error: 'RangeError' }) + record(30).slice(0, 20))
      await until(() => sum('calls') >= 11)
      assert.equal(sum('calls'), 11)
      appendFileSync(path, record(30).slice(20))
      await until(() => sum('calls') >= 12)

      assert.equal(sum('calls'), 12)
      assert.equal(sum('errors'), 1)
      assert.match(top.stderr(), /^sampled: a record stands for up to 10 calls \(1 \/ sample_rate\)\n$/)
      await top.end()
    })

    it('has its costs with --cost, weighted, and none without being asked', async () => {
      const cwd = folderWith({ prices: { models: { m: { input: 3 } } } })
      const paid = { metadata: { model: 'm', input_tokens: 1e6 } }
      const calls = [0, 1, 2, 3].map((i) => record(1000, { ...paid, timestamp: 1_780_000_000 + i, sample_rate: 0.5 }))
      writeFileSync(join(cwd, 'old.jsonl'), calls.join(''))

      const [asked, unasked] = await Promise.all(
        [['--cost'], []].map((more) => cli(['top', 'old.jsonl', '--from-start', '--count', '1', ...more], { cwd })),
      )

      // 8 calls of 3 USD in 4 seconds.
      assert.match(asked?.stdout ?? '', /errors 0 {2}cost \$21,600\/h\n$/)
      assert.match(unasked?.stdout ?? '', /errors 0\n$/)
    })

    it('reads what is there with --from-start, over the time that it took', async () => {
      const cwd = folderWith({})
      const calls = [1000, 2000, 3000, 4000].map((ms, i) => record(ms, { timestamp: 1_780_000_000 + i * 2 }))
      writeFileSync(join(cwd, 'old.jsonl'), `${calls.join('')}no record\n${record(5, { name: 'a\x1b[2Jb' })}`)

      const { code, stdout, stderr } = await cli(['top', 'old.jsonl', '--from-start', '--count', '1'], { cwd })

      assert.deepEqual([code, stderr], [0, '1 line is no record\n'])
      assert.equal(
        stdout.replaceAll(/^\d\d:\d\d:\d\d/gm, 'TIME'),
        `TIME  vector_store.search  pg  0.40/s  p50 2.02s  p95 3.01s  max 4.00s  errors 0
TIME  a\\u001b[2Jb  pg  0.10/s  p50 5.00ms  p95 5.00ms  max 5.00ms  errors 0
`,
      )
    })
  })

  describe('of nothing', () => {
    it('says what to do', async () => {
      const cwd = folderWith(socket)
      const bare = folderWith({ output: { type: 'log' } })
      const unwritten = folderWith({ output: { type: 'file', path: './a.jsonl' } })
      const other = createServer((client) => client.end('hello\n')).listen(join(cwd, 'other.sock'))
      await once(other, 'listening')
      const outcomes = await Promise.all([
        cli(['top'], { cwd }),
        cli(['top', 'none.sock'], { cwd }),
        cli(['top', 'other.sock'], { cwd }),
        cli(['top', '.'], { cwd }),
        cli(['top'], { cwd: bare }),
        cli(['top'], { cwd: unwritten }),
        cli(['top', '--interval', '0'], { cwd }),
        cli(['top', '--count', '1.5'], { cwd }),
        cli(['top', '--from-start'], { cwd }),
        cli(['top', 'a', 'b'], { cwd }),
      ])
      other.close()

      assert.deepEqual(
        outcomes.map(({ code }) => code),
        Array(outcomes.length).fill(2),
      )
      assert.deepEqual(
        outcomes.map(({ stderr }) => stderr.replaceAll(cwd, 'HERE')),
        [
          'crossbridge: no process listens at HERE/top.sock; start it with cli.socket set, and look from its working directory\n',
          'crossbridge: there is no none.sock: a socket is there while a process runs with cli.socket set, a file once something was recorded\n',
          'crossbridge: HERE/other.sock: what answers is no agent\n',
          'crossbridge: . is neither a socket nor a file\n',
          `crossbridge: there is nothing to look at: neither cli.socket nor a file output is set. Add to crossbridge.yml, below runtime.profiling, and start the application again:
    cli:
      socket: ./data/profiling/top.sock
`,
          'crossbridge: there is no ./a.jsonl yet (output.path): start the application, or name the file\n',
          'crossbridge: --interval must be a number from 0.1 to 3600, not "0"\n',
          'crossbridge: --count must be a whole number, 1 or more, not "1.5"\n',
          'crossbridge: --from-start is for a file of records\n',
          'crossbridge: top looks at one socket or file; `{pid}` in it takes in several\n',
        ],
      )
    })
  })

  describe('in a terminal', { skip: tmux ? false : 'there is no tmux here' }, () => {
    const server = `crossbridge-${process.pid}`
    const run = (...args: readonly string[]) =>
      spawnSync('tmux', ['-L', server, '-f', '/dev/null', ...args], { encoding: 'utf8' }).stdout
    const screen = () => run('capture-pane', '-p', '-t', 'top')
    const isAlternate = () =>
      run('display-message', '-p', '-t', 'top', '#{alternate_on} #{cursor_flag} #{wrap_flag}').trim()
    after(() => run('kill-server'))

    it('shows a table, obeys keys and a new size, and leaves the terminal as it was, after q and after a signal', async () => {
      const cwd = folderWith({ ...socket, requests: true })
      const embeds = `setInterval(() => profile('shop.job', async () => {
        for (let i = 0; i < 5; i++) await profile('embedding_provider.embed', { model: 'm' }, () => sleep(5))
      }), 100).unref()`
      const app = await startWatched(cwd, `setInterval(() => profile('zoo.keep', {}, () => 1), 100).unref();${embeds}`)
      await until(() => existsSync(join(cwd, 'top.sock')))
      run('new-session', '-d', '-s', 'top', '-x', '80', '-y', '24', 'sh')
      const top = `sh -c 'echo $$ > pid; exec ${process.execPath} ${bin} top'`
      const start = async () => {
        run('send-keys', '-t', 'top', `cd ${cwd}; clear; ${top}; echo left with $?`, 'Enter')
        await until(() => /^zoo\.keep .*\d/m.test(screen()))
      }
      const isLeft = async (code: number) => {
        await until(() => screen().includes(`left with ${code}`))
        assert.equal(isAlternate(), '0 1 1')
      }

      await start()
      assert.equal(isAlternate(), '1 0 0')
      assert.match(
        screen(),
        /^crossbridge top {2}app-\d\.mjs {2}pid \d+ {2}up \d+s .*\ncalls \d+ {2}recorded \d+ {2}errors \d+/,
      )
      assert.match(screen(), /^shop\.find[\s\S]*^zoo\.keep[\s\S]*^q quit/m)
      run('send-keys', '-t', 'top', 'n')
      await until(() => /^scope▾/m.test(screen()))
      run('send-keys', '-t', 'top', 'r')
      await until(() => /^zoo\.keep[\s\S]*^shop\.find/m.test(screen()))
      run('resize-window', '-t', 'top', '-x', '40', '-y', '10')
      await until(() => /^q quit {2}\? help$/m.test(screen()))
      assert.equal(screen().trimEnd().split('\n').length, 10)
      run('send-keys', '-t', 'top', 'q')
      await isLeft(0)

      await start()
      run('resize-window', '-t', 'top', '-x', '140', '-y', '24')
      await until(() => /^finding: \d+ % of the time of requests {2}app embeds texts one by one/m.test(screen()))
      process.kill(Number(readFileSync(join(cwd, 'pid'), 'utf8')), 'SIGTERM')
      await isLeft(143)
      await app.end()
    })
  })
})
