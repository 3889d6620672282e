import assert from 'node:assert/strict'
import { it } from 'node:test'
import { callOf } from '../../../agent/scope/view.ts'
import {
  columns,
  itsName,
  loaded,
  modelOf,
  prompted,
  read,
  rows,
  writes,
  written,
} from '../../../instrumentations/shared/transformers.ts'

/** As the library makes it: its sizes are behind a getter and a proxy. */
const tensor = (...dims: number[]) =>
  new Proxy(
    {
      get dims() {
        return dims
      },
    },
    {},
  )
const call = (self: unknown, args: unknown[] = [], result?: unknown) => callOf({ self, args, result })
const model = (more = {}) => ({ main_input_name: 'input_ids', config: {}, ...more })

it('a model has the name that it was loaded by, else the one in its configuration', () => {
  const [named, other] = [model(), model({ config: { _name_or_path: 'maker/other' } })]
  loaded(call(undefined, ['maker/model'], named))
  loaded(call(undefined, [undefined], other))

  assert.equal(itsName(call(named)), 'maker/model')
  assert.equal(modelOf(call({ model: named })), 'maker/model')
  assert.equal(modelOf(call({ model: other })), 'maker/other')
  for (const none of [undefined, null, {}, { model: 5 }, { model: model() }])
    assert.equal(modelOf(call(none)), undefined)
})

it("a tensor's sizes are read, also where it is one of several results", () => {
  const sizes = (result: unknown) => [rows(call({}, [], result)), columns(call({}, [], result))]

  assert.deepEqual(sizes(tensor(2, 7, 384)), [2, 384])
  assert.deepEqual(sizes({ sequences: tensor(1, 9) }), [1, 9])
  for (const none of [undefined, null, 5, {}, { dims: 'text' }]) assert.deepEqual(sizes(none), [undefined, undefined])
})

it('the tokens of a call are those of its own prompts, as long as the longest of them', () => {
  const self = model()
  const [first, second, unknown] = [[{}], [{}], [{}]]
  const begin = (args: unknown[], length?: unknown) => {
    assert.equal(writes(call(self, args)), true)
    if (length !== undefined) prompted(call(self, [{}, length]))
  }
  begin(first, 5)
  begin(second, 3)
  begin(unknown)
  const tokens = (args: unknown[], result: unknown) => [
    read(call(self, args, result)),
    written(call(self, args, result)),
  ]

  assert.deepEqual(tokens(first, tensor(1, 9)), [5, 4])
  assert.deepEqual(tokens(second, tensor(2, 5)), [6, 4])
  assert.deepEqual(tokens(unknown, tensor(2, 5)), [undefined, undefined])
  assert.deepEqual(tokens(first, undefined), [5, undefined])
})

it('what hears or sees does not write after a text, and what reads apart tells no length of its prompt', () => {
  const apart = model({ config: { is_encoder_decoder: true } })
  const args = [{}]

  assert.equal(writes(call(model({ main_input_name: 'input_features' }), args)), false)
  assert.equal(writes(call(apart, args)), true)
  prompted(call(apart, [{}, 1]))
  assert.equal(read(call(apart, args, tensor(1, 9))), undefined)
})
