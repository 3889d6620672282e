import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { lineOf } from '../../../agent/diagnostics.ts'
import type { ProfileRecord } from '../../../agent/model.ts'
import { createFileOutput } from '../../../agent/output/file.ts'
import { machine, startOf } from '../../../agent/output/process-identity.ts'

const start = Date.UTC(2026, 6, 1, 22)
const hour = 3_600_000
const never = { size_mb: 0, age_hours: 0, keep: 5 }
const isRoot = process.getuid?.() === 0

describe('a file that is rotated', () => {
  let folder: string
  let clock: number
  let told: string[]

  const open = (rotate: object, path = 'p.jsonl', write = (fd: number, line: string) => writeSync(fd, line)) => {
    const options = { path: join(folder, path), rotate: { ...never, ...rotate } }
    const output = createFileOutput(options, (_cause, message) => told.push(message), { now: () => clock, write })
    return (n: number) => output.write({ n, timestamp: clock / 1000 } as unknown as ProfileRecord)
  }
  const size = (n: number) => JSON.stringify({ n, timestamp: clock / 1000 }).length + 1
  const files = () => readdirSync(folder).sort()
  const numbers = (name: string) =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .flatMap((line) => (line === '' ? [] : [JSON.parse(line).n]))

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rotate-'))
    clock = start
    told = []
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('is filled to its last byte, and a single record may be larger', () => {
    const write = open({ size_mb: (2 * size(1)) / 1e6 })

    for (const n of [1, 2, 3]) assert.equal(write(n), true)
    assert.deepEqual([numbers('p.jsonl.1'), numbers('p.jsonl')], [[1, 2], [3]])

    const small = open({ size_mb: 0.000001 })
    for (const n of [4, 5]) assert.equal(small(n), true)
    assert.deepEqual([numbers('p.jsonl.2'), numbers('p.jsonl.1'), numbers('p.jsonl')], [[3], [4], [5]])
    assert.equal(statSync(join(folder, 'p.jsonl')).mode & 0o777, 0o600)
  })

  it('is kept as often as it is said, and nothing else is removed', () => {
    for (const name of ['p.jsonl.2026', 'p.jsonl.1.gz', 'p.jsonl.old', 'q.jsonl.3', 'p.jsonl.9', 'p.jsonl.1000'])
      writeFileSync(join(folder, name), '')
    const write = open({ size_mb: 0.000001, keep: 2 })

    for (const n of [1, 2, 3, 4, 5]) write(n)

    assert.deepEqual(files(), [
      'p.jsonl',
      'p.jsonl.1',
      'p.jsonl.1.gz',
      'p.jsonl.2',
      'p.jsonl.2026',
      'p.jsonl.old',
      'q.jsonl.3',
    ])
    assert.deepEqual(['p.jsonl', 'p.jsonl.1', 'p.jsonl.2'].flatMap(numbers), [5, 4, 3])
  })

  it('moves no file beyond a number that is free', () => {
    writeFileSync(join(folder, 'p.jsonl.1'), '{"n":-1}\n')
    writeFileSync(join(folder, 'p.jsonl.3'), '{"n":-3}\n')
    const write = open({ size_mb: 0.000001 })

    for (const n of [1, 2]) write(n)

    assert.deepEqual(['p.jsonl', 'p.jsonl.1', 'p.jsonl.2', 'p.jsonl.3'].flatMap(numbers), [2, 1, -1, -3])
  })

  it('begins anew in place when none is kept', () => {
    const write = open({ size_mb: (2 * size(1)) / 1e6, keep: 0 })
    const other = open({ size_mb: (2 * size(1)) / 1e6, keep: 0 })

    for (const n of [1, 2]) write(n)
    const { ino } = statSync(join(folder, 'p.jsonl'))
    other(3)
    write(4)

    assert.deepEqual([files(), numbers('p.jsonl'), told], [['p.jsonl'], [3, 4], []])
    assert.equal(statSync(join(folder, 'p.jsonl')).ino, ino)
  })

  it('is as old as its first record, for a later process too', () => {
    open({ age_hours: 2 })(1)
    clock += hour
    const write = open({ age_hours: 2 })
    write(2)
    clock += hour - 1
    write(3)
    assert.deepEqual(files(), ['p.jsonl'])

    clock += 1
    write(4)
    assert.deepEqual([numbers('p.jsonl.1'), numbers('p.jsonl')], [[1, 2, 3], [4]])

    clock += 2 * hour - 1
    write(5)
    assert.deepEqual(files(), ['p.jsonl', 'p.jsonl.1'])
  })

  it('is not as old as its first call, which may have been long', () => {
    const timestamp = (start - hour) / 1000
    writeFileSync(join(folder, 'p.jsonl'), `${JSON.stringify({ n: 0, duration_ms: hour - 0.5, timestamp })}\n`)
    const write = open({ age_hours: 1 })

    clock += hour - 1
    write(1)
    assert.deepEqual(files(), ['p.jsonl'])
    clock += 1
    write(2)

    assert.deepEqual([numbers('p.jsonl.1'), numbers('p.jsonl')], [[0, 1], [2]])
  })

  it('is as old as this process knows it, where its beginning says nothing', () => {
    writeFileSync(join(folder, 'p.jsonl'), '{"n":0}\n')
    const write = open({ age_hours: 1 })

    write(1)
    clock += hour - 1
    write(2)
    assert.deepEqual(files(), ['p.jsonl'])
    clock += 1
    write(3)

    assert.deepEqual([numbers('p.jsonl.1'), numbers('p.jsonl')], [[0, 1, 2], [3]])
  })

  it('is rotated once, however many know it as full or old, and all go on in the new one', () => {
    for (const [name, rotate] of [
      ['full', { size_mb: (4 * size(1)) / 1e6 }],
      ['old', { age_hours: 1 }],
    ] as const) {
      const writers = [1, 2, 3, 4].map(() => open(rotate, name))
      for (const write of writers) write(1)
      clock += hour
      for (const write of writers) write(2)

      assert.deepEqual(
        [numbers(`${name}.1`), numbers(name)],
        [
          [1, 1, 1, 1],
          [2, 2, 2, 2],
        ],
      )
      assert.equal(existsSync(join(folder, `${name}.2`)), false)
    }
  })

  const held = (at: number, pid: number, startOfIt: string, where: string) =>
    `p.jsonl.lock.${at}-${pid}-${startOfIt}-0.0-${where}`
  const own = () => (process.platform === 'linux' ? startOf(process.pid) : '')

  it('is written on under the lock of another that runs, and of one elsewhere for less than a second', () => {
    for (const [name, most] of [
      [held(start, process.pid, own(), machine()), 5000],
      [held(start, 1, '1', 'elsewhere'), 900],
    ] as const) {
      clock = start
      writeFileSync(join(folder, name), '')
      const write = open({ size_mb: 0.000001 })

      write(1)
      write(2)
      clock = start + most - 1
      write(3)
      assert.deepEqual(
        [files(), numbers('p.jsonl')],
        [
          ['p.jsonl', name],
          [1, 2, 3],
        ],
      )

      clock = start + most
      open({ size_mb: 0.000001 })(4)
      assert.deepEqual([files(), told], [['p.jsonl', 'p.jsonl.1'], []])
      for (const one of files()) rmSync(join(folder, one))
    }
  })

  it('is rotated at once where the holder of its lock has been killed, whoever has its number now', () => {
    const { pid } = spawnSync(process.execPath, ['-e', ''])
    const names = [held(start, pid, '12345', machine())]
    if (process.platform === 'linux') names.push(held(start, process.pid, `${Number(own()) - 1}`, machine()))
    for (const name of names) writeFileSync(join(folder, name), '')
    const write = open({ size_mb: 0.000001 })

    for (const n of [1, 2, 3]) write(n)

    assert.deepEqual([files(), told], [['p.jsonl', 'p.jsonl.1', 'p.jsonl.2'], []])
  })

  it('is left alone by one that was stopped for longer than its lock is in force', () => {
    const options = { path: join(folder, 'p.jsonl'), rotate: { ...never, size_mb: 0.000001 } }
    const system = { now: () => (clock += 501), write: (fd: number, line: string) => writeSync(fd, line) }
    const output = createFileOutput(options, (_cause, message) => told.push(message), system)

    for (const n of [1, 2]) assert.equal(output.write({ n } as unknown as ProfileRecord), true)

    assert.deepEqual(files(), ['p.jsonl'])
    assert.match(told.join(), /p\.jsonl can't be rotated \(it took too long\); it grows until it can be$/)
  })

  it('grows where it can’t be rotated, which is reported, and is rotated when it can be', () => {
    mkdirSync(join(folder, 'p.jsonl.1/full'), { recursive: true })
    const write = open({ size_mb: 0.000001, keep: 1 })

    for (const n of [1, 2, 3]) assert.equal(write(n), true)
    assert.deepEqual(numbers('p.jsonl'), [1, 2, 3])
    assert.match(told[0] ?? '', /p\.jsonl can't be rotated \(EISDIR: /)
    assert.equal(told.length, 1)

    rmSync(join(folder, 'p.jsonl.1'), { recursive: true })
    clock += 1000
    write(4)
    assert.deepEqual([numbers('p.jsonl.1'), numbers('p.jsonl')], [[1, 2, 3], [4]])
  })

  it('is taken for the one at its path for less than 100 ms', () => {
    const write = open({})
    const move = (n: number) => renameSync(join(folder, 'p.jsonl'), join(folder, `moved-${n}`))

    write(1)
    move(1)
    clock += 99
    write(2)
    assert.deepEqual(files(), ['moved-1'])
    clock += 1
    write(3)
    move(2)
    clock -= 1
    write(4)

    assert.deepEqual([numbers('moved-1'), numbers('moved-2'), numbers('p.jsonl')], [[1, 2], [3], [4]])
  })

  it('is found full within 100 ms where another fills it', () => {
    const write = open({ size_mb: (4 * size(1)) / 1e6 })
    const other = open({ size_mb: (4 * size(1)) / 1e6 })

    for (const n of [1, 2]) write(n)
    for (const n of [3, 4]) other(n)
    clock += 100
    write(5)

    assert.deepEqual([numbers('p.jsonl.1'), numbers('p.jsonl')], [[1, 2, 3, 4], [5]])
  })

  it('has what was gathered when a reload closes it', () => {
    const options = { path: join(folder, '{date}.jsonl'), rotate: never, buffer_ms: 10_000 }
    const system = { now: () => clock, write: (fd: number, line: string) => writeSync(fd, line) }
    const output = createFileOutput(options, (_cause, message) => told.push(message), system)

    for (const n of [1, 2]) output.write({ n } as unknown as ProfileRecord)
    assert.deepEqual(files(), [])
    output.close?.()

    assert.deepEqual(numbers('2026-07-01.jsonl'), [1, 2])
  })

  it('has the process and the day (UTC) in its path, and changes at midnight', () => {
    const write = open({}, '{pid}/{date}-{date}.jsonl')

    write(1)
    clock = start + 2 * hour - 1
    write(2)
    clock += 1
    write(3)

    assert.deepEqual(numbers(`${process.pid}/2026-07-01-2026-07-01.jsonl`), [1, 2])
    assert.deepEqual(numbers(`${process.pid}/2026-07-02-2026-07-02.jsonl`), [3])
  })

  it('begins a new line after one that a process left torn a moment ago', () => {
    writeFileSync(join(folder, 'p.jsonl'), '{"n":')

    open({})(1)

    assert.match(readFileSync(join(folder, 'p.jsonl'), 'utf8'), /^\{"n":\n\{"n":1,.*\n$/)
  })

  it('takes no whole line for one that stopped short, whatever the bytes of its characters', () => {
    const output = createFileOutput({ path: join(folder, 'p.jsonl'), rotate: never }, (_cause, message) =>
      told.push(message),
    )

    for (const n of ['ü', '€']) assert.equal(output.write({ n } as unknown as ProfileRecord), true)

    assert.deepEqual([numbers('p.jsonl'), told], [['ü', '€'], []])
  })

  it('begins a new line after a write that stopped short, but not in a new file', () => {
    let most = Infinity
    const short = (fd: number, line: string) => writeSync(fd, line.slice(0, most))
    const write = open({ age_hours: 1 }, 'p.jsonl', short)
    const lines = (name: string) => readFileSync(join(folder, name), 'utf8').split('\n')

    assert.equal(write(1), true)
    most = 5
    assert.deepEqual([write(2), write(3)], [false, false])
    most = Infinity
    assert.equal(write(4), true)
    assert.deepEqual(
      lines('p.jsonl').map((line) => line.slice(0, 6)),
      ['{"n":1', '{"n":', '{"n"', '{"n":4', ''],
    )
    assert.match(told[0] ?? '', /\(only 5 of \d+ bytes could be written\); they are dropped until it can be$/)

    most = 5
    write(5)
    most = Infinity
    clock += hour
    write(6)
    assert.deepEqual([lines('p.jsonl').length, numbers('p.jsonl')], [2, [6]])
  })

  it('is beside the target of a link to it', { skip: process.platform === 'win32' }, () => {
    mkdirSync(join(folder, 'there'))
    symlinkSync('there/t.jsonl', join(folder, 'p.jsonl'))
    const write = open({ size_mb: 0.000001 })

    for (const n of [1, 2]) write(n)

    assert.deepEqual([files(), told], [['p.jsonl', 'there'], []])
    assert.deepEqual([numbers('there/t.jsonl.1'), numbers('there/t.jsonl'), numbers('p.jsonl')], [[1], [2], [2]])
  })

  it('is not another user’s through a link, nor what another user’s link leads to', { skip: !isRoot }, () => {
    writeFileSync(join(folder, 'theirs'), '')
    lchownSync(join(folder, 'theirs'), 65534, 65534)
    writeFileSync(join(folder, 'ours'), '')
    symlinkSync('theirs', join(folder, 'a'))
    symlinkSync('ours', join(folder, 'b'))
    symlinkSync('none', join(folder, 'c'))
    for (const name of ['b', 'c']) lchownSync(join(folder, name), 65534, 65534)

    assert.deepEqual(
      ['a', 'b', 'c'].map((name) => open({}, name)(1)),
      [false, false, false],
    )

    assert.match(told[0] ?? '', /it is a symbolic link to another user's file/)
    for (const line of told.slice(1)) assert.match(line, /it is another user's symbolic link/)
    assert.deepEqual([told.length, existsSync(join(folder, 'none'))], [3, false])
    for (const name of ['ours', 'theirs']) assert.equal(readFileSync(join(folder, name), 'utf8'), '')
  })

  it('is not a folder, and its name is reported without what a terminal would take for commands', () => {
    mkdirSync(join(folder, 'a\u001b[2J\nb\u2028'))

    assert.equal(open({}, 'a\u001b[2J\nb\u2028')(1), false)

    assert.match(
      lineOf(told[0] ?? ''),
      /\/a\\u001b\[2J\\nb\\u2028 \(EISDIR: [^\p{Cc}\u2028]*\); they are dropped until it can be\n$/u,
    )
  })
})
