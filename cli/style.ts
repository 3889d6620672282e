import { stripVTControlCharacters, styleText } from 'node:util'
import { visible } from '../agent/diagnostics.ts'

type Format = Parameters<typeof styleText>[0]

/** Colours a text, or leaves it as it is. */
export type Style = (format: Format, text: string) => string

/** Colours where somebody looks: not in a pipe, not with `NO_COLOR`; in a pipe too with `FORCE_COLOR`. */
export function createStyle(env: NodeJS.ProcessEnv, isTty: boolean): Style {
  const off = (env.NO_COLOR ?? '') !== '' || env.FORCE_COLOR === '0'
  const forced = (env.FORCE_COLOR ?? '') !== '' && env.FORCE_COLOR !== '0'
  const on = !off && (forced || (isTty && env.TERM !== 'dumb'))
  return (format, text) => (on ? styleAlways(format, text) : text)
}

/** `styleText` of newer Node asks the stream by itself; here it has been asked. */
function styleAlways(format: Format, text: string): string {
  return styleText(format, text, { validateStream: false } as never)
}

/** Characters of a text as a terminal shows it, without colours. */
export const widthOf = (text: string): number => [...stripVTControlCharacters(text)].length

/** A text of others (names of models, collections, errors) with its control characters spelt out. */
export const plain = (text: string): string => visible(text)

/** A text for a terminal or a pipe: of control characters it keeps those alone that the command line itself writes. */
export const leaving = (text: string): string =>
  text
    .split(styleControls)
    .map((part, i) => (i % 2 === 0 ? visible(part) : part))
    .join('')
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const styleControls = /(\n|\r?\x1b\[(?:\d+(?:;\d+)*m|K))/
