import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { cli } from '../support/cli.ts'
import { recordOf } from '../support/records.ts'

const cwd = mkdtempSync(join(tmpdir(), 'hostile-'))
after(() => rmSync(cwd, { recursive: true, force: true }))
const nasty = 'a\u001b[2J\u202e\n`id` $(id) |\u009b31m'
/** What is not to be seen on a terminal, but the ends of lines. */
const unseen = /[^\n\P{Cc}]|\p{Cf}|\p{Zl}|\p{Zp}/u
const strange: readonly unknown[] = ['1e999', -1, null, {}, [], true, '5', nasty]

describe('what listens at a socket and is no agent of ours', { skip: process.platform === 'win32' }, () => {
  let server: Server
  const open = new Set<Socket>()
  const listen = (say: (socket: Socket) => void) => {
    server = createServer((socket) => {
      open.add(socket)
      socket.on('error', () => {}).on('close', () => open.delete(socket))
      say(socket)
    })
    return new Promise<void>((done) => server.listen(join(cwd, 'top.sock'), done))
  }
  afterEach(() => {
    for (const socket of open) socket.destroy()
    return new Promise((done) => server.close(done))
  })

  const snapshotOf = (value: unknown) => ({
    ...{ at: value, interval_ms: 1000, faults: value, restraint: nasty, totals: value },
    left_out: value,
    scopes: [
      {
        name: nasty,
        library: nasty,
        calls: 5,
        errors: value,
        p50_ms: value,
        p95_ms: value,
        max_ms: value,
        open: value,
        counts: { seen: 1 },
      },
      { name: 'all', library: '__proto__', calls: value, counts: value },
      value,
    ],
    libraries: [
      { name: nasty, states: [{ state: 'shape_mismatch', detail: nasty }, { state: nasty, detail: nasty }, value] },
      { name: '__proto__', states: [{ state: 'patched', detail: '' }] },
      value,
    ],
  })
  const hello = { v: 1, hello: { agent: nasty, pid: '7', thread_id: {}, node: nasty, script: nasty, since: 'x' } }
  const talk = (socket: Socket) => {
    socket.write(`${JSON.stringify(hello)}\n`)
    const timer = setInterval(() => {
      for (const value of strange) socket.write(`${JSON.stringify(snapshotOf(value))}\n`)
    }, 50)
    socket.on('close', () => clearInterval(timer))
  }

  it('shows numbers that are numbers and texts that are plain, in `top` and its JSON', async () => {
    await listen(talk)

    const [text, json] = await Promise.all([
      cli(['top', 'top.sock', '--count', '2', '--interval', '0.3'], { cwd }),
      cli(['top', 'top.sock', '--count', '2', '--interval', '0.3', '--json'], { cwd }),
    ])

    for (const { code, stdout, stderr } of [text, json]) {
      assert.deepEqual([code, unseen.test(stdout), unseen.test(stderr)], [0, false, false], stderr)
      assert.doesNotMatch(stdout, /NaN|Infinity|undefined|null|\[object/)
    }
    for (const line of json.stdout.trimEnd().split('\n'))
      for (const [key, value] of Object.entries(JSON.parse(line)))
        if (key !== 'name' && key !== 'library') assert.ok(Number.isFinite(value), `${key} ${value}`)
    assert.match(text.stdout, /a\\u001b\[2J\\u202e\\n`id`/)
  })

  it('is diagnosed in plain lines, with nothing of it to paste', async () => {
    await listen(talk)

    const { stdout, stderr } = await cli(['doctor', '--attach', 'top.sock'], { cwd })

    assert.deepEqual([unseen.test(stdout), stderr], [false, ''])
    assert.doesNotMatch(stdout, /NaN|Infinity|\[object|^`id`/m)
  })

  it('is no agent, where a line has no end, and gives no command of its version', async () => {
    await listen((socket) => {
      const flood = () => {
        while (!socket.destroyed && socket.write('x'.repeat(1 << 16)));
        socket.once('drain', flood)
      }
      flood()
    })
    const endless = await cli(['top', 'top.sock', '--count', '1'], { cwd })
    assert.deepEqual([endless.code, endless.signal], [2, null])
    assert.match(endless.stderr, /what answers is no agent$/m)
    await new Promise((done) => server.close(done))
    for (const socket of open) socket.destroy()

    await listen((socket) => socket.write(`${JSON.stringify({ v: 2, hello: { agent: '9.9.9; rm -rf ~' } })}\n`))
    const other = await cli(['doctor', '--attach', 'top.sock'], { cwd })
    assert.match(
      other.stderr,
      /its agent \(9\.9\.9; rm -rf ~\) speaks otherwise; use the command line that the application has installed$/m,
    )
  })
})

describe('a file that is not ours', () => {
  const line = (fields: object) => `${JSON.stringify({ ...recordOf(), ...fields })}\n`

  it('may have lines without end: they are no record, and what follows is', async () => {
    writeFileSync(join(cwd, 'long.jsonl'), `${'x'.repeat(30_000_000)}\n${line({ name: 'a.b' })}`)

    const { code, stdout, stderr } = await cli(['top', 'long.jsonl', '--from-start', '--count', '1'], { cwd })

    assert.deepEqual([code, stderr], [0, '1 line is no record\n'])
    assert.match(stdout, / a\.b /)
  })

  it('may have scopes without end: `top` shows 500 of an interval, and says so', async () => {
    writeFileSync(join(cwd, 'many.jsonl'), Array.from({ length: 501 }, (_, i) => line({ name: `a.${i}` })).join(''))

    const { stdout, stderr } = await cli(['top', 'many.jsonl', '--from-start', '--count', '1'], { cwd })

    assert.equal(stdout.trimEnd().split('\n').length, 500)
    assert.match(stderr, /more than 500 scopes in an interval: 1 calls of further ones are not shown/)
  })

  it('may have numbers and texts of any kind: no figure of the report is anything else', async () => {
    const fields = [
      'concurrent',
      'self_ms',
      'peak_memory_mb',
      'cpu_ms',
      'sample_rate',
      'error',
      'exceeded',
      'timing',
      'metadata',
      'trace_id',
      'span_id',
      'parent_id',
      'request_id',
    ]
    const lines = fields.flatMap((field) =>
      strange.map((value) => line({ trace_id: 't', span_id: `${field}`, parent_id: 'p', [field]: value })),
    )
    const deep = line({
      trace_id: 't2',
      span_id: 's',
      parent_id: 'p',
      metadata: { [nasty]: nasty, top_k: { a: nasty }, results: [1] },
      timing: { blocked_ms: nasty, read_ms: {} },
    })
    writeFileSync(
      join(cwd, 'odd.jsonl'),
      `${lines.join('')}${deep}${line({}).replace(/"duration_ms":[\d.]+/, '"duration_ms":1e999')}`,
    )

    const [text, md, json] = await Promise.all(
      [[], ['--md'], ['--json']].map((how) => cli(['report', 'odd.jsonl', ...how], { cwd })),
    )

    for (const { code, stdout, stderr } of [text, md, json] as { code: number; stdout: string; stderr: string }[]) {
      assert.deepEqual([code, unseen.test(stdout)], [0, false], stderr)
      assert.doesNotMatch(stdout, /NaN|Infinity|undefined|\[object/)
    }
    const seen = JSON.parse(json?.stdout ?? '', (key, value) => {
      if (/_ms$|^(calls|records|share|from|to)$/.test(key) && typeof value !== 'object')
        assert.ok(Number.isFinite(value), `${key} ${value}`)
      return value
    })
    assert.equal(seen.foreign, 1)
  })

  it('may unzip to a thousand times its size: it is read to a bound, and said to be no file of records', async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000, '{"name":"x\n'))
    writeFileSync(join(cwd, 'bomb.jsonl.gz'), Buffer.concat(Array(12).fill(bomb)))

    const { code, stderr } = await cli(['report', 'bomb.jsonl.gz'], { cwd })

    assert.equal(code, 2)
    assert.match(
      stderr,
      /bomb\.jsonl\.gz can't be read to its end \(its \d+ bytes are \d+ and more unzipped, which records never are\); leave it out/,
    )
  })
})

describe('a profile that is not ours', () => {
  const profile = (nodes: readonly unknown[], more: object = {}) => {
    const samples = nodes.map((_, i) => i + 1)
    const timeDeltas = nodes.map(() => 1000)
    writeFileSync(
      join(cwd, 'odd.cpuprofile'),
      JSON.stringify({ nodes, startTime: 0, endTime: (nodes.length + 1) * 1000, samples, timeDeltas, ...more }),
    )
  }
  const node = (id: number, more: object = {}) => ({
    id,
    callFrame: { functionName: `f${id}`, url: '/x/a.js' },
    ...more,
  })
  const outcome = async () => {
    const text = await cli(['flame', 'odd.cpuprofile', '--text'], { cwd })
    const page = await cli(['flame', 'odd.cpuprofile', '--output', 'odd.html'], { cwd })
    assert.deepEqual([text.code, page.code, unseen.test(text.stdout)], [0, 0, false], text.stderr + page.stderr)
    const written = readFileSync(join(cwd, 'odd.html'), 'utf8')
    for (const one of [text.stdout, written.replace(/<(script|style)>.*?<\/\1>/gs, '')])
      assert.doesNotMatch(one, /NaN|Infinity|undefined|\[object/)
    return { text: text.stdout, page: written }
  }

  it('may have names and addresses that are no plain text: a terminal and a page show what they are', async () => {
    const mean = `</script><img src=x onerror=alert(1)>"'\`${nasty}`
    profile([node(1, { callFrame: { functionName: mean, url: `/x/${mean}`, lineNumber: 1e300 } })])

    const { text, page } = await outcome()

    assert.match(text, /a\\u001b\[2J\\u202e\\n`id`/)
    assert.equal(page.match(/<(?:script|img)/g)?.length, 1)
    assert.ok(page.includes('&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;'))
  })

  it('may have fields of any kind', async () => {
    const odd = [...strange, nasty].map((value, i) => ({
      id: i + 2,
      callFrame: { functionName: value, url: value, lineNumber: value },
      children: value,
      parent: value,
    }))
    profile([node(1, { children: strange }), ...odd, ...strange, { id: 3 }], { startTime: -1e300, endTime: 1e300 })

    await outcome()
  })

  it('may lead in a circle, or share a child: each node counts once', async () => {
    profile([node(1, { children: [2, 3] }), node(2, { children: [3, 1] }), node(3, { children: [2, 3] })])

    const { text } = await outcome()

    assert.match(text, /^1 profile, 3 samples of 3 ms/)
  })

  it('may be nested a hundred thousand deep', async () => {
    profile(Array.from({ length: 100_000 }, (_, i) => node(i + 1, { children: [i + 2] })))

    const { page } = await outcome()

    assert.match(page, /too short or too deep to be seen count in the functions above them/)
  })

  it('may go back in time with each sample', async () => {
    const back = Array.from({ length: 200_000 }, () => -1)
    profile([node(1)], { samples: back.map(() => 1), timeDeltas: back })

    await outcome()
  })

  it('may be named by a record from anywhere: only a name in the folder of profiles is looked for', async () => {
    profile([node(1)])
    const lines = [
      '../odd.cpuprofile',
      '/etc/passwd',
      join(cwd, 'odd.cpuprofile'),
      'odd.jsonl',
      '-.cpuprofile',
      ...strange,
    ]
      .map((name) => `${JSON.stringify({ ...recordOf(), exceeded: ['slow_call_ms'], profile: name, hot: name })}\n`)
      .join('')
    writeFileSync(join(cwd, 'named.jsonl'), lines)

    const { code, stdout } = await cli(['report', 'named.jsonl', '--json'], { cwd })

    assert.equal(code, 0)
    assert.equal(JSON.parse(stdout).profile, undefined)
  })

  it('may be named with functions of any kind', async () => {
    const frames = [...strange, ...strange.map((value) => ({ function: value, at: value, share: value }))]
    const hots = [...strange, { frames }, { frames, gc: nasty, program: -1, idle: {} }, { frames: strange }]
    const lines = hots.map(
      (hot, i) =>
        `${JSON.stringify({ ...recordOf(), trace_id: 't', span_id: `${i}`, parent_id: 'p', exceeded: ['slow_call_ms'], hot })}\n`,
    )
    writeFileSync(join(cwd, 'hot.jsonl'), lines.join(''))

    for (const how of [[], ['--md'], ['--json']]) {
      const { code, stdout, stderr } = await cli(['report', 'hot.jsonl', ...how, '--html', 'hot.html'], { cwd })
      assert.deepEqual([code, unseen.test(stdout)], [0, false], stderr)
      assert.doesNotMatch(stdout, /NaN|Infinity|undefined|\[object/)
    }
    assert.doesNotMatch(
      readFileSync(join(cwd, 'hot.html'), 'utf8').replace(/<(script|style)>.*?<\/\1>/gs, ''),
      /NaN|Infinity|undefined|\[object/,
    )
  })
})
