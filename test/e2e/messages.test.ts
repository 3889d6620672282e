import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Application, api, everything, register, root, run, spawnNode } from '../support/application.ts'

const imports = [['{ profile }', api]] as const
const hostile = 'SECRETTEXT sk-SECRETKEY\\n2026-11-29 INFO user=admin logged in\\u001b[2J\\u202e'
const thrown = `new Error('no rows for ${hostile}')`

/** What the agent printed: whole lines of its own, with nothing in them that is not to be seen. */
function linesOf(stderr: string): string[] {
  assert.doesNotMatch(stderr, /SECRET/)
  assert.doesNotMatch(stderr, /[^\n\P{Cc}]|\p{Cf}|\p{Zl}|\p{Zp}/u)
  const lines = stderr.trimEnd().split('\n')
  for (const line of lines) assert.match(line, /^crossbridge: /)
  return lines
}

const cases: Readonly<Record<string, readonly [Omit<Application, 'body'> & { readonly body?: string }, RegExp]>> = {
  'an output of the user’s own': [
    {
      files: { 'own.mjs': `export default { write() { throw ${thrown} } }` },
      config: { ...everything, output: { type: 'module', path: './own.mjs' } },
      body: `profile('shop.search', () => 1); for (let i = 0; i < 50; i++) { await new Promise((go) => setTimeout(go, 5)); profile('shop.search', () => 1) }`,
    },
    /own\.mjs has failed in write: Error at own\.mjs:1:34 \(crossbridge\.yml:1:\d+\); it gets no more records/,
  ],
  'an output that rejects': [
    {
      files: { 'own.mjs': `export default { async write() { throw Object.assign(${thrown}, { code: 'E_FULL' }) } }` },
      config: { ...everything, output: { type: 'module', path: './own.mjs' } },
      body: `profile('shop.search', () => 1); await new Promise((go) => setTimeout(go, 200))`,
    },
    /has failed in write: Error E_FULL at own\.mjs:1:\d+ /,
  ],
  'an output that can’t be loaded': [
    {
      files: { 'own.mjs': `throw ${thrown}` },
      config: { ...everything, output: { type: 'module', path: './own.mjs' } },
      body: `await new Promise((go) => setTimeout(go, 200))`,
    },
    /own\.mjs can't be loaded: Error at own\.mjs:1:7 \(tried /,
  ],
  'a probe': [
    {
      files: { 'probe.mjs': `export default () => { throw ${thrown} }` },
      config: { ...everything, probes: ['./probe.mjs'] },
      body: `await new Promise((go) => setTimeout(go, 200))`,
    },
    /probe\.mjs has a default export that fails: Error at probe\.mjs:1:30 /,
  ],
  'what a probe emits': [
    {
      files: { 'probe.mjs': `export default { start(emit) { emit('${hostile}') } }` },
      config: { ...everything, probes: ['./probe.mjs'] },
      body: `await new Promise((go) => setTimeout(go, 200))`,
    },
    /what \.\/probe\.mjs emits is dropped \(.*\): it must be an object, not string$/m,
  ],
  'a getter of what a probe emits': [
    {
      files: { 'probe.mjs': `export default { start(emit) { emit({ get name() { throw ${thrown} } }) } }` },
      config: { ...everything, probes: ['./probe.mjs'] },
      body: `await new Promise((go) => setTimeout(go, 200))`,
    },
    /emits is dropped \(.*\): Error$/m,
  ],
  'a toJSON of the application’s': [
    {
      config: everything,
      body: `Object.prototype.toJSON = () => { throw ${thrown} }; profile('shop.search', () => 1)`,
    },
    /records can't be written to .*profile\.jsonl \(Error\); they are dropped until it can be$/m,
  ],
  'a fault': [
    {
      config: { ...everything, include_stack_trace: true },
      body: `Object.defineProperty(Set.prototype, 'has', { value() { throw ${thrown} } })
        Object.defineProperty(Map.prototype, 'get', { value() { throw ${thrown} } })
        try { profile('shop.search', () => 1) } catch {}`,
    },
    /^crossbridge: a fault of the agent, please report it: Error( at [\w/]+\.c?js:\d+:\d+)+$/m,
  ],
  'the names of what the user wrote': [
    {
      yaml: `runtime:\n  profiling:\n    enabled: true\n    "a\\u202e\\nb\\u001b[2J": 1\n    "\\u2066targets": [x]\n    output: { type: "f\\nile\\u001b[2J" }\n`,
      env: { 'CROSSBRIDGE_PROFILING_A\n\u001b[2J\u202e': '1', CROSSBRIDGE_PROFILING_MODE: 'fu\nll\u001b[2J' },
    },
    /not an option/,
  ],
  'a configuration that is named': [
    { env: { CROSSBRIDGE_CONFIG: './a\n\u001b[2Jb\u202e.yml', CROSSBRIDGE_PROFILING_ENABLED: '' } },
    /there is no such file \(.*a\\n\\u001b\[2Jb\\u202e\.yml/,
  ],
  paths: [
    {
      config: { ...everything, output: { type: 'file', path: '/proc/nowhere/a\n\u001b[2J\u202e' } },
      body: `profile('a.b', () => 1)`,
    },
    /can't be written to \/proc\/nowhere\/a\\n\\u001b\[2J\\u202e/,
  ],
  'names of scopes': [
    {
      config: { ...everything, targets: ['a\n\u001b[2J\u202e'] },
      body: `profile('b\\n\\u001b[2J.c', () => 1)`,
      env: { CROSSBRIDGE_PROFILING_DEBUG: '' },
    },
    /targets: a\\n/,
  ],
}

describe('the messages of the agent', () => {
  for (const [name, [application, wanted]] of Object.entries(cases))
    it(`have no text of the application, and nothing that can’t be seen: ${name}`, async () => {
      const { stderr, code } = await run({ imports, body: '', ...application })

      assert.equal(code, 0, stderr)
      assert.match(linesOf(stderr).join('\n'), wanted)
    })

  it('are lines of the ledger too, which has names that the application made', async () => {
    const { stderr } = await run({
      imports,
      config: everything,
      body: `profile('b\\nforged: line\\u001b[2J\\u202e.c', () => 1)`,
      env: { CROSSBRIDGE_PROFILING_DEBUG: '1' },
    })

    assert.doesNotMatch(stderr, /[^\n\P{Cc}]|\p{Cf}/u)
    assert.match(stderr, /^ {2}app b\\nforged: line\\u001b\[2J\\u202e\.c: 1 seen, 1 emitted$/m)
  })

  it('say of an agent that can’t start what and where, on one line', async () => {
    const { stderr, code } = await spawnNode(
      [
        '--import',
        `data:text/javascript,process.getBuiltinModule('fs').existsSync=()=>{throw new Error('a%5Cnb%5Cu001b')}`,
        '--import',
        register,
        '-e',
        '',
      ],
      { cwd: root },
    )

    assert.equal(code, 0)
    assert.match(stderr, /^crossbridge: the agent could not start, [^\n]+\n$/)
    assert.doesNotMatch(stderr, /[^\n\P{Cc}]/u)
  })
})
