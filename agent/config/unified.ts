import type { Entry, Node } from './node.ts'

/** Sections of the unified system that are not this agent's to fill yet. */
export const laterSections: readonly string[] = ['benchmarking']
/** The `type` of a section that is the agent's. */
export const sectionType = 'runtime'
const laterTypes: readonly string[] = [...laterSections, 'benchmark']

/** The unified system calls its vector stores by their kinds. */
const storeNames: readonly string[] = ['pgvector_store', 'faiss_store']
const store = new RegExp(`^(${storeNames.join('|')})(?=\\.|$)`)

/** The target that a name of the unified system means; undefined for all other names. */
export const meaningOf = (name: string): string | undefined =>
  store.test(name) ? name.replace(store, 'vector_store') : undefined

/** Variables of the unified system that might be taken for ours, misspelt. */
export const foreignVariables: readonly string[] = ['CROSSBRIDGE_ENABLED', 'CROSSBRIDGE_MODE']

/** A section's keys without those that the unified system has and the agent has not; each of them is told. */
export function withoutLater(
  entries: readonly Entry[],
  at: (node: { at: number }) => string,
  later: (message: string) => void,
): readonly Entry[] {
  return entries.map(withoutWords).filter((entry) => {
    const { key, value } = entry
    const name = laterSections.includes(key) ? key : key === 'type' ? laterType(value) : undefined
    if (name !== undefined) later(`${name} is not part of this agent yet (${at(entry)}), it is ignored`)
    const isSystem = key === 'type' && textIn(value) === 'system'
    if (isSystem) later(`type: system belongs into the section system (${at(entry)}), it is ignored here`)
    return name === undefined && !isSystem && !(key === 'type' && textIn(value) === sectionType)
  })
}

/** The words by which the unified system tells its own sections, in the section `system`. */
export const systemWords: readonly string[] = ['type', 'level']

/** Its `type` is its own name, which says nothing. */
const testSection = 'test_execution'

function withoutWords(entry: Entry): Entry {
  const { key, value } = entry
  if (value.kind !== 'map' || (key !== 'system' && key !== testSection)) return entry
  const words = key === 'system' ? systemWords : ['type']
  const own = value.entries.filter((one) => !words.includes(one.key) || textIn(one.value) !== key)
  return { ...entry, value: { ...value, entries: own } }
}

function laterType(value: Node): string | undefined {
  const type = textIn(value)
  return type !== undefined && laterTypes.includes(type) ? `type: ${type}` : undefined
}

const textIn = (node: Node) => (node.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined)
