import { createRequire } from 'node:module'
import type { Tell } from '../model.ts'
import { textOf } from '../voice.ts'
import type { createRepeats, Repeats } from './repeats.ts'

/** The part that compares inputs, loaded where it is configured; undefined, and told, where Node has no cryptography. */
export function openRepeats(tell: Tell): Repeats | undefined {
  try {
    const load = createRequire(import.meta.url)
    return (load('../chunk/repeats.cjs') as { createRepeats: typeof createRepeats }).createRepeats(tell)
  } catch (error) {
    tell('find_repeats', `find_repeats can't be done here (${textOf(error)}); repeats are not looked for`)
    return undefined
  }
}
