import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Values } from '../../../agent/config/group.ts'
import { number } from '../../../agent/config/option.ts'
import { type Given, store } from './adapter.ts'

const settings = {
  similarity: number(-1, 'What is less near than this is not found; −1 finds all. Orama itself has 0.8.', -1, 1),
} as const
type Mine = Given<Values<typeof settings>>

/** What is used of `@orama/orama`; its functions give values or promises, by version. */
interface Orama {
  create(options: object): object | Promise<object>
  insertMultiple(database: object, documents: readonly object[]): unknown
  save(database: object): unknown
  load(database: object, saved: unknown): void | Promise<void>
  searchVector(database: object, options: object): Found | Promise<Found>
}
interface Found {
  readonly hits: readonly { readonly id: string; readonly score: number }[]
}

const packageName = '@orama/orama'
const openDatabase = ({ create }: Orama, dimensions: number) =>
  create({ schema: { vector: `vector[${dimensions}]` } as const })

/** In memory, from a file: each process reads it as it opens. */
export const orama = store({
  packages: () => [packageName],
  settings,
  metrics: ['cosine'],
  isThere: () => false,
  async build({ load, folder, dimensions }: Mine, documents) {
    const package_ = await load<Orama>(packageName)
    const database = await openDatabase(package_, dimensions)
    await package_.insertMultiple(
      database,
      documents.map(({ id, vector }) => ({ id, vector: Array.from(vector) })),
    )
    const path = join(folder, 'orama.json')
    writeFileSync(path, JSON.stringify(await package_.save(database)))
    return { bytes: statSync(path).size }
  },
  async open({ load, folder, dimensions, settings }: Mine) {
    const package_ = await load<Orama>(packageName)
    const database = await openDatabase(package_, dimensions)
    await package_.load(database, JSON.parse(readFileSync(join(folder, 'orama.json'), 'utf8')))
    const { similarity } = settings
    return {
      async search(vector, k) {
        const near = { value: Array.from(vector), property: 'vector' }
        const { hits } = await package_.searchVector(database, { vector: near, similarity, limit: k })
        return hits.map(({ id, score }) => ({ id, score }))
      },
      close: async () => {},
    }
  },
})
