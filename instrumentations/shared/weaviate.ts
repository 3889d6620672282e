import type { Call, Class } from '../../agent/model.ts'
import { numberOf, objectsOf } from './kinds.ts'
import { kindOf, scoresAt, scoresIn } from './scores.ts'

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

export const formsOf = (folder: string) => ['cjs', 'esm'].map((form) => `dist/node/${form}/collections/${folder}/index`)
/** Of what was asked for. A search for words, or for both, has a score; what is near a distance, or a certainty of it. */
const words = scoresIn('result.objects', 'metadata.score', 'similarity')
const [first, last] = ['result.objects.0.metadata', 'result.objects.-1.metadata']
const scores = {
  ...scoresAt(`${first}.distance ?? ${first}.certainty`, `${last}.distance ?? ${last}.certainty`),
  score_kind: kindOf(`${first}.distance`, 'distance', kindOf(`${first}.certainty`, 'similarity')),
}
export const of = (at: string) => ({ collection: `${at}.name`, namespace: `${at}.tenant` })

/** Searches have their options at `at`. */
export function searches(folder: string, at: number, more?: Class['metadata']): Class {
  const found = (at: number, more = {}) => ({
    scope: 'search',
    metadata: { top_k: `args.${at}.limit`, filtered: `is(args.${at}.filters)`, ...more },
  })
  const query_len = 'chars(args.0)'
  return {
    file: formsOf(folder),
    // The classes are not exported; what is makes an object of them, from its collection's name.
    from: (exports) => Object.getPrototypeOf(exports.default(undefined, '', undefined)),
    metadata: { ...of('this.check'), results: 'result.objects.length', ...more },
    methods: {
      bm25: found(at, { query_len, ...words }),
      hybrid: found(at, { query_len, dimensions: `dimensions(args.${at}.vector)`, ...words }),
      nearText: found(at, { query_len, ...scores }),
      nearVector: found(at, { dimensions: 'dimensions(args.0)', ...scores }),
      'nearObject nearImage': found(at, scores),
      nearMedia: found(at + 1, scores),
      fetchObjects: { ...found(at - 1), scope: 'fetch' },
      'fetchObjectById?': { scope: 'fetch', metadata: { batch_size: 1, results: foundOne } },
    },
  }
}
