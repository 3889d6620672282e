import { finite, type Node } from './node.ts'
import type { Option, Reading } from './option.ts'
import { shown } from './shown.ts'

/** From where on a score is weak: a number, on the side that the records tell, or below or above it, whatever they tell. */
export interface WeakScore {
  readonly at: number
  readonly is?: 'below' | 'above'
}

/** Of all searches, under ''; and by collections, models, scopes, libraries and targets. */
export type WeakScores = Readonly<Record<string, WeakScore>>

const sides = ['below', 'above'] as const
const sideOf = (node: Node) =>
  node.kind === 'map' && node.entries.length === 1 ? sides.find((side) => side === node.entries[0]?.key) : undefined

/** A number, a number on one side, or a map of names to such. */
export function weakScores(sentence: string): Option<WeakScores> {
  const bound = { anyOf: [{ type: 'number' }, ...sides.map(onOneSide)] }
  return {
    default: {},
    text: sentence,
    expected: 'a number, below or above one, or a map of names to such',
    read: (node) => {
      if (node.kind !== 'map' || sideOf(node) !== undefined) {
        const found = scoreOf(node)
        return 'wrong' in found ? found : { value: { '': found.value } }
      }
      const found: [string, WeakScore][] = []
      for (const { key, value } of node.entries) {
        const one = scoreOf(value)
        if ('wrong' in one)
          return {
            wrong: one.wrong,
            help: `of ${key} must be a number, or below or above one, not ${shown(one.wrong)}`,
          }
        found.push([key, one.value])
      }
      return { value: Object.fromEntries(found) }
    },
    parse: parsed,
    schema: { anyOf: [...bound.anyOf, { type: 'object', additionalProperties: bound }] },
  }
}

const onOneSide = (side: string) => ({
  type: 'object',
  required: [side],
  additionalProperties: false,
  properties: { [side]: { type: 'number' } },
})

function scoreOf(node: Node): Reading<WeakScore> {
  const is = sideOf(node)
  const number = is === undefined || node.kind !== 'map' ? node : (node.entries[0]?.value ?? node)
  const at = finite(number)
  return at === undefined ? { wrong: number } : { value: { at, ...(is !== undefined && { is }) } }
}

/** A variable's text: `0.5`, `docs=0.5, faq>1.2, wiki<0.4`. */
function parsed(raw: string): Node {
  const scalar = (text: string): Node => {
    const value = text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text)
    return { kind: 'scalar', at: 0, value, text }
  }
  const items = raw.split(',').filter((item) => item.trim() !== '')
  const entries = items.flatMap((item) => {
    const [, name, sign, number = ''] = /^\s*(.+?)\s*([=<>])\s*([^=<>]+)$/.exec(item) ?? []
    if (name === undefined) return []
    const side = sign === '<' ? 'below' : 'above'
    const value: Node =
      sign === '=' ? scalar(number) : { kind: 'map', at: 0, entries: [{ key: side, at: 0, value: scalar(number) }] }
    return [{ key: name, at: 0, value }]
  })
  return entries.length < items.length || items.length === 0 ? scalar(raw) : { kind: 'map', at: 0, entries }
}
