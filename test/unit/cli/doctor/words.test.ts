import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'
import { readNodeOptions, startsOf } from '../../../../cli/doctor/words.ts'

const shown = (line: string) =>
  startsOf(line, 'here').map(({ program, preloads, entry, rest, nodeOptions, scripts }) => ({
    program,
    preloads: preloads.map(({ flag, module }) => `${flag} ${module}`),
    entry,
    ...(rest.length > 0 && { rest }),
    ...(nodeOptions !== undefined && { nodeOptions }),
    ...(scripts.length > 0 && { scripts }),
  }))

describe('a line that starts an application', () => {
  const cases: readonly (readonly [line: string, starts: object[]])[] = [
    ['node app.js', [{ program: 'node', preloads: [], entry: 'app.js' }]],
    [
      'NODE_ENV=production node --enable-source-maps --import=@crossbridge/agent -r dotenv/config dist/app.js --port 1',
      [
        {
          program: 'node',
          preloads: ['--require dotenv/config', '--import @crossbridge/agent'],
          entry: 'dist/app.js',
          rest: ['--port', '1'],
        },
      ],
    ],
    [
      `cross-env NODE_OPTIONS='--import "a b.mjs"' tsx watch.ts`,
      [{ program: 'tsx', preloads: [], entry: 'watch.ts', nodeOptions: '--import "a b.mjs"' }],
    ],
    [
      'npm run build && exec /usr/bin/node --watch app.js',
      [
        { program: undefined, preloads: [], entry: undefined, scripts: ['build'] },
        { program: 'node', preloads: [], entry: 'app.js' },
      ],
    ],
    ['yarn start:prod', [{ program: undefined, preloads: [], entry: undefined, scripts: ['start:prod'] }]],
    ['NODE_OPTIONS= next start', [{ program: 'next', preloads: [], entry: undefined, nodeOptions: '' }]],
    ['npx tsx app.ts', [{ program: 'tsx', preloads: [], entry: 'app.ts' }]],
    ['yarn node --inspect .', [{ program: 'node', preloads: [], entry: '.' }]],
    ['eslint .', []],
    ['', []],
  ]
  for (const [line, starts] of cases) {
    it(`is read: ${line || 'an empty one'}`, () => {
      assert.deepEqual(shown(line), starts)
    })
  }
})

describe('NODE_OPTIONS', () => {
  const cases: readonly (readonly [text: string, modules: string[], ignored: string[]])[] = [
    ['', [], []],
    ['--import ./a.mjs --require=b', ['b', './a.mjs'], []],
    ['--import "./with space.mjs"', ['./with space.mjs'], []],
    // Node ends its reading at the first word that is not an option, and says nothing.
    ['on --import ./a.mjs', [], ['on', '--import', './a.mjs']],
    ['--import ./a.mjs on --import ./b.mjs', ['./a.mjs'], ['on', '--import', './b.mjs']],
    ["'--import ./a.mjs'", [], ["'--import", "./a.mjs'"]],
    // A backslash is one, but for within quotes.
    ['--require C:\\app\\a.cjs', ['C:\\app\\a.cjs'], []],
    ['--require \\\\server\\a.cjs', ['\\\\server\\a.cjs'], []],
    ['--require "C:\\\\my app\\\\a.cjs"', ['C:\\my app\\a.cjs'], []],
    ['--require "C:\\app\\a.cjs"', ['C:appa.cjs'], []],
    ['--require ./a\\ b.cjs', ['./a\\'], ['b.cjs']],
  ]
  for (const [text] of cases.filter(([text]) => text.includes('\\')))
    it(`Node itself reads them so: ${text}`, () => {
      // It says which it can't find, as it has read it.
      const { stderr } = spawnSync(process.execPath, ['-e', ''], {
        env: { NODE_OPTIONS: text },
        encoding: 'utf8',
      })

      const [, read] = /Cannot find module '(.*)'/.exec(stderr) ?? []
      assert.equal(read, readNodeOptions(text).preloads[0]?.module)
    })
  for (const [text, modules, ignored] of cases) {
    it(`are read as Node does: ${text}`, () => {
      const read = readNodeOptions(text)

      assert.deepEqual([read.preloads.map(({ module }) => module), read.ignored], [modules, ignored])
    })
  }
})
