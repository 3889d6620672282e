import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'node:test'
import { type Bundled, bundledKey, type Export, hearBundled, watchKey } from '../../../agent/load/bundled.ts'
import { versionOf } from '../../../agent/load/versions.ts'
import type { ModulePatch } from '../../../agent/replace/patch.ts'

interface Heard {
  (exports: Readonly<Record<string, Export>>, bundled: Bundled, whole?: object): void
  commonjs(module: { exports: unknown }, bundled: Bundled): void
}
const key = Symbol.for(bundledKey)
const all = globalThis as unknown as Record<symbol, Heard | undefined>
const before = all[key]
afterEach(() => {
  Object.defineProperty(globalThis, key, { value: before, configurable: true })
})

const modules = [
  { library: 'a', module: 'a' },
  { library: 'a', module: 'a', file: 'dist/x' },
  { library: 'mine', module: '/project/src/own.ts' },
] as unknown as readonly ModulePatch[]

/** The published function, with what it hands on. */
function hear(hand: (exports: Record<string, unknown>) => unknown = (exports) => exports) {
  const handed: [readonly number[], unknown, string][] = []
  const faults: unknown[] = []
  hearBundled(
    modules,
    '/project',
    (hits, exports, path) => {
      handed.push([hits, exports, path])
      return hand(exports as Record<string, unknown>)
    },
    (error) => faults.push(error),
  )
  return { heard: all[key] ?? assert.fail(), handed, faults }
}
const bundled = { path: 'a@1.2.3/index.js', version: '1.2.3', keys: ['a a', 'a a dist/x', 'b of another agent'] }

describe('a module inside of a bundle', () => {
  it('is known by the words for what watches it, a file of the user by its path from the configuration on', () => {
    assert.deepEqual(
      modules.map((module) => watchKey(module, '/project')),
      ['a a', 'a a dist/x', 'mine ./src/own'],
    )
    assert.equal(watchKey({ library: 'mine', module: '/project/src/own.ts' }, '/project/conf'), 'mine ./../src/own')
  })

  it('is handed on as what watches it, in the version that was bundled', () => {
    const { heard, handed } = hear()

    heard.commonjs({ exports: { one: 1 } }, bundled)

    assert.deepEqual(handed, [[[0, 1], { one: 1 }, bundled.path]])
    assert.equal(versionOf(bundled.path), '1.2.3')
  })

  it('has its exports set where that is the way, and replaced where it is CommonJS', () => {
    let find: unknown = 'bare'
    const module = { exports: Object.freeze({ find: 'bare' }) }
    const { heard } = hear((exports) => {
      exports.find = 'patched'
      exports.fixed = 'patched'
      return exports
    })
    const copies = hear((exports) => ({ ...exports, find: 'patched' }))

    const set = (value: unknown) => {
      find = value
    }
    heard({ find: [() => find, set], fixed: [() => 1] }, bundled, { other: 2 })
    copies.heard.commonjs(module, bundled)

    assert.equal(find, 'patched')
    assert.deepEqual(module.exports, { find: 'patched' })
  })

  it('is as it was where the agent fails', () => {
    const exports = { one: 1 }
    const module = { exports }
    const { heard, faults } = hear(() => {
      throw new Error('on purpose')
    })

    heard.commonjs(module, bundled)
    heard({ one: [() => 1] }, bundled)
    heard.commonjs(module, undefined as never)

    assert.equal(module.exports, exports)
    assert.equal(faults.length, 3)
  })
})
