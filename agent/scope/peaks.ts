/** The highest of all values since any of them, without a list of who will ask. */
export interface Peaks {
  /** Takes a value; gives its number. */
  add(value: number): number
  /** The highest of the values that have this number or a later one; -Infinity where none has. */
  since(number: number): number
  /** Forgets the values: nobody will ask for them. */
  clear(): void
}

/**
 * Keeps of each value only what no later one has reached: so the highest are in falling order, most often a handful.
 * If they would be more than `most`, the higher of the oldest two stands for both.
 */
export function createPeaks(most = 512): Peaks {
  const numbers: number[] = []
  const values: number[] = []
  let count = 0

  return {
    add(value) {
      while (values.length > 0 && (values.at(-1) as number) <= value) {
        values.pop()
        numbers.pop()
      }
      values.push(value)
      numbers.push(count)
      if (values.length > most) {
        values.splice(1, 1)
        numbers.shift()
      }
      return count++
    },
    since(number) {
      let [low, high] = [0, numbers.length]
      while (low < high) {
        const middle = (low + high) >> 1
        if ((numbers[middle] as number) < number) low = middle + 1
        else high = middle
      }
      return values[low] ?? -Infinity
    },
    clear() {
      values.length = numbers.length = 0
    },
  }
}
