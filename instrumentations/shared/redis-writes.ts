import { holdsVector } from './documents.ts'
import { type Command, nameOf } from './redis-command.ts'

/** Whether a command writes a vector: to a set of them, as a field's bytes, or in a JSON document. */
export function upsertsIn(command: Command): boolean {
  switch (nameOf(command)) {
    case 'VADD':
    case 'VECTOR.ADD':
      return true
    case 'HSET':
    case 'HMSET':
    case 'HSETEX':
      return command.args.some(isVector)
    case 'JSON.SET':
    case 'JSON.MSET':
    case 'JSON.MERGE':
      return command.args.some((word, i) => i > command.from && (isList(word) || holdsVector(word)))
    default:
      return false
  }
}

/** A vector by itself, as the value of a path that leads to it: many numbers, with fractions among them. */
function isList(word: unknown): boolean {
  const head = typeof word === 'string' ? word.slice(0, 1000) : ''
  return /^\s*\[(?:\s*-?\d[\d.eE+-]*\s*,){7}/.test(head) && head.includes('.')
}

/** Whether bytes are numbers as models make them, of either size; other bytes hardly are, eight times over. */
function isVector(word: unknown): boolean {
  if (!Buffer.isBuffer(word) || word.length < 32 || word.length % 4 !== 0 || word.every((byte) => byte === 0))
    return false
  return areNumbers(word, 4) || (word.length >= 64 && word.length % 8 === 0 && areNumbers(word, 8))
}
function areNumbers(bytes: Buffer, width: 4 | 8): boolean {
  for (let i = 0; i < 8 * width; i += width) {
    const size = Math.abs(width === 4 ? bytes.readFloatLE(i) : bytes.readDoubleLE(i))
    if (size !== 0 && !(size > 1e-6 && size < 1e3)) return false
  }
  return true
}
