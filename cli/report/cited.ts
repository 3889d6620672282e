import { isSameRequest } from '../../agent/findings/same-request.ts'
import type { Report, RequestReport } from './model.ts'

export { isSameRequest }

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
