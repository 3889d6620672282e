import { createRequire } from 'node:module'
import type { LedgerFileParts } from './ledger-file.ts'

/** The ledger where it can be read from outside, for `doctor`; loaded only where the variable asks for it. */
export function openLedger(folder: string | undefined, parts: LedgerFileParts): void {
  if (folder === undefined || folder.trim() === '') return
  const chunk: unknown = createRequire(import.meta.url)('../chunk/ledger-file.cjs')
  ;(chunk as typeof import('./ledger-file.ts')).keepLedger(folder.trim(), parts)
}
