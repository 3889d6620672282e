import { labelValue } from './label-value.ts'
import { type Entry, isEmpty, type Node } from './node.ts'
import type { Option, Reading } from './option.ts'
import { shown, shownKey } from './shown.ts'
import { takenNames } from './taken-names.ts'

/** What a label is: a text that is the same for all calls, or a header of the request that a call is in. */
export type Label = { readonly text: string } | { readonly header: string }
export type Labels = Readonly<Record<string, Label>>

/**
 * Each one that is read from a header multiplies the series of every metric and is looked for in each request; and so
 * many values are some 1 KB in each record, which without them has about as much.
 */
export const mostLabels = 8
const name = /^[a-z_][a-z0-9_]{0,31}$/
const header = /^header +([!#$%&'*+.^_`|~0-9A-Za-z-]+)$/

/** Prometheus' own and OpenTelemetry's. */
const takenPrefix = /^(?:__|otel_|gen_ai_|db_|http_|service_|telemetry_)/
/** Their values let somebody in. */
const secretHeader =
  /(?:^|[-_])(?:authorization|cookie2?|token|secret|passw(?:or)?d|api-?key|signature|session(?:-?id)?)(?:$|[-_])/i

/** A map of labels to constant texts, or to headers. */
export function labels(sentence: string): Option<Labels> {
  return {
    default: {},
    text: sentence,
    expected: 'a map of labels to texts, or to `header NAME`',
    read(node) {
      if (node.kind !== 'map') return { wrong: node }
      const given = entriesOf(node)
      const beyond = given[mostLabels]
      if (beyond !== undefined)
        return { wrong: beyond.value, help: `must have at most ${mostLabels} labels, not ${given.length}` }
      const found: [string, Label][] = []
      for (const entry of given) {
        const why = whyNotNamed(entry.key)
        if (why !== undefined)
          return { wrong: { ...entry.value, at: entry.at }, help: `of ${shownKey(entry.key)}: ${why}` }
        const reading = labelOf(entry)
        if ('wrong' in reading) return reading
        found.push([entry.key, reading.value])
      }
      return { value: Object.fromEntries(found) }
    },
    partsOf: (node) => (node.kind === 'map' ? entriesOf(node).map(({ value }) => value) : []),
    // `tenant=header x-tenant, region=eu`
    parse(raw) {
      const scalar = (value: string): Node => ({ kind: 'scalar', at: 0, value, text: value })
      const entries: Entry[] = []
      for (const item of raw.split(',').filter((one) => one.trim() !== '')) {
        const [key = '', ...value] = item.split('=')
        if (value.length === 0) return scalar(raw)
        entries.push({ key: key.trim(), at: 0, value: scalar(value.join('=').trim()) })
      }
      return { kind: 'map', at: 0, entries }
    },
    schema: {
      type: 'object',
      additionalProperties: false,
      patternProperties: {
        [name.source]: { anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] },
      },
    },
  }
}

/** True for what may be a label's name. */
export const isLabelName = (text: string): boolean => name.test(text)

/** Those with a value: a variable that is not set makes no label. */
const entriesOf = (node: Node & { readonly kind: 'map' }): Entry[] =>
  node.entries.filter(({ value }) => !isEmpty(value) && !(value.kind === 'scalar' && value.value === ''))

function whyNotNamed(given: string): string | undefined {
  if (takenNames.has(given) || takenPrefix.test(given))
    return 'the name means something else in records, metrics or reports; take another one, such as app_tenant'
  if (name.test(given)) return undefined
  return 'a name has at most 32 lower-case letters, digits and _, and no digit first'
}

/** What the file says before substitution decides: a variable's text is never taken for a header. */
function labelOf({ key, value }: Entry): Reading<Label> {
  const text = value.kind === 'scalar' && value.problem === undefined ? filledOf(value) : undefined
  if (value.kind !== 'scalar' || text === undefined) {
    const isProblem = value.kind === 'scalar'
    return isProblem ? { wrong: value } : { wrong: value, help: `of ${key}: ${must}, not ${shown(value)}` }
  }
  if (/^header(?:$| )/.test(value.text)) return headerOf(key, value, text)
  return { value: { text: labelValue(text) ?? '' } }
}

function headerOf(key: string, value: Node, text: string): Reading<Label> {
  const [, named] = header.exec(text) ?? []
  if (named === undefined) return { wrong: value, help: `of ${key}: ${must}, not ${shown(value)}` }
  if (secretHeader.test(named))
    return { wrong: value, help: `of ${key}: ${named} may let somebody in, and labels are kept; name another header` }
  return { value: { header: named.toLowerCase() } }
}

/** As it was written, `1.10` too, and with what variables have filled in. */
const filledOf = ({ text, value, filled }: Node & { readonly kind: 'scalar' }): string =>
  filled ?? (typeof value === 'string' ? value : text)

/** A message for the labels that no call can have. */
export function idleLabels(
  { labels, requests }: { readonly labels: Labels; readonly requests: boolean },
  where: (path: string) => string | undefined,
): string[] {
  const all = Object.entries(labels)
  const i = all.findIndex(([, label]) => 'header' in label)
  if (requests || i < 0) return []
  const location = where(`labels.${i}`) ?? where('labels')
  return [
    `labels.${all[i]?.[0]} is read from a header (${location}), and requests is off (${where('requests') ?? 'the default'}): no call has that label; set requests: true`,
  ]
}

const must = 'a label is a text, or `header NAME`'
