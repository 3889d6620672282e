import type { LedgerSnapshot } from '../../agent/ledger.ts'

/** One line of doctor's, with its advice. */
export interface Finding {
  /** A `problem` keeps calls from being recorded, or is a mistake of the configuration; a `note` is good to know. */
  readonly mark: 'ok' | 'note' | 'problem'
  readonly text: string
  /** The one thing to do about it. */
  readonly next?: string | undefined
}

export interface Section {
  readonly title: string
  readonly findings: readonly Finding[]
}

/** The whole answer; `--json` prints it. */
export interface Diagnosis {
  readonly sections: readonly Section[]
  /** With a command or a socket: the ledger of all its threads together. */
  readonly ledger?: LedgerSnapshot
  readonly next: string
  /** True if calls would be recorded, or were. */
  readonly well: boolean
}

export const ok = (text: string): Finding => ({ mark: 'ok', text })
export const note = (text: string, next?: string): Finding => ({ mark: 'note', text, next })
export const problem = (text: string, next?: string): Finding => ({ mark: 'problem', text, next })

/** The first problem's remedy, else the first note's, else what there is to say where all is well. */
export function nextOf(sections: readonly Section[], well: string): string {
  const findings = sections.flatMap((section) => section.findings)
  const first = (mark: Finding['mark']) => findings.find((one) => one.mark === mark && one.next !== undefined)?.next
  return first('problem') ?? first('note') ?? well
}

/** The advice if nothing was recorded and no finding says why. */
export const unknown =
  'no cause was found; CROSSBRIDGE_PROFILING_DEBUG=1 makes the agent tell all that it knows at its end'

export const hasProblem = (sections: readonly Section[]) =>
  sections.some(({ findings }) => findings.some(({ mark }) => mark === 'problem'))

/** `a, b and 3 more`. */
export function listed(names: readonly string[], most = 6): string {
  const shown = names.slice(0, most)
  return shown.join(', ') + (names.length > shown.length ? ` and ${names.length - shown.length} more` : '')
}

/** `1 call`, `2 calls`. */
export const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`
