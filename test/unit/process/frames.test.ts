import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createFrameNames, withoutQuery, withoutText } from '../../../agent/process/frames.ts'

const nameOf = createFrameNames('/srv/shop', '/srv/shop/node_modules/@crossbridge/agent/dist/')
const at = (url: string, lineNumber = 11) => nameOf({ functionName: 'f', url, lineNumber }).at

describe('a function of a profile', () => {
  for (const [what, url, named] of [
    [
      'of the application is its file below the working directory, and its line',
      'file:///srv/shop/src/rank.js',
      'src/rank.js:12',
    ],
    ['of a path is the same', '/srv/shop/src/rank.js', 'src/rank.js:12'],
    ['of a file with a query loses that', 'file:///srv/shop/a.mjs?key=secret#secret', 'a.mjs:12'],
    ['of a file outside of it is the base name', 'file:///home/ann/lib/far.js', 'far.js:12'],
    ['of a folder that only begins alike is the base name', 'file:///srv/shopping/far.js', 'far.js:12'],
    ['of a package is the package', 'file:///srv/shop/node_modules/pg/lib/client.js', 'pg'],
    [
      'of a scoped package is its whole name',
      'file:///x/node_modules/@qdrant/js-client-rest/dist/a.js',
      '@qdrant/js-client-rest',
    ],
    ['of a package in a package is the inner one', 'file:///x/node_modules/.pnpm/pg@8/node_modules/pg/a.js', 'pg'],
    ['of Node is its module', 'node:internal/process/task_queues', 'node:internal/process/task_queues'],
    ['of a file with an encoded query loses that', 'file:///srv/shop/c%23/a.js%3Fkey=secret/secret', 'c#/a.js:12'],
    ['of no file was evaluated', '', '(eval)'],
    ['of a text that was evaluated shows none of it', 'data:text/javascript,secret()', 'data::12'],
    ['with an escaped name is read', 'file:///srv/shop/a%20b.js', 'a b.js:12'],
    ['with characters that a terminal obeys loses them', '/srv/shop/a\u001b[31m\n\u202eb.js', 'a[31mb.js:12'],
  ] as const)
    it(`${what}: ${named}`, () => {
      assert.equal(at(url), named)
    })

  it('that is a regular expression is not named by its text, as V8 does', () => {
    assert.equal(nameOf({ functionName: 'RegExp: secret.*', url: '', lineNumber: -1 }).function, '(regular expression)')
    assert.equal(withoutText('RegExp: own', 'file:///srv/shop/a.js', 0), 'RegExp: own')
  })

  it('that was evaluated is not named by its code, which may be a text, and native ones have their names', () => {
    const secret = { functionName: 'secret', lineNumber: 0 }
    assert.deepEqual(nameOf({ ...secret, url: '' }), { function: '(eval)', at: '(eval)' })
    assert.equal(nameOf({ ...secret, url: 'data:text/javascript,secret()' }).function, '(eval)')
    assert.equal(withoutText('secret', 'data:', 0), '(eval)')
    assert.deepEqual(nameOf({ functionName: 'stat', url: '', lineNumber: -1 }), { function: 'stat', at: '(native)' })
  })

  it('is named in at most 100 characters, and its place in 160', () => {
    const long = 'x'.repeat(5000)

    assert.equal(nameOf({ functionName: long, url: '', lineNumber: -1 }).function.length, 100)
    assert.equal(at(`/srv/shop/${long}.js`).length, 160)
    assert.equal(withoutQuery(`file:///${long}`).length, 1024)
  })

  it('without a name is anonymous, and one with control characters loses them', () => {
    assert.equal(nameOf({ functionName: '', url: '', lineNumber: -1 }).function, '(anonymous)')
    assert.equal(nameOf({ functionName: 'a\u0000\nb', url: '', lineNumber: -1 }).function, 'ab')
  })

  it('of the agent itself is the agent, wherever that lies', () => {
    const own = createFrameNames('/srv/shop', '/opt/agent/dist/')

    assert.equal(
      own({ functionName: 'f', url: 'file:///opt/agent/dist/chunk/start.cjs', lineNumber: 1 }).at,
      '@crossbridge/agent',
    )
  })
})
