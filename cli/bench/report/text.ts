import type { Style } from '../../style.ts'
import type { BenchReport } from '../model.ts'

/** The report for a terminal; `columns` is `Infinity` for a pipe. */
export function textOf(_report: BenchReport, _style: Style, _columns: number): string {
  throw new Error('later in this branch')
}
