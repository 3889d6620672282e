import { count } from '../../format.ts'
import type { Load } from '../model.ts'

/** `concurrency 16`, `200 operations a second`. */
export const loadWords = (load: Load): string =>
  load.kind === 'closed' ? `concurrency ${count(load.concurrency)}` : `${count(load.rate)} operations a second`

/** The same at the begin of a line. */
export const loadTitle = (load: Load): string => loadWords(load).replace(/^c/, 'C')
