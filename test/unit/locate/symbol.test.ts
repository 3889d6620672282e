import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compileAt } from '../../../agent/locate/path.ts'
import { createPatcher, type Fn } from '../../../agent/replace/patch.ts'

describe('@@asyncIterator in a path', () => {
  const patcher = createPatcher((result) => result)
  const siteOf = (at: string, wrap: (original: Fn) => Fn) => ({ at, steps: compileAt(at), wrap, missing() {} })

  it('is the method under that symbol', () => {
    class Query {
      [Symbol.asyncIterator]() {
        return 'its own'
      }
    }
    const site = siteOf('Query.prototype.@@asyncIterator', (original) => {
      return function (this: unknown) {
        return `wrapped ${Reflect.apply(original, this, [])}`
      }
    })

    patcher.patch({ Query }, site)

    const method = Query.prototype[Symbol.asyncIterator]
    assert.equal(method.call(new Query()), 'wrapped its own')
    assert.equal(method.name, '[Symbol.asyncIterator]')
    assert.deepEqual(Object.keys(Query.prototype), [])
  })

  it('is told by that name where there is none', () => {
    const miss = patcher.check(
      { Query: class {} },
      siteOf('Query.prototype.@@asyncIterator', (original) => original),
    )

    assert.equal(miss?.where, 'Query.prototype.@@asyncIterator')
  })

  it('is refused where no symbol has that name', () => {
    assert.throws(() => compileAt('Query.prototype.@@nothing'), /@@nothing/)
    assert.throws(() => compileAt('Query.prototype.@@prototype'), /@@prototype/)
  })
})
