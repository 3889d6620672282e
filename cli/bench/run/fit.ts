import { UsageError } from '../../command.ts'
import { adapters } from '../adapters/names.ts'
import type { Variant, Workload } from '../model.ts'

/** Throws a `UsageError` where a variant can do nothing with the workload. */
export function checkFit(variants: readonly Variant[], workload: Workload | undefined): void {
  for (const variant of variants) {
    const why = workload && whyUnfit(variant, workload)
    if (why !== undefined) throw new UsageError(`variants.${variant.name} ${why} (${variant.location})`)
  }
}

function whyUnfit(variant: Variant, { documents, queries, metric }: Workload): string | undefined {
  const adapter = variant.kind === 'adapter' ? adapters[variant.adapter] : undefined
  if (adapter === undefined || variant.kind !== 'adapter') return undefined
  if (adapter.kind === 'embedder')
    return [...documents, ...queries].some(({ text }) => text)
      ? undefined
      : 'embeds texts, and neither documents nor queries have some'
  if (adapter.metrics !== undefined && !adapter.metrics.includes(metric))
    return `has no ${metric} (workload.metric); ${variant.adapter} has ${adapter.metrics.join(' and ')}`
  if (queries.some(({ vector }) => vector === undefined)) return 'searches by vectors, and not each query has one'
  const isThere = adapter.isThere(variant.settings as never)
  if (isThere) return undefined
  if (documents.length === 0) return 'has nothing to store; name workload.documents, or a collection that is there'
  return documents.some(({ vector }) => vector === undefined)
    ? 'stores vectors, and not each document has one'
    : undefined
}
