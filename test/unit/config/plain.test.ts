import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseWhole } from '../../../agent/config/document.ts'
import type { Document } from '../../../agent/config/node.ts'
import { parsePlain } from '../../../agent/config/plain.ts'
import { fuzz, randomFrom } from '../../support/random.ts'
import { createTexts } from '../../support/yaml-text.ts'

/** With the place of each character, which only a function can tell. */
const shown = (text: string, { location, ...document }: Document) => ({
  ...document,
  locations: Array.from(text, (_, at) => location(at)),
})
const alike = (text: string) => {
  const plain = parsePlain(text)
  if (plain === undefined) return false
  const message = JSON.stringify(text)
  try {
    assert.deepEqual(shown(text, plain), shown(text, parseWhole(text, { ON: 'true' })), message)
  } catch (error) {
    assert.fail(`${message}: ${error}`)
  }
  return true
}

const usual = `# Profiling
runtime:
  retries: 3
  profiling: # ours
    enabled: true
    mode: sampling
    sample_rate: 0.1
    targets: [embedding_provider, 'vector_store', "semantic_search"]

    thresholds:
      slow_call_ms: 500
      by_target:
        openai: -1.5 # none
    output:
    - type: file
      path: ./my data/profile-{pid}.jsonl
    -   type: otlp
        endpoint: http://127.0.0.1:4318
    probes:
      - ./probe.mjs
`

describe('a plain file', () => {
  it('is read without the whole parser, and the same', () => {
    const text = usual.replace('{pid}', 'x')

    assert.ok(alike(text))
    assert.ok(alike(text.replaceAll('\n', '\r\n')))
    assert.ok(alike(text.trimEnd()))
  })

  for (const [what, text] of Object.entries({
    'an empty file': '',
    'no section': 'runtime:\n  a: 1\n',
    'a key given twice': 'runtime:\n  profiling:\n    mode: full\n    mode: full\n',
    'an empty value': 'runtime:\n  profiling:\n    mode:\n',
    'an anchor': 'runtime:\n  profiling:\n    mode: &a full\n',
    'a substitution': 'runtime:\n  profiling:\n    mode: $' + '{MODE}\n',
    'a value of more lines': 'runtime:\n  profiling:\n    mode: full\n      stop\n',
    'a flow mapping': 'runtime:\n  profiling: { mode: full }\n',
    'two documents': 'runtime:\n  profiling:\n    mode: full\n---\n',
    'a tab': 'runtime:\n  profiling:\n\tmode: full\n',
    'a large file': `runtime:\n  profiling:\n    mode: full\n${'#'.repeat(20_000)}`,
  }))
    it(`is not one with ${what}`, () => {
      assert.equal(parsePlain(text), undefined)
    })

  it('is none that the whole parser reads otherwise, or refuses', () => {
    const { most, seed } = fuzz(3000)
    const random = randomFrom(seed)
    const texts = createTexts(random)
    let plain = 0
    for (let i = 0; i < most; i++) {
      if (alike(random() < 0.9 ? texts.plain() : texts.enabled())) plain++
    }
    assert.ok(plain > most / 20, `${plain} of ${most}`)
  })
})
