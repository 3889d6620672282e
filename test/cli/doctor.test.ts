import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { register } from '../support/application.ts'
import { cli } from '../support/cli.ts'
import { makeProject, type Project } from '../support/project.ts'

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
    next: 'correct the configuration: targets: opnai is no target, scope, library or entry (crossbridge.yml:7:14); did you mean openai?',
  },
  {
    ...healthy,
    why: 'the library is not in targets',
    config: profiling(...on, 'targets: [pg, vector_store]'),
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
    why: 'the application is a bundle',
    files: { 'app.js': '// node_modules/openai/index.js\nvar require_openai = __commonJS({})\n' },
    next: 'leave openai out of the bundle app.js: esbuild --external:openai (or --packages=external)',
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
    config: profiling('enabled: true', 'output: { type: prometheus }'),
    next: 'npm install prom-client',
  },
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
    ...healthy,
    why: 'what is installed is in a bundle',
    files: { 'app.js': '/* bundled */ function __webpack_require__() {}\n// node_modules/openai/index.js\n' },
    command: ['node', 'app.js'],
    next: `leave openai out of the bundle app.js: externals: { 'openai': 'commonjs openai' }`,
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
  for (const one of [...looked, ...run, ...well]) {
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
