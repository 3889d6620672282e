import type { Call } from '../../agent/model.ts'
import { textOf } from './kinds.ts'
import { textIn } from './texts.ts'

/** Usage as Gemini counts it. */
export const geminiUsage = (root: string) => ({
  input_tokens: `${root}.usageMetadata.promptTokenCount`,
  output_tokens: `${root}.usageMetadata.candidatesTokenCount`,
  cached_tokens: `${root}.usageMetadata.cachedContentTokenCount`,
})

/** The model of this object as it was asked for: the library puts `models/` before it. */
export const modelAsked = ({ self }: Call): string | undefined =>
  textOf((self as { model?: unknown } | null | undefined)?.model).replace(/^models\//, '') || undefined

/** The one text to embed of a call; a list holds its parts. */
export const textAsked = ({ args }: Call): string | undefined => textIn(args[0])
