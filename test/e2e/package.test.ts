import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import type { sbom } from '../../build/sbom.ts'
import { everything, recordsOf, root, spawnNode } from '../support/application.ts'

/** What `npm pack` tells of the tarball. */
interface Packed {
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}

type Component = ReturnType<typeof sbom>['components'][number]

// An empty project outside of this one, with the packed package in it.
const project = realpathSync(mkdtempSync(join(tmpdir(), 'crossbridge-package-')))
const profile = join(project, 'profile.jsonl')
const source = {
  'package.json': JSON.stringify({ name: 'empty', private: true }),
  'crossbridge.yml': JSON.stringify({
    runtime: {
      profiling: {
        ...everything,
        output: { type: 'file', path: profile },
        instrumentations: [
          {
            name: 'mine',
            module: './search.mjs',
            target: 'semantic_search',
            methods: [{ at: 'Search.prototype.find', scope: 'find', metadata: { query_len: 'args.0.length' } }],
          },
        ],
      },
    },
  }),
  'search.mjs': 'export class Search {\n  find(query) {\n    return [query]\n  }\n}\n',
  'app.mjs': "import { Search } from './search.mjs'\nconsole.log(new Search().find('private').length)\n",
  'parent.mjs': `import { spawnSync } from 'node:child_process'
const { status, stdout } = spawnSync(process.execPath, [process.argv[2]], { cwd: '/', encoding: 'utf8' })
console.log(status, stdout.trim())
`,
}
let packed: Packed

before(async () => {
  const [told] = Object.values(JSON.parse(await npm(root, 'pack', '--json', '--pack-destination', project)))
  packed = told as Packed
  for (const [name, text] of Object.entries(source)) writeFileSync(join(project, name), text)
  await npm(project, 'install', '--prefer-offline', '--no-audit', '--no-fund', `./${packed.filename}`)
})
after(() => rmSync(project, { recursive: true, force: true }))

test('the packed package profiles an application by its name', async () => {
  const { code, stdout, stderr } = await spawnNode(['--import', '@crossbridge/agent', 'app.mjs'], { cwd: project })

  assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: '1\n', stderr: '' })
  assert.deepEqual(namesAndMetadata(), [['semantic_search.find', { query_len: 7 }]])
})

test('a child process in another folder is profiled by the file URL that the documented command prints', async () => {
  const [, command] = /^node -p "(require.+)"$/m.exec(readFileSync(join(root, 'docs/getting-started.md'), 'utf8')) ?? []
  const { stdout: url } = await spawnNode(['-p', String(command)], { cwd: project })

  const { code, stdout, stderr } = await spawnNode(['parent.mjs', join(project, 'app.mjs')], {
    cwd: project,
    env: { NODE_OPTIONS: `--import ${url.trim()}`, CROSSBRIDGE_CONFIG: join(project, 'crossbridge.yml') },
  })

  assert.match(url, /^file:.+register\.mjs\n$/)
  assert.deepEqual({ code, stdout: stdout.trim() }, { code: 0, stdout: '0 1' })
  // The parent itself recorded nothing, and says so.
  assert.match(stderr, /^crossbridge: nothing was recorded: .+\n$/)
  assert.deepEqual(namesAndMetadata(), [['semantic_search.find', { query_len: 7 }]])
})

for (const format of ['mjs', 'cjs']) {
  test(`the api works in ${format} with the agent and without`, async () => {
    const get = format === 'mjs' ? 'import { profile } from' : 'const { profile } = require('
    const text = `${get} '@crossbridge/agent/api'${format === 'mjs' ? '' : ')'}
console.log(profile('search.rank', { candidates: 2 }, () => 3))\n`
    writeFileSync(join(project, `marked.${format}`), text)

    const bare = await spawnNode([`marked.${format}`], { cwd: project })
    const before = namesAndMetadata()
    const profiled = await spawnNode(['--import', '@crossbridge/agent', `marked.${format}`], { cwd: project })

    assert.deepEqual([bare.stdout, bare.stderr], ['3\n', ''])
    assert.deepEqual(before, [])
    assert.deepEqual([profiled.stdout, profiled.stderr], ['3\n', ''])
    assert.deepEqual(namesAndMetadata(), [['search.rank', { candidates: 2 }]])
  })
}

for (const { file, module } of [
  { file: 'typed.mts', module: 'nodenext' },
  { file: 'typed.cts', module: 'node16' },
  { file: 'typed.ts', module: 'commonjs' },
]) {
  test(`the api's types are found in ${file} with module ${module}, tell a mistake, and what is compiled runs`, async () => {
    const text = `import { getProfiler, profile, profiled } from '@crossbridge/agent/api'
export const one: number = profile('a.b', () => 1)
export const two: Promise<string> = profile('a.b', { size: 1 }, async () => 'x')
export const three: (text: string) => string = profiled('a.b')((text: string) => text)
getProfiler().stop(getProfiler().start('a.b'), { size: 1 })
// @ts-expect-error a scope's name is a text
profile(1, () => 1)
process.stdout.write('ran')
`
    writeFileSync(join(project, file), `declare const process: { stdout: { write(text: string): void } }\n${text}`)
    const tsc = join(root, 'node_modules/typescript/bin/tsc')

    const options = ['--outDir', 'compiled', '--strict', '--target', 'es2022', '--types', '', '--ignoreConfig']
    const { code, stdout } = await spawnNode([tsc, ...options, '--module', module, file], { cwd: project })
    const ran = await spawnNode([join('compiled', file.replace('ts', 'js'))], { cwd: project })

    assert.deepEqual({ code, stdout }, { code: 0, stdout: '' })
    assert.deepEqual([ran.code, ran.stdout, ran.stderr], [0, 'ran', ''])
  })
}

test('the api is CommonJS for require, as jest and older tools need it', async () => {
  const { stdout } = await spawnNode(['-p', "require.resolve('@crossbridge/agent/api')"], { cwd: project })

  assert.match(stdout, /dist.cjs.api\.js\n$/)
  assert.match(readFileSync(stdout.trim(), 'utf8'), /module\.exports = /)
})

test('the packed package has every command, with all that it loads', async () => {
  const record = { name: 'a.b', library: 'c', duration_ms: 1, timestamp: 1, concurrent: 0, pid: 1, thread_id: 0 }
  writeFileSync(join(project, 'run.jsonl'), `${JSON.stringify(record)}\n`)
  const bin = join(project, 'node_modules/.bin/crossbridge')
  const words = [
    'report run.jsonl --html page.html',
    'diff run.jsonl run.jsonl',
    'discover ./search.mjs --all',
    'discover pino',
  ]
  const others = ['config --schema', 'init --print', 'top run.jsonl --from-start --count 1', 'doctor']

  const outcomes = await Promise.all(
    [...words, ...others].map((line) => spawnNode([bin, ...line.split(' ')], { cwd: project })),
  )

  assert.deepEqual(
    outcomes.map(({ code }) => code),
    outcomes.map(() => 0),
    outcomes.map(({ stderr }) => stderr).join(''),
  )
  assert.match(readFileSync(join(project, 'page.html'), 'utf8'), /^<!doctype html>/)
})

test('the packed package shows its demo, in a folder of somebody else', async () => {
  const { code, stdout, stderr } = await spawnNode([join(project, 'node_modules/.bin/crossbridge'), 'demo'], {
    cwd: project,
    env: { CROSSBRIDGE_CONFIG: join(project, 'crossbridge.yml') },
  })

  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
  assert.match(
    stdout,
    /^A recorded run: [\s\S]+\nA live run: [\s\S]+openai embeds texts one by one [\s\S]+ embed service\.mjs:\d+\n/,
  )
  assert.deepEqual(namesAndMetadata(), [])
})

test('the SBOM has each file that holds code of others, and the packages that are installed besides', () => {
  const modules = join(project, 'node_modules')
  const { components } = JSON.parse(readFileSync(join(modules, '@crossbridge/agent/dist/sbom.cdx.json'), 'utf8'))
  const lock = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8'))

  const bundled = components.filter((one: Component) => one.evidence !== undefined)
  const files = bundled.flatMap(({ evidence }: Component) => evidence?.occurrences.map(({ location }) => location))
  assert.deepEqual(
    [...new Set(files)].sort(),
    packed.files.map(({ path }) => path).filter((path) => path.startsWith('dist/vendor/')),
  )
  const besides = components.filter((one: Component) => one.evidence === undefined)
  assert.deepEqual(
    besides.map(({ group, name }: Component) => `node_modules/${group ? `${group}/` : ''}${name}`).sort(),
    Object.keys(lock.packages).filter((path) => path !== 'node_modules/@crossbridge/agent'),
  )
})

test('the package holds what runs and what is read, and no more', () => {
  const paths = packed.files.map(({ path }) => path)

  for (const path of ['register.mjs', 'dist/agent/api.d.ts', 'README.md', 'CHANGELOG.md', 'LICENSE'])
    assert.ok(paths.includes(path), path)
  const odd = /^(dist\/(test|bench|build)|test|examples|bench)\/|\.(ts|tgz)$/
  assert.deepEqual(
    paths.filter((path) => odd.test(path) && !path.endsWith('.d.ts')),
    [],
  )
})

test('the package stays small: files, dependencies, installed packages', () => {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const lock = JSON.parse(readFileSync(join(project, 'node_modules/.package-lock.json'), 'utf8'))

  // Each library has one of its own, and each subject a page.
  const others = packed.files.filter(({ path }) => !/^dist\/chunk\/library\/|^docs\/.*\.md$/.test(path))
  assert.ok(others.length <= 75, `${others.length} files beside those of libraries and pages`)
  assert.ok(Object.keys(dependencies).length <= 6, Object.keys(dependencies).join())
  assert.ok(Object.keys(lock.packages).length <= 30, Object.keys(lock.packages).join())
})

/** The records since the last asking. */
function namesAndMetadata(): [string, unknown][] {
  if (!existsSync(profile)) return []
  const records = recordsOf(readFileSync(profile, 'utf8'))
  rmSync(profile)
  return records.map(({ name, metadata }) => [name, metadata])
}

async function npm(cwd: string, ...args: string[]): Promise<string> {
  const { NODE_OPTIONS: _, NODE_TEST_CONTEXT: __, ...env } = process.env
  const shell = process.platform === 'win32'
  const { stdout } = await promisify(execFile)('npm', args, { cwd, env, shell, timeout: 300_000 })
  return stdout
}
