import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compileAt } from '../../../agent/locate/path.ts'
import type { Fn } from '../../../agent/replace/patch.ts'
import { createPatcher } from '../../../agent/replace/patcher.ts'
import { tap } from '../../../agent/scope/ending/watch.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's values pass here
type Any = any

describe('what a function that is passed is given', () => {
  const patched = (exports: Any, ...ways: string[]) => {
    const calls: unknown[] = []
    const missing: string[] = []
    const patcher = createPatcher({ follow: tap, missing: (_, where) => missing.push(where) })
    for (const at of ways) {
      const wrap = (original: Fn): Fn =>
        ({
          shell(this: unknown, ...args: unknown[]) {
            calls.push(args[0])
            return Reflect.apply(original, this, args)
          },
        }).shell
      patcher.patch(exports, { at, path: compileAt(at), wrap, on: () => true })
    }
    return { ...exports, calls, missing }
  }
  /** A client as they are, whose transactions are objects made for one callback. */
  const createClient = () => ({
    query: (text: string) => text,
    transaction: (run: Any, ...rest: Any[]) => {
      const tx = {
        query: (text: string) => text.length,
        get closed() {
          return false
        },
      }
      return typeof run === 'function' ? run(tx, 'more', ...rest) : rest.at(-1)(tx, 'more', run)
    },
  })

  it('is patched before the function sees it, each time anew, whatever comes after', () => {
    const { client, calls } = patched({ client: createClient() }, 'client.transaction(=>).query')

    const results = [
      client.transaction((tx: Any) => tx.query('a')),
      client.transaction((tx: Any, more: string) => [tx.query('bb'), more], { mode: 'read' }),
      client.transaction({ mode: 'read' }, (tx: Any, _: string, options: Any) => [tx.query('ccc'), options.mode]),
    ]

    assert.deepEqual(results, [1, [2, 'more'], [3, 'read']])
    assert.deepEqual(calls, ['a', 'bb', 'ccc'])
  })

  it('looks as before, and so does the function that is passed', () => {
    let passed: Any
    const exports = {
      use(callback: Any) {
        passed = callback
        return callback.call('its this', client.made)
      },
    }
    const client = { made: { query: (text: string) => text } }
    const before = Object.getOwnPropertyDescriptors(client.made)
    const { use } = patched(exports, 'use(=>).query')
    const callback = Object.assign(
      function named(this: unknown, one: Any, _two: Any) {
        return [String(this), one === client.made]
      },
      { kind: 'mine' },
    )

    const result = use(callback)

    assert.deepEqual(result, ['its this', true])
    assert.deepEqual([passed.name, passed.length, passed.kind], ['named', 2, 'mine'])
    const { value, ...after } = Object.getOwnPropertyDescriptor(client.made, 'query') as PropertyDescriptor
    assert.deepEqual({ ...after, value: before.query.value }, before.query)
    assert.deepEqual([value.name, value.length], ['query', 1])
    assert.deepEqual([use.name, use.length], ['use', 1])
  })

  it('leaves errors, and calls without a function, as they are', () => {
    const exports = { use: (...args: Any[]) => (typeof args[0] === 'function' ? args[0](args[1]) : args) }
    const { use, missing, calls } = patched(exports, 'use(=>).query')
    const error = new Error('mine')

    assert.throws(
      () =>
        use(() => {
          throw error
        }),
      error,
    )
    assert.deepEqual(use(1, 2), [1, 2])
    assert.equal(
      use((given: unknown) => given, null),
      null,
    )
    assert.deepEqual([missing, calls], [[], []])
  })

  it('is reported when it has no such method', () => {
    const { use, missing } = patched({ use: (run: Any) => run({ querys: () => 1 }) }, 'use(=>).query')

    assert.equal(
      use((tx: Any) => tx.querys()),
      1,
    )
    assert.deepEqual(missing, ['query'])
  })

  it('goes together with the other words at one place', () => {
    const exports = { client: createClient() }
    const open = { open: () => exports.client }
    const { open: opened, calls } = patched(
      { ...open },
      'open().transaction',
      'open().transaction(=>).query',
      'open().query',
    )

    const { client } = { client: opened() }
    client.transaction((tx: Any) => tx.query('inner'), 'x')
    client.query('outer')

    assert.deepEqual(calls.slice(1), ['inner', 'outer'])
    assert.equal(typeof calls[0], 'function')
  })
})
