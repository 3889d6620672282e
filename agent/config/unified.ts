import type { Entry, Node } from './node.ts'

/** The `type` of a section that is the agent's. */
export const sectionType = 'runtime'
/** The sections whose `type` is no word for the whole. */
const sectionsByType: ReadonlyMap<string | undefined, string> = new Map([
  ['system', 'system'],
  ['benchmark', 'benchmarking'],
])

/** The unified system calls its vector stores by their kinds. */
const storeNames: readonly string[] = ['pgvector_store', 'faiss_store']
const store = new RegExp(`^(${storeNames.join('|')})(?=\\.|$)`)

/** The target that a name of the unified system means; undefined for all other names. */
export const meaningOf = (name: string): string | undefined =>
  store.test(name) ? name.replace(store, 'vector_store') : undefined

/** Variables of the unified system that might be taken for ours, misspelt. */
export const foreignVariables: readonly string[] = ['CROSSBRIDGE_ENABLED', 'CROSSBRIDGE_MODE']

/** A section's keys without the words by which the unified system tells its sections; one that is of another section is reported. */
export function withoutWords(
  entries: readonly Entry[],
  at: (node: { at: number }) => string,
  misplaced: (message: string) => void,
): readonly Entry[] {
  return entries.map(withoutOwnWords).filter((entry) => {
    if (entry.key !== 'type') return true
    const type = textIn(entry.value)
    const home = sectionsByType.get(type)
    if (home !== undefined)
      misplaced(`type: ${type} belongs into the section ${home} (${at(entry)}), it is ignored here`)
    return home === undefined && type !== sectionType
  })
}

/** The words by which the unified system tells its own sections, and what they say there. */
export const sectionWords: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  system: { type: 'system', level: 'system' },
  test_execution: { type: 'test_execution' },
  benchmarking: { type: 'benchmark' },
}

function withoutOwnWords(entry: Entry): Entry {
  const { key, value } = entry
  const words = sectionWords[key]
  if (value.kind !== 'map' || words === undefined) return entry
  const own = value.entries.filter((one) => !Object.hasOwn(words, one.key) || textIn(one.value) !== words[one.key])
  return { ...entry, value: { ...value, entries: own } }
}

const textIn = (node: Node) => (node.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined)
