import { pathToFileURL } from 'node:url'
import { ours } from '../../../agent/diagnostics.ts'
import { suggest } from '../../../agent/suggest.ts'
import type { Document, Given, Hit } from '../adapters/adapter.ts'
import { adapters } from '../adapters/names.ts'
import type { Query } from '../model.ts'
import { documentsIn, queriesIn } from '../workload/files.ts'
import { embedAnswers } from './embedded.ts'
import { loadPackage } from './load-package.ts'
import type { Answers, Job } from './protocol.ts'

/** A variant that is open. */
export interface Operations {
  readonly operate: (index: number) => Promise<unknown>
  /** What a query finds, where an operation is a query. */
  readonly find?: (query: Query) => Promise<readonly Hit[] | undefined>
  /** What queries find in what it makes of them. */
  readonly findAll?: () => Promise<Answers>
  readonly queries: readonly Query[]
  close(): Promise<void>
}

export async function openOperations(job: Job): Promise<Operations> {
  const queries = job.workload === undefined ? [] : queriesIn(job.workload)
  return job.variant.kind === 'function' ? openFunction(job, queries) : openAdapter(job, queries)
}

export const givenOf = ({ variant, name, folder, metric, dimensions }: Job): Given => ({
  settings: variant.kind === 'adapter' ? variant.settings : {},
  ...{ name, folder, metric, dimensions },
  load: (packageName) => loadPackage(packageName, process.cwd()),
})

async function openAdapter(job: Job, queries: readonly Query[]): Promise<Operations> {
  const adapter = job.variant.kind === 'adapter' ? adapters[job.variant.adapter] : undefined
  if (adapter === undefined) throw ours('there is no such adapter')
  const given = givenOf(job)
  if (adapter.kind === 'embedder') {
    const embedder = await adapter.open(given as Given<never>)
    const documents = job.workload === undefined ? [] : documentsIn(job.workload, mostTexts)
    const { batch_size } = given.settings as { batch_size: number }
    const texts = textsOf(documents).length > 0 ? textsOf(documents) : textsOf(queries)
    const textAt = (index: number) => texts[index % texts.length] as string
    return {
      queries,
      operate: (index) => embedder.embed(Array.from({ length: batch_size }, (_, i) => textAt(index * batch_size + i))),
      findAll: () => embedAnswers(embedder, batch_size, documents, queries, job),
      close: () => embedder.close(),
    }
  }
  const store = await adapter.open(given as Given<never>)
  const find = ({ vector }: Query) => store.search(vector as Float32Array, job.k)
  return { queries, operate: (index) => find(at(queries, index) as Query), find, close: () => store.close() }
}

/** Texts that are embedded in turn. */
const mostTexts = 20_000
const textsOf = (items: readonly Query[]) => items.flatMap(({ text }) => (text ? [text] : []))
const at = <T>(all: readonly T[], index: number) => all[index % Math.max(1, all.length)]

async function openFunction(job: Job, queries: readonly Query[]): Promise<Operations> {
  const { variant, workload, k, metric } = job
  if (variant.kind !== 'function') throw ours('it is not a function')
  const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(variant.module).href)
  const search = module[variant.export]
  if (typeof search !== 'function') {
    const names = Object.keys(module)
    const [hint] = suggest(variant.export, names)
    throw ours(
      `its module exports no function ${variant.export}; ${hint ? `did you mean #${hint}?` : `it has ${names.join(', ') || 'nothing'}`}`,
    )
  }
  const asked = queries.map(({ relevant: _, ...query }) => query)
  if (typeof module.setup === 'function')
    await module.setup({
      ...{ queries: asked, k, metric },
      /** Read when it is asked for: not every function keeps its documents in this process. */
      get documents(): readonly Document[] {
        return workload === undefined ? [] : (documentsIn(workload) as Document[])
      },
    })
  return {
    queries,
    operate: async (index) => search(at(asked, index), { k }),
    find: async ({ relevant: _, ...query }) => hitsOf(await search(query, { k })),
    close: async () => void (typeof module.teardown === 'function' && (await module.teardown())),
  }
}

/** Ids, or `{ id, score }`, that a function gives; undefined where it gives something else. */
function hitsOf(given: unknown): readonly Hit[] | undefined {
  if (!Array.isArray(given)) return undefined
  const hits = given.flatMap((one: unknown): Hit[] => {
    if (typeof one === 'string' || typeof one === 'number') return [{ id: `${one}` }]
    if (typeof one !== 'object' || one === null) return []
    const { id, score } = one as { id?: unknown; score?: unknown }
    if (typeof id !== 'string' && typeof id !== 'number') return []
    return [{ id: `${id}`, ...(typeof score === 'number' && { score }) }]
  })
  return hits.length === given.length ? hits : undefined
}
