import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { manifests as everyLibrary } from '../../agent/library.ts'
import { targets } from '../../instrumentations/shared/words.ts'
import { api, everything, formats, run } from '../support/application.ts'

const debug = { CROSSBRIDGE_PROFILING_DEBUG: '1' }
const shop = (more: object = {}) => ({
  ...everything,
  targets: ['shop'],
  instrumentations: [
    { name: 'shop', module: './shop.cjs', target: 'store', methods: [{ at: 'search', scope: 'search' }] },
  ],
  ...more,
})
const files = { 'shop.cjs': 'exports.search = async (text) => [text]' }
const imports = [['shop', './shop.cjs']] as const
const call = 'await shop.search("x")'
const reason = (text: string) => new RegExp(`^crossbridge: nothing was recorded: ${text}\\n$`)

describe('the line at exit of an agent that recorded nothing', () => {
  const cases: readonly (readonly [why: string, application: object, line: RegExp])[] = [
    ['nothing was loaded', { config: shop(), body: '' }, /none of the libraries to profile was loaded \(shop\)/],
    ['nothing was called', { config: shop(), imports, body: '' }, /shop is patched, but no profiled method was called/],
    [
      'all calls were fast',
      { config: shop({ thresholds: { slow_call_ms: 60_000 } }), imports, body: `${call}\n${call}` },
      /2 calls were seen, none was recorded: 2 under threshold/,
    ],
    [
      'all calls were sampled out',
      { config: shop({ mode: 'sampling', sample_rate: 0 }), imports, body: call },
      /1 calls were seen, none was recorded: 1 sampled out/,
    ],
    [
      'the call is still under way',
      {
        config: shop(),
        imports,
        files: { 'shop.cjs': 'exports.search = () => new Promise(() => {})' },
        body: 'shop.search()',
      },
      /1 calls were seen, none was recorded: 1 open/,
    ],
  ]
  for (const format of formats) {
    for (const [why, application, line] of cases) {
      it(`says that ${why} (${format})`, async () => {
        const { stderr, code } = await run({ files, format, body: '', ...application })

        assert.equal(code, 0)
        assert.match(stderr, reason(line.source))
      })
    }
  }

  it('names what is missing, and the version that is not supported', async () => {
    const missing = await run({
      files: { 'shop.cjs': 'exports.serch = () => 1' },
      config: shop(),
      imports,
      body: '',
    })
    const old = await run({
      files: {
        'node_modules/shop/package.json': '{ "name": "shop", "version": "1.2.3", "main": "index.js" }',
        'node_modules/shop/index.js': 'exports.search = () => 1',
      },
      config: shop({
        instrumentations: [
          {
            name: 'shop',
            module: 'shop',
            versions: '>=2',
            target: 'store',
            methods: [{ at: 'search', scope: 'search' }],
          },
        ],
      }),
      imports: [['shop', 'shop']],
      body: 'shop.search()',
    })

    assert.match(missing.stderr, /shop: search was not found .*near it: .*serch/)
    assert.match(missing.stderr, /nothing was recorded: shop: shape_mismatch \(search: nothing at/)
    assert.match(old.stderr, /shop: 1.2.3 is older than >=2; it is not profiled/)
    assert.match(old.stderr, /nothing was recorded: shop: unsupported_version \(1.2.3 is older than >=2\)/)
  })

  it('is one line, and is not there when something was recorded or nothing was to be', async () => {
    const recorded = await run({ files, imports, config: shop(), body: call })
    const none = await run({ files, imports, config: shop({ output: { type: 'none' } }), body: call })

    assert.deepEqual([recorded.stderr, recorded.records.length], ['', 1])
    assert.equal(none.stderr, '')
  })

  it('speaks of what is targeted alone', async () => {
    const { stderr } = await run({ files, config: { ...everything, targets: ['qdrant'] }, body: '' })

    assert.match(stderr, reason('none of the libraries to profile was loaded \\(qdrant\\)'))
  })
})

describe('the whole ledger', () => {
  it('has the state of each library and the counts of each scope, which add up', async () => {
    const { stderr, records } = await run({
      files: { 'shop.cjs': `exports.search = async (text) => { if (text === 'bad') throw new TypeError(text) }` },
      imports,
      config: shop({ max_records_per_minute: 3 }),
      env: debug,
      body: `for (let i = 0; i < 5; i++) await shop.search(i === 1 ? 'bad' : 'x').catch(() => {})`,
    })

    assert.equal(records.length, 3)
    assert.match(stderr, /\n {2}shop: patched( \([^)]*\))?\n/)
    assert.match(stderr, /\n {2}disabled \(not in targets, crossbridge.yml:\d+:\d+\): .*\bopenai\b/)
    assert.match(stderr, /\n {2}shop store.search: 5 seen, 2 limited, 3 emitted, 1 errors\n/)
  })

  it('says what switched something off: the file with its line, or the variable', async () => {
    const yaml = 'runtime:\n  profiling:\n    enabled: false\n'
    const byFile = await run({ yaml, env: debug, body: '' })
    const byVariable = await run({ yaml, env: { ...debug, CROSSBRIDGE_PROFILING_ENABLED: 'false' }, body: '' })
    const targets = await run({
      config: everything,
      env: { ...debug, CROSSBRIDGE_PROFILING_TARGETS: 'qdrant' },
      body: '',
    })

    assert.equal(byFile.stderr, 'crossbridge: disabled (crossbridge.yml:3:14)\n')
    assert.equal(byVariable.stderr, 'crossbridge: disabled (CROSSBRIDGE_PROFILING_ENABLED)\n')
    assert.match(targets.stderr, /\n {2}disabled \(not in targets, CROSSBRIDGE_PROFILING_TARGETS\): .*\bopenai\b/)
  })
})

describe('what is told while the application runs, or at its end', () => {
  it('is, once, a scope that passes 1,000 calls a second, with what to narrow', async () => {
    const body = 'for (let i = 0; i < 5000; i++) await shop.search("x")'
    const hot = await run({ files, imports, config: shop({ output: { type: 'none' } }), body })

    assert.match(
      hot.stderr,
      /^crossbridge: store.search \(shop\) is called about \d+ times a second; narrow targets or lower sample_rate [^\n]*\n$/,
    )
  })

  it('is no scope that stays below', async () => {
    const { stderr } = await run({
      files,
      imports,
      config: shop(),
      body: `for (let i = 0; i < 1400; i++) {
        if (i % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 110))
        await shop.search("x")
      }`,
    })

    assert.equal(stderr, '')
  })

  it('is an entry that the targets leave out, at the start', async () => {
    const { stderr } = await run({ files, imports, config: shop({ targets: ['qdrant'] }), body: 'print(1)' })

    assert.match(
      stderr,
      /^crossbridge: instrumentations: shop \(crossbridge.yml:\d+:\d+\) is not among the targets \(crossbridge.yml:\d+:\d+\); it is not profiled\n/,
    )
  })

  it('is a target that nothing answers to, with the nearest known one; no known one, and no hand-marked one', async () => {
    const { stderr } = await run({
      files,
      imports: [...imports, ['{ profile }', api]],
      config: shop({ targets: ['shop', 'vector_stor', 'qdrant', 'checkout', 'checkout.pay', 'app', 'zzzzzz'] }),
      body: `${call}; profile('checkout.pay.card', () => 1)`,
    })

    assert.deepEqual(stderr.replaceAll(/\(crossbridge[^)]*\)/g, '()').split('\n'), [
      'crossbridge: targets: vector_stor is not a target, scope, library or entry (); did you mean vector_store?',
      'crossbridge: targets: zzzzzz is not a target, scope, library or entry ()',
      '',
    ])
  })

  it('is not a name that the documentation has', async () => {
    const manifests = everyLibrary()
    const names = [
      ...Object.keys(targets),
      ...manifests.flatMap(({ name, target, scopes }) => [name, target, ...scopes]),
      ...['network', 'network.request', 'app', 'shop', 'store', 'pgvector_store', 'faiss_store.search'],
    ]
    const config = shop({
      targets: names,
      thresholds: { by_target: Object.fromEntries(names.map((name) => [name, 1])) },
    })

    const { stderr } = await run({ files, imports, config, body: call })

    assert.doesNotMatch(stderr, /is not a target/)
  })
})
