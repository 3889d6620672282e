import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { everything, folderFor, recordsOf, register, spawnNode } from '../../support/application.ts'
import { both, quiet, scopes } from '../../support/both.ts'
import { entryOf, shortOf } from '../../support/transparent.ts'

const node = { NODE_NO_WARNINGS: '1' }
const search = 'export async function search(q) { return [q] }'

describe('a circle of ES modules', () => {
  const circles: Readonly<Record<string, readonly [own: string, other: string, at: string, body: string]>> = {
    'calls a hoisted function while it is evaluated': [
      `import { made } from './other.mjs'\nexport async function search(q) { return [q, made.size] }\nexport function helper() { return 'helper' }`,
      "import { helper } from './own.mjs'\nexport const made = new Map([[helper(), 1]])",
      'search',
      "print(await own.search('a'))",
    ],
    'extends through a barrel': [
      "export * from './base.mjs'\nexport * from './other.mjs'",
      "import { Base } from './own.mjs'\nexport class Sub extends Base { again(a) { return super.search(a) } }",
      'Base.prototype.search',
      "print([new own.Sub().again('a')])",
    ],
    'has static blocks': [
      `import { Other } from './other.mjs'\nexport const made = () => Other.made\nexport function search(q) { return [q] }`,
      "import { search } from './own.mjs'\nexport class Other { static made; static { Other.made = typeof search('early') } }",
      'search',
      'print(own.search(1))',
    ],
    'is used later alone, with a const': [
      "import { other } from './other.mjs'\nexport const search = async (q) => [q, other(q)]\nexport const helper = (q) => q + 1",
      "import { helper } from './own.mjs'\nexport const other = (q) => helper(q)",
      'search',
      'print(await own.search(1))',
    ],
  }
  for (const [name, [own, other, at, body]] of Object.entries(circles)) {
    it(name, async () => {
      const outcome = await both({
        files: { 'own.mjs': own, 'other.mjs': other, 'base.mjs': 'export class Base { search(a) { return a } }' },
        entries: [entryOf('./own.mjs', [at])],
        imports: [['* as own', './own.mjs']],
        body,
      })

      quiet(outcome)
      assert.ok(scopes(outcome).includes('search'))
    })
  }

  it('is reported where it is used while it is evaluated, and holds a const', async () => {
    const outcome = await both({
      files: {
        'own.mjs':
          "import { made } from './other.mjs'\nexport const search = async (q) => [q, made]\nexport function helper() { return 1 }",
        'other.mjs':
          "import { helper } from './own.mjs'\nfunction make() { return [helper()] }\nexport const made = make()",
      },
      entries: [entryOf('./own.mjs', ['search'])],
      imports: [['* as own', './own.mjs']],
      body: 'print(await own.search(1))',
      env: { CROSSBRIDGE_PROFILING_DEBUG: '1' },
    })

    assert.match(
      outcome.stderr,
      /my_own: search can't be hooked in a circle of imports .+: it is a const, .+; write it as a function/,
    )
    assert.match(outcome.stderr, /my_own: unsafe_exports \(search in /)
  })
})

describe('a function of an ES module', () => {
  const cases: Readonly<
    Record<string, readonly [source: string, at: readonly string[], body: string, scopes: readonly string[]]>
  > = {
    'is recorded where its own module calls it': [
      'export function search(q) { return q }\nexport const twice = (q) => [search(q), search(q)]',
      ['search'],
      'print(own.twice(1))',
      ['search', 'search'],
    ],
    'has one record for two names': [
      'function search(q) { return q }\nexport { search, search as again, search as default }',
      ['search', 'again', 'default'],
      'print([own.search === own.again, own.search === own.default, own.again(1), own.default(2)])',
      ['search', 'search'],
    ],
    'may be replaced later by its module': [
      'export let search = (q) => [1, q]\nexport function init() { search = (q) => [2, q] }',
      ['search'],
      'print([own.search(1), own.init(), own.search(2)])',
      ['search'],
    ],
    'may be called v, and stand beside our own names': [
      'export function v(q) { return q }\nexport const $crossbridge = 1, $crossbridge_ = 2',
      ['v'],
      'print([own.v(1), own.$crossbridge, Object.keys(own)])',
      ['v'],
    ],
    'may be declared where other declarations of its name stand': [
      'const make = () => { const search = 1; return search }\nexport function search(q) { return [q, make()] }',
      ['search'],
      'print(own.search(1))',
      ['search'],
    ],
    'may end in a comment': [`${search} // the end`, ['search'], 'print(await own.search(1))', ['search']],
    'may end without a semicolon': [
      `${search}\nexport const x = 1`,
      ['search'],
      'print(await own.search(1))',
      ['search'],
    ],
    'may have a hashbang': [`#!/usr/bin/env node\n${search}`, ['search'], 'print(await own.search(1))', ['search']],
    'may have a byte order mark': [`\uFEFF${search}`, ['search'], 'print(await own.search(1))', ['search']],
    'may have lines as on Windows': [
      `"use strict"\r\n${search}\r\n`,
      ['search'],
      'print(await own.search(1))',
      ['search'],
    ],
    'may have a global of its own': [
      `const Symbol = undefined\n${search}`,
      ['search'],
      'print(await own.search(1))',
      [],
    ],
    'may import itself': [
      `import * as self from './own.mjs'\n${search}\nexport const same = () => self`,
      ['search'],
      'print([own.same() === own, Object.keys(own)]); await own.search(1)',
      ['search'],
    ],
    'may stand after a top-level await': [
      `const x = await Promise.resolve(1)\n${search}\nexport { x }`,
      ['search'],
      'print([await own.search(1), own.x])',
      ['search'],
    ],
    'may stand beside json': [
      `import data from './data.json' with { type: 'json' }\n${search}\nexport { data }`,
      ['search'],
      'print([await own.search(1), own.data])',
      ['search'],
    ],
    'may be of a class made through new': [
      'export class S { static make() { return new S() } search(q) { return q } }',
      ['S.new.search'],
      'print([new own.S().search(1), own.S.make().search(2), own.S.make() instanceof own.S])',
      ['search', 'search'],
    ],
    'may be what a call returns': [
      'export function create() { return { search: (q) => q } }\nexport const again = () => create().search(2)',
      ['create().search'],
      'print([own.create().search(1), own.again()])',
      ['search', 'search'],
    ],
  }
  for (const [name, [source, at, body, expected]] of Object.entries(cases)) {
    it(name, async () => {
      const outcome = await both({
        files: { 'own.mjs': source, 'data.json': '{ "a": 1 }' },
        entries: [entryOf('./own.mjs', at)],
        imports: [['* as own', './own.mjs']],
        body,
        env: node,
      })

      if (expected.length > 0) quiet(outcome)
      assert.deepEqual(scopes(outcome), expected)
    })
  }

  it('is recorded in a worker thread, and the URLs stay what they were', async () => {
    const outcome = await both({
      files: {
        'own.mjs': `${search}\nexport const url = import.meta.url.split('/').at(-1)`,
        'worker.mjs':
          "import { parentPort } from 'node:worker_threads'\nimport { search, url } from './own.mjs'\nparentPort.postMessage([await search(1), url])",
      },
      entries: [entryOf('./own.mjs', ['search'])],
      body: `const { Worker } = await import('node:worker_threads')
        const worker = new Worker(new URL('./worker.mjs', import.meta.url))
        print(await new Promise((resolve, reject) => worker.on('message', resolve).on('error', reject)))`,
    })

    quiet(outcome)
    assert.deepEqual(scopes(outcome), ['search'])
  })
})

describe("the application's entry file", () => {
  for (const [name, source, expected, said] of [
    ['an ES module', `${search}\nsetTimeout(async () => console.log(await search(1)))`, ['search'], /^$/],
    [
      'an ES module with a const',
      'export const search = async (q) => [q]\nsetTimeout(async () => console.log(await search(1)))',
      [],
      /search can't be hooked in the application's entry file: it is a const/,
    ],
  ] as const) {
    it(`is profiled where it can be: ${name}`, async () => {
      const folder = folderFor('previous')
      try {
        const config = {
          ...everything,
          output: { type: 'file', path: './profile.jsonl' },
          instrumentations: [entryOf('./main.mjs', ['search'])],
        }
        writeFileSync(join(folder, 'main.mjs'), source)
        writeFileSync(join(folder, 'crossbridge.yml'), JSON.stringify({ runtime: { profiling: config } }))
        const { readFileSync } = await import('node:fs')

        const outcome = await spawnNode(['--import', register, join(folder, 'main.mjs')], { cwd: folder })

        assert.equal(outcome.code, 0, outcome.stderr)
        assert.equal(outcome.stdout, '[ 1 ]\n')
        assert.match(outcome.stderr, said)
        const records = expected.length === 0 ? '' : readFileSync(join(folder, 'profile.jsonl'), 'utf8')
        assert.deepEqual(recordsOf(records).map(shortOf), expected)
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    })
  }
})
