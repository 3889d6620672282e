import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { acceptedList, difference, messageList, messagesIn } from '../../build/messages.ts'

describe('the messages that a person reads', () => {
  it('are those that were read for their wording; else read them, and npm run messages -- --accept', () => {
    const [now, read] = [messageList(), acceptedList()]
    assert.deepEqual({ new: difference(now, read), vanished: difference(read, now) }, { new: [], vanished: [] })
    assert.equal(now, read)
  })

  it('say it in the field’s terms', () => {
    for (const phrase of [/\b(is|are) told\b/, /\bsteps? aside\b/, /self-restraint/i, /\bheld against\b/])
      assert.deepEqual(
        acceptedList()
          .split('\n')
          .filter((line) => phrase.test(line)),
        [],
      )
  })

  it('are found as texts, templates and sums of both, and not where they are keys, names or paths', () => {
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: it is a source
    const source = [
      "import { a } from 'not a message'",
      "const key = 'vector_store.search'",
      "warn(`${key}: ${key ? 'with a default' : ''} is not read; ` + 'move it')",
      "warn('<b class=\"a b\"></b>', 'the first')",
    ].join('\n')
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: it is a source
    assert.deepEqual(messagesIn(source), ['{}: {} is not read; move it', 'with a default', 'the first'])
  })
})
