// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration's own syntax
import assert from 'node:assert/strict'
import { chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, describe, it } from 'node:test'
import { register, spawnNode } from '../support/application.ts'

const folders: string[] = []
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

interface Run {
  /** Path to text, below the folder; `shop/` is the working directory. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  readonly env?: Readonly<Record<string, string>>
  readonly preload?: '--import' | '--require'
  readonly source?: string
  /** Before it runs, and after. */
  readonly prepare?: (folder: string) => void
  readonly after?: (folder: string) => void
}

/** Runs an application that ends with code 3, and gives what the agent said, line by line. */
async function told({ files = {}, env = {}, preload = '--import', source, prepare, after }: Run) {
  const folder = mkdtempSync(join(tmpdir(), 'crossbridge-'))
  folders.push(folder)
  const app = source ?? "console.log('works'); process.exitCode = 3"
  for (const [name, text] of Object.entries({ 'shop/app.mjs': app, ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  prepare?.(folder)
  const path = preload === '--require' ? new URL(register).pathname : register
  const { code, stdout, stderr } = await spawnNode([preload, path, 'app.mjs'], { cwd: join(folder, 'shop'), env })

  after?.(folder)
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
      const files = { 'package.json': '{}', [join('shop', name)]: file('{ enabled: true }') }

      assert.ok(isOn(await told({ files, env: debug })))
    })
  }

  it('from no folder above the project, which is reported', async () => {
    const above = { 'crossbridge.yml': file('{ enabled: true, probes: [./probe.mjs] }') }
    const why = (project: string) =>
      `crossbridge: <folder>/crossbridge.yml is not read: it is above the project, since no package.json or .git is there or above; move it to <folder>/${project}, or name it by CROSSBRIDGE_CONFIG`

    assert.deepEqual(await told({ files: above }), [why('shop')])
    assert.deepEqual(await told({ files: { ...above, 'shop/package.json': '{}' } }), [why('shop')])
    assert.deepEqual(
      await told({ files: { ...above, 'shop/crossbridge.yml': file('{ enabled: false }') }, env: debug }),
      ['crossbridge: disabled (crossbridge.yml:2:25)'],
    )
    for (const marker of ['package.json', '.git/HEAD', 'pnpm-workspace.yaml'])
      assert.ok(
        isOn(await told({ files: { 'crossbridge.yml': file('{ enabled: true }'), [marker]: '{}' }, env: debug })),
      )
  })

  it('from the nearest folder, .yml before .yaml', async () => {
    const on = file('{ enabled: true }')
    const off = file('{ enabled: false }')

    assert.deepEqual(await told({ files: { 'shop/crossbridge.yaml': off, 'crossbridge.yml': on }, env: debug }), [
      'crossbridge: disabled (crossbridge.yaml:2:25)',
    ])
    assert.deepEqual(await told({ files: { 'shop/crossbridge.yml': off, 'shop/crossbridge.yaml': on }, env: debug }), [
      'crossbridge: disabled (crossbridge.yml:2:25)',
    ])
  })

  it('from the file that CROSSBRIDGE_CONFIG names, relative to the working directory', async () => {
    const files = { 'shop/crossbridge.yml': file('{ enabled: false }'), 'shop/other.yaml': file('{ enabled: true }') }

    assert.ok(isOn(await told({ files, env: { ...debug, CROSSBRIDGE_CONFIG: 'other.yaml' } })))
    assert.ok(!isOn(await told({ files, env: { ...debug, CROSSBRIDGE_CONFIG: '' } })))
  })

  it('from the one found, over the one named and over variables, where that is locked', async () => {
    const files = {
      'package.json': '{}',
      'crossbridge.yml': file('{ lock: true, sample_rate: 0.1 }'),
      'shop/other.yaml': file('{ enabled: true }'),
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

  it("from the unified system's switch, off where either says so", async () => {
    const on = { 'shop/crossbridge.yml': file('{ enabled: true }') }
    const off = { 'shop/crossbridge.yml': file('{ enabled: false }') }
    const disabled = (name: string) => [`crossbridge: disabled (${name})`]

    for (const [whole, own, name] of [
      ['false', '', 'CROSSBRIDGE_PROFILING'],
      ['0', 'true', 'CROSSBRIDGE_PROFILING'],
      ['1', 'false', 'CROSSBRIDGE_PROFILING_ENABLED'],
    ] as const) {
      const env = { ...debug, CROSSBRIDGE_PROFILING: whole, CROSSBRIDGE_PROFILING_ENABLED: own }
      assert.deepEqual(await told({ files: on, env }), disabled(name))
    }
    for (const value of ['true', '1'])
      assert.ok(isOn(await told({ files: off, env: { ...debug, CROSSBRIDGE_PROFILING: value } })))
    assert.deepEqual(await told({ env: { CROSSBRIDGE_PROFILING: 'maybe' } }), [
      'crossbridge: enabled must be true or false, not the text "maybe" (CROSSBRIDGE_PROFILING); using false',
    ])
  })

  it('from the environment over the file', async () => {
    const on = { 'shop/crossbridge.yml': file('{ enabled: true, typo: 1 }') }

    for (const off of ['false', '0', 'FALSE', ' false '])
      assert.deepEqual(await told({ files: on, env: { ...debug, CROSSBRIDGE_PROFILING_ENABLED: off } }), [
        'crossbridge: disabled (CROSSBRIDGE_PROFILING_ENABLED)',
      ])
    const off = { 'shop/crossbridge.yml': file('{ enabled: false }') }
    assert.ok(isOn(await told({ files: off, env: { ...debug, CROSSBRIDGE_PROFILING_ENABLED: '1' } })))
  })

  it('leaves what else is wrong in a file that is off to doctor and config, unless it is asked', async () => {
    const files = { 'shop/crossbridge.yml': file('{ enabled: false, typo: 1 }') }

    assert.deepEqual(await told({ files }), [])
    assert.deepEqual(await told({ files, env: debug }), [
      'crossbridge: typo is not an option (crossbridge.yml:2:32), it is ignored; did you mean output.type?',
      'crossbridge: disabled (crossbridge.yml:2:25)',
    ])
  })

  it('says what switched it off, when asked', async () => {
    assert.deepEqual(await told({ env: debug }), ['crossbridge: disabled (the default)'])
  })
})

describe('a file of somebody else', {
  skip: process.geteuid?.() !== 0 && 'only root can give a file to others',
}, () => {
  // Which files and which options are meant: test/unit/config/trust.test.ts.
  it('has none of its code run, which is reported', async () => {
    const probe = `import { writeFileSync } from 'node:fs'
      export default { start() { writeFileSync('ran', '') } }`
    const tried = async (prepare: (folder: string) => void) => {
      let ran = false
      const files = {
        'shop/crossbridge.yml': file('{ enabled: true, probes: [./probe.mjs] }'),
        'shop/probe.mjs': probe,
      }
      const lines = await told({ files, prepare, after: (folder) => (ran = existsSync(join(folder, 'shop/ran'))) })
      return { lines: lines.filter((line) => !nothing.test(line)), ran }
    }

    assert.deepEqual(await tried(() => {}), { lines: [], ran: true })
    assert.deepEqual(await tried((folder) => chownSync(join(folder, 'shop/crossbridge.yml'), 12345, 12345)), {
      lines: [
        'crossbridge: crossbridge.yml is not taken, since it names code to run (probes, crossbridge.yml:2:39) and belongs to user 12345, not to root or to user 0, who runs this; chown it to one of these; using the defaults, profiling is off',
      ],
      ran: false,
    })
  })
})

describe('a broken configuration leaves the application as it is and is told in one line', () => {
  const off = 'using the defaults, profiling is off'

  // What else may be wrong with one: test/unit/config/broken.test.ts.
  it('a file that is no YAML', async () => {
    assert.deepEqual(await told({ files: { 'shop/crossbridge.yml': 'runtime:\n\tprofiling: {}' } }), [
      `crossbridge: the configuration can't be read: Tabs are not allowed as indentation (crossbridge.yml:2:1); ${off}`,
    ])
  })

  it('CROSSBRIDGE_CONFIG that names nothing', async () => {
    assert.deepEqual(await told({ env: { CROSSBRIDGE_CONFIG: 'nowhere.yml' } }), [
      `crossbridge: the configuration can't be read: there is no such file (nowhere.yml, named by CROSSBRIDGE_CONFIG); ${off}`,
    ])
  })

  it('and the defaults are in force where the environment switches it on', async () => {
    const lines = await told({
      files: { 'shop/crossbridge.yml': 'runtime: [' },
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
    const lines = await told({ files: { 'shop/crossbridge.yml': file('{ enabled: true, mode: ful }') } })

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
        'shop/crossbridge.yml': file(
          `\n    enabled: true\n    instrumentations:\n      - { name: ${name}, module: m, target: ${target}, methods: [{ at: a, scope: s }] }`,
        ),
      },
    })

  it('is reported when its name is a target, or its target a library', async () => {
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

  it('takes the place of a built-in of its name, which is reported', async () => {
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
    assert.deepEqual(await told({ env, files: { 'shop/crossbridge.yml': file('{ enabled: false }') } }), [line])
  })

  it('has misspelt names of the others told, and what belongs to the unified system left alone', async () => {
    // How each is reported: test/unit/config/load.test.ts.
    for (const [name, meant] of [
      ['CROSSBRIGDE_PROFILING_SAMPLE_RATE', 'CROSSBRIDGE_PROFILING_SAMPLE_RATE'],
      ['crossbridge_profiling_enabled', 'CROSSBRIDGE_PROFILING_ENABLED'],
    ] as const)
      assert.deepEqual(await told({ env: { [name]: 'true' } }), [
        `crossbridge: ${name} is not an option, it is ignored; did you mean ${meant}?`,
      ])
    const foreign = ['CROSSBRIDGE_RUN_ID', 'CROSSBRIDGE_ENABLED']
    assert.deepEqual(await told({ env: Object.fromEntries(foreign.map((name) => [name, 'x'])) }), [])
  })

  it('never shows in a message what a variable held', async () => {
    const text = file('\n    sample_rate: ${KEY}\n    mode: x${KEY}\n    targets: ${KEY}')
    const lines = await told({ files: { 'shop/crossbridge.yml': text }, env: { KEY: 'hunter2' } })

    assert.equal(lines.length, 3)
    assert.doesNotMatch(lines.join('\n'), /hunter2/)
  })

  it('sets every kind of option', async () => {
    const source = `import { search } from './search.mjs'
      search(); console.log('works'); process.exitCode = 3`
    const entry =
      '{ name: own, module: ./search.mjs, target: semantic_search, methods: [{ at: search, scope: search }] }'
    const files = {
      'shop/crossbridge.yml': file(`{ instrumentations: [${entry}], output: [{ type: none }, { type: none }] }`),
      'shop/search.mjs': 'export function search() { return 1 }',
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
