import { labelValue } from '../config/label-value.ts'
import type { Labels } from '../config/labels.ts'
import type { LabelCounts } from '../ledger.ts'
import type { LabelSet, WarnOnce } from '../model.ts'
import { dataOf, isList } from '../own-data.ts'

interface LabelParts {
  readonly labels: Labels
  /** `max_label_values`. */
  readonly most: number
  /** Its value lets somebody in: it is no label. */
  readonly secretHeader: string | undefined
  /** Of a label in the configuration. */
  readonly location: (name: string) => string
  readonly warnOnce: WarnOnce
}

/** The labels of calls, by the headers of their requests. */
export interface RequestLabels {
  /** Those that are the same for all calls; undefined where there are none. */
  readonly constants: LabelSet | undefined
  /** `from` is the message of HTTP/1, or the headers of HTTP/2. */
  of(from: object): LabelSet | undefined
  counts(): LabelCounts | undefined
}

/** Stands for all values beyond the most. */
const other = 'other'
/** Sets that are kept to be given again: what counts by their identity takes further ones together. */
const mostSets = 1000

export function createLabels({ labels, most, secretHeader, location, warnOnce }: LabelParts): RequestLabels {
  const fixed = Object.entries(labels).flatMap(([name, label]) =>
    'text' in label ? [[name, label.text] as const] : [],
  )
  const constants = fixed.length > 0 ? Object.freeze(Object.fromEntries(fixed)) : undefined
  const read = Object.entries(labels).flatMap(([name, label]) => {
    if (!('header' in label)) return []
    if (label.header !== secretHeader) return [createReader(name, label.header)]
    warnOnce(
      `label ${name}`,
      `labels.${name} (${location(name)}): ${label.header} is request.profile_header, which holds a secret; no call has that label`,
    )
    return []
  })
  const sets = new Map<string, LabelSet>()

  function createReader(name: string, header: string) {
    const known = new Set<string>()
    const reader = { name, header, known, others: 0, boundedIn }
    /** Anybody may send a header: values are bounded in length, characters and number. */
    function boundedIn(from: object): string {
      const given = valueIn(from, header)
      const value = given === undefined ? undefined : labelValue(given)
      if (value === undefined || value === other || known.has(value)) return value ?? ''
      if (known.size < most) {
        known.add(value)
        return value
      }
      reader.others++
      warnOnce(
        `label ${name}`,
        `labels.${name} (${location(name)}): ${header} has had more than ${most} different values; requests with further ones have the label ${other}. Raise max_label_values, or name a header that clients can't choose`,
      )
      return other
    }
    return reader
  }
  const made = (values: readonly string[]): LabelSet => {
    const some = read.flatMap(({ name }, i) => (values[i] ? [[name, values[i]] as const] : []))
    return Object.freeze({ ...constants, ...Object.fromEntries(some) })
  }

  return {
    constants,
    of(from) {
      const values = read.map(({ boundedIn }) => boundedIn(from))
      if (values.every((value) => value === '')) return constants
      const key = values.join('\n')
      const found = sets.get(key) ?? made(values)
      if (sets.size < mostSets) sets.set(key, found)
      return found
    },
    counts: () =>
      read.length === 0
        ? undefined
        : Object.fromEntries(read.map(({ name, known, others }) => [name, { values: known.size, other: others }])),
  }
}

/** A header's value as Node has it, read as data: several lines of one name are one, so that none hides another. */
function valueIn(from: object, header: string): string | undefined {
  const raw = dataOf(from, 'rawHeaders')
  if (!isList(raw)) {
    const value = dataOf(from, header)
    return typeof value === 'string' ? value : undefined
  }
  let found: string | undefined
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]
    if (typeof name !== 'string' || name.length !== header.length || name.toLowerCase() !== header) continue
    const value = raw[i + 1]
    if (typeof value !== 'string') continue
    found = found === undefined ? value : `${found}, ${value}`
  }
  return found
}
