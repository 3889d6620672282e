import { childOf, type Entry, isEmpty, type Node, textOf } from '../../../agent/config/node.ts'
import { number } from '../../../agent/config/option.ts'
import type { Generated, Source, WorkloadDescription } from '../workload/workload.ts'
import { workloadOptions } from './options.ts'
import { entriesOf, readOptions, type Told, tellUnknown } from './reader.ts'

/** Those under `generated`. */
export const generatedOptions = {
  count: number(10_000, 'Vectors.', 1, 100_000_000, true),
  dimensions: number(128, 'Numbers of each.', 1, 100_000, true),
  clusters: number(50, 'Places around which they lie; as real texts do.', 1, 1_000_000, true),
  queries: number(200, 'Queries, which lie around the same places.', 1, 1_000_000, true),
  seed: number(1, 'The same seed makes the same vectors.', 0, 4_294_967_295, true),
} as const

const kinds = ['hdf5', 'generated', 'function']
const expected =
  'a file, { hdf5: FILE }, { generated: { count: 10000, dimensions: 128 } } or { function: ./data.mjs#documents }'

/** The description under `workload`; undefined where there is none. */
export function readDescription(node: Node | undefined, told: Told): WorkloadDescription | undefined {
  if (node === undefined || isEmpty(node)) return undefined
  const entries = entriesOf(node, 'workload', 'documents and queries', told)
  if (node.kind !== 'map') return undefined
  tellUnknown(entries, ['documents', 'queries', ...Object.keys(workloadOptions)], 'workload.', told)
  const { relevant, k, metric } = readOptions(workloadOptions, entries, 'workload.', told)
  const documents = sourceOf('documents', entries, told)
  const queries = sourceOf('queries', entries, told)
  if (documents === undefined && queries === undefined && !entries.some(({ key }) => /^(documents|queries)$/.test(key)))
    told.problem(`workload has neither documents nor queries (${told.at(node)}); name ${expected}`)
  return {
    ...(documents !== undefined && { documents }),
    ...(queries !== undefined && { queries }),
    ...(relevant !== '' && { relevant }),
    k,
    ...(childOf(node, 'metric') !== undefined && { metric }),
    location: told.at(node),
  }
}

function sourceOf(name: string, entries: readonly Entry[], told: Told): Source | undefined {
  const node = entries.find(({ key }) => key === name)?.value
  if (node === undefined || isEmpty(node)) return undefined
  const path = `workload.${name}`
  const file = textOf(node)
  if (file !== undefined) return file
  const [first, ...more] = node.kind === 'map' ? node.entries : []
  if (first === undefined || more.length > 0) {
    told.problem(`${path} must be ${expected} (${told.at(node)})`)
    return undefined
  }
  tellUnknown([first], kinds, `${path}.`, told)
  if (first.key === 'generated') return { generated: generatedOf(first.value, `${path}.generated`, told) }
  if (!kinds.includes(first.key)) return undefined
  const text = textOf(first.value)
  if (text !== undefined) return first.key === 'hdf5' ? { hdf5: text } : { function: text }
  const example = first.key === 'hdf5' ? 'a file' : 'a file and its export, as ./data.mjs#documents'
  told.problem(`${path}.${first.key} must be ${example} (${told.at(first.value)})`)
  return undefined
}

function generatedOf(node: Node, path: string, told: Told): Generated {
  const entries = entriesOf(node, path, 'count, dimensions and clusters', told)
  tellUnknown(entries, Object.keys(generatedOptions), `${path}.`, told)
  return readOptions(generatedOptions, entries, `${path}.`, told)
}
