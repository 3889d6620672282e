// What applications pass and services answer is not always what it should be; none of these throws.

// biome-ignore lint/suspicious/noExplicitAny: what a list holds is read by shape
type Any = any

/** A list, or an empty one in the place of anything else; nothing that is no object is in it. */
export const listOf = (value: unknown): readonly Any[] => (Array.isArray(value) ? value : [])
export const objectsOf = (value: unknown): readonly Any[] =>
  listOf(value).filter((one) => typeof one === 'object' && one !== null)

/** A text, or an empty one. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** A number, whatever it is kept in; undefined for what is none. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'string') return undefined
  const number = value === '' ? Number.NaN : Number(value)
  return Number.isFinite(number) ? number : undefined
}
