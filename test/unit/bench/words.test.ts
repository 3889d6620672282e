import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { wordsOf } from '../../../cli/bench/config/words.ts'

describe('the words of a command', () => {
  for (const [text, words] of [
    ['node queries.mjs', ['node', 'queries.mjs']],
    ["  node\t'a b.mjs' --name=\"it's one\" ", ['node', 'a b.mjs', "--name=it's one"]],
    ['C:\\Programs\\node.exe a\\b.mjs', ['C:\\Programs\\node.exe', 'a\\b.mjs']],
    ['node "" \'\'', ['node', '', '']],
    ['node a.mjs $HOME *', ['node', 'a.mjs', '$HOME', '*']],
  ] as const)
    it(`splits ${JSON.stringify(text)}`, () => {
      assert.deepEqual(wordsOf(text), { words })
    })

  for (const [text, problem] of [
    ['', /is empty/],
    ['   ', /is empty/],
    ['node "a b', /has a " that is not closed; write its words as a list/],
    ['node a.mjs | head', /is run without a shell, which \| is for; write \[sh, -c, …\]/],
    ['node a.mjs > out.txt', /which > is for/],
    ['a && b', /which && is for/],
  ] as const)
    it(`says what is wrong with ${JSON.stringify(text)}`, () => {
      const words = wordsOf(text)

      assert.match('problem' in words ? words.problem : '', problem)
    })
})
