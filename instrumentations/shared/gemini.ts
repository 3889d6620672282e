import type { Call } from '../../agent/model.ts'
import { textIn } from './texts.ts'

/** Usage as Gemini counts it. */
export const geminiUsage = (root: string) => ({
  input_tokens: `${root}.usageMetadata.promptTokenCount`,
  output_tokens: `${root}.usageMetadata.candidatesTokenCount`,
  cached_tokens: `${root}.usageMetadata.cachedContentTokenCount`,
})

/** The one text to embed of a call; a list holds its parts. */
export const textAsked = ({ args }: Call): string | undefined => textIn(args[0])
