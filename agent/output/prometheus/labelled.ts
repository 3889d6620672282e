import type { LabelSet, Observed, Point } from '../../model.ts'
import { other } from './metric-names.ts'
import type { Recorder } from './recorders.ts'
import type { Store } from './series.ts'

/** Recorders of single label sets; calls of further ones are counted together, as `other`. */
const mostRecorders = 2000

/** Gives the recorder of a call's point and its labels: a recorder as without them, whose series have their values too. */
export function createLabelled(
  names: readonly string[],
  store: Store,
  recorderOf: (point: Point, into: Store) => Recorder,
): (call: Observed) => Recorder {
  const all = new Map<Point, Map<LabelSet | undefined, Recorder>>()
  const beyond = Object.fromEntries(names.map((name) => [name, other]))
  let made = 0

  const intoOf = (set: LabelSet | undefined): Store => {
    const values = names.map((name) => set?.[name] ?? '')
    return { ...store, cell: (metric, own) => store.cell(metric, [...own, ...values]) }
  }
  return ({ point, labels }) => {
    let of = all.get(point)
    if (of === undefined) {
      of = new Map()
      all.set(point, of)
    }
    const set = of.has(labels) || made < mostRecorders ? labels : beyond
    let recorder = of.get(set)
    if (recorder === undefined) {
      recorder = recorderOf(point, intoOf(set))
      of.set(set, recorder)
      made++
    }
    return recorder
  }
}
