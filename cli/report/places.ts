import { isAbsolute, relative, resolve, sep } from 'node:path'
import type { Report } from './model.ts'

/** A line of a file. */
export interface Place {
  readonly name: string
  readonly file: string
  readonly line: number
}

/** Reads `name file:line`; undefined of what has none, such as a package. */
export function placeIn(text: string | undefined): Place | undefined {
  const [, name, file, line] = /^((?:(?:get|set) )?\S+) (.+):(\d+)$/.exec(text ?? '') ?? []
  if (name === undefined || file === undefined || /^(?:node:|\()/.test(file)) return undefined
  return Number(line) > 0 ? { name, file, line: Number(line) } : undefined
}

/** The path of a file in the working directory, as URIs have it; undefined of one elsewhere. */
export function uriOf(file: string, cwd: string): string | undefined {
  const path = relative(cwd, resolve(cwd, file))
  if (path === '' || path.startsWith('..') || isAbsolute(path)) return undefined
  return path.split(sep).map(encodeURIComponent).join('/')
}

/** Gives the callers that findings name their path from the working directory, and says them in the evidence. */
export const withPlaces = (report: Report, cwd: string): Report => ({
  ...report,
  findings: report.findings.map((finding) => {
    const place = placeIn(finding.caller)
    if (place === undefined) return finding
    const inside = uriOf(place.file, cwd) === undefined ? place.file : relative(cwd, resolve(cwd, place.file))
    const caller = `${place.name} ${inside}:${place.line}`
    return { ...finding, caller, evidence: [...finding.evidence, `called by ${caller}`] }
  }),
})
