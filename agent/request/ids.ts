import { randomFillSync } from 'node:crypto'

const pool = Buffer.alloc(4096)
let digits = ''
let used = 0

/** Random bytes in lower case hex; the system is asked for 4 KB at a time. */
function randomHex(bytes: number): string {
  const length = 2 * bytes
  if (used + length > digits.length) {
    digits = randomFillSync(pool).toString('hex')
    used = 0
  }
  used += length
  return digits.slice(used - length, used)
}

export const newTraceId = () => randomHex(16)
export const newSpanId = () => randomHex(8)
