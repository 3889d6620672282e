import { suggest } from '../suggest.ts'
import { entryShape, methodShape } from './entry.ts'
import { type Group, isOption } from './group.ts'
import type { Node, Outside } from './node.ts'
import { isEmpty, textOf } from './node.ts'
import { schema } from './schema.ts'

/** A place of the schema: an option, a group, or `instrumentations`, which is neither. */
interface Spot {
  /** `thresholds.slow_call_ms`. */
  readonly path: string
  readonly name: string
  /** `thresholds`; empty for the section itself. */
  readonly home: string
  readonly item: Group[string] | undefined
}

const section = 'runtime.profiling'
/** Keys of an entry that name nothing else. */
const entryKeys = Object.keys({ ...entryShape, ...methodShape }).filter((key) => !/^(name|target|file)$/.test(key))

let known: readonly Spot[] | undefined
const spots = () => (known ??= [...spotsIn(schema, ''), spot('', 'instrumentations', undefined)])

function spotsIn(group: Group, home: string): Spot[] {
  return Object.entries(group).flatMap(([name, item]) => {
    const here = spot(home, name, item)
    return isOption(item) ? [here] : [here, ...spotsIn(item, here.path)]
  })
}

function spot(home: string, name: string, item: Spot['item']): Spot {
  return { path: home === '' ? name : `${home}.${name}`, name, home, item }
}

/**
 * Guesses the meaning of a key that is not an option of its group (`output.0`; empty for the section): an option of another
 * group, a misspelt one, a path in one word.
 */
export function meantBy(key: string, value: Node, group: string, siblings: readonly string[]): string | undefined {
  const here = group.replace(/\.\d+(?=\.|$)/g, '')
  const all = homesOf(key, value).filter((home) => home !== here)
  const [top = ''] = here.split('.', 1)
  const near = all.filter((home) => top !== '' && home.split('.', 1)[0] === top)
  const homes = near.length > 0 ? near : all
  if (homes.length > 0) return `it belongs ${homes.map((home) => under(home, here, group)).join(' or ')}`
  if (here === '' && key === 'profiling') return `its options belong ${under('', here, group)}`
  if (here === '' && entryKeys.includes(key)) return 'it belongs to an entry of instrumentations'
  const [meant] = suggest(key, siblings)
  if (meant !== undefined) return `did you mean ${meant}?`
  const path = key.replace(`${section}.`, '')
  const whole = spots().find((one) => one.path === path)
  if (whole !== undefined) return `write one level below the other: ${leveled(whole.path)}`
  const named = spots().find(({ home, item }) => home === here && item !== undefined && isMapOption(item))
  if (named?.path === 'prices.models') return `a model belongs under ${named.path}`
  const names = spots().map(({ name }) => name)
  const [far] = suggest(key, names)
  if (far !== undefined) return `did you mean ${spots().find(({ name }) => name === far)?.path}?`
  return named !== undefined && fits(named.item, { kind: 'map', at: 0, entries: [{ key, at: 0, value }] })
    ? `a target belongs under ${named.path}`
    : undefined
}

/** Says where an option of this name belongs; undefined if there is none. */
export function homeOf(key: string, value: Node): string | undefined {
  const homes = homesOf(key, value)
  return homes.length === 0 ? undefined : `belongs ${homes.map((home) => under(home, '', '')).join(' or ')}`
}

/** The groups that have a key of this name; of several those where the value fits. */
function homesOf(key: string, value: Node): readonly string[] {
  const all = spots().filter(({ name }) => name === key)
  const fitting = all.filter(({ item }) => fits(item, value))
  return likelier(fitting.length > 0 ? fitting : all).map(({ home }) => home)
}

/** Without those of `system`, `test_execution` and `benchmarking`, which have names that others have too, unless they alone have them. */
function likelier(all: readonly Spot[]): readonly Spot[] {
  const others = all.filter(({ home }) => !/^(?:system|test_execution|benchmarking)(\.|$)/.test(home))
  return others.length > 0 ? others : all
}

function fits(item: Spot['item'], value: Node): boolean {
  if (isEmpty(value)) return true
  if (item === undefined) return value.kind === 'list'
  if (isOption(item)) return 'value' in item.read(value)
  return value.kind === 'list' || (value.kind === 'map' && value.entries.some(({ key }) => Object.hasOwn(item, key)))
}

const isMapOption = (item: Group[string]) => isOption(item) && item.schema.type === 'object'
const leveled = (path: string) => path.split('.').join(': { ') + ': … }'.repeat(path.split('.').length - 1)

/** In a list of outputs the item's own groups are meant. */
function under(home: string, here: string, group: string): string {
  if (home === '') return `directly under ${section}`
  return `under ${here !== '' && home.startsWith(`${here}.`) ? group + home.slice(here.length) : home}`
}

/** Guesses the option that a value stands for in the place of a group: `output: file` means `{ type: file }`. */
export function groupMeantBy(node: Node, group: Group): string | undefined {
  if (node.kind === 'list')
    return node.items.some((item) => item.kind === 'map') ? 'write it without dashes' : undefined
  if (node.kind !== 'scalar' || node.value === null || node.problem !== undefined) return undefined
  // Values of variables are not repeated.
  const shown = String(node.value) === node.text ? node.text : '…'
  if (/^[\w.]+:\S/.test(textOf(node) ?? '')) return 'a space is missing after a colon'
  const taking = Object.entries(group).filter(([, item]) => isOption(item) && fits(item, node))
  const sure =
    taking.find(([, item]) => /^(enum|boolean)$/.test(kindOf(item))) ??
    (taking.length === 1 && Object.keys(group).length <= 3 && taking[0])
  return sure ? `did you mean { ${sure[0]}: ${shown} }?` : undefined
}

const kindOf = (item: Group[string]) => (isOption(item) ? (item.schema.enum ? 'enum' : String(item.schema.type)) : '')

/** Guesses what was meant for a missing section: one that stands elsewhere, or its options alone. */
export function sectionMeantBy(outside: readonly Outside[], at: (node: { at: number }) => string): string | undefined {
  const whole = outside.find(({ key }) => key === section)
  if (whole !== undefined) return `write ${section} as two levels, profiling below runtime (${at(whole)})`
  const elsewhere = outside.find(({ key, value }) => key === 'profiling' && value.kind !== 'list')
  if (elsewhere !== undefined) {
    const isTop = elsewhere.path.length === 1
    return isTop
      ? `profiling belongs one level deeper, under runtime (${at(elsewhere)})`
      : `${elsewhere.path.join('.')} is not read, it belongs at the top of the file as ${section} (${at(elsewhere)})`
  }
  const list = outside.find(({ path, value }) => path.join() === 'runtime' && value.kind === 'list')
  if (list !== undefined) return `write runtime without dashes (${at(list)})`
  const strays = outside.filter(({ path, key, value }) => {
    const [top] = path
    return (path.length === 1 || (path.length === 2 && top === 'runtime')) && homesOf(key, value).includes('')
  })
  const [first] = strays
  if (first === undefined) return undefined
  const names = strays.slice(0, 3).map(({ path }) => path.join('.'))
  return `${names.join(', ')}${strays.length > 3 ? ` and ${strays.length - 3} more` : ''} ${strays.length > 1 ? 'belong' : 'belongs'} under ${section} (${at(first)})`
}

/** A message for each option that stands beside the section. Where that is filled, others may own what is in doubt. */
export function besideSection(
  root: Node | undefined,
  outside: readonly Outside[],
  at: (node: { at: number }) => string,
): string[] {
  const taken = keysOf(root).concat(
    root?.kind === 'map' ? root.entries.flatMap(({ key, value }) => (key === 'runtime' ? keysOf(value) : [])) : [],
  )
  return outside.flatMap((one) => {
    const { key, value, path } = one
    if (taken.includes(key)) return []
    const homes = likelier(
      spots().filter(({ name, item }) => name === key && (taken.length === 0 || fits(item, value))),
    )
    const sure = homes.filter(({ home }) => home === '' || taken.length === 0)
    const tops = spots().flatMap(({ home, name }) => (home === '' ? [name] : []))
    const [near] = taken.length === 0 && homes.length === 0 ? suggest(key, tops, 1, 2) : []
    if (sure.length === 0 && near === undefined) return []
    const help =
      near === undefined
        ? `it belongs under ${sure.map(({ home }) => (home === '' ? section : `${section}.${home}`)).join(' or ')}`
        : `did you mean ${section}.${near}?`
    return [`${path.join('.')} is not an option (${at(one)}), it is ignored; ${help}`]
  })
}

const keysOf = (node: Node | undefined) => (node?.kind === 'map' ? node.entries.map(({ key }) => key) : [])
