import { createCollector } from '../../cli/report/collect.ts'
import { createLines } from '../../cli/report/line.ts'
import type { Finding } from '../../cli/report/model.ts'
import type { Case } from './service.ts'

/** What the report finds in lines of records, by the thresholds of a case. */
export function findingsIn(text: string, { weakScores }: Pick<Case, 'weakScores'> = {}): readonly Finding[] {
  const collector = createCollector(0, undefined, undefined, weakScores)
  const { line } = createLines(collector.add)
  for (const one of text.split('\n')) line(one)
  return collector.end().findings
}

/** What is wrong with that, in words; of a healthy service, that there is any. */
export function faultsOf({ finding, also, share, names = {} }: Case, findings: readonly Finding[]): string[] {
  const [first] = findings
  if (finding === undefined) return findings.map(({ kind, title }) => `${kind}: ${title}`)
  if (first === undefined || first.kind !== finding) return [`first is ${first?.kind}, not ${finding}`]
  const [least, most] = share ?? [0, 1]
  const wrong = Object.entries(names).filter(([key, name]) => first[key as keyof typeof names] !== name)
  return [
    ...(first.share < least || first.share > most ? [`its share is ${first.share}, not from ${least} to ${most}`] : []),
    ...(also !== undefined && !findings.some(({ kind }) => kind === also) ? [`${also} is not found`] : []),
    ...wrong.map(([key, name]) => `its ${key} is ${first[key as keyof typeof names]}, not ${name}`),
  ]
}
