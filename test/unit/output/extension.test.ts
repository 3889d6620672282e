import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Observed, ProfileRecord } from '../../../agent/model.ts'
import { createExtensionOutput } from '../../../agent/output/extension.ts'

const record = (name: string): ProfileRecord => ({
  ...{ name, duration_ms: 1, timestamp: 2, library: 'app', concurrent: 0, pid: 3, thread_id: 0 },
  ...{ metadata: { n: 1 }, exceeded: ['slow_call_ms'], timing: { blocked_ms: 1 } },
})

describe('an output of the user', { timeout: 60_000 }, () => {
  let folder: string
  let modules = 0
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'own-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  /** Opens a module of this text; `heard` is what it pushes on `globalThis.heard`. */
  const open = (text: string | undefined, ending = 'mjs') => {
    const path = `./${++modules}.${ending}`
    if (text !== undefined) writeFileSync(join(folder, path), text)
    const told: string[] = []
    const heard: unknown[] = []
    ;(globalThis as { heard?: unknown[] }).heard = heard
    let changes = 0
    const output = createExtensionOutput({
      ...{ path, folder, location: 'crossbridge.yml:5:9' },
      warnOnce: (_, message) => void told.push(message.replaceAll(folder, 'FOLDER').replaceAll(path, 'PATH')),
      suppressTracing: (run) => run(),
      changed: () => void changes++,
    })
    const settled = async () => {
      while (changes === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    }
    return { output, told, heard, settled, changes: () => changes }
  }

  it('gets the records that waited for it, the first 1,000, and then each at once', async () => {
    const { output, told, heard, settled } = open('export default { write: ({ name }) => heard.push(name) }')

    const taken = Array.from({ length: 1002 }, (_, n) => output.write(record(`${n}`))).filter(Boolean)
    await settled()

    assert.deepEqual([taken.length, heard.length, heard[0], heard.at(-1)], [1000, 1000, '0', '999'])
    assert.deepEqual([output.write(record('later')), heard.at(-1)], [true, 'later'])
    assert.match(
      told[0] ?? '',
      /^output.path: PATH is not loaded yet \(crossbridge.yml:5:9\); of its records only 1000 wait$/,
    )
  })

  it('gets a copy, so that what it does to it is nothing to others', async () => {
    const { output, settled, told } = open(`export default {
      write(record) {
        record.name = 'other'
        record.metadata.n = 2
        record.exceeded.push('x')
        record.timing.blocked_ms = 2
      },
      observe(call) {
        call.metadata.n = 2
      },
    }`)
    const given = record('own')
    const metadata = { n: 1 }
    await settled()

    assert.ok(output.write(given))
    output.observe?.({ point: {}, durationMs: 1, metadata } as unknown as Observed)

    assert.deepEqual([given, metadata, told], [record('own'), { n: 1 }, []])
  })

  it('may be made by a function, by one that is asynchronous, and by CommonJS, compiled or not', async () => {
    const made = '({ write(record) { heard.push(record.name) } })'
    for (const [text, ending] of [
      [`export default () => ${made}`, 'mjs'],
      [`export default async () => ${made}`, 'mjs'],
      [`module.exports = ${made}`, 'cjs'],
      [`module.exports = () => ${made}`, 'cjs'],
      [`exports.__esModule = true; exports.default = () => ${made}`, 'cjs'],
    ] as const) {
      const { output, heard, settled } = open(text, ending)
      await settled()

      assert.deepEqual([output.write(record('one')), heard], [true, ['one']], text)
    }
  })

  it('is reported when it cannot be used, with its place, and loses what waited', async () => {
    for (const [text, what] of [
      [
        undefined,
        /^output.path: PATH can't be loaded: there is no such file \(tried FOLDER\/\d+.mjs\) \(crossbridge.yml:5:9\); it gets no more records, 1 that waited for it are lost$/,
      ],
      ['export default (', /can't be loaded: SyntaxError/],
      ['throw new Error("no")', /can't be loaded: Error at \d+.mjs:1:\d+ \(tried/],
      ['await Promise.reject(new Error("no"))', /can't be loaded: Error at \d+.mjs:1:\d+ \(tried/],
      ['export const output = 1', /PATH has no output as its default export, an object with write\(record\)/],
      [
        'export default () => { throw new Error("no") }',
        /PATH has a default export that fails: Error at \d+.mjs:1:\d+/,
      ],
      [
        'export default async () => { throw new Error("no") }',
        /PATH has a default export that fails: Error at \d+.mjs:1:\d+/,
      ],
      ['export default () => 5', /PATH has no output as its default export/],
    ] as const) {
      const { output, told, settled } = open(text)
      assert.ok(output.write(record('waits')))
      await settled()

      assert.equal(told.length, 1)
      assert.match(told[0] ?? '', what)
      assert.equal(output.write(record('later')), false)
    }
  })

  it('is switched off once it fails, by throwing or by a promise, is closed and told', async () => {
    for (const fails of [
      'throw new Error("no")',
      'return Promise.reject(new Error("no"))',
      'return { then(_, no) { no(new Error("no")) } }',
    ]) {
      for (const what of ['write', 'observe', 'flush'] as const) {
        const { output, told, heard, settled, changes } = open(`export default {
          write() { heard.push('write') },
          observe() {},
          close() { heard.push('close') },
          ${what}() { ${fails} },
        }`)
        await settled()

        if (what === 'write') output.write(record('one'))
        else if (what === 'observe') output.observe?.({ point: {}, durationMs: 1 } as unknown as Observed)
        else output.flush()
        while (changes() < 2) await new Promise((resolve) => setTimeout(resolve, 1))

        assert.deepEqual(
          told.map((text) => text.replace(/ at \d+\.mjs:\d+:\d+/, ' at ITS PLACE')),
          [
            `output.path: PATH has failed in ${what}: Error at ITS PLACE (crossbridge.yml:5:9); it gets no more records`,
          ],
        )
        assert.deepEqual([output.write(record('two')), output.observe, heard], [false, undefined, ['close']])
      }
    }
  })

  it('observes where it has a method for that, and only then', async () => {
    const without = open('export default { write() {} }')
    const { output, heard, settled } = open('export default { write() {}, observe: (call) => heard.push(call) }')
    assert.ok(!('observe' in output && output.observe))
    await Promise.all([settled(), without.settled()])

    assert.equal(without.output.observe, undefined)
    output.observe?.({
      ...{ point: { name: 'a.b', library: 'c', target: 'a', counts: {} }, durationMs: 1.234, error: 'TypeError' },
      ...{ memoryMb: undefined, metadata: { model: 'm' }, labels: { a: 'b' }, traceId: 't', spanId: 's' },
    } as unknown as Observed)

    const call = { name: 'a.b', library: 'c', target: 'a', duration_ms: 1.23, error: 'TypeError' }
    assert.deepEqual(heard, [{ ...call, metadata: { model: 'm' }, labels: { a: 'b' }, trace_id: 't', span_id: 's' }])
  })

  it('is not called within itself, which would have no end', async () => {
    const { output, heard, settled } = open('export default { write({ name }) { heard.push(name, again()) } }')
    ;(globalThis as { again?: () => boolean }).again = () => output.write(record('inner'))
    await settled()

    assert.ok(output.write(record('outer')))
    assert.deepEqual(heard, ['outer', false])
  })

  it('gets what waited when it is closed before it is there, and then its end', async () => {
    const { output, heard } = open(`export default {
      write: ({ name }) => heard.push(name), flush: () => heard.push('flush'), close: () => heard.push('close'),
    }`)

    output.write(record('one'))
    output.close?.()
    assert.equal(output.write(record('two')), false)
    while (heard.length < 3) await new Promise((resolve) => setTimeout(resolve, 1))

    assert.deepEqual(heard, ['one', 'flush', 'close'])
  })
})
