// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration's own syntax
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { parse } from 'yaml'
import { eachOption, variable } from '../../agent/config/schema.ts'
import { generated } from '../../build/describe.ts'
import { root } from '../support/application.ts'
import { loadText } from '../support/config.ts'
import { broken } from '../support/schema-check.ts'

const schema = JSON.parse(readFileSync(join(root, 'schema.json'), 'utf8'))

describe('what is generated', () => {
  for (const [path, text] of Object.entries(generated())) {
    it(`is up to date: ${path} (npm run describe)`, () => {
      assert.equal(existsSync(join(root, path)) && readFileSync(join(root, path), 'utf8'), text)
    })
  }

  it('has every option and its variable on the options page', () => {
    const page = readFileSync(join(root, 'docs/options.md'), 'utf8')

    for (const { path } of eachOption()) {
      assert.ok(page.includes(`\n| \`${path}\` |`), path)
      assert.equal(page.includes(`\n| \`${variable(path)}\` |`), path !== 'lock', path)
    }
  })

  it('names every package that is bundled, with its licence', () => {
    const text = readFileSync(join(root, 'NOTICES.md'), 'utf8')

    for (const name of ['acorn', 'cjs-module-lexer', 'es-module-lexer', 'import-in-the-middle', 'yaml'])
      assert.match(text, new RegExp(`^## ${name} \\d+\\.\\d+\\.\\d+ \\((MIT|ISC|Apache-2.0)\\)$`, 'm'))
    assert.match(text, /Apache License/)
  })
})

const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)]
const examples = pages
  .filter((page) => page.endsWith('.md') && existsSync(join(root, page)))
  .flatMap((page) => {
    const fences = readFileSync(join(root, page), 'utf8').matchAll(/^( *)```ya?ml\n([\s\S]*?)^\1```$/gm)
    return [...fences].map(([, indent = '', text = '']) => ({
      page,
      text: text.replace(new RegExp(`^${indent}`, 'gm'), ''),
    }))
  })
  .filter(({ text }) => /^runtime:/m.test(text))

describe('the examples in the documentation', () => {
  it('are there', () => {
    assert.ok(examples.length >= 5)
  })

  for (const [i, { page, text }] of examples.entries()) {
    it(`load without a word: ${page}, example ${i + 1}`, () => {
      const modules = [...text.matchAll(/module: "?(\.[^\s"]+)/g)].map(([, module = '']) => module)

      assert.deepEqual(loadText(text, {}, modules).problems, [])
      assert.deepEqual(broken(parse(text), schema), [])
    })
  }
})

describe('schema.json', () => {
  const check = (profiling: unknown) =>
    broken({ runtime: { profiling } }, schema).map((path) => path.slice('/runtime/profiling'.length))

  it('takes what the agent takes', () => {
    const defaults = Object.fromEntries(eachOption().map(({ path, option }) => [path, option.default]))

    assert.deepEqual(broken({}, schema), [])
    assert.deepEqual(broken({ other: 1, runtime: { more: 2, profiling: {} } }, schema), [])
    assert.deepEqual(check({ enabled: '${ON:-true}', sample_rate: '${RATE}', mode: '${env:MODE}' }), [])
    assert.deepEqual(check({ output: [{ type: 'file', path: defaults['output.path'] }, {}] }), [])
    assert.deepEqual(check({ alerts: [{ type: 'log' }, { type: 'webhook', url: 'http://127.0.0.1' }] }), [])
    assert.deepEqual(check({ alerts: { type: 'log' }, request: { profile_secret: '${SECRET}' } }), [])
    assert.deepEqual(check({ output: { type: 'file', rotate: { size_mb: 1 }, pushgateway: '' } }), [])
    assert.deepEqual(check({ enabled: true, runtime: { mode: 'full', output: {} } }), [])
    assert.deepEqual(check({ sample_rate: 0, max_records_per_minute: 1, targets: ['a'] }), [])
    assert.deepEqual(check({ sample_rate: 1, thresholds: { slow_call_ms: 0, by_target: { a: 0 } } }), [])
  })

  it('marks what the agent would tell', () => {
    assert.deepEqual(check({ sampel_rate: 1 }), ['/sampel_rate'])
    assert.deepEqual(check({ sample_rate: 1.1 }), ['/sample_rate'])
    assert.deepEqual(check({ sample_rate: '0.1' }), ['/sample_rate'])
    assert.deepEqual(check({ max_records_per_minute: 0 }), ['/max_records_per_minute'])
    assert.deepEqual(check({ mode: 'ful' }), ['/mode'])
    assert.deepEqual(check({ output: { type: 'prometeus' } }), ['/output'])
    assert.deepEqual(check({ alerts: [{ type: 'mail' }] }), ['/alerts'])
    assert.deepEqual(check({ output: { rotate: { keep: 1.5 } } }), ['/output'])
    assert.deepEqual(check({ output: [] }), ['/output'])
    assert.deepEqual(check({ runtime: { mode: 'ful' } }), ['/runtime/mode'])
    assert.deepEqual(check({ thresholds: { by_target: { a: -1 } } }), ['/thresholds/by_target/a'])
  })

  it('knows what a class of an entry needs, as the agent does', () => {
    const isFine = (given: object) => {
      const profiling = { instrumentations: [{ name: 'n', module: 'm', target: 't', ...given }] }
      const fits = check(profiling).length === 0
      assert.equal(loadText(JSON.stringify({ runtime: { profiling } })).problems.length === 0, fits)
      return fits
    }
    const scope = 's'

    assert.ok(isFine({ classes: [{ at: 'A.prototype', scope, when: 'has(args.0)', methods: { b: null, c: [{}] } }] }))
    assert.ok(isFine({ classes: [{ methods: { b: { scope }, c: [{ scope }, { scope, target: 'd' }] } }] }))
    assert.ok(isFine({ classes: [{ methods: { 'b c': scope, d: 'e.f', g: [{ scope }, scope] } }] }))
    assert.ok(isFine({ classes: [{ manages: 'b c' }, { manages: { b: 'c_d' } }] }))
    assert.ok(!isFine({ classes: [{ manages: {} }] }))
    assert.ok(!isFine({ classes: [{ methods: { b: 'c.d.e' } }] }))
    assert.ok(!isFine({}))
    assert.ok(!isFine({ classes: [] }))
    assert.ok(!isFine({ classes: [{ scope }] }))
    assert.ok(!isFine({ classes: [{ scope, methods: {} }] }))
    assert.ok(!isFine({ classes: [{ scope, methods: { b: [] } }] }))
    assert.ok(!isFine({ classes: [{ scope, methods: { b: { at: 'c' } } }] }))
    assert.ok(!isFine({ classes: [{ methods: { b: { scope }, c: {} } }] }))
    assert.ok(!isFine({ classes: [{ methods: { b: [{ scope }, {}] } }] }))
  })

  it('knows which options belong to a type, as the agent does', () => {
    const agrees = (line: string, env: NodeJS.ProcessEnv = {}) => {
      const text = `runtime: { profiling: { ${line} } }`
      const isFine = loadText(text, env).problems.length === 0
      assert.equal(broken(parse(text), schema).length === 0, isFine, line)
      return isFine
    }

    for (const line of [
      'output: { type: file, rotate: { keep: 1 } }',
      'output: { type: log, destination: stdout, path: a }',
      'output: { destination: stdout }',
      'output: { type: none, port: 1, path: a }',
      'output: { type: "${TYPE}", port: 1 }',
      'alerts: { url: "http://127.0.0.1/" }',
      'alerts: { type: webhook, url: "http://127.0.0.1/", cooldown_s: 1 }',
    ])
      assert.ok(agrees(line, { TYPE: 'prometheus' }), line)
    for (const line of [
      'output: { type: file, port: 1 }',
      'output: { type: log, port: 1 }',
      'output: { path: a }',
      'output: [{ type: log }, { type: prometheus, rotate: { keep: 1 } }]',
      'output: { type: otlp, destination: stdout }',
      'output: { type: opentelemetry, endpoint: x }',
      'output: { type: module }',
      'alerts: { type: log, url: "http://127.0.0.1/" }',
      'alerts: { type: webhook }',
    ])
      assert.ok(!agrees(line), line)
  })

  it('offers an editor the options of the type alone', () => {
    const shapes = schema.definitions.output.oneOf as { properties: Record<string, { enum?: string[] }> }[]
    const offered = shapes.flatMap(({ properties: { type, ...own } }) =>
      type?.enum === undefined ? [] : [[type.enum.join(), Object.keys(own)]],
    )

    assert.deepEqual(Object.fromEntries(offered), {
      log: ['destination'],
      file: ['path', 'buffer_ms', 'rotate'],
      database: ['database_path', 'flush_ms', 'rotate'],
      prometheus: ['port', 'host', 'registry', 'naming', 'pushgateway', 'costs', 'textfile'],
      otlp: ['endpoint', 'naming'],
      opentelemetry: ['naming'],
      module: ['path'],
      none: [],
    })
  })

  it('knows the shape of an entry', () => {
    const entry = {
      name: 'n',
      module: 'm',
      target: 't',
      methods: [{ at: 'a', scope: 's', metadata: { x: 'count(args.0)' } }],
    }

    assert.deepEqual(check({ instrumentations: [entry] }), [])
    assert.deepEqual(check({ instrumentations: [{ ...entry, name: 'a b' }] }), ['/instrumentations/0/name'])
    assert.deepEqual(check({ instrumentations: [{ ...entry, methods: [] }] }), ['/instrumentations/0/methods'])
    assert.deepEqual(check({ instrumentations: [{ ...entry, methods: [{ at: 'a', binds: 'args.0' }] }] }), [])
    for (const method of [
      { scope: 's' },
      { at: 'a', channel: 'c', scope: 's' },
      { at: 'a', scope: 's', binds: 'args.0' },
    ])
      assert.deepEqual(check({ instrumentations: [{ ...entry, methods: [method] }] }), [
        '/instrumentations/0/methods/0',
      ])
    for (const path of ['arg.0', 'count(args.0', 'args[0]', 'args.0)'])
      assert.deepEqual(
        check({ instrumentations: [{ ...entry, methods: [{ at: 'a', scope: 's', metadata: { x: path } }] }] }),
        ['/instrumentations/0/methods/0/metadata/x'],
      )
  })
})
