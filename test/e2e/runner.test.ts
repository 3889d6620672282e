import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, describe, it } from 'node:test'
import { api, everything, folderFor, recordsOf, register, root, spawnNode } from '../support/application.ts'

const folders: string[] = []
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const recording = `import { profile } from ${JSON.stringify(api)}; profile('shop.search', () => 1)`
const nothing = /^crossbridge: nothing was recorded: none of the libraries to profile was loaded/
const spawns = (what: string) =>
  `require('node:child_process').${what}.on('exit', (code) => { process.exitCode = code })`

/** Runs a file with the agent in NODE_OPTIONS, and gives its records and what was said. */
async function ran(
  files: Readonly<Record<string, string>>,
  args: readonly string[],
  more: { readonly env?: Readonly<Record<string, string>>; readonly config?: object } = {},
) {
  const folder = folderFor('previous')
  folders.push(folder)
  const all = {
    'crossbridge.yml': JSON.stringify({ runtime: { profiling: { ...everything, ...more.config } } }),
    ...files,
  }
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  symlinkSync(join(root, 'node_modules', 'tsx'), join(folder, 'tsx'))
  const { code, stderr } = await spawnNode(args, {
    cwd: folder,
    env: { NODE_OPTIONS: `--import ${register}`, ...more.env },
  })
  const file = join(folder, 'profile.jsonl')
  const records = existsSync(file) ? recordsOf(readFileSync(file, 'utf8')).length : 0
  return { code, records, lines: stderr.split('\n').filter(Boolean) }
}

describe('a process that only runs others', () => {
  const runner = 'node_modules/some-runner/cli.js'

  it('says nothing beside a child that records: tsx', async () => {
    const outcome = await ran({ 'app.ts': `const a: number = 1; ${recording}` }, ['tsx/dist/cli.mjs', 'app.ts'])

    assert.deepEqual(outcome, { code: 0, records: 1, lines: [] })
  })

  for (const [how, code] of [
    ['spawn', spawns(`spawn(process.execPath, ['app.mjs'], { stdio: 'inherit' })`)],
    ['a shell', spawns(`spawn('sh', ['-c', 'node app.mjs'], { stdio: 'inherit' })`)],
    ['fork, after its configuration', `require('../../some.config.cjs'); ${spawns(`fork('app.mjs')`)}`],
  ] as const) {
    it(`says nothing beside a child that records: ${how}`, async () => {
      const files = { [runner]: code, 'app.mjs': recording, 'some.config.cjs': '' }

      assert.deepEqual(await ran(files, [runner]), { code: 0, records: 1, lines: [] })
    })
  }

  it('says nothing of targets either; what it runs does, once', async () => {
    const files = { [runner]: spawns(`fork('app.mjs')`), 'app.mjs': '' }
    const { lines } = await ran(files, [runner], { config: { targets: ['no_such', 'openai'] } })

    assert.equal(lines.length, 2)
    assert.match(lines[0] ?? '', /targets: no_such is not a target/)
    assert.match(lines[1] ?? '', nothing)
  })

  it('says nothing where it is the first of a cluster', async () => {
    const app = `import cluster from 'node:cluster'
      if (cluster.isPrimary) cluster.fork()
      else { ${recording.replace('import {', 'const {').replace('} from', '} = await import(').replace('; profile', '); profile')}; cluster.worker.disconnect() }`

    assert.deepEqual(await ran({ 'app.mjs': app }, ['app.mjs']), { code: 0, records: 1, lines: [] })
  })

  it('is known by its package where it starts none', async () => {
    const cli = 'node_modules/typescript/bin/tsc'

    assert.deepEqual(await ran({ [cli]: '' }, [cli]), { code: 0, records: 0, lines: [] })
  })
})

describe('a process that runs the application and records nothing says so', () => {
  const runner = 'node_modules/some-runner/cli.js'
  const cases: readonly [name: string, files: Record<string, string>, args: readonly string[]][] = [
    ['alone', { 'app.js': '' }, ['app.js']],
    ['that starts others', { 'app.js': `require('node:child_process').spawn('true')` }, ['app.js']],
    [
      'that starts another Node',
      { 'app.js': `require('node:child_process').spawn(process.execPath, ['-e', '1'], { stdio: 'ignore' })` },
      ['app.js'],
    ],
    ['in a package that starts it in itself', { [runner]: `require('../../app.js')`, 'app.js': '' }, [runner]],
    [
      'in a package that starts it in itself, and others',
      { [runner]: `require('../../app.js')`, 'app.js': `require('node:child_process').spawn('node', ['-v'])` },
      [runner],
    ],
    [
      'in a package that starts others without the agent',
      { [runner]: `require('node:child_process').spawn('true')` },
      [runner],
    ],
    ['without a file', {}, ['-e', '1']],
  ]
  for (const [name, files, args] of cases) {
    it(name, async () => {
      const { lines } = await ran(files, args)

      assert.equal(lines.length, 1)
      assert.match(lines[0] ?? '', nothing)
    })
  }

  it('where its runner hands the agent on to nobody', async () => {
    const files = { [runner]: spawns(`spawn(process.execPath, ['app.mjs'])`), 'app.mjs': '' }
    const { lines } = await ran(files, ['--import', register, runner], { env: { NODE_OPTIONS: '' } })

    assert.match(lines[0] ?? '', nothing)
  })
})

describe('an application that imports the agent itself', () => {
  const late = (file: string) =>
    `the application imports @crossbridge/agent itself, which is too late for what it has loaded by then; start it so: node --import @crossbridge/agent ${file}`
  const started = async (files: Readonly<Record<string, string>>, args: readonly string[]) =>
    (await ran(files, args, { env: { NODE_OPTIONS: '' } })).lines

  it('is told so, and how to start: an ES module at once, CommonJS where nothing was recorded', async () => {
    const imports = `import ${JSON.stringify(register)}`
    const requires = `require(${JSON.stringify(new URL(register).pathname)})`

    assert.deepEqual(await started({ 'app.mjs': imports }, ['app.mjs']), [
      `crossbridge: ${late('app.mjs')}`,
      `crossbridge: nothing was recorded: ${late('app.mjs')}`,
    ])
    assert.deepEqual(await started({ 'src/app.cjs': requires }, ['src/app.cjs']), [
      `crossbridge: nothing was recorded: ${late('src/app.cjs')}`,
    ])
    assert.deepEqual(
      await started(
        { 'app.cjs': `${requires}; import(${JSON.stringify(api)}).then(({ profile }) => profile('a.b', () => 1))` },
        ['app.cjs'],
      ),
      [],
    )
    assert.deepEqual(
      await started({ 'app.mjs': imports, 'node_modules/other/a.js': '' }, [
        '--import',
        './node_modules/other/a.js',
        'app.mjs',
      ]),
      [`crossbridge: ${late('app.mjs')}`, `crossbridge: nothing was recorded: ${late('app.mjs')}`],
    )
  })

  it('is none where a preload of its own does', async () => {
    const setup = `import ${JSON.stringify(register)}`

    const [line = ''] = await started({ 'setup.mjs': setup, 'app.mjs': '' }, ['--import', './setup.mjs', 'app.mjs'])

    assert.match(line, nothing)
  })
})
