import assert from 'node:assert/strict'
import { it } from 'node:test'
import { compileGet } from '../../../agent/scope/read.ts'
import { isWritten, streams } from '../../../instrumentations/shared/langchain.ts'

it('a model streams where a class of its own says how, unless it is told not to', () => {
  class Base {
    disableStreaming = false
    generatePrompt() {}
    _streamResponseChunks() {}
  }
  class Plain extends Base {}
  class Streaming extends Base {
    override _streamResponseChunks() {}
  }
  class Inherited extends Streaming {}
  const told = Object.assign(new Streaming(), { disableStreaming: true })
  const does = (self: unknown) => compileGet(streams)({ self, args: [] })

  assert.deepEqual([new Streaming(), new Inherited()].map(does), [true, true])
  assert.deepEqual([new Base(), new Plain(), told, {}, undefined].map(does), [false, false, false, false, false])
})

it('a chunk holds a piece of the answer with a text or the call of a tool, not with thoughts or nothing', () => {
  const calls = [{ name: 'f', args: '{}' }]

  for (const chunk of [
    'a',
    { content: 'a' },
    { content: [{ type: 'text', text: 'a' }] },
    { content: '', tool_call_chunks: calls },
  ])
    assert.equal(isWritten(chunk), true)
  for (const chunk of [
    '',
    { content: '' },
    { content: [] },
    { content: [{ type: 'thinking', thinking: 'a' }] },
    undefined,
    null,
    {},
  ])
    assert.equal(isWritten(chunk), false)
})
