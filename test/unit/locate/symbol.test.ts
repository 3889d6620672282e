import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compileAt } from '../../../agent/locate/path.ts'
import type { Fn } from '../../../agent/replace/patch.ts'
import { createPatcher } from '../../../agent/replace/patcher.ts'

describe('@@asyncIterator in a path', () => {
  const patcher = createPatcher({ follow: (result) => result, missing() {} })
  const patchOf = (at: string, wrap: (original: Fn) => Fn) => ({ at, path: compileAt(at), wrap, on: () => true })

  it('is the method under that symbol', () => {
    class Query {
      [Symbol.asyncIterator]() {
        return 'its own'
      }
    }
    const patch = patchOf('Query.prototype.@@asyncIterator', (original) => {
      return function (this: unknown) {
        return `wrapped ${Reflect.apply(original, this, [])}`
      }
    })

    patcher.patch({ Query }, patch)

    const method = Query.prototype[Symbol.asyncIterator]
    assert.equal(method.call(new Query()), 'wrapped its own')
    assert.equal(method.name, '[Symbol.asyncIterator]')
    assert.deepEqual(Object.keys(Query.prototype), [])
  })

  it('is told by that name where there is none', () => {
    const miss = patcher.check(
      { Query: class {} },
      patchOf('Query.prototype.@@asyncIterator', (original) => original),
    )

    assert.equal(miss?.where, 'Query.prototype.@@asyncIterator')
  })

  it('is refused where no symbol has that name', () => {
    assert.throws(() => compileAt('Query.prototype.@@nothing'), /@@nothing/)
    assert.throws(() => compileAt('Query.prototype.@@prototype'), /@@prototype/)
  })
})
