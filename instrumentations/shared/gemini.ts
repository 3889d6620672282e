import type { Call } from '../../agent/model.ts'
import { objectsOf } from './kinds.ts'
import { textIn } from './texts.ts'

// biome-ignore lint/suspicious/noExplicitAny: answers are read by shape
type Any = any

/** Usage as Gemini counts it: what a tool brought is read, thoughts are written. */
const sums = {
  input_tokens: ['promptTokenCount', 'toolUsePromptTokenCount'],
  output_tokens: ['candidatesTokenCount', 'thoughtsTokenCount'],
  cached_tokens: ['cachedContentTokenCount'],
  reasoning_tokens: ['thoughtsTokenCount'],
} as const
type Key = keyof typeof sums
type Tokens = Readonly<Partial<Record<Key, number>>>
const keys = Object.keys(sums) as Key[]

/** The tokens of one answer, and why and by which model it was given. */
export const geminiAnswer = (root: string) => ({
  ...Object.fromEntries(keys.map((key) => [key, wordOf(root, sums[key])])),
  finish_reason: `${root}.candidates.0.finishReason ?? ${root}.promptFeedback.blockReason`,
  response_model: `${root}.modelVersion`,
})
const wordOf = (root: string, counts: readonly string[]) => {
  const words = counts.map((count) => `${root}.usageMetadata.${count}`)
  return [...(words.length > 1 ? [words.join(' + ')] : []), ...words].join(' ?? ')
}

/** True for a chunk with a part of the answer: neither a thought nor what a function gave. */
export const isAnswer = (chunk: unknown): boolean => partsOf(chunk).some(isPart)
const partsOf = (chunk: Any) => objectsOf(chunk?.candidates?.[0]?.content?.parts)
const isPart = ({ thought, text, functionCall, inlineData, executableCode }: Any) =>
  !thought && Boolean(text || functionCall || inlineData || executableCode)

const tokensOf = (usage: Any): Tokens =>
  Object.fromEntries(
    keys.flatMap((key) => {
      const counts = sums[key].map((count) => usage?.[count]).filter((count) => typeof count === 'number')
      return counts.length > 0 ? [[key, counts.reduce((a, b) => a + b)]] : []
    }),
  )
const plus = (a: Tokens, b: Tokens): Tokens =>
  Object.fromEntries(keys.flatMap((key) => (key in a || key in b ? [[key, (a[key] ?? 0) + (b[key] ?? 0)]] : [])))
const each = (of: (call: Call) => Tokens) => Object.fromEntries(keys.map((key) => [key, (call: Call) => of(call)[key]]))

const asked = new WeakMap<object, Tokens>()
const answers = new WeakMap<object, { readonly params: object; readonly tokens: Tokens }>()

/**
 * The client calls functions and asks again, until the model needs no more of them, and hands out the last answer: with
 * each it makes the same object of parameters, which is not the caller's. A note of the function that asks once.
 */
export function askedOnce({ args, result, of }: Call): void {
  const params = of(args[0])
  const tokens = plus(asked.get(params) ?? {}, tokensOf((result as Any)?.usageMetadata))
  asked.set(params, tokens)
  answers.set(of(result), { params, tokens })
}
/** The tokens of all turns of such a call. */
export const ofAllTurns = each(({ args, result, of }) => {
  const found = answers.get(of(result))
  return found !== undefined && found.params !== of(args[0]) ? found.tokens : tokensOf((result as Any)?.usageMetadata)
})

const streams = new WeakMap<object, { chunk: object; id: unknown; before: Tokens; turn: Tokens }>()

/** The same of a stream: each of its turns counts its tokens so far, and ends where functions were called. */
export const ofAllTurnsSoFar = each(({ args, chunk, of }) => {
  const { responseId: id, usageMetadata, candidates } = (chunk ?? {}) as Any
  const known = streams.get(of(args))
  if (known?.chunk !== of(chunk)) {
    const { before, turn } = known ?? { before: {}, turn: {} }
    const isNext =
      known !== undefined && (candidates?.[0]?.content?.role === 'user' || (id && known.id && id !== known.id))
    streams.set(of(args), {
      chunk: of(chunk),
      id: id ?? known?.id,
      before: isNext ? plus(before, turn) : before,
      turn: { ...(isNext ? {} : turn), ...tokensOf(usageMetadata) },
    })
  }
  const { before, turn } = streams.get(of(args)) ?? { before: {}, turn: {} }
  return plus(before, turn)
})

/** The one text to embed of a call; a list holds its parts. */
export const textAsked = ({ args }: Call): string | undefined => textIn(args[0])
