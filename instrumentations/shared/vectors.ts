/** pgvector's literals: `[1,2.5,-3]`, and `{1:0.5,7:2}/9` for a sparse one. */
export function isVector(value: unknown): boolean {
  if (typeof value !== 'string') return false
  return /^\s*\[\s*[-+.\d][-+.\deE,\s]*\]?\s*$/.test(value.slice(0, 64))
    ? value.trimEnd().endsWith(']')
    : /^\s*\{\s*\d+\s*:[-+.\deE,:\s]*\}?[/\d\s]*$/.test(value.slice(0, 64)) &&
        /\}\s*\/\s*\d+\s*$/.test(value.slice(-32))
}

/** Text of a bit vector. */
export const isBits = (value: unknown) => typeof value === 'string' && /^[01]+$/.test(value)

/** A driver's own array or list of numbers. */
export function isList(value: unknown): boolean {
  const items = Array.isArray(value) ? value : (value as { items?: unknown } | null | undefined)?.items
  return Array.isArray(items) && items.length > 1 && typeof items[0] === 'number'
}

/** Bytes that read as the numbers of a vector: of anything else hardly one in a million does. */
export function isFloats(value: unknown): boolean {
  if (value instanceof Float32Array) return true
  const bytes = value instanceof ArrayBuffer ? new Uint8Array(value) : value
  if (!(bytes instanceof Uint8Array) || bytes.length < 8 || bytes.length % 4 > 0) return false
  const view = new DataView(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 32))
  return Array.from({ length: view.byteLength / 4 }, (_, i) => Math.abs(view.getFloat32(i * 4, true))).every(
    (number) => number === 0 || (number > 1e-7 && number < 1e4),
  )
}

/** A list that reads as a vector: numbers of a typed array, or a long list that begins with fractions. */
export function isNumbers(value: unknown): boolean {
  if (value instanceof Float32Array || value instanceof Float64Array) return true
  return Array.isArray(value) && value.length >= 32 && value.slice(0, 8).every(isFraction)
}

export const isFraction = (value: unknown) => typeof value === 'number' && !Number.isInteger(value)
