import { chunk } from '../chunk.ts'
import { textOf } from '../diagnostics.ts'
import type { WarnOnce } from '../model.ts'
import type { Repeats } from './repeats.ts'

/** The part that compares inputs, loaded where it is configured; undefined, and told, where Node has no cryptography. */
export function openRepeats(warnOnce: WarnOnce): Repeats | undefined {
  try {
    return chunk<typeof import('./repeats.ts')>('repeats').createRepeats(warnOnce)
  } catch (error) {
    warnOnce('find_repeats', `find_repeats can't be done here (${textOf(error)}); repeats are not looked for`)
    return undefined
  }
}
