import type { Call } from '../../agent/model.ts'

const names = new WeakMap<object, unknown>()

/** A collection's `data` is made of functions that keep its name to themselves: a note of the making. */
export const named = ({ args, result, of }: Call) => void names.set(of(result), args[1])
export const nameOf = ({ self, of }: Call) => names.get(of(self))
