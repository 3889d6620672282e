// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration's own syntax
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parse } from '../../../agent/config/document.ts'
import { substitute } from '../../../agent/config/substitute.ts'

// The table of opentelemetry-specification, specification/configuration/data-model.md.
const env = {
  STRING_VALUE: 'value',
  BOOL_VALUE: 'true',
  INT_VALUE: '1',
  FLOAT_VALUE: '1.1',
  HEX_VALUE: '0xdeadbeef',
  INVALID_MAP_VALUE: 'value\nkey:value',
  DO_NOT_REPLACE_ME: 'Never use this value',
  REPLACE_ME: '${DO_NOT_REPLACE_ME}',
  VALUE_WITH_ESCAPE: 'value$$',
  EMPTY: '',
}
const cases: readonly [yaml: string, value: unknown][] = [
  ['${STRING_VALUE}', 'value'],
  ['${BOOL_VALUE}', true],
  ['${INT_VALUE}', 1],
  ['${FLOAT_VALUE}', 1.1],
  ['${HEX_VALUE}', 0xdeadbeef],
  ['"${STRING_VALUE}"', 'value'],
  ['"${BOOL_VALUE}"', 'true'],
  ['"${INT_VALUE}"', '1'],
  ["'${FLOAT_VALUE}'", '1.1'],
  ['"${HEX_VALUE}"', '0xdeadbeef'],
  ['!!str ${INT_VALUE}', '1'],
  ['|-\n      ${INT_VALUE}', '1'],
  ['${env:STRING_VALUE}', 'value'],
  ['${INVALID_MAP_VALUE}', 'value\nkey:value'],
  ['foo ${STRING_VALUE} ${FLOAT_VALUE}', 'foo value 1.1'],
  ['${UNDEFINED_KEY}', null],
  ['${EMPTY}', null],
  ['"${UNDEFINED_KEY}"', ''],
  ['${UNDEFINED_KEY:-fallback}', 'fallback'],
  ['${EMPTY:-fallback}', 'fallback'],
  ['${UNDEFINED_KEY:-}', null],
  ['${UNDEFINED_KEY:-2}', 2],
  ['${env:UNDEFINED_KEY:-a b:-c}', 'a b:-c'],
  ['${REPLACE_ME}', '${DO_NOT_REPLACE_ME}'],
  ['${UNDEFINED_KEY:-${STRING_VALUE}}', '${STRING_VALUE}'],
  ['$${STRING_VALUE}', '${STRING_VALUE}'],
  ['$$${STRING_VALUE}', '$value'],
  ['$$$${STRING_VALUE}', '$${STRING_VALUE}'],
  ['$${STRING_VALUE:-fallback}', '${STRING_VALUE:-fallback}'],
  ['$${STRING_VALUE:-${STRING_VALUE}}', '${STRING_VALUE:-value}'],
  ['${UNDEFINED_KEY:-$${UNDEFINED_KEY}}', '${UNDEFINED_KEY:-${UNDEFINED_KEY}}'],
  ['${VALUE_WITH_ESCAPE}', 'value$$'],
  ['a $$ b', 'a $ b'],
  ['a $ b', 'a $ b'],
  ['$STRING_VALUE', '$STRING_VALUE'],
]

describe('substitution', () => {
  for (const [yaml, value] of cases) {
    it(`gives ${JSON.stringify(value)} for ${JSON.stringify(yaml)}`, () => {
      const { section } = parse(`runtime:\n  profiling:\n    key: ${yaml}\n`, env)

      const node = section?.kind === 'map' ? section.entries[0]?.value : undefined
      assert.equal(node?.kind === 'scalar' && node.value, value)
    })
  }

  it('leaves keys alone', () => {
    const { section } = parse('runtime: { profiling: { "${STRING_VALUE}": value } }', env)

    assert.equal(section?.kind === 'map' && section.entries[0]?.key, '${STRING_VALUE}')
  })

  for (const wrong of ['${STRING_VALUE:?error}', '${1X}', '${API_$KEY}', '${}', '${ STRING_VALUE }', '${env:}']) {
    it(`takes ${wrong} for a mistake, and says so without any value`, () => {
      const result = substitute(`\${STRING_VALUE} ${wrong}`, { ...env, STRING_VALUE: 'hunter2' })

      assert.match('problem' in result ? result.problem : '', /is not a substitution; write /)
      assert.doesNotMatch(JSON.stringify(result), /hunter2/)
    })
  }
})
