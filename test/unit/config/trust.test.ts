import assert from 'node:assert/strict'
import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { load } from '../../../agent/config/load.ts'

const folders: string[] = []
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const stranger = 12345
const off = 'using the defaults, profiling is off'
const on = (options: string) => `runtime:\n  profiling: { enabled: true, ${options} }\n`
const foreign = `belongs to user ${stranger}, not to root or to user 0, who runs this; chown it to one of these`
const probes = 'names code to run (probes, crossbridge.yml:2:39)'
const refused = (why: string) => ({ lines: [`crossbridge.yml is not taken, since it ${why}; ${off}`], taken: false })
const taken = { lines: [], taken: true }

/** What is said of `shop/crossbridge.yml` after `prepare`, loaded from `shop`; that it is not run: e2e/config.test.ts. */
function tried(text: string, prepare: (folder: string) => void, variables: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'crossbridge-'))
  folders.push(folder)
  mkdirSync(join(folder, 'shop'))
  const path = join(folder, 'shop/crossbridge.yml')
  writeFileSync(path, text)
  prepare(folder)
  const { problems, config, file } = load(path, variables, join(folder, 'shop'))
  return { lines: problems.map((line) => line.replaceAll(folder, '<folder>')), taken: config.enabled && file === path }
}
const give = (name: string) => (folder: string) => chownSync(join(folder, name), stranger, stranger)
const mode = (name: string, bits: number) => (folder: string) => chmodSync(join(folder, name), bits)

describe('a file of somebody else', {
  skip: process.geteuid?.() !== 0 && 'only root can give a file to others',
}, () => {
  it('is not taken where it names code', () => {
    const text = on('probes: [./probe.mjs]')

    assert.deepEqual(
      tried(text, () => {}),
      taken,
    )
    assert.deepEqual(tried(text, give('shop/crossbridge.yml')), refused(`${probes} and ${foreign}`))
    assert.deepEqual(
      tried(on('output: { type: module, path: ./out.mjs }'), give('shop/crossbridge.yml')),
      refused(`names code to run (output.type: module, crossbridge.yml:2:47) and ${foreign}`),
    )
  })

  it('is not taken with code where it is named by CROSSBRIDGE_CONFIG, or code by a variable', () => {
    const named = tried(on('probes: [./probe.mjs]'), give('shop/crossbridge.yml'), {
      CROSSBRIDGE_CONFIG: 'crossbridge.yml',
    })
    const variable = tried(on('mode: full'), give('shop/crossbridge.yml'), {
      CROSSBRIDGE_PROFILING_PROBES: './probe.mjs',
    })

    assert.deepEqual(named, refused(`${probes} and ${foreign}`))
    assert.match(
      variable.lines[0] ?? '',
      /not taken, since it names code to run \(probes, CROSSBRIDGE_PROFILING_PROBES\)/,
    )
  })

  it('is one that others can write, it or its folder, or that is linked by somebody else', () => {
    const text = on('probes: [./probe.mjs]')
    const link = (folder: string) => {
      renameSync(join(folder, 'shop/crossbridge.yml'), join(folder, 'real.yml'))
      symlinkSync('../real.yml', join(folder, 'shop/crossbridge.yml'))
    }
    const linkOfOther = (folder: string) => {
      link(folder)
      lchownSync(join(folder, 'shop/crossbridge.yml'), stranger, stranger)
    }

    assert.deepEqual(
      tried(text, mode('shop/crossbridge.yml', 0o666)),
      refused(`${probes} and others can write it (mode 0666); chmod go-w <folder>/shop/crossbridge.yml`),
    )
    assert.match(tried(text, mode('shop', 0o777)).lines[0] ?? '', /others can write its folder .* \(mode 0777\)/)
    assert.match(tried(text, give('shop')).lines[0] ?? '', /its folder .* belongs to user 12345/)
    assert.match(tried(text, linkOfOther).lines[0] ?? '', /belongs to user 12345/)
    for (const fine of [mode('shop', 0o1777), mode('shop/crossbridge.yml', 0o664), link])
      assert.deepEqual(tried(text, fine), taken)
  })

  it('is taken where it harms nobody, and not where it writes or sends elsewhere unless it is named', () => {
    const given = give('shop/crossbridge.yml')
    for (const harmless of ['mode: full', 'output: { type: file, path: ./a/b.jsonl }', 'output: { type: none }'])
      assert.deepEqual(tried(on(harmless), given), taken)

    for (const [options, wish] of [
      ['output: { type: file, path: ../b.jsonl }', 'writes outside of the working directory (output.path, '],
      ['output: [{ type: file, path: /nowhere/b.jsonl }]', 'writes outside of the working directory (output.path, '],
      ['cpu_profile: { path: /tmp/p }', 'writes outside of the working directory (cpu_profile.path, '],
      ['heap_profile: { path: ../p }', 'writes outside of the working directory (heap_profile.path, '],
      ['cli: { socket: /tmp/a.sock }', 'writes outside of the working directory (cli.socket, '],
      ['alerts: { type: webhook, url: "http://127.0.0.1:1" }', 'sends what is recorded away (alerts.url, '],
      ['output: { type: otlp, endpoint: "http://127.0.0.1:1" }', 'sends what is recorded away (output.endpoint, '],
    ] as const) {
      const { lines, taken } = tried(on(options), given)
      const [line = ''] = lines
      assert.equal(taken, false)
      assert.ok(line.includes(wish), line || options)
      assert.ok(line.endsWith(`chown it to one of these, or name the file by CROSSBRIDGE_CONFIG; ${off}`), line)
    }
    const named = tried(on('output: { type: file, path: ../b.jsonl }'), given, {
      CROSSBRIDGE_CONFIG: 'crossbridge.yml',
    })
    assert.deepEqual(named, taken)
  })
})
