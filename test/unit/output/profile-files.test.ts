import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { createProfileFiles } from '../../../agent/output/profile-files.ts'

const home = mkdtempSync(join(tmpdir(), 'cb-profiles-'))
after(() => rmSync(home, { recursive: true, force: true }))
let folders = 0

function open(keep: number, option: 'cpu_profile' | 'heap_profile' = 'cpu_profile', path = join(home, `${folders++}`)) {
  const told: string[] = []
  const files = createProfileFiles({
    ...{ option, path, keep, location: () => 'crossbridge.yml:3:5' },
    warnOnce: (_, message) => told.push(message),
  })
  return { files, path, told }
}

describe('the files of profiles', () => {
  it('are made with mode 0600 in a folder of 0700, whole', () => {
    const { files, path, told } = open(5)
    const name = files.nameOf('cpu')

    assert.equal(files.write(name, { nodes: [] }), join(path, name))
    assert.match(name, /^cpu-\d{8}T\d{9}Z-\d+-0-\d+\.cpuprofile$/)
    assert.deepEqual(readdirSync(path), [name])
    assert.equal(readFileSync(join(path, name), 'utf8'), '{"nodes":[]}')
    assert.deepEqual([statSync(path).mode & 0o777, statSync(join(path, name)).mode & 0o777], [0o700, 0o600])
    assert.deepEqual(told, [])
  })

  it('are as many as `keep` says, of all processes; others are left alone', () => {
    const { files, path, told } = open(2)
    const others = ['cpu-20200101T000000000Z-1-0-0.heapprofile', 'own.cpuprofile', 'cpu-x.cpuprofile', 'notes.txt']
    const old = ['cpu-20200101T000000000Z-1-0-0.cpuprofile', 'burst-20210101T000000000Z-2-1-7.cpuprofile']
    mkdirSync(path)
    for (const name of [...others, ...old]) writeFileSync(join(path, name), '{}')
    const name = files.nameOf('hand')

    files.write(name, {})

    assert.deepEqual(readdirSync(path).sort(), [...others, old[1], name].sort())
    assert.deepEqual(told, [])
  })

  it('of the heap are counted by themselves', () => {
    const cpu = open(1)
    const heap = open(1, 'heap_profile', cpu.path)
    for (const { files } of [cpu, heap]) files.write(files.nameOf('cpu'), {})

    assert.equal(readdirSync(cpu.path).length, 2)
  })

  it('that can not be written are reported, with the place to change', () => {
    const { files, path, told } = open(5, 'cpu_profile', join(home, 'file'))
    writeFileSync(path, '')
    chmodSync(path, 0o600)

    assert.equal(files.write(files.nameOf('cpu'), {}), undefined)
    assert.equal(told.length, 1)
    assert.match(told[0] ?? '', /^cpu_profile\.path: a profile can't be written: ENOTDIR.* \(crossbridge\.yml:3:5\)$/)
  })
})
