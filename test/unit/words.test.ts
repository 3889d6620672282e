import assert from 'node:assert/strict'
import { it } from 'node:test'
import { methodsOf } from '../../agent/methods.ts'
import { builtIns } from '../../build/libraries.ts'
import { keys, targets, verbs } from '../../instrumentations/shared/words.ts'

const all = builtIns.flatMap((library) => methodsOf(library).map((method) => ({ library, method })))

it('every library uses the same few verbs, targets and metadata keys', () => {
  const strange = all.flatMap(({ library, method: { at, channel, scope, target = library.target, ...method } }) => {
    const own = [...Object.keys(method.metadata ?? {}), ...Object.keys(method.chunk ?? {})]
    const wrong = own.filter((key) => !Object.hasOwn(keys, key))
    if (!Object.hasOwn(verbs, scope)) wrong.push(scope)
    if (!Object.hasOwn(targets, target)) wrong.push(target)
    return wrong.map((word) => `${library.name} ${at ?? channel}: ${word}`)
  })

  assert.ok(all.length > 20)
  assert.deepEqual(strange, [])
})
it('no word of the table is without a library that uses it', () => {
  const used = new Set(
    all.flatMap(({ library, method }) => [
      method.scope,
      method.target ?? library.target,
      ...Object.keys(method.metadata ?? {}),
      ...Object.keys(method.chunk ?? {}),
      // Those that the engine adds to a stream.
      ...(method.chunk ? ['chunks', 'time_to_first_chunk_ms'] : []),
      ...(method.token ? ['time_to_first_token_ms'] : []),
      // And to what embeds.
      ...(method.inputs ? ['repeats', 'repeat_share'] : []),
      ...(method.vectors || method.metadata?.dimensions ? ['vectors_checked', 'zero_vectors', 'nan_vectors'] : []),
      // And to what holds other libraries' calls.
      ...(library.framework ? ['nested_input_tokens', 'nested_output_tokens'] : []),
      // And to what waits for a connection.
      ...(method.wait ? ['pool_wait_ms'] : []),
      ...(method.pool ? ['pool_size'] : []),
    ]),
  )

  assert.deepEqual(
    [keys, verbs, targets].flatMap((table) => Object.keys(table)).filter((word) => !used.has(word)),
    [],
  )
})
