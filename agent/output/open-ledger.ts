import { chunk } from '../chunk.ts'
import type { LedgerFileParts } from './ledger-file.ts'

/** The ledger where it can be read from outside, for `doctor`; loaded only where the variable asks for it. */
export function openLedger(folder: string | undefined, parts: LedgerFileParts): void {
  if (folder === undefined || folder.trim() === '') return
  chunk<typeof import('./ledger-file.ts')>('ledger-file').keepLedger(folder.trim(), parts)
}
