import { setTimeout } from 'node:timers/promises'
import type { Values } from '../../../agent/config/group.ts'
import { text } from '../../../agent/config/option.ts'
import { batches, type Given, store } from './adapter.ts'

const settings = {
  index: text('', 'One that is there already, which is searched as it is; empty makes one of the documents.'),
  namespace: text('', 'Of an index that is there; empty for its default.'),
  cloud: text('aws', 'Where the index is made, serverless.'),
  region: text('us-east-1', 'The region of that.'),
} as const
type Mine = Given<Values<typeof settings>>

/** What is used of `@pinecone-database/pinecone`, from version 7. */
interface Client {
  createIndex(options: object): Promise<unknown>
  deleteIndex(name: string): Promise<void>
  index(options: object): Index
}
interface Index {
  upsert(options: { readonly records: readonly object[] }): Promise<void>
  describeIndexStats(): Promise<{ readonly totalRecordCount?: number }>
  query(options: object): Promise<{ readonly matches: readonly { readonly id: string; readonly score?: number }[] }>
}
type Package = { readonly Pinecone: new () => Client }

const packageName = '@pinecone-database/pinecone'
const metrics = { cosine: 'cosine', dot: 'dotproduct', euclidean: 'euclidean' } as const
/** It takes 2 MB at a time. */
const numbersOfOne = 100_000
const nameOf = ({ name }: Mine) => name.replaceAll('_', '-')
const openClient = async ({ load }: Mine) => new (await load<Package>(packageName)).Pinecone()

/** Its key is in `PINECONE_API_KEY`, which the client reads itself. */
export const pinecone = store({
  packages: () => [packageName],
  settings,
  isThere: ({ index }) => index !== '',
  async build(given: Mine, documents) {
    const { metric, dimensions, settings } = given
    const { cloud, region } = settings
    const client = await openClient(given)
    const [name, spec] = [nameOf(given), { serverless: { cloud, region } }]
    await client.createIndex({ name, dimension: dimensions, metric: metrics[metric], spec, waitUntilReady: true })
    const index = client.index({ name })
    for (const part of batches(documents, Math.max(1, Math.min(1000, Math.floor(numbersOfOne / dimensions)))))
      await index.upsert({ records: part.map(({ id, vector }) => ({ id, values: Array.from(vector) })) })
    // What is written is found after a while.
    while (((await index.describeIndexStats()).totalRecordCount ?? 0) < documents.length) await setTimeout(500)
    return {}
  },
  async open(given: Mine) {
    const { namespace } = given.settings
    const name = given.settings.index || nameOf(given)
    const index = (await openClient(given)).index({ name, ...(namespace !== '' && { namespace }) })
    return {
      async search(vector, topK) {
        const { matches } = await index.query({ vector: Array.from(vector), topK })
        return matches.map(({ id, score }) => ({ id, ...(score !== undefined && { score }) }))
      },
      close: async () => {},
    }
  },
  remove: async (given: Mine) => (await openClient(given)).deleteIndex(nameOf(given)),
})
