/** Five hex digits of a digest are the index of one of a generation's bits, which are 128 KB. */
const digits = 5
const bits = 16 ** digits
const hashes = 4
/**
 * Digests in one generation. When it is full, all bits of 0.5 % of new digests are set: with both full, at most 1 % is
 * wrongly known.
 */
export const generation = 80_000

/** Adds a digest in hex, of 20 digits or more; true where it was added before, as far as that is remembered. */
export type Sketch = (digest: string) => boolean

/**
 * A Bloom filter in two generations: when the young one is full it becomes the old one, and what that held is forgotten.
 * So the last 80,000 to 160,000 different digests are known, in 256 KB that never grow.
 */
export function createSketch(): Sketch {
  let young = new Uint32Array(bits / 32)
  let old = new Uint32Array(bits / 32)
  let count = 0

  return (digest) => {
    const isYoung = has(young, digest)
    const isKnown = isYoung || has(old, digest)
    // A digest that the old generation has goes into the young one, too.
    if (!isYoung) {
      put(young, digest)
      count++
    }
    if (count === generation) {
      ;[young, old] = [old, young]
      young.fill(0)
      count = 0
    }
    return isKnown
  }
}

function has(filter: Uint32Array, digest: string): boolean {
  for (let i = 0; i < hashes; i++) {
    const bit = bitOf(digest, i)
    if (((filter[bit >>> 5] as number) & (1 << (bit & 31))) === 0) return false
  }
  return true
}

function put(filter: Uint32Array, digest: string): void {
  for (let i = 0; i < hashes; i++) {
    const bit = bitOf(digest, i)
    filter[bit >>> 5] = (filter[bit >>> 5] as number) | (1 << (bit & 31))
  }
}

const bitOf = (digest: string, i: number) => Number.parseInt(digest.slice(i * digits, (i + 1) * digits), 16)
