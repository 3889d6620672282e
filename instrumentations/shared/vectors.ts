/** A list that reads as a vector: numbers of a typed array, or a long list that begins with fractions. */
export function isNumbers(value: unknown): boolean {
  if (value instanceof Float32Array || value instanceof Float64Array) return true
  return Array.isArray(value) && value.length >= 32 && value.slice(0, 8).every(isFraction)
}

const isFraction = (value: unknown) => typeof value === 'number' && !Number.isInteger(value)
