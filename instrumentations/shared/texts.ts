// biome-ignore lint/suspicious/noExplicitAny: contents are read by shape
type Any = any

/** Of a list, more is not looked at anyway. */
const most = 2048

/**
 * The texts to embed of contents as services nest them: `{ text }`, and `{ parts }` or `{ content }` of these, a list of
 * such parts as one. What holds anything but text, as a picture, is left out.
 */
export function textsIn(contents: unknown): unknown {
  return Array.isArray(contents) ? contents.slice(0, most).map(textIn) : textIn(contents)
}

/** One text, whatever it is made of. */
export function textIn(content: unknown): string | undefined {
  if (typeof content === 'string') return content
  if (typeof content !== 'object' || content === null) return undefined
  const { text, parts, content: inner } = content as Any
  if (typeof text === 'string') return text
  const list = Array.isArray(content) ? content : (parts ?? inner)
  if (!Array.isArray(list)) return list === undefined ? undefined : textIn(list)
  const texts = list.slice(0, most).map(textIn)
  return texts.includes(undefined) ? undefined : texts.join('\n')
}
