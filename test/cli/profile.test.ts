import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, describe, it } from 'node:test'
import { cli } from '../support/cli.ts'
import { endAll, makeFolder, startWatched, writeConfig } from '../support/watched.ts'

const home = makeFolder()
after(() => endAll(home))
let folders = 0
function folderWith(config?: Readonly<Record<string, unknown>>): string {
  const folder = join(home, `${folders++}`)
  mkdirSync(folder)
  if (config !== undefined) writeConfig(folder, config)
  return folder
}
/** Too long for V8 to put into its caller, which would then have its samples. */
const busy = `
function rank() { let sum = 0; for (let i = 0; i < 3e4; i++) { ${'sum += Math.sqrt(i);'.repeat(100)} } return sum }`
const rankOften = `${busy}
setInterval(rank, 20).unref()`
const asked = { cli: { socket: './a.sock' }, cpu_profile: { on: 'signal' }, heap_profile: { on: 'signal' } }
const read = (file: string) => readFileSync(file, 'utf8')

describe('profile of a running process', { timeout: 120_000 }, () => {
  it('says where the file is, which names the functions that ran', async () => {
    const folder = folderWith(asked)
    const app = await startWatched(folder, rankOften)

    const { code, stdout, stderr } = await cli(['profile', '--seconds', '1.5'], { cwd: folder })

    assert.equal(code, 0)
    assert.equal(stderr, `profiling app-0.mjs (${app.pid}) for 1.5 s…\n`)
    const file = stdout.trim()
    assert.equal(dirname(file), join(folder, 'data/profiling/profiles'))
    assert.match(file, /\/hand-\d{8}T\d{9}Z-\d+-0-0\.cpuprofile$/)
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.match(read(file), /"functionName":"rank"/)
    assert.equal(await app.end(), 0)
    assert.equal(app.stderr(), '')
  })

  it('waits for a process whose event loop one piece of work holds, and says so', async () => {
    const folder = folderWith(asked)
    const hold = 'setTimeout(() => { for (const end = Date.now() + 8000; Date.now() < end; ); }, 100)'
    const app = await startWatched(folder, `${hold}\nsetTimeout(() => console.log('held'), 50)`)
    await app.said('held')
    await new Promise((resolve) => setTimeout(resolve, 500))

    const { code, stdout, stderr } = await cli(['profile', '--seconds', '0.5'], { cwd: folder })

    assert.deepEqual([code, /\.cpuprofile\n$/.test(stdout)], [0, true], stderr)
    assert.match(stderr, /^crossbridge: no answer yet: one piece of work may hold its event loop; waiting for 60 s\n/)
    assert.equal(await app.end(), 0)
  })

  it('samples allocations with --heap', async () => {
    const folder = folderWith(asked)
    const app = await startWatched(
      folder,
      'const kept = []\nsetInterval(function keep() { kept.push(new Array(1e5).fill({})) }, 10).unref()',
    )

    const { code, stdout } = await cli(['profile', '--seconds', '1.5', '--heap', '--pid', `${app.pid}`], {
      cwd: folder,
    })

    assert.equal(code, 0)
    assert.match(stdout, /\.heapprofile\n$/)
    assert.match(read(stdout.trim()), /"functionName":"keep"/)
    assert.equal(await app.end(), 0)
  })

  it('finds one process of several by --pid, and asks for it', async () => {
    const folder = folderWith(asked)
    const [one, other] = [await startWatched(folder), await startWatched(folder)]
    const pids = [one.pid, other.pid]

    const several = await cli(['profile'], { cwd: folder })
    const wrong = await cli(['profile', '--pid', '1'], { cwd: folder })
    const found = await cli(['profile', '--seconds', '0.2', '--pid', `${other.pid}`], { cwd: folder })

    assert.equal(several.code, 2)
    assert.match(several.stderr, /^crossbridge: several processes listen at .*a\.sock: \d+, \d+; name one by --pid\n$/)
    for (const pid of pids) assert.ok(several.stderr.includes(`${pid}`))
    assert.match(wrong.stderr, /^crossbridge: process 1 does not listen at .*; those that do: \d+, \d+\n$/)
    assert.equal(found.code, 0)
    assert.ok(found.stdout.includes(`-${other.pid}-0-`))
    for (const app of [one, other]) assert.equal(await app.end(), 0)
  })

  it('says why there is none: switched off, nobody listens, no socket, the process ended', async () => {
    const folder = folderWith({ cli: { socket: './a.sock' } })
    const app = await startWatched(folder)
    const off = await cli(['profile', '--seconds', '1'], { cwd: folder })
    assert.equal(off.code, 1)
    assert.match(
      off.stderr,
      /no profile was taken: cpu_profile\.on is off in this process; set it to signal, and start it again\n$/,
    )
    await app.end()

    const nobody = await cli(['profile'], { cwd: folder })
    assert.equal(nobody.code, 2)
    assert.match(nobody.stderr, /^crossbridge: no process listens at /)

    const ends = folderWith(asked)
    const ending = await startWatched(ends)
    const asking = cli(['profile', '--seconds', '60'], { cwd: ends })
    setTimeout(() => ending.child.kill('SIGKILL'), 2000)
    const ended = await asking
    assert.equal(ended.code, 1, ended.stderr)
    assert.match(ended.stderr, /no profile was taken: the process has ended, or does not answer\n$/)
  })
})

describe('profile of a command', { timeout: 120_000 }, () => {
  const app = (body: string) => {
    const folder = folderWith()
    writeFileSync(join(folder, 'app.cjs'), `${busy}\n${body}`)
    return folder
  }
  const run = (folder: string, ...words: readonly string[]) =>
    cli(['profile', ...words, '--', process.execPath, 'app.cjs'], { cwd: folder })
  const fileIn = (stderr: string) => /^crossbridge: the profile is in (.*)$/m.exec(stderr)?.[1] ?? ''

  it('says where the file is, and ends as the command does', async () => {
    const folder = app('for (let i = 0; i < 50; i++) rank(); console.log("done"); process.exitCode = 7')

    const { code, stdout, stderr } = await run(folder)

    assert.deepEqual([code, stdout], [7, 'done\n'])
    const file = fileIn(stderr)
    assert.equal(dirname(file), join(folder, 'data/profiling/profiles'))
    assert.match(read(file), /"functionName":"rank"/)
  })

  it('has it of a command that a signal ends, and one of allocations', async () => {
    const killed = app(
      'for (let i = 0; i < 50; i++) rank(); process.kill(process.pid, "SIGTERM"); setTimeout(() => {}, 60000)',
    )
    const kept = app(
      'globalThis.kept = []; function keep() { kept.push(new Array(1e5).fill({})) }\nfor (let i = 0; i < 50; i++) keep()',
    )

    const ended = await run(killed, '--out', 'own')
    const heap = await run(kept, '--heap')

    assert.equal(ended.code, 1)
    assert.equal(dirname(fileIn(ended.stderr)), join(killed, 'own'))
    assert.match(read(fileIn(ended.stderr)), /"functionName":"rank"/)
    assert.match(read(fileIn(heap.stderr)), /"functionName":"keep"/)
  })

  it('says that there is none of a command that is not Node, and what is wrong with its words', async () => {
    const folder = folderWith()

    const other = await cli(['profile', '--', 'true'], { cwd: folder })
    assert.deepEqual(
      [other.code, other.stderr],
      [1, 'crossbridge: there is no profile: the command is not Node, clears NODE_OPTIONS, or was killed\n'],
    )
    for (const [words, says] of [
      [['--', 'no-such-program'], /no-such-program can't be started/],
      [['--'], /no command follows --/],
      [['--pid', '1', '--', 'true'], /are for a running process/],
      [['--interval', '5'], /are for a command/],
      [['--interval', '0', '--', 'true'], /--interval must be a number above 0, at most 1000, not "0"/],
      [['--seconds', '601', 'a.sock'], /there is no a\.sock/],
      [[], /neither cli\.socket nor a file output is set|there is no \.\/data/],
    ] as const) {
      const { code, stderr } = await cli(['profile', ...words], { cwd: folder })
      assert.equal(code, 2, stderr)
      assert.match(stderr, says)
    }
    assert.ok(!existsSync(join(folder, 'data')))
  })
})
