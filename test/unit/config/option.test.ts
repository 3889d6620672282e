import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { load } from '../../../agent/config/load.ts'
import { eachOption, schema, variable } from '../../../agent/config/schema.ts'

/** The option's value when its variable says `text`, and what is reported. */
const given = (path: string, text: string) => {
  const [group = '', ...rest] = path.split('.')
  const types = eachOption().find((one) => one.path === path)?.option.types
  const type =
    rest.length > 0 && types !== undefined && text.trim() !== '' ? { [variable(`${group}.type`)]: types[0] } : {}
  const { config, problems } = load(undefined, { ...type, [variable(path)]: text }, '/')
  const [output] = config.output
  const [alerts] = config.alerts
  const value = path.split('.').reduce((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], {
    ...config,
    output,
    alerts,
  } as unknown)
  return { value, problems }
}

describe('the options', () => {
  it('are those of the specification, and ours, with their defaults', () => {
    assert.deepEqual(Object.fromEntries(eachOption().map(({ path, option }) => [path, option.default])), {
      enabled: false,
      mode: 'sampling',
      level: 'basic',
      targets: [],
      'thresholds.slow_call_ms': 500,
      'thresholds.memory_mb': 50,
      'thresholds.by_target': {},
      'thresholds.weak_score': {},
      errors: 'always',
      sample_rate: 0.1,
      'output.type': 'log',
      'output.path': './data/profiling/profile.jsonl',
      'output.buffer_ms': 0,
      'output.database_path': './data/profiling/profile.db',
      'output.flush_ms': 500,
      'output.destination': 'stderr',
      'output.rotate.size_mb': 0,
      'output.rotate.age_hours': 0,
      'output.rotate.keep': 5,
      'output.port': 9464,
      'output.host': '127.0.0.1',
      'output.registry': 'own',
      'output.naming': 'profiling',
      'output.pushgateway': '',
      'output.costs': 'off',
      'output.textfile': '',
      'output.endpoint': '',
      'alerts.type': 'none',
      'alerts.destination': 'stderr',
      'alerts.url': '',
      'alerts.timeout_ms': 5000,
      'alerts.on': 'thresholds',
      'alerts.cooldown_s': 60,
      'alerts.window_s': 300,
      'alerts.again_after_s': 3600,
      'system.enabled': false,
      'system.monitor.cpu': true,
      'system.monitor.memory': true,
      'system.monitor.threads': true,
      'system.monitor.gc': true,
      'system.sampling_interval': 1,
      'system.max_snapshots': 1000,
      'system.thresholds.cpu_percent': 80,
      'system.thresholds.memory_mb': 500,
      'system.thresholds.heap_percent': 90,
      'test_execution.enabled': false,
      'test_execution.mode': 'full',
      'test_execution.level': 'basic',
      'test_execution.capture.test_lifecycle': true,
      'test_execution.capture.commands': true,
      'test_execution.capture.http': true,
      'test_execution.capture.assertions': false,
      'test_execution.include_titles': false,
      'test_execution.thresholds.slow_call_ms': 100,
      'test_execution.thresholds.memory_mb': 50,
      'test_execution.max_records_per_minute': 1000,
      'test_execution.budgets': [],
      'test_execution.fail_on_budgets': false,
      'test_execution.output.type': 'database',
      'test_execution.output.path': './data/profiling/test_execution.jsonl',
      'test_execution.output.database_path': './data/profiling/test_execution.db',
      'test_execution.output.destination': 'stderr',
      'benchmarking.enabled': false,
      'benchmarking.iterations': 10,
      'benchmarking.compare_baselines': true,
      'benchmarking.baseline_adapters': [],
      'benchmarking.output.type': 'file',
      'benchmarking.output.path': './data/profiling/benchmark_results.json',
      'system.event_loop_delay': false,
      'system.output.type': 'file',
      'system.output.path': './data/profiling/system.jsonl',
      'system.output.database_path': './data/profiling/profile.db',
      'system.output.destination': 'stderr',
      requests: false,
      wire: 'auto',
      wire_hosts: {},
      labels: {},
      max_label_values: 100,
      'prices.currency': 'USD',
      'prices.models': {},
      accepted: [],
      'request.id_header': 'x-request-id',
      'request.profile_header': 'x-crossbridge-profile',
      'request.profile_secret': '',
      'request.log_ids': false,
      probes: [],
      max_records_per_minute: 100,
      include_metadata: true,
      find_repeats: false,
      check_vectors: false,
      include_stack_trace: false,
      'limits.self_cpu_percent': 1,
      'cpu_profile.on': 'off',
      'cpu_profile.interval_ms': 33,
      'cpu_profile.window_s': 10,
      'cpu_profile.keep': 5,
      'cpu_profile.path': './data/profiling/profiles',
      'cpu_profile.stall_ms': 200,
      'cpu_profile.burst_s': 0,
      'cpu_profile.burst_interval_ms': 5,
      'cpu_profile.burst_cooldown_s': 300,
      'cpu_profile.workers': false,
      'heap_profile.on': 'off',
      'heap_profile.heap_percent': 80,
      'heap_profile.cooldown_s': 600,
      'heap_profile.interval_kb': 512,
      'heap_profile.keep': 5,
      'heap_profile.path': './data/profiling/profiles',
      'cli.socket': '',
      reload: false,
      reload_signal: 'none',
      lock: false,
    })
  })

  it('have a sentence and a variable each', () => {
    for (const { path, option } of eachOption()) {
      assert.match(option.text, /\.$/)
      assert.match(variable(path), /^CROSSBRIDGE_PROFILING_[A-Z_]+$/)
    }
    const variables = eachOption().map(({ path }) => variable(path))
    assert.equal(new Set(variables).size, variables.length)
    assert.equal(schema.enabled.default, false)
  })

  const accepted: readonly [path: string, text: string, value: unknown][] = [
    ['enabled', 'true', true],
    ['enabled', 'TRUE', true],
    ['enabled', '1', true],
    ['enabled', 'false', false],
    ['enabled', '0', false],
    ['mode', 'full', 'full'],
    ['level', 'detailed', 'detailed'],
    ['targets', 'a, b.c ,', ['a', 'b.c']],
    ['thresholds.slow_call_ms', '0', 0],
    ['thresholds.slow_call_ms', '0.5', 0.5],
    ['thresholds.memory_mb', '0', 0],
    ['thresholds.by_target', 'vector_store=200, openai=0', { vector_store: 200, openai: 0 }],
    ['thresholds.weak_score', '-0.5', { '': { at: -0.5 } }],
    [
      'thresholds.weak_score',
      'docs=0.5, a/b-c:8b<0.4,faq>12',
      { docs: { at: 0.5 }, 'a/b-c:8b': { at: 0.4, is: 'below' }, faq: { at: 12, is: 'above' } },
    ],
    [
      'prices.models',
      'gpt-5.1*.input=1.25, gpt-5.1*.output=10,pinecone.unit=0',
      { 'gpt-5.1*': { input: 1.25, output: 10 }, pinecone: { unit: 0 } },
    ],
    ['wire_hosts', 'qdrant=a.b:6333, jina=c, qdrant=D', { qdrant: ['a.b:6333', 'd'], jina: ['c'] }],
    ['labels', 'zone=a, region = eu west=1,', { zone: { text: 'a' }, region: { text: 'eu_west_1' } }],
    ['max_label_values', '1000', 1000],
    ['sample_rate', '0', 0],
    ['sample_rate', '1', 1],
    ['sample_rate', ' 5e-2 ', 0.05],
    ['output.type', 'none', 'none'],
    ['output.path', '/tmp/x=1,2.jsonl', '/tmp/x=1,2.jsonl'],
    ['output.destination', 'stdout', 'stdout'],
    ['output.type', 'prometheus', 'prometheus'],
    ['output.rotate.size_mb', '0.5', 0.5],
    ['output.port', '0', 0],
    ['output.port', '65535', 65535],
    ['alerts.type', 'log', 'log'],
    ['request.profile_secret', 'sixteen letters!', 'sixteen letters!'],
    ['probes', './a.mjs, ./b.mjs', ['./a.mjs', './b.mjs']],
    ['reload_signal', 'SIGHUP', 'SIGHUP'],
    ['max_records_per_minute', '1', 1],
    ['cpu_profile.on', 'slow', 'slow'],
    ['cpu_profile.interval_ms', '1', 1],
    ['cpu_profile.window_s', '60', 60],
    ['heap_profile.heap_percent', '100', 100],
    ['include_metadata', '0', false],
    ['include_stack_trace', '1', true],
  ]
  for (const [path, text, value] of accepted) {
    it(`takes ${path} from ${JSON.stringify(text)}`, () => {
      assert.deepEqual(given(path, text), { value, problems: [] })
    })
  }

  const rejected: readonly [path: string, text: string, message: string][] = [
    [
      'cpu_profile.on',
      'true',
      'cpu_profile.on must be one of slow, always, signal, off, not the text "true" (CROSSBRIDGE_PROFILING_CPU_PROFILE_ON); using "off"',
    ],
    [
      'cpu_profile.interval_ms',
      '0.9',
      'cpu_profile.interval_ms must be a number from 1 to 1000, not 0.9 (CROSSBRIDGE_PROFILING_CPU_PROFILE_INTERVAL_MS); using 33',
    ],
    [
      'heap_profile.heap_percent',
      '101',
      'heap_profile.heap_percent must be a number from 1 to 100, not 101 (CROSSBRIDGE_PROFILING_HEAP_PROFILE_HEAP_PERCENT); using 80',
    ],
    [
      'enabled',
      'yes',
      'enabled must be true or false, not the text "yes" (CROSSBRIDGE_PROFILING_ENABLED); using false',
    ],
    [
      'enabled',
      'constructor',
      'enabled must be true or false, not the text "constructor" (CROSSBRIDGE_PROFILING_ENABLED); using false',
    ],
    [
      'mode',
      'Full',
      'mode must be one of sampling, full, not the text "Full"; did you mean full? (CROSSBRIDGE_PROFILING_MODE); using "sampling"',
    ],
    [
      'level',
      'cpu',
      'level must be one of basic, detailed, not the text "cpu" (CROSSBRIDGE_PROFILING_LEVEL); using "basic"',
    ],
    [
      'thresholds.slow_call_ms',
      '-0.001',
      'thresholds.slow_call_ms must be a number, 0 or more, not -0.001 (CROSSBRIDGE_PROFILING_THRESHOLDS_SLOW_CALL_MS); using 500',
    ],
    [
      'thresholds.memory_mb',
      'Infinity',
      'thresholds.memory_mb must be a number, 0 or more, not Infinity (CROSSBRIDGE_PROFILING_THRESHOLDS_MEMORY_MB); using 50',
    ],
    [
      'thresholds.by_target',
      'a=1,b=-1',
      'thresholds.by_target must be a map of names to numbers, 0 or more, not -1 (CROSSBRIDGE_PROFILING_THRESHOLDS_BY_TARGET); using {}',
    ],
    [
      'thresholds.by_target',
      'a',
      'thresholds.by_target must be a map of names to numbers, 0 or more, not the text "a" (CROSSBRIDGE_PROFILING_THRESHOLDS_BY_TARGET); using {}',
    ],
    [
      'thresholds.by_target',
      '=5',
      'thresholds.by_target must be a map of names to numbers, 0 or more, not the text "=5" (CROSSBRIDGE_PROFILING_THRESHOLDS_BY_TARGET); using {}',
    ],
    [
      'thresholds.weak_score',
      'much',
      'thresholds.weak_score must be a number, below or above one, or a map of names to such, not the text "much" (CROSSBRIDGE_PROFILING_THRESHOLDS_WEAK_SCORE); using {}',
    ],
    [
      'thresholds.weak_score',
      'docs=much',
      'thresholds.weak_score of docs must be a number, or below or above one, not the text "much" (CROSSBRIDGE_PROFILING_THRESHOLDS_WEAK_SCORE); using {}',
    ],
    [
      'sample_rate',
      '-0.0001',
      'sample_rate must be a number from 0 to 1, not -0.0001 (CROSSBRIDGE_PROFILING_SAMPLE_RATE); using 0.1',
    ],
    [
      'sample_rate',
      '1.0001',
      'sample_rate must be a number from 0 to 1, not 1.0001 (CROSSBRIDGE_PROFILING_SAMPLE_RATE); using 0.1',
    ],
    [
      'sample_rate',
      '10%',
      'sample_rate must be a number from 0 to 1, not 10% (CROSSBRIDGE_PROFILING_SAMPLE_RATE); using 0.1',
    ],
    [
      'output.type',
      'prometeus',
      'output.type must be one of log, file, database, prometheus, otlp, opentelemetry, module, none, not the text "prometeus"; did you mean prometheus? (CROSSBRIDGE_PROFILING_OUTPUT_TYPE); using "log"',
    ],
    [
      'output.type',
      'module',
      'output.type: module needs output.path, which is not given (CROSSBRIDGE_PROFILING_OUTPUT_TYPE); using "log"',
    ],
    [
      'output.port',
      '65536',
      'output.port must be a whole number from 0 to 65535, not 65536 (CROSSBRIDGE_PROFILING_OUTPUT_PORT); using 9464',
    ],
    [
      'alerts.type',
      'webhook',
      'alerts.type: webhook needs alerts.url, which is not given (CROSSBRIDGE_PROFILING_ALERTS_TYPE); using "none"',
    ],
    [
      'request.profile_secret',
      'fifteen letters',
      'request.profile_secret must be a text of 16 characters or more (CROSSBRIDGE_PROFILING_REQUEST_PROFILE_SECRET); using none',
    ],
    [
      'max_records_per_minute',
      '0',
      'max_records_per_minute must be a whole number, 1 or more, not 0 (CROSSBRIDGE_PROFILING_MAX_RECORDS_PER_MINUTE); using 100',
    ],
    [
      'max_records_per_minute',
      '1.5',
      'max_records_per_minute must be a whole number, 1 or more, not 1.5 (CROSSBRIDGE_PROFILING_MAX_RECORDS_PER_MINUTE); using 100',
    ],
  ]
  for (const [path, text, message] of rejected) {
    it(`tells about ${path} from ${JSON.stringify(text)} and uses the default`, () => {
      const { value, problems } = given(path, text)

      assert.deepEqual(problems, [message])
      assert.deepEqual(value, eachOption().find((one) => one.path === path)?.option.default)
    })
  }

  it('are not set by an empty variable', () => {
    for (const { path, option } of eachOption()) {
      // Those of other types than the default one are not there.
      const [group = ''] = path.split('.')
      const isThere = option.types?.includes(group === 'output' ? 'log' : 'none') ?? true
      assert.deepEqual(given(path, ' '), { value: isThere ? option.default : undefined, problems: [] }, path)
    }
  })
})
