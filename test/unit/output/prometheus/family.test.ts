import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { createLedger } from '../../../../agent/ledger.ts'
import { startOf } from '../../../../agent/output/process-identity.ts'
import { createFamily, type Family, openFamily } from '../../../../agent/output/prometheus/family.ts'
import { createPrometheus } from '../../../../agent/output/prometheus/prometheus.ts'
import type { Snapshot } from '../../../../agent/output/prometheus/series.ts'
import { freePort, sumOf } from '../../../support/prometheus.ts'

const key = '["shop","store.find"]'
const of = (calls: number, open = 0): Snapshot => ({
  crossbridge_calls_seen_total: { [key]: { n: [calls] } },
  crossbridge_calls_open: { [key]: { n: [open] } },
})
const seenIn = (snapshot: Snapshot) => snapshot.crossbridge_calls_seen_total?.[key]?.n[0]
const openIn = (snapshot: Snapshot) => snapshot.crossbridge_calls_open?.[key]?.n[0]
const me = startOf(process.pid)
/** A process that has ended. */
const gone = spawnSync(process.execPath, ['-e', '']).pid

describe('a family of processes and threads', () => {
  const { TMPDIR } = process.env
  let tmp: string
  let folder: string
  let family: Family
  let number = 0
  const put = (name: string, calls: number, { ended = false, open = 0, at = Date.now() } = {}) =>
    writeFileSync(join(folder, `${name}.json`), JSON.stringify({ ended, at, series: of(calls, open) }))
  const members = () => readdirSync(folder).filter((name) => /^\d.*json$/.test(name))

  before(() => {
    tmp = mkdtempSync(join(tmpdir(), 'family-'))
    process.env.TMPDIR = tmp
  })
  after(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = TMPDIR
    rmSync(tmp, { recursive: true, force: true })
  })
  const parent = () => join(tmp, readdirSync(tmp)[0] as string)
  beforeEach(() => {
    rmSync(join(tmp), { recursive: true, force: true })
    mkdirSync(tmp)
    family = openFamily(`key ${number++}`, true)
    folder = join(parent(), readdirSync(parent())[0] as string)
  })

  it('adds up those that run and those that ended, and keeps one file of the latter', () => {
    put(`${process.pid}-${me}-7`, 1, { open: 2 })
    put(`${process.pid}-${me}-8`, 10, { ended: true, open: 2 })
    for (let n = 0; n < 50; n++) put(`${gone}-5-${n}`, 100, { open: 2 })

    for (let again = 0; again < 3; again++) {
      const merged = family.merged(of(1000, 1))
      assert.deepEqual([seenIn(merged), openIn(merged)], [6011, 3])
      assert.deepEqual(members(), [`${process.pid}-${me}-7.json`])
    }
  })

  it('counts nothing twice when it was killed between folding files and removing them', () => {
    put(`${gone}-5-1`, 100)
    const before = readFileSync(join(folder, `${gone}-5-1.json`))
    family.merged({})
    writeFileSync(join(folder, `${gone}-5-1.json`), before)
    put(`${gone}-5-2`, 10)

    assert.equal(seenIn(family.merged({})), 110)
    assert.equal(seenIn(family.merged({})), 110)
    assert.deepEqual(members(), [])
  })

  it('takes a process for ended whose number is used by another one now', {
    skip: process.platform !== 'linux',
  }, () => {
    put(`${process.pid}-1-3`, 5, { open: 1 })

    assert.equal(seenIn(family.merged({})), 5)
    assert.deepEqual(members(), [])
  })

  it('does not count the open calls of a thread that was terminated', () => {
    put(`${process.pid}-${me}-7`, 5, { open: 3, at: Date.now() - 11_000 })

    assert.deepEqual([seenIn(family.merged(of(0))), openIn(family.merged(of(0)))], [5, 0])
  })

  it('folds nothing while another holds the lock, and takes over one whose holder was killed', () => {
    put(`${gone}-5-1`, 100)
    writeFileSync(join(folder, 'lock'), `${process.pid} ${me}`)
    assert.equal(seenIn(family.merged({})), 100)
    assert.equal(members().length, 1)

    writeFileSync(join(folder, 'lock'), `${gone} 5`)
    family.merged({})
    assert.equal(seenIn(family.merged({})), 100)
    assert.deepEqual([members(), existsSync(join(folder, 'lock'))], [[], false])
  })

  it('has one that leads, until that ends', () => {
    writeFileSync(join(folder, 'leader'), `${process.ppid} ${startOf(process.ppid)}`)
    assert.equal(family.leads(), false)

    writeFileSync(join(folder, 'leader'), `${gone} 5`)
    assert.deepEqual([family.leads(), family.leads()], [true, true])
  })

  it('makes its folder anew when it was cleaned up', () => {
    rmSync(parent(), { recursive: true })

    assert.equal(seenIn(family.merged(of(1))), 1)
    family.leads()
    assert.equal(family.leads(), true)
    family.write(of(1), false)
    assert.equal(members().length, 1)
  })

  it('removes what dead families left, and leaves the living alone', () => {
    const [, machine] = /\/(\w+)-[^/]*$/.exec(folder) as unknown as [string, string]
    for (const name of [`${machine}-${gone}-5-aa`, `${machine}-${process.pid}-${me}-bb`, `${machine}-${gone}-6-cc`])
      mkdirSync(join(parent(), name))
    writeFileSync(join(parent(), `${machine}-${gone}-6-cc`, `${process.ppid}-${startOf(process.ppid)}-0.json`), '{}')
    family.sweep()

    assert.deepEqual(
      readdirSync(parent())
        .map((name) => name.slice(-2))
        .toSorted(),
      [folder.slice(-2), 'bb', 'cc'].toSorted(),
    )
  })

  it('is none of a process that is alone, until another thread or process is there', () => {
    const alone = createFamily('key alone', true, () => assert.fail())
    const folders = () => readdirSync(parent()).length

    assert.deepEqual([alone(), alone(), folders()], [undefined, undefined, 1])
    openFamily('key alone', true).write(of(5), true)
    assert.deepEqual([alone()?.isRoot, folders()], [true, 2])
  })

  it('refuses a folder that others may write to', { skip: process.platform === 'win32' }, () => {
    chmodSync(parent(), 0o777)

    assert.throws(() => openFamily('another', true), /not this user's alone/)
  })

  it('goes on with its totals when the same output is opened anew, and listens no more when it is closed', async () => {
    const port = await freePort()
    const options = {
      port,
      host: '127.0.0.1',
      registry: 'own',
      naming: 'profiling',
      pushgateway: '',
      textfile: '',
      costs: 'off',
    } as const
    const ledger = createLedger()
    const counts = ledger.counts('shop', 'store.find')
    const meter = { total: () => 0, spent() {}, begin: () => 0, end() {}, done() {} }
    const told: string[] = []
    const open = () =>
      createPrometheus(options, {
        folder: tmp,
        ledger,
        meter,
        agentOrigins: new Set(),
        config: () => ({ labels: {}, prices: { currency: 'USD', models: {} } }),
        warnOnce: (_, message) => void told.push(message),
      })
    const point = { name: 'store.find', library: 'shop', target: 'store', counts } as never
    const seen = { point, durationMs: 1, error: undefined, memoryMb: undefined, metadata: undefined, labels: undefined }
    const ids = { traceId: undefined, spanId: undefined }
    const scrape = async () => {
      for (let tries = 0; ; tries++) {
        const text = await fetch(`http://127.0.0.1:${port}/metrics`).then(
          (one) => one.text(),
          () => '',
        )
        if (text !== '' || tries > 500) return sumOf(text, 'profiling_calls_total')
      }
    }

    const first = open()
    assert.equal(open(), undefined)
    first?.observe?.({ ...seen, ...ids })
    assert.equal(await scrape(), 1)
    first?.close?.()
    await assert.rejects(fetch(`http://127.0.0.1:${port}/metrics`))
    const second = open()
    second?.observe?.({ ...seen, ...ids })
    assert.equal(await scrape(), 2)
    second?.close?.()
    assert.deepEqual(told, [])
  })
})
