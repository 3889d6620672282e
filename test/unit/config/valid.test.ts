import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { stringify } from 'yaml'
import { type Group, isOption } from '../../../agent/config/group.ts'
import { schema } from '../../../agent/config/schema.ts'
import { loadText } from '../../support/config.ts'
import { fuzz, randomFrom } from '../../support/random.ts'

const { most, seed } = fuzz(2000)
const words = ['vector_store', 'openai', 'llm.generate', 'database', 'pgvector_store', 'app', 'type', 'log', 'mode']

describe('a valid file', () => {
  it('is told of nothing, whatever it holds', () => {
    const random = randomFrom(seed)
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
    const some = <T>(make: () => T): T[] => Array.from({ length: 1 + Math.floor(random() * 3) }, make)
    const randomValue = (path: string, option: Extract<Group[string], { read: unknown }>): unknown => {
      const { schema: json } = option as { schema: Record<string, unknown> }
      if (Array.isArray(json.enum)) return pick(json.enum)
      if (json.type === 'boolean') return random() < 0.5
      if (path === 'accepted') return some(() => ({ signature: pick(words), reason: pick(words), until: '2027-03-01' }))
      if (path.endsWith('budgets')) return some(() => ({ test: pick(words), calls: 1, duration_p95_ms: 0.5 }))
      if (json.type === 'array') return path === 'probes' ? some(() => './probe.mjs') : some(() => pick(words))
      if (path === 'wire_hosts') return { qdrant: some(() => 'vectors.internal:6333') }
      if (path === 'labels') return { level: pick(words), mode: 1, on_call: true }
      if (path === 'prices.models') return Object.fromEntries(some(() => [pick(words), { input: 1, output: 2 }]))
      if (json.type === 'object') return Object.fromEntries(some(() => [pick(words), Math.floor(random() * 1000)]))
      if (path === 'prices.currency') return 'EUR'
      if (json.type === 'string') return path.endsWith('secret') ? 'sixteen letters and more' : './some/text'
      const least = (json.minimum as number | undefined) ?? 0
      const most = (json.maximum as number | undefined) ?? 1000
      const number = least + random() * (most - least)
      return json.type === 'integer' ? Math.round(number) : number
    }
    const groupOf = (group: Group, prefix: string, type?: string): Record<string, unknown> =>
      Object.fromEntries(
        Object.entries(group).flatMap(([key, item]) => {
          const path = prefix + key
          if (random() < 0.4 || key === 'lock' || (key === 'type' && type !== undefined)) return []
          if (!isOption(item)) {
            if ((key === 'output' || key === 'alerts') && prefix === '') return [[key, severalOf(key, item)]]
            const inner = groupOf(item, `${path}.`, type)
            return [[key, random() < 0.1 ? null : inner]]
          }
          if (type !== undefined && item.types !== undefined && !item.types.includes(type)) return []
          return [[key, random() < 0.05 ? null : randomValue(path, item)]]
        }),
      )
    const severalOf = (key: 'output' | 'alerts', group: Group) => {
      const one = () => {
        const type = pick(schema[key].type.schema.enum as readonly string[])
        const needed =
          type === 'module' ? { path: './out.mjs' } : type === 'webhook' ? { url: 'http://127.0.0.1/' } : {}
        return { type, ...groupOf(group, `${key}.`, type), ...needed }
      }
      return random() < 0.3 ? some(one) : one()
    }
    const entry = () => ({
      name: pick(['shop', 'mine']),
      module: 'some-package',
      target: pick(['vector_store', 'own']),
      methods: some(() => ({
        at: pick(['search', 'A.prototype.b']),
        scope: 'search',
        metadata: { top_k: 'args.0.k' },
      })),
    })

    for (let i = 0; i < most; i++) {
      const options = groupOf(schema, '')
      const all = random() < 0.2 ? { ...options, instrumentations: [entry()] } : options
      const unified = random() < 0.2 ? { type: 'runtime', ...all } : all
      const profiling = random() < 0.2 ? { enabled: false, runtime: unified } : unified
      const others = random() < 0.3 ? { logging: { level: 'info' }, crossbridge: { profiling: { enabled: true } } } : {}
      const text = stringify({ ...others, runtime: { profiling } }, { flowCollectionPadding: random() < 0.5 })

      assert.deepEqual(loadText(text).problems, [], text)
    }
  })
})

describe("the specification's unified file", () => {
  const file = `
crossbridge:
  mode: observer
  profiling: { enabled: false, mode: passive }
runtime:
  profiling:
    runtime:
      enabled: true
      type: runtime
      mode: sampling
      level: basic
      targets: [semantic_search, embedding_provider, vector_store, pgvector_store, faiss_store]
      thresholds:
        slow_call_ms: 500
        memory_mb: 50
        by_target: { pgvector_store: 300, faiss_store: 200 }
      sample_rate: 0.1
      output:
        type: log
        path: ./data/profiling/runtime.jsonl
      max_records_per_minute: 100
      include_metadata: true
      include_stack_trace: false
    test_execution:
      enabled: false
      type: test_execution
      mode: full
      level: basic
      capture: { test_lifecycle: true, commands: true, http: true, assertions: false }
      thresholds: { slow_call_ms: 100, memory_mb: 50 }
      output: { type: database, database_path: ./data/profiling/test_execution.db }
      max_records_per_minute: 1000
    system:
      enabled: false
      type: system
      level: system
      monitor: { cpu: true, memory: true, threads: true, gc: true }
      sampling_interval: 1.0
      max_snapshots: 1000
      thresholds: { cpu_percent: 80.0, memory_mb: 500 }
      output: { type: file, path: ./data/profiling/system.jsonl }
    benchmarking:
      enabled: false
      type: benchmark
      iterations: 10
      compare_baselines: true
      baseline_adapters: []
      output: { type: file, path: ./data/profiling/benchmark_results.json }
execution:
  enabled: true
`

  it('loads, and nothing of it is reported', () => {
    const { config, problems, notes } = loadText(file)

    assert.deepEqual([problems, notes], [[], []])
    assert.equal(config.enabled, true)
    assert.deepEqual(config.system, loadText('runtime: { profiling: {} }').config.system)
    assert.deepEqual(config.thresholds.by_target, { pgvector_store: 300, faiss_store: 200, vector_store: 200 })
  })

  it('has its own names of stores mean vector_store, besides what they are called by hand', () => {
    const targets = (list: string) => loadText(`runtime: { profiling: { targets: [${list}] } }`).config.targets

    assert.deepEqual(targets('pgvector_store'), ['pgvector_store', 'vector_store'])
    assert.deepEqual(targets('faiss_store.search, llm'), ['faiss_store.search', 'llm', 'vector_store.search'])
    assert.deepEqual(targets('faiss_stores'), ['faiss_stores'])
  })

  it('may have its type beside the options too, and another type is reported', () => {
    assert.deepEqual(loadText('runtime: { profiling: { type: runtime, enabled: true } }').problems, [])
    assert.deepEqual(loadText('runtime: { profiling: { type: system } }').problems, [
      'type: system belongs into the section system (crossbridge.yml:1:25), it is ignored here',
    ])
    assert.deepEqual(loadText('runtime: { profiling: { type: benchmark } }').problems, [
      'type: benchmark belongs into the section benchmarking (crossbridge.yml:1:25), it is ignored here',
    ])
  })
})

describe('an option of another type of output or alert', () => {
  const told = (line: string, env?: NodeJS.ProcessEnv) => loadText(`runtime: { profiling: { ${line} } }`, env).problems

  it('is reported, from the file and from a variable', () => {
    assert.deepEqual(told('output: { type: file, port: 9999 }'), [
      'output.port is for type: prometheus (crossbridge.yml:1:53), it is ignored; output.type is "file" (crossbridge.yml:1:41), correct one of the two',
    ])
    assert.deepEqual(told('output: [{ type: log }, { type: prometheus, rotate: { keep: 1 } }]'), [
      'output.1.rotate.keep is for type: file (crossbridge.yml:1:85), it is ignored; output.1.type is "prometheus" (crossbridge.yml:1:57), correct one of the two',
    ])
    assert.deepEqual(told('output: { path: a.jsonl }'), [
      'output.path is for type: file or module (crossbridge.yml:1:41), it is ignored; output.type is "log" (the default), correct one of the two',
    ])
    assert.deepEqual(told('alerts: { type: log, url: "http://127.0.0.1/" }'), [
      'alerts.url is for type: webhook (crossbridge.yml:1:51), it is ignored; alerts.type is "log" (crossbridge.yml:1:41), correct one of the two',
    ])
    assert.deepEqual(told('output: { type: file }', { CROSSBRIDGE_PROFILING_OUTPUT_HOST: '::1' }), [
      'output.host is for type: prometheus (CROSSBRIDGE_PROFILING_OUTPUT_HOST), it is ignored; output.type is "file" (crossbridge.yml:1:41), correct one of the two',
    ])
  })

  it('waits beside none, and beside a type that a variable has replaced; a wrong type is reported alone', () => {
    assert.deepEqual(told('output: { type: none, path: a, port: 1 }, alerts: { url: "http://127.0.0.1/" }'), [])
    assert.deepEqual(told('output: { type: file, path: a }', { CROSSBRIDGE_PROFILING_OUTPUT_TYPE: 'log' }), [])
    assert.deepEqual(told('output: { type: log, path: a }'), [])
    assert.equal(told('output: { type: prometeus, port: 1 }').length, 1)
  })
})
