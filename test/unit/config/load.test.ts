// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration's own syntax
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { mostBytes } from '../../../agent/config/file.ts'
import { load } from '../../../agent/config/load.ts'
import { loadSection, loadText } from '../../support/config.ts'

const defaults = load(undefined, {}, '/').config

describe('the configuration', () => {
  it('is off and silent without a file and without variables', () => {
    const { config, problems, where } = load(undefined, {}, '/')

    assert.equal(config.enabled, false)
    assert.deepEqual(problems, [])
    assert.equal(where('enabled'), undefined)
  })

  it('goes from the defaults over the file to the environment, and knows which was in force', () => {
    const env = { CROSSBRIDGE_PROFILING_MODE: 'full', CROSSBRIDGE_PROFILING_THRESHOLDS_SLOW_CALL_MS: '7' }

    const { config, problems, where } = loadSection(
      ['enabled: true', 'mode: sampling', 'thresholds: { slow_call_ms: 3, memory_mb: 4 }', 'sample_rate:'],
      env,
    )

    assert.deepEqual(problems, [])
    assert.deepEqual(config, {
      ...defaults,
      enabled: true,
      mode: 'full',
      thresholds: { slow_call_ms: 7, memory_mb: 4, by_target: {}, weak_score: {} },
    })
    assert.equal(where('enabled'), 'crossbridge.yml:3:14')
    assert.equal(where('mode'), 'CROSSBRIDGE_PROFILING_MODE')
    assert.equal(where('thresholds.memory_mb'), 'crossbridge.yml:5:47')
    assert.equal(where('sample_rate'), undefined)
  })

  it('keeps the value of the file where a variable is wrong', () => {
    const { config, problems } = loadSection(['sample_rate: 0.5'], { CROSSBRIDGE_PROFILING_SAMPLE_RATE: '2' })

    assert.equal(config.sample_rate, 0.5)
    assert.deepEqual(problems, [
      'sample_rate must be a number from 0 to 1, not 2 (CROSSBRIDGE_PROFILING_SAMPLE_RATE); using 0.5',
    ])
  })

  it('tells each mistake once, at the very value', () => {
    const { config, problems } = loadSection([
      'mode: smapling',
      'sample_rate: "0.1"',
      'sampel_rate: 1',
      'level: [basic]',
      'targets: [a, 5]',
      'thresholds:',
      '  by_target: { a: 1, b: fast }',
      '  slow_call: 3',
      'output: { type: prometeus, pat: x }',
      'include_metadata: yes',
      'zzzzzzzzzz: 1',
    ])

    assert.deepEqual(config, defaults)
    assert.deepEqual([...problems].sort(), [
      'include_metadata must be true or false, not the text "yes" (crossbridge.yml:12:23); using true',
      'level must be one of basic, detailed, not a list (crossbridge.yml:6:12); using "basic"',
      'mode must be one of sampling, full, not the text "smapling"; did you mean sampling? (crossbridge.yml:3:11); using "sampling"',
      'output.pat is not an option (crossbridge.yml:11:32), it is ignored; did you mean path?',
      'output.type must be one of log, file, database, prometheus, otlp, opentelemetry, module, none, not the text "prometeus"; did you mean prometheus? (crossbridge.yml:11:21); using "log"',
      'sampel_rate is not an option (crossbridge.yml:5:5), it is ignored; did you mean sample_rate?',
      'sample_rate must be a number from 0 to 1, not the text "0.1" (crossbridge.yml:4:18); using 0.1',
      'targets must be a list of names, not 5 (crossbridge.yml:7:18); using []',
      'thresholds.by_target must be a map of names to numbers, 0 or more, not the text "fast" (crossbridge.yml:9:29); using {}',
      'thresholds.slow_call is not an option (crossbridge.yml:10:7), it is ignored; did you mean slow_call_ms?',
      'zzzzzzzzzz is not an option (crossbridge.yml:13:5), it is ignored; known are enabled, mode, level, targets, ' +
        'thresholds, errors and 28 more (docs/options.md)',
    ])
  })

  it('takes __proto__ and constructor for unknown options, and no prototype is touched', () => {
    const { config, problems } = loadSection([
      '__proto__: { enabled: true }',
      'constructor: { prototype: { enabled: true } }',
      'thresholds: { by_target: { __proto__: 5 } }',
    ])

    assert.equal(config.enabled, false)
    assert.equal(({} as { enabled?: boolean }).enabled, undefined)
    assert.deepEqual(
      problems.map((message) => message.split(' is not')[0]),
      ['__proto__', 'constructor'],
    )
    assert.equal(Object.getPrototypeOf(config.thresholds.by_target), Object.prototype)
  })

  it('stays on one line, whatever a key or a value holds', () => {
    const { problems } = loadSection(['"a\\nb\\e[31m": 1', 'mode: "x\\ny\\e[31m"', `${'k'.repeat(500)}: 1`])

    assert.equal(problems.length, 3)
    for (const message of problems) {
      assert.ok(!message.includes('\n') && !message.includes('\u001b'))
      assert.ok(message.length < 300)
    }
  })

  it('never shows what a variable held', () => {
    const env = { KEY: 'hunter2' }
    const { problems } = loadSection(
      [
        'sample_rate: ${KEY}',
        'mode: "${KEY}"',
        'enabled: a${KEY}b',
        'thresholds: "${KEY:?x}"',
        'output: "${KEY}"',
        'max_records_per_minute: ${KEY:?x}',
        'instrumentations:',
        '  - { name: "${KEY} x", module: "./${KEY}.js", target: "a ${KEY}", methods: [] }',
        '  - { name: n, module: m, target: t, methods: [{ at: "${KEY}!", scope: "${KEY}.", metadata: { a: "${KEY}" } }] }',
        '  - { name: n, module: "./${KEY}.js", target: t, methods: [{ at: x, scope: s, versions: "${KEY}" }] }',
      ],
      env,
    )

    assert.ok(problems.length >= 11)
    assert.doesNotMatch(problems.join('\n'), /hunter2/)
  })

  it('tells an invalid substitution at its place', () => {
    assert.deepEqual(loadSection(['sample_rate: ${X:?none}']).problems, [
      "sample_rate can't be used: ${X:?none} is not a substitution; write ${NAME} or ${NAME:-default}, and $$ for a dollar " +
        'sign (crossbridge.yml:3:18); using 0.1',
    ])
  })

  it('takes a variable that is not set for the default', () => {
    const { config, problems } = loadSection(['sample_rate: ${NOT_SET}', 'mode: ${NOT_SET:-full}'])

    assert.deepEqual([config.sample_rate, config.mode], [0.1, 'full'])
    assert.deepEqual(problems, [])
  })

  it('uses the last of repeated keys and tells', () => {
    const { config, problems } = loadSection(['mode: full', 'level: detailed', 'mode: sampling'])

    assert.equal(config.mode, 'sampling')
    assert.deepEqual(problems, ['mode is given more than once (crossbridge.yml:5:5); using the last'])
  })

  it('shows twenty mistakes and counts the others', () => {
    const { problems } = loadSection(Array.from({ length: 50 }, (_, i) => `unknown${i}: 1`))

    assert.equal(problems.length, 21)
    assert.equal(problems.at(-1), '30 more mistakes in the configuration are not shown')
  })
})

describe('the output', () => {
  const [one] = defaults.output
  const rotate = { size_mb: 0, age_hours: 0, keep: 5 }
  const file = { type: 'file', path: './data/profiling/profile.jsonl', buffer_ms: 0, rotate }

  it('is a map or a list of several', () => {
    assert.deepEqual(loadSection(['output: { type: file, path: a }']).config.output, [{ ...file, path: 'a' }])
    assert.deepEqual(loadSection(['output: [{ type: file }, {}]']).config.output, [file, one])
  })

  it('is one, when a variable speaks of it', () => {
    const { config, problems } = loadSection(['output: [{ type: file, path: a }, { type: none }]'], {
      CROSSBRIDGE_PROFILING_OUTPUT_DESTINATION: 'stdout',
    })

    assert.deepEqual(problems, [])
    assert.deepEqual(config.output, [{ ...one, destination: 'stdout' }])
  })

  it('is the default where it is empty or something else, which is reported', () => {
    assert.deepEqual(loadSection(['output: []']).problems, [
      'output must be a map or a list of maps, not an empty list (crossbridge.yml:3:13); using the default output',
    ])
    assert.deepEqual(loadSection(['output: file']).problems, [
      'output must be a map of options (crossbridge.yml:3:13); using the defaults; did you mean { type: file }?',
    ])
    assert.deepEqual(loadSection(['output: [{ type: file }, file]']).problems, [
      'output.1 must be a map of options (crossbridge.yml:3:30); using the defaults; did you mean { type: file }?',
    ])
    assert.deepEqual(loadSection(['output: []']).config.output, [one])
  })

  it('has the options of its type alone, whatever else is given', () => {
    assert.deepEqual(one, { type: 'log', destination: 'stderr' })
    assert.deepEqual(loadSection(['output: { type: otlp, port: 1, rotate: { keep: 2 } }']).config.output, [
      { type: 'otlp', endpoint: '', naming: 'profiling' },
    ])
    assert.deepEqual(loadSection(['output: { type: none, port: 1 }', 'alerts: { cooldown_s: 1 }']).config, {
      ...defaults,
      output: [{ type: 'none' }],
      alerts: [{ type: 'none' }],
    })
    assert.deepEqual(loadSection(['output: { type: module, path: "" }']).config.output, [one])
  })

  it('of a list is not reached by variables with a number', () => {
    const env = { CROSSBRIDGE_PROFILING_OUTPUT_0_TYPE: 'none' }
    const { config, problems } = loadSection(['output: [{ type: file }]'], env)

    assert.equal(config.output[0]?.type, 'file')
    assert.match(problems.join(), /^CROSSBRIDGE_PROFILING_OUTPUT_0_TYPE is not an option, it is ignored; did you mean/)
  })
})

describe('the alerts', () => {
  it('are a map or a list of several', () => {
    const live = { on: 'thresholds', cooldown_s: 60, window_s: 300, again_after_s: 3600 }
    const log = { type: 'log', destination: 'stderr', ...live }

    assert.deepEqual(loadSection(['alerts: [{ type: log }, {}]']).config.alerts, [log, { type: 'none' }])
    assert.deepEqual(loadSection(['alerts: { type: log }']).config.alerts, [log])
  })

  it('to a webhook need its URL, like an output to a module its path', () => {
    const { config, problems } = loadSection([
      'alerts: [{ type: webhook, url: "http://127.0.0.1:1/" }, { type: webhook }]',
      'output: [{ type: module, path: ./a.mjs }, { type: module }]',
    ])

    assert.deepEqual(
      [...config.output, ...config.alerts].map(({ type }) => type),
      ['module', 'log', 'webhook', 'none'],
    )
    assert.deepEqual(problems, [
      'output.1.type: module needs output.1.path, which is not given (crossbridge.yml:4:55); using "log"',
      'alerts.1.type: webhook needs alerts.1.url, which is not given (crossbridge.yml:3:69); using "none"',
    ])
  })
})

describe('a secret', () => {
  it('is in no message, whatever is wrong with it', () => {
    const hidden = 'hunter2'
    const env = { CROSSBRIDGE_PROFILING_REQUEST_PROFILE_SECRET: hidden }
    const cases = [
      hidden,
      `"${hidden}\${hidden}"`,
      `"${hidden}$\{1x}"`,
      `[${hidden}]`,
      `{ ${hidden}: ${hidden} }`,
      '1234567890123456',
      `${hidden} is a long one`,
    ]
    for (const text of cases) {
      const { problems } = loadSection([`request: { profile_secret: ${text} }`], env)

      assert.ok(problems.length > 0)
      assert.doesNotMatch(problems.join('\n'), /hunter2|123456/)
    }
    const { problems } = loadSection(['alerts: { url: [hunter2] }', 'output: { endpoint: 123456, pushgateway: {} }'])
    assert.equal(problems.length, 3)
    assert.doesNotMatch(problems.join('\n'), /hunter2|123456/)
  })

  it('may be empty, in the file too', () => {
    assert.deepEqual(loadSection(['request: { profile_secret: "" }', 'output: { textfile: "" }']).problems, [])
  })
})

describe('the nested form', () => {
  it('is read as well, its values over those beside it', () => {
    const { config, problems, where } = loadSection([
      'enabled: true',
      'mode: sampling',
      'benchmarking: { enabled: true }',
      'runtime:',
      '  mode: full',
      '  output: { type: none }',
      '  sampel_rate: 1',
      'sampl_rate: 0.2',
    ])

    assert.deepEqual([config.enabled, config.mode, config.output[0]?.type], [true, 'full', 'none'])
    assert.equal(where('mode'), 'crossbridge.yml:7:13')
    assert.deepEqual(problems, [
      'sampl_rate is not an option (crossbridge.yml:10:5), it is ignored; did you mean sample_rate?',
      'sampel_rate is not an option (crossbridge.yml:9:7), it is ignored; did you mean sample_rate?',
    ])
  })

  it('may be empty, and is reported where it is not a map', () => {
    assert.deepEqual(loadSection(['enabled: true', 'runtime:']).problems, [])
    assert.equal(loadSection(['enabled: true', 'runtime:']).config.enabled, true)
    assert.deepEqual(loadSection(['runtime: on']).problems, [
      'runtime.profiling must be a map of options (crossbridge.yml:3:14); using the defaults',
    ])
  })
})

describe('the file as a whole', () => {
  const off = 'using the defaults, profiling is off'
  const wrong: readonly [name: string, text: string | Uint8Array, message: string][] = [
    ['empty', '', `there is no section runtime.profiling (crossbridge.yml:1:1); ${off}`],
    ['another one', 'a: 1\nb: 2\n', `there is no section runtime.profiling (crossbridge.yml:1:1); ${off}`],
    [
      'misspelt',
      'runtime:\n  profling:\n    enabled: true\n',
      `there is no section runtime.profiling (crossbridge.yml:2:3); is it misspelt as profling?; ${off}`,
    ],
    [
      'indented by tabs',
      'runtime:\n\tprofiling: {}\n',
      `the configuration can't be read: Tabs are not allowed as indentation (crossbridge.yml:2:1); ${off}`,
    ],
    [
      'in another encoding',
      Buffer.from('runtime:\n  profiling:\n    mode: \xe4', 'latin1'),
      `the configuration can't be read: it is not UTF-8, save it as that (crossbridge.yml:3:11); ${off}`,
    ],
    [
      'too deep for the parser',
      '['.repeat(100_000),
      `the configuration can't be read: it is nested too deeply (crossbridge.yml:1:`,
    ],
    [
      'too large',
      '#'.repeat(mostBytes + 1),
      `the configuration can't be read: it has 1000001 bytes, more than 1000000 (crossbridge.yml); ${off}`,
    ],
  ]
  for (const [name, text, message] of wrong) {
    it(`is told about once when it is ${name}`, () => {
      const { config, problems } = loadText(text)

      assert.deepEqual(config, defaults)
      assert.equal(problems.length, 1)
      assert.ok(problems[0]?.startsWith(message), problems[0])
    })
  }

  it('may have a byte order mark, CRLF and as many bytes as are allowed', () => {
    const text = '\uFEFFruntime:\r\n  profiling:\r\n    mode: full\r\n#'
    const { config, problems } = loadText(text + '#'.repeat(mostBytes - Buffer.byteLength(text)))

    assert.equal(config.mode, 'full')
    assert.deepEqual(problems, [])
  })

  it('needs no section where the environment has switched profiling on', () => {
    const { config, problems } = loadText('a: 1', { CROSSBRIDGE_PROFILING_ENABLED: 'true' })

    assert.equal(config.enabled, true)
    assert.deepEqual(problems, [])
  })

  it('may have a section that is empty', () => {
    assert.deepEqual(loadText('runtime:\n  profiling:\n').problems, [])
    assert.deepEqual(loadText('runtime:\n  profiling: {}\n').problems, [])
  })

  it('is reported when the section is not a map', () => {
    for (const value of ['[]', 'on', '5'])
      assert.deepEqual(loadText(`runtime: { profiling: ${value} }`).problems, [
        'runtime.profiling must be a map of options (crossbridge.yml:1:23); using the defaults',
      ])
  })
})

describe('the variables', () => {
  const told = (name: string) => load(undefined, { [name]: 'x' }, '/').problems

  it('that are no option are told with the nearest one', () => {
    assert.deepEqual(told('CROSSBRIDGE_PROFILING_SAMPEL_RATE'), [
      'CROSSBRIDGE_PROFILING_SAMPEL_RATE is not an option, it is ignored; did you mean CROSSBRIDGE_PROFILING_SAMPLE_RATE?',
    ])
    assert.deepEqual(told('CROSSBRIDGE_PROFILING_THRESHOLDS'), [
      'CROSSBRIDGE_PROFILING_THRESHOLDS is not an option, it is ignored; did you mean CROSSBRIDGE_PROFILING_THRESHOLDS_MEMORY_MB?',
    ])
    assert.deepEqual(told('CROSSBRIDGE_PROFILING_INSTRUMENTATIONS'), [
      'CROSSBRIDGE_PROFILING_INSTRUMENTATIONS is ignored: instrumentations can be given in the file only',
    ])
  })

  for (const [name, meant] of [
    ['CROSSBRIDGE_CONFG', 'CROSSBRIDGE_CONFIG'],
    ['CROSSBRIDGE_CONFIG_FILE', 'CROSSBRIDGE_CONFIG'],
    ['CROSSBRIDGE_PROFILNG_ENABLED', 'CROSSBRIDGE_PROFILING_ENABLED'],
    ['CROSSBRIGDE_PROFILING_SAMPLE_RATE', 'CROSSBRIDGE_PROFILING_SAMPLE_RATE'],
    ['CROSSBRIDGE_SAMPLE_RATE', 'CROSSBRIDGE_PROFILING_SAMPLE_RATE'],
    ['CROSSBRIDGE_PROFILE', 'CROSSBRIDGE_PROFILING'],
    ['crossbridge_profiling_enabled', 'CROSSBRIDGE_PROFILING_ENABLED'],
  ] as const)
    it(`that are misspelt are reported: ${name}`, () => {
      assert.deepEqual(told(name), [`${name} is not an option, it is ignored; did you mean ${meant}?`])
    })

  it('of others are left alone', () => {
    const foreign = ['RUN_ID', 'DB_HOST', 'DB_PASSWORD', 'ENABLED', 'MODE', 'HOOKS_ENABLED', 'APP_VERSION']
    for (const name of [...foreign, 'ENVIRONMENT', 'PROFILING_DEBUG']) assert.deepEqual(told(`CROSSBRIDGE_${name}`), [])
  })

  it('takes the key `on` for a key, and its `off` for a text, as YAML 1.2 has it', () => {
    const { config, problems } = loadSection(['cpu_profile: { on: slow }', 'heap_profile:', '  on: off'])

    assert.deepEqual([config.cpu_profile.on, config.heap_profile.on, problems], ['slow', 'off', []])
  })
})
