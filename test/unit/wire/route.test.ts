import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compileRoute } from '../../../agent/wire/route.ts'

describe('a route', () => {
  for (const [pattern, method, path, expected] of [
    ['POST /v1/embeddings', 'POST', '/v1/embeddings', {}],
    ['POST /v1/embeddings', 'POST', '/v1/embeddings/', {}],
    ['POST /v1/embeddings', 'GET', '/v1/embeddings', undefined],
    ['POST /v1/embeddings', 'POST', '/v1/embeddings/x', undefined],
    ['POST /**/embeddings', 'POST', '/embeddings', {}],
    ['POST /**/embeddings', 'POST', '/openai/v1/embeddings', {}],
    ['POST /**/embeddings', 'POST', '/myembeddings', undefined],
    ['POST /collections/{name}/points', 'POST', '/collections/a%20b/points', { name: 'a b' }],
    ['POST /collections/{name}/points', 'POST', '/collections/%E0%A4%A/points', { name: '%E0%A4%A' }],
    ['POST /collections/{name}/points', 'POST', '/collections/a/b/points', undefined],
    ['POST /**/models/{model}:embedContent', 'POST', '/v1beta/models/gemini-1:embedContent', { model: 'gemini-1' }],
    ['GET /a.b/*', 'GET', '/aXb/c', undefined],
    ['GET /a.b/*', 'GET', '/a.b/c', {}],
  ] as const)
    it(`${pattern} ${expected === undefined ? 'does not fit' : 'fits'} ${method} ${path}`, () => {
      const found = compileRoute(pattern).match(method, path)

      assert.deepEqual(found && { ...found }, expected)
    })

  it('refuses what is not a method and path', () => {
    for (const pattern of ['/v1/embeddings', 'post /x', 'POST x', ''])
      assert.throws(() => compileRoute(pattern), /is not a method and path, such as POST \/v1\/embeddings/)
  })
})
