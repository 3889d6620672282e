import assert from 'node:assert/strict'
import { chmodSync, closeSync, linkSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { filePathIn } from '../../agent/config/custom.ts'
import { unknownVariables } from '../../agent/config/environment.ts'
import { nameOf } from '../../agent/config/file.ts'
import { load } from '../../agent/config/load.ts'
import { locationsOf } from '../../agent/diagnostics.ts'
import { callerOf } from '../../agent/findings/caller.ts'
import { compileMatch } from '../../agent/load/match.ts'
import { openPrivate } from '../../agent/output/private-file.ts'
import { renameOver } from '../../agent/output/rename.ts'
import { createFrameNames } from '../../agent/process/frames.ts'
import { createIdentity } from '../../agent/testing/identity.ts'
import { compilePattern } from '../../agent/testing/pattern.ts'
import { root } from '../support/application.ts'
import { asWindows } from '../support/windows.ts'

const folder = mkdtempSync(join(tmpdir(), 'crossbridge-windows-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const found = (message: string) => Object.assign(new Error(message), { code: message })

describe('a path of Windows', () => {
  it("names a profile's function as seen from the working directory, whatever the case of its drive", () => {
    const at = (url: string, cwd = 'c:\\app') =>
      asWindows(() => {
        const nameOf = createFrameNames(cwd, 'C:\\app\\node_modules\\@crossbridge\\agent\\dist')
        return nameOf({ functionName: 'rank', url, lineNumber: 11 }).at
      })

    assert.equal(at('file:///C:/app/src/rank.js'), 'src/rank.js:12')
    assert.equal(at('C:\\app\\src\\rank.js'), 'src/rank.js:12')
    assert.equal(at('file:///C:/my%20app/src/rank.js', 'C:\\my app'), 'src/rank.js:12')
    assert.equal(at('D:\\secret\\rank.js'), 'rank.js:12')
    assert.equal(at('C:\\app\\node_modules\\@scope\\name\\dist\\x.js'), '@scope/name')
    assert.equal(at('file://server/share/app/src/rank.js', '\\\\server\\share\\app'), 'src/rank.js:12')
  })

  it('is the file of an entry, whatever the case of its drive, and with any extension', () => {
    const hits = asWindows(() => {
      const match = compileMatch([{ module: 'C:\\app\\src\\search.js' }])
      return ['c:\\app\\src\\search.js', 'C:\\app\\src\\search.ts', 'D:\\app\\src\\search.js'].map((path) =>
        match(path),
      )
    })

    assert.deepEqual(hits, [[0], [0], []])
  })

  it('is a file of an installed package', () => {
    const hits = asWindows(() => {
      const match = compileMatch([{ module: '@scope/store', file: 'dist/client' }])
      return [
        match('C:\\app\\node_modules\\@scope\\store\\dist\\client.js'),
        match('\\\\server\\share\\app\\node_modules\\@scope\\store\\dist\\client.mjs'),
        match('C:\\app\\node_modules\\@scope\\other\\dist\\client.js'),
      ]
    })

    assert.deepEqual(hits, [[0], [0], []])
  })

  it('is a place in a test file, with slashes', () => {
    const files = asWindows(() => {
      const { fileOf } = createIdentity('C:\\app', false)
      return [fileOf('C:\\app\\test\\search.test.js'), fileOf('file:///C:/app/test/a%20b.test.js')]
    })

    assert.deepEqual(files, ['test/search.test.js', 'test/a b.test.js'])
  })

  it('is who made a call, from a path and from a URL', () => {
    const callers = asWindows(() => [
      callerOf('at search (C:\\app\\src\\search.js:12:3)'),
      callerOf('at async search (file:///C:/app/src/search.js:12:3)'),
      callerOf('at C:\\app\\src\\search.js:12:3'),
    ])

    assert.deepEqual(callers, [
      'search C:\\app\\src\\search.js:12',
      'search C:\\app\\src\\search.js:12',
      '(anonymous) C:\\app\\src\\search.js:12',
    ])
  })

  it('is where a fault of the agent was', () => {
    const error = new Error('x')
    error.stack =
      'Error: x\n    at f (C:\\app\\agent\\dist\\chunk\\start.cjs:3:9)\n    at g (file:///C:/app/agent/dist/a.js:4:1)'

    assert.deepEqual(locationsOf(error, 'C:\\app\\agent\\dist\\'), ['chunk/start.cjs:3:9', 'a.js:4:1'])
  })

  it('on another drive is named whole', () => {
    const names = asWindows(() => [
      nameOf('D:\\conf\\crossbridge.yml', 'C:\\app'),
      nameOf('C:\\app\\conf\\crossbridge.yml', 'C:\\app'),
    ])

    assert.deepEqual(names, ['D:\\conf\\crossbridge.yml', 'conf\\crossbridge.yml'])
  })

  it('is a file in `module`, written with either slash, on every system', () => {
    const paths = ['.\\src\\search.js', '..\\search.js', './search.js', 'pg', '@scope/name'].map(filePathIn)

    assert.deepEqual(paths, ['./src/search.js', '../search.js', './search.js', undefined, undefined])
    assert.equal(
      asWindows(() => filePathIn('C:\\app\\search.js')),
      'C:\\app\\search.js',
    )
  })

  it('is a pattern of test files, written with either slash', () => {
    for (const pattern of ['.\\search\\**', 'search/**', 'search\\*.test.js'])
      assert.ok(compilePattern(pattern)({ file: 'search/a.test.js', titles: undefined }), pattern)
  })
})

describe('on Windows', () => {
  it('variables are known in any case', () => {
    const env = { crossbridge_profiling_enabled: 'true', Crossbridge_Config: 'x.yml' }

    assert.deepEqual(
      asWindows(() => unknownVariables(env)),
      [],
    )
    assert.equal(unknownVariables(env).length, 2)
  })

  it('a hard link is no reason to refuse a file: folders have no modes that would tell who may write', () => {
    const [one, other] = [join(folder, 'one.jsonl'), join(folder, 'other.jsonl')]
    writeFileSync(one, '')
    linkSync(one, other)
    // A folder that anybody may write to, as Node says of any there.
    chmodSync(folder, 0o777)
    assert.throws(() => openPrivate(other, 0, 0o600), /hard link/)

    const { geteuid } = process
    delete process.geteuid
    try {
      const { fd, found } = openPrivate(other, 0, 0o600)
      closeSync(fd)
      assert.equal(found?.nlink, 2n)
    } finally {
      if (geteuid !== undefined) process.geteuid = geteuid
    }
  })

  for (const code of ['EPERM', 'EACCES', 'EBUSY'])
    it(`a file is put in the place of one that is open once that is closed (${code})`, () => {
      let tries = 0
      const rename = () => {
        if (++tries < 3) throw found(code)
      }

      renameOver('a', 'b', 'win32', rename)

      assert.equal(tries, 3)
    })

  it('one that stays open, and any other problem, is said', () => {
    let tries = 0
    const failing = (code: string) => () => {
      tries++
      throw found(code)
    }

    assert.throws(() => renameOver('a', 'b', 'win32', failing('EPERM')), { code: 'EPERM' })
    assert.equal(tries, 5)
    assert.throws(() => renameOver('a', 'b', 'win32', failing('ENOSPC')), { code: 'ENOSPC' })
    assert.throws(() => renameOver('a', 'b', 'linux', failing('EPERM')), { code: 'EPERM' })
    assert.equal(tries, 7)
  })
})

describe('a configuration with the line ends of Windows', () => {
  const plain = ['runtime:', '  profiling:', '    enabled: true', '    sample_rate: 7', '    mod: full', '    wrong']
  // What the short parser leaves to the whole one.
  const whole = ['runtime:', '  profiling: &a', '    enabled: yes please', '    sample_rate: 7', '    mod: full']
  for (const [what, lines] of Object.entries({ plain: plain.slice(0, 5), whole, broken: plain }))
    it(`has its mistakes at the same line and column: ${what}`, () => {
      const problems = ['\n', '\r\n', '\r\n'].map((end, i) => {
        const file = join(folder, 'crossbridge.yml')
        writeFileSync(file, (i === 2 ? '\ufeff' : '') + lines.join(end) + end)
        return load(file, {}, folder).problems
      })

      assert.ok(String(problems[0]).includes('crossbridge.yml:'), String(problems[0]))
      assert.deepEqual(problems[1], problems[0])
      assert.deepEqual(problems[2], problems[0])
    })

  it('and a path of Windows in double quotes is refused where its backslash stands', () => {
    const file = join(folder, 'crossbridge.yml')
    writeFileSync(file, 'runtime:\r\n  profiling:\r\n    output: {type: file, path: "C:\\data\\p.jsonl"}\r\n')

    assert.deepEqual(load(file, {}, folder).problems, [
      "the configuration can't be read: Invalid escape sequence \\d; write a path in single quotes, or with / (crossbridge.yml:3:35); using the defaults, profiling is off",
    ])
  })
})

describe('the project itself', () => {
  it('has scripts that cmd.exe runs too: no single quotes, no variables before a command', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

    const wrong = Object.entries<string>(scripts).filter(([, line]) => /'|(^|&& *)\w+=|\$|;|\brm\b|\bcp\b/.test(line))

    assert.deepEqual(wrong, [])
  })

  it('is checked out with the same line ends everywhere', () => {
    assert.match(readFileSync(join(root, '.gitattributes'), 'utf8'), /^\* text=auto eol=lf$/m)
  })
})
