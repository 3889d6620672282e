import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compileAt } from '../../agent/locate/path.ts'
import { methodsOf } from '../../agent/methods.ts'

describe('classes', () => {
  it('give each method what the class shares, the method’s own word counts, metadata is added', () => {
    const methods = methodsOf({
      classes: [
        {
          at: 'Data.prototype',
          file: 'dist/data',
          ends: { kind: 'callback' },
          metadata: { collection: 'args.0.name', top_k: 'args.0.k' },
          methods: {
            search: { scope: 'search', metadata: { top_k: 'args.1.k', results: 'result.length' } },
            insert: [
              { scope: 'upsert', when: 'has(args.0)' },
              { scope: 'query', ends: { kind: 'return' } },
            ],
          },
        },
      ],
      methods: [{ at: 'plain', scope: 'fetch' }],
    })
    const shared = { file: 'dist/data', ends: { kind: 'callback' } }
    const metadata = { collection: 'args.0.name', top_k: 'args.0.k' }

    assert.deepEqual(methods, [
      {
        ...shared,
        at: 'Data.prototype.search',
        scope: 'search',
        metadata: { collection: 'args.0.name', top_k: 'args.1.k', results: 'result.length' },
      },
      { ...shared, at: 'Data.prototype.insert', scope: 'upsert', when: 'has(args.0)', metadata },
      { ...shared, at: 'Data.prototype.insert', scope: 'query', ends: { kind: 'return' }, metadata },
      { at: 'plain', scope: 'fetch' },
    ])
  })

  it('may stand in several files and places, and be the exports themselves', () => {
    const methods = methodsOf({
      classes: [
        { at: ['A.prototype', 'B.new'], file: ['cjs', 'esm'], scope: 'search', methods: { find: {} } },
        { scope: 'fetch', methods: { get: {} } },
      ],
    })

    assert.deepEqual(
      methods.map(({ at, file, scope }) => [at, file, scope]),
      [
        ['A.prototype.find', 'cjs', 'search'],
        ['B.new.find', 'cjs', 'search'],
        ['A.prototype.find', 'esm', 'search'],
        ['B.new.find', 'esm', 'search'],
        ['get', undefined, 'fetch'],
      ],
    )
  })

  it('share one entry between several names, a text is a scope, and a scope may say its target', () => {
    const methods = { 'add set?': 'upsert', ask: [{ scope: 'llm.generate', when: 'has(args.0)' }, 'fetch'] }

    assert.deepEqual(
      methodsOf({
        classes: [{ target: 'semantic_search', methods }],
        methods: [{ at: 'a', scope: 'database.query' }],
      }),
      [
        { target: 'semantic_search', scope: 'upsert', at: 'add', metadata: {} },
        { target: 'semantic_search', scope: 'upsert', at: 'set?', metadata: {} },
        { target: 'llm', scope: 'generate', when: 'has(args.0)', at: 'ask', metadata: {} },
        { target: 'semantic_search', scope: 'fetch', at: 'ask', metadata: {} },
        { target: 'database', scope: 'query', at: 'a' },
      ],
    )
  })

  it('say what their methods manage by names, or by operations', () => {
    const operations = (manages: string | Record<string, string>) =>
      methodsOf({ classes: [{ scope: 'search', metadata: { top_k: 1 }, manages }] }).map(
        ({ at, scope, metadata }) => `${at} ${scope} ${metadata?.operation} ${metadata?.top_k}`,
      )

    assert.deepEqual(operations('createIndex\n  drop?'), [
      "createIndex manage 'create_index' 1",
      "drop? manage 'drop' 1",
    ])
    assert.deepEqual(operations({ create: 'indices.create' }), ["create manage 'indices.create' 1"])
  })

  it('give what only takes notes no metadata, since nothing of it is read', () => {
    const note = () => {}
    const methods = { request: { scope: 'search', note } }

    const [one] = methodsOf({ methods: [], classes: [{ at: 'A.prototype', metadata: { top_k: 'args.0.k' }, methods }] })

    assert.deepEqual(one, { scope: 'search', note, at: 'A.prototype.request' })
  })

  it('may be some parents up, in short', () => {
    assert.deepEqual(compileAt('A.prototype^3.find'), compileAt('A.prototype^^^.find'))
    assert.deepEqual(compileAt('A.prototype^9.find').filter(({ kind }) => kind === 'up').length, 9)
  })
})
