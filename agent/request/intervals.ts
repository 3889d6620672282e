const most = 256

/** The union of intervals that may overlap, in milliseconds. */
export interface Intervals {
  /** Intervals come in the order of their ends. */
  add(from: number, to: number): void
  /** The covered part of the time since `from`. */
  since(from: number): number
}

/** Intervals covered so far: the latest 256 disjoint ones, and the sum of those before. */
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
