const dimensions = 256

/**
 * A vector of the words of a text, of each two that stand together, and of their parts, by the hashing trick: each adds 1
 * or −1 at a place that its hash says. It knows nothing of what words mean, so it stands for no model: it gives vectors of
 * real texts, the same on every machine, without one.
 */
export function embed(text) {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  const pairs = words.slice(1).map((word, i) => `${words[i]} ${word}`)
  const parts = words.flatMap((word) =>
    Array.from({ length: Math.max(0, word.length - 3) }, (_, i) => `_${word.slice(i, i + 4)}`),
  )
  const vector = new Float32Array(dimensions)
  for (const [terms, weight] of [
    [words, 1],
    [pairs, 0.5],
    [parts, 0.3],
  ])
    for (const term of terms) {
      const hash = hashOf(term)
      vector[hash % dimensions] += hash & 0x8000_0000 ? -weight : weight
    }
  // What is said ten times is not ten times as much.
  const damped = vector.map((value) => Math.sign(value) * Math.log1p(Math.abs(value)))
  const length = Math.hypot(...damped) || 1
  return Array.from(damped, (value) => value / length)
}

/** FNV-1a, of 32 bits. */
function hashOf(term) {
  let hash = 0x811c_9dc5
  for (let i = 0; i < term.length; i++) hash = Math.imul(hash ^ term.charCodeAt(i), 0x0100_0193)
  // Its lower bits are the weaker ones.
  return (hash ^ (hash >>> 15)) >>> 0
}
