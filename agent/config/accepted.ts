import { type Node, textOf } from './node.ts'
import type { Option } from './option.ts'

/** A finding of `report` that somebody has decided to live with. */
export interface Accepted {
  /** As `report` shows it below the finding. */
  readonly signature: string
  readonly reason: string
  /** A day, `2027-03-01`, from which on it is reported again. */
  readonly until?: string
}

/** True from the day in `until` on. */
export const isOver = ({ until }: Accepted, now: Date): boolean =>
  until !== undefined && until <= now.toISOString().slice(0, 10)

/** The signatures that are accepted now. */
export const acceptedNow = (accepted: readonly Accepted[], now: Date): ReadonlySet<string> =>
  new Set(accepted.filter((one) => !isOver(one, now)).map(({ signature }) => signature))

const keys = ['signature', 'reason', 'until']
const isDay = (text: string | undefined) =>
  /^\d{4}-\d\d-\d\d$/.test(text ?? '') && !Number.isNaN(Date.parse(text ?? ''))

/** A list of findings with the reason for which each is accepted. */
export function accepted(sentence: string): Option<readonly Accepted[]> {
  const problem = (wrong: Node, help: string) => ({ wrong, help })
  return {
    default: [],
    text: sentence,
    expected: `a list of findings (${keys.join(', ')})`,
    read(node) {
      if (node.kind !== 'list') return { wrong: node }
      const found: Accepted[] = []
      for (const item of node.items) {
        if (item.kind !== 'map') return problem(item, 'has an entry that is not a map of signature, reason and until')
        const strange = item.entries.find(({ key }) => !keys.includes(key))
        if (strange !== undefined)
          return problem(strange.value, `has ${strange.key}, which is not known; known are ${keys.join(', ')}`)
        const [signature, reason, until] = keys.map((key) => item.entries.find((one) => one.key === key)?.value)
        const [named, why] = [signature && textOf(signature), reason && textOf(reason)]
        if (named === undefined || why === undefined)
          return problem(item, 'needs a signature and a reason in each entry')
        const day = until && textOf(until)
        if (until !== undefined && !isDay(day))
          return problem(until, `of ${named}: until must be a day such as 2027-03-01`)
        found.push({ signature: named, reason: why, ...(day !== undefined && { until: day }) })
      }
      return { value: found }
    },
    // `n_plus_one-0a1b2c3d=until the batch API is there`
    parse: (raw) => ({
      kind: 'list',
      at: 0,
      items: raw
        .split(',')
        .filter((one) => one.trim() !== '')
        .map((one) => {
          const [signature = '', ...reason] = one.split('=')
          const scalar = (value: string): Node => ({ kind: 'scalar', at: 0, value: value.trim(), text: raw })
          const entries = [
            { key: 'signature', at: 0, value: scalar(signature) },
            { key: 'reason', at: 0, value: scalar(reason.join('=')) },
          ]
          return { kind: 'map', at: 0, entries }
        }),
    }),
    schema: {
      type: 'array',
      items: {
        type: 'object',
        required: ['signature', 'reason'],
        additionalProperties: false,
        properties: {
          signature: { type: 'string', minLength: 1 },
          reason: { type: 'string', minLength: 1 },
          until: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' },
        },
      },
    },
  }
}
