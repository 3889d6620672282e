import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compileAt } from '../../../agent/locate/path.ts'

const get = (name: string) => ({ kind: 'get', name })

describe('the words of at', () => {
  const good: Readonly<Record<string, readonly unknown[]>> = {
    search: [get('search')],
    'Client.prototype.search': [get('Client'), get('prototype'), get('search')],
    'connect().search': [get('connect'), { kind: 'call' }, get('search')],
    'connect().openTable().search': [
      get('connect'),
      { kind: 'call' },
      get('openTable'),
      { kind: 'call' },
      get('search'),
    ],
    'transaction(=>).query': [get('transaction'), { kind: 'callbackArgument' }, get('query')],
    'Handle.prototype^.query': [get('Handle'), get('prototype'), { kind: 'up' }, get('query')],
    'Handle.prototype^^.query': [get('Handle'), get('prototype'), { kind: 'up' }, { kind: 'up' }, get('query')],
    'connect()^.query': [get('connect'), { kind: 'call' }, { kind: 'up' }, get('query')],
    'Embeddings.new.embedQuery': [get('Embeddings'), { kind: 'new' }, get('embedQuery')],
    'default.$find_1': [get('default'), get('$find_1')],
    'größe.λ': [get('größe'), get('λ')],
  }
  for (const [at, steps] of Object.entries(good)) {
    it(`are compiled: ${at}`, () => {
      assert.deepEqual(compileAt(at), steps)
    })
  }

  const bad: Readonly<Record<string, RegExp>> = {
    '': /"" is not a step/,
    '.search': /"" is not a step/,
    'a..b': /"" is not a step/,
    'a.b.': /"" is not a step/,
    'a-b': /"a-b" is not a step; write name, name\(\), name\(=>\), name\^ or new between dots/,
    '1a': /"1a" is not a step/,
    'a[0]': /is not a step/,
    'a.b(1)': /is not a step/,
    'a ': /is not a step/,
    'new.a': /the first step must be the name of an export/,
    'a()': /the last step must be the name of a function/,
    'a(=>)': /the last step must be the name of a function/,
    'a.b(=)': /is not a step/,
    'a^': /the last step must be the name of a function/,
    'A.new': /the last step must be the name of a function/,
  }
  for (const [at, message] of Object.entries(bad)) {
    it(`are refused: ${JSON.stringify(at)}`, () => {
      assert.throws(() => compileAt(at), message)
    })
  }
})
