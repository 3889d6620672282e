import { leastRequests } from '../../agent/findings/detectors/finding.ts'
import { count, counted, ms, percent } from '../format.ts'
import type { Report, RequestTimeReport } from './model.ts'

export { shareText } from '../../agent/findings/share-text.ts'

/** More than these nobody changes at once; the others are counted. */
export const mostFindings = 5
const mostParts = 4
const leastPart = 0.01

/** What is said where there is no finding. */
export function nothingFound({ request_time: { requests }, requests: inRequests }: Report): string {
  const what = inRequests > 0 ? 'request' : 'call'
  if (requests < leastRequests)
    return `None: ${counted(requests, what)} can't tell a cause from an accident; from ${leastRequests} on they can.`
  return `None: nothing that this report knows takes 5 % of the time of these ${count(requests)} ${what}s.`
}

/** Where the time of requests went, in a sentence. */
export function timeText({ requests, p50_ms, parts, outside_calls }: RequestTimeReport, hasRequests: boolean): string {
  const shown = parts.filter(({ share }) => share >= leastPart).slice(0, mostParts)
  const others = parts.reduce((sum, { share }) => sum + share, 0) - shown.reduce((sum, { share }) => sum + share, 0)
  const list = [
    ...shown.map(({ name, library, share }) => `${percent(share)} ${name} of ${library}`),
    ...(others >= leastPart ? [`${percent(others)} other calls`] : []),
    ...(outside_calls >= leastPart ? [`${percent(outside_calls)} outside of calls`] : []),
  ]
  const whose = hasRequests
    ? `Of the time of ${counted(requests, 'request')} (p50 ${ms(p50_ms)}), parallel calls once`
    : `Of the time of ${counted(requests, 'call')}`
  return `${whose}: ${list.join(', ')}.`
}

/** How an example is opened, where one is cited. */
export const exampleNote = ({ findings }: Pick<Report, 'findings'>): string | undefined =>
  findings.slice(0, mostFindings).some(({ trace_id }) => trace_id !== undefined)
    ? 'An example opens with --trace ID, call by call.'
    : undefined
