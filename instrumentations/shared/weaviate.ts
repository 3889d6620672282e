import type { Call } from '../../agent/model.ts'
import { numberOf, objectsOf } from './kinds.ts'

// biome-ignore lint/suspicious/noExplicitAny: results are read by shape
type Any = any

const known = new WeakMap<object, { readonly name: unknown; readonly tenant: unknown }>()

/** A collection's `data` is made of functions that keep its name and tenant to themselves: a note of the making. */
export const noted = ({ args, result, of }: Call) => void known.set(of(result), { name: args[1], tenant: args[4] })
export const nameOf = ({ self, of }: Call) => known.get(of(self))?.name
export const tenantOf = ({ self, of }: Call) => known.get(of(self))?.tenant

/** No object is no result; nothing comes of a call that failed. */
export const foundOne = ({ result }: Call) => (result === null ? 0 : result && 1)

const counts = {
  input: ['promptTokens', 'inputTokens', 'promptTokenCount'],
  output: ['completionTokens', 'outputTokens', 'candidatesTokenCount'],
}

/** The tokens of each object's answer and of that of all together, told in the words of whose model it is. */
export const tokens =
  (kind: keyof typeof counts) =>
  ({ result }: Call): number | undefined => {
    const { objects, ...rest } = (result ?? {}) as Any
    const metadata = [...objectsOf(objects), rest].map(({ generative }) => generative?.metadata)
    const usages = objectsOf(metadata).flatMap((one) => objectsOf(Object.values(one)))
    const found = usages.flatMap(({ usage, usageMetadata, tokens }) => {
      const names = counts[kind].map((name) => (usage ?? usageMetadata ?? tokens)?.[name])
      return numberOf(names.find((count) => count !== undefined)) ?? []
    })
    return found.length > 0 ? found.reduce((sum, count) => sum + count, 0) : undefined
  }
