import type { Call } from '../../agent/model.ts'
import { numberOf } from './kinds.ts'

/** The numbers in an index's vectors, as its schema has them: `{ embedding: 'vector[384]' }`, in objects too. */
export const dimensions = ({ args }: Call): number | undefined =>
  vectorIn((args[0] as { schema?: unknown } | null | undefined)?.schema)

function vectorIn(schema: unknown, depth = 4): number | undefined {
  if (typeof schema === 'string') return numberOf(/^vector\[(\d+)\]$/.exec(schema)?.[1])
  if (typeof schema !== 'object' || schema === null || depth === 0) return undefined
  return Object.values(schema).reduce<number | undefined>((found, one) => found ?? vectorIn(one, depth - 1), undefined)
}

/** Version 2 and 3 say how many were removed, or whether it was one. */
export const removed = ({ result }: Call) => (typeof result === 'boolean' ? Number(result) : result)
