import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import type { ProfileRecord } from '../../../agent/model.ts'
import { createFileOutput } from '../../../agent/output/file.ts'
import { createTextfile } from '../../../agent/output/prometheus/publish.ts'

const isRoot = process.getuid?.() === 0
const nobody = 65534
const unix = process.platform !== 'win32'

describe('what is written to', () => {
  let folder: string
  let told: string[]
  const at = (name: string) => join(folder, name)
  const warnOnce = (_: string, message: string) => void told.push(message)
  const record = { name: 'a.b', library: 'c' } as unknown as ProfileRecord
  let time = 0
  const open = (name: string) =>
    createFileOutput({ path: at(name), rotate: { size_mb: 0, age_hours: 0, keep: 5 } }, warnOnce, {
      now: () => time,
      write: (fd, lines) => writeSync(fd, lines),
    })

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'private-'))
    told = []
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('is not a file of another user', { skip: !isRoot }, () => {
    writeFileSync(at('theirs'), '')
    chownSync(at('theirs'), nobody, nobody)

    const output = open('theirs')

    assert.deepEqual([output.write(record), output.write(record)], [false, false])
    assert.match(
      told[0] ?? '',
      /can't be written to .*theirs \(it is another user's file\); they are dropped until it can be$/,
    )
    assert.equal(readFileSync(at('theirs'), 'utf8'), '')
  })

  it('is no FIFO of another user, whoever reads it', { skip: !isRoot }, () => {
    spawnSync('mkfifo', [at('pipe')])
    chownSync(at('pipe'), nobody, nobody)
    const reader = openSync(at('pipe'), constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      assert.equal(open('pipe').write(record), false)
      assert.match(told[0] ?? '', /it is another user's file/)
      assert.equal(readSync(reader, Buffer.alloc(10)), 0)
    } finally {
      closeSync(reader)
    }
  })

  it('is what is at the path at the time: a file of another that took its place gets nothing', {
    skip: !isRoot,
  }, () => {
    const output = open('p.jsonl')
    assert.ok(output.write(record))
    rmSync(at('p.jsonl'))
    writeFileSync(at('p.jsonl'), '')
    chownSync(at('p.jsonl'), nobody, nobody)
    time += 100

    assert.equal(output.write(record), false)
    assert.equal(readFileSync(at('p.jsonl'), 'utf8'), '')
  })

  it('is no hard link that others may have put there, and one that they can’t have', { skip: !isRoot }, () => {
    writeFileSync(at('mine'), '')
    for (const [name, mode, uid] of [
      ['open', 0o1777, 0],
      ['theirs', 0o755, nobody],
      ['closed', 0o755, 0],
    ] as const) {
      mkdirSync(at(name))
      chmodSync(at(name), mode)
      chownSync(at(name), uid, uid)
      linkSync(at('mine'), at(`${name}/p.jsonl`))
    }

    assert.deepEqual(
      ['open/p.jsonl', 'theirs/p.jsonl', 'closed/p.jsonl'].map((name) => open(name).write(record)),
      [false, false, true],
    )
    assert.match(told[0] ?? '', /it is a hard link in a folder that other users may write to/)
    assert.equal(readFileSync(at('mine'), 'utf8').split('\n').length, 2)
  })

  it('is reported where others may read it, and keeps its mode', { skip: !unix }, () => {
    writeFileSync(at('open.jsonl'), '')
    chmodSync(at('open.jsonl'), 0o640)
    writeFileSync(at('closed.jsonl'), '')
    chmodSync(at('closed.jsonl'), 0o600)

    for (const name of ['open.jsonl', 'closed.jsonl', 'new.jsonl']) assert.ok(open(name).write(record))

    assert.equal(told.length, 1)
    assert.match(told[0] ?? '', /^other users may read .*open\.jsonl \(mode 640\), where records go: .*chmod 600/)
    assert.equal(statSync(at('open.jsonl')).mode & 0o777, 0o640)
    assert.equal(statSync(at('new.jsonl')).mode & 0o777, 0o600)
  })

  it('is a device as before', { skip: !unix }, () => {
    const output = createFileOutput({ path: '/dev/null', rotate: { size_mb: 0, age_hours: 0, keep: 5 } }, warnOnce)

    assert.deepEqual([output.write(record), told], [true, []])
  })

  it('leaves nothing beside it but itself', () => {
    open('p.jsonl').write(record)

    assert.deepEqual(readdirSync(folder), ['p.jsonl'])
  })

  describe('as a text file of metrics', () => {
    it('is never what a link at its temporary name leads to', { skip: !unix }, () => {
      writeFileSync(at('victim'), 'mine')
      mkdirSync(at('open'))
      const planted = at(`open/.m.prom.${process.pid}.tmp`)
      symlinkSync(at('victim'), planted)

      createTextfile(at('open/m.prom'), warnOnce)(() => 'a 1\n')

      assert.deepEqual([readFileSync(at('victim'), 'utf8'), told], ['mine', []])
      assert.equal(readFileSync(at('open/m.prom'), 'utf8'), 'a 1\n')
      assert.ok(existsSync(planted))
    })

    it('takes the place of a link, is readable for others, and leaves no temporary file when it can’t be put', {
      skip: !unix,
    }, () => {
      writeFileSync(at('victim'), 'mine')
      symlinkSync(at('victim'), at('m.prom'))
      mkdirSync(at('folder.prom/x'), { recursive: true })

      createTextfile(at('m.prom'), warnOnce)(() => 'a 1\n')
      createTextfile(at('folder.prom'), warnOnce)(() => 'a 1\n')

      assert.deepEqual([readFileSync(at('victim'), 'utf8'), readFileSync(at('m.prom'), 'utf8')], ['mine', 'a 1\n'])
      assert.equal(statSync(at('m.prom')).mode & 0o444, 0o444)
      assert.deepEqual(readdirSync(folder).sort(), ['folder.prom', 'm.prom', 'victim'])
      assert.match(told[0] ?? '', /folder\.prom can't be written \(E[A-Z]+: /)
    })
  })
})
