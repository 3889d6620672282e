import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { api, everything, folderFor, run, runIn } from '../support/application.ts'
import { cli } from '../support/cli.ts'

/** A process that takes itself for one of Windows; its paths are this system's. */
const preload = pathToFileURL(join(import.meta.dirname, '../support/windows-preload.js')).href
const env = { NODE_OPTIONS: `--import ${preload}` }
const linux = { skip: process.platform !== 'linux' && 'made of what Linux has' }
const call = (n = 1) => `
  for (let n = 0; n < ${n}; n++) await profile('llm.generate', { model: 'm', input_tokens: n }, async () => n)`
const imports = [['{ profile }', api]] as const

describe('an application on what it takes for Windows', { concurrency: true, ...linux }, () => {
  it('is recorded, and told once, with its line, that there is no socket', async () => {
    const { code, stderr, records } = await run({
      ...{ env, imports },
      yaml: `runtime:
  profiling:
    enabled: true
    mode: full
    thresholds: { slow_call_ms: 0 }
    cli:
      socket: ./top.sock
    output: { type: file, path: ./profile.jsonl }
`,
      body: call(3),
    })

    assert.equal(code, 0)
    assert.equal(records.length, 3)
    assert.equal(
      stderr,
      'crossbridge: cli.socket: Windows has no socket that only one user may open, so there is none (crossbridge.yml:7:15); nobody can look at this process\n',
    )
  })

  for (const signal of ['SIGUSR2', 'SIGHUP'])
    it(`is told once that there is no ${signal}, and nothing listens to it`, async () => {
      const { code, stderr, records, printed } = await run({
        ...{ env, imports },
        config: { ...everything, reload_signal: signal },
        body: `${call()}\n print(process.listenerCount('${signal}'))`,
      })

      assert.deepEqual({ code, printed, calls: records.length }, { code: 0, printed: [0], calls: 1 })
      assert.equal(
        stderr,
        `crossbridge: reload_signal: Windows has no ${signal} that could be sent; change the file with reload: true instead\n`,
      )
    })

  it('has its file emptied when it is full, though a descriptor that appends can not do that', async () => {
    const output = { type: 'file', path: './profile.jsonl', rotate: { size_mb: 0.01, keep: 0 } }
    const { stderr, records } = await run({
      ...{ env, imports },
      config: { ...everything, output },
      body: call(200),
    })

    assert.equal(stderr, '')
    assert.ok(records.length > 0 && records.length < 200, `${records.length}`)
    assert.equal(records.at(-1)?.metadata.input_tokens, 199)
  })

  it('has requests, details, snapshots and a database without what /proc would tell', async () => {
    const folder = folderFor('previous')
    try {
      const { code, stderr, records } = await runIn(folder, {
        ...{ env, imports },
        config: {
          ...everything,
          level: 'detailed',
          requests: true,
          system: { enabled: true, sampling_interval: 1000, output: { type: 'file', path: './system.jsonl' } },
        },
        body: `${call(3)}\n await new Promise((resolve) => setTimeout(resolve, 1500))`,
      })

      assert.deepEqual({ code, stderr, calls: records.length }, { code: 0, stderr: '', calls: 3 })
      const [snapshot] = readFileSync(join(folder, 'system.jsonl'), 'utf8').split('\n')
      assert.doesNotMatch(String(snapshot), /thread_count|throttled/)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe('the command line on what it takes for Windows', { concurrency: true, ...linux }, () => {
  const inFolder = async (files: Readonly<Record<string, string>>, test: (folder: string) => Promise<void>) => {
    const folder = mkdtempSync(join(tmpdir(), 'crossbridge-windows-'))
    try {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(join(folder, name, '..'), { recursive: true })
        writeFileSync(join(folder, name), text)
        chmodSync(join(folder, name), 0o755)
      }
      await test(folder)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  const yaml = JSON.stringify({ runtime: { profiling: everything } })
  const app = `import { profile } from ${JSON.stringify(pathToFileURL(api).href)}\n${call()}\n`
  /** cmd.exe, as far as these tests need it: it keeps its words, and runs the application. */
  const shell = `#!/bin/sh
for word in "$@"; do echo "$word" >> "$OUT"; done
exec ${process.execPath} app.mjs
`
  const commands = { 'bin/npm.cmd': '@echo off\n', 'cmd.sh': shell, 'app.mjs': app, 'crossbridge.yml': yaml }
  const envOf = (folder: string) => ({
    ...env,
    TEMP: folder,
    PATH: join(folder, 'bin'),
    PATHEXT: '.COM;.EXE;.BAT;.CMD',
    comspec: join(folder, 'cmd.sh'),
    OUT: join(folder, 'words'),
  })

  it('starts npm, which is npm.cmd there, by cmd.exe, its words quoted', async () => {
    await inFolder(commands, async (folder) => {
      const { code, stdout } = await cli(['doctor', '--', 'npm', 'run', 'a b&c'], { cwd: folder, env: envOf(folder) })

      assert.equal(code, 0, stdout)
      assert.match(stdout, /the agent ran in 1 process/)
      assert.match(stdout, /all is well: 1 record/)
      assert.deepEqual(readFileSync(join(folder, 'words'), 'utf8').split('\n').slice(0, 4), [
        ...['/d', '/s', '/c'],
        '"npm ^"run^" ^"a^ b^&c^""',
      ])
    })
  })

  it('says it of a program that is not there', async () => {
    // So cmd.exe ends where there is none.
    await inFolder({ ...commands, 'cmd.sh': '#!/bin/sh\nexit 1\n' }, async (folder) => {
      const { code, stderr } = await cli(['doctor', '--', 'nothing-such'], { cwd: folder, env: envOf(folder) })

      assert.equal(code, 2)
      assert.match(stderr, /nothing-such can't be started: spawn nothing-such ENOENT/)
    })
  })

  it('profiles a command that npm starts', async () => {
    await inFolder(commands, async (folder) => {
      const { code, stderr } = await cli(['profile', '--', 'npm', 'start'], { cwd: folder, env: envOf(folder) })

      assert.equal(code, 0, stderr)
      assert.match(stderr, /the profile is in .*\.cpuprofile/)
      assert.ok(existsSync(join(folder, 'words')))
    })
  })

  it('says that there is no socket, and what to do instead', async () => {
    const config = { enabled: true, cli: { socket: './top.sock' }, output: { type: 'log' } }
    await inFolder({ 'crossbridge.yml': JSON.stringify({ runtime: { profiling: config } }) }, async (folder) => {
      for (const command of ['top', 'profile']) {
        const { code, stderr } = await cli([command], { cwd: folder, env })

        assert.equal(code, 2)
        assert.match(
          stderr,
          /^crossbridge: there is no socket on Windows, .+ set output\.type: file, which `top` follows/,
        )
      }
    })
  })

  it('says how to set NODE_OPTIONS in cmd.exe', async () => {
    await inFolder({ 'package.json': '{}', 'crossbridge.yml': yaml }, async (folder) => {
      const { stdout } = await cli(['init', '--print'], { cwd: folder, env })

      assert.doesNotMatch(stdout, /export NODE_OPTIONS/)
    })
  })
})

it('doctor finds an --import of a path where Node wants a URL, and gives the URL', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'crossbridge-windows-'))
  try {
    writeFileSync(join(folder, 'package.json'), '{}')
    const paths = {
      'C:\\my app\\node_modules\\@crossbridge\\agent\\register.mjs':
        'file:///C:/my%20app/node_modules/@crossbridge/agent/register.mjs',
      '\\\\server\\agent\\node_modules\\@crossbridge\\agent\\register.mjs':
        'file://server/agent/node_modules/@crossbridge/agent/register.mjs',
      '.\\node_modules\\@crossbridge\\agent\\register.mjs': './node_modules/@crossbridge/agent/register.mjs',
    }
    for (const [path, url] of Object.entries(paths)) {
      const script = `node --import "${path.replaceAll('\\', '\\\\')}" app.js`
      writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts: { start: script } }))

      const { stdout } = await cli(['doctor', '--json'], { cwd: folder })

      const text = stdout.replaceAll('\\\\', '\\')
      assert.ok(text.includes(`no path such as ${path}`), stdout)
      assert.ok(text.includes(`--import ${url}`), stdout)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
