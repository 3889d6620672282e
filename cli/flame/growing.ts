const mostValue = 2 ** 31 - 1

/** A list of whole numbers in four bytes each; one beyond that is the largest. */
export function createGrowing() {
  let values = new Int32Array(1024)
  let length = 0

  return {
    /** Gives their count. */
    push(value: number): number {
      if (length === values.length) {
        const larger = new Int32Array(length * 2)
        larger.set(values)
        values = larger
      }
      values[length++] = Math.max(-mostValue, Math.min(mostValue, value))
      return length
    },
    all: (): Int32Array => values.subarray(0, length),
  }
}
