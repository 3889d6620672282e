import type { Report } from './model.ts'

/** The report as one page. */
export function htmlOf(report: Report): string {
  return `<!doctype html><title>${report.records}</title>\n`
}
