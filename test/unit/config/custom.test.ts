import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { methodsOf } from '../../../agent/methods.ts'
import { loadSection } from '../../support/config.ts'

const entries = (lines: readonly string[], others?: readonly string[]) =>
  loadSection(['instrumentations:', ...lines.map((line) => `  ${line}`)], {}, others)
const entry = (more: string, method = '{ at: a, scope: s }') =>
  entries([`- { name: n, module: m, target: t, methods: [${method}]${more} }`])
const one = (method: string) => entry('', method)
const ofClass = (...lines: readonly string[]) =>
  entries(['- { name: n, module: m, target: t, classes: [', ...lines.map((line) => `  ${line}`), '  ] }'])

describe('instrumentations', () => {
  it('are read with everything that an entry can say', () => {
    const { instrumentations, problems, where, folder } = entries(
      [
        '- name: my-search',
        '  module: ./src/service.js',
        '  target: semantic_search',
        '  methods:',
        '    - { at: Service.prototype.search, scope: search, metadata: { query_len: args.0.length } }',
        '    - { channel: my.channel, scope: other, target: vector_store }',
        '- name: acme',
        '  module: "@acme/vectors"',
        '  file: dist/inner',
        '  versions: ">=2 <4"',
        '  target: vector_store',
        '  methods:',
        '    - at: connect().query',
        '      scope: search',
        '      versions: "<3"',
        '      file: dist/other',
        '      settles: [parse, _thenUnwrap]',
        '      inputs: args.0.texts',
        '      callback: last',
        '      ends: { done: finish, failed: fail, of: this }',
      ],
      ['src/service.ts'],
    )

    assert.deepEqual(problems, [])
    assert.deepEqual(instrumentations, [
      {
        name: 'my-search',
        module: join(folder, 'src/service.js'),
        target: 'semantic_search',
        methods: [
          { at: 'Service.prototype.search', scope: 'search', metadata: { query_len: 'args.0.length' } },
          { channel: 'my.channel', scope: 'other', target: 'vector_store' },
        ],
      },
      {
        name: 'acme',
        module: '@acme/vectors',
        file: 'dist/inner',
        versions: '>=2 <4',
        target: 'vector_store',
        methods: [
          {
            at: 'connect().query',
            scope: 'search',
            versions: '<3',
            file: 'dist/other',
            inputs: 'args.0.texts',
            ends: [
              { kind: 'callback' },
              { kind: 'thenable', methods: ['parse', '_thenUnwrap'] },
              { kind: 'stream', at: 'parse' },
              { kind: 'stream', at: '_thenUnwrap' },
              { kind: 'methods', of: 'this', done: 'finish', failed: 'fail' },
            ],
          },
        ],
      },
    ])
    assert.equal(where('instrumentations.acme'), 'crossbridge.yml:10:9')
  })

  it('may have methods by their class, with what they share', () => {
    const { instrumentations, problems } = entries([
      '- name: shop',
      '  module: m',
      '  target: vector_store',
      '  classes:',
      '    - at: Store.prototype^2',
      '      file: dist/store',
      '      scope: search',
      '      metadata: { collection: this.name }',
      '      methods:',
      '        search:',
      '        "find?": { metadata: { top_k: args.1 }, ends: { kind: return } }',
      '        run: [{ when: has(args.0.vector) }, fetch]',
      '        add set: database.write',
      '      manages: openStore dropStore?',
      '    - methods: { "@@asyncIterator": { scope: scan, target: database } }',
      '    - { target: other, manages: { create: create_store } }',
    ])

    assert.deepEqual(problems, [])
    const metadata = { collection: 'this.name' }
    const shared = { file: 'dist/store', scope: 'search', metadata }
    assert.deepEqual(instrumentations.flatMap(methodsOf), [
      { ...shared, at: 'Store.prototype^2.search' },
      {
        ...shared,
        at: 'Store.prototype^2.find?',
        metadata: { ...metadata, top_k: 'args.1' },
        ends: { kind: 'return' },
      },
      { ...shared, at: 'Store.prototype^2.run', when: 'has(args.0.vector)' },
      { ...shared, at: 'Store.prototype^2.run', scope: 'fetch' },
      { ...shared, at: 'Store.prototype^2.add', scope: 'write', target: 'database' },
      { ...shared, at: 'Store.prototype^2.set', scope: 'write', target: 'database' },
      ...['openStore', 'dropStore?'].map((name) => ({
        ...shared,
        at: `Store.prototype^2.${name}`,
        scope: 'manage',
        metadata: { ...metadata, operation: `'${name === 'openStore' ? 'open' : 'drop'}_store'` },
      })),
      { at: '@@asyncIterator', scope: 'scan', target: 'database', metadata: {} },
      { at: 'create', scope: 'manage', target: 'other', metadata: { operation: "'create_store'" } },
    ])
  })

  it('read a call in words', () => {
    const metadata = { a: "args.0.a ?? 'b'", b: 1, c: true, d: 'trues(result.docs.*.found) / 2' }
    const more = {
      chunk: { n: 'sum(1)' },
      when: "args.1 == 'x'",
      token: 'has(chunk.delta)',
      inputs: 'args.0 ?? args.1',
    }
    const { instrumentations, problems } = one(`{ at: a, scope: s, ${JSON.stringify({ metadata, ...more }).slice(1)}`)

    assert.deepEqual(problems, [])
    assert.deepEqual(instrumentations[0]?.methods, [{ at: 'a', scope: 's', metadata, ...more }])
  })

  it('say how a call ends, by kind, once or several times', () => {
    const kinds = [
      { kind: 'callback' },
      { kind: 'then' },
      { kind: 'return' },
      { kind: 'cursor', portions: 'result.reader' },
      { kind: 'portion', last: 'result.done' },
      { kind: 'asked', by: 'read', at: 'cursor' },
      { kind: 'handed', to: 'eachFn' },
      { kind: 'further', by: 'next', last: 'result.done' },
      { kind: 'closing' },
      { kind: 'thenable', methods: ['parse'] },
      { kind: 'stream', at: 'body' },
      { kind: 'events', done: 'end', failed: 'error', row: 'row' },
      { kind: 'methods', of: 'args.0', done: 'resolve', failed: 'reject' },
      { kind: 'rows', through: 'observe', next: 'onNext', done: 'onDone', failed: 'onError' },
    ]
    for (const ends of [...kinds, kinds]) {
      const { instrumentations, problems } = one(`{ at: a, scope: s, ends: ${JSON.stringify(ends)} }`)
      assert.deepEqual(problems, [])
      assert.deepEqual(instrumentations[0]?.methods?.[0]?.ends, ends)
    }
  })

  it('may be empty', () => {
    assert.deepEqual(loadSection(['instrumentations:']).problems, [])
    assert.deepEqual(loadSection(['instrumentations: []']).problems, [])
  })

  it('leaves out a wrong entry and keeps the others', () => {
    const { instrumentations, problems } = entries([
      '- { name: bad, module: m, target: t, methods: [{ at: a, scope: s, metadata: { x: arg.0 } }] }',
      '- { name: good, module: m, target: t, methods: [{ at: a, scope: s }] }',
    ])

    assert.deepEqual(
      instrumentations.map(({ name }) => name),
      ['good'],
    )
    assert.equal(problems.length, 1)
  })

  it('may say in which functions work waits, beside those that are profiled or alone', () => {
    const queue = '{ at: Jobs.prototype.push, binds: args.0 }'
    const both = one(`{ at: a, scope: s }, ${queue}`)
    const alone = one(queue)

    assert.deepEqual([both.problems, alone.problems], [[], []])
    const queues = [{ at: 'Jobs.prototype.push', binds: 'args.0' }]
    assert.deepEqual(
      [both, alone].map(({ instrumentations: [entry] }) => [entry?.methods, entry?.queues]),
      [
        [[{ at: 'a', scope: 's' }], queues],
        [[], queues],
      ],
    )
  })

  const left = '; the entry is left out'
  const paths = 'a map of names to paths such as args.0.model, this.name, result.length or count(args.0)'
  const word = 'one word of letters, digits, _ and -'
  const wrong: readonly [what: string, told: () => { problems: readonly string[] }, message: string][] = [
    [
      'inputs of count(args.0)',
      () => one('{ at: a, scope: s, inputs: count(args.0) }'),
      `instrumentations.0.methods.0.inputs must be a path such as args.0.input, not the text "count(args.0)" (crossbridge.yml:4:79)${left}`,
    ],
    [
      'inputs of [args.0]',
      () => one('{ at: a, scope: s, inputs: [args.0] }'),
      `instrumentations.0.methods.0.inputs must be a path such as args.0.input, not a list (crossbridge.yml:4:79)${left}`,
    ],
    [
      'no list',
      () => loadSection(['instrumentations: 5']),
      'instrumentations must be a list of entries (crossbridge.yml:3:23); using none',
    ],
    [
      'an entry that is not a map',
      () => entries(['- 5']),
      `instrumentations.0 must be a map (crossbridge.yml:4:9)${left}`,
    ],
    [
      'a missing key',
      () => entries(['- { name: n, module: m, target: t }']),
      `instrumentations.0.methods is missing (crossbridge.yml:4:9)${left}`,
    ],
    [
      'an unknown key',
      () => entry(', version: "1"'),
      `instrumentations.0.version is not known (crossbridge.yml:4:74); did you mean versions?${left}`,
    ],
    [
      '__proto__ as a key',
      () => entry(', __proto__: { required: true }'),
      `instrumentations.0.__proto__ is not known (crossbridge.yml:4:74); known are name, module, file, versions, target, framework, outermost, observe, methods, classes${left}`,
    ],
    [
      'no methods',
      () => entry(', file: f', ''),
      `instrumentations.0.methods must be a list of one or more, not a list (crossbridge.yml:4:51)${left}`,
    ],
    [
      'a wrong range',
      () => entry(', versions: ">=two"'),
      `instrumentations.0.versions must be a version range such as ">=1.2 <3", not the text ">=two" (crossbridge.yml:4:84)${left}`,
    ],
    [
      'a name of two words',
      () => entries(['- { name: a b, module: m, target: t, methods: [{ at: a, scope: s }] }']),
      `instrumentations.0.name must be ${word}, not the text "a b" (crossbridge.yml:4:17)${left}`,
    ],
    [
      'a wrong way',
      () => one('{ at: A.prototype.b(), scope: s }'),
      `instrumentations.0.methods.0.at is not a way to a function: the last step must be the name of a function (crossbridge.yml:4:58)${left}`,
    ],
    [
      'a step that is none',
      () => one('{ at: "A.b c", scope: s }'),
      `instrumentations.0.methods.0.at is not a way to a function: "b c" is not a step; write name, name(), name(=>), name^ or new between dots (crossbridge.yml:4:58)${left}`,
    ],
    [
      'a wrong metadata path',
      () => one('{ at: a, scope: s, metadata: { ok: args.0, no: arg.0 } }'),
      `instrumentations.0.methods.0.metadata must be ${paths}, not the text "arg.0" (crossbridge.yml:4:99)${left}`,
    ],
    [
      'a list as metadata path',
      () => one('{ at: a, scope: s, metadata: { no: [0] } }'),
      `instrumentations.0.methods.0.metadata must be ${paths}, not a list (crossbridge.yml:4:87)${left}`,
    ],
    [
      'a wrong metadata name',
      () => one('{ at: a, scope: s, metadata: { "a b": args.0 } }'),
      `instrumentations.0.methods.0.metadata must be ${paths}, not the text "a b" (crossbridge.yml:4:83)${left}`,
    ],
    [
      'code for a path',
      () => one('{ at: a, scope: s, metadata: { x: "args[0]" } }'),
      `instrumentations.0.methods.0.metadata must be ${paths}, not the text "args[0]" (crossbridge.yml:4:86)${left}`,
    ],
    [
      'a half count',
      () => one('{ at: a, scope: s, metadata: { x: "count(args.0" } }'),
      `instrumentations.0.methods.0.metadata must be ${paths}, not the text "count(args.0" (crossbridge.yml:4:86)${left}`,
    ],
    [
      'neither at nor channel',
      () => one('{ scope: s }'),
      `instrumentations.0.methods.0 must have one of at and channel (crossbridge.yml:4:52)${left}`,
    ],
    [
      'both at and channel',
      () => one('{ at: a, channel: c, scope: s }'),
      `instrumentations.0.methods.0 must have one of at and channel (crossbridge.yml:4:52)${left}`,
    ],
    ['no scope', () => one('{ at: a }'), `instrumentations.0.methods.0.scope is missing (crossbridge.yml:4:52)${left}`],
    [
      'a scope with two dots',
      () => one('{ at: a, scope: a.b.c }'),
      `instrumentations.0.methods.0.scope must be ${word}, or two such as llm.generate, not the text "a.b.c" (crossbridge.yml:4:68)${left}`,
    ],
    [
      'another callback',
      () => one('{ at: a, scope: s, callback: first }'),
      `instrumentations.0.methods.0.callback must be one of last, then, not the text "first" (crossbridge.yml:4:81)${left}`,
    ],
    [
      'ends with one method',
      () => one('{ at: a, scope: s, ends: { done: x, fail: y } }'),
      `instrumentations.0.methods.0.ends must be how the call ends, such as { kind: callback } or { kind: stream, at: body }, or a list of such, not a map (crossbridge.yml:4:77)${left}`,
    ],
    [
      'ends of an unknown kind',
      () => one('{ at: a, scope: s, ends: { kind: colback } }'),
      `instrumentations.0.methods.0.ends has an unknown kind; it must be one of callback, then, catch, return, cursor, portion, asked, handed, further, closing, thenable, stream, events, methods, rows (crossbridge.yml:4:85)${left}`,
    ],
    [
      'ends that lack a part',
      () => one('{ at: a, scope: s, ends: [{ kind: callback }, { kind: events, done: end }] }'),
      `instrumentations.0.methods.0.ends of the kind events has done, failed, and row, an event; failed is missing (crossbridge.yml:4:98)${left}`,
    ],
    [
      'ends with a part of another kind',
      () => one('{ at: a, scope: s, ends: { kind: stream, at: body, of: this } }'),
      `instrumentations.0.methods.0.ends of the kind stream has at, not this of (crossbridge.yml:4:107)${left}`,
    ],
    [
      'a last portion of no words',
      () => one('{ at: a, scope: s, ends: { kind: portion, last: rows.left } }'),
      `instrumentations.0.methods.0.ends of the kind portion has last, not this last (crossbridge.yml:4:100)${left}`,
    ],
    [
      'a wrong settles',
      () => one('{ at: a, scope: s, settles: [parse, "a b"] }'),
      `instrumentations.0.methods.0.settles must be a list of method names, not the text "a b" (crossbridge.yml:4:88)${left}`,
    ],
    [
      'a when of no words',
      () => one('{ at: a, scope: s, when: has(arg.0) }'),
      `instrumentations.0.methods.0.when must be words such as has(args.0.vector), not the text "has(arg.0)" (crossbridge.yml:4:77)${left}`,
    ],
    [
      'a note',
      () => one('{ at: a, scope: s, note: "true" }'),
      `instrumentations.0.methods.0.note is not known (crossbridge.yml:4:71); it belongs under metadata${left}`,
    ],
    [
      'what binds and has a scope',
      () => one('{ at: a, scope: s, binds: args.0 }'),
      `instrumentations.0.methods.0.scope is not known (crossbridge.yml:4:61); what binds is not profiled; give the profiled method an item of its own${left}`,
    ],
    [
      'another binds',
      () => one('{ at: a, binds: args.x }'),
      `instrumentations.0.methods.0.binds must be functions, or an argument such as args.0, not the text "args.x" (crossbridge.yml:4:68)${left}`,
    ],
    [
      'what binds and is nowhere',
      () => one('{ binds: args.0 }'),
      `instrumentations.0.methods.0.at is missing (crossbridge.yml:4:52)${left}`,
    ],
    [
      'no class',
      () => entry(', classes: []'),
      `instrumentations.0.classes must be a list of one or more, not a list (crossbridge.yml:4:83)${left}`,
    ],
    [
      'a class without methods',
      () => ofClass('{ at: A.prototype, scope: s }'),
      `instrumentations.0.classes.0.methods is missing (crossbridge.yml:5:9)${left}`,
    ],
    [
      'methods of a class as a list',
      () => ofClass('{ at: A.prototype, scope: s, methods: [{ at: b }] }'),
      `instrumentations.0.classes.0.methods must be a map of one or more, not a list (crossbridge.yml:5:47)${left}`,
    ],
    [
      'a way to no class',
      () => ofClass('{ at: A prototype, scope: s, methods: { b: } }'),
      `instrumentations.0.classes.0.at is not a way to methods: "A prototype" is not a step; write name, name(), name(=>), name^ or new between dots (crossbridge.yml:5:15)${left}`,
    ],
    [
      'a method of a class by no name',
      () => ofClass('{ at: A.prototype, scope: s, methods: {', '  b c-d: } }'),
      `instrumentations.0.classes.0.methods."b c-d" is not a way to a function: "c-d" is not a step; write name, name(), name(=>), name^ or new between dots (crossbridge.yml:6:11)${left}`,
    ],
    [
      'a scope that neither says',
      () => ofClass('{ at: A.prototype, methods: { b: { scope: s },', '  c: { when: has(args.0) } } }'),
      `instrumentations.0.classes.0.methods.c.scope is missing (crossbridge.yml:6:14); the class or its method says it${left}`,
    ],
    [
      'a method of a class that is a text of two words',
      () => ofClass('{ scope: s, methods: { b: c d } }'),
      `instrumentations.0.classes.0.methods.b.scope must be one word of letters, digits, _ and -, or two such as llm.generate, not the text "c d" (crossbridge.yml:5:35)${left}`,
    ],
    [
      'what is not a way to manage a class',
      () => ofClass('{ manages: b c-d }'),
      `instrumentations.0.classes.0.manages must be names with spaces between, such as createIndex dropIndex, or a map of names to operations, not the text "b c-d" (crossbridge.yml:5:20)${left}`,
    ],
    [
      'an operation that is none',
      () => ofClass('{ manages: { b: c, d: e f } }'),
      `instrumentations.0.classes.0.manages must be names with spaces between, such as createIndex dropIndex, or a map of names to operations, not the text "e f" (crossbridge.yml:5:31)${left}`,
    ],
    [
      'no method in a list of them',
      () => ofClass('{ scope: s, methods: { b: [] } }'),
      `instrumentations.0.classes.0.methods.b must be a map (crossbridge.yml:5:35)${left}`,
    ],
    [
      'wrong words in a list of them',
      () => ofClass('{ scope: s, methods: { b: [{}, { when: nothing(1) }] } }'),
      `instrumentations.0.classes.0.methods.b.1.when must be words such as has(args.0.vector), not the text "nothing(1)" (crossbridge.yml:5:48)${left}`,
    ],
    [
      'a way in a method of a class',
      () => ofClass('{ scope: s, methods: { b: { at: A.b } } }'),
      `instrumentations.0.classes.0.methods.b.at is not known (crossbridge.yml:5:37); it belongs to the class, above methods${left}`,
    ],
    [
      'a channel of a class',
      () => ofClass('{ scope: s, channel: c, methods: { b: } }'),
      `instrumentations.0.classes.0.channel is not known (crossbridge.yml:5:21); it belongs to an item of the entry's own methods${left}`,
    ],
    [
      'a module of a class',
      () => ofClass('{ scope: s, module: c, methods: { b: } }'),
      `instrumentations.0.classes.0.module is not known (crossbridge.yml:5:21); it belongs to the entry, above classes${left}`,
    ],
    [
      'a name twice',
      () => entries(Array(2).fill('- { name: n, module: m, target: t, methods: [{ at: a, scope: s }] }')),
      `instrumentations.1.name is taken, it is the name of the entry at crossbridge.yml:4:17 (crossbridge.yml:5:17)${left}`,
    ],
    [
      'a name that is its target',
      () => entries(['- { name: n, module: m, target: n, methods: [{ at: a, scope: s }] }']),
      `instrumentations.0.name is taken, it is its own target (crossbridge.yml:4:17)${left}`,
    ],
    [
      'the name of hand-marked scopes',
      () => entries(['- { name: app, module: m, target: n, methods: [{ at: a, scope: s }] }']),
      `instrumentations.0.name is taken, it is the library of scopes marked by hand (crossbridge.yml:4:17)${left}`,
    ],
  ]
  for (const [what, told, message] of wrong) {
    it(`tells ${what} once, at its place`, () => {
      assert.deepEqual(told().problems, [message])
    })
  }

  it('tells a file that is not there, and one that would be taken for a package', () => {
    const told = (module: string) =>
      entries([`- { name: n, module: ${module}, target: t, methods: [{ at: a, scope: s }] }`], ['src/a.mts'])

    assert.deepEqual(told('./src/a.mjs').problems, [])
    assert.deepEqual(told('./src/b.js').problems, [
      'instrumentations.0.module: there is no such file yet (crossbridge.yml:4:28); it is profiled if the application finds it there',
    ])
    assert.equal(told('./src/b.js').instrumentations.length, 1)
    assert.deepEqual(told('src/a.mts').problems, [
      `instrumentations.0.module would be a package; write ./ before it for the file (crossbridge.yml:4:28)${left}`,
    ])
    assert.deepEqual(told('some/a.js').problems, [])
  })
})
