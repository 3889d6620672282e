/** The line of a generated file, from 1 on, at which each source first has code, by the `mappings` of a source map. */
export function firstLines(mappings: string): ReadonlyMap<number, number> {
  const found = new Map<number, number>()
  let source = 0
  for (const [line, segments] of mappings.split(';').entries()) {
    for (const segment of segments.split(',')) {
      const [, step] = fieldsOf(segment)
      if (step === undefined) continue
      source += step
      if (!found.has(source)) found.set(source, line + 1)
    }
  }
  return found
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** The first two numbers of a segment, in base64 VLQ. */
function fieldsOf(segment: string): number[] {
  const fields: number[] = []
  let [value, shift] = [0, 0]
  for (const letter of segment) {
    const digit = digits.indexOf(letter)
    if (digit < 0) return []
    value += (digit & 31) << shift
    shift += 5
    if (digit & 32) continue
    fields.push(value & 1 ? -(value >> 1) : value >> 1)
    if (fields.length === 2) return fields
    ;[value, shift] = [0, 0]
  }
  return fields
}
