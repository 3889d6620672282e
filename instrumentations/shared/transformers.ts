import type { Call } from '../../agent/model.ts'
import { numberOf, textOf } from './kinds.ts'

// biome-ignore lint/suspicious/noExplicitAny: the library's objects are read by shape
type Any = any

const names = new WeakMap<object, string>()
/** A note of `from_pretrained`: the model does not keep the name that it was loaded by. */
export function loaded({ args, result, of }: Call): void {
  if (typeof args[0] === 'string') names.set(of(result), args[0])
}
const nameOf = (model: Any, of: Call['of']) =>
  names.get(of(model)) ?? (textOf(model?.config?._name_or_path) || undefined)
/** Of a pipeline, and of a model itself. */
export const modelOf = ({ self, of }: Call) => nameOf((self as Any)?.model, of)
export const itsName = ({ self, of }: Call) => nameOf(self, of)

/** The sizes of a tensor, which is behind a proxy of the library's. */
const sizesOf = ({ result, through }: Call): readonly number[] => {
  const sizes = through(result, 'dims') ?? through(through(result, 'sequences'), 'dims')
  return Array.isArray(sizes) ? sizes : []
}
export const rows = (call: Call) => sizesOf(call)[0]
export const columns = (call: Call) => sizesOf(call).at(-1)

const begun = new WeakMap<object, object>()
const lengths = new WeakMap<object, number>()

/** Whether a call writes text after a text: what speech and pictures are turned into is left out. */
export function writes({ self, args, of }: Call): boolean {
  const model = self as Any
  if (model?.config?.is_encoder_decoder !== true) begun.set(of(self), of(args))
  return model?.main_input_name === 'input_ids'
}
/** A note of what such a call does before it waits for anything: it is told how long its prompts are, as they are padded. */
export function prompted({ self, args, of }: Call): void {
  const call = begun.get(of(self))
  const length = numberOf(args[1])
  if (call !== undefined && length !== undefined) lengths.set(call, length)
  begun.delete(of(self))
}
export const read = (call: Call) => {
  const length = lengths.get(call.of(call.args))
  return length === undefined ? undefined : length * (rows(call) ?? 1)
}
export const written = (call: Call) => {
  const [length, all, count] = [lengths.get(call.of(call.args)), columns(call), rows(call)]
  return length === undefined || all === undefined || count === undefined ? undefined : (all - length) * count
}
