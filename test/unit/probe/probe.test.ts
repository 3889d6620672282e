import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Emit } from '../../../agent/extensions.ts'
import { zero } from '../../../agent/ledger.ts'
import type { ProfileRecord } from '../../../agent/model.ts'
import { createProbes } from '../../../agent/probe/probe.ts'
import { keepUnder } from '../../../agent/scope/read.ts'

describe('a probe of the user', { timeout: 60_000 }, () => {
  let folder: string
  let modules = 0
  const shared = globalThis as { emit?: Emit | undefined }
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'probe-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  const start = async ({ withMetadata = true } = {}) => {
    const path = `./${++modules}.mjs`
    writeFileSync(join(folder, path), 'export default { start(emit) { globalThis.emit = emit } }')
    const records: ProfileRecord[] = []
    const told: string[] = []
    shared.emit = undefined
    const probes = createProbes({
      ...{ folder, location: () => 'crossbridge.yml:3:4', counts: zero },
      stamp: { dateNow: () => 5000, pid: 1, threadId: 0, keep: keepUnder },
      take: (record) => void records.push(record),
      warnOnce: (_, message) => void told.push(message),
    })
    probes.apply([path], withMetadata)
    while (shared.emit === undefined) await new Promise((resolve) => setTimeout(resolve, 1))
    return { emit: shared.emit as Emit, records, told, probes, path }
  }

  it('gives records that hold what a record may hold, and nothing of its own', async () => {
    const { emit, records, told } = await start()
    const many = Object.fromEntries(Array.from({ length: 70 }, (_, n) => [`k${n}`, n]))

    emit({
      name: 'x'.repeat(128),
      timestamp: 99_999_999_999,
      metadata: { a: 1n, b: () => 1, ['k'.repeat(129)]: 1, model: '/private/m', path: '/p' },
    })
    emit({ name: 'many', metadata: many, stack_trace: 'text', pid: 7 } as never)

    const stamp = { duration_ms: 0, library: 'probe', concurrent: 0, pid: 1, thread_id: 0 }
    assert.deepEqual(records[0], {
      ...stamp,
      name: 'x'.repeat(128),
      timestamp: 99_999_999_999,
      metadata: { a: 1, model: 'm', path: '/p' },
    })
    assert.deepEqual(Object.keys(records[1] ?? {}), [
      ...['name', 'duration_ms', 'timestamp', 'library', 'concurrent', 'pid', 'thread_id', 'metadata'],
    ])
    assert.deepEqual([records[1]?.timestamp, Object.keys(records[1]?.metadata ?? {}).length, told], [5, 64, []])
  })

  it('gives no metadata where records have none', async () => {
    const { emit, records, probes, path } = await start({ withMetadata: false })

    emit({ name: 'one', metadata: { n: 1 } })
    probes.apply([path], true)
    emit({ name: 'one', metadata: { n: 1 } })

    assert.deepEqual(
      records.map(({ metadata }) => metadata),
      [undefined, { n: 1 }],
    )
  })

  it('is told what is wrong, and goes on', async () => {
    for (const [wrong, what] of [
      [undefined, 'it must be an object, not undefined'],
      [{ name: 5 }, 'name must be a text of 1 to 128 characters'],
      [{ name: 'a', library: '' }, 'library must be a text of 1 to 128 characters'],
      [{ name: 'a', duration_ms: Number.NaN }, 'duration_ms must be a number: milliseconds, 0 or more'],
      [{ name: 'a', timestamp: 100_000_000_000 }, 'timestamp must be a number: Unix seconds'],
      [{ name: 'a', metadata: 'text' }, 'metadata must be an object'],
    ] as const) {
      const { emit, records, told, path } = await start()

      emit(wrong as never)
      emit({ name: 'right' })

      assert.deepEqual(told, [`probes: what ${path} emits is dropped (crossbridge.yml:3:4): ${what}`])
      assert.equal(records.length, 1)
    }
  })

  it('makes 1,000 names, and no more: each is kept and may be a label', async () => {
    const { emit, records, told } = await start()

    for (let n = 0; n < 1001; n++) emit({ name: `name ${n}` })
    emit({ name: 'name 0' })

    assert.deepEqual([records.length, records.at(-1)?.name], [1001, 'name 0'])
    assert.match(told[0] ?? '', /there are more than 1000 names$/)
  })
})
