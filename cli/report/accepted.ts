import { type Accepted, acceptedNow, isOver } from '../../agent/config/accepted.ts'
import { counted } from '../format.ts'
import { plain } from '../style.ts'
import { withCited } from './cited.ts'
import type { Report } from './model.ts'

/** Leaves out the findings that somebody has accepted; says how many, and what of the list is of no use any more. */
export function withoutAccepted(report: Report, accepted: readonly Accepted[], now: Date): Report {
  if (accepted.length === 0) return report
  const inForce = acceptedNow(accepted, now)
  const found = new Set(report.findings.map(({ signature }) => signature))
  const silent = report.findings.filter(({ signature }) => inForce.has(signature))
  const listed = (some: readonly Accepted[]) => some.map(({ signature }) => plain(signature)).join(', ')
  const over = accepted.filter((one) => isOver(one, now) && found.has(one.signature))
  const useless = accepted.filter(({ signature }) => !found.has(signature))
  return withCited({
    ...report,
    findings: report.findings.filter(({ signature }) => !inForce.has(signature)),
    ...(silent.length > 0 && { accepted: silent.map(({ signature }) => signature) }),
    notes: [
      ...report.notes,
      ...(silent.length > 0
        ? [`Accepted in the configuration, and not shown: ${counted(silent.length, 'finding')}.`]
        : []),
      ...(over.length > 0
        ? [`Reported again, since the day until which it was accepted is over: ${listed(over)}.`]
        : []),
      ...(useless.length > 0
        ? [
            `In \`accepted\` of the configuration, but not found in this run: ${listed(useless)}. If that stays so, remove it.`,
          ]
        : []),
    ],
  })
}
