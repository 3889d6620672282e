import { NoProfile } from './no-profile.ts'

/** Reads the whole numbers of a JSON list byte by byte: there are millions of them, and each as a text would take long. */
export function createNumbers(take: (value: number) => void) {
  let [value, sign, isThere, isFraction] = [0, 1, false, false]

  const end = () => {
    if (isThere) take(value * sign)
    ;[value, sign, isThere, isFraction] = [0, 1, false, false]
  }
  return {
    /** True at the bracket that closes the list. Throws a `NoProfile` where there is something else. */
    isEnd(byte: number): boolean {
      if (byte >= 0x30 && byte <= 0x39) {
        if (!isFraction) value = value * 10 + byte - 0x30
        isThere = true
        return false
      }
      if (byte === 0x2c) end()
      else if (byte === 0x2d && !isThere) sign = -1
      // What is smaller than a microsecond is nothing.
      else if (byte === 0x2e && isThere) isFraction = true
      else if (byte === 0x5d) {
        end()
        return true
      } else if (byte > 0x20) throw new NoProfile('something else stands where a number should be')
      return false
    },
  }
}
