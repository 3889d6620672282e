import type { Report, RequestReport } from './model.ts'

type Ids = Pick<RequestReport, 'trace_id' | 'request_id'>

/** One trace may lead to several requests. */
export const isSameRequest = (one: Partial<Ids>, other: Ids): boolean =>
  one.trace_id === other.trace_id && (one.request_id === undefined || one.request_id === other.request_id)

/** The requests that findings cite, but which are not shown as the slowest: of no other findings than these. */
export function withCited(report: Report, cited: readonly RequestReport[] = report.cited ?? []): Report {
  const { cited: _, ...rest } = report
  const { findings, slowest } = report
  const left = cited.filter(
    (one) =>
      findings.some((finding) => isSameRequest(finding, one)) && !slowest.some((other) => isSameRequest(one, other)),
  )
  return left.length > 0 ? { ...rest, cited: left } : rest
}
