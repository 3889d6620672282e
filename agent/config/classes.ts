import { namesIn } from '../methods.ts'
import type { Class } from '../model.ts'
import { classShape, memberShape } from './entry.ts'
import { whyNoWay } from './entry-field.ts'
import { type Entry, isEmpty, type Node, textOf } from './node.ts'
import { readShape, type Told } from './shape.ts'
import { shownKey } from './shown.ts'

/** One of an entry's `classes`; what is wrong with it is then in `wrong`. */
export function readClass(item: Node, path: string, told: Told): Class | undefined {
  const found = readShape(item, path, classShape, told)
  if (found === undefined) return undefined
  const members = (found.methods ?? []) as readonly Entry[]
  if (found.methods === undefined && found.manages === undefined)
    told.wrong.push(`${path}.methods is missing (${told.at(item)})`)
  const methods = members.map(({ key, at, value }) => {
    const here = `${path}.methods.${shownKey(key)}`
    const names = namesIn(key)
    const [why] = (names.length > 0 ? names : [key]).flatMap((name) => whyNoWay(`it.${name}`) ?? [])
    if (why !== undefined) told.wrong.push(`${here} is not a way to a function: ${why} (${told.at({ at })})`)
    const several =
      value.kind === 'list' && value.items.length > 0 && value.items.map((one, i) => readMember(one, `${here}.${i}`))
    return [key, several || readMember(isEmpty(value) ? nothingAt(at) : value, here)]
  })
  return { ...found, ...(members.length > 0 && { methods: Object.fromEntries(methods) }) }

  function readMember(one: Node, here: string): Record<string, unknown> | undefined {
    const member = readShape(textOf(one) === undefined ? one : scopeAt(one), here, memberShape, told)
    if (member !== undefined && member.scope === undefined && found?.scope === undefined)
      told.wrong.push(`${here}.scope is missing (${told.at(one)}); the class or its method says it`)
    return member
  }
}

/** `search: fetch` says its scope, and nothing besides. */
const scopeAt = (value: Node): Node => ({ kind: 'map', at: value.at, entries: [{ key: 'scope', at: value.at, value }] })

/** `search:` alone says nothing besides what the class says. */
const nothingAt = (at: number): Node => ({ kind: 'map', at, entries: [] })
