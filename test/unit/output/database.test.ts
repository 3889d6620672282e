import assert from 'node:assert/strict'
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProfileRecord } from '../../../agent/model.ts'
import { writeTo } from '../../../agent/output/database/database.ts'
import { builtInEngine, type Engine } from '../../../agent/output/database/engine.ts'
import { recordIn, valuesOf } from '../../../agent/output/database/rows.ts'
import { columns, migrate, numberIn, tableOf } from '../../../agent/output/database/tables.ts'
import { recordOf } from '../../support/records.ts'

const { emitWarning } = process
const engine = builtInEngine()
const identity = {
  start: () => JSON.stringify({ ...recordOf({ name: 'agent.start', library: 'agent' }), started: 1, service: 'shop' }),
  summary: () => JSON.stringify({ ...recordOf({ name: 'agent.summary', library: 'agent' }), started: 1, faults: 0 }),
}

describe('the tables of a database', () => {
  it('have a record of each kind in the one of its kind', () => {
    const kinds: readonly (readonly [Partial<ProfileRecord>, string])[] = [
      [{}, 'calls'],
      [{ kind: 'http' }, 'requests'],
      [{ kind: 'job' }, 'requests'],
      [{ name: 'test.case', library: 'vitest' }, 'tests'],
      [{ name: 'test.case', library: 'app' }, 'calls'],
      [{ name: 'test.step', library: 'app' }, 'calls'],
      [{ name: 'test.run', library: 'vitest' }, 'tests'],
      [{ name: 'test.hook', library: 'vitest' }, 'steps'],
      [{ name: 'test.step', library: 'playwright' }, 'steps'],
      [{ name: 'test.caseless' }, 'calls'],
      [{ name: 'system.snapshot', library: 'system' }, 'system'],
      [{ name: 'queue.depth', library: 'probe' }, 'probes'],
      [{ name: 'process.cpu', library: 'app', duration_ms: 0 }, 'probes'],
      [{ name: 'process.orders', library: 'app' }, 'calls'],
    ]

    for (const [made, table] of kinds) assert.equal(tableOf(recordOf(made)), table, JSON.stringify(made))
  })

  it('give back every field of a record as it was', () => {
    const record = {
      ...recordOf({ error: 'TypeError', status: 429, exceeded: ['slow_call_ms'], sample_rate: 0.1, self_ms: 0.25 }),
      metadata: { model: 'small', filtered: false, top_k: 5, share: 0.5 },
      timing: { blocked_ms: 1 },
      kind: 'http' as const,
      labels: { tenant: 'acme' },
      test_id: 'a1',
      later: { field: [1, null] },
    }
    // A column holds no object: such a value goes where the other fields are.
    for (const odd of [record, { ...record, status: '08006' }, { ...record, error: { not: 'a text' } }]) {
      const [...values] = valuesOf(odd, columns)
      const names = [...columns, 'more']
      const row = Object.fromEntries(
        values.map((value, i) => [names[i], typeof value === 'bigint' ? Number(value) : value]),
      )

      assert.deepEqual(recordIn(row), odd)
    }
  })

  it('are brought from any earlier version to the present one, each step once', { skip: engine === undefined }, () => {
    const db = (engine as Engine).open(':memory:')
    const steps = ['CREATE TABLE one (a)', 'ALTER TABLE one ADD b', 'ALTER TABLE one ADD c']

    migrate(db, steps.slice(0, 1))
    assert.equal(numberIn(db, 'user_version'), 1)
    migrate(db, steps)
    migrate(db, steps)

    assert.equal(numberIn(db, 'user_version'), 3)
    assert.deepEqual(
      [...db.prepare('SELECT name FROM pragma_table_info(?)').iterate('one')].map(({ name }) => name),
      ['a', 'b', 'c'],
    )
    db.close()
  })
})

describe('writing to a database', { skip: engine === undefined && 'this Node has no node:sqlite' }, () => {
  let folder: string
  let told: string[]
  let lost: number
  const open = (by: Engine, more: { flush_ms?: number } = {}) =>
    writeTo(
      by,
      {
        ...{ type: 'database', database_path: join(folder, 'profile.db'), flush_ms: 60_000, ...more },
        rotate: { size_mb: 0, age_hours: 0 },
      },
      {
        warnOnce: (_, message) => void told.push(message),
        folder,
        location: 'crossbridge.yml:3:7',
        meter: { spent() {} },
        identity,
        lost: () => void lost++,
        unseen: (_, run) => run(),
      },
    )
  const count = () => {
    const db = (engine as Engine).open(join(folder, 'profile.db'), 'read')
    try {
      return Number(db.prepare('SELECT count(*) AS n FROM calls').get()?.n)
    } finally {
      db.close()
    }
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'crossbridge-database-'))
    told = []
    lost = 0
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('drops what a full disk does not take, whole transactions of it, tells it once and goes on when there is room', async () => {
    let isFull = false
    const onDisk: Engine = {
      name: 'node-sqlite',
      open(file, how) {
        const db = (engine as Engine).open(file, how)
        // What SQLite says of a disk that is full, it says of a file that may not grow.
        if (isFull) db.exec(`PRAGMA max_page_count = ${numberIn(db, 'page_count')}`)
        return db
      },
    }
    const first = open(onDisk)
    first.write(recordOf())
    first.flush()
    first.exit?.()
    isFull = true
    const output = open(onDisk)
    const long = recordOf({ stack_trace: 'x'.repeat(20_000) })
    for (let n = 0; n < 10; n++) assert.equal(output.write(long), true)
    output.flush()

    assert.equal(count(), 1)
    assert.equal(lost, 10)
    assert.deepEqual(
      told.map((message) => message.replace(folder, '')),
      ["records can't be written to /profile.db (SQLITE_FULL: the disk is full); they are dropped until it can be"],
    )
    isFull = false
    while (!output.write(recordOf())) await sleep(50)
    output.flush()
    output.exit?.()
    assert.equal(count(), 2)
    assert.match(told[1] ?? '', /^10 records could not be written to .*profile\.db; they are lost$/)
    assert.equal(told.length, 2)
  })

  it('tells of a damaged database, and what to do with it', () => {
    const first = open(engine as Engine)
    for (let n = 0; n < 500; n++) first.write(recordOf())
    first.flush()
    first.exit?.()
    const file = join(folder, 'profile.db')
    const fd = openSync(file, 'r+')
    // All but the first page, which says that it is a database.
    writeSync(fd, Buffer.alloc(statSync(file).size - 4096, 'x'), 0, undefined, 4096)
    closeSync(fd)

    const output = open(engine as Engine)
    output.write(recordOf())
    output.flush()
    output.exit?.()

    assert.equal(lost, 1)
    assert.match(told[0] ?? '', /\(SQLITE_CORRUPT: it is damaged; move it away\); they are dropped until it can be$/)
  })

  it('keeps no more than 10,000 records while another has it locked, and says so', () => {
    const output = open(engine as Engine)
    output.write(recordOf())
    output.flush()
    output.close?.()
    const other = (engine as Engine).open(join(folder, 'profile.db'))
    other.exec('BEGIN IMMEDIATE')
    const waiting = open(engine as Engine)

    for (let n = 0; n < 10_000; n++) assert.equal(waiting.write(recordOf()), true)
    assert.equal(waiting.write(recordOf()), false)
    other.exec('COMMIT')
    other.close()
    waiting.flush()
    waiting.exit?.()

    assert.equal(count(), 10_001)
    assert.equal(lost, 0)
    assert.match(told[0] ?? '', /^10000 records wait for .*profile\.db, which is locked; further ones are dropped/)
  })

  it('leaves process.emitWarning as it was', () => {
    builtInEngine()

    assert.equal(process.emitWarning, emitWarning)
  })
})
