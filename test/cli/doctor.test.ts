import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { supportsSyncHooks } from '../../agent/load/loader.ts'
import { api, register } from '../support/application.ts'
import { bin, cli } from '../support/cli.ts'
import { makeProject, type Project } from '../support/project.ts'
import { endAll, makeFolder, startWatched, until, writeConfig } from '../support/watched.ts'

/** `runtime.profiling` of these lines. */
const profiling = (...lines: string[]) => `runtime:\n  profiling:\n${lines.map((line) => `    ${line}\n`).join('')}`
const on = [
  'enabled: true',
  'mode: full',
  'thresholds: { slow_call_ms: 0 }',
  'output: { type: file, path: ./profile.jsonl }',
]
const start = { scripts: { start: 'node --import @crossbridge/agent app.js' }, dependencies: { openai: '6' } }
const healthy: Project = {
  config: profiling(...on),
  packageJson: start,
  packages: { openai: '6.1.0' },
  files: { 'app.js': 'require("openai")' },
}
const shop = [
  'instrumentations:',
  '  - { name: shop, module: ./shop.js, target: store, methods: [{ at: search, scope: search }] }',
]
/** An application with a module of its own, and what it does. */
const shopping = (body: string, config: readonly string[] = [...on, ...shop], files = {}): Project => ({
  config: profiling(...config),
  files: {
    'shop.js': 'exports.search = async (text) => [text]',
    'app.js': `const shop = require('./shop.js')\n;(async () => {\n${body}\n})()`,
    ...files,
  },
})
const search = 'await shop.search("x")'

interface Case extends Project {
  readonly why: string
  /** After `--`; without it the project is looked at. */
  readonly command?: readonly string[]
  readonly seconds?: number
  readonly env?: Readonly<Record<string, string>>
  /** What `Next:` says; the project's folder is left out of it. */
  readonly next: string | RegExp
  readonly code?: number
}

const looked: readonly Case[] = [
  {
    ...healthy,
    why: 'all is well',
    code: 0,
    next: 'all is well; see it at work: npx @crossbridge/agent doctor -- npm start',
  },
  { why: 'there is no configuration', packageJson: start, next: 'write one: npx @crossbridge/agent init' },
  {
    ...healthy,
    why: 'the section is misspelt',
    config: 'runtime:\n  profilling: { enabled: true }\n',
    next: 'correct the configuration: there is no section runtime.profiling (crossbridge.yml:2:3); is it misspelt as profilling?; using the defaults, profiling is off',
  },
  {
    ...healthy,
    why: 'the YAML is broken',
    config: 'runtime:\n  profiling: { enabled: true\n',
    next: /^correct the configuration: the configuration can't be read: .*\(crossbridge\.yml:\d+:\d+\); using the defaults, profiling is off$/,
  },
  {
    ...healthy,
    why: 'it is switched off in the file',
    config: profiling('enabled: false'),
    next: 'set enabled: true (crossbridge.yml:3:14)',
  },
  {
    ...healthy,
    why: 'it is switched off by a variable',
    env: { CROSSBRIDGE_PROFILING_ENABLED: 'false' },
    next: 'unset CROSSBRIDGE_PROFILING_ENABLED, or set it to true',
  },
  {
    ...healthy,
    why: 'a target is misspelt',
    config: profiling(...on, 'targets: [opnai]'),
    next: 'correct the configuration: targets: opnai is not a target, scope, library or entry (crossbridge.yml:7:14); did you mean openai?',
  },
  {
    ...healthy,
    why: 'the library is not in targets',
    config: profiling(...on, 'targets: [pg, semantic_search]'),
    next: 'add openai to targets (crossbridge.yml:7:14), or leave targets empty for all',
  },
  {
    ...healthy,
    why: 'the version is not supported',
    packages: { openai: '3.3.0' },
    next: /^install a version of openai that is supported: >=4/,
  },
  {
    ...healthy,
    why: 'no call is looked at',
    config: profiling(...on.filter((line) => !line.startsWith('mode')), 'sample_rate: 0'),
    next: 'raise sample_rate (crossbridge.yml:6:18), or set mode: full',
  },
  {
    ...healthy,
    why: 'a bundle has its copies only in its source map',
    packageJson: { ...start, scripts: { start: 'node --import @crossbridge/agent dist/app.js' } },
    files: {
      'dist/app.js': 'import"./chunks/a.js"',
      'dist/chunks/a.js': 'x()\ny()',
      // Line 2 is of the second source.
      'dist/chunks/a.js.map': JSON.stringify({
        sources: ['../../src/app.ts', '../../node_modules/openai/index.mjs'],
        mappings: 'AAAA;ACAA',
      }),
    },
    next: "leave openai out of the bundle dist/chunks/a.js:2: name it in the bundler's option external; or bundle it with the plugin (docs/bundlers.md)",
  },
  {
    ...healthy,
    why: 'a bundle was made with the plugin',
    files: {
      'app.js':
        '// node_modules/openai/index.js\nvar a = __commonJS({});globalThis[Symbol.for("crossbridge.bundled")]?.commonjs(module,{path:"openai@6.1.0/index.js"})',
    },
    code: 0,
    next: 'all is well; see it at work: npx @crossbridge/agent doctor -- npm start',
  },
  {
    ...healthy,
    why: 'Next.js has bundled a library',
    packageJson: { ...start, dependencies: { openai: '6', next: '16' } },
    files: {
      'app.js': '',
      '.next/server/chunks/[root]_a.js': 'a\nb',
      '.next/server/chunks/[root]_a.js.map': JSON.stringify({
        sections: [
          { offset: { line: 1 }, map: { sources: ['../../../node_modules/openai/client.mjs'], mappings: 'AAAA' } },
        ],
      }),
    },
    next: "leave openai out of the bundle: serverExternalPackages: ['openai'] in next.config.mjs, then build again",
  },
  {
    ...healthy,
    why: 'Next.js leaves out what is profiled',
    packageJson: { ...start, dependencies: { openai: '6', next: '16' } },
    files: {
      'app.js': '',
      'next.config.mjs': "export default { serverExternalPackages: ['openai'] }",
      '.next/server/chunks/a.js': 'e.y("openai-f0ed28f090f94724")',
    },
    code: 0,
    next: 'all is well; see it at work: npx @crossbridge/agent doctor -- npm start',
  },
  {
    ...healthy,
    why: 'the application is a bundle',
    files: { 'app.js': '// node_modules/openai/index.js\nvar require_openai = __commonJS({})\n' },
    next: 'leave openai out of the bundle app.js:1: esbuild --external:openai (or --packages=external); or bundle it with the plugin @crossbridge/agent/esbuild (docs/bundlers.md)',
  },
  {
    ...healthy,
    why: 'the agent stands after the entry in the script',
    packageJson: { ...start, scripts: { start: 'NODE_ENV=production node app.js --import @crossbridge/agent' } },
    next: 'put it before the file (package.json script start): node --import @crossbridge/agent app.js',
  },
  {
    ...healthy,
    why: 'the script does not start the agent',
    packageJson: { ...start, scripts: { start: 'node app.js' } },
    next: 'start the agent with the application (package.json script start): node --import @crossbridge/agent app.js',
  },
  {
    ...healthy,
    why: 'the agent is a development dependency that the image leaves out',
    packageJson: { ...start, devDependencies: { '@crossbridge/agent': '1' } },
    files: { 'app.js': '', Dockerfile: 'FROM node:22\nRUN npm ci --omit=dev\nCMD ["npm", "start"]\n' },
    next: 'make it a dependency: npm install --save-prod @crossbridge/agent',
  },
  { ...healthy, why: 'the agent is not installed', agent: false, next: 'npm install @crossbridge/agent' },
  {
    ...healthy,
    why: 'the image has an old Node',
    files: { 'app.js': '', Dockerfile: 'FROM node:18-alpine\nCMD node --import @crossbridge/agent app.js\n' },
    next: 'take a newer image in Dockerfile: node:22 or later',
  },
  {
    ...healthy,
    why: 'the output can not be written',
    config: profiling(...on.slice(0, 3), 'output: { type: file, path: ./package.json/profile.jsonl }'),
    next: 'give output.path a file that can be written (crossbridge.yml:6:33)',
  },
  {
    ...healthy,
    why: 'the peer of an output is missing',
    config: profiling('enabled: true', 'output: { type: prometheus, registry: application }'),
    next: 'npm install prom-client',
  },
  ...(process.getBuiltinModule('node:sqlite') === undefined
    ? [
        {
          ...healthy,
          why: 'nothing here opens a database',
          config: profiling('enabled: true', 'output: { type: database }'),
          next: /^npm install better-sqlite3(@12)?, or use Node 22\.13 or later$/,
        },
      ]
    : []),
  {
    ...healthy,
    why: 'the path of an own entry is wrong',
    config: profiling(...on, shop[0] as string, (shop[1] as string).replace('./shop.js', './src/shop.js')),
    next: /^correct the configuration: instrumentations\.0\.module: there is no such file yet \(crossbridge\.yml:8:\d+\)/,
  },
  {
    ...shopping(search),
    why: 'an own entry names the entry file',
    packageJson: start,
    config: profiling(...on, shop[0] as string, (shop[1] as string).replace('./shop.js', './app.js')),
    next: 'move the functions of app.js to a module that it loads, and name that one (crossbridge.yml:8:9)',
  },
  {
    ...healthy,
    why: 'another agent is first',
    packageJson: { ...start, scripts: { start: 'node -r dd-trace/init --import @crossbridge/agent app.js' } },
    code: 0,
    next: 'put @crossbridge/agent before dd-trace/init (package.json script start), by -r as well: Node loads what -r names first',
  },
  {
    ...healthy,
    why: 'NODE_OPTIONS has a bare name',
    packageJson: { dependencies: { openai: '6' } },
    env: { NODE_OPTIONS: '--import @crossbridge/agent' },
    code: 0,
    next: `give the file URL in NODE_OPTIONS (NODE_OPTIONS): --import ${register}`,
  },
  {
    ...healthy,
    why: 'NODE_OPTIONS has quotes in it',
    packageJson: { ...start, scripts: { start: `NODE_OPTIONS="'--import @crossbridge/agent'" node app.js` } },
    next: `take the quotes out of NODE_OPTIONS (NODE_OPTIONS of package.json script start): --import ${register}`,
  },
  {
    ...healthy,
    why: 'the script is of TypeScript',
    packageJson: { ...start, scripts: { start: 'tsx --env-file .env src/app.ts' } },
    next: 'start the agent with the application (package.json script start): tsx --import @crossbridge/agent src/app.ts',
  },
  {
    ...healthy,
    why: 'the application imports the agent itself',
    packageJson: { dependencies: { openai: '6' }, scripts: { start: 'node app.mjs' } },
    files: { 'app.mjs': `import '@crossbridge/agent'\nimport 'openai'` },
    next: 'start the agent with the application (package.json script start): node --import @crossbridge/agent app.mjs',
  },
]

const run: readonly Case[] = [
  {
    ...shopping('const { search } = globalThis\nawait search("x")', undefined, {
      'early.js': `globalThis.search = require('./shop.js').search`,
    }),
    why: 'the module was loaded before the agent',
    command: ['node', '-r', './early.js', 'app.js'],
    next: 'start the agent before what loads shop: as the first --import, or with -r where that is loaded by -r',
  },
  {
    ...shopping(search, [
      ...on.filter((line) => !line.startsWith('thr')),
      'thresholds: { by_target: { store: 60000 } }',
      ...shop,
    ]),
    why: 'every call is faster than the threshold',
    command: ['node', 'app.js'],
    next: 'lower thresholds.by_target.store (crossbridge.yml:6:30); 0 records all calls',
  },
  {
    ...shopping(search, [...on.slice(0, 1), ...on.slice(2), 'sample_rate: 0', ...shop]),
    why: 'every call is sampled out',
    command: ['node', '--import', '@crossbridge/agent', 'app.js'],
    next: 'raise sample_rate (crossbridge.yml:6:18), or set mode: full',
  },
  {
    ...shopping(`${search}\n${search}\n${search}`, [...on, 'max_records_per_minute: 1', ...shop]),
    why: 'records are limited',
    command: ['node', 'app.js'],
    code: 0,
    next: 'raise max_records_per_minute (crossbridge.yml:7:29), or record less: it is 1',
  },
  {
    ...shopping('await shop.serch("x")', undefined, { 'shop.js': 'exports.serch = async (text) => [text]' }),
    why: 'an own entry names what is not there',
    command: ['node', 'app.js'],
    next: /^correct the entry shop: search was not found in .*, there is no function at search; near it: serch$/,
  },
  {
    ...shopping(''),
    why: 'nothing is called',
    command: ['node', 'app.js'],
    next: /^let the application call shop while it runs/,
  },
  {
    ...shopping('throw new TypeError("on purpose")'),
    why: 'the application crashes',
    command: ['node', 'app.js'],
    next: 'mend the application, which ended with exit code 1: TypeError: on purpose',
  },
  {
    ...shopping(search),
    why: 'the command clears NODE_OPTIONS',
    command: ['env', 'NODE_OPTIONS=', 'node', 'app.js'],
    next: `put the agent on the application's own line: the command sets NODE_OPTIONS itself, to ""`,
  },
  {
    ...shopping(search),
    why: 'the command is not Node',
    command: ['echo', 'hello'],
    next: /^start the application's own line with the agent, .* is not Node$/,
  },
  {
    ...shopping(search),
    why: 'it is off',
    command: ['node', 'app.js'],
    env: { CROSSBRIDGE_PROFILING_ENABLED: '0' },
    next: 'unset CROSSBRIDGE_PROFILING_ENABLED, or set it to true',
  },
  {
    ...shopping(search, ['enabled: false', 'reload: true', ...shop]),
    why: 'it is off until a reload',
    command: ['node', 'app.js'],
    next: 'set enabled: true (crossbridge.yml:3:14)',
  },
  {
    ...healthy,
    why: 'what is installed is in a bundle',
    files: { 'app.js': '/* bundled */ function __webpack_require__() {}\n// node_modules/openai/index.js\n' },
    command: ['node', 'app.js'],
    next: `leave openai out of the bundle app.js:2: externals: { 'openai': 'commonjs openai' }; or bundle it with the plugin @crossbridge/agent/webpack (docs/bundlers.md)`,
  },
]

const config = profiling(...on)
const elsewhere: readonly Case[] = [
  {
    ...healthy,
    why: 'CROSSBRIDGE_CONFIG names another file that is off',
    config,
    files: { 'app.js': '', 'other.yml': profiling('level: basic') },
    env: { CROSSBRIDGE_CONFIG: 'other.yml' },
    next: 'set enabled: true under runtime.profiling in other.yml',
  },
  {
    ...healthy,
    why: 'CROSSBRIDGE_CONFIG names a file that is not there',
    config,
    env: { CROSSBRIDGE_CONFIG: 'nowhere.yml' },
    next: "correct the configuration: the configuration can't be read: there is no such file (nowhere.yml, named by CROSSBRIDGE_CONFIG); using the defaults, profiling is off",
  },
  {
    ...healthy,
    why: 'a section is of the unified system',
    config: profiling(...on, 'benchmarking: { enabled: true }', 'targets: [database, pgvector_store, openai]'),
    code: 0,
    next: 'all is well; see it at work: npx @crossbridge/agent doctor -- npm start',
  },
  {
    ...healthy,
    why: 'a name of by_target is misspelt',
    config: profiling(...on.filter((line) => !line.startsWith('thr')), 'thresholds: { by_target: { opnai: 5 } }'),
    next: 'correct the configuration: thresholds.by_target: opnai is not a target, scope, library or entry (crossbridge.yml:6:30); did you mean openai?',
  },
  {
    ...shopping('for (const since = Date.now(); Date.now() - since < 20_000;);'),
    why: 'it was ended while it started',
    command: ['node', 'app.js'],
    seconds: 2,
    next: 'give it more time: --seconds 60',
  },
  {
    ...shopping(search),
    why: 'it was ended before any process of it had the agent',
    command: ['sh', '-c', 'sleep 20; node app.js'],
    seconds: 1,
    next: 'give it more time: --seconds 60',
  },
]

const openai = (close: string) => `
import OpenAI from 'openai'
import { createServer } from 'node:http'
const answer = { object: 'list', model: 'm', usage: { prompt_tokens: 2 }, data: [{ embedding: [1], index: 0 }] }
const server = createServer((_, response) => {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(answer))
})
server.listen(0, '127.0.0.1', async () => {
  const client = new OpenAI({ apiKey: 'x', baseURL: 'http://127.0.0.1:' + server.address().port })
  await client.embeddings.create({ model: 'm', input: 'x', encoding_format: 'float' })
  ${close}
})`
const real: Project = { config: profiling(...on, 'targets: [embedding_provider]'), packageJson: {}, links: ['openai'] }
const seen = (count: number) =>
  new RegExp(`^all is well: ${count} records? went to \\./profile\\.jsonl; then: npx @crossbridge/agent report`)

const well: readonly Case[] = [
  {
    ...real,
    why: 'an ES module that calls a library',
    files: { 'app.mjs': openai('server.closeAllConnections()\nserver.close()') },
    command: ['node', 'app.mjs'],
    code: 0,
    next: seen(1),
  },
  {
    ...shopping(`${search}\nprocess.exit(0)`),
    why: 'a CommonJS one that ends by process.exit(), from a script that starts the agent',
    packageJson: start,
    command: ['npm', 'start'],
    code: 0,
    next: seen(1),
  },
  {
    ...shopping(`${search}\nrequire('node:http').createServer().listen(0)`),
    why: 'a server that never ends',
    command: ['node', 'app.js'],
    seconds: 5,
    code: 0,
    next: seen(1),
  },
  {
    ...shopping(`
      const cluster = require('node:cluster')
      const { Worker, isMainThread } = require('node:worker_threads')
      ${search}
      if (!isMainThread) return
      if (cluster.isPrimary) for (let i = 0; i < 2; i++) cluster.fork()
      else new Worker(__filename).on('exit', () => process.exit())`),
    why: 'a cluster of two workers, each with a thread',
    command: ['node', 'app.js'],
    code: 0,
    next: seen(5),
  },
]

const words = ({ command, seconds }: Case) =>
  command === undefined ? ['doctor'] : ['doctor', ...(seconds ? ['--seconds', `${seconds}`] : []), '--', ...command]

const together = { concurrency: 3 }

describe('doctor, with the one thing to do next', together, () => {
  for (const one of [...looked, ...run, ...elsewhere, ...well]) {
    const { why, env = {}, next, code = 1 } = one
    it(`says so where ${why}${one.command === undefined ? '' : ` (${one.command.join(' ')})`}`, async () => {
      const cwd = makeProject(one)

      const outcome = await cli(words(one), { cwd, env })

      const [, last = ''] = /^Next: (.*)\n$/m.exec(outcome.stdout) ?? []
      if (typeof next === 'string') assert.equal(last, next, outcome.stdout)
      else assert.match(last, next, outcome.stdout)
      assert.equal(outcome.code, code, outcome.stdout + outcome.stderr)
      assert.match(outcome.stdout, /\nNext: .*\n$/)
    })
  }
})

describe('doctor', together, () => {
  it('shows what it looked at, each with its mark', async () => {
    const cwd = makeProject({
      ...healthy,
      config: profiling('enabled: true', 'targets: [openai, vector_store.search]', 'output: { type: none }'),
      packages: { openai: '6.1.0', pg: '8.11.0', 'dd-trace': '5.0.0', 'x/node_modules/openai': '3.0.0' },
      packageJson: {
        ...start,
        scripts: { start: 'node app.js' },
        dependencies: { openai: '6', 'dd-trace': '5', pg: '8' },
      },
    })

    const { stdout, code } = await cli(['doctor'], { cwd })

    const hooks = supportsSyncHooks()
      ? 'in the thread itself (registerHooks)'
      : 'by a loader thread, as older Node does'
    assert.equal(
      stdout.replace(/is installed \(.*\)/, 'is installed (here)'),
      `Node
  ✓ ok       this is Node ${process.versions.node}: supported; imports are hooked ${hooks}
Configuration
  ✓ ok       crossbridge.yml is read
  ✓ ok       enabled is true (crossbridge.yml:3:14)
  • note     mode is sampling (the default): about 10 % of the calls are looked at, sample_rate 0.1 (the default)
  ✓ ok       targets: openai, vector_store.search (crossbridge.yml:4:14)
  • note     thresholds.slow_call_ms is 500 (the default): faster calls leave no record
  ✓ ok       at most 100 records a minute for each thread (the default)
  ✓ ok       at most 1 % of a CPU for the agent itself (the default)
  ✗ problem  output.type is none (crossbridge.yml:5:21), so records go nowhere
Start
  ✓ ok       @crossbridge/agent 1.0.0-rc.1 is installed (here)
  ✗ problem  package.json script start does not start the agent
Libraries
  ✓ ok       openai 6.1.0: supported; embedding_provider.embed, llm.generate, vector_store.search, vector_store.manage, vector_store.upsert
  • note     openai 3.0.0, the copy in node_modules/x/node_modules/openai is not supported: >=4 <8 is
  ✓ ok       pg 8.11.0: supported; vector_store.search
Conflicts
  • note     dd-trace (Datadog) patches libraries too; both work, if @crossbridge/agent is started first
Next: set output.type to file or log (crossbridge.yml:5:21)
`,
    )
    assert.equal(code, 1)
  })

  it('shows what became of each call of a command, whose output goes to stderr', async () => {
    const cwd = makeProject({
      ...shopping(`${search}\n${search}\nconsole.log('printed')`),
      packages: { openai: '6.1.0' },
    })

    const { stdout, stderr } = await cli(['doctor', '--', 'node', 'app.js'], { cwd })

    assert.equal(
      stdout.replace(/after [\d.]+ s/, 'after 1 s').replace(/on Node .*/, 'on Node 1'),
      `Command
  • note     node app.js does not start the agent by itself; doctor has added it, by NODE_OPTIONS
  ✓ ok       the agent ran in 1 process, on Node 1
Configuration
  ✓ ok       crossbridge.yml is read
Application
  ✓ ok       it ended by itself after 1 s
Libraries
  ✓ ok       shop: loaded, patched (your own)
  • note     installed, but not loaded: openai
Calls
  ✓ ok       library  scope         called  recorded
             shop     store.search       2         2
Next: all is well: 2 records went to ./profile.jsonl; then: npx @crossbridge/agent report ./profile.jsonl; \
to start it so yourself: node --import @crossbridge/agent app.js
`,
    )
    assert.equal(stderr, 'printed\n')
  })

  it('gives the same as JSON', async () => {
    const cwd = makeProject(shopping(search))

    const looked = await cli(['doctor', '--json'], { cwd })
    const ran = await cli(['doctor', '--json', '--', 'node', 'app.js'], { cwd })

    const { sections, ...rest } = JSON.parse(looked.stdout)
    assert.deepEqual(
      sections.map(({ title }: { title: string }) => title),
      ['Node', 'Configuration', 'Start', 'Libraries', 'Conflicts'],
    )
    assert.deepEqual(rest, {
      next: 'all is well; see it at work: npx @crossbridge/agent doctor -- node app.js',
      well: true,
    })
    const { ledger, well } = JSON.parse(ran.stdout)
    assert.equal(well, true)
    assert.equal(ledger.scopes[0].counts.emitted, 1)
  })

  it('reports too when it is interrupted, and ends what it has started', async () => {
    const cwd = makeProject(
      shopping(`
        ${search}
        require('node:http').createServer().listen(0)
        const { readdirSync, readFileSync } = require('node:fs')
        const folder = process.env.CROSSBRIDGE_PROFILING_LEDGER
        const text = () => readFileSync(folder + '/' + readdirSync(folder).find((name) => name.endsWith('.json')), 'utf8')
        while (!text().includes('"emitted":1')) await new Promise((resolve) => setTimeout(resolve, 20))
        console.log('ready', process.pid)`),
    )
    const child = spawn(process.execPath, [bin, 'doctor', '--seconds', '600', '--', 'sh', '-c', 'node app.js; true'], {
      cwd,
    })
    let stdout = ''
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
    const pid = await new Promise<number>((resolve) => {
      child.stderr.setEncoding('utf8').on('data', (text) => {
        const [, ready] = /ready (\d+)/.exec(text) ?? []
        if (ready !== undefined) resolve(Number(ready))
      })
    })

    child.kill('SIGINT')
    const code = await new Promise((resolve) => child.on('close', resolve))

    assert.match(stdout, /it was ended by a signal/)
    assert.match(stdout, /^Next: all is well: 1 record went to/m)
    assert.equal(code, 0)
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' })
  })

  it('says what to do about a word that it does not know, or a command that is not there, and ends with 2', async () => {
    const outcomes = await Promise.all([
      cli(['doctor', 'node', 'app.js']),
      cli(['doctor', '--secs', '3', '--', 'node']),
      cli(['doctor', '--seconds', '0', '--', 'node']),
      cli(['doctor', '--']),
      cli(['doctor', '--attach', 'a.sock', '--', 'node']),
      cli(['doctor', '--', './no-such-program']),
    ])

    assert.deepEqual(
      outcomes.map(({ code, stderr }) => [code, stderr]),
      [
        [2, 'crossbridge: doctor takes a command after --, as in: doctor -- node app.js\n'],
        [2, 'crossbridge: --secs is not an option of doctor; see `npx @crossbridge/agent doctor --help`\n'],
        [2, 'crossbridge: --seconds must be a number above 0 and up to 86400, not "0"\n'],
        [2, 'crossbridge: doctor -- is followed by a command, as in: doctor -- node app.js\n'],
        [2, 'crossbridge: doctor either starts a command or attaches to a socket, not both\n'],
        [2, "crossbridge: ./no-such-program can't be started: spawn ./no-such-program ENOENT\n"],
      ],
    )
  })

  it('knows what is said of test runs, and where it keeps budgets from being checked', async () => {
    const scripts = {
      start: 'node --import @crossbridge/agent app.js',
      test: 'vitest run',
      'test:on': 'NODE_OPTIONS="--import @crossbridge/agent" mocha',
    }
    const told = async (tests: string) => {
      const cwd = makeProject({
        ...healthy,
        packageJson: { ...start, scripts },
        config: profiling('enabled: true', 'output: { type: none }', tests),
      })
      const { code, stdout } = await cli(['doctor', '--json'], { cwd })
      const { sections, next } = JSON.parse(stdout)
      const texts = sections.flatMap(({ findings }: { findings: { text: string }[] }) =>
        findings.map(({ text }) => text),
      )
      return { code, next, texts: texts.filter((text: string) => /test|calls outside/.test(text)) }
    }
    const well = await told(
      'test_execution: { enabled: true, output: { type: file }, budgets: [{ test: "**", calls: 9 }], fail_on_budgets: true }',
    )
    const lost = await told(
      'test_execution: { enabled: true, output: { type: log }, budgets: [{ test: "**", calls: 9 }] }',
    )
    const off = await told('test_execution: { enabled: false }')

    assert.equal(well.code, 0)
    assert.deepEqual(well.texts, [
      'output.type is none (crossbridge.yml:4:21): calls outside of tests are not recorded',
      'test_execution: tests are recorded, with their calls (crossbridge.yml:5:32)',
      'test_execution: records go to data/profiling/test_execution.jsonl (the default)',
      'test_execution: 1 budget; one that is exceeded fails the run (crossbridge.yml:5:71)',
      'package.json scripts.test runs tests without the agent',
      'package.json scripts.test:on runs tests with the agent',
    ])
    assert.equal(lost.code, 1)
    assert.match(lost.next, /^set test_execution\.output\.type to database, or to file/)
    assert.equal(off.code, 1)
    assert.deepEqual(
      off.texts.filter((text: string) => /test_execution|scripts\.test/.test(text)),
      [],
    )
  })
})

describe('doctor --attach', () => {
  it('asks a running process and its threads for their ledgers', async () => {
    const cwd = makeFolder()
    writeConfig(cwd, { cli: { socket: 'cli.sock' }, errors: 'threshold', thresholds: { slow_call_ms: 60_000 } })
    const worker = `import { profile } from ${JSON.stringify(pathToFileURL(api).href)}
profile('shop.pay', () => 1)
setInterval(() => {}, 1000)`
    writeFileSync(join(cwd, 'worker.mjs'), worker)
    const more = `new (await import('node:worker_threads')).Worker('./worker.mjs').unref()`
    const { end } = await startWatched(cwd, more)
    await until(() => readdirSync(cwd).filter((name) => name.startsWith('cli.sock')).length === 2)
    const look = () => cli(['doctor', '--attach', 'cli.sock'], { cwd })
    await until(async () => (await look()).stdout.includes('shop.pay'))

    const { stdout, code } = await look()
    await end()
    endAll(cwd)

    assert.match(stdout, /^Process\n {2}✓ ok {7}the agent answers on cli\.sock$/m)
    assert.match(stdout, /^ +app +shop\.find +\d+ /m)
    assert.match(stdout, /^ +app +shop\.pay +1 +1 /m)
    assert.match(stdout, /^Next: lower thresholds\.slow_call_ms/m)
    assert.equal(code, 1)
  })

  it('says so where nobody answers, or something else, and ends with 2', async () => {
    const cwd = makeProject({})
    const server = createServer((socket) => void socket.end('no JSON\n{}\n'))
    await new Promise<void>((resolve) => server.listen(join(cwd, 'other.sock'), resolve))

    const none = await cli(['doctor', '--attach', 'cli.sock'], { cwd })
    const other = await cli(['doctor', '--attach', 'other.sock'], { cwd })
    server.close()

    assert.match(none.stderr, /^crossbridge: no process listens at .*cli\.sock; start it with cli\.socket set/)
    assert.match(other.stderr, /^crossbridge: .*other\.sock: what answers is no agent$/m)
    assert.deepEqual([none.code, other.code], [2, 2])
  })
})
