import assert from 'node:assert/strict'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { collectProfiles } from '../../cli/flame/collect.ts'
import type { HotFunction, ProfileFrame, ProfileReport } from '../../cli/flame/model.ts'
import { cli } from '../support/cli.ts'
import { cpuprofile, nodes, profiledBy } from '../support/profiles.ts'
import { recordOf } from '../support/records.ts'

const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'crossbridge-flame-')))
after(() => rmSync(cwd, { recursive: true, force: true }))

async function reportOf(...named: string[]): Promise<ProfileReport> {
  const { report, leftOut } = await collectProfiles(named, { cwd })
  assert.ok(report, JSON.stringify(leftOut))
  return report
}

const allOf = (frame: ProfileFrame): ProfileFrame[] => [frame, ...frame.children.flatMap(allOf)]
const placesOf = ({ tree }: ProfileReport) => allOf(tree).map(({ name, at, origin }) => `${name} ${at} ${origin}`)
const write = (name: string, text: string) => {
  writeFileSync(join(cwd, name), text)
  return name
}

/** Counts its turns and not the clock, so that it takes as much of a slow machine as of a fast one. */
const loop = `const { parse } = require('a-package')
function spin() {
  let sum = 0
  for (let i = 0; i < 6e7; i++) sum += Math.sqrt(i) % 3
  return sum
}
let sum = 0
for (let i = 0; i < 6; i++) sum += spin()
parse(sum)
`

describe('a profile of node --cpu-prof', () => {
  before(() => {
    mkdirSync(join(cwd, 'node_modules', 'a-package'), { recursive: true })
    const parse =
      'exports.parse = function parse(n) { for (let i = 0; i < 6e7; i++) n += Math.sqrt(i) % 3; return n }\n'
    writeFileSync(join(cwd, 'node_modules', 'a-package', 'index.js'), parse)
    writeFileSync(join(cwd, 'loop.js'), loop)
  })

  for (const [major, path] of nodes)
    it(`says which function took the time, and whose it is, on Node ${major}`, async () => {
      const { hottest, shares, samples, duration_ms, idle_ms, tree } = await reportOf(
        profiledBy(path, cwd, 'loop.js', `node-${major}.cpuprofile`),
      )

      const [first] = hottest as [HotFunction]
      const parse = hottest.find(({ name }) => name === 'parse')
      assert.deepEqual([first.name, first.at, first.origin], ['spin', 'loop.js:2', 'application'])
      assert.ok(first.share > 0.5 && first.share < 0.97, `spin has ${first.share}`)
      assert.deepEqual([parse?.at, parse?.origin], ['a-package/index.js:1', 'dependency'])
      assert.ok(samples > 50, `${samples} samples`)
      const sum = Object.values(shares).reduce((all, share) => all + share, 0)
      assert.ok(Math.abs(sum - 1) < 0.01, `the shares add up to ${sum}`)
      assert.ok(Math.abs(tree.total_ms + idle_ms - duration_ms) < 1)
    })

  it('counts each file, where several are laid on top of each other', async () => {
    const file = profiledBy(process.execPath, cwd, 'loop.js', 'once.cpuprofile')
    const once = await reportOf(file)
    writeFileSync(join(cwd, 'twice.cpuprofile'), readFileSync(file))

    const twice = await reportOf(file, 'twice.cpuprofile', file)

    assert.deepEqual(twice.files, ['once.cpuprofile', 'twice.cpuprofile'])
    assert.equal(twice.samples, once.samples * 2)
    assert.ok(Math.abs(twice.duration_ms - once.duration_ms * 2) < 1)
    assert.equal(twice.hottest[0]?.share, once.hottest[0]?.share)
  })
})

describe('the frames of a profile', () => {
  const urls = [
    ['app', `file://${cwd}/src/rank%20it.js?v=secret#secret`],
    ['elsewhere', 'file:///home/alice/secret/other.js'],
    ['plain', 'C:\\Users\\alice\\secret\\win.js'],
    ['npm', `file://${cwd}/node_modules/qs/lib/parse.js`],
    ['scoped', '/home/alice/node_modules/@scope/pkg/index.js'],
    ['pnpm', 'file:///home/alice/node_modules/.pnpm/foo@1.0.0_bar@2/node_modules/foo/a.js'],
    ['yarn', 'file:///home/alice/.yarn/cache/left-pad-npm-1.3.0-0a1b2c.zip/node_modules/left-pad/index.js'],
    ['windows', 'file:///C:/Users/alice/node_modules/ws/lib/x.js'],
    ['fs', 'node:internal/fs/utils'],
    ['wasm', 'wasm://wasm/0a1b2c'],
    ['data', 'data:text/javascript,secret'],
    ['web', 'https://example.org/secret/app.js?token=secret'],
    ['RegExp: secret[a-z]+', ''],
    ['writeSync', ''],
    ['', 'evalmachine.<anonymous>'],
    ['secret', ''],
    ['named', `file://${cwd}/tpl.html%3Fkey=secret/secret`],
  ] as const
  const ids = urls.map((_, i) => i + 4)
  /** V8 gives no line to what is none of JavaScript. */
  const isNative = (name: string) => /^RegExp|^writeSync/.test(name)

  it('are told apart, by the names of packages, without queries, texts and paths of users', async () => {
    const text = cpuprofile(
      [
        { id: 1, name: '(root)', children: [2, 3, ...ids] },
        { id: 2, name: '(idle)' },
        { id: 3, name: '(garbage collector)' },
        ...urls.map(([name, url], i) => ({ id: i + 4, name, url, ...(!isNative(name) && { line: 9 }) })),
      ],
      [[2, 0], [3, 1000], ...ids.map((id) => [id, 1000] as const), [1, 1000]],
    )

    const report = await reportOf(write('urls.cpuprofile', text))

    assert.deepEqual(placesOf(report).sort(), [
      '(anonymous) evalmachine.<anonymous>:10 application',
      '(eval)  application',
      '(eval) data::10 application',
      '(garbage collector)  gc',
      '(regular expression)  engine',
      'all  engine',
      'app src/rank it.js:10 application',
      'elsewhere other.js:10 application',
      'fs node:internal/fs/utils:10 node',
      'named tpl.html:10 application',
      'npm qs/lib/parse.js:10 dependency',
      'plain win.js:10 application',
      'pnpm foo/a.js:10 dependency',
      'scoped @scope/pkg/index.js:10 dependency',
      'wasm WebAssembly dependency',
      'web app.js:10 application',
      'windows ws/lib/x.js:10 dependency',
      'writeSync  engine',
      'yarn left-pad/index.js:10 dependency',
    ])
    assert.doesNotMatch(JSON.stringify(report), /secret|alice/)
  })

  it('have the time until the next sample, those that V8 hands over late in their order; idle is apart', async () => {
    const text = cpuprofile(
      [
        { id: 1, name: '(root)', children: [2, 3, 4] },
        { id: 2, name: 'a', url: '/x/a.js' },
        { id: 3, name: 'b', url: '/x/b.js' },
        { id: 4, name: '(idle)' },
      ],
      // At 10, 40, 20 (late), 100 ms.
      [
        [2, 10_000],
        [4, 30_000],
        [3, -20_000],
        [2, 80_000],
      ],
      { endTime: 105_000 },
    )

    const { tree, idle_ms, duration_ms } = await reportOf(write('late.cpuprofile', text))

    assert.deepEqual(
      tree.children.map(({ name, self_ms }) => [name, self_ms]),
      [
        ['b', 20],
        ['a', 15],
      ],
    )
    assert.deepEqual([idle_ms, duration_ms, tree.total_ms], [60, 95, 35])
  })

  it('of windows of one process that overlap count once', async () => {
    const window = (startMs: number) =>
      cpuprofile(
        [
          { id: 1, name: '(root)', children: [2] },
          { id: 2, name: 'a', url: '/x/a.js' },
        ],
        [[2, 0], ...Array.from({ length: 10 }, () => [2, 1_000_000] as const)],
        { startTime: startMs * 1000, endTime: (startMs + 10_000) * 1000 },
      )
    const names = [
      write('cpu-20261130T100000000Z-7-0-0.cpuprofile', window(50_000)),
      write('burst-20261130T100005000Z-7-0-1.cpuprofile', window(55_000)),
      // Another process whose clock happens to be near, and another thread.
      write('cpu-20261130T110000000Z-7-0-0.cpuprofile', window(52_000)),
      write('cpu-20261130T100000000Z-7-1-0.cpuprofile', window(50_000)),
    ]

    const alone = await Promise.all(names.map((name) => reportOf(name)))
    const [first = '', second = '', third = '', fourth = ''] = names
    const pair = await reportOf(second, first)
    const all = await reportOf(first, second, third, fourth)

    assert.deepEqual(
      alone.map(({ duration_ms }) => duration_ms),
      [10_000, 10_000, 10_000, 10_000],
    )
    assert.deepEqual([pair.duration_ms, all.duration_ms], [15_000, 35_000])
  })
})

describe('flame', () => {
  const good = cpuprofile(
    [
      { id: 1, name: '(root)', children: [2, 4] },
      { id: 2, name: 'outer', url: `file://${cwd}/src/a.js`, children: [3] },
      { id: 3, name: 'inner', url: `file://${cwd}/src/b.js`, line: 6 },
      { id: 4, name: '(idle)' },
    ],
    [
      [3, 0],
      [3, 30_000],
      [2, 30_000],
      [4, 20_000],
      [4, 20_000],
    ],
  )

  it('writes a page named after the file, never over one that is there unless it is named', async () => {
    write('good.cpuprofile', good)

    const made = await cli(['flame', 'good.cpuprofile'], { cwd })
    const again = await cli(['flame', 'good.cpuprofile'], { cwd })
    const named = await cli(['flame', 'good.cpuprofile', '--output', 'good.html'], { cwd })

    assert.deepEqual([made.code, made.stdout, made.stderr], [0, '', 'crossbridge: wrote good.html\n'])
    assert.match(readFileSync(join(cwd, 'good.html'), 'utf8'), /<h1>80 ms of work in 100 ms<\/h1>/)
    assert.equal(again.code, 2)
    assert.match(again.stderr, /^crossbridge: good\.html is there already; --output good\.html writes over it$/m)
    assert.equal(named.code, 0)
  })

  it('prints the tree on the terminal, idle time only when asked', async () => {
    write('tree.cpuprofile', good)

    const { code, stdout } = await cli(['flame', 'tree.cpuprofile', '--text'], { cwd })
    const idle = await cli(['flame', '-', '--text', '--idle'], { cwd, input: good })

    assert.equal(code, 0)
    assert.equal(
      stdout,
      `1 profile, 4 samples of 100 ms; the event loop waited for 20 % of it. Of the rest: application 100 %.

share  itself  function  where
100 %    25 %  outer     src/a.js:1
 75 %    75 %    inner   src/b.js:7
`,
    )
    assert.match(idle.stdout, /^ 20 % {4}20 % {2}\(idle\)/m)
  })

  it('says of each file that is none what it is, goes on, and ends with 2 where none is left', async () => {
    const whole = JSON.parse(good) as Record<string, unknown>
    const without = (key: string) => JSON.stringify({ ...whole, [key]: undefined })
    const cases = [
      ['torn', good.slice(0, -30), /its end is missing/],
      ['empty', '', /it is empty/],
      ['text', 'listening on port 3000\n', /it is not JSON/],
      ['broken', good.replace('"id":2', '"id":,2'), /it is not JSON/],
      ['records', `${JSON.stringify(recordOf())}\n`, /it is a record, for `npx @crossbridge\/agent report`/],
      ['more', `${JSON.stringify(recordOf())}\n${JSON.stringify(recordOf())}\n`, /it holds more than one value/],
      ['trace', '{"traceEvents":[]}', /it is a trace of DevTools' Performance panel/],
      ['list', '[{"ph":"X"}]', /it is a list, such as a trace/],
      ['heap', '{"head":{},"samples":[]}', /it is a heap profile/],
      [
        'sampled',
        '{"head":{},"samples":[{"size":66000,"nodeId":7,"ordinal":1}]}',
        /it is a heap profile, or an old one/,
      ],
      ['unsampled', without('samples'), /it has no samples/],
      ['untimed', without('timeDeltas'), /it has no timeDeltas/],
      ['still', JSON.stringify({ ...whole, samples: [], timeDeltas: [] }), /it has no sample$/m],
      ['words', good.replace('"samples":[3,', '"samples":["3",'), /something else stands where a number should be/],
      ['long', good.replace('"inner"', `"${'x'.repeat(2_000_000)}"`), /longer than any of a profile is/],
    ] as const
    for (const [name, text] of cases) write(`${name}.cpuprofile`, text)
    write('fine.cpuprofile', good)
    const files = cases.map(([name]) => `${name}.cpuprofile`)

    const mixed = await cli(['flame', '--text', ...files, 'nowhere.cpuprofile', '.', 'fine.cpuprofile'], { cwd })
    const none = await cli(['flame', 'torn.cpuprofile', '--output', 'torn.html'], { cwd })

    for (const [name, , why] of cases)
      assert.match(mixed.stderr.split('\n').find((line) => line.includes(` ${name}.cpuprofile`)) ?? '', why, name)
    assert.match(mixed.stderr, /nowhere\.cpuprofile is left out: there is no such file/)
    assert.match(mixed.stderr, /it is a folder; name the files in it/)
    assert.deepEqual([mixed.code, /^100 % .* outer/m.test(mixed.stdout)], [0, true])
    assert.deepEqual([none.code, /no CPU profile is in torn\.cpuprofile/.test(none.stderr)], [2, true])
  })

  it('says what is wrong with its words, and ends with 2', async () => {
    write('words.cpuprofile', good)
    for (const [args, said] of [
      [[], /flame needs a FILE: a \.cpuprofile/],
      [['words.cpuprofile', '--text', '--output', 'x.html'], /leave one out/],
      [['words.cpuprofile', '--txt'], /--txt is not an option of flame; did you mean --text\?/],
      [['words.cpuprofile', '--output', 'no/where.html'], /no\/where\.html can't be written .*name a file in a folder/],
    ] as const) {
      const { code, stderr } = await cli(['flame', ...args], { cwd })
      assert.equal(code, 2)
      assert.match(stderr, said)
    }
  })
})

describe('a large profile', () => {
  it('takes the memory of its figures, and not of its text', async () => {
    const file = openSync(join(cwd, 'large.cpuprofile'), 'w')
    const functions = 2000
    const list = (of: (i: number) => number) => {
      for (let from = 0; from < 3e6; from += 1e5)
        writeSync(file, (from > 0 ? ',' : '') + Array.from({ length: 1e5 }, (_, i) => of(from + i)).join(','))
    }
    writeSync(
      file,
      cpuprofile(
        [
          { id: 1, name: '(root)', children: Array.from({ length: functions }, (_, i) => i + 2) },
          ...Array.from({ length: functions }, (_, i) => ({
            id: i + 2,
            name: `f${i % 2}`,
            url: '/x/a.js',
            line: i % 2,
          })),
        ],
        [],
      ).replace(/"samples".*/, '"samples":['),
    )
    list((i) => 2 + (i % functions))
    writeSync(file, '],"timeDeltas":[')
    list((i) => (i % 2 === 0 ? 1001 : 3001))
    writeSync(file, ']}')
    closeSync(file)

    const { code, stdout, stderr } = await cli(['flame', 'large.cpuprofile', '--text'], {
      cwd,
      env: { NODE_OPTIONS: '--max-old-space-size=24' },
    })

    assert.deepEqual([code, stderr], [0, ''])
    assert.match(stdout, /^1 profile, 3 M samples of 1 h 40 min;/)
    assert.match(stdout, /^ 75 % +75 % +f0 /m)
  })
})

describe('report', () => {
  const rank = (ids: readonly number[]) =>
    cpuprofile(
      [
        { id: 1, name: '(root)', children: [2, 3] },
        { id: 2, name: 'rank', url: `file://${cwd}/src/rank.js`, line: 11 },
        { id: 3, name: '(idle)' },
      ],
      ids.map((id) => [id, 10_000] as const),
    )
  const name = (n: number) => `cpu-20261130T10000${n}000Z-7-0-${n}.cpuprofile`
  const hot = {
    frames: [{ function: 'rank', at: 'src/rank.js:12', line: 15, share: 0.9 }],
    gc: 0.06,
    program: 0,
    idle: 0.25,
    samples: 30,
  }
  const slow = (n: number, more: object = {}) => ({
    ...recordOf({
      duration_ms: 900 + n,
      exceeded: ['slow_call_ms'],
      trace_id: `t${n}`,
      span_id: `s${n}`,
      parent_id: 'p',
    }),
    profile: name(n),
    ...more,
  })
  before(() => {
    mkdirSync(join(cwd, 'data', 'profiles'), { recursive: true })
    mkdirSync(join(cwd, 'kept'))
    write(join('data', 'profiles', name(1)), rank([2, 2, 2, 3]))
    write(join('data', 'profiles', name(2)), rank([2, 2]).slice(0, -9))
    write(join('kept', name(3)), rank([2, 2, 2, 2]))
    write(
      join('data', 'profile.jsonl'),
      [slow(1, { hot }), slow(1), slow(2), slow(3)].map((one) => `${JSON.stringify(one)}\n`).join(''),
    )
  })

  it('reads the profiles that records name, from the folder beside them, and says which are not there', async () => {
    const { code, stdout } = await cli(['report', 'data/profile.jsonl', '--slowest', '4'], { cwd })

    assert.equal(code, 0)
    assert.match(stdout, /^CPU profile\n1 profile, 3 samples of 30 ms; the event loop waited for 0 % of it/m)
    assert.match(stdout, /^100 % {3}100 % {2}rank {6}src\/rank\.js:12$/m)
    assert.match(stdout, new RegExp(`^data/profiles/${name(2)} is left out: its\\s+end\\s+is\\s+missing`, 'm'))
    assert.match(stdout, /Not found: 1 CPU profile that records name/)
  })

  it('shows what ran under the call that it ran meanwhile of', async () => {
    const [text, md, json] = await Promise.all(
      [[], ['--md'], ['--json', '--html', 'hot.html']].map((how) =>
        cli(['report', 'data/profile.jsonl', '--slowest', '4', ...how], { cwd }),
      ),
    )

    const said =
      'rank src/rank.js:12 (line 15) 90 %, garbage collection 6 %; the event loop waited for 25 % of the time'
    assert.ok(text?.stdout.replace(/\s+/g, ' ').includes(` ran: ${said} `), text?.stdout)
    assert.match(
      md?.stdout ?? '',
      /- vector\\_store\.search of trace t1 ran: rank src\/rank\.js:12 \(line 15\) 90 %, garbage/,
    )
    assert.match(md?.stdout ?? '', /### CPU profile.*\| 100 % \| 100 % \| rank \| src\/rank\.js:12 \|/s)
    const { slowest, profile } = JSON.parse(json?.stdout ?? '')
    const [call] = slowest.find((one: { trace_id: string }) => one.trace_id === 't1').calls
    assert.deepEqual([call.hot, call.profile], [hot, name(1)])
    assert.deepEqual(
      [profile.files, profile.samples, profile.hottest[0].name, profile.left_out.length],
      [[`data/profiles/${name(1)}`], 3, 'rank', 1],
    )
    const page = readFileSync(join(cwd, 'hot.html'), 'utf8')
    assert.ok(page.includes(`<span class="hot">ran: ${said}</span>`))
    assert.match(page, /<section id="profile"><h2>CPU profile<\/h2>/)
  })

  it('takes the profiles of another folder, all of them where no record names one', async () => {
    write('bare.jsonl', `${JSON.stringify(recordOf())}\n`)
    const none = await cli(['report', 'bare.jsonl', '--profiles', 'nowhere'], { cwd })

    const [named, bare] = await Promise.all(
      ['data/profile.jsonl', 'bare.jsonl'].map((file) =>
        cli(['report', file, '--json', '--profiles', 'kept'], { cwd }),
      ),
    )

    assert.deepEqual([none.code, none.stderr], [2, 'crossbridge: --profiles nowhere: there is no such folder\n'])
    for (const one of [named, bare]) {
      const { profile, notes } = JSON.parse(one?.stdout ?? '')
      assert.deepEqual([profile.files, profile.samples], [[`kept/${name(3)}`], 3])
      assert.equal(/Not found: 2 CPU profiles/.test(notes.join()), one === named)
    }
  })
})
