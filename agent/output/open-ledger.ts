import { chunk } from '../chunk.ts'
import type { LedgerFileParts } from './ledger-file.ts'

/**
 * The ledger where it can be read from outside, for `doctor`; loaded only where the variable asks for it. Gives what writes
 * its last state at exit.
 */
export function openLedger(folder: string | undefined, parts: LedgerFileParts): (() => void) | undefined {
  if (folder === undefined || folder.trim() === '') return undefined
  return chunk<typeof import('./ledger-file.ts')>('ledger-file').keepLedger(folder.trim(), parts)
}
