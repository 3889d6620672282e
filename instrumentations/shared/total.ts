import { numberOf } from './kinds.ts'

// biome-ignore lint/suspicious/noExplicitAny: replies are read by shape
type Any = any

/** The results of a batch: those of all its queries together. */
export function totalOf(answers: unknown, listOf: (answer: Any) => unknown): number | undefined {
  if (!Array.isArray(answers)) return undefined
  return answers.reduce((sum, answer) => sum + (numberOf((listOf(answer ?? {}) as Any)?.length) ?? 0), 0)
}
