import assert from 'node:assert/strict'
import { execFile, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { parse, parseAllDocuments } from 'yaml'
import { load } from '../../agent/config/load.ts'
import { readNodeOptions } from '../../cli/doctor/words.ts'
import { everything, formats, recordsOf, root, spawnNode } from '../support/application.ts'
import { asWindows } from '../support/windows.ts'

/** What the tests read of a pod's template. */
interface Pod {
  readonly initContainers: readonly Container[]
  readonly containers: readonly Container[]
  readonly volumes: readonly { readonly name: string }[]
}
interface Container {
  readonly command?: readonly string[]
  readonly env?: readonly Variable[]
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[]
}
interface Variable {
  readonly name: string
  readonly value: string
}

const skipped = { skip: process.platform === 'win32' && 'no POSIX shell' }
const base = realpathSync(mkdtempSync(join(tmpdir(), 'crossbridge-deploy-')))
/** As the init container leaves it: the image's /autoinstrumentation, copied, and mounted read-only. */
const volume = join(base, 'volume')
const layer = join(base, 'layer')
/** An application without packages of its own, started from another working directory. */
const app = join(base, 'srv')
const elsewhere = join(base, 'elsewhere')
const etc = join(base, 'etc')
const configuration = join(etc, 'crossbridge.yml')
const registered = 'node_modules/@crossbridge/agent/register.mjs'

const mine = (name: string, file: string) => ({
  name,
  module: `../srv/${file}`,
  target: 'semantic_search',
  methods: [{ at: 'Search.prototype.find', scope: 'find' }],
})
const config = {
  ...everything,
  output: { type: 'log' },
  instrumentations: [mine('esm', 'modern.mjs'), mine('commonjs', 'classic.cjs')],
}
const source = {
  'modern.mjs': 'export class Search {\n  async find(query) {\n    return [query]\n  }\n}\n',
  'classic.cjs': 'exports.Search = class Search {\n  async find(query) {\n    return [query]\n  }\n}\n',
  'app.mjs':
    "import { Search } from './modern.mjs'\nnew Search().find('x').then(({ length }) => console.log(length))\n",
  'app.cjs':
    "const { Search } = require('./classic.cjs')\nnew Search().find('x').then(({ length }) => console.log(length))\n",
  // A runtime that is frozen after its answer.
  'runtime.mjs': `import { Search } from './modern.mjs'
await new Search().find('x')
console.log('answered')
setInterval(() => {}, 1000)
`,
}

before(async () => {
  for (const folder of [app, elsewhere, etc]) mkdirSync(folder)
  for (const [name, text] of Object.entries(source)) writeFileSync(join(app, name), text)
  writeFileSync(configuration, JSON.stringify({ runtime: { profiling: config } }))
  const told = await run('npm', ['pack', '--json', '--pack-destination', base], root)
  const [packed] = Object.values(JSON.parse(told)) as [{ filename: string }]
  // The script of the layer installs as the image does: into a folder of its own.
  await run('sh', [join(root, 'deploy/lambda/build.sh'), join(base, packed.filename)], base)
  cpSync(join(layer, 'nodejs'), volume, { recursive: true })
  const door = /^COPY (\S+) (\S+)$/m.exec(file('docker/Dockerfile'))
  cpSync(join(root, 'deploy/docker', String(door?.[1])), join(volume, String(door?.[2])))
  for (const path of everythingIn(volume)) chmodSync(path, statSync(path).mode & ~0o222)
})
after(() => {
  for (const path of existsSync(volume) ? everythingIn(volume) : []) chmodSync(path, statSync(path).mode | 0o200)
  rmSync(base, { recursive: true, force: true })
})

for (const format of formats) {
  for (const options of [
    '--require VOLUME/autoinstrumentation.js',
    `--require VOLUME/${registered}`,
    `--import VOLUME/${registered}`,
  ]) {
    test(
      `NODE_OPTIONS="${options}" profiles a ${format} application from a folder that nobody writes`,
      skipped,
      async () => {
        const before = everythingIn(volume)
        const env = { NODE_OPTIONS: options.replace('VOLUME', volume), CROSSBRIDGE_CONFIG: configuration }

        const { code, stdout, stderr } = await spawnNode([join(app, `app.${format}`)], { cwd: elsewhere, env })

        assert.deepEqual({ code, stdout }, { code: 0, stdout: '1\n' })
        assert.deepEqual(namesIn(stderr), ['semantic_search.find'])
        assert.deepEqual(everythingIn(volume), before)
      },
    )
  }
}

test("a Node that can't require ES modules runs the application without the agent, and says so", skipped, async () => {
  const options = `--no-experimental-require-module --require ${join(volume, 'autoinstrumentation.js')}`
  const env = { NODE_OPTIONS: options, CROSSBRIDGE_CONFIG: configuration }

  const { code, stdout, stderr } = await spawnNode([join(app, 'app.cjs')], { cwd: elsewhere, env })

  assert.deepEqual({ code, stdout }, { code: 0, stdout: '1\n' })
  assert.match(stderr, /^crossbridge: the agent can't be loaded in Node \S+ \(ERR_REQUIRE_ESM\), .+\n$/)
})

test('the image, the init container and the application name the same paths', () => {
  const [map, deployment] = parseAllDocuments(file('kubernetes/deployment.yaml')).map((one) => {
    assert.deepEqual(one.errors, [])
    return one.toJS()
  })
  const { initContainers, containers, volumes }: Pod = deployment.spec.template.spec
  const [init, application] = [initContainers[0], containers[0]]
  const mounted = (name: string, by: Container | undefined) =>
    by?.volumeMounts.find((one) => one.name === name)?.mountPath
  const env = variables(application?.env)

  assert.match(file('docker/Dockerfile'), /^COPY --from=build \/autoinstrumentation \/autoinstrumentation$/m)
  assert.deepEqual(init?.command, ['cp', '-r', '/autoinstrumentation/.', mounted('agent', init)])
  assert.ok(existsSync(String(env.NODE_OPTIONS).replace(`--require ${mounted('agent', application)}`, volume)))
  assert.deepEqual(
    Object.keys(map.data).map((key) => `${mounted('config', application)}/${key}`),
    [env.CROSSBRIDGE_CONFIG],
  )
  assert.deepEqual(
    application?.volumeMounts.map(({ name }) => name),
    volumes.map(({ name }) => name),
  )
})

test("the operator's variables switch the agent on, and its file is in the image", skipped, async () => {
  const { apiVersion, kind, spec } = parse(file('kubernetes/instrumentation.yaml'))
  // The path of opentelemetry-operator, internal/instrumentation/nodejs.go.
  const env = { ...variables(spec.nodejs.env), NODE_OPTIONS: `--require ${join(volume, 'autoinstrumentation.js')}` }

  const { stdout, stderr } = await spawnNode([join(app, 'app.cjs')], { cwd: elsewhere, env })

  assert.deepEqual([apiVersion, kind, stdout], ['opentelemetry.io/v1alpha1', 'Instrumentation', '1\n'])
  // On, without a mistake in a variable; this application calls nothing that is known.
  assert.match(stderr, /^crossbridge: nothing was recorded: .+\n$/)
})

test('every configuration of deploy/ is without a mistake', () => {
  const [map] = parseAllDocuments(file('kubernetes/deployment.yaml')).map((one) => one.toJS())
  const folders = ['lambda', 'systemd', 'windows']
  const texts = [map.data['crossbridge.yml'], ...folders.map((folder) => file(`${folder}/crossbridge.yml`))]

  const problems = texts.flatMap((text, i) => {
    const path = join(base, `${i}.yml`)
    writeFileSync(path, text)
    return load(path, {}, base).problems
  })

  assert.deepEqual(problems, [])
})

test(
  "the layer's wrapper starts the runtime with the agent, and what was recorded outlives a freeze",
  skipped,
  async () => {
    const { CROSSBRIDGE_CONFIG: _, NODE_OPTIONS: __, NODE_TEST_CONTEXT: ___, ...env } = process.env
    const ours = { ...env, NODE_OPTIONS: '--no-warnings', CROSSBRIDGE_CONFIG: configuration }
    const child = spawn(join(layer, 'crossbridge'), [process.execPath, join(app, 'runtime.mjs')], {
      cwd: elsewhere,
      env: ours,
    })
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))

    // An environment that is frozen and then removed runs nothing more, no exit handler either.
    child.stdout.once('data', () => child.kill('SIGKILL'))
    await new Promise((resolve) => child.once('close', resolve))

    assert.deepEqual(namesIn(stderr), ['semantic_search.find'])
  },
)

test("the layer's own configuration is taken where the function names none", skipped, async () => {
  const { CROSSBRIDGE_CONFIG: _, NODE_OPTIONS: __, NODE_TEST_CONTEXT: ___, ...env } = process.env
  const print = ['-p', 'process.env.CROSSBRIDGE_CONFIG + " " + process.env.NODE_OPTIONS']

  const { stdout } = spawnSync(join(layer, 'crossbridge'), [process.execPath, ...print], { env, encoding: 'utf8' })

  assert.equal(stdout, `${layer}/crossbridge.yml --import ${layer}/nodejs/${registered}\n`)
  assert.ok(existsSync(join(layer, 'crossbridge.yml')))
})

const systemd = spawnSync('systemd-analyze', ['--version']).status === 0
test('systemd has nothing to say about the unit', { skip: !systemd && 'systemd is not here' }, () => {
  const unit = join(base, 'search.service')
  writeFileSync(unit, file('systemd/search.service').replace('/usr/bin/node', process.execPath))

  const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', unit], { encoding: 'utf8' })

  assert.deepEqual(
    { status, stderr: stderr.replace(/^.*(?<!search)\.(socket|service|mount)\b.*\n/gm, '') },
    { status: 0, stderr: '' },
  )
})

test('systemd and pm2 name the agent where npm install --prefix leaves it', () => {
  const { apps } = createRequire(import.meta.url)(join(root, 'deploy/pm2/ecosystem.config.cjs'))
  const unit = /^Environment="NODE_OPTIONS=(.+)"$/m.exec(file('systemd/search.service'))?.[1]
  const options = [unit, ...apps.map(({ node_args }: { node_args: string }) => node_args)].map(String)

  assert.ok(options.length === 3)
  for (const one of options) {
    const path = one.split('--import /opt/crossbridge/')[1]
    assert.ok(existsSync(join(volume, String(path))), one)
  }
})

test('the service of Windows names the agent by the URL of where npm install --prefix leaves it', () => {
  const text = file('windows/search.xml')
  const env = Object.fromEntries([...text.matchAll(/<env name="(\w+)" value="([^"]*)"\/>/g)].map(([, ...one]) => one))
  const { preloads, ignored } = readNodeOptions(env.NODE_OPTIONS ?? '')
  const [agent] = preloads
  const path = asWindows(() => fileURLToPath(agent?.module ?? ''))

  assert.deepEqual([preloads.length, agent?.flag, ignored], [1, '--import', []])
  assert.ok(path.startsWith('C:\\crossbridge\\'), path)
  assert.ok(existsSync(join(volume, path.slice('C:\\crossbridge\\'.length).replaceAll('\\', '/'))), path)
  assert.equal(env.CROSSBRIDGE_CONFIG, /^# (\S+\.yml)\./.exec(file('windows/crossbridge.yml'))?.[1])
  // Every element is closed.
  const open: string[] = []
  for (const [, close, name = '', self] of text.replace(/<!--.*?-->/gs, '').matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
    if (close) assert.equal(open.pop(), name)
    else if (!self) open.push(name)
  }
  assert.deepEqual(open, [])
})

const file = (path: string) => readFileSync(join(root, 'deploy', path), 'utf8')

const variables = (env: readonly Variable[] = []): Record<string, string> =>
  Object.fromEntries(env.map(({ name, value }) => [name, value]))

const namesIn = (stderr: string) => recordsOf(stderr).map((record) => record.name ?? record)

function everythingIn(folder: string): string[] {
  return [folder, ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))]
}

async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { NODE_OPTIONS: _, NODE_TEST_CONTEXT: __, ...env } = process.env
  const shell = process.platform === 'win32'
  const { stdout } = await promisify(execFile)(command, args, { cwd, env, shell, timeout: 300_000 })
  return stdout
}
