import { reasonOf } from '../../diagnostics.ts'

/** SQLite's result codes that tell what to do; see sqlite.org/rescode.html. */
const words: Readonly<Record<number, readonly [name: string, words: string]>> = {
  5: ['BUSY', 'another process has it locked'],
  6: ['LOCKED', 'it is locked'],
  8: ['READONLY', 'it, or its folder, is read-only'],
  10: ['IOERR', 'reading or writing the disk failed'],
  11: ['CORRUPT', 'it is damaged; move it away'],
  13: ['FULL', 'the disk is full'],
  14: ['CANTOPEN', "it, or its folder, can't be opened"],
  15: ['PROTOCOL', "its locks can't be had"],
  26: ['NOTADB', 'it is not a database; move it away'],
}

/** True where the same may work in a moment: somebody else has it locked. */
export const isBusy = (error: unknown): boolean => ['BUSY', 'LOCKED', 'PROTOCOL'].includes(nameOf(error) ?? '')

/** The words for what SQLite, or the file system, says. */
export function whyFailed(error: unknown): string {
  const name = nameOf(error)
  const [, told] = Object.values(words).find(([one]) => one === name) ?? []
  if (told !== undefined) return `SQLITE_${name}: ${told}`
  const { errcode } = (error ?? {}) as { readonly errcode?: unknown }
  return typeof errcode === 'number' ? `SQLite says ${errcode}, see sqlite.org/rescode.html` : reasonOf(error)
}

/** Node tells the number, extended in its upper bits; better-sqlite3 the name, extended behind. */
function nameOf(error: unknown): string | undefined {
  const { errcode, code } = (error ?? {}) as { readonly errcode?: unknown; readonly code?: unknown }
  if (typeof errcode === 'number') return words[errcode & 255]?.[0]
  return typeof code === 'string' ? /^SQLITE_([A-Z]+)/.exec(code)?.[1] : undefined
}
