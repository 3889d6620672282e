import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { loadSection, loadText } from '../../support/config.ts'

const off = 'using the defaults, profiling is off'
const at = (location: string) => `(crossbridge.yml:${location})`
const ignored = (path: string, location: string, help: string) =>
  `${path} is not an option ${at(location)}, it is ignored; ${help}`
const missing = (location: string, help: string) =>
  `there is no section runtime.profiling ${at(location)}; ${help}; ${off}`

describe('one level of wrong indentation is told with what was meant', () => {
  const files: readonly [name: string, text: string, ...messages: string[]][] = [
    [
      'options beside an empty profiling',
      'runtime:\n  profiling:\n  enabled: true\n  thresholds:\n    slow_call_ms: 1\n',
      ignored('runtime.enabled', '3:3', 'it belongs under runtime.profiling'),
      ignored('runtime.thresholds', '4:3', 'it belongs under runtime.profiling'),
    ],
    [
      'an option that falls out of a filled profiling',
      'runtime:\n  profiling:\n    enabled: false\n  mode: full\n',
      ignored('runtime.mode', '4:3', 'it belongs under runtime.profiling'),
    ],
    [
      'an option of a group beside an empty profiling',
      'runtime:\n  profiling:\n  slow_call_ms: 5\n  enabeld: true\n',
      ignored('runtime.slow_call_ms', '3:3', 'it belongs under runtime.profiling.thresholds'),
      ignored('runtime.enabeld', '4:3', 'did you mean runtime.profiling.enabled?'),
    ],
    [
      'profiling at the top',
      'profiling:\n  enabled: true\n',
      missing('1:1', `profiling belongs one level deeper, under runtime ${at('1:1')}`),
    ],
    [
      'profiling beside an empty runtime',
      'runtime:\nprofiling:\n  enabled: true\n',
      missing('1:9', `profiling belongs one level deeper, under runtime ${at('2:1')}`),
    ],
    [
      'a file wrapped in crossbridge',
      'crossbridge:\n  runtime:\n    profiling:\n      enabled: true\n',
      missing(
        '1:1',
        `crossbridge.runtime.profiling is not read, it belongs at the top of the file as runtime.profiling ${at('3:5')}`,
      ),
    ],
    [
      'profiling wrapped in crossbridge',
      'crossbridge:\n  profiling:\n    enabled: true\n',
      missing(
        '1:1',
        `crossbridge.profiling is not read, it belongs at the top of the file as runtime.profiling ${at('2:3')}`,
      ),
    ],
    [
      'runtime in runtime',
      'runtime:\n  runtime:\n    profiling: { enabled: true }\n',
      missing(
        '2:3',
        `runtime.runtime.profiling is not read, it belongs at the top of the file as runtime.profiling ${at('3:5')}`,
      ),
    ],
    [
      'options directly under runtime',
      'runtime:\n  enabled: true\n  mode: full\n  output: { type: file }\n  level: basic\n',
      missing(
        '2:3',
        `runtime.enabled, runtime.mode, runtime.output and 1 more belong under runtime.profiling ${at('2:3')}`,
      ),
    ],
    ['an option at the top', 'enabled: true\n', missing('1:1', `enabled belongs under runtime.profiling ${at('1:1')}`)],
    [
      'two levels in one word',
      'runtime.profiling:\n  enabled: true\n',
      missing('1:1', `write runtime.profiling as two levels, profiling below runtime ${at('1:1')}`),
    ],
    [
      'runtime as a list',
      'runtime:\n  - profiling:\n      enabled: true\n',
      missing('2:3', `write runtime without dashes ${at('1:1')}`),
    ],
    [
      'profiling as a list',
      'runtime:\n  profiling:\n    - enabled: true\n',
      `runtime.profiling must be a map of options ${at('3:5')}; using the defaults; write it without dashes`,
    ],
    [
      'no space after the colon',
      'runtime:\n  profiling:\n    enabled:true\n',
      `runtime.profiling must be a map of options ${at('3:5')}; using the defaults; a space is missing after a colon`,
    ],
    [
      'a value for the section',
      'runtime:\n  profiling: true\n',
      `runtime.profiling must be a map of options ${at('2:14')}; using the defaults; did you mean { enabled: true }?`,
    ],
  ]
  for (const [name, text, ...messages] of files) {
    it(name, () => {
      assert.deepEqual(loadText(text).problems, messages)
    })
  }

  const sections: readonly [line: string, ...messages: string[]][] = [
    ['slow_call_ms: 5', ignored('slow_call_ms', '3:5', 'it belongs under thresholds')],
    ['by_target: { openai: 1 }', ignored('by_target', '3:5', 'it belongs under thresholds')],
    ['path: ./a.jsonl', ignored('path', '3:5', 'it belongs under output or under cpu_profile or under heap_profile')],
    ['type: file', ignored('type', '3:5', 'it belongs under output')],
    ['type: webhook', ignored('type', '3:5', 'it belongs under alerts')],
    ['destination: stdout', ignored('destination', '3:5', 'it belongs under output or under alerts')],
    ['size_mb: 5', ignored('size_mb', '3:5', 'it belongs under output.rotate')],
    ['rotate: { keep: 1 }', ignored('rotate', '3:5', 'it belongs under output')],
    ['self_cpu_percent: 5', ignored('self_cpu_percent', '3:5', 'it belongs under limits')],
    ['socket: ./a.sock', ignored('socket', '3:5', 'it belongs under cli')],
    ['slow_call: 5', ignored('slow_call', '3:5', 'did you mean thresholds.slow_call_ms?')],
    [
      'thresholds.slow_call_ms: 5',
      ignored('thresholds.slow_call_ms', '3:5', 'write one level below the other: thresholds: { slow_call_ms: … }'),
    ],
    [
      'thresholds: { sample_rate: 1 }',
      ignored('thresholds.sample_rate', '3:19', 'it belongs directly under runtime.profiling'),
    ],
    ['thresholds: { openai: 1 }', ignored('thresholds.openai', '3:19', 'a target belongs under thresholds.by_target')],
    [
      'thresholds: { by_target: { openai: 1, memory_mb: 2 } }',
      `thresholds.by_target.memory_mb is taken for a target ${at('3:43')}; the option belongs under thresholds`,
    ],
    [
      'thresholds: { output: { type: file } }',
      ignored('thresholds.output', '3:19', 'it belongs directly under runtime.profiling'),
    ],
    ['output: { type: file, keep: 1 }', ignored('output.keep', '3:27', 'it belongs under output.rotate')],
    ['output: [{ type: file, keep: 1 }]', ignored('output.0.keep', '3:28', 'it belongs under output.0.rotate')],
    ['output: { type: file, rotate: { path: a } }', ignored('output.rotate.path', '3:37', 'it belongs under output')],
    ['output: { enabled: true }', ignored('output.enabled', '3:15', 'it belongs directly under runtime.profiling')],
    [
      'alerts: { type: webhook, url: "http://127.0.0.1", path: a }',
      ignored('alerts.path', '3:55', 'it belongs under output or under cpu_profile or under heap_profile'),
    ],
    [
      'profiling: { enabled: true }',
      ignored('profiling', '3:5', 'its options belong directly under runtime.profiling'),
    ],
    ['methods: []', ignored('methods', '3:5', 'it belongs to an entry of instrumentations')],
    ['output: file', `output must be a map of options ${at('3:13')}; using the defaults; did you mean { type: file }?`],
    ['alerts: log', `alerts must be a map of options ${at('3:13')}; using the defaults; did you mean { type: log }?`],
    [
      'limits: 5',
      `limits must be a map of options ${at('3:13')}; using the defaults; did you mean { self_cpu_percent: 5 }?`,
    ],
    ['thresholds: 5', `thresholds must be a map of options ${at('3:17')}; using the defaults`],
    [
      'thresholds: [{ slow_call_ms: 5 }]',
      `thresholds must be a map of options ${at('3:17')}; using the defaults; write it without dashes`,
    ],
    [
      'enabled: { mode: full }',
      `enabled must be true or false, not a map ${at('3:14')}; using false; mode ${at('3:16')} belongs directly under runtime.profiling`,
    ],
  ]
  for (const [line, ...messages] of sections) {
    it(line, () => {
      assert.deepEqual(loadSection([line]).problems, messages)
    })
  }

  it('in an entry of instrumentations', () => {
    const { problems } = loadSection([
      'instrumentations:',
      '  - { name: a, module: m, target: t, at: f, methods: [{ at: f, scope: s }] }',
      '  - { name: b, module: m, target: t, methods: [{ at: f, scope: s, module: m }] }',
      '  - { name: c, module: m, target: t, methods: [{ at: f, scope: s, rows: result.length }] }',
      '  - { name: d, module: m, target: t, methods: [{ at: f, scope: s }], slow_call_ms: 5 }',
    ])

    assert.deepEqual(
      problems.map((text) => text.replace(/ \(crossbridge.*?\)/, '').replace('; the entry is left out', '')),
      [
        'instrumentations.0.at is not known; it belongs under methods',
        'instrumentations.1.methods.0.module is not known; it belongs to the entry, above methods',
        'instrumentations.2.methods.0.rows is not known; it belongs under metadata',
        'instrumentations.3.slow_call_ms is not known; it belongs under thresholds',
      ],
    )
  })

  it('where a variable has switched profiling on, too', () => {
    const { problems } = loadText('profiling: { mode: full }', { CROSSBRIDGE_PROFILING_ENABLED: 'true' })

    assert.deepEqual(problems, [
      `there is no section runtime.profiling ${at('1:1')}; profiling belongs one level deeper, under runtime ${at('1:1')}; using the defaults`,
    ])
  })

  it('never with what a variable held', () => {
    const env = { KEY: 'hunter2' }
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the configuration's own syntax
    const { problems } = loadSection(['cli: ${KEY}', 'output: ${KEY}', 'path: ${KEY}'], env)

    assert.equal(problems.length, 3)
    assert.doesNotMatch(problems.join('\n'), /hunter2/)
  })
})

describe("what is somebody else's is left alone", () => {
  const files = [
    'crossbridge: { profiling: { enabled: true } }\nruntime: { profiling: { enabled: false } }\n',
    'profiling: { enabled: true }\nruntime: { profiling: { enabled: false } }\n',
    'runtime: { retry: { attempts: 3 }, mode: observer, enabled: true, profiling: { enabled: false } }\n',
    'logging: { level: info }\nruntime: { profiling: { enabled: false } }\noutput: { path: x }\n',
    'runtime: { enabled: true, profiling: { runtime: { enabled: false } } }\n',
  ]
  for (const text of files) {
    it(text, () => {
      assert.deepEqual(loadText(text).problems, [])
    })
  }
})
