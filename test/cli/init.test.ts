import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, describe, it } from 'node:test'
import { load } from '../../agent/config/load.ts'
import { recordsOf, root } from '../support/application.ts'
import { bin, cli } from '../support/cli.ts'

const home = realpathSync(mkdtempSync(join(tmpdir(), 'crossbridge-init-')))
after(() => rmSync(home, { recursive: true, force: true }))

/** A project of these files; of `installed` packages it has no more than their versions. */
function project(
  name: string,
  files: Readonly<Record<string, string | object>>,
  installed: Readonly<Record<string, string>> = {},
): string {
  const folder = join(home, name)
  const manifests = Object.entries(installed).map(
    ([name, version]) => [`node_modules/${name}/package.json`, { name, version }] as const,
  )
  for (const [path, text] of [...Object.entries(files), ...manifests]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), typeof text === 'string' ? text : JSON.stringify(text))
  }
  return folder
}
const loaded = (folder: string) => load(join(folder, 'crossbridge.yml'), {}, folder)
const part = (stdout: string, from: string) => stdout.slice(stdout.indexOf(from))

describe('init', () => {
  it('writes what the project uses, and says how an ES module is started', async () => {
    const cwd = project(
      'esm',
      {
        'package.json': {
          type: 'module',
          scripts: { start: 'node app.js', test: 'node --test' },
          dependencies: { express: '5', openai: '7', pg: '8', mysql2: '2.1.0' },
        },
      },
      { express: '5.3.0', openai: '7.57.0', pg: '9.1.0' },
    )

    const { code, stdout, stderr } = await cli(['init'], { cwd })

    assert.equal(
      stdout,
      `Wrote crossbridge.yml.

It profiles:
  openai 7.57.0, tested
  pg 9.1.0, newer than what is tested (>=8 <9); profiled if all is where it was
It leaves alone:
  mysql2 (not installed yet), older than what is supported (>=2.3 <4)

Install it:
  npm install @crossbridge/agent

Start it, in package.json:
  "start": "node --import @crossbridge/agent app.js"

To see what each test costs, test_execution: { enabled: true } in crossbridge.yml, and in package.json:
  "test": "node --import @crossbridge/agent --test"

Then see whether it records:
  npx @crossbridge/agent doctor -- node app.js
`,
    )
    assert.equal(
      readFileSync(join(cwd, 'crossbridge.yml'), 'utf8').replace(
        '    find_repeats: true  ',
        '    # find_repeats: true',
      ),
      `# What each option means: node_modules/@crossbridge/agent/docs/options.md
runtime:
  profiling:
    enabled: true                            # CROSSBRIDGE_PROFILING_ENABLED=false switches it off without touching this file
    mode: full                               # looks at every call; in production: sampling
    sample_rate: 0.1                         # the share of the calls that \`mode: sampling\` looks at; in production 0.01 to 0.05

    # What to profile; what is not named is not touched. [] profiles all that the agent knows.
    targets:
      # - mysql2                             # mysql2 (not installed yet), older than what is supported (>=2.3 <4)
      - openai                               # openai 7.57.0, tested
      - pg                                   # pg 9.1.0, newer than what is tested (>=8 <9); profiled if all is where it was

    thresholds:
      slow_call_ms: 0                        # faster calls leave no record; 0 records all, in production some 500
    max_records_per_minute: 100000           # of each thread; in production some 100 to 1000

    requests: true                           # which request each call was part of; costs a little on Node 20 and 22
    # find_repeats: true                     # counts inputs that were embedded before, without keeping them

    output:
      type: file                             # JSON lines; log writes them to stderr
      path: ./data/profiling/profile.jsonl   # relative to the working directory
      rotate: { size_mb: 100, keep: 5 }      # a file that is full is renamed to .1, and so on

    # Functions of your own, and packages that the agent does not know: npx @crossbridge/agent discover ./src/file.js
    # Name their entries in targets too.
    # instrumentations:
`,
    )
    assert.deepEqual([code, stderr], [0, ''])
    const { problems, config } = loaded(cwd)
    assert.deepEqual([problems, config.enabled, config.targets], [[], true, ['openai', 'pg']])
  })

  it('says how CommonJS with pnpm and a Dockerfile is started', async () => {
    const cwd = project('docker', {
      'package.json': { main: 'server.js', devDependencies: { '@crossbridge/agent': '1' } },
      'pnpm-lock.yaml': '',
      Dockerfile:
        'FROM node:22 AS build\nCMD ["node", "build.js"]\nFROM node:22\nENTRYPOINT ["/usr/bin/node", \\\n  "--enable-source-maps"]\nCMD ["server.js"]\n',
      'Dockerfile.shell': 'FROM node:22\nCMD node server.js --port 80\n',
      'Dockerfile.npm': 'FROM node:22\nCMD ["npm", "start"]\n',
      'Dockerfile.next': 'FROM node:22\nCMD ["next", "start"]\n',
      'Dockerfile.on': 'FROM node:22\nCMD ["node", "--import", "@crossbridge/agent", "server.js"]\n',
    })

    const { stdout } = await cli(['init'], { cwd })

    assert.equal(
      part(stdout, 'Install it'),
      `Install it (it is a development dependency, which production installs leave out):
  pnpm add --save-prod @crossbridge/agent

Start it, in Dockerfile:
  ENTRYPOINT ["/usr/bin/node", "--import", "@crossbridge/agent", "--enable-source-maps"]

Start it, in Dockerfile.next:
  ENV NODE_OPTIONS="--import @crossbridge/agent"
  CMD ["next", "start"]

Start it, in Dockerfile.npm:
  CMD ["npm", "start"] runs a script of package.json: change that one

Start it, in Dockerfile.on:
  the agent is in it already

Start it, in Dockerfile.shell:
  CMD node --import @crossbridge/agent server.js --port 80

Then see whether it records:
  npx @crossbridge/agent doctor -- /usr/bin/node --enable-source-maps server.js
`,
    )
  })

  it('says how TypeScript is started, by tsx and by others, each script as it would be', async () => {
    const cwd = project('tsx', {
      'package.json': {
        scripts: {
          dev: 'NODE_ENV=dev tsx watch src/main.ts',
          start: 'npm run build && tsx src/main.ts',
          'start:old': 'node -r ts-node/register src/main.ts',
          'start:node': 'cross-env PORT=1 ts-node src/main.ts',
          'start:nest': 'nest start --watch',
          'dev:exec': 'nodemon --watch src --exec ts-node src/main.ts',
          serve: 'vite',
        },
        dependencies: { '@crossbridge/agent': '1' },
      },
      'yarn.lock': '',
    })

    const { stdout } = await cli(['init'], { cwd })

    assert.equal(
      part(stdout, 'Start it'),
      `Start it, in package.json:
  "start": "npm run build && node --import @crossbridge/agent --import tsx src/main.ts"
  "dev": "NODE_ENV=dev tsx watch --import @crossbridge/agent src/main.ts"
  "start:old": "node -r @crossbridge/agent -r ts-node/register src/main.ts"
  "start:node": "cross-env PORT=1 node -r @crossbridge/agent -r ts-node/register src/main.ts"
  "start:nest": "NODE_OPTIONS='--import @crossbridge/agent' nest start --watch"
  "dev:exec": "NODE_OPTIONS='-r @crossbridge/agent' nodemon --watch src --exec ts-node src/main.ts"
  (in cmd.exe a script can't set a variable so: put cross-env before it)

Then see whether it records:
  npx @crossbridge/agent doctor -- tsx src/main.ts
`,
    )
  })

  it('has no --import for ts-node behind nodemon', async () => {
    const scripts = {
      start: 'nodemon src/main.ts',
      dev: 'nodemon',
      'dev:register': 'nodemon -x "node -r ts-node/register" src/main.ts',
      'dev:tsx': 'nodemon --exec tsx src/main.ts',
      'start:dev': 'ts-node-dev --respawn src/main.ts',
      serve: "NODE_OPTIONS='-r ts-node/register' node src/main.ts",
    }
    const cwd = project('nodemon', {
      'package.json': { scripts },
      'nodemon.json': { watch: ['src'] },
      other: '',
    })
    const byFile = project('nodemon-file', {
      'package.json': { scripts: { dev: 'nodemon' } },
      'nodemon.json': { exec: 'ts-node ./src/main.ts' },
    })

    const [{ stdout }, ofFile] = await Promise.all([cli(['init'], { cwd }), cli(['init'], { cwd: byFile })])

    assert.equal(
      part(stdout, 'Start it').split('\n\n')[0],
      `Start it, in package.json:
  "start": "NODE_OPTIONS='-r @crossbridge/agent' nodemon src/main.ts"
  "dev": "NODE_OPTIONS='--import @crossbridge/agent' nodemon"
  "dev:register": "NODE_OPTIONS='-r @crossbridge/agent' nodemon -x \\"node -r ts-node/register\\" src/main.ts"
  "dev:tsx": "NODE_OPTIONS='--import @crossbridge/agent' nodemon --exec tsx src/main.ts"
  "start:dev": "NODE_OPTIONS='-r @crossbridge/agent' ts-node-dev --respawn src/main.ts"
  "serve": "NODE_OPTIONS='-r ts-node/register' node -r @crossbridge/agent src/main.ts"
  (in cmd.exe a script can't set a variable so: put cross-env before it)`,
    )
    assert.match(ofFile.stdout, /"dev": "NODE_OPTIONS='-r @crossbridge\/agent' nodemon"/)
  })

  it('says how pm2, a Procfile and scripts of other starters have it', async () => {
    const cwd = project('pm2', {
      'package.json': {
        packageManager: 'bun@1.2.0',
        scripts: {
          start: 'next start -p 80',
          dev: 'nodemon app.js',
          'dev:bun': 'bun --watch src/app.ts',
          'start:on': 'node --import @crossbridge/agent app.js',
          'start:env': 'cross-env NODE_OPTIONS=--inspect next dev',
        },
      },
      Procfile: 'web: npm start\nworker: node worker.js\n',
      'ecosystem.config.cjs':
        "module.exports = { apps: [{ script: 'app.js', node_args: '--inspect' }, { script: 'b.js' }] }",
      'ecosystem.json': '{ "apps": [{ "script": "app.js" }] }',
    })

    const { stdout } = await cli(['init'], { cwd })

    assert.equal(
      part(stdout, 'Install it'),
      `Install it:
  bun add @crossbridge/agent

Start it, in package.json:
  "start": "NODE_OPTIONS='--import @crossbridge/agent' next start -p 80"
  "dev": "nodemon --exec \\"node --import @crossbridge/agent\\" app.js"
  "start:on" has the agent already
  "start:env": "cross-env NODE_OPTIONS=\\"--import @crossbridge/agent --inspect\\" next dev"
  "dev:bun" runs on bun, where the agent disables itself
  (in cmd.exe a script can't set a variable so: put cross-env before it)

Start it, in Procfile:
  worker: node --import @crossbridge/agent worker.js

Start it, in ecosystem.config.cjs, for pm2:
  node_args: '--import @crossbridge/agent --inspect'
  node_args: '--import @crossbridge/agent',   (beside each script that has none)

Start it, in ecosystem.json, for pm2:
  "node_args": "--import @crossbridge/agent",   (beside script: 'app.js')

Then see whether it records:
  npx @crossbridge/agent doctor -- next start -p 80
`,
    )
  })

  it('names the packages that Next.js is to leave out, which are those of the project that it would bundle', async () => {
    const dependencies = { next: '16', openai: '7', pg: '8', '@langchain/openai': '1' }
    const installed = { openai: '7.57.0', pg: '8.23.1', '@langchain/core': '1.4.0' }
    const files = {
      'package.json': { scripts: { build: 'next build', start: 'next start' }, dependencies },
      'node_modules/@langchain/openai/package.json': { version: '1.6.0', dependencies: { '@langchain/core': '1' } },
      'node_modules/next/package.json': { version: '16.0.0' },
      'node_modules/next/dist/lib/server-external-packages.jsonc': '[\n  // natives\n  "pg",\n  "sharp"\n]',
    }
    const plain = project('next', files, installed)
    const half = { ...files, 'next.config.ts': "export default {\n  serverExternalPackages: ['sharp', 'openai'],\n}" }
    const whole = half['next.config.ts'].replace("'sharp'", "'@langchain/openai'")

    const [first, second, third] = await Promise.all([
      cli(['init'], { cwd: plain }),
      cli(['init'], { cwd: project('next-half', half, installed) }),
      cli(['init'], { cwd: project('next-whole', { ...half, 'next.config.ts': whole }, installed) }),
    ])

    assert.match(
      first.stdout,
      /\nWhat Next\.js bundles is not seen; leave it out, in a new next\.config\.mjs:\n {2}export default \{ serverExternalPackages: \['@langchain\/openai', 'openai'\] \}\n/,
    )
    assert.match(
      second.stdout,
      /leave it out, in next\.config\.ts:\n {2}serverExternalPackages: \['sharp', 'openai', '@langchain\/openai'\],\n/,
    )
    assert.doesNotMatch(third.stdout, /bundles/)
  })

  it('writes the line of the plugin for each bundler that builds a server', async () => {
    const files = {
      'package.json': {
        scripts: {
          build: 'esbuild src/app.ts --bundle --platform=node --outfile=dist/app.js',
          start: 'node dist/app.js',
        },
        dependencies: { openai: '7' },
        devDependencies: { esbuild: '0.28.2', vite: '8', rollup: '4', webpack: '5' },
      },
      'vite.config.ts': 'export default { ssr: { noExternal: true } }',
      'rollup.config.mjs': "import crossbridge from '@crossbridge/agent/rollup'",
      'webpack.config.cjs': "module.exports = { target: 'web' }",
    }

    const { stdout } = await cli(['init'], { cwd: project('bundled', files, { openai: '7.57.0' }) })

    assert.equal(
      part(stdout, 'What esbuild').split('\nThen see')[0],
      `What esbuild bundles is not seen; leave packages out, if node_modules is deployed, in package.json:
  "build": "esbuild src/app.ts --bundle --platform=node --outfile=dist/app.js --packages=external"

Or take the plugin, in a script that calls build() of esbuild:
  import crossbridge from '@crossbridge/agent/esbuild'
  plugins: [crossbridge()],

What vite bundles is not seen without the plugin, in vite.config.ts:
  import crossbridge from '@crossbridge/agent/vite'
  plugins: [crossbridge()],
`,
    )
  })

  it('writes a small file where it knows nothing, and names the way for code of your own', async () => {
    const cwd = project('empty', { 'package.json': {} })

    const { stdout, code } = await cli(['init'], { cwd })

    assert.equal(
      stdout,
      `Wrote crossbridge.yml.

No library that the agent knows is among the dependencies. For code of your own:
  npx @crossbridge/agent discover ./src/file.js

Install it:
  npm install @crossbridge/agent

Start it, in a shell:
  export NODE_OPTIONS="--import $(node -p "require('url').pathToFileURL(require.resolve('@crossbridge/agent')).href")"

Then see whether it records:
  npx @crossbridge/agent doctor -- node app.js
`,
    )
    assert.equal(code, 0)
    const { problems, config } = loaded(cwd)
    assert.deepEqual([problems, config.targets], [[], []])
  })

  it('never writes over a file, not even one that is a broken link', async () => {
    const cwd = project('there', {
      'package.json': {},
      'sub/package.json': {},
      'link/package.json': {},
      'crossbridge.yaml': 'mine',
    })
    symlinkSync('nowhere', join(cwd, 'link', 'crossbridge.yml'))

    const [same, below, link, printed] = await Promise.all([
      cli(['init'], { cwd }),
      cli(['init'], { cwd: join(cwd, 'sub') }),
      cli(['init'], { cwd: join(cwd, 'link') }),
      cli(['init', '--print'], { cwd }),
    ])

    assert.deepEqual(
      [same.code, same.stdout, same.stderr],
      [
        1,
        '',
        'crossbridge: crossbridge.yaml is there already and stays as it is; `npx @crossbridge/agent doctor` looks at it\n',
      ],
    )
    assert.equal(readFileSync(join(cwd, 'crossbridge.yaml'), 'utf8'), 'mine')
    assert.deepEqual(
      [below.code, below.stderr],
      [0, `crossbridge: ${join(cwd, 'crossbridge.yaml')} is hidden by the new file, for what is started here\n`],
    )
    assert.deepEqual([link.code, existsSync(join(cwd, 'link', 'nowhere'))], [1, false])
    assert.deepEqual([printed.code, printed.stdout], [0, readFileSync(join(cwd, 'sub', 'crossbridge.yml'), 'utf8')])
  })

  it('says so where the folder can not be written', () => {
    const cwd = project('closed', { 'package.json': {} })
    chmodSync(home, 0o755)
    chmodSync(cwd, 0o555)

    const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
    const { status, stderr } = spawnSync(process.execPath, [bin, 'init'], { cwd, encoding: 'utf8', ...nobody })

    chmodSync(cwd, 0o755)
    assert.equal(
      stderr,
      "crossbridge: crossbridge.yml can't be written: EACCES; `npx @crossbridge/agent init --print` prints it\n",
    )
    assert.equal(status, 1)
  })

  it('tells where a package.json is broken', async () => {
    const texts = ['{\n  "name": "a",\n}', '{ "a": 1\n', '{ "a": x }', '[]', '{ a: 1 }']
    const outcomes = await Promise.all(
      texts.map((text, i) => cli(['init'], { cwd: project(`broken-${i}`, { 'package.json': text }) })),
    )

    assert.deepEqual(
      outcomes.map(({ code, stderr }) => [
        code,
        /^crossbridge: (package.json:\d+:\d+) can't be read: .*; mend it, then run init again\n$/.exec(stderr)?.[1],
      ]),
      ['3:1', '2:1', '1:8', '1:3', '1:3'].map((place) => [2, `package.json:${place}`]),
    )
  })

  it('takes the package of a monorepo that it is called in, with what its dependencies bring along', async () => {
    const cwd = project('mono', {
      'package.json': { workspaces: ['packages/*'], dependencies: { openai: '7' } },
      'package-lock.json': '{}',
      'packages/api/package.json': {
        scripts: { start: 'node dist/main.js' },
        dependencies: { redis: '5', '@crossbridge/agent': '1' },
      },
      'packages/api/src/main.ts': '',
      'node_modules/redis/package.json': { version: '5.12.1', dependencies: { '@redis/client': '5' } },
      'node_modules/@redis/client/package.json': { version: '5.12.1' },
    })

    const { stdout } = await cli(['init'], { cwd: join(cwd, 'packages/api/src') })

    assert.equal(
      stdout.replaceAll(cwd, ''),
      `Wrote /packages/api/crossbridge.yml.

It profiles:
  @redis/client 5.12.1, by redis, tested

Start it, in package.json:
  "start": "node --import @crossbridge/agent dist/main.js"

Then see whether it records:
  npx @crossbridge/agent doctor -- node dist/main.js
`,
    )
    assert.deepEqual(loaded(join(cwd, 'packages/api')).config.targets, ['redis'])
  })

  it('prints a script line that works as it stands: the records appear', async () => {
    const cwd = project('real', {
      'package.json': { type: 'module', scripts: { start: 'node --no-warnings app.js' } },
      'app.js': `import { profile } from '@crossbridge/agent/api'\nprofile('shop.search', { n: 1 }, () => 1)\n`,
    })
    mkdirSync(join(cwd, 'node_modules', '@crossbridge'), { recursive: true })
    symlinkSync(root, join(cwd, 'node_modules', '@crossbridge', 'agent'))

    const { stdout } = await cli(['init'], { cwd })

    const line = JSON.parse(/"start": (".*")/.exec(stdout)?.[1] ?? '""')
    writeFileSync(join(cwd, 'package.json'), JSON.stringify({ type: 'module', scripts: { start: line } }))
    const { stderr } = spawnSync('npm', ['run', '-s', 'start'], {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}`, NODE_OPTIONS: '' },
    })
    assert.match(readFileSync(join(cwd, 'crossbridge.yml'), 'utf8'), /^# yaml-language-server: \$schema=/)
    const records = recordsOf(readFileSync(join(cwd, 'data/profiling/profile.jsonl'), 'utf8'))
    assert.deepEqual([stderr, records.map(({ name }) => name)], ['', ['shop.search']])
  })

  it('says how the test frameworks of the project are run, by its scripts or by what it depends on', async () => {
    const scripts = {
      test: 'npm run build && NODE_ENV=test vitest run --coverage',
      'test:unit': 'cross-env NODE_OPTIONS=--max-old-space-size=4096 jest',
      'test:node': 'node --experimental-strip-types --test test/',
      'test:mocha': 'npx mocha --parallel | tee out',
      'test:on': 'node --import @crossbridge/agent --test',
      e2e: 'playwright test --headed',
      'show:e2e': 'playwright show-report',
      bdd: 'c8 ./node_modules/.bin/cucumber-js',
      lint: 'eslint jest.config.js',
    }
    const cwd = project('tests', { 'package.json': { scripts } })
    const shell = project('shell', {
      'package.json': {
        devDependencies: { '@playwright/test': '1', '@cucumber/cucumber': '12', jest: '30', mocha: '11', vitest: '4' },
      },
    })

    assert.equal(
      part((await cli(['init'], { cwd })).stdout, 'To see').split('\n\n')[0],
      `To see what each test costs, test_execution: { enabled: true } in crossbridge.yml, and in package.json:
  "test": "npm run build && NODE_ENV=test NODE_OPTIONS='--import @crossbridge/agent' vitest run --coverage"
  "test:unit": "cross-env NODE_OPTIONS=\\"--import @crossbridge/agent --max-old-space-size=4096\\" jest"
  "test:node": "node --import @crossbridge/agent --experimental-strip-types --test test/"
  "test:mocha": "NODE_OPTIONS='--import @crossbridge/agent' npx mocha --parallel | tee out"
  "test:on" has the agent already
  "e2e": "NODE_OPTIONS='--import @crossbridge/agent' playwright test --headed"
  "bdd": "NODE_OPTIONS='--import @crossbridge/agent' c8 ./node_modules/.bin/cucumber-js"`,
    )
    assert.equal(
      part((await cli(['init'], { cwd: shell })).stdout, 'To see').split('\n\n')[0],
      `To see what each test costs, test_execution: { enabled: true } in crossbridge.yml, and in a shell:
  NODE_OPTIONS='--import @crossbridge/agent' npx vitest run
  NODE_OPTIONS='--import @crossbridge/agent' npx mocha
  NODE_OPTIONS='--import @crossbridge/agent' npx jest
  NODE_OPTIONS='--import @crossbridge/agent' npx playwright test
  NODE_OPTIONS='--import @crossbridge/agent' npx cucumber-js`,
    )
  })
})
