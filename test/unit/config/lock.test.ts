// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration's own syntax
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { load } from '../../../agent/config/load.ts'
import { tighteningOf } from '../../../agent/config/lock.ts'
import { type Config, eachOption, variable } from '../../../agent/config/schema.ts'
import { isTargeted } from '../../../agent/filter/targets.ts'
import { thresholdOf } from '../../../agent/filter/threshold.ts'
import { loadSection } from '../../support/config.ts'

const env = (values: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(values).map(([path, text]) => [variable(path), text]))
const locked = (lines: readonly string[], values: Readonly<Record<string, string>>) =>
  loadSection(['lock: true', ...lines], env(values))
const valueAt = (config: Config, path: string) =>
  path.split('.').reduce((inner, key) => (inner as Record<string, unknown>)[key], {
    ...config,
    output: config.output[0],
    alerts: config.alerts[0],
  } as unknown)

describe('a locked file', () => {
  const allowed: readonly [path: string, inFile: string, given: string, value: unknown][] = [
    ['enabled', 'enabled: true', 'false', false],
    ['mode', 'mode: full', 'sampling', 'sampling'],
    ['level', 'level: detailed', 'basic', 'basic'],
    ['targets', '', 'qdrant', ['qdrant']],
    ['targets', 'targets: [vector_store, qdrant]', 'vector_store.search,qdrant', ['vector_store.search', 'qdrant']],
    ['thresholds.slow_call_ms', 'thresholds: { slow_call_ms: 5 }', '5.1', 5.1],
    ['thresholds.memory_mb', '', '51', 51],
    ['thresholds.by_target', 'thresholds: { by_target: { a: 7 } }', 'a=8,b=500', { a: 8, b: 500 }],
    ['sample_rate', 'sample_rate: 0.5', '0.499', 0.499],
    ['output.type', 'output: { type: file }', 'none', 'none'],
    ['output.type', 'output: [{ type: file }, { type: log }]', 'none', 'none'],
    ['alerts.type', 'alerts: [{ type: log }]', 'none', 'none'],
    ['requests', 'requests: true', 'false', false],
    ['request.log_ids', 'request: { log_ids: true }', 'false', false],
    ['errors', '', 'threshold', 'threshold'],
    ['wire', '', 'off', 'off'],
    ['max_records_per_minute', '', '99', 99],
    ['max_label_values', '', '99', 99],
    ['labels', 'labels: { region: eu, zone: a }', 'zone=a', { zone: { text: 'a' } }],
    ['include_metadata', '', 'false', false],
    ['include_stack_trace', 'include_stack_trace: true', 'false', false],
    ['find_repeats', 'find_repeats: true', 'false', false],
    ['check_vectors', 'check_vectors: true', 'false', false],
    ['limits.self_cpu_percent', '', '0.9', 0.9],
    ['limits.self_cpu_percent', 'limits: { self_cpu_percent: 0 }', '100', 100],
    ['cpu_profile.on', 'cpu_profile: { on: slow }', 'off', 'off'],
    ['cpu_profile.interval_ms', '', '34', 34],
    ['cpu_profile.keep', '', '4', 4],
    ['cpu_profile.stall_ms', '', '201', 201],
    ['cpu_profile.burst_s', 'cpu_profile: { burst_s: 5 }', '0', 0],
    ['cpu_profile.burst_interval_ms', '', '6', 6],
    ['cpu_profile.burst_cooldown_s', '', '301', 301],
    ['cpu_profile.workers', 'cpu_profile: { workers: true }', 'false', false],
    ['heap_profile.on', 'heap_profile: { on: threshold }', 'off', 'off'],
    ['heap_profile.heap_percent', '', '81', 81],
    ['heap_profile.cooldown_s', '', '601', 601],
    ['heap_profile.interval_kb', '', '513', 513],
    ['heap_profile.keep', '', '4', 4],
    ['system.enabled', 'system: { enabled: true }', 'false', false],
    ['system.monitor.cpu', '', 'false', false],
    ['system.monitor.memory', '', 'false', false],
    ['system.monitor.threads', '', 'false', false],
    ['system.monitor.gc', '', 'false', false],
    ['system.sampling_interval', '', '5', 5],
    ['system.max_snapshots', '', '999', 999],
    ['system.thresholds.cpu_percent', '', '90', 90],
    ['system.thresholds.memory_mb', '', '501', 501],
    ['system.thresholds.heap_percent', '', '91', 91],
    ['system.event_loop_delay', 'system: { event_loop_delay: true }', 'false', false],
    ['system.output.type', '', 'none', 'none'],
    ['benchmarking.enabled', 'benchmarking: { enabled: true }', 'false', false],
    ['benchmarking.compare_baselines', '', 'false', false],
    ['test_execution.enabled', 'test_execution: { enabled: true }', 'false', false],
    ['test_execution.mode', '', 'sampling', 'sampling'],
    ['test_execution.level', 'test_execution: { level: detailed }', 'basic', 'basic'],
    ['test_execution.capture.test_lifecycle', '', 'false', false],
    ['test_execution.capture.commands', '', 'false', false],
    ['test_execution.capture.http', '', 'false', false],
    ['test_execution.capture.assertions', 'test_execution: { capture: { assertions: true } }', 'false', false],
    ['test_execution.include_titles', 'test_execution: { include_titles: true }', 'false', false],
    ['test_execution.thresholds.slow_call_ms', '', '101', 101],
    ['test_execution.thresholds.memory_mb', '', '51', 51],
    ['test_execution.max_records_per_minute', '', '999', 999],
    ['test_execution.output.type', '', 'none', 'none'],
    ['reload', 'reload: true', 'false', false],
    ['reload_signal', 'reload_signal: SIGHUP', 'none', 'none'],
    ['request.id_header', 'request: { id_header: x-own }', 'x-own', 'x-own'],
  ]
  for (const [path, inFile, given, value] of allowed) {
    it(`lets ${path} be tightened to ${given}`, () => {
      const { config, problems, where } = locked([inFile], { [path]: given })

      assert.deepEqual(problems, [])
      assert.deepEqual(valueAt(config, path), value)
      assert.equal(where(path), variable(path))
    })
  }

  const refused: readonly [path: string, inFile: string, given: string, says: string][] = [
    ['enabled', 'enabled: false', 'true', 'false (crossbridge.yml:4:14)'],
    ['mode', 'mode: sampling', 'full', '"sampling" (crossbridge.yml:4:11)'],
    ['level', '', 'detailed', '"basic" (the default)'],
    ['targets', 'targets: [vector_store.search]', 'vector_store', '["vector_store.search"] (crossbridge.yml:4:14)'],
    ['targets', '', 'qdrant,network', '[] (the default)'],
    ['targets', '', 'driver.click', '[] (the default)'],
    ['targets', '', 'puppeteer', '[] (the default)'],
    ['targets', 'targets: [a]', 'a,b', '["a"] (crossbridge.yml:4:14)'],
    ['targets', 'targets: [a]', 'ab', '["a"] (crossbridge.yml:4:14)'],
    ['targets', 'targets: [a]', ',', '["a"] (crossbridge.yml:4:14)'],
    ['thresholds.slow_call_ms', '', '499', '500 (the default)'],
    ['thresholds.memory_mb', '', '0', '50 (the default)'],
    ['thresholds.by_target', 'thresholds: { by_target: { a: 7 } }', 'b=900', '{"a":7} (crossbridge.yml:4:30)'],
    ['thresholds.by_target', 'thresholds: { by_target: { a: 7 } }', 'a=7,b=499', '{"a":7} (crossbridge.yml:4:30)'],
    [
      'thresholds.by_target',
      'thresholds: { by_target: { a: 900 } }',
      'a=900,b=899',
      '{"a":900} (crossbridge.yml:4:30)',
    ],
    ['sample_rate', '', '0.11', '0.1 (the default)'],
    ['output.type', 'output: { type: none }', 'file', '"none" (crossbridge.yml:4:21)'],
    ['output.path', 'output: { type: file, path: a }', 'b', '"a" (crossbridge.yml:4:33)'],
    ['alerts.url', '', 'http://hunter2', 'none (the default)'],
    ['request.profile_secret', 'request: { profile_secret: hunter2 hunter2 hunter2 }', 'hunter2 hunter2', ''],
    [
      'request.profile_secret',
      'request: { profile_secret: 0123456789abcdef0 }',
      'hunter2 hunter2 h',
      "the file's (crossbridge.yml:4:32)",
    ],
    ['probes', '', './a.mjs', '[] (the default)'],
    ['max_records_per_minute', '', '101', '100 (the default)'],
    ['include_stack_trace', '', 'true', 'false (the default)'],
    ['find_repeats', '', 'true', 'false (the default)'],
    ['limits.self_cpu_percent', '', '0', '1 (the default)'],
    ['limits.self_cpu_percent', '', '1.1', '1 (the default)'],
    ['cpu_profile.on', '', 'slow', '"off" (the default)'],
    ['cpu_profile.on', 'cpu_profile: { on: signal }', 'always', '"signal" (crossbridge.yml:4:24)'],
    ['cpu_profile.interval_ms', '', '32', '33 (the default)'],
    ['cpu_profile.path', '', '/tmp/p', '"./data/profiling/profiles" (the default)'],
    ['cpu_profile.window_s', '', '20', '10 (the default)'],
    ['cpu_profile.keep', '', '6', '5 (the default)'],
    ['cpu_profile.stall_ms', '', '199', '200 (the default)'],
    ['cpu_profile.burst_s', '', '1', '0 (the default)'],
    ['cpu_profile.burst_interval_ms', '', '4', '5 (the default)'],
    ['cpu_profile.burst_cooldown_s', '', '299', '300 (the default)'],
    ['heap_profile.heap_percent', '', '79', '80 (the default)'],
    ['heap_profile.cooldown_s', '', '599', '600 (the default)'],
    ['heap_profile.interval_kb', '', '511', '512 (the default)'],
    ['heap_profile.keep', '', '6', '5 (the default)'],
    ['heap_profile.on', '', 'signal', '"off" (the default)'],
    ['system.enabled', '', 'true', 'false (the default)'],
    ['system.monitor.cpu', 'system: { monitor: { cpu: false } }', 'true', 'false (crossbridge.yml:4:31)'],
    ['system.monitor.memory', 'system: { monitor: { memory: false } }', 'true', 'false (crossbridge.yml:4:34)'],
    ['system.monitor.threads', 'system: { monitor: { threads: false } }', 'true', 'false (crossbridge.yml:4:35)'],
    ['system.monitor.gc', 'system: { monitor: { gc: false } }', 'true', 'false (crossbridge.yml:4:30)'],
    ['system.sampling_interval', '', '0.9', '1 (the default)'],
    ['system.max_snapshots', '', '1001', '1000 (the default)'],
    ['system.thresholds.cpu_percent', '', '79', '80 (the default)'],
    ['system.thresholds.memory_mb', '', '499', '500 (the default)'],
    ['system.thresholds.heap_percent', '', '89', '90 (the default)'],
    ['system.event_loop_delay', '', 'true', 'false (the default)'],
    ['system.output.type', '', 'log', '"file" (the default)'],
    ['test_execution.enabled', '', 'true', 'false (the default)'],
    ['test_execution.include_titles', '', 'true', 'false (the default)'],
    ['test_execution.thresholds.slow_call_ms', '', '99', '100 (the default)'],
    ['test_execution.thresholds.memory_mb', '', '49', '50 (the default)'],
    ['test_execution.max_records_per_minute', '', '1001', '1000 (the default)'],
    ['test_execution.output.type', '', 'log', '"database" (the default)'],
    ['system.output.path', '', './b.jsonl', '"./data/profiling/system.jsonl" (the default)'],
    ['system.output.destination', '', 'stdout', '"stderr" (the default)'],
    ['benchmarking.enabled', '', 'true', 'false (the default)'],
    [
      'benchmarking.compare_baselines',
      'benchmarking: { compare_baselines: false }',
      'true',
      'false (crossbridge.yml:4:40)',
    ],
    ['benchmarking.iterations', '', '11', '10 (the default)'],
    ['benchmarking.output.path', '', './b.json', '"./data/profiling/benchmark_results.json" (the default)'],
    ['max_label_values', '', '101', '100 (the default)'],
    ['labels', '', 'region=eu', '{} (the default)'],
    ['labels', 'labels: { region: eu }', 'region=us', '{"region":{"text":"eu"}} (crossbridge.yml:4:13)'],
    ['cli.socket', '', './top.sock', '"" (the default)'],
    ['cli.socket', 'cli: { socket: a.sock }', 'b.sock', '"a.sock" (crossbridge.yml:4:20)'],
    ['reload', '', 'true', 'false (the default)'],
    ['reload_signal', 'reload_signal: SIGHUP', 'SIGUSR2', '"SIGHUP" (crossbridge.yml:4:20)'],
  ]
  for (const [path, inFile, given, says] of refused) {
    it(`does not let ${path} be set to ${given} over ${inFile || 'the default'}, and says so`, () => {
      const { config, problems } = locked([inFile], { [path]: given })

      assert.deepEqual(config, loadSection(['lock: true', inFile]).config)
      assert.equal(problems.length, 1)
      assert.doesNotMatch(problems[0] ?? '', /hunter2/)
      if (says !== '')
        assert.equal(
          problems[0],
          `${variable(path)} is ignored: ${path} is ${says}, and variables may only tighten what the file says (lock, crossbridge.yml:3:11)`,
        )
    })
  }

  it('keeps a list of outputs against every variable but that of no output', () => {
    const { config, problems } = locked(['output: [{ type: file, path: a }, { type: file, path: b }]'], {
      'output.path': 'c',
      'output.type': 'log',
    })

    assert.deepEqual(
      config.output.map((one) => one.type === 'file' && one.path),
      ['a', 'b'],
    )
    assert.equal(problems.length, 2)
    assert.match(
      problems[0] ?? '',
      /^CROSSBRIDGE_PROFILING_OUTPUT_TYPE is ignored: output is a list \(crossbridge\.yml:4:13\), and /,
    )
  })

  it('may hold values of variables of its own choice', () => {
    const { config, problems } = loadSection(['lock: true', 'sample_rate: ${RATE:-0.1}'], { RATE: '0.9' })

    assert.deepEqual([config.sample_rate, problems], [0.9, []])
  })

  it('is locked too where its lock can not be read', () => {
    const { config, problems } = loadSection(['lock: on'], env({ sample_rate: '1' }))

    assert.deepEqual([config.lock, config.sample_rate], [true, 0.1])
    assert.match(problems[0] ?? '', /\(lock, crossbridge\.yml:3:11\)$|; using true$/)
    assert.equal(problems.length, 2)
  })

  it('is not locked by a variable, nor unlocked', () => {
    for (const text of ['true', 'false']) {
      const told = ['CROSSBRIDGE_PROFILING_LOCK is ignored: lock can be given in the file only']

      assert.deepEqual(loadSection([], env({ lock: text })).problems, told)
      const { config, problems } = locked([], { lock: text, sample_rate: '1' })
      assert.deepEqual([config.lock, config.sample_rate, problems.length], [true, 0.1, 2])
    }
    assert.deepEqual(loadSection([], env({ lock: '' })).problems, [])
  })

  const other: Readonly<Record<string, string>> = {
    boolean: 'true',
    array: 'a',
    object: 'a=1',
    string: 'sixteen letters!',
  }
  for (const { path, option } of eachOption()) {
    if (path === 'lock') continue
    const { schema, types, tighter } = option
    const values = ((schema.enum as readonly string[] | undefined) ?? []).filter((value) => value !== option.default)
    const text =
      values[0] ??
      ({ 'prices.models': 'a.input=1', 'prices.currency': 'EUR' } as Record<string, string>)[path] ??
      (
        {
          accepted: 'a-1=a reason',
          'thresholds.weak_score': '0.5',
          'test_execution.budgets': 'a.calls=1',
          wire_hosts: 'qdrant=a:1',
        } as Record<string, string>
      )[path] ??
      other[String(schema.type)] ??
      String(Number(option.default) + 1)
    const type = types?.[0] ?? 'log'
    const group = path.split('.')[0] as string
    const inFile = types === undefined ? [] : [`${group}: { type: ${type}, path: p, url: u }`]

    if (tighter === undefined) {
      it(`lets no variable set ${path}, whose way to be tightened is not said`, () => {
        const { problems } = locked(inFile, { [path]: text })

        assert.ok(
          problems.some((problem) => problem.startsWith(`${variable(path)} is ignored: ${path} is `)),
          problems.join(),
        )
      })
    } else {
      it(`says of ${path} how it is tightened, and lets nothing else through`, () => {
        const tests = allowed.filter(([one]) => one === path)
        const refusals = refused.filter(([one]) => one === path)

        assert.notEqual(tighteningOf(option)?.may, undefined)
        assert.ok(tests.length > 0, 'no case shows what is let through')
        assert.ok(refusals.length > 0 || schema.type === 'boolean' || schema.enum !== undefined)
        if (typeof tighter === 'object') assert.ok((schema.enum as readonly unknown[]).includes(tighter.only))
      })
    }
  }
})

describe('a file that can’t be read', () => {
  it('says that its lock, should it have one, is open, where a variable is set that it would hold', () => {
    const folder = mkdtempSync(join(tmpdir(), 'crossbridge-'))
    try {
      const broken = join(folder, 'crossbridge.yml')
      writeFileSync(broken, 'runtime:\n  profiling:\n    enabled: false\n   lock: true\n')
      const open = (env: NodeJS.ProcessEnv) =>
        load(broken, env, folder).problems.filter((problem) => /a lock that .*crossbridge\.yml may have/.test(problem))

      assert.match(
        open({ CROSSBRIDGE_PROFILING_ENABLED: 'true' })[0] ?? '',
        /is not in force, since the file can't be read: CROSSBRIDGE_PROFILING_ENABLED is used as given$/,
      )
      for (const env of [{}, { CROSSBRIDGE_PROFILING_DEBUG: '1' }, { CROSSBRIDGE_PROFILING_MODE: ' ' }])
        assert.deepEqual(open(env), [])
      assert.deepEqual(
        load(join(folder, 'none.yml'), { CROSSBRIDGE_PROFILING_MODE: 'full' }, folder).problems.length,
        1,
      )
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe('a locked file at home', () => {
  it('is used instead of the one that CROSSBRIDGE_CONFIG names', () => {
    const folder = mkdtempSync(join(tmpdir(), 'crossbridge-'))
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text)
      return join(folder, name)
    }
    try {
      const strict = file('crossbridge.yml', 'runtime:\n  profiling: { lock: true, sample_rate: 0.1, modes: 1 }')
      const open = file('open.yml', 'runtime:\n  profiling: { sample_rate: 0.2, modes: 1 }')
      const loose = file('loose.yml', 'runtime:\n  profiling: { runtime: { enabled: true, sample_rate: 1 } }')
      const broken = file('broken.yml', 'runtime: [')

      const held = load(loose, { CROSSBRIDGE_CONFIG: loose }, folder, strict)
      assert.deepEqual([held.file, held.config.enabled, held.config.sample_rate], [strict, false, 0.1])
      assert.deepEqual(held.problems, [
        'CROSSBRIDGE_CONFIG is ignored: crossbridge.yml is locked (lock, crossbridge.yml:2:22); that file is used',
        'modes is not an option (crossbridge.yml:2:46), it is ignored; did you mean mode?',
      ])
      for (const home of [open, join(folder, 'none.yml'), loose, undefined]) {
        const free = load(loose, { CROSSBRIDGE_CONFIG: loose }, folder, home)

        assert.deepEqual([free.file, free.config.sample_rate, free.problems], [loose, 1, []])
      }
      const opened = load(loose, { CROSSBRIDGE_CONFIG: loose }, folder, broken)
      assert.deepEqual([opened.file, opened.config.sample_rate, opened.problems.length], [loose, 1, 1])
      assert.match(
        opened.problems[0] ?? '',
        /^a lock that .*broken\.yml may have is not in force, since the file can't be read \(.+\): CROSSBRIDGE_CONFIG is used$/,
      )
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe('whatever a locked file and the environment say', () => {
  const scopes = [
    ['qdrant', 'vector_store.search'],
    ['qdrant', 'vector_store.upsert'],
    ['pg', 'vector_store.search'],
    ['openai', 'embedding_provider.embed'],
    ['openai', 'llm.chat'],
    ['app', 'openai.chat'],
    ['app', 'jobs.nightly.deep'],
  ] as const

  /** Everything by which `after` does more than `before`: told by what would come of it, not by how it is written. */
  function looser(before: Config, after: Config): string[] {
    if (!after.enabled) return []
    const found: string[] = []
    const no = (what: string, isMore: boolean) => void (isMore && found.push(what))
    const shareOf = ({ mode, sample_rate }: Config) => (mode === 'full' ? 1 : sample_rate)
    const limitOf = ({ limits }: Config) => limits.self_cpu_percent || Infinity
    no('enabled', !before.enabled)
    no('share', shareOf(after) > shareOf(before))
    no('rate', after.sample_rate > before.sample_rate)
    for (const flag of [
      'requests',
      'include_metadata',
      'include_stack_trace',
      'find_repeats',
      'check_vectors',
      'reload',
    ] as const)
      no(flag, after[flag] && !before[flag])
    for (const group of ['cpu_profile', 'heap_profile'] as const)
      no(group, after[group].on !== 'off' && after[group].on !== before[group].on)
    no('level', after.level === 'detailed' && before.level !== 'detailed')
    no('signal', !['none', before.reload_signal].includes(after.reload_signal))
    no('records', after.max_records_per_minute > before.max_records_per_minute)
    no('memory', after.thresholds.memory_mb < before.thresholds.memory_mb)
    no('limit', limitOf(after) > limitOf(before))
    no('lock', !after.lock)
    for (const [library, scope] of scopes) {
      const target = scope.split('.')[0] as string
      const slow = ({ thresholds }: Config) => thresholdOf(thresholds, scope, library, target)
      no(
        `target ${library} ${scope}`,
        isTargeted(after.targets, scope, library) && !isTargeted(before.targets, scope, library),
      )
      no(`threshold ${library} ${scope}`, slow(after) < slow(before))
    }
    const hasOnly = (some: readonly { type: string }[], all: readonly object[]) =>
      some.every((one) => one.type === 'none' || all.some((other) => JSON.stringify(other) === JSON.stringify(one)))
    no('output', !hasOnly(after.output, before.output))
    no('alerts', !hasOnly(after.alerts, before.alerts))
    const fixed = ({ request }: Config) => JSON.stringify({ ...request, log_ids: true })
    no('request', fixed(after) !== fixed(before))
    no('log ids', after.request.log_ids && !before.request.log_ids)
    no('wire', after.wire === 'auto' && before.wire !== 'auto')
    no('errors', after.errors === 'always' && before.errors !== 'always')
    no('probes', JSON.stringify(after.probes) !== JSON.stringify(before.probes))
    return found
  }

  let state = 4711
  const random = (below: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const pick = <T>(values: readonly T[]): T => values[random(values.length)] as T
  const names = [
    'qdrant',
    'openai',
    'app',
    'vector_store',
    'vector_store.search',
    'llm',
    'llm.chat',
    'jobs',
    'jobs.nightly',
    'openai.chat',
    'open',
  ]
  const some = <T>(most: number, make: () => T) => Array.from({ length: random(most + 1) }, make)
  const amount = () => pick([0, 0.5, 1, 7, 50, 99, 500, 501, 9000])
  const texts: Readonly<Record<string, readonly string[]>> = {
    sample_rate: ['0', '0.05', '0.1', '0.5', '1'],
    max_records_per_minute: ['1', '99', '100', '101'],
    'limits.self_cpu_percent': ['0', '0.5', '1', '2', '100'],
    'output.path': ['a', 'b'],
    'request.profile_secret': ['0123456789abcdef', 'fedcba9876543210'],
  }
  const textFor = (path: string, schema: Readonly<Record<string, unknown>>): string => {
    if (texts[path] !== undefined) return pick(texts[path])
    if (Array.isArray(schema.enum)) return pick(schema.enum as string[])
    if (schema.type === 'boolean') return pick(['true', 'false'])
    if (schema.type === 'array') return some(3, () => pick(names)).join(',') || ','
    if (schema.type === 'object') return some(3, () => `${pick(names)}=${amount()}`).join(',') || ','
    return schema.type === 'string' ? pick(['x', 'y']) : `${amount()}`
  }
  /** The same values as a variable's texts, written as a file. */
  const treeOf = (
    values: Readonly<Record<string, string>>,
    schemas: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => {
    const tree: Record<string, unknown> = { lock: true }
    for (const [path, text] of Object.entries(values)) {
      const type = schemas[path]?.type
      const list = text.split(',').filter(Boolean)
      const value =
        type === 'array'
          ? list
          : type === 'object'
            ? Object.fromEntries(list.map((item) => [item.split('=')[0], Number(item.split('=')[1])]))
            : type === 'boolean'
              ? text === 'true'
              : type === 'number' || type === 'integer'
                ? Number(text)
                : text
      const keys = path.split('.')
      const last = keys.pop() as string
      const at = keys.reduce((inner, key) => {
        inner[key] ??= {}
        return inner[key] as Record<string, unknown>
      }, tree)
      at[last] = value
    }
    for (const group of ['output', 'alerts']) if (random(3) === 0) tree[group] = [tree[group] ?? {}, { type: 'log' }]
    return tree
  }

  it('nothing is looser for it, and what was not taken is reported', () => {
    const options = eachOption().filter(({ path }) => path !== 'lock')
    const schemas = Object.fromEntries(options.map(({ path, option }) => [path, option.schema]))
    const chosen = (share: number) =>
      Object.fromEntries(
        options.flatMap(({ path, option }) => (random(100) < share ? [[path, textFor(path, option.schema)]] : [])),
      )
    const folder = mkdtempSync(join(tmpdir(), 'crossbridge-'))
    let taken = 0
    let refusals = 0
    try {
      for (let round = 0; round < 400; round++) {
        const file = join(folder, 'crossbridge.yml')
        const values = { ...chosen(50), ...(random(4) > 0 && { enabled: 'true' }) }
        writeFileSync(file, JSON.stringify({ runtime: { profiling: treeOf(values, schemas) } }))
        const before = load(file, {}, folder)
        // Few variables at a time, so that none hides what another does.
        const after = load(file, env(chosen(pick([3, 10, 40]))), folder)

        assert.deepEqual(looser(before.config, after.config), [], JSON.stringify([before.config, after.config]))
        if (JSON.stringify(before.config) !== JSON.stringify(after.config)) taken++
        refusals += after.problems.filter((text) => text.includes(' is ignored: ')).length
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
    assert.ok(taken > 100 && refusals > 400, `${taken} taken, ${refusals} refused`)
  })

  it('it would be looser without the lock', () => {
    const { config: before } = loadSection(['enabled: true'])
    const { config: after } = loadSection(
      ['enabled: true'],
      env({ targets: 'app', sample_rate: '1', 'output.destination': 'stdout' }),
    )

    assert.deepEqual(looser({ ...before, lock: true }, { ...after, lock: true }), ['share', 'rate', 'output'])
  })
})
