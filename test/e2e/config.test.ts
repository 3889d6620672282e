// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration's own syntax
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, describe, it } from 'node:test'
import { register, spawnNode } from '../support/application.ts'

const folders: string[] = []
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

interface Run {
  /** Path to text, below the folder; `work/` is the working directory. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  readonly env?: Readonly<Record<string, string>>
  readonly preload?: '--import' | '--require'
  readonly source?: string
}

/** Runs an application that ends with code 3, and gives what the agent said, line by line. */
async function told({ files = {}, env = {}, preload = '--import', source }: Run) {
  const folder = mkdtempSync(join(tmpdir(), 'crossbridge-'))
  folders.push(folder)
  const app = source ?? "console.log('works'); process.exitCode = 3"
  for (const [name, text] of Object.entries({ 'work/app.mjs': app, ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const path = preload === '--require' ? new URL(register).pathname : register
  const { code, stdout, stderr } = await spawnNode([preload, path, 'app.mjs'], { cwd: join(folder, 'work'), env })

  assert.equal(code, 3)
  assert.equal(stdout, 'works\n')
  assert.ok(stderr === '' || stderr.endsWith('\n'))
  return stderr
    .split('\n')
    .slice(0, -1)
    .map((line) => line.replaceAll(folder, '<folder>'))
}

const nothing = /^crossbridge: nothing was recorded: none of the libraries to profile was loaded \(/
const debug = { CROSSBRIDGE_PROFILING_DEBUG: '1' }
const isOn = (lines: readonly string[]) =>
  lines.some((line) => line.startsWith('crossbridge: what became of each library'))
const file = (section: string) => `runtime:\n  profiling: ${section}\n`

describe('where the configuration comes from', () => {
  it('nowhere: the agent is off and silent', async () => {
    assert.deepEqual(await told({}), [])
    assert.deepEqual(await told({ preload: '--require' }), [])
  })

  for (const name of ['crossbridge.yml', 'crossbridge.yaml', '../crossbridge.yml', '../crossbridge.yaml']) {
    it(`from ${name}`, async () => {
      assert.ok(isOn(await told({ files: { [join('work', name)]: file('{ enabled: true }') }, env: debug })))
    })
  }

  it('from the nearest folder, .yml before .yaml', async () => {
    const on = file('{ enabled: true }')
    const off = file('{ enabled: false }')

    assert.deepEqual(await told({ files: { 'work/crossbridge.yaml': off, 'crossbridge.yml': on }, env: debug }), [
      'crossbridge: disabled (crossbridge.yaml:2:25)',
    ])
    assert.deepEqual(await told({ files: { 'work/crossbridge.yml': off, 'work/crossbridge.yaml': on }, env: debug }), [
      'crossbridge: disabled (crossbridge.yml:2:25)',
    ])
  })

  it('from the file that CROSSBRIDGE_CONFIG names, relative to the working directory', async () => {
    const files = { 'work/crossbridge.yml': file('{ enabled: false }'), 'work/other.yaml': file('{ enabled: true }') }

    assert.ok(isOn(await told({ files, env: { ...debug, CROSSBRIDGE_CONFIG: 'other.yaml' } })))
    assert.ok(!isOn(await told({ files, env: { ...debug, CROSSBRIDGE_CONFIG: '' } })))
  })

  it('from the one found, over the one named and over variables, where that is locked', async () => {
    const files = {
      'crossbridge.yml': file('{ lock: true, sample_rate: 0.1 }'),
      'work/other.yaml': file('{ enabled: true }'),
    }
    const env = { ...debug, CROSSBRIDGE_CONFIG: 'other.yaml', CROSSBRIDGE_PROFILING_ENABLED: 'true' }

    assert.deepEqual(await told({ files, env }), [
      'crossbridge: CROSSBRIDGE_CONFIG is ignored: <folder>/crossbridge.yml is locked (lock, <folder>/crossbridge.yml:2:22); that file is used',
      'crossbridge: CROSSBRIDGE_PROFILING_ENABLED is ignored: enabled is false (the default), and variables may only tighten what the file says (lock, <folder>/crossbridge.yml:2:22)',
      'crossbridge: disabled (the default)',
    ])
    assert.deepEqual(await told({ files, env: { ...env, CROSSBRIDGE_PROFILING_ENABLED: 'false' } }), [
      'crossbridge: disabled (CROSSBRIDGE_PROFILING_ENABLED)',
    ])
  })

  it('from the environment alone', async () => {
    assert.ok(isOn(await told({ env: { ...debug, CROSSBRIDGE_PROFILING_ENABLED: 'true' } })))
    assert.ok(isOn(await told({ env: { ...debug, CROSSBRIDGE_PROFILING_ENABLED: '1' } })))
    assert.deepEqual(await told({ env: { CROSSBRIDGE_PROFILING_ENABLED: '' } }), [])
  })

  it('from the environment over the file', async () => {
    const on = { 'work/crossbridge.yml': file('{ enabled: true, typo: 1 }') }

    for (const off of ['false', '0', 'FALSE', ' false '])
      assert.deepEqual(await told({ files: on, env: { ...debug, CROSSBRIDGE_PROFILING_ENABLED: off } }), [
        'crossbridge: disabled (CROSSBRIDGE_PROFILING_ENABLED)',
      ])
    const off = { 'work/crossbridge.yml': file('{ enabled: false }') }
    assert.ok(isOn(await told({ files: off, env: { ...debug, CROSSBRIDGE_PROFILING_ENABLED: '1' } })))
  })

  it('says what switched it off, when asked', async () => {
    assert.deepEqual(await told({ env: debug }), ['crossbridge: disabled (the default)'])
  })
})

describe('a broken configuration leaves the application as it is and is told in one line', () => {
  const off = 'using the defaults, profiling is off'
  const bomb = Array.from({ length: 12 }, (_, i) => `b${i}: &b${i} [${Array(9).fill(i ? `*b${i - 1}` : 'x')}]`).join(
    '\n',
  )
  const cases: readonly [name: string, text: string | Uint8Array, line: string | RegExp][] = [
    [
      'tabs',
      'runtime:\n\tprofiling: {}',
      `the configuration can't be read: Tabs are not allowed as indentation (crossbridge.yml:2:1); ${off}`,
    ],
    [
      'an open bracket',
      'runtime: {\n',
      /^the configuration can't be read: .+ \(crossbridge\.yml:2:1\); using the defaults, profiling is off$/,
    ],
    [
      'two documents',
      'a: 1\n---\nb: 2\n',
      /^the configuration can't be read: .*multiple documents.* \(crossbridge\.yml:2:1\); /,
    ],
    [
      'an alias bomb',
      `${bomb}\nruntime: { profiling: { targets: *b11 } }`,
      /^the configuration can't be read: more than 10000 values once its aliases are expanded \(crossbridge\.yml:\d+:\d+\); /,
    ],
    [
      '10 MB',
      '#'.repeat(10_000_000),
      `the configuration can't be read: it has 10000000 bytes, more than 1000000 (crossbridge.yml); ${off}`,
    ],
    [
      'another encoding',
      Buffer.from([0xff, 0xfe, 0x61, 0]),
      `the configuration can't be read: it is not UTF-8, save it as that (crossbridge.yml:1:1); ${off}`,
    ],
    ['no text', '', `there is no section runtime.profiling (crossbridge.yml:1:1); ${off}`],
    ['no section', 'logging: { level: info }', `there is no section runtime.profiling (crossbridge.yml:1:1); ${off}`],
    [
      'a section that is no map',
      file('on'),
      'runtime.profiling must be a map of options (crossbridge.yml:2:14); using the defaults',
    ],
    [
      'a wrong type',
      file('{ enabled: maybe }'),
      'enabled must be true or false, not the text "maybe" (crossbridge.yml:2:25); using false',
    ],
    [
      'an unknown key',
      file('{ enabeld: true }'),
      'enabeld is not an option (crossbridge.yml:2:16), it is ignored; did you mean enabled?',
    ],
    [
      '__proto__',
      file('{ __proto__: { enabled: true } }'),
      /^__proto__ is not an option \(crossbridge\.yml:2:16\), it is ignored; known are /,
    ],
  ]
  for (const [name, text, line] of cases) {
    it(name, async () => {
      const lines = await told({ files: { 'work/crossbridge.yml': text } })

      assert.equal(lines.length, 1)
      if (typeof line === 'string') assert.equal(lines[0], `crossbridge: ${line}`)
      else assert.match(lines[0]?.replace('crossbridge: ', '') ?? '', line)
    })
  }

  for (const [name, path, reason] of [
    ['nothing', 'nowhere.yml', 'there is no such file (nowhere.yml'],
    ['a folder', '..', 'it is a folder (<folder>'],
    ['a device that never ends', '/dev/zero', 'it is no regular file (/dev/zero'],
  ] as const) {
    it(`CROSSBRIDGE_CONFIG that names ${name}`, {
      skip: path.startsWith('/dev') && process.platform === 'win32',
    }, async () => {
      assert.deepEqual(await told({ env: { CROSSBRIDGE_CONFIG: path } }), [
        `crossbridge: the configuration can't be read: ${reason}, named by CROSSBRIDGE_CONFIG); ${off}`,
      ])
    })
  }

  it('and the defaults are in force where the environment switches it on', async () => {
    const lines = await told({
      files: { 'work/crossbridge.yml': 'runtime: [' },
      env: { CROSSBRIDGE_PROFILING_ENABLED: 'true' },
    })

    assert.equal(lines.length, 3)
    assert.match(
      lines[0] ?? '',
      /^crossbridge: the configuration can't be read: .+ \(crossbridge\.yml:1:11\); using the defaults$/,
    )
    assert.match(lines[1] ?? '', /^crossbridge: a lock that .*crossbridge\.yml may have is not in force/)
    assert.match(lines[2] ?? '', nothing)
  })

  it('and the other options of the file are in force', async () => {
    const lines = await told({ files: { 'work/crossbridge.yml': file('{ enabled: true, mode: ful }') } })

    assert.equal(lines.length, 2)
    assert.match(
      lines[0] ?? '',
      /^crossbridge: mode must be one of sampling, full, not the text "ful"; did you mean full\? /,
    )
    assert.match(lines[1] ?? '', nothing)
  })
})

describe('an entry of the own', () => {
  const named = (name: string, target: string) =>
    told({
      files: {
        'work/crossbridge.yml': file(
          `\n    enabled: true\n    instrumentations:\n      - { name: ${name}, module: m, target: ${target}, methods: [{ at: a, scope: s }] }`,
        ),
      },
    })

  it('is told when its name is a target, or its target a library', async () => {
    const [first, last] = [await named('vector_store', 'mine'), await named('mine', 'qdrant')]

    assert.equal(
      first[0],
      'crossbridge: instrumentations: vector_store: vector_store names both a target and an entry or library (crossbridge.yml:5:9); rename it',
    )
    assert.equal(
      last[0],
      'crossbridge: instrumentations: mine: qdrant names both a target and an entry or library (crossbridge.yml:5:9); rename it',
    )
  })

  it('takes the place of a built-in of its name, which is told', async () => {
    const lines = await named('qdrant', 'vector_store')

    assert.equal(
      lines[0],
      'crossbridge: instrumentations: qdrant takes the place of the built-in of that name (crossbridge.yml:5:9)',
    )
    assert.match(lines[1] ?? '', nothing)
    assert.equal(lines.length, 2)
  })
})

describe('the environment', () => {
  it('has its misspelt names told, with and without a file', async () => {
    const env = { CROSSBRIDGE_PROFILING_ENABLE: 'true' }
    const line =
      'crossbridge: CROSSBRIDGE_PROFILING_ENABLE is not an option, it is ignored; did you mean CROSSBRIDGE_PROFILING_ENABLED?'

    assert.deepEqual(await told({ env }), [line])
    assert.deepEqual(await told({ env, files: { 'work/crossbridge.yml': file('{ enabled: false }') } }), [line])
  })

  it('never shows in a message what a variable held', async () => {
    const text = file('\n    sample_rate: ${KEY}\n    mode: x${KEY}\n    targets: ${KEY}')
    const lines = await told({ files: { 'work/crossbridge.yml': text }, env: { KEY: 'hunter2' } })

    assert.equal(lines.length, 3)
    assert.doesNotMatch(lines.join('\n'), /hunter2/)
  })

  it('sets every kind of option', async () => {
    const source = `import { search } from './search.mjs'
      search(); console.log('works'); process.exitCode = 3`
    const entry =
      '{ name: own, module: ./search.mjs, target: semantic_search, methods: [{ at: search, scope: search }] }'
    const files = {
      'work/crossbridge.yml': file(`{ instrumentations: [${entry}], output: [{ type: none }, { type: none }] }`),
      'work/search.mjs': 'export function search() { return 1 }',
    }
    const on = { CROSSBRIDGE_PROFILING_ENABLED: 'true', CROSSBRIDGE_PROFILING_MODE: 'full' }
    const fast = { CROSSBRIDGE_PROFILING_THRESHOLDS_BY_TARGET: 'semantic_search=0,own=0' }

    const recorded = await told({ source, files, env: { ...on, ...fast, CROSSBRIDGE_PROFILING_OUTPUT_TYPE: 'log' } })
    const filtered = await told({ source, files, env: { ...on, CROSSBRIDGE_PROFILING_OUTPUT_TYPE: 'log' } })
    const others = await told({
      source,
      files,
      env: { ...on, ...fast, CROSSBRIDGE_PROFILING_TARGETS: 'openai,qdrant' },
    })

    assert.equal(recorded.length, 1)
    assert.equal(JSON.parse(recorded[0] ?? '').name, 'semantic_search.search')
    assert.deepEqual(filtered, [
      'crossbridge: nothing was recorded: 1 calls were seen, none was recorded: 1 under threshold',
    ])
    assert.match(
      others[0] ?? '',
      /own \(crossbridge\.yml:2:35\) is not among the targets \(CROSSBRIDGE_PROFILING_TARGETS\)/,
    )
  })
})
