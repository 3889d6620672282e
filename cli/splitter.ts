/** No record is longer; a line that is would have to be held whole. */
export const longestLineBytes = 1_000_000

export type Splitter = ReturnType<typeof createSplitter>

/** Cuts chunks into lines; those that are too long are told of and left out. */
export function createSplitter(line: (text: string) => unknown, tooLong: () => void) {
  let rest: Buffer[] = []
  let buffered = 0
  let skipping = false

  /** Decodes many lines at once: one by one takes several times as long. */
  const lines = (whole: Buffer) => {
    const text = whole.toString('utf8')
    let from = 0
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      if (at - from <= longestLineBytes) line(text.slice(from, at))
      else tooLong()
      from = at + 1
    }
    if (from < text.length) line(text.slice(from))
  }
  const keep = (part: Buffer) => {
    if (skipping || part.length === 0) return
    buffered += part.length
    rest.push(part)
    if (buffered <= longestLineBytes) return
    skipping = true
    rest = []
    tooLong()
  }
  const flush = () => {
    if (!skipping && buffered > 0) lines(Buffer.concat(rest))
    rest = []
    buffered = 0
    skipping = false
  }
  return {
    push(chunk: Buffer): void {
      const first = chunk.indexOf(10)
      keep(first < 0 ? chunk : chunk.subarray(0, first))
      if (first < 0) return
      flush()
      const last = chunk.lastIndexOf(10)
      if (last > first) lines(chunk.subarray(first + 1, last + 1))
      // A copy: the chunk itself would be held by it.
      keep(Buffer.from(chunk.subarray(last + 1)))
    },
    end: flush,
  }
}
