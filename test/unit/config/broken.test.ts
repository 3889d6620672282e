import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import { describe, it } from 'node:test'
import { load } from '../../../agent/config/load.ts'
import { loadText } from '../../support/config.ts'

const off = 'using the defaults, profiling is off'
const section = (text: string) => `runtime:\n  profiling: ${text}\n`

// That the application runs as it is, and that the line is on stderr: e2e/config.test.ts.
describe('a broken configuration is told in one line, with the defaults in force', () => {
  const bomb = Array.from({ length: 12 }, (_, i) => `b${i}: &b${i} [${Array(9).fill(i ? `*b${i - 1}` : 'x')}]`).join(
    '\n',
  )
  const cases: readonly [name: string, text: string | Uint8Array, line: string | RegExp][] = [
    [
      'tabs',
      'runtime:\n\tprofiling: {}',
      `the configuration can't be read: Tabs are not allowed as indentation (crossbridge.yml:2:1); ${off}`,
    ],
    [
      'an open bracket',
      'runtime: {\n',
      /^the configuration can't be read: .+ \(crossbridge\.yml:2:1\); using the defaults, profiling is off$/,
    ],
    [
      'two documents',
      'a: 1\n---\nb: 2\n',
      /^the configuration can't be read: .*multiple documents.* \(crossbridge\.yml:2:1\); /,
    ],
    [
      'an alias bomb',
      `${bomb}\nruntime: { profiling: { targets: *b11 } }`,
      /^the configuration can't be read: more than 10000 values once its aliases are expanded \(crossbridge\.yml:\d+:\d+\); /,
    ],
    [
      '10 MB',
      '#'.repeat(10_000_000),
      `the configuration can't be read: it has 10000000 bytes, more than 1000000 (crossbridge.yml); ${off}`,
    ],
    [
      'another encoding',
      Buffer.from([0xff, 0xfe, 0x61, 0]),
      `the configuration can't be read: it is not UTF-8, save it as that (crossbridge.yml:1:1); ${off}`,
    ],
    ['no text', '', `there is no section runtime.profiling (crossbridge.yml:1:1); ${off}`],
    ['no section', 'logging: { level: info }', `there is no section runtime.profiling (crossbridge.yml:1:1); ${off}`],
    [
      'a section that is not a map',
      section('on'),
      'runtime.profiling must be a map of options (crossbridge.yml:2:14); using the defaults',
    ],
    [
      'a wrong type',
      section('{ enabled: maybe }'),
      'enabled must be true or false, not the text "maybe" (crossbridge.yml:2:25); using false',
    ],
    [
      'an unknown key',
      section('{ enabeld: true }'),
      'enabeld is not an option (crossbridge.yml:2:16), it is ignored; did you mean enabled?',
    ],
    [
      '__proto__',
      section('{ __proto__: { enabled: true } }'),
      /^__proto__ is not an option \(crossbridge\.yml:2:16\), it is ignored; known are /,
    ],
  ]
  for (const [name, text, line] of cases) {
    it(name, () => {
      const { problems, config } = loadText(text)

      assert.equal(config.enabled, false)
      assert.equal(problems.length, 1)
      if (typeof line === 'string') assert.equal(problems[0], line)
      else assert.match(problems[0] ?? '', line)
    })
  }

  const here = tmpdir()
  for (const [name, path, reason] of [
    ['nothing', `${here}/nowhere.yml`, 'there is no such file (nowhere.yml'],
    ['a folder', dirname(here), `it is a folder (${dirname(here)}`],
    ['a device that never ends', '/dev/zero', 'it is not a regular file (/dev/zero'],
  ] as const) {
    it(`CROSSBRIDGE_CONFIG that names ${name}`, {
      skip: path.startsWith('/dev') && process.platform === 'win32',
    }, () => {
      const { problems, config } = load(path, { CROSSBRIDGE_CONFIG: path }, here)

      assert.equal(config.enabled, false)
      assert.deepEqual(problems, [`the configuration can't be read: ${reason}, named by CROSSBRIDGE_CONFIG); ${off}`])
    })
  }
})
