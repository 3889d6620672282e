const most = 256

/** How much of a time was covered by intervals that may overlap. */
export interface Intervals {
  /** Intervals come in the order of their ends. */
  add(from: number, to: number): void
  /** What of the time since `from` was covered. */
  since(from: number): number
}

/** Keeps what was covered as disjoint intervals, the latest 256 of them; those before are one sum. */
export function createIntervals(): Intervals {
  const intervals: { from: number; readonly to: number }[] = []
  let earlier = 0
  let floor = Number.NEGATIVE_INFINITY

  return {
    add(from, to) {
      const added = { from: Math.max(from, floor), to }
      for (let last = intervals.at(-1); last !== undefined && last.to >= added.from; last = intervals.at(-1)) {
        added.from = Math.min(added.from, last.from)
        intervals.pop()
      }
      if (to > added.from) intervals.push(added)
      if (intervals.length <= most) return
      const { from: begin, to: end } = intervals.shift() as { from: number; to: number }
      earlier += end - begin
      floor = end
    },
    since: (begin) => intervals.reduce((sum, { from, to }) => sum + Math.max(0, to - Math.max(from, begin)), earlier),
  }
}
