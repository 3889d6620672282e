/** Bits of one generation, a power of two: 128 KB. */
const bits = 2 ** 20
/**
 * What one generation takes. With both full, each of four places is taken in both of them for 0.5 % of what is new, so
 * that at most 1 % is wrongly known.
 */
export const generation = 80_000

/** Adds a digest of 16 bytes or more; true where it was added before, as far as that is remembered. */
export type Sketch = (digest: Uint8Array) => boolean

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
    // What is seen again is remembered from now on.
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

function has(filter: Uint32Array, digest: Uint8Array): boolean {
  for (let offset = 0; offset < 16; offset += 4) {
    const bit = placeOf(digest, offset)
    if (((filter[bit >>> 5] as number) & (1 << (bit & 31))) === 0) return false
  }
  return true
}

function put(filter: Uint32Array, digest: Uint8Array): void {
  for (let offset = 0; offset < 16; offset += 4) {
    const bit = placeOf(digest, offset)
    filter[bit >>> 5] = (filter[bit >>> 5] as number) | (1 << (bit & 31))
  }
}

function placeOf(digest: Uint8Array, offset: number): number {
  const at = (i: number) => digest[offset + i] as number
  return (at(0) | (at(1) << 8) | (at(2) << 16)) & (bits - 1)
}
